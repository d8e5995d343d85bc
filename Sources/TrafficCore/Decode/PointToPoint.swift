// Serial lines: PPP, PPPoE, Cisco HDLC, frame relay.

extension LayerWalk {
    /// PPP (RFC 1661 §2): address and control (RFC 1662 §3.1) and half of the protocol field (§6.5) may be left out.
    mutating func pointToPoint() throws(DecodeError) -> Layer {
        try require(2, .ppp)
        if u8(0) == 0xff, u8(1) == 0x03 {
            start += 2
            try require(1, .ppp)
        }
        var number = UInt16(u8(0))
        if number & 1 == 1 {
            start += 1
        } else {
            try require(2, .ppp)
            number = u16(0)
            start += 2
        }
        switch number {
        case 0x0021, 0x0800: return .ipv4
        case 0x0057, 0x86dd: return .ipv6
        case 0x0281, 0x0283: return .mpls
        default: return .ended(.nonIP(etherType))
        }
    }

    /// PPPoE session (RFC 2516 §4).
    mutating func pointToPointOverEthernet() throws(DecodeError) -> Layer {
        try require(6, .pppoe)
        let length = Int(u16(4))
        start += 6
        limit(to: length)
        return .ppp
    }

    /// Cisco HDLC: address, control, EtherType. LLC-like protocol numbers are not IP.
    mutating func ciscoHDLC() throws(DecodeError) -> Layer {
        try require(4, .hdlc)
        let type = u16(2)
        start += 4
        return type < 0x600 ? .ended(.nonIP(type)) : .etherType(type)
    }

    /// PPP in HDLC-like framing, or Cisco HDLC, which differ in their first octet.
    mutating func serialLine() throws(DecodeError) -> Layer {
        try require(1, .ppp)
        return u8(0) == 0x0f || u8(0) == 0x8f ? .ciscoHDLC : .ppp
    }

    /// Frame relay (RFC 2427 §3, §4.1): a Q.922 address of 2 to 4 octets, control, NLPID.
    mutating func frameRelay() throws(DecodeError) -> Layer {
        var length = 1
        try require(1, .frameRelay)
        while u8(length - 1) & 1 == 0, length < 4 {
            length += 1
            try require(length, .frameRelay)
        }
        try require(length + 2, .frameRelay)
        guard u8(length) == 0x03 else {
            // Cisco's own encapsulation has an EtherType in place of control and NLPID.
            let type = u16(length)
            start += length + 2
            return type >= 0x600 ? .etherType(type) : .ended(.nonIP(0))
        }
        var next = length + 1
        if u8(next) == 0 {
            next += 1
            try require(next + 1, .frameRelay)
        }
        let identifier = u8(next)
        start += next + 1
        switch identifier {
        case 0xcc: return .ipv4
        case 0x8e: return .ipv6
        case 0x80:                      // SNAP without LLC
            try require(5, .frameRelay)
            guard octets.u24(at: start) == 0 else { return .ended(.nonIP(0)) }
            let type = u16(3)
            start += 5
            return .etherType(type)
        default: return .ended(.nonIP(0))
        }
    }
}
