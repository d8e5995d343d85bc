/// What becomes of a connection that turns into TLS inside its own protocol (STARTTLS). No protocol that does it begins a
/// line or message with a handshake record's octets, so each direction changes where those come: the command and its answer
/// need not have been captured.
struct TLSUpgrade {
    private var inner: InnerStream?
    private var isUpgraded = PerSender(false)
    private var isRefused = false
    private let depth: Int

    init(depth: Int) { self.depth = depth }

    /// Whether this direction is TLS already.
    func isActive(_ sender: Sender) -> Bool { isUpgraded[sender] }

    /// Whether a record of the handshake begins with `octets`, the next of a line or message (RFC 8446 §5.1).
    static func begins(_ octets: Span<UInt8>) -> Probe {
        guard octets.count >= 1 else { return .needs(1) }
        guard octets[0] == TLSContentType.handshake.rawValue else { return .no }
        guard octets.count >= 3 else { return octets.count == 2 && octets[1] != 3 ? .no : .needs(3) }
        return octets[1] == 3 && octets[2] <= 4 ? .yes : .no
    }

    /// This direction is TLS from the next octet on.
    mutating func begin(_ sender: Sender, into facts: inout FlowFacts) {
        isUpgraded[sender] = true
        if !facts.details.upgradedToTLS { facts.details.upgradedToTLS = true }
    }

    /// The octets behind it, all of them.
    mutating func deliver(_ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        if inner == nil, !isRefused {
            inner = InnerStream(inside: depth)
            isRefused = inner == nil
        }
        guard let inner, inner.deliver(octets, from: sender, at: stream, into: &facts) else { return .finished }
        return .all(octets.count)
    }

    mutating func gap(_ count: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        guard let inner, inner.gap(count, from: sender, at: stream, into: &facts) else { return .finished }
        return .all(0)
    }

    func finish(_ reason: StreamEnd, into facts: inout FlowFacts) { inner?.finish(reason, into: &facts) }
}
