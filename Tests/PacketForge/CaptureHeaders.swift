// 802.11, and the headers that capturing software puts in front of packets (tcpdump.org/linktypes.html).

/// A data frame of IEEE 802.11 (§9.3.2.1) with LLC and SNAP.
public struct ForgedWLAN: Sendable {
    /// By the bits To DS and From DS.
    public enum Way: Int, Sendable, CaseIterable { case direct, toNetwork, fromNetwork, bridged }
    public var way = Way.toNetwork
    public var isQoS = false
    public var hasHTControl = false
    public var isProtected = false
    /// The body is an A-MSDU (§9.3.2.2) of one frame.
    public var isAggregate = false
    /// The body begins at a multiple of 4 octets, as radiotap's flag 0x20 says.
    public var isPadded = false
    /// Some access points swap the two octets of the frame control field.
    public var isSwapped = false
    public init(way: Way = .toNetwork, isQoS: Bool = false) { (self.way, self.isQoS) = (way, isQoS) }

    public static let accessPoint: [UInt8] = [0x02, 0, 0, 0, 0, 0x33]

    public func frame(
        _ payload: [UInt8], type: Int = Forge.ipv4Type, from source: [UInt8] = Forge.phoneMAC, to destination: [UInt8] = Forge.gatewayMAC
    ) -> [UInt8] {
        let flags = UInt8(way.rawValue) | (isProtected ? 0x40 : 0) | (hasHTControl ? 0x80 : 0)
        let control: [UInt8] = [isQoS ? 0x88 : 0x08, flags]
        var octets = (isSwapped ? control.reversed() : control) + Forge.be16(0)
        switch way {                        // Table 9-30: receiver, transmitter, and whoever is neither
        case .direct: octets += destination + source + Self.accessPoint
        case .toNetwork: octets += Self.accessPoint + source + destination
        case .fromNetwork: octets += destination + Self.accessPoint + source
        case .bridged: octets += Self.accessPoint + Self.accessPoint + destination
        }
        octets += [0x10, 0]                 // sequence control
        if way == .bridged { octets += source }
        if isQoS { octets += [isAggregate ? 0x80 : 0, 0] }
        if hasHTControl { octets += Forge.padding(4) }
        if isPadded { octets += Forge.padding((4 - octets.count % 4) % 4) }
        if isProtected { octets += [1, 0, 0, 0x20, 0, 0, 0, 0] }        // CCMP header
        let body = [0xaa, 0xaa, 0x03, 0, 0, 0] + Forge.be16(type) + payload
        if isAggregate { octets += destination + source + Forge.be16(body.count) }
        return octets + body
    }

    /// A frame with an A-MSDU of several packets (§9.3.2.2), each but the last padded to a multiple of 4 octets.
    public func aggregate(
        _ packets: [(payload: [UInt8], type: Int)], from source: [UInt8] = Forge.phoneMAC, to destination: [UInt8] = Forge.gatewayMAC
    ) -> [UInt8] {
        var wlan = self
        (wlan.isQoS, wlan.isAggregate) = (true, true)
        guard let first = packets.first else { return [] }
        var octets = wlan.frame(first.payload, type: first.type, from: source, to: destination)
        var length = 14 + 8 + first.payload.count
        for packet in packets.dropFirst() {
            octets += Forge.padding((4 - length % 4) % 4)
            octets += destination + source + Forge.be16(8 + packet.payload.count)
            octets += [0xaa, 0xaa, 0x03, 0, 0, 0] + Forge.be16(packet.type) + packet.payload
            length = 14 + 8 + packet.payload.count
        }
        return octets
    }
}

