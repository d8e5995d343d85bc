extension LinkHeader {
    /// Linux "any" interface, version 1 (tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html). Only the sender's address.
    init(linuxCooked octets: Span<UInt8>) throws(DecodeError) {
        guard octets.count >= 16 else {
            throw DecodeError(.linuxCooked, .truncated(needed: 16, captured: octets.count), at: 0)
        }
        let source = octets.u16(at: 4) == 6 ? octets.u48(at: 6) : 0
        self.init(length: 16, etherType: octets.u16(at: 14), source: source)
        if EtherType.isVLAN(etherType) { try skipTags(octets, .linuxCooked) }
    }

    /// Version 2 (LINKTYPE_LINUX_SLL2): the protocol comes first, the interface index is kept in the packet.
    init(linuxCooked2 octets: Span<UInt8>) throws(DecodeError) {
        guard octets.count >= 20 else {
            throw DecodeError(.linuxCooked, .truncated(needed: 20, captured: octets.count), at: 0)
        }
        let source = octets[11] == 6 ? octets.u48(at: 12) : 0
        self.init(length: 20, etherType: octets.u16(at: 0), source: source)
        if EtherType.isVLAN(etherType) { try skipTags(octets, .linuxCooked) }
    }
}
