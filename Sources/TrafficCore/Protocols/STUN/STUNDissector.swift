/// Reads STUN and TURN over TCP, or inside TLS: messages and ChannelData one behind the other (RFC 8489 §6.2.2, RFC 8656
/// §12.5), or each behind its length in two octets, as ICE over TCP has them (RFC 4571 §2, RFC 6544 §3).
struct STUNDissector: StreamDissector {
    private var isFramed = PerSender<Bool?>(nil)
    private var skipping = PerSender(0)
    /// Messages read of each side: the first ones tell all, the rest is media.
    private var read = PerSender(0)
    private static var messageLimit: Int { 32 }

    static func probe(_ head: Span<UInt8>) -> Probe {
        let plain = STUNMessage.probe(head)
        if plain == .yes { return .yes }
        // A frame's length counts header and attributes, so it is a multiple of 4 from 20 on.
        guard head.count >= 2 else { return .needs(4) }
        guard head.u16(at: 0) >= 20, head[1] & 3 == 0 else { return plain }
        guard head.count >= 6 else { return .needs(6) }
        let message = STUNMessage.probe(head.extracting(2..<head.count))
        if message == .yes { return Int(head.u16(at: 4)) + STUNMessage.headerLength == Int(head.u16(at: 0)) ? .yes : plain }
        if case .needs(let count) = message { return .needs(count + 2) }
        return plain
    }

    init(depth: Int) {}

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        if facts.service == nil { facts.service = .stun }
        var position = 0
        while true {
            if skipping[sender] > 0 {
                let step = min(skipping[sender], octets.count - position)
                skipping[sender] -= step
                position += step
            }
            guard read[sender] < Self.messageLimit else { return .finished }
            let rest = octets.extracting(position..<octets.count)
            if isFramed[sender] == nil {
                guard rest.count >= 8 else { return Consumption(done: position, wanted: 8) }
                isFramed[sender] = rest.u32(at: 4) != 0x2112_a442 && rest[0] >> 4 != 4
            }
            let start = isFramed[sender] == true ? 2 : 0
            guard rest.count >= start + 4 else { return Consumption(done: position, wanted: start + 4) }
            let frame = rest.extracting(start..<rest.count)
            if start == 2 || frame[0] & 0xc0 == 0 {
                let whole = start == 2 ? 2 + Int(rest.u16(at: 0)) : STUNMessage.headerLength + Int(frame.u16(at: 2))
                if start == 2, frame[0] & 0xc0 != 0 {           // RTP, DTLS, or else
                    position += start
                    skipping[sender] = whole - start
                } else {
                    guard rest.count >= whole else { return Consumption(done: position, wanted: whole) }
                    guard let message = STUNMessage(rest.extracting(start..<whole)) else {
                        // Framed: DTLS (RFC 7983 §7) or what else the peers agreed on.
                        guard start == 2 else { return .finished }
                        position += whole
                        continue
                    }
                    facts.note(message)
                    position += whole
                }
            } else if let length = TURNChannelData.length(frame) {
                position += TURNChannelData.headerLength
                skipping[sender] = (length + 3) & ~3            // padded over TCP (RFC 8656 §12.5)
            } else {
                return .finished
            }
            read[sender] += 1
        }
    }

    mutating func gap(_ count: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        guard skipping[sender] >= count else { return .finished }
        skipping[sender] -= count
        return .all(0)
    }
}
