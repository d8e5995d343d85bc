/// Which part of a datagram an IPv4 or IPv6 packet is.
public struct ForgedFragment: Sendable {
    /// Offset in octets, a multiple of 8.
    public var offset: Int
    public var moreFollow: Bool
    public init(offset: Int, moreFollow: Bool) { (self.offset, self.moreFollow) = (offset, moreFollow) }
}

extension Forge {
    public static let phoneV4: [UInt8] = [192, 0, 2, 17]
    public static let serverV4: [UInt8] = [203, 0, 113, 9]
    public static let phoneV6 = v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0x17])
    public static let serverV6 = v6([0x2001, 0xdb8, 0xffff, 0, 0, 0, 0, 9])

    /// The octets of an IPv6 address from its eight groups.
    public static func v6(_ groups: [Int]) -> [UInt8] { groups.flatMap { be16($0) } }

    /// An IPv4 packet (RFC 791 §3.1); `options` are padded to 32 bits, `totalLength` overrides the right one.
    public static func ipv4(
        _ payload: [UInt8], transport: Int, from source: [UInt8] = phoneV4, to destination: [UInt8] = serverV4,
        options: [UInt8] = [], fragment: ForgedFragment? = nil, totalLength: Int? = nil, identification: Int = 0x1234, hopLimit: Int = 64
    ) -> [UInt8] {
        let options = options + [UInt8](repeating: 0, count: (4 - options.count % 4) % 4)
        let header = 20 + options.count
        let place = fragment.map { $0.offset / 8 | ($0.moreFollow ? 0x2000 : 0) } ?? 0x4000
        var octets = [UInt8(0x40 | header / 4), 0] + be16(totalLength ?? header + payload.count) + be16(identification) + be16(place)
        octets += [UInt8(hopLimit), UInt8(transport), 0, 0] + source + destination + options
        octets.replaceSubrange(10..<12, with: be16(checksum(octets)))
        return octets + payload
    }

    /// An IPv6 packet (RFC 8200 §3); `extensions` are (number, octets of the whole header without its first).
    public static func ipv6(
        _ payload: [UInt8], transport: Int, from source: [UInt8] = phoneV6, to destination: [UInt8] = serverV6,
        extensions: [(number: Int, rest: [UInt8])] = [], payloadLength: Int? = nil, hopLimit: Int = 64
    ) -> [UInt8] {
        var body: [UInt8] = []
        for (index, header) in extensions.enumerated() {
            body.append(UInt8(index + 1 < extensions.count ? extensions[index + 1].number : transport))
            body += header.rest
        }
        body += payload
        let first = extensions.first?.number ?? transport
        return [0x60, 0, 0, 0] + be16(payloadLength ?? body.count) + [UInt8(first), UInt8(hopLimit)] + source + destination + body
    }

    /// Hop-by-hop, routing, destination options: length in units of 8 octets less one, filled with Pad1.
    public static func optionsHeader(units: Int) -> [UInt8] { [UInt8(units)] + [UInt8](repeating: 0, count: units * 8 + 6) }
    /// Authentication header (RFC 4302 §2.2) with 12 octets of check value.
    public static func authenticationHeader() -> [UInt8] { [4, 0, 0] + [UInt8](repeating: 7, count: 20) }
    /// Fragment header (RFC 8200 §4.5).
    public static func fragmentHeader(_ fragment: ForgedFragment, identification: Int = 0x0102_0304) -> [UInt8] {
        [0] + be16(fragment.offset | (fragment.moreFollow ? 1 : 0)) + be32(identification)
    }

    /// An IP packet of the family of the addresses; IPv6 has no identification.
    public static func ip(
        _ payload: [UInt8], transport: Int, from source: [UInt8], to destination: [UInt8], identification: Int = 0x1234, hopLimit: Int = 64
    ) -> [UInt8] {
        source.count == 4
            ? ipv4(payload, transport: transport, from: source, to: destination, identification: identification, hopLimit: hopLimit)
            : ipv6(payload, transport: transport, from: source, to: destination, hopLimit: hopLimit)
    }

    /// The IP packet that holds the octets `range` of a datagram's payload (RFC 791 §2.3, RFC 8200 §4.5). It begins at a
    /// multiple of 8; `identification` is what all fragments of a datagram share.
    public static func fragment(
        _ payload: [UInt8], _ range: Range<Int>, transport: Int = 17, from source: [UInt8] = phoneV4, to destination: [UInt8] = serverV4,
        identification: Int = 0x1234
    ) -> [UInt8] {
        let place = ForgedFragment(offset: range.lowerBound, moreFollow: range.upperBound < payload.count), part = Array(payload[range])
        guard source.count == 16 else {
            return ipv4(part, transport: transport, from: source, to: destination, fragment: place, identification: identification)
        }
        return ipv6(
            part, transport: transport, from: source, to: destination,
            extensions: [(44, fragmentHeader(place, identification: identification))])
    }

    /// All fragments of a datagram, in order, cut at `cuts`: multiples of 8, ascending.
    public static func fragments(
        _ payload: [UInt8], cuts: [Int], transport: Int = 17, from source: [UInt8] = phoneV4, to destination: [UInt8] = serverV4,
        identification: Int = 0x1234
    ) -> [[UInt8]] {
        let bounds = [0] + cuts + [payload.count]
        return zip(bounds, bounds.dropFirst()).map { start, end in
            fragment(payload, start..<end, transport: transport, from: source, to: destination, identification: identification)
        }
    }
}
