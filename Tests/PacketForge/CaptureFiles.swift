/// A packet of a forged capture.
public struct ForgedPacket: Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    public var time: Int64
    public var octets: [UInt8]
    /// Octets on the wire; nil: as many as `octets`.
    public var wireLength: Int?

    public init(_ octets: [UInt8], at time: Int64 = ForgedPacket.start, wireLength: Int? = nil) {
        (self.time, self.octets, self.wireLength) = (time, octets, wireLength)
    }

    /// 2023-11-14T22:13:20Z, where forged captures begin.
    public static let start: Int64 = 1_700_000_000_000_000_000
}

/// A classic capture file (draft-ietf-opsawg-pcap §4, §5).
public struct ForgedPcap: Sendable {
    public var order = ForgedOrder.little
    public var nanoseconds = false
    /// Kuznetzov's modified form: 8 more octets in each record header.
    public var modified = false
    public var link = 1
    public var snapLength = 262_144
    public init() {}

    public var header: [UInt8] {
        let magic = modified ? 0xa1b2_cd34 : nanoseconds ? 0xa1b2_3c4d : 0xa1b2_c3d4
        return order.u32(magic) + order.u16(2) + order.u16(4) + order.u32(0) + order.u32(0) + order.u32(snapLength) + order.u32(link)
    }

    /// One record; `captured` overrides the length that the header tells.
    public func record(_ packet: ForgedPacket, captured: Int? = nil) -> [UInt8] {
        let fraction = Int(packet.time % 1_000_000_000)
        var octets = order.u32(Int(packet.time / 1_000_000_000)) + order.u32(nanoseconds ? fraction : fraction / 1000)
        octets += order.u32(captured ?? packet.octets.count) + order.u32(packet.wireLength ?? packet.octets.count)
        if modified { octets += order.u32(2) + order.u16(0x0800) + [0, 0] }      // interface, protocol, packet type, padding
        return octets + packet.octets
    }

    public func file(_ packets: [ForgedPacket]) -> [UInt8] { header + packets.flatMap { record($0) } }
}

/// Blocks of a pcapng file (draft-ietf-opsawg-pcapng §3, §4) in one byte order.
public struct ForgedPcapng: Sendable {
    public var order = ForgedOrder.little
    public init(order: ForgedOrder = .little) { self.order = order }

    /// Any block: type, length, body padded to 32 bits, length. `length` overrides the first one.
    public func block(_ type: Int, _ body: [UInt8], length: Int? = nil, trailer: Int? = nil) -> [UInt8] {
        let padded = Self.padded(body), total = padded.count + 12
        return order.u32(type) + order.u32(length ?? total) + padded + order.u32(trailer ?? length ?? total)
    }

    /// Section Header Block.
    public func section(magic: Int = 0x1a2b_3c4d, options: [UInt8] = []) -> [UInt8] {
        block(0x0a0d_0d0a, order.u32(magic) + order.u16(1) + order.u16(0) + order.u64(.max) + options)
    }

    /// Interface Description Block; `resolution` is if_tsresol, `offset` if_tsoffset (seconds).
    public func interface(link: Int = 1, snapLength: Int = 0, resolution: UInt8? = nil, offset: Int64? = nil) -> [UInt8] {
        var options: [UInt8] = option(2, Array("wlan0".utf8))
        if let resolution { options += option(9, [resolution]) }
        if let offset { options += option(14, order.u64(UInt64(bitPattern: offset))) }
        return block(1, order.u16(link) + [0, 0] + order.u32(snapLength) + options + option(0, []))
    }

    public func option(_ code: Int, _ value: [UInt8]) -> [UInt8] {
        order.u16(code) + order.u16(value.count) + Self.padded(value)
    }

    /// Enhanced Packet Block; `ticks` in the interface's resolution, `options` with their end.
    public func enhanced(
        _ octets: [UInt8], ticks: UInt64, interface: Int = 0, captured: Int? = nil, wireLength: Int? = nil, options: [UInt8]? = nil
    ) -> [UInt8] {
        block(6, order.u32(interface) + stamp(ticks) + order.u32(captured ?? octets.count)
            + order.u32(wireLength ?? octets.count) + Self.padded(octets) + (options ?? comment("a comment") + option(0, [])))
    }

    /// The option opt_comment.
    public func comment(_ text: String) -> [UInt8] { option(1, Array(text.utf8)) }

    /// A packet of an interface with the default resolution, microseconds.
    public func enhanced(_ packet: ForgedPacket, interface: Int = 0) -> [UInt8] {
        enhanced(packet.octets, ticks: UInt64(packet.time / 1000), interface: interface, wireLength: packet.wireLength)
    }

    /// Packet Block, obsolete: 16-bit interface and drop counts.
    public func obsolete(_ octets: [UInt8], ticks: UInt64, interface: Int = 0) -> [UInt8] {
        block(2, order.u16(interface) + order.u16(7) + stamp(ticks) + order.u32(octets.count) + order.u32(octets.count) + octets)
    }

    /// Simple Packet Block: no interface, no time, no captured length.
    public func simple(_ octets: [UInt8], wireLength: Int? = nil) -> [UInt8] {
        block(3, order.u32(wireLength ?? octets.count) + octets)
    }

    /// Name Resolution Block of IPv4 (4 octets) and IPv6 (16 octets) addresses.
    public func names(_ entries: [(address: [UInt8], name: String)]) -> [UInt8] {
        block(4, entries.flatMap { option($0.address.count == 4 ? 1 : 2, $0.address + Array($0.name.utf8) + [0]) } + option(0, []))
    }

    /// Decryption Secrets Block of TLS keys, or another kind.
    public func secrets(_ octets: [UInt8], kind: Int = 0x544c_534b) -> [UInt8] { block(10, order.u32(kind) + order.u32(octets.count) + octets) }

    /// Apple's Process Information Block.
    public func process(_ identifier: Int, name: String, path: String? = nil, uuid: [UInt8]? = nil) -> [UInt8] {
        var body = order.u32(identifier) + option(2, Array(name.utf8))
        if let path { body += option(3, Array(path.utf8)) }
        if let uuid { body += option(4, uuid) }
        return block(0x8000_0001, body + option(0, []))
    }

    /// PCAPdroid's custom block that names the app of a uid.
    public func androidApp(_ uid: Int32, package: String, name: String) -> [UInt8] {
        block(0xbad, order.u32(62652) + order.u16(1) + [1, 0] + order.u32(Int(UInt32(bitPattern: uid)))
            + [UInt8(package.utf8.count), UInt8(name.utf8.count)] + Array(package.utf8) + Array(name.utf8))
    }

    /// Interface Statistics Block; `start` and `end` in the interface's ticks, `counts` by option code.
    public func statistics(interface: Int = 0, start: UInt64? = nil, end: UInt64? = nil, counts: [(code: Int, count: UInt64)] = []) -> [UInt8] {
        var body = order.u32(interface) + stamp(end ?? 0)
        if let start { body += option(2, stamp(start)) }
        if let end { body += option(3, stamp(end)) }
        for (code, count) in counts { body += option(code, order.u64(count)) }
        return block(5, body + option(0, []))
    }

    private func stamp(_ ticks: UInt64) -> [UInt8] { order.u32(Int(ticks >> 32)) + order.u32(Int(ticks & 0xffff_ffff)) }

    private static func padded(_ octets: [UInt8]) -> [UInt8] {
        octets + [UInt8](repeating: 0, count: (4 - octets.count % 4) % 4)
    }
}
