extension LinkHeader {
    /// Labels that a packet may carry before we call it malformed.
    private static var deepestLabels: Int { 16 }

    /// A PPPoE session (RFC 2516 §4, with PPP's protocol field, RFC 1661 §2) or a stack of MPLS labels (RFC 3032 §2.1)
    /// between Ethernet and IP, as access and carrier networks have them. Other types stay as they are.
    @inline(never)
    mutating func skipCarrierHeaders(_ octets: Span<UInt8>, _ layer: DecodeError.Layer) throws(DecodeError) {
        switch etherType {
        case 0x8864:
            guard octets.count >= length + 8 else { throw cut(length + 8, octets, layer) }
            switch octets.u16(at: length + 6) {
            case 0x0021: etherType = EtherType.ipv4
            case 0x0057: etherType = EtherType.ipv6
            default: return
            }
            length += 8
        case 0x8847, 0x8848:
            for _ in 0..<Self.deepestLabels {
                guard octets.count >= length + 4 else { throw cut(length + 4, octets, layer) }
                let isBottom = octets[length + 2] & 1 == 1
                length += 4
                guard isBottom else { continue }
                // MPLS does not say what it carries; IP is told by its version, as every reader does.
                guard octets.count > length else { throw cut(length + 1, octets, layer) }
                let version = octets[length] >> 4
                if version == 4 { etherType = EtherType.ipv4 } else if version == 6 { etherType = EtherType.ipv6 }
                return
            }
            throw DecodeError(layer, .tooDeep, at: 0)
        default: return
        }
    }

    private func cut(_ needed: Int, _ octets: Span<UInt8>, _ layer: DecodeError.Layer) -> DecodeError {
        DecodeError(layer, .truncated(needed: needed, captured: octets.count), at: 0)
    }
}
