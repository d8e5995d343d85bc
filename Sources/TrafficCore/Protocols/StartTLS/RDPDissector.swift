/// Recognises the Remote Desktop Protocol by its X.224 connection request and follows it into TLS ([MS-RDPBCGR] §2.2.1.1,
/// §2.2.1.2, §5.4.5; TPKT: RFC 1006 §6). The cookie in the request holds a user's name and is not kept.
struct RDPDissector: StreamDissector {
    private var upgrade: TLSUpgrade
    private var hasRead = PerSender(false)

    private enum TPDU {
        static var connectionRequest: UInt8 { 0xe0 }
        static var connectionConfirm: UInt8 { 0xd0 }
    }
    private static var headerLength: Int { 11 }
    private static var longestRequest: Int { 512 }

    static func probe(_ head: Span<UInt8>) -> Probe {
        if head.count >= 1, head[0] != 3 { return .no }
        if head.count >= 2, head[1] != 0 { return .no }
        guard head.count >= 4 else { return .needs(headerLength) }
        let length = Int(head.u16(at: 2))
        guard length >= headerLength, length <= longestRequest else { return .no }
        guard head.count >= headerLength else { return .needs(headerLength) }
        // The length indicator counts what follows it; the destination reference of a request is 0, the class 0.
        guard Int(head[4]) == length - 5, head[5] == TPDU.connectionRequest, head.u16(at: 6) == 0, head[10] == 0 else { return .no }
        guard length > headerLength else { return .yes }
        guard head.count >= min(length, headerLength + 8) else { return .needs(min(length, headerLength + 8)) }
        // H.323 and others use TPKT too: a cookie or the negotiation request must follow.
        if head[headerLength] == 1, length >= headerLength + 8 { return head[13] == 8 && head[14] == 0 ? .yes : .no }
        return head.hasText("Cookie: ", at: headerLength) ? .yes : .no
    }

    init(depth: Int) { upgrade = TLSUpgrade(depth: depth) }

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        if facts.service == nil { facts.service = .rdp }
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
            guard !hasRead[sender] else { return .finished }
            guard rest.count >= 6 else { return Consumption(done: position, wanted: 6) }
            let length = Int(rest.u16(at: 2))
            guard rest[0] == 3, length >= Self.headerLength, length <= Self.longestRequest,
                rest[5] == TPDU.connectionRequest || rest[5] == TPDU.connectionConfirm
            else { return .finished }
            guard rest.count >= length else { return Consumption(done: position, wanted: length) }
            if rest[5] == TPDU.connectionRequest, rest.hasText("Cookie: mstshash=", at: Self.headerLength) { facts.details.hasUserName = true }
            hasRead[sender] = true
            position += length
        }
    }

    mutating func gap(_ count: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        upgrade.isActive(sender) ? upgrade.gap(count, from: sender, at: stream, into: &facts) : .finished
    }

    mutating func finish(_ reason: StreamEnd, into facts: inout FlowFacts) { upgrade.finish(reason, into: &facts) }
}
