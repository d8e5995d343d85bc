/// JA3 and JA3S: MD5 over the hello's numbers in order, GREASE left out (github.com/salesforce/ja3, the definition).
enum JA3 {
    static func fingerprint(of hello: TLSClientHello) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(512)
        text.append(decimal: UInt64(hello.legacyVersion))
        append(hello.cipherSuites, to: &text)
        append(hello.extensions, to: &text)
        append(hello.supportedGroups, to: &text)
        append(hello.pointFormats, to: &text)
        return MessageDigest.md5(text)
    }

    static func fingerprint(of hello: TLSServerHello) -> String {
        var text: [UInt8] = []
        text.append(decimal: UInt64(hello.legacyVersion))
        append([hello.cipherSuite], to: &text)
        append(hello.extensions[...], to: &text)
        return MessageDigest.md5(text)
    }

    /// A comma, then the numbers joined by hyphens.
    private static func append(_ numbers: ArraySlice<UInt16>, to text: inout [UInt8]) {
        text.append(0x2c)
        var isFirst = true
        for number in numbers where !TLSVersion.isGREASE(number) {
            if !isFirst { text.append(0x2d) }
            isFirst = false
            text.append(decimal: UInt64(number))
        }
    }
}

extension [UInt8] {
    /// Appends the number's decimal digits.
    @inline(__always)
    mutating func append(decimal value: UInt64) {
        if value < 10 { return append(0x30 + UInt8(truncatingIfNeeded: value)) }
        appendDigits(value)
    }

    private mutating func appendDigits(_ value: UInt64) {
        let start = count
        var rest = value
        while rest > 0 {
            append(0x30 + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        }
        self[start...].reverse()
    }

    /// Appends four lower-case hexadecimal digits.
    mutating func append(hexadecimal value: UInt16) {
        for shift: UInt16 in [12, 8, 4, 0] { append(hexadecimalDigit(UInt8(truncatingIfNeeded: value >> shift & 15))) }
    }
}

@inline(__always)
func hexadecimalDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
