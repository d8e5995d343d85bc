/// Reads the first heads of a SIP or RTSP connection; bodies, and the media that RTSP puts between (RFC 2326 §10.12), are passed over.
struct SIPDissector: StreamDissector {
    private var skipping = PerSender(0)
    private var searched = PerSender(0)
    private var heads = PerSender(0)

    private static var longestHead: Int { 16384 }
    private static var headLimit: Int { 16 }

    static func probe(_ head: Span<UInt8>) -> Probe { SIPMessage.probe(head) }

    init(depth: Int) {}

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        var position = 0
        while true {
            let step = min(skipping[sender], octets.count - position)
            skipping[sender] -= step
            position += step
            // Empty lines keep a connection open (RFC 5626 §3.5.1).
            while position < octets.count, searched[sender] == 0, octets[position] == 0x0d || octets[position] == 0x0a { position += 1 }
            let rest = octets.extracting(position..<octets.count)
            guard rest.count > 0 else { return Consumption(done: position, wanted: 1) }
            if rest[0] == 0x24 {
                guard rest.count >= 4 else { return Consumption(done: position, wanted: 4) }
                position += 4
                skipping[sender] = Int(rest.u16(at: 2))
                continue
            }
            guard heads[sender] < Self.headLimit else { return .finished }
            guard let length = headLength(rest, sender) else {
                guard rest.count < Self.longestHead else { return .finished }
                searched[sender] = max(1, rest.count - 3)
                return Consumption(done: position, wanted: rest.count + 1)
            }
            searched[sender] = 0
            guard let message = SIPMessage(rest.extracting(0..<length)) else { return .finished }
            facts.note(message)
            heads[sender] += 1
            position += length
            skipping[sender] = message.contentLength
        }
    }

    /// Octets of the head with its empty line, or nil while that has not come.
    private func headLength(_ octets: Span<UInt8>, _ sender: Sender) -> Int? {
        var start = searched[sender]
        while let index = octets.firstIndex(of: 0x0a, from: start) {
            if index + 1 < octets.count, octets[index + 1] == 0x0a { return index + 2 }
            if index + 2 < octets.count, octets[index + 1] == 0x0d, octets[index + 2] == 0x0a { return index + 3 }
            start = index + 1
        }
        return nil
    }

    mutating func gap(_ count: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        searched[sender] = 0
        guard skipping[sender] >= count else { return .finished }
        skipping[sender] -= count
        return .all(0)
    }
}
