import TrafficCore

/// Takes out of a report what could identify the phone or its owner (DESIGN.md §7): device addresses, query strings,
/// device models in user agents, host labels that look like identifiers. Flow rows are evidence and stay exact.
///
/// Devices are numbered in the order in which they are first asked for, so one value serves one report.
public struct Redaction: Sendable {
    /// Shows everything as it was captured.
    public let reveal: Bool
    private var devices: [String: Int] = [:]

    public init(reveal: Bool) { self.reveal = reveal }

    /// What stands in place of a redacted label.
    public static let mark = "‹redacted›"

    /// "device-1", "device-2", … for link-layer or IP addresses of devices.
    public mutating func device(_ address: String) -> String {
        if reveal { return address }
        let number = devices[address] ?? devices.count + 1
        devices[address] = number
        return "device-" + String(number)
    }

    /// `name` with labels left of `registrableDomain` (of the last two labels when it is nil) hidden when they look random.
    public func host(_ name: String, registrableDomain: String? = nil) -> String {
        if reveal || name.utf8.count < 12 || IPAddress(name) != nil { return name }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let kept = registrableDomain.map { $0.split(separator: ".", omittingEmptySubsequences: false).count } ?? 2
        guard labels.count > kept else { return name }
        var shown: [String] = []
        for (index, label) in labels.enumerated() {
            shown.append(index < labels.count - kept && Self.looksRandom(label) ? Self.mark : String(label))
        }
        return shown.joined(separator: ".")
    }

    /// A URL or path up to its query and fragment.
    public func path(_ text: String) -> String {
        if reveal { return text }
        guard let end = text.firstIndex(where: { $0 == "?" || $0 == "#" }) else { return text }
        return String(text[..<end]) + (text[end] == "?" ? "?" + Self.mark : "")
    }

    /// A user agent without its comments, which name device and system: RFC 9110 §5.6.5; nested ones too. An unclosed
    /// comment reaches to the end.
    public func userAgent(_ text: String) -> String {
        if reveal { return text }
        var depth = 0
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "(" {
                depth += 1
            } else if scalar == ")" {
                depth = max(0, depth - 1)
            } else if depth == 0 {
                kept.append(scalar)
            }
        }
        return String(kept).split(separator: " ").joined(separator: " ")
    }

    /// An argument of the command: an IP or link-layer address in it is a device.
    public mutating func argument(_ text: String) -> String {
        if reveal { return text }
        let cut = text.lastIndex(of: "=").map { text.index(after: $0) } ?? text.startIndex
        let value = String(text[cut...])
        guard IPAddress(value) != nil || Self.isLinkAddress(value) else { return text }
        return text[..<cut] + device(value)
    }

    private static func isLinkAddress(_ text: String) -> Bool {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "-" }
        return parts.count == 6 && parts.allSatisfy { $0.utf8.count == 2 && UInt8($0, radix: 16) != nil }
    }

    /// Twelve or more letters and digits that change between the two at least three times, or sixteen or more
    /// hexadecimal digits of both kinds: identifiers, not words with a number behind. Hyphens separate, except in a UUID.
    static func looksRandom(_ label: some StringProtocol) -> Bool {
        let octets = Array(label.utf8)
        if isMixedHexadecimal(octets.filter { $0 != 0x2d }, atLeast: 16) { return true }
        return octets.split(separator: 0x2d).contains { part in
            guard part.count >= 12 else { return false }
            var changes = 0, digits = 0, letters = 0
            var previous: Bool?
            for octet in part {
                let isDigit = (0x30...0x39).contains(octet)
                if isDigit { digits += 1 } else { letters += 1 }
                if let previous, previous != isDigit { changes += 1 }
                previous = isDigit
            }
            return digits >= 2 && letters >= 2 && changes >= 3
        }
    }

    private static func isMixedHexadecimal(_ octets: [UInt8], atLeast count: Int) -> Bool {
        guard octets.count >= count else { return false }
        var digits = 0, letters = 0
        for octet in octets {
            switch octet {
            case 0x30...0x39: digits += 1
            case 0x61...0x66, 0x41...0x46: letters += 1
            default: return false
            }
        }
        return digits >= 2 && letters >= 2
    }
}
