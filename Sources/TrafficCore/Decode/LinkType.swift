/// Link-layer header types (tcpdump.org/linktypes.html). Unknown ones are data: they are counted, not refused.
public struct LinkType: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let null = LinkType(rawValue: 0)
    public static let ethernet = LinkType(rawValue: 1)
    public static let tokenRing = LinkType(rawValue: 6)
    public static let ppp = LinkType(rawValue: 9)
    public static let fddi = LinkType(rawValue: 10)
    /// 12 and 14 are DLT_RAW of some systems, written into files by mistake.
    public static let rawBSD = LinkType(rawValue: 12)
    public static let rawOpenBSD = LinkType(rawValue: 14)
    public static let pppHDLC = LinkType(rawValue: 50)
    public static let pppEther = LinkType(rawValue: 51)
    public static let atm = LinkType(rawValue: 100)
    public static let raw = LinkType(rawValue: 101)
    public static let ciscoHDLC = LinkType(rawValue: 104)
    public static let wlan = LinkType(rawValue: 105)
    public static let frameRelay = LinkType(rawValue: 107)
    public static let loop = LinkType(rawValue: 108)
    public static let encapsulating = LinkType(rawValue: 109)
    public static let linuxCooked = LinkType(rawValue: 113)
    public static let packetFilterLog = LinkType(rawValue: 117)
    public static let prism = LinkType(rawValue: 119)
    public static let fibreChannel = LinkType(rawValue: 122)
    public static let radiotap = LinkType(rawValue: 127)
    public static let firewire = LinkType(rawValue: 138)
    /// DLT_USER2: PKTAP in files of older Apple systems.
    public static let user2 = LinkType(rawValue: 149)
    public static let avs = LinkType(rawValue: 163)
    public static let pppDaemon = LinkType(rawValue: 166)
    public static let perPacket = LinkType(rawValue: 192)
    public static let pppDirection = LinkType(rawValue: 204)
    public static let ipnet = LinkType(rawValue: 226)
    public static let ipv4 = LinkType(rawValue: 228)
    public static let ipv6 = LinkType(rawValue: 229)
    public static let netfilterLog = LinkType(rawValue: 239)
    public static let pktap = LinkType(rawValue: 258)
    public static let linuxCooked2 = LinkType(rawValue: 276)

    private static let names: [LinkType: String] = [
        .null: "NULL", .ethernet: "Ethernet", .tokenRing: "Token Ring", .ppp: "PPP", .fddi: "FDDI", .rawBSD: "RAW", .rawOpenBSD: "RAW",
        .pppHDLC: "PPP in HDLC", .pppEther: "PPPoE", .atm: "ATM", .raw: "RAW", .ciscoHDLC: "Cisco HDLC", .wlan: "802.11",
        .frameRelay: "frame relay", .loop: "LOOP", .encapsulating: "ENC", .linuxCooked: "Linux cooked (SLL)", .packetFilterLog: "PFLOG",
        .prism: "802.11 with Prism header", .fibreChannel: "IP over Fibre Channel", .radiotap: "802.11 with radiotap", .firewire: "IP over IEEE 1394",
        .user2: "USER2 (PKTAP)", .avs: "802.11 with AVS header", .pppDaemon: "PPP (pppd)", .perPacket: "PPI", .pppDirection: "PPP with direction",
        .ipnet: "IPNET", .ipv4: "IPv4", .ipv6: "IPv6", .netfilterLog: "NFLOG", .pktap: "PKTAP", .linuxCooked2: "Linux cooked v2 (SLL2)",
    ]

    /// Those that `LayerWalk` alone reads.
    static let walked: [LinkType] = [
        .ppp, .pppHDLC, .pppEther, .pppDirection, .pppDaemon, .ciscoHDLC, .frameRelay, .wlan, .radiotap, .prism, .avs, .perPacket,
        .netfilterLog, .pktap, .user2, .ipnet, .packetFilterLog, .encapsulating, .tokenRing, .fddi, .atm, .fibreChannel, .firewire,
    ]

    public var isSupported: Bool { Self.names[self] != nil }

    /// A name for messages: "Ethernet", or "link type 147".
    public var name: String { Self.names[self] ?? "link type \(rawValue)" }
}

/// EtherTypes that the decoder follows (IANA IEEE 802 Numbers).
enum EtherType {
    static var ipv4: UInt16 { 0x0800 }
    static var ipv6: UInt16 { 0x86dd }

    /// 802.1Q, 802.1ad and the two older QinQ tags.
    @inline(__always)
    static func isVLAN(_ type: UInt16) -> Bool { type == 0x8100 || type == 0x88a8 || type == 0x9100 || type == 0x9200 }
}
