extension Forge {
    public static let phoneMAC: [UInt8] = [0x02, 0, 0, 0, 0, 0x11]
    public static let gatewayMAC: [UInt8] = [0x02, 0, 0, 0, 0, 0x22]
    public static let ipv4Type = 0x0800
    public static let ipv6Type = 0x86dd

    /// An Ethernet II frame; `tags` are (TPID, tag control information), outermost first.
    public static func ethernet(
        _ payload: [UInt8], type: Int = ipv4Type, from source: [UInt8] = phoneMAC, to destination: [UInt8] = gatewayMAC,
        tags: [(tpid: Int, control: Int)] = []
    ) -> [UInt8] {
        destination + source + tags.flatMap { be16($0.tpid) + be16($0.control) } + be16(type) + payload
    }

    /// An 802.3 frame with LLC and SNAP (RFC 1042).
    public static func snap(_ payload: [UInt8], type: Int = ipv4Type, oui: [UInt8] = [0, 0, 0]) -> [UInt8] {
        gatewayMAC + phoneMAC + be16(payload.count + 8) + [0xaa, 0xaa, 0x03] + oui + be16(type) + payload
    }

    /// Linux cooked capture, version 1.
    public static func linuxCooked(_ payload: [UInt8], type: Int = ipv4Type, from source: [UInt8] = phoneMAC, kind: Int = 4) -> [UInt8] {
        be16(kind) + be16(1) + be16(source.count) + (source + [UInt8](repeating: 0, count: 8)).prefix(8) + be16(type) + payload
    }

    /// Linux cooked capture, version 2.
    public static func linuxCooked2(_ payload: [UInt8], type: Int = ipv4Type, from source: [UInt8] = phoneMAC) -> [UInt8] {
        be16(type) + [0, 0] + be32(3) + be16(1) + [4, UInt8(source.count)] + (source + [UInt8](repeating: 0, count: 8)).prefix(8) + payload
    }

    /// BSD loopback: the address family in the order of the host (NULL) or of the network (LOOP).
    public static func loopback(_ payload: [UInt8], family: Int = 2, order: ForgedOrder = .little) -> [UInt8] {
        order.u32(family) + payload
    }
}
