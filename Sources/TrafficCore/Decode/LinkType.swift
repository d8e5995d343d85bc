/// Link-layer header types (tcpdump.org/linktypes.html). Unknown ones are data: they are counted, not refused.
public struct LinkType: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let null = LinkType(rawValue: 0)
    public static let ethernet = LinkType(rawValue: 1)
    /// 12 and 14 are DLT_RAW of some systems, written into files by mistake.
    public static let rawBSD = LinkType(rawValue: 12)
    public static let rawOpenBSD = LinkType(rawValue: 14)
    public static let raw = LinkType(rawValue: 101)
    public static let loop = LinkType(rawValue: 108)
    public static let linuxCooked = LinkType(rawValue: 113)
    public static let ipv4 = LinkType(rawValue: 228)
    public static let ipv6 = LinkType(rawValue: 229)
    public static let linuxCooked2 = LinkType(rawValue: 276)

    public var isSupported: Bool {
        switch self {
        case .null, .ethernet, .rawBSD, .rawOpenBSD, .raw, .loop, .linuxCooked, .ipv4, .ipv6, .linuxCooked2: true
        default: false
        }
    }

    /// A name for messages: "Ethernet", or "link type 147".
    public var name: String {
        switch self {
        case .null: "NULL"
        case .ethernet: "Ethernet"
        case .rawBSD, .rawOpenBSD, .raw: "RAW"
        case .loop: "LOOP"
        case .linuxCooked: "Linux cooked (SLL)"
        case .linuxCooked2: "Linux cooked v2 (SLL2)"
        case .ipv4: "IPv4"
        case .ipv6: "IPv6"
        default: "link type \(rawValue)"
        }
    }
}

/// EtherTypes that the decoder follows (IANA IEEE 802 Numbers).
enum EtherType {
    static var ipv4: UInt16 { 0x0800 }
    static var ipv6: UInt16 { 0x86dd }

    /// 802.1Q, 802.1ad and the two older QinQ tags.
    @inline(__always)
    static func isVLAN(_ type: UInt16) -> Bool { type == 0x8100 || type == 0x88a8 || type == 0x9100 || type == 0x9200 }
}
