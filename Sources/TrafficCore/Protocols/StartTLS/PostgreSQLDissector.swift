/// Recognises PostgreSQL's frontend by its first message and follows it into TLS (PostgreSQL documentation, "Message Formats":
/// SSLRequest, GSSENCRequest, StartupMessage).
struct PostgreSQLDissector: StreamDissector {
    private var upgrade: TLSUpgrade
    private var hasRead = PerSender(false)

    private static var sslRequest: UInt32 { 80_877_103 }
    private static var encryptionRequest: UInt32 { 80_877_104 }
    /// Protocol 3.0 to 3.2; PostgreSQL 7.4 and later.
    private static var versions: ClosedRange<UInt32> { 0x0003_0000...0x0003_0002 }
    private static var largestStartup: UInt32 { 10_000 }

    static func probe(_ head: Span<UInt8>) -> Probe {
        guard head.count >= 4 else { return head.count >= 1 && head[0] != 0 || head.count >= 2 && head[1] != 0 ? .no : .needs(8) }
        let length = head.u32(at: 0)
        guard length >= 8, length <= largestStartup else { return .no }
        guard head.count >= 8 else { return .needs(8) }
        let code = head.u32(at: 4)
        if code == sslRequest || code == encryptionRequest { return length == 8 ? .yes : .no }
        guard versions.contains(code), length >= 15 else { return .no }
        // The first parameter is "user" with every client that is known.
        guard head.count >= 13 else { return .needs(13) }
        return head.hasText("user\0", at: 8) || head.hasText("datab", at: 8) ? .yes : .no
    }

    init(depth: Int) { upgrade = TLSUpgrade(depth: depth) }

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        if facts.service == nil { facts.service = .postgresql }
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
            // The server answers a request with one letter: S or G for yes, N for no.
            if rest[0] == 0x53 || rest[0] == 0x4e || rest[0] == 0x47, !hasRead[sender] {
                hasRead[sender] = true
                position += 1
                continue
            }
            guard rest.count >= 8 else { return Consumption(done: position, wanted: 8) }
            guard rest.u32(at: 0) == 8, rest.u32(at: 4) == Self.sslRequest || rest.u32(at: 4) == Self.encryptionRequest else { return .finished }
            position += 8
        }
    }

    mutating func gap(_ count: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        upgrade.isActive(sender) ? upgrade.gap(count, from: sender, at: stream, into: &facts) : .finished
    }

    mutating func finish(_ reason: StreamEnd, into facts: inout FlowFacts) { upgrade.finish(reason, into: &facts) }
}
