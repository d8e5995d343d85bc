extension LinkHeader {
    /// No link layer: the version nibble says what it is.
    init(rawIP octets: Span<UInt8>) throws(DecodeError) {
        guard octets.count >= 1 else { throw DecodeError(.rawIP, .truncated(needed: 1, captured: 0), at: 0) }
        switch octets[0] >> 4 {
        case 4: self.init(length: 0, etherType: EtherType.ipv4)
        case 6: self.init(length: 0, etherType: EtherType.ipv6)
        default: throw DecodeError(.rawIP, .badVersion(octets[0] >> 4), at: 0)
        }
    }

    /// BSD loopback: a 32-bit address family in the byte order of the capturing host (NULL), or in network order (LOOP).
    /// Both orders are accepted for both, as the family numbers are small.
    init(loopback octets: Span<UInt8>) throws(DecodeError) {
        guard octets.count >= 4 else {
            throw DecodeError(.loopback, .truncated(needed: 4, captured: octets.count), at: 0)
        }
        let value = octets.u32(at: 0)
        switch value > 0xffff ? value.byteSwapped : value {
        case 2: self.init(length: 4, etherType: EtherType.ipv4)
        case 10, 24, 28, 30: self.init(length: 4, etherType: EtherType.ipv6)     // Linux, NetBSD, FreeBSD, Darwin
        default: self.init(length: 4, etherType: 0)
        }
    }
}
