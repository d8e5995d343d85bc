/// The header of an NTP packet, as far as it tells that it is one (RFC 5905 §7.3, RFC 4330 §4).
struct NTPMessage {
    let version: UInt8
    /// 1 to 5: symmetric active and passive, client, server, broadcast.
    let mode: UInt8

    static var headerLength: Int { 48 }

    /// nil when the octets are none: a short one, an unknown version or stratum, or a request that answers.
    init?(_ octets: Span<UInt8>) {
        guard octets.count >= Self.headerLength else { return nil }
        (version, mode) = (octets[0] >> 3 & 7, octets[0] & 7)
        guard (1...4).contains(version), (1...5).contains(mode), octets[1] <= 16 else { return nil }
        // Poll and precision are exponents of two seconds: clients send 0 to 17, and nothing or a negative number.
        guard octets[2] <= 17 || octets[2] >= 0xf0, octets[3] == 0 || octets[3] >= 0xc0 || octets[3] <= 32 else { return nil }
        // A server's transmit time is never 0.
        guard mode != 4 || octets.u64(at: 40) != 0 else { return nil }
    }
}

extension FlowFacts {
    /// Reads a datagram as NTP. nil: it is none; else false, for one tells all.
    mutating func readNTP(_ octets: Span<UInt8>) -> Bool? {
        guard let message = NTPMessage(octets) else { return nil }
        if service == nil { service = .ntp }
        if version == nil { version = "NTP \(message.version)" }
        // What a client's clock showed as it sent this, or a random number.
        if message.mode == 3, octets.u64(at: 40) != 0 { details.ntpTransmitTime = octets.u64(at: 40) }
        return false
    }
}
