/// Rules for the text of a host name that came from the wire.
enum HostName {
    /// Longest name in text form without the trailing dot, octets (RFC 1035 §2.3.4: 255 on the wire).
    static let longest = 253
    /// Longest label, octets (RFC 1035 §2.3.4).
    static let longestLabel = 63

    /// `text` in lower case without trailing dot, when it is a host name; nil for an address, an empty text, an empty or
    /// over-long label, an over-long name and octets that no host name has.
    /// Underscores are let through (they occur), and so are octets above 127 (names that were not brought to punycode).
    static func canonical(_ text: String) -> String? {
        var isLower = true
        let end = measure(text.utf8Span.span, isLower: &isLower)
        guard end > 0 else { return nil }
        if isLower, end == text.utf8.count { return text }
        return String(decoding: text.utf8.prefix(end).map(lower), as: UTF8.self)
    }

    /// The octets of the name without its trailing dot; 0 when it is no host name (see `canonical`).
    static func measure(_ octets: Span<UInt8>, isLower: inout Bool) -> Int {
        var end = octets.count
        if end > 0, octets[end - 1] == 0x2e { end -= 1 }
        guard end > 0, end <= longest else { return 0 }
        var label = 0, isNumber = true
        for index in 0..<end {
            let octet = octets[index]
            switch octet {
            case 0x2e:
                guard label > 0 else { return 0 }
                (label, isNumber) = (0, true)
                continue
            case 0x61...0x7a, 0x2d, 0x5f, 0x80...: isNumber = false
            case 0x30...0x39: break
            case 0x41...0x5a:
                isNumber = false
                isLower = false
            default: return 0
            }
            label += 1
            guard label <= longestLabel else { return 0 }
        }
        // A name whose last label is a number is an IPv4 address or nothing (RFC 1123 §2.1).
        return label > 0 && !isNumber ? end : 0
    }

    @inline(__always)
    static func lower(_ octet: UInt8) -> UInt8 { octet &- 0x41 < 26 ? octet | 0x20 : octet }

    /// Whether `name` is `domain` or lies below it; both canonical.
    static func lies(_ name: String, atOrBelow domain: String) -> Bool {
        let (name, domain) = (name.utf8Span.span, domain.utf8Span.span)
        let rest = name.count - domain.count
        guard rest == 0 || (rest > 0 && !domain.isEmpty && name[rest - 1] == 0x2e) else { return false }
        for index in 0..<domain.count where name[rest + index] != domain[index] { return false }
        return true
    }

    /// Whether nobody on the internet can have the name: one label, or a suffix set aside for local networks
    /// (RFC 6761, RFC 6762, RFC 8375, ICANN's .internal) or usual there.
    static func isLocal(_ name: String) -> Bool {
        guard let dot = name.utf8.lastIndex(of: 0x2e) else { return true }
        switch name[name.index(after: dot)...] {
        case "local", "localhost", "lan", "home", "internal", "localdomain", "corp", "intranet", "private": return true
        default: return name.hasSuffix(".home.arpa")
        }
    }
}
