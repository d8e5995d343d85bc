/// What a call sends over one pair of ports: STUN, DTLS, RTP and RTCP, and all of them again inside a TURN relay's frames, told
/// apart by the first octet (RFC 7983 §7).
final class CallDatagrams {
    private var dtls = DTLSDissector()
    private var rtp = RTPDetection()
    private var datagrams = 0

    /// A call is known by its first seconds; a phone that rings long sends only STUN for a minute.
    private static var datagramLimit: Int { 1024 }
    /// What is nothing by then only looked like the beginning of RTP.
    private static var undecidedLimit: Int { 16 }

    /// Whether a flow's datagram may be of a call: worth keeping state for.
    static func mayBegin(_ octets: Span<UInt8>, ports: FlowPorts) -> Bool {
        guard octets.count >= 4 else { return false }
        switch octets[0] {
        case 0...3: return STUNMessage.length(octets, isClassic: STUNMessage.isClassicPort(ports.first) || STUNMessage.isClassicPort(ports.second)) != nil
        case 20...26: return DTLSDissector.recognises(octets)
        case 128...191: return RTPHeader(octets) != nil || RTCPHeader(octets) != nil
        default: return false
        }
    }

    /// Reads one datagram. nil: it is none of a call's; false: nothing more is wanted of the flow.
    func read(_ octets: Span<UInt8>, from sender: Sender, into facts: inout FlowFacts) -> Bool? {
        datagrams += 1
        let isKnown = read(octets, from: sender, isRelayed: false, into: &facts)
        guard datagrams < (facts.service == nil ? Self.undecidedLimit : Self.datagramLimit) else { return false }
        guard isKnown else { return nil }
        if facts.service == .dtls, dtls.isDone, !facts.details.isCall || rtp.isTwoWay { return false }
        return !rtp.isTwoWay
    }

    private func read(_ octets: Span<UInt8>, from sender: Sender, isRelayed: Bool, into facts: inout FlowFacts) -> Bool {
        guard octets.count >= 4 else { return false }
        switch octets[0] {
        case 0...3:
            let isClassic = STUNMessage.isClassicPort(facts.ports.first) || STUNMessage.isClassicPort(facts.ports.second)
            guard let message = STUNMessage(octets, isClassic: isClassic) else { return false }
            facts.note(message)
            if let data = message.data, !isRelayed { _ = read(octets.extracting(data), from: sender, isRelayed: true, into: &facts) }
            return true
        case 20...63:
            return !dtls.isDone ? dtls.consume(octets, from: sender, into: &facts) : DTLSRecord(octets) != nil || DTLSRecord.isEncrypted(octets)
        case 64...79:
            // Only where a relay was asked for: 0x40 begins QUIC's short headers too.
            guard facts.details.usesRelay, !isRelayed, let length = TURNChannelData.length(octets), octets.count - TURNChannelData.headerLength >= length
            else { return false }
            let data = octets.extracting(TURNChannelData.headerLength..<TURNChannelData.headerLength + length)
            _ = read(data, from: sender, isRelayed: true, into: &facts)
            return true
        case 128...191:
            guard rtp.read(octets, from: sender) else { return false }
            // A DTLS hello says more of the flow than the media behind it.
            if rtp.isRTP, facts.service != .dtls { facts.service = .rtp }
            if rtp.isRTCP, facts.service == nil { facts.service = .rtcp }
            if rtp.isTwoWay, !facts.details.isCall { facts.details.isCall = true }
            return true
        default: return false
        }
    }
}
