/// DNS over TCP: messages, each behind its length in two octets (RFC 1035 §4.2.2, RFC 7766).
struct DNSStreamDissector: StreamDissector {
    static func probe(_ head: Span<UInt8>) -> Probe {
        guard head.count >= 14 else { return .needs(14) }
        // A header of twelve octets at least, an assigned opcode (0 to 6), one question in a query.
        let length = Int(head.u16(at: 0)), isResponse = head[4] & 0x80 != 0
        guard length >= 12, head[4] >> 3 & 15 <= 6 else { return .no }
        return isResponse || head.u16(at: 6) == 1 ? .yes : .no
    }

    /// Responses that may wait for the engine: one segment brings a few.
    private static var answerLimit: Int { 64 }

    init(depth: Int) {}

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        var position = 0
        while true {
            guard octets.count - position >= 2 else { return Consumption(done: position, wanted: 2) }
            let length = Int(octets.u16(at: position))
            guard octets.count - position >= 2 + length else { return Consumption(done: position, wanted: 2 + length) }
            let message = octets.extracting(position + 2..<position + 2 + length)
            guard let read = facts.readDNS(message, .dns, at: stream) else { return .finished }
            if read.isResponse, facts.answers.count < Self.answerLimit { facts.answers.append(read) }
            position += 2 + length
        }
    }

    mutating func gap(_ count: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption { .finished }
}

extension FlowFacts {
    /// Takes what one DNS message tells; nil when it is none.
    mutating func readDNS(_ octets: Span<UInt8>, _ service: Service, at stream: StreamPosition) -> DNSMessage? {
        guard let message = DNSMessage(octets) else {
            anomalies.insert(.malformedDNSMessage)
            return nil
        }
        if self.service == nil { self.service = service }
        if keepsExchanges { note(DNSTransaction(octets), isResponse: message.isResponse, at: stream.time) }
        if !message.isResponse { for name in message.questions { addQuery(name) } }
        return message
    }
}
