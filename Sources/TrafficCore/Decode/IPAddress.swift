/// An IPv4 or IPv6 address as two machine words: trivial to copy, compare and hash.
public struct IPAddress: Hashable, Sendable {
    public enum Family: UInt8, Sendable { case v4 = 4, v6 = 6 }
    /// The first eight octets of an IPv6 address; 0 for IPv4.
    public let high: UInt64
    /// The last eight octets of an IPv6 address; the 32 bits of an IPv4 address.
    public let low: UInt64
    public let family: Family

    @inline(__always)
    public init(v4 bits: UInt32) { (high, low, family) = (0, UInt64(bits), .v4) }
    @inline(__always)
    public init(v6High high: UInt64, low: UInt64) { (self.high, self.low, family) = (high, low, .v6) }

    /// The 16 octets in network order, IPv4 as its mapped address (RFC 4291 §2.5.5.2).
    public var mappedOctets: [UInt8] {
        var octets = [UInt8](repeating: 0, count: 16)
        let (first, second) = family == .v6 ? (high, low) : (0, 0x0000_ffff_0000_0000 | low)
        for index in 0..<8 {
            octets[index] = UInt8(truncatingIfNeeded: first >> (56 - 8 * index))
            octets[8 + index] = UInt8(truncatingIfNeeded: second >> (56 - 8 * index))
        }
        return octets
    }

    /// Appends 4 octets for IPv4, 16 for IPv6, in network order.
    func append(octetsTo buffer: inout [UInt8]) {
        if family == .v6 {
            var shift: UInt64 = 64
            while shift > 0 {
                shift -= 8
                buffer.append(UInt8(truncatingIfNeeded: high >> shift))
            }
        }
        var shift: UInt64 = family == .v6 ? 64 : 32
        while shift > 0 {
            shift -= 8
            buffer.append(UInt8(truncatingIfNeeded: low >> shift))
        }
    }

    /// 4 octets for IPv4, 16 for IPv6, in network order.
    public var octets: [UInt8] { family == .v6 ? mappedOctets : Array(mappedOctets[12...]) }
}

extension IPAddress: Comparable {
    /// IPv4 before IPv6, then by value.
    public static func < (a: IPAddress, b: IPAddress) -> Bool {
        if a.family != b.family { return a.family == .v4 }
        return a.high == b.high ? a.low < b.low : a.high < b.high
    }
}

// MARK: Kinds of address

extension IPAddress {
    /// Not routed on the public internet: private, link-local, unique local, shared (RFC 6598), loopback, unspecified.
    public var isLocal: Bool {
        switch family {
        case .v4:
            let a = UInt8(truncatingIfNeeded: low >> 24), b = UInt8(truncatingIfNeeded: low >> 16)
            return a == 10 || a == 127 || a == 0 || (a == 192 && b == 168) || (a == 172 && b & 0xf0 == 16)
                || (a == 169 && b == 254) || (a == 100 && b & 0xc0 == 64)
        case .v6:
            return high >> 57 == 0xfc >> 1 || high >> 54 == 0xfe80 >> 6 || (high == 0 && low <= 1)
        }
    }

    public var isMulticast: Bool {
        family == .v4 ? low >> 28 == 0xe : high >> 56 == 0xff
    }

    /// 255.255.255.255; a subnet's own broadcast address cannot be told without its mask.
    public var isBroadcast: Bool { family == .v4 && low == 0xffff_ffff }

    /// The IPv4 address inside a NAT64 (64:ff9b::/96, RFC 6052) or mapped IPv6 address, if there is one.
    public var embeddedIPv4: IPAddress? {
        guard family == .v6, low >> 32 == 0 || low >> 32 == 0xffff else { return nil }
        let isNAT64 = high == 0x0064_ff9b_0000_0000 && low >> 32 == 0
        let isMapped = high == 0 && low >> 32 == 0xffff
        return isNAT64 || isMapped ? IPAddress(v4: UInt32(truncatingIfNeeded: low)) : nil
    }
}

// MARK: Text

