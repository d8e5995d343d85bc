/// Recognises the chat connection of WhatsApp, whose protocol has no public specification: "WA" and two version octets, then frames behind
/// lengths of three octets; in front of it the edge server's routing information may stand ("ED", 0, 1, and its length). What follows is
/// encrypted (by the Noise protocol in today's versions).
struct WhatsAppDissector: StreamDissector {
    /// The routing information is some ten octets long.
    private static var longestRouting: Int { 1024 }
    private static var largestVersion: UInt8 { 16 }

    static func probe(_ head: Span<UInt8>) -> Probe {
        guard head.count >= 1 else { return .needs(8) }
        if head[0] == 0x57 { return hello(head, at: 0) }
        guard head.matches("ED\0\u{1}\0") else { return .no }
        guard head.count >= 7 else { return .needs(7) }
        let length = head.u24(at: 4)
        guard length <= longestRouting else { return .no }
        return hello(head, at: 7 + length)
    }

    private static func hello(_ head: Span<UInt8>, at start: Int) -> Probe {
        guard head.matches("WA", at: start) else { return .no }
        guard head.count >= start + 7 else { return .needs(start + 7) }
        // Versions are small numbers; the first frame has a few hundred octets.
        guard head[start + 2] &- 1 < largestVersion, head[start + 3] <= largestVersion else { return .no }
        return head.u24(at: start + 4) <= 4096 ? .yes : .no
    }

    init(depth: Int) {}

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        if facts.service == nil { facts.service = .whatsapp }
        return .finished
    }

    mutating func gap(_ count: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption { .finished }
}
