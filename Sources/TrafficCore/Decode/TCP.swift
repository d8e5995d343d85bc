/// A TCP header over borrowed octets (RFC 9293 §3.1).
struct TCPHeader: ~Escapable {
    private let octets: Span<UInt8>
    let headerLength: Int

    /// `octets` is the IP payload as far as captured; `declaredLength` is what the IP header says of it.
    @_lifetime(copy octets) @inline(__always)
    init(_ octets: Span<UInt8>, declaredLength: Int, at offset: Int) throws(DecodeError) {
        guard octets.count >= 20 else {
            throw DecodeError(
                .tcp, declaredLength < 20 ? .badLength(declared: declaredLength, allowed: 20...65535)
                    : .truncated(needed: 20, captured: octets.count), at: offset)
        }
        let header = Int(octets[12] >> 4) * 4
        guard header >= 20, header <= declaredLength else {
            throw DecodeError(.tcp, .badLength(declared: header, allowed: 20...max(20, min(60, declaredLength))), at: offset)
        }
        (self.octets, headerLength) = (octets, header)
    }

    @inline(__always) var sourcePort: UInt16 { octets.u16(at: 0) }
    @inline(__always) var destinationPort: UInt16 { octets.u16(at: 2) }
    @inline(__always) var sequence: UInt32 { octets.u32(at: 4) }
    @inline(__always) var acknowledgment: UInt32 { octets.u32(at: 8) }
    @inline(__always) var window: UInt16 { octets.u16(at: 14) }
    @inline(__always) var checksum: UInt16 { octets.u16(at: 16) }
    @inline(__always) var flags: TCPFlags { TCPFlags(rawValue: octets[13]) }
}

/// Control bits of a segment (RFC 9293 §3.1).
struct TCPFlags: OptionSet, Sendable {
    var rawValue: UInt8
    static let fin = TCPFlags(rawValue: 0x01)
    static let syn = TCPFlags(rawValue: 0x02)
    static let rst = TCPFlags(rawValue: 0x04)
    static let ack = TCPFlags(rawValue: 0x10)
}
