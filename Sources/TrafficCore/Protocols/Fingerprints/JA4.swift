/// What a ClientHello came over; the first letter of its JA4.
enum FingerprintTransport: UInt8 { case tcp = 0x74, quic = 0x71, dtls = 0x64 }

/// JA4, the TLS client fingerprint (FoxIO JA4 technical details, BSD-3-Clause).
enum JA4 {
    static func fingerprint(of hello: TLSClientHello, over transport: FingerprintTransport) -> String {
        let ciphers = hello.cipherSuites, extensions = hello.extensions
        var text: [UInt8] = [transport.rawValue]
        text.append(contentsOf: version(hello).utf8)
        text.append(extensions.contains(TLSExtension.serverName) ? 0x64 : 0x69)
        appendCount(ciphers.count, to: &text)
        appendCount(extensions.count, to: &text)
        let (first, last) = alpnLetters(hello.firstALPN)
        text.append(first)
        text.append(last)
        text.append(0x5f)
        appendDigest(of: joined(ciphers.sorted()), to: &text)
        text.append(0x5f)
        let named = extensions.filter { $0 != TLSExtension.serverName && $0 != TLSExtension.alpn }.sorted()
        var list = joined(named)
        if !hello.signatureAlgorithms.isEmpty, !list.isEmpty {
            list.append(0x5f)
            list += joined(Array(hello.signatureAlgorithms))
        }
        appendDigest(of: list, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private static func version(_ hello: TLSClientHello) -> String {
        // DTLS counts down: 1.3 is 0xfefc, 1.2 is 0xfefd (RFC 9147 §5.3).
        let highest = (hello.legacyVersion >> 8 == 0xfe ? hello.supportedVersions.min() : hello.supportedVersions.max()) ?? hello.legacyVersion
        return switch highest {
        case 0x0304: "13"
        case 0x0303: "12"
        case 0x0302: "11"
        case 0x0301: "10"
        case 0x0300: "s3"
        case 0x0002: "s2"
        case 0xfeff: "d1"
        case 0xfefd: "d2"
        case 0xfefc: "d3"
        default: "00"
        }
    }

    private static func appendCount(_ count: Int, to text: inout [UInt8]) {
        let shown = UInt8(min(count, 99))
        text.append(0x30 + shown / 10)
        text.append(0x30 + shown % 10)
    }

    /// First and last character of the first protocol; where one is no ASCII letter or digit, of its hexadecimal form.
    private static func alpnLetters(_ name: [UInt8]) -> (UInt8, UInt8) {
        guard let first = name.first, let last = name.last else { return (0x30, 0x30) }
        func isAlphanumeric(_ octet: UInt8) -> Bool {
            (0x30...0x39).contains(octet) || (0x41...0x5a).contains(octet) || (0x61...0x7a).contains(octet)
        }
        if isAlphanumeric(first), isAlphanumeric(last) { return (first, last) }
        return (hexadecimalDigit(first >> 4), hexadecimalDigit(last & 15))
    }

    private static func joined(_ numbers: [UInt16]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(numbers.count * 5)
        for number in numbers {
            if !text.isEmpty { text.append(0x2c) }
            text.append(hexadecimal: number)
        }
        return text
    }

    /// The first 12 digits of the SHA-256, or 12 zeros for an empty list.
    private static func appendDigest(of list: [UInt8], to text: inout [UInt8]) {
        if list.isEmpty {
            text.append(contentsOf: repeatElement(0x30, count: 12))
        } else {
            text.append(contentsOf: MessageDigest.sha256(list).utf8.prefix(12))
        }
    }
}
