// Headers that capturing software puts in front of the packet, and the link types that lead to them.

extension LayerWalk {
    /// What a link type (tcpdump.org/linktypes.html) begins with.
    mutating func link(_ type: LinkType) throws(DecodeError) -> Layer {
        switch type {
        case .ethernet: return .ethernet
        case .linuxCooked: return try cooked(LinkHeader(linuxCooked: rest))
        case .linuxCooked2: return try cooked(LinkHeader(linuxCooked2: rest))
        case .raw, .rawBSD, .rawOpenBSD, .ipv4, .ipv6: return .ip
        case .null, .loop: return try cooked(LinkHeader(loopback: rest))
        case .ppp, .pppHDLC: return try serialLine()
        case .ciscoHDLC: return .ciscoHDLC
        case .pppEther: return try pointToPointOverEthernet()
        case .pppDirection:                             // one octet says which way
            try require(1, .ppp)
            start += 1
            return .ppp
        case .pppDaemon:                                // the direction stands in place of the address
            try require(2, .ppp)
            if u8(0) <= 1, u8(1) == 3 { start += 2 }
            return .ppp
        case .frameRelay: return try frameRelay()
        case .wlan: return .wlan(isSwapped: false)
        case .radiotap: return try radiotap()
        case .prism: return try prism()
        case .avs: return try avs()
        case .perPacket: return try perPacketInformation()
        case .netfilterLog: return try netfilterLog()
        case .pktap, .user2: return try packetTap(isSure: type == .pktap)
        case .ipnet: return try ipnet()
        case .packetFilterLog: return try packetFilterLog()
        case .encapsulating:                            // BSD's enc(4): family, SPI, flags
            try require(12, .captureHeader)
            let family = u32(0) > 0xffff ? u32Little(0) : u32(0)
            start += 12
            return ipLayer(family: family)
        case .tokenRing: return try tokenRing()
        case .fddi:
            try require(13, .captureHeader)
            start += 13
            return .logicalLink
        case .atm, .fibreChannel:
            if type == .fibreChannel { try require(16, .captureHeader) }
            start += type == .fibreChannel ? 16 : 0
            return .logicalLink
        case .firewire:                                 // two addresses of 8 octets, EtherType
            try require(18, .captureHeader)
            let next = u16(16)
            start += 18
            return .etherType(next)
        default: return .ended(.unsupportedLink)
        }
    }

    private mutating func cooked(_ header: LinkHeader) throws(DecodeError) -> Layer {
        (packet.linkSource, packet.linkDestination, packet.vlan) = (header.source, header.destination, header.vlan)
        start += header.length
        // 1 to 4 are Linux's ETH_P_802_3 … ETH_P_802_2; 0 is a BSD family that is not IP.
        if header.etherType == 4 { return .logicalLink }
        return header.etherType < 0x600 ? .ended(.nonIP(header.etherType)) : .etherType(header.etherType)
    }

    private func ipLayer(family: UInt32) -> Layer {
        switch family {
        case 2: .ipv4
        case 10, 24, 26, 28, 30: .ipv6                  // Linux, NetBSD and OpenBSD, Solaris, FreeBSD, Darwin
        default: .ended(.nonIP(0))
        }
    }

    /// PPI (CACE Technologies): length and the link type behind it, little-endian.
    private mutating func perPacketInformation() throws(DecodeError) -> Layer {
        try require(8, .captureHeader)
        let length = Int(u16Little(2)), next = u32Little(4)
        return try skipCaptureHeader(length, then: .link(LinkType(rawValue: UInt16(truncatingIfNeeded: next))))
    }

    /// Netfilter's log: fields in the byte order of the host that captured, the packet in the last one.
    private mutating func netfilterLog() throws(DecodeError) -> Layer {
        try require(4, .captureHeader)
        let family = u8(0)
        guard let little = netfilterPayload(isLittle: true) ?? netfilterPayload(isLittle: false) else { return .ended(.nonIP(0)) }
        wireEnd = min(wireEnd, start + little.lowerBound + max(little.count, 0))
        end = min(end, wireEnd)
        start += little.lowerBound
        switch family {
        case 2, 10: return ipLayer(family: UInt32(family))
        case 0, 1, 5, 7: return .ip                     // netdev, inet and bridge tables log the IP packet too
        default: return .ended(.nonIP(0))
        }
    }

    /// Where the logged packet lies behind `start`, if the fields make sense in this byte order.
    private func netfilterPayload(isLittle: Bool) -> Range<Int>? {
        var index = 4
        while end - start - index >= 4 {
            let length = Int(isLittle ? u16Little(index) : u16(index))
            let type = (isLittle ? u16Little(index + 2) : u16(index + 2)) & 0x7fff
            guard length >= 4, type <= 64, start + index + length <= wireEnd else { return nil }
            if type == 9 { return index + 4..<index + length }
            index += (length + 3) & ~3
        }
        return nil
    }

    /// Apple's PKTAP (pktap.h), little-endian; both versions have their flags at 36. `isSure` is false for the number that
    /// older systems used and others may use for anything.
    private mutating func packetTap(isSure: Bool) throws(DecodeError) -> Layer {
        guard isSure || (end - start >= 40 && hasPacketTapShape) else { return .ended(.unsupportedLink) }
        try require(40, .captureHeader)
        if u32Little(36) & 0x80000 != 0 {
            let next = UInt16(u16Little(6))
            return try skipCaptureHeader(Int(u8(0)), then: .link(LinkType(rawValue: next)))
        }
        let length = u32Little(0), kind = u32Little(4), next = u32Little(8)
        try checkedHeader(Int(length))
        guard kind == 1 else { return .ended(.nonIP(0)) }
        return try skipCaptureHeader(Int(length), then: .link(LinkType(rawValue: UInt16(truncatingIfNeeded: next))))
    }

    private var hasPacketTapShape: Bool {
        if u32Little(36) & 0x80000 != 0 { return u8(0) >= 40 }
        return (108...256).contains(u32Little(0)) && u32Little(4) <= 1
    }

    /// Solaris' IPNET: version, family, hook, length, interfaces and zones.
    private mutating func ipnet() throws(DecodeError) -> Layer {
        try require(24, .captureHeader)
        let family = u8(1)
        start += 24
        return ipLayer(family: UInt32(family))
    }

    /// BSD's pflog: its own length and the family; padded to 4 octets.
    private mutating func packetFilterLog() throws(DecodeError) -> Layer {
        try require(2, .captureHeader)
        let length = (Int(u8(0)) + 3) & ~3, family = u8(1)
        try checkedHeader(length)
        start += length
        return ipLayer(family: UInt32(family))
    }

    /// IEEE 802.5: the source's top bit announces a routing field, which says its own length.
    private mutating func tokenRing() throws(DecodeError) -> Layer {
        try require(15, .captureHeader)
        (packet.linkSource, packet.linkDestination) = (octets.u48(at: start + 8) & 0x7fff_ffff_ffff, octets.u48(at: start + 2))
        let routing = u8(8) & 0x80 != 0 ? Int(u8(14) & 0x1f) : 0
        try require(14 + routing, .captureHeader)
        start += 14 + routing
        return .logicalLink
    }
}
