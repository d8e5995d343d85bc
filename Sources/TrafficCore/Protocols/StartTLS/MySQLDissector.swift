/// Recognises MySQL and MariaDB by the server's greeting and follows the client into TLS (MySQL Server documentation, "Protocol
/// Handshake": HandshakeV10, SSLRequest).
struct MySQLDissector: StreamDissector {
    private var upgrade: TLSUpgrade
    private static var headerLength: Int { 4 }
    private static var longestGreeting: Int { 1024 }

    static func probe(_ head: Span<UInt8>) -> Probe {
        guard head.count >= 7 else {
            if head.count >= 3, head[2] != 0 { return .no }
            if head.count >= 4, head[3] != 0 { return .no }
            if head.count >= 5, head[4] != 10 { return .no }
            return .needs(7)
        }
        // Length, least octet first; sequence 0; protocol 10; a version such as "8.0.36" or "5.5.5-10.11.6-MariaDB".
        guard length(head) >= 30, length(head) <= longestGreeting, head[3] == 0, head[4] == 10 else { return .no }
        guard head[5] &- 0x31 < 9, head[6] == 0x2e || head[6] &- 0x30 < 10 else { return .no }
        return .yes
    }

    private static func length(_ octets: Span<UInt8>) -> Int { Int(octets[0]) | Int(octets[1]) << 8 | Int(octets[2]) << 16 }

    init(depth: Int) { upgrade = TLSUpgrade(depth: depth) }

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        if facts.service == nil { facts.service = .mysql }
        var position = 0
        while true {
            let rest = octets.extracting(position..<octets.count)
            if upgrade.isActive(sender) {
                var used = upgrade.deliver(rest, from: sender, at: stream, into: &facts)
                used.done += position
                return used
            }
            switch TLSUpgrade.begins(rest) {
            case .yes:
                upgrade.begin(sender, into: &facts)
                continue
            case .needs(let count): return Consumption(done: position, wanted: count)
            case .no: break
            }
            guard rest.count >= Self.headerLength else { return Consumption(done: position, wanted: Self.headerLength) }
            let whole = Self.headerLength + Self.length(rest)
            // Greeting and SSLRequest are small; who logs in without TLS says nothing that is ours.
            guard whole <= Self.longestGreeting, rest[3] <= 1 else { return .finished }
            guard rest.count >= whole else { return Consumption(done: position, wanted: whole) }
            if rest[3] == 0, whole > 6, rest[4] == 10 {
                let end = rest.firstIndex(of: 0, from: 5) ?? whole
                if end > 5, end <= whole { facts.details.serverSoftware = rest.extracting(5..<end).shortText }
            } else if rest[3] == 1, whole != Self.headerLength + 32 {
                return .finished
            }
            position += whole
        }
    }

    mutating func gap(_ count: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        upgrade.isActive(sender) ? upgrade.gap(count, from: sender, at: stream, into: &facts) : .finished
    }

    mutating func finish(_ reason: StreamEnd, into facts: inout FlowFacts) { upgrade.finish(reason, into: &facts) }
}
