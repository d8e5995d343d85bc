/// A UDP header over borrowed octets (RFC 768).
struct UDPHeader: ~Escapable {
    private let octets: Span<UInt8>
    /// Octets of payload by the header. 0 in the length field is a jumbogram: to the end (RFC 2675 §4).
    let payloadLength: Int
    /// Octets behind the datagram that the IP packet still has (RFC 9868 §5).
    let surplus: Int
    static var length: Int { 8 }

    /// `octets` is the IP payload as far as captured; `declaredLength` is what the IP header says of it.
    @_lifetime(copy octets) @inline(__always)
    init(_ octets: Span<UInt8>, declaredLength: Int, at offset: Int) throws(DecodeError) {
        guard octets.count >= 8 else {
            throw DecodeError(
                .udp, declaredLength < 8 ? .badLength(declared: declaredLength, allowed: 8...65535)
                    : .truncated(needed: 8, captured: octets.count), at: offset)
        }
        let declared = Int(octets.u16(at: 4))
        guard declared == 0 || declared >= 8 else {
            throw DecodeError(.udp, .badLength(declared: declared, allowed: 8...65535), at: offset)
        }
        self.octets = octets
        payloadLength = (declared == 0 ? declaredLength : min(declared, declaredLength)) - 8
        surplus = declared == 0 ? 0 : max(0, declaredLength - declared)
    }

    @inline(__always) var sourcePort: UInt16 { octets.u16(at: 0) }
    @inline(__always) var destinationPort: UInt16 { octets.u16(at: 2) }
    @inline(__always) var checksum: UInt16 { octets.u16(at: 6) }
}
