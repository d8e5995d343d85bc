/// What a link-layer header says of the packet behind it.
struct LinkHeader {
    /// Octets before the network layer.
    var length: Int
    var etherType: UInt16
    /// 48-bit addresses; 0 where the link layer has none.
    var source: UInt64 = 0
    var destination: UInt64 = 0
    /// Outermost VLAN identifier, -1 for none.
    var vlan: Int32 = -1
}

extension LinkHeader {
    /// Tags that a frame may carry before we call it malformed. QinQ has two; some carriers stack three.
    private static var deepestVLAN: Int { 8 }

    /// Both addresses of the header that pymobiledevice3 puts before packets of an interface without one; its EtherType is IPv4's, also before
    /// IPv6.
    static var fillerAddress: UInt64 { 0xbeef_beef_beef }

    /// Ethernet II, or 802.3 with LLC/SNAP (IEEE 802.3 §3, RFC 1042), with VLAN tags.
    @inline(__always)
    init(ethernet octets: Span<UInt8>) throws(DecodeError) {
        guard octets.count >= 14 else {
            throw DecodeError(.ethernet, .truncated(needed: 14, captured: octets.count), at: 0)
        }
        self.init(length: 14, etherType: octets.u16(at: 12), source: octets.u48(at: 6), destination: octets.u48(at: 0))
        if EtherType.isVLAN(etherType) { try skipTags(octets, .ethernet) }
        if etherType < 0x600 { readSNAP(octets) }
        if destination == Self.fillerAddress, etherType == EtherType.ipv4, octets.count > length, octets[length] >> 4 == 6 { etherType = EtherType.ipv6 }
    }

    /// `octets` up to `length` are read, `etherType` is a VLAN tag.
    @inline(never)
    mutating func skipTags(_ octets: Span<UInt8>, _ layer: DecodeError.Layer) throws(DecodeError) {
        var depth = 0
        while EtherType.isVLAN(etherType) {
            guard octets.count >= length + 4 else {
                throw DecodeError(layer, .truncated(needed: length + 4, captured: octets.count), at: 0)
            }
            guard depth < Self.deepestVLAN else { throw DecodeError(layer, .tooDeep, at: 0) }
            if depth == 0 { vlan = Int32(octets.u16(at: length) & 0xfff) }
            etherType = octets.u16(at: length + 2)
            length += 4
            depth += 1
        }
    }

    /// RFC 1042: AA AA 03, OUI 0, EtherType. Other LLC frames keep their length field as `etherType`: they are not IP.
    @inline(never)
    private mutating func readSNAP(_ octets: Span<UInt8>) {
        guard octets.count >= length + 8, octets.u24(at: length) == 0xaaaa03, octets.u24(at: length + 3) == 0 else {
            etherType = min(etherType, 0x5ff)
            return
        }
        etherType = octets.u16(at: length + 6)
        length += 8
    }
}
