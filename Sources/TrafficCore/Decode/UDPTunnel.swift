/// Tunnels over UDP, told by their port (IANA) and then by their first octets.
enum UDPTunnel {
    case vxlan, vxlanLinux, vxlanGeneric, geneve, gtp, teredo, l2tp, capwap, ayiya, tzsp, lisp, gre, mpls

    @inline(__always)
    static func isPort(_ port: UInt16) -> Bool {
        switch port {
        case 1701, 2152, 3386, 3544, 4341, 4754, 4789, 4790, 5072, 5247, 6081, 6635, 8472, 37008: true
        default: false
        }
    }

    /// The lower port decides, as in Wireshark: an answer from port 53 to port 4789 is DNS.
    init?(_ source: UInt16, _ destination: UInt16) {
        let low = min(source, destination), high = max(source, destination)
        if let tunnel = Self.on(low) {
            self = tunnel
        } else if low >= 1024 || low == 0, let tunnel = Self.on(high) {
            self = tunnel
        } else {
            return nil
        }
    }

    private static func on(_ port: UInt16) -> UDPTunnel? {
        switch port {
        case 1701: .l2tp
        case 2152, 3386: .gtp
        case 3544: .teredo
        case 4341: .lisp
        case 4754: .gre
        case 4789: .vxlan
        case 4790: .vxlanGeneric
        case 5072: .ayiya
        case 5247: .capwap
        case 6081: .geneve
        case 6635: .mpls
        case 8472: .vxlanLinux
        case 37008: .tzsp
        default: nil
        }
    }

    var kind: TunnelKind {
        switch self {
        case .vxlan, .vxlanLinux, .vxlanGeneric: .vxlan
        case .geneve: .geneve
        case .gtp: .gtp
        case .teredo: .teredo
        case .l2tp: .l2tp
        case .capwap: .capwap
        case .ayiya: .ayiya
        case .tzsp: .tzsp
        case .lisp: .lisp
        case .gre: .gre
        case .mpls: .mpls
        }
    }
}

extension LayerWalk {
    /// Enters the tunnel whose octets begin at `start`; nil when these are no header of it that carries anything: then the
    /// packet belongs to the flow of the outer ports.
    mutating func openTunnel(_ tunnel: UDPTunnel) -> Layer? {
        guard let (length, layer) = header(of: tunnel), length <= end - start else { return nil }
        enter(tunnel.kind, of: .transport)
        start += length
        return layer
    }

    /// Octets of the tunnel's header and what is behind it.
    private func header(of tunnel: UDPTunnel) -> (Int, Layer)? {
        switch tunnel {
        case .vxlan:                                            // RFC 7348 §5
            return end - start > 8 ? (8, .ethernet) : nil
        // Linux's own port of old, which IANA gave to another protocol (OTV): only what can be nothing else is believed.
        case .vxlanLinux: return end - start > 22 && u32(0) == 0x0800_0000 && u8(7) == 0 && looksLikeEthernet(at: 8) ? (8, .ethernet) : nil
        case .vxlanGeneric:                                     // draft-ietf-nvo3-vxlan-gpe §3.2
            guard end - start > 8 else { return nil }
            switch u8(3) {
            case 1: return (8, .ipv4)
            case 2: return (8, .ipv6)
            case 3: return (8, .ethernet)
            case 4: return (8, .serviceHeader)
            case 5: return (8, .mpls)
            default: return nil
            }
        case .geneve:                                           // RFC 8926 §3.4
            guard end - start > 8, u8(0) >> 6 == 0 else { return nil }
            let type = u16(2)
            return (8 + Int(u8(0) & 0x3f) * 4, type == 0x6558 ? .ethernet : .etherType(type))
        case .gtp: return gtpHeader()
        case .teredo: return teredoHeader()
        case .l2tp: return l2tpHeader()
        case .capwap: return capwapHeader()
        case .ayiya: return ayiyaHeader()
        case .tzsp: return tzspHeader()
        case .lisp: return ipBehind(8)                          // RFC 9300 §5.3
        case .gre: return (0, .transport(47))                   // RFC 8086
        case .mpls: return (0, .mpls)                           // RFC 7510
        }
    }

    /// IP behind `length` octets, if its version says so.
    private func ipBehind(_ length: Int) -> (Int, Layer)? {
        guard end - start > length else { return nil }
        switch u8(length) >> 4 {
        case 4: return (length, .ipv4)
        case 6: return (length, .ipv6)
        default: return nil
        }
    }

