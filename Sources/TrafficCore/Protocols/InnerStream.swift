/// The octets that a protocol carries for another one: a proxy's tunnel, an upgraded connection, what follows STARTTLS, or,
/// where keys are known, what TLS protects. A dissector hands them over in order; the protocol inside is recognised anew.
final class InnerStream {
    private var dissector: ActiveDissector
    private let depth: Int
    /// Octets that were not used up, and how many the dissector wants to see.
    private var carry = PerSender<[UInt8]>([])
    private var wanted = PerSender(0)
    private var isFinished = PerSender(false)

    /// Protocols inside one another that are followed: a proxy's tunnel in TLS, with HTTP/2 and a WebSocket inside, are four.
    private static var depthLimit: Int { 4 }
    /// The largest unfinished thing that is kept for the dissector, octets.
    private static var carryLimit: Int { 1 << 17 }

    /// - Parameters:
    ///   - depth: of the dissector that hands the octets over.
    ///   - dissector: what reads them, where the outer protocol says it.
    /// Nil where the protocols are too deep inside one another.
    init?(inside depth: Int, _ dissector: ActiveDissector = .undecided(refused: PerSender(false))) {
        guard depth < Self.depthLimit else { return nil }
        (self.depth, self.dissector) = (depth + 1, dissector)
    }

    /// The next octets of one direction. Returns whether more of it is wanted.
    func deliver(_ octets: Span<UInt8>, from sender: Sender, at position: StreamPosition, into facts: inout FlowFacts) -> Bool {
        guard !isFinished[sender] else { return false }
        if carry[sender].isEmpty {
            let used = dissector.consume(octets, from: sender, at: position, depth: depth, into: &facts)
            guard !used.isFinished, used.wanted <= Self.carryLimit else { return end(sender) }
            wanted[sender] = used.wanted
            if used.done < octets.count { carry[sender].append(copying: octets.extracting(used.done..<octets.count)) }
            return true
        }
        guard carry[sender].count + octets.count <= 2 * Self.carryLimit else { return end(sender) }
        carry[sender].append(copying: octets)
        guard carry[sender].count >= wanted[sender] else { return true }
        var held: [UInt8] = []
        swap(&held, &carry[sender])
        let used = dissector.consume(held.span, from: sender, at: position, depth: depth, into: &facts)
        guard !used.isFinished, used.wanted <= Self.carryLimit else { return end(sender) }
        wanted[sender] = used.wanted
        // Nothing was used: it goes back as it is, or segments of 1 octet would cost quadratic time.
        if used.done > 0 { held.removeFirst(used.done) }
        carry[sender] = held
        return true
    }

    private func end(_ sender: Sender) -> Bool {
        isFinished[sender] = true
        carry[sender] = []
        return false
    }

    /// `count` octets were never captured.
    func gap(_ count: Int, from sender: Sender, at position: StreamPosition, into facts: inout FlowFacts) -> Bool {
        guard !isFinished[sender] else { return false }
        carry[sender] = []
        return dissector.gap(count, from: sender, at: position, into: &facts).isFinished ? end(sender) : true
    }

    func finish(_ reason: StreamEnd, into facts: inout FlowFacts) { dissector.finish(reason, into: &facts) }
}