extension Forge {
    /// Radiotap (radiotap.org): a clock and flags if given, behind `words` further presence words. Flag 0x10 says that a
    /// frame check sequence follows.
    public static func radiotap(_ frame: [UInt8], flags: UInt8? = nil, clock: UInt64? = nil, words: Int = 0) -> [UInt8] {
        let little = ForgedOrder.little
        let fields = (clock == nil ? 0 : 1) | (flags == nil ? 0 : 2)
        var body = little.u32(fields | (words > 0 ? 1 << 31 : 0))
        for word in 0..<words { body += little.u32(word + 1 < words ? 1 << 31 : 0) }
        if let clock {
            body += padding((8 - (body.count + 4) % 8) % 8) + little.u64(clock)
        }
        if let flags { body.append(flags) }
        let check: [UInt8] = (flags ?? 0) & 0x10 == 0 ? [] : [0xde, 0xad, 0xbe, 0xef]
        return [0, 0] + little.u16(body.count + 4) + body + frame + check
    }

    /// Prism's header of 144 octets: message code, length, device, ten items of 12 octets.
    public static func prism(_ frame: [UInt8], order: ForgedOrder = .little) -> [UInt8] {
        order.u32(0x44) + order.u32(144) + Array("wlan0".utf8) + padding(11 + 120) + frame
    }

    /// AVS: magic number, length, in network order, and 56 octets of measurements.
    public static func avs(_ frame: [UInt8]) -> [UInt8] { be32(0x8021_1001) + be32(64) + padding(56) + frame }

    /// Per-packet information (CACE Technologies): version, flags, length, link type, fields.
    public static func perPacketInformation(_ frame: [UInt8], link: Int, fields: [UInt8] = []) -> [UInt8] {
        [0, 0] + ForgedOrder.little.u16(8 + fields.count) + ForgedOrder.little.u32(link) + fields + frame
    }

    /// Netfilter's log: fields of length, type and value, padded to 4 octets, in the order of the host that captured.
    public static func netfilterLog(_ packet: [UInt8], family: Int = 2, order: ForgedOrder = .little) -> [UInt8] {
        func field(_ type: Int, _ value: [UInt8]) -> [UInt8] {
            order.u16(value.count + 4) + order.u16(type) + value + padding((4 - value.count % 4) % 4)
        }
        let header = field(1, be16(family == 2 ? ipv4Type : ipv6Type) + [1, 0]), prefix = field(10, Array("out".utf8) + [0]), user = field(11, be32(10101))
        return [UInt8(family), 0] + be16(1) + header + prefix + user + field(9, packet)
    }

    /// Apple's PKTAP, version 1 (pktap.h): 108 octets, little-endian.
    public static func packetTap(_ frame: [UInt8], link: Int = 1, kind: Int = 1) -> [UInt8] {
        let little = ForgedOrder.little
        var octets = little.u32(108) + little.u32(kind) + little.u32(link) + name("en0", 24) + little.u32(2) + little.u32(2)
        octets += little.u32(14) + little.u32(0) + little.u32(501) + name("Example", 20)                // lengths around, process
        octets += little.u32(0) + little.u16(6) + little.u16(0) + little.u32(501) + name("Example", 20)
        return octets + frame
    }

    /// Version 2: 40 octets, then what they point to; flag 0x80000 tells it.
    public static func packetTap2(_ frame: [UInt8], link: Int = 1) -> [UInt8] {
        let little = ForgedOrder.little
        var octets: [UInt8] = [40 + 24 + 20, 0, 0, 40, 64, 0]           // length, offsets of identifiers, interface, command
        octets += little.u16(link) + little.u16(14) + little.u16(0) + little.u16(6) + little.u16(0)
        octets += little.u32(2) + little.u32(0) + little.u32(7) + little.u32(501) + little.u32(501) + little.u32(0x80002)
        return octets + name("en0", 24) + name("Example", 20) + frame
    }

    private static func name(_ text: String, _ count: Int) -> [UInt8] { Array(text.utf8) + padding(count - text.utf8.count) }

    /// Solaris' IPNET: version, family, hook, length, interfaces and zones.
    public static func ipnet(_ packet: [UInt8], family: UInt8 = 2) -> [UInt8] {
        [1, family] + be16(1) + be32(packet.count) + be32(1) + be32(1) + be32(0) + be32(0) + packet
    }
}