    /// GTP-U, version 1 (3GPP TS 29.281 §5) or 0 (TS 29.060): a T-PDU holds a user's packet.
    private func gtpHeader() -> (Int, Layer)? {
        guard end - start >= 8, u8(1) == 255 else { return nil }
        let flags = u8(0)
        guard flags >> 5 == 1 else { return flags >> 5 == 0 ? ipBehind(20) : nil }
        guard flags & 7 != 0 else { return ipBehind(8) }
        var length = 12
        guard end - start >= length else { return nil }
        var next = flags & 4 != 0 ? u8(11) : 0
        while next != 0 {
            guard end - start > length, u8(length) > 0 else { return nil }
            let size = Int(u8(length)) * 4
            guard end - start >= length + size else { return nil }
            next = u8(length + size - 1)
            length += size
        }
        return ipBehind(length)
    }

    /// Teredo (RFC 4380 §5.1.1): authentication and origin indications may stand before the IPv6 header.
    private func teredoHeader() -> (Int, Layer)? {
        var length = 0
        for _ in 0..<2 {
            guard end - start >= length + 8 else { return nil }
            switch u16(length) {
            case 0: length += 8
            case 1: length += 13 + Int(u8(length + 2)) + Int(u8(length + 3))
            default: break
            }
        }
        guard end - start >= length + 40, u8(length) >> 4 == 6 else { return nil }
        return (length, .ipv6)
    }

    /// L2TP version 2 data messages (RFC 2661 §3.1) carry PPP.
    private func l2tpHeader() -> (Int, Layer)? {
        guard end - start >= 6 else { return nil }
        let flags = u16(0)
        guard flags & 0x8000 == 0, flags & 0xf == 2 else { return nil }
        var length = 6
        if flags & 0x4000 != 0 { length += 2 }
        if flags & 0x0800 != 0 { length += 4 }
        if flags & 0x0200 != 0 {
            guard end - start >= length + 2 else { return nil }
            length += 2 + Int(u16(length))
        }
        return end - start > length ? (length, .ppp) : nil
    }

    /// CAPWAP data (RFC 5415 §4.3): whole Ethernet or 802.11 frames.
    private func capwapHeader() -> (Int, Layer)? {
        guard end - start >= 8, u8(0) & 0xf == 0 else { return nil }
        let word = u32(0)
        let length = Int(word >> 19 & 0x1f) * 4, binding = word >> 9 & 0x1f
        let isNative = word & 0x100 != 0, isFragment = word & 0x80 != 0, isKeepAlive = word & 0x08 != 0
        guard length >= 8, end - start > length, !isFragment, !isKeepAlive else { return nil }
        if !isNative { return (length, .ethernet) }
        guard binding <= 1 else { return nil }
        // Many access points send the frame control field in the other order; a version other than 0 shows it.
        guard end - start >= length + 2 else { return nil }
        let isData = u8(length) & 0x0f == 0x08, isSwappedData = u8(length + 1) & 0x0f == 0x08
        return (length, .wlan(isSwapped: isSwappedData && !isData))
    }

    /// AYIYA (draft-massar-v6ops-ayiya §3): identity, signature, then what the next header says.
    private func ayiyaHeader() -> (Int, Layer)? {
        guard end - start >= 8 else { return nil }
        let length = 8 + 1 << Int(u8(0) >> 4) + Int(u8(1) >> 4) * 4
        guard u8(2) & 0xf == 1, end - start > length else { return nil }
        switch u8(3) {
        case 4: return (length, .ipv4)
        case 41: return (length, .ipv6)
        default: return nil
        }
    }

    /// TaZmen Sniffer Protocol: tagged fields up to an end mark, then the frame.
    private func tzspHeader() -> (Int, Layer)? {
        guard end - start >= 5, u8(0) == 1 else { return nil }
        let encapsulation = u16(2)
        var length = 4
        while true {
            guard end - start > length else { return nil }
            let tag = u8(length)
            if tag == 1 { break }
            if tag == 0 {
                length += 1
                continue
            }
            guard end - start > length + 1 else { return nil }
            length += 2 + Int(u8(length + 1))
        }
        length += 1
        switch encapsulation {
        case 1: return (length, .ethernet)
        case 18: return (length, .wlan(isSwapped: false))
        default: return nil
        }
    }
}
