import CIDN2

/// Host names of other scripts than Latin, by libidn2 (IDNA2008 with the mapping of Unicode TR46, as browsers do it).
enum InternationalName {
    /// Longest text that is looked at, octets of UTF-8: 253 octets of punycode are never more.
    private static let longest = 1024

    /// `text` in punycode and lower case: пример.example → xn--e1afmkfd.example. nil when it is no international name.
    static func ascii(_ text: String) -> String? {
        guard !text.isEmpty, text.utf8.count <= longest, !text.utf8.contains(0) else { return nil }
        var answer: UnsafeMutablePointer<UInt8>?
        let flags = CInt(IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue)
        let octets = Array(text.utf8) + [0]
        // Safe: the text ends with NUL and lives through the call; the answer is the library's, copied and given back at once.
        let status = unsafe octets.withUnsafeBufferPointer { unsafe idn2_lookup_u8($0.baseAddress, &answer, flags) }
        guard status == CInt(IDN2_OK.rawValue), let name = unsafe answer else { return nil }
        defer { unsafe idn2_free(name) }
        return unsafe String(cString: name)
    }
}
