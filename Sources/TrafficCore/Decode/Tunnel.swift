/// How a packet was carried inside another.
enum TunnelKind: UInt8, CaseIterable {
    case fourInFour = 1, sixInFour, fourInSix, sixInSix
    case gre, erspan, pptp, etherIP, pim, mpls, ethernet
    case vxlan, geneve, gtp, teredo, l2tp, capwap, ayiya, tzsp, lisp

    init(inner: IPAddress.Family, outer: IPAddress.Family) {
        switch (inner, outer) {
        case (.v4, .v4): self = .fourInFour
        case (.v6, .v4): self = .sixInFour
        case (.v4, .v6): self = .fourInSix
        case (.v6, .v6): self = .sixInSix
        }
    }

    /// As it stands in a record. These names are API.
    var name: String {
        switch self {
        case .fourInFour: "4in4"
        case .sixInFour: "6in4"
        case .fourInSix: "4in6"
        case .sixInSix: "6in6"
        case .gre: "gre"
        case .erspan: "erspan"
        case .pptp: "pptp"
        case .etherIP: "etherip"
        case .pim: "pim"
        case .mpls: "mpls"
        case .ethernet: "ethernet"
        case .vxlan: "vxlan"
        case .geneve: "geneve"
        case .gtp: "gtp"
        case .teredo: "teredo"
        case .l2tp: "l2tp"
        case .capwap: "capwap"
        case .ayiya: "ayiya"
        case .tzsp: "tzsp"
        case .lisp: "lisp"
        }
    }
}

/// The tunnels that a packet came through: one octet each, the outermost in the highest that is used.
struct TunnelPath: Equatable {
    private(set) var rawValue: UInt64 = 0

    /// Adds one inside the others. No more than 8 fit, and no packet with as many is decoded.
    mutating func push(_ kind: TunnelKind) {
        if rawValue >> 56 == 0 { rawValue = rawValue << 8 | UInt64(kind.rawValue) }
    }

    /// "gre/6in4", outermost first; nil for none.
    var name: String? {
        guard rawValue != 0 else { return nil }
        var names: [String] = []
        var left = rawValue
        while left != 0 {
            if let kind = TunnelKind(rawValue: UInt8(truncatingIfNeeded: left)) { names.append(kind.name) }
            left >>= 8
        }
        return names.reversed().joined(separator: "/")
    }
}
