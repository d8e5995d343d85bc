// What stands between a link layer and IP: tags, labels, service headers.

extension LayerWalk {
    /// Ethernet II or 802.3 (IEEE 802.3 §3). The innermost addresses are kept: in mirrored traffic they are the phone's.
    mutating func ethernet() throws(DecodeError) -> Layer {
        try require(14, .ethernet)
        (packet.linkSource, packet.linkDestination) = (octets.u48(at: start + 6), octets.u48(at: start))
        let type = u16(12)
        start += 14
        return type == EtherType.ipv4 && packet.linkDestination == LinkHeader.fillerAddress && end > start ? .ip : .etherType(type)
    }

    /// Tags that a frame may carry before we call it malformed. QinQ has two; some carriers stack three.
    private static var deepestVLAN: Int { 8 }
    /// Labels, likewise.
    private static var deepestLabels: Int { 16 }

    /// What an EtherType announces (IANA IEEE 802 Numbers). Below 0x600 it is a length and LLC follows.
    mutating func follow(_ type: UInt16) throws(DecodeError) -> Layer {
        etherType = type
        switch type {
        case EtherType.ipv4: return .ipv4
        case EtherType.ipv6: return .ipv6
        case 0x8100, 0x88a8, 0x9100, 0x9200: return try tags(type)
        case 0x8847, 0x8848: return .mpls
        case 0x8864: return try pointToPointOverEthernet()
        case 0x6558: return .ethernet                           // transparent Ethernet bridging (RFC 1701)
        case 0x8870: return .logicalLink                        // jumbo frames with LLC
        case 0x894f: return .serviceHeader
        case 0x88e7: return try skip(4, then: .ethernet)        // provider backbone bridging, I-TAG (IEEE 802.1Q §9.7)
        case 0x8926: return try skipTag(4)                      // VN-Tag
        case 0x893f: return try skipTag(6)                      // E-TAG (IEEE 802.1BR)
        case 0x892f, 0xf1c1: return try skipTag(4)              // HSR (IEC 62439-3), R-TAG (IEEE 802.1CB)
        case 0x8909: return try skipTag(6)                      // Cisco MetaData
        case 0x88e5: return try macSecurity()
        case 0x8903: return try skip(2, then: .ethernet)        // Cisco FabricPath: its tag, then the frame as it came
        case 0x4305: return try meshed()
        case 0x22f3:                                            // TRILL (RFC 6325 §3.2), with options of 4 octets each
            try require(6, .tag)
            return try skip(6 + Int(u16(0) >> 6 & 31) * 4, then: .ethernet)
        case 0..<0x600:
            // Frames of 64 octets may be padded behind the length.
            if type > 0 { limit(to: Int(type)) }
            return .logicalLink
        default: return .ended(.nonIP(type))
        }
    }

    private mutating func skip(_ count: Int, then layer: Layer) throws(DecodeError) -> Layer {
        try require(count, .tag)
        start += count
        return layer
    }

    /// A tag of `count` octets and the next EtherType.
    private mutating func skipTag(_ count: Int) throws(DecodeError) -> Layer {
        try require(count + 2, .tag)
        let type = u16(count)
        start += count + 2
        return .etherType(type)
    }

    /// 802.1Q, 802.1ad and the two older QinQ tags.
    private mutating func tags(_ first: UInt16) throws(DecodeError) -> Layer {
        var type = first, depth = 0
        while EtherType.isVLAN(type) {
            try require(4, .ethernet)
            guard depth < Self.deepestVLAN else { throw DecodeError(.ethernet, .tooDeep, at: start) }
            if packet.vlan < 0 { packet.vlan = Int32(u16(0) & 0xfff) }
            type = u16(2)
            start += 4
            depth += 1
        }
        return .etherType(type)
    }

    /// MACsec (IEEE 802.1AE §9): read where it only authenticates; encrypted frames are not IP to anybody on the way.
    private mutating func macSecurity() throws(DecodeError) -> Layer {
        try require(6, .tag)
        let control = u8(0)
        guard control & 0x0c == 0 else { return .ended(.nonIP(0x88e5)) }
        let header = control & 0x20 != 0 ? 14 : 6
        try require(header + 2, .tag)
        wireEnd = max(start + header, wireEnd - 16)
        end = min(end, wireEnd)
        return try skipTag(header)
    }

