import Glibc

/// Numbers inside sentences: at most three significant digits, no exponent for ordinary magnitudes, no infinity or NaN.
enum Numerals {
    /// Three significant digits, trailing zeros dropped: "0.0476", "80400", "3". "unknown" for nil or no finite number.
    static func short(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "unknown" }
        guard value != 0 else { return "0" }
        var exponent = Int(log10(abs(value)).rounded(.down))
        guard (-7..<15).contains(exponent) else { return scientific(value) }
        var digits = scaled(abs(value), exponent: exponent)
        if digits >= 1000 {  // 999.7: rounding made a fourth digit
            exponent += 1
            digits = 100
        } else if digits < 100 {  // log10 rounded up to the next power
            exponent -= 1
            digits = scaled(abs(value), exponent: exponent)
        }
        return (value < 0 ? "-" : "") + decimal(digits, shift: exponent - 2)
    }

    /// A number of things: whole, or with one decimal when it is a mean. "unknown" for nil or no finite number.
    static func count(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "unknown" }
        guard abs(value) < 1e15 else { return short(value) }
        let tenths = Int((abs(value) * 10).rounded())
        return (value < 0 && tenths > 0 ? "-" : "") + decimal(tenths, shift: -1)
    }

    /// With its unit; a share has none to show. "not measured" for nil.
    static func amount(_ value: Double?, unit: String) -> String {
        guard let value, value.isFinite else { return "not measured" }
        return unit == "1" ? short(value) : short(value) + " " + unit
    }

    /// value · 10^(2 - exponent), rounded.
    private static func scaled(_ value: Double, exponent: Int) -> Int {
        let shift = 2 - exponent
        return Int((shift >= 0 ? value * pow(10, Double(shift)) : value / pow(10, Double(-shift))).rounded())
    }

    /// digits · 10^shift as a plain decimal.
    private static func decimal(_ digits: Int, shift: Int) -> String {
        guard shift < 0 else { return String(digits) + (digits == 0 ? "" : String(repeating: "0", count: shift)) }
        let text = String(digits)
        let padded = String(repeating: "0", count: max(0, 1 - shift - text.count)) + text
        var fraction = padded.suffix(-shift)
        while fraction.last == "0" { fraction.removeLast() }
        let whole = padded.dropLast(-shift)
        return fraction.isEmpty ? String(whole) : whole + "." + fraction
    }

    private static func scientific(_ value: Double) -> String {
        var exponent = Int(log10(abs(value)).rounded(.down))
        // In two steps, for the smallest numbers have no power of ten beside them.
        let lift = exponent < -300 ? 300 : 0
        var mantissa = abs(value) * pow(10, Double(lift)) / pow(10, Double(exponent + lift))
        if mantissa >= 9.995 { (mantissa, exponent) = (1, exponent + 1) }
        return (value < 0 ? "-" : "") + short(mantissa) + "e" + String(exponent)
    }
}
