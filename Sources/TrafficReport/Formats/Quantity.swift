/// Numbers as people read them. Data formats never use these: they carry the exact value.
public enum Quantity {
    /// Octets with a binary-free unit: "812 B", "1.4 kB", "23 MB" (1 kB = 1000 B).
    public static func octets(_ count: Int) -> String {
        guard count >= 1000 else { return String(count) + " B" }
        var value = Double(count) / 1000
        for unit in ["kB", "MB", "GB", "TB"] {
            if value < 999.5 || unit == "TB" { return (value < 9.95 ? fixed(value, 1) : fixed(value, 0)) + " " + unit }
            value /= 1000
        }
        return String(count) + " B"
    }

    /// Digits in groups of three with a narrow no-break space between: "12 345".
    public static func grouped(_ count: Int) -> String {
        let digits = String(count.magnitude)
        var text = count < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.utf8.count - index) % 3 == 0 { text += "\u{202f}" }
            text.append(digit)
        }
        return text
    }

    /// `value` with `places` decimals, half away from zero. Beyond ±10¹⁵, and what is no number, as Swift prints it.
    public static func fixed(_ value: Double, _ places: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return value.description }
        var scale = 1.0
        for _ in 0..<max(0, places) { scale *= 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 9e18 else { return value.description }
        let whole = String(Int(scaled / scale))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard places > 0 else { return sign + whole }
        let fraction = String(Int(scaled.truncatingRemainder(dividingBy: scale)))
        return sign + whole + "." + String(repeating: "0", count: max(0, places - fraction.utf8.count)) + fraction
    }

    /// Significant digits without an exponent: "0.0512", "3.4", "1250". Nothing is rounded left of the point.
    public static func significant(_ value: Double, digits: Int = 3) -> String {
        guard value.isFinite else { return "–" }
        let size = abs(value)
        if size == 0 { return "0" }
        if size < 0.00001 { return "<0.00001" }
        var places = digits - 1, bound = 10.0
        while bound <= size, places > 0 { (places, bound) = (places - 1, bound * 10) }
        bound = 1
        while size < bound, places < digits + 4 { (places, bound) = (places + 1, bound / 10) }
        return trimmed(fixed(value, places))
    }

    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }

    /// "12.5 %".
    public static func percent(_ share: Double) -> String {
        guard share.isFinite else { return "–" }
        let value = share * 100
        return (value != 0 && abs(value) < 0.95 || abs(value) > 99.05 && abs(value) < 100 ? fixed(value, 1) : fixed(value, 0)) + " %"
    }

    /// "1 flow", "2 flows", "12 345 packets".
    public static func count(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        grouped(count) + " " + (count == 1 ? one : many ?? one + "s")
    }

    /// Nanoseconds as "0.42 s", "12.3 s", "4 min 10 s", "2 h 5 min".
    public static func duration(nanoseconds: Int64) -> String {
        let seconds = Double(nanoseconds) / 1e9
        if abs(seconds) < 9.995 { return fixed(seconds, 2) + " s" }
        if abs(seconds) < 59.95 { return fixed(seconds, 1) + " s" }
        let whole = Int(seconds.rounded())
        if abs(whole) < 3600 { return "\(whole / 60) min \(abs(whole) % 60) s" }
        return "\(whole / 3600) h \(abs(whole) / 60 % 60) min"
    }
}