extension IPAddress: CustomStringConvertible, LosslessStringConvertible {
    /// Dotted quad, or the canonical IPv6 text of RFC 5952.
    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(39)
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends `description` as ASCII octets, without making a `String`.
    public func append(to text: inout [UInt8]) {
        if family == .v4 {
            Self.appendDottedQuad(low, to: &text)
        } else if high == 0, low >> 32 == 0xffff {
            text.append(contentsOf: "::ffff:".utf8)
            Self.appendDottedQuad(low & 0xffff_ffff, to: &text)
        } else {
            appendGroups(to: &text)
        }
    }

    private static func appendDottedQuad(_ bits: UInt64, to text: inout [UInt8]) {
        var shift: UInt64 = 24
        while true {
            var octet = UInt8(truncatingIfNeeded: bits >> shift)
            if octet >= 100 { text.append(0x30 + octet / 100) }
            if octet >= 10 { text.append(0x30 + octet / 10 % 10) }
            octet %= 10
            text.append(0x30 + octet)
            if shift == 0 { return }
            text.append(0x2e)
            shift -= 8
        }
    }

    private func group(_ index: Int) -> UInt16 {
        UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> UInt64(48 - 16 * (index & 3)))
    }

    private func appendGroups(to text: inout [UInt8]) {
        // RFC 5952 §4.2: the longest run of two or more zero groups becomes "::", the first one at a tie.
        var best = 0..<0, start = 0
        for index in 0...8 where index == 8 || group(index) != 0 {
            if index - start > max(1, best.count) { best = start..<index }
            start = index + 1
        }
        var index = 0
        while index < 8 {
            if index == best.lowerBound, !best.isEmpty {
                text.append(0x3a)
                text.append(0x3a)
                index = best.upperBound
                continue
            }
            if index > 0, text.last != 0x3a { text.append(0x3a) }
            let value = group(index)
            var started = false
            for shift: UInt16 in [12, 8, 4, 0] {
                let digit = UInt8(value >> shift & 15)
                started = started || digit != 0 || shift == 0
                if started { text.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
            }
            index += 1
        }
    }

    /// Reads a dotted quad or any IPv6 text form of RFC 4291 §2.2; no zone, no prefix length, no leading zeros in IPv4.
    public init?(_ description: String) {
        if description.utf8.contains(0x3a) {
            guard let words = Self.parseGroups(description) else { return nil }
            self.init(v6High: words.high, low: words.low)
        } else {
            guard let bits = Self.parseDottedQuad(description) else { return nil }
            self.init(v4: bits)
        }
    }

    private static func parseDottedQuad(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                part.utf8.count == 1 || part.utf8.first != 0x30, let octet = UInt8(part)
            else { return nil }
            bits = bits << 8 | UInt32(octet)
        }
        return bits
    }

    private static func parseGroups(_ text: String) -> (high: UInt64, low: UInt64)? {
        guard text.utf8.count <= 45 else { return nil }
        var groups: [UInt16] = [], gap: Int?
        var rest = Substring(text)
        if rest.hasPrefix("::") {
            gap = 0
            rest = rest.dropFirst(2)
        } else if rest.hasPrefix(":") {
            return nil
        }
        while !rest.isEmpty {
            guard groups.count < 8 else { return nil }
            let end = rest.firstIndex(of: ":") ?? rest.endIndex
            let part = rest[..<end]
            if end == rest.endIndex, part.contains(".") {
                guard let quad = parseDottedQuad(part) else { return nil }
                groups += [UInt16(quad >> 16), UInt16(quad & 0xffff)]
                break
            }
            guard (1...4).contains(part.utf8.count), let value = UInt16(part, radix: 16), part.first != "+" else { return nil }
            groups.append(value)
            if end == rest.endIndex { break }
            rest = rest[rest.index(after: end)...]
            if rest.hasPrefix(":") {
                guard gap == nil else { return nil }
                gap = groups.count
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil
            }
        }
        if let gap {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: [UInt16](repeating: 0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
        let words = groups.map(UInt64.init)
        return (words[0] << 48 | words[1] << 32 | words[2] << 16 | words[3], words[4] << 48 | words[5] << 32 | words[6] << 16 | words[7])
    }
}