    /// A frame that crosses a mesh of batman-adv (Linux, include/uapi/linux/batadv_packet.h), compatibility versions 14 and 15.
    /// Routing messages and parts of frames are not IP.
    private mutating func meshed() throws(DecodeError) -> Layer {
        try require(2, .tag)
        switch (u8(1), u8(0)) {
        case (15, 0x40), (14, 3): return try skip(10, then: .ethernet)          // to one
        case (15, 0x42), (14, 9): return try skip(18, then: .ethernet)          // to one, with the address of who sent it
        case (15, 0x01), (14, 4): return try skip(14, then: .ethernet)          // to all
        default: return .ended(.nonIP(0x4305))
        }
    }

    /// LLC (IEEE 802.2) with SNAP (RFC 1042).
    mutating func logicalLink() throws(DecodeError) -> Layer {
        guard end - start >= 3 else { return .ended(.nonIP(etherType)) }
        if u8(0) == 0x06, u8(1) == 0x06, u8(2) == 3 {
            start += 3
            return .ip
        }
        guard end - start >= 8, octets.u24(at: start) == 0xaaaa03 else { return .ended(.nonIP(etherType)) }
        let organisation = octets.u24(at: start + 3), type = u16(6)
        switch organisation {
        case 0, 0x0000f8:                                       // RFC 1042; 802.1H bridge tunnel
            guard type >= 0x600 else { return .ended(.nonIP(etherType)) }
            start += 8
            return .etherType(type)
        case 0x0080c2 where type == 1 || type == 7:             // bridged Ethernet behind 2 octets of padding (RFC 2684 §5.2)
            return try skip(10, then: .ethernet)
        default: return .ended(.nonIP(etherType))
        }
    }

    /// A stack of MPLS labels (RFC 3032 §2.1). It does not say what it carries: IP is told by its version, as every reader
    /// does (RFC 4928 §3); 0 is the control word of an Ethernet pseudowire (RFC 4448 §4.6).
    mutating func labels() throws(DecodeError) -> Layer {
        var depth = 0
        while true {
            try require(4, .mpls)
            guard depth < Self.deepestLabels else { throw DecodeError(.mpls, .tooDeep, at: start) }
            let isBottom = u8(2) & 1 == 1
            start += 4
            depth += 1
            if isBottom { break }
        }
        guard end > start else { return .ended(.nonIP(etherType)) }
        switch u8(0) >> 4 {
        case 4: return .ipv4
        case 6: return .ipv6
        case 1:                                                 // associated channel (RFC 4385 §5), of IP
            guard end - start >= 4 else { return .ended(.nonIP(etherType)) }
            let channel = u16(2)
            return channel == 0x21 || channel == 0x57 ? try skip(4, then: channel == 0x21 ? .ipv4 : .ipv6) : .ended(.nonIP(etherType))
        case 0 where end - start >= 18 && looksLikeEthernet(at: 4): return try skip(4, then: .ethernet)
        default: return end - start >= 14 && looksLikeEthernet(at: 0) ? .ethernet : .ended(.nonIP(etherType))
        }
    }

    /// A pseudowire says nowhere whether it is Ethernet: believed where the EtherType is IP or a tag.
    func looksLikeEthernet(at offset: Int) -> Bool {
        let type = u16(offset + 12)
        return type == EtherType.ipv4 || type == EtherType.ipv6 || EtherType.isVLAN(type)
    }

    /// Network service header (RFC 8300 §2.2).
    mutating func serviceHeader() throws(DecodeError) -> Layer {
        try require(8, .serviceHeader)
        let length = Int(u16(0) & 0x3f) * 4, next = u8(3)
        guard length >= 8 else { throw DecodeError(.serviceHeader, .badLength(declared: length, allowed: 8...252), at: start) }
        try require(length, .serviceHeader)
        start += length
        switch next {
        case 1: return .ipv4
        case 2: return .ipv6
        case 3: return .ethernet
        case 4: return .serviceHeader
        case 5: return .mpls
        default: return .ended(.nonIP(0x894f))
        }
    }
}
