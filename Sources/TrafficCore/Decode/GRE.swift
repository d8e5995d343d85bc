extension LayerWalk {
    /// Generic routing encapsulation (RFC 2784, RFC 2890; with routing, RFC 1701; version 1, RFC 2637 §4.1), and what is
    /// carried in it: IP, Ethernet, MPLS, PPP, mirrored frames.
    mutating func gre() throws(DecodeError) -> Layer {
        try require(4, .gre)
        let flags = u16(0), type = u16(2), version = flags & 7
        guard version <= 1 else { return .ended(isInsideUDP ? .nonIP(type) : .otherTransport(47)) }
        var length = 4
        if flags & 0xc000 != 0 { length += 4 }                              // checksum, offset
        if flags & 0x2000 != 0 { length += 4 }                              // key
        if flags & 0x1000 != 0 { length += 4 }                              // sequence number
        if version == 1, flags & 0x0080 != 0 { length += 4 }                // acknowledgment number
        try require(length, .gre)
        if !isInsideUDP { enter(version == 1 ? .pptp : .gre, of: .otherTransport(47)) }
        start += length
        if flags & 0x4000 != 0 { try skipRoutes() }
        switch type {
        case EtherType.ipv4: return .ipv4
        case EtherType.ipv6: return .ipv6
        case 0x6558, 0x6400: return .ethernet
        case 0x8847, 0x8848: return .mpls
        case 0x880b: return end > start ? .ppp : .ended(.nonIP(type))
        case 0x8881, 0x88d2: return try serialLine()
        case 0x883e: return try redirected()
        case 0x88be: return try mirrored(hasSequence: flags & 0x1000 != 0)
        case 0x22eb: return try mirrored(hasSequence: true)
        case 0x894f: return .serviceHeader
        case 0x8200...0x83f0 where type & 0xf == 0: return .wlan(isSwapped: false)      // Aruba
        default: return .ended(.nonIP(type))
        }
    }

    /// Source route entries: family, offset, length; an empty one ends them.
    private mutating func skipRoutes() throws(DecodeError) {
        while true {
            try require(4, .gre)
            let family = u16(0), length = Int(u8(3))
            try require(4 + length, .gre)
            start += 4 + length
            if family == 0, length == 0 { return }
        }
    }

    /// WCCP version 2 puts 4 octets before the IP header, version 1 none.
    private mutating func redirected() throws(DecodeError) -> Layer {
        try require(1, .gre)
        if u8(0) >> 4 != 4 {
            try require(4, .gre)
            start += 4
        }
        return .ipv4
    }

    /// ERSPAN (draft-foschiano-erspan): type I has no header of its own, II has 8 octets, III 12 and perhaps 8 more.
    private mutating func mirrored(hasSequence: Bool) throws(DecodeError) -> Layer {
        packet.tunnel.push(.erspan)
        guard hasSequence else { return .ethernet }
        try require(8, .erspan)
        guard u8(0) >> 4 == 2 else {
            start += 8
            return .ethernet
        }
        try require(12, .erspan)
        let header = u8(11) & 1 != 0 ? 20 : 12
        try require(header, .erspan)
        start += header
        return .ethernet
    }
}
