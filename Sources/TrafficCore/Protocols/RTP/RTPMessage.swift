/// The fixed header of RTP (RFC 3550 §5.1), which SRTP leaves in clear (RFC 3711 §3.1).
struct RTPHeader {
    let payloadType: UInt8
    let sequence: UInt16
    let timestamp: UInt32
    let source: UInt32

    static var headerLength: Int { 12 }

    /// nil when the octets cannot be RTP: another version, a payload type that RTCP's types make unusable (RFC 5761 §4), or
    /// lists and extension that do not fit.
    init?(_ octets: Span<UInt8>) {
        guard octets.count > Self.headerLength, octets[0] >> 6 == 2 else { return nil }
        payloadType = octets[1] & 0x7f
        guard !(64...95).contains(payloadType) else { return nil }
        var end = Self.headerLength + Int(octets[0] & 15) * 4
        if octets[0] & 0x10 != 0 {
            guard octets.count >= end + 4 else { return nil }
            end += 4 + Int(octets.u16(at: end + 2)) * 4
        }
        guard end <= octets.count else { return nil }
        (sequence, timestamp, source) = (octets.u16(at: 2), octets.u32(at: 4), octets.u32(at: 8))
    }
}

/// The header of the first RTCP packet of a datagram (RFC 3550 §6.4), which SRTCP leaves in clear (RFC 3711 §3.4).
struct RTCPHeader {
    /// 200 to 207: sender and receiver report, SDES, BYE, APP, feedback, extended report (IANA RTCP Control Packet Types).
    let type: UInt8
    let source: UInt32

    init?(_ octets: Span<UInt8>) {
        guard octets.count >= 8, octets[0] >> 6 == 2, (200...207).contains(octets[1]) else { return nil }
        let length = (Int(octets.u16(at: 2)) + 1) * 4
        guard length >= 8, length <= octets.count else { return nil }
        // What stands behind the first one is another, or, encrypted, at least index and tag (RFC 3711 §3.4).
        guard octets.count == length || octets.count - length >= 4 else { return nil }
        (type, source) = (octets[1], octets.u32(at: 4))
    }
}
