/// Reads a SOCKS 4, 4A or 5 connection to the destination that the client asks for; what is carried goes to whatever protocol it
/// is of (RFC 1928, RFC 1929). User names and passwords are not kept.
struct SOCKSDissector: StreamDissector {
    private enum State { case methods, request, tunnel }
    private var state = PerSender(State.methods)
    private var client: Sender?
    private var version: UInt8 = 5
    private var inner: InnerStream?
    private var command: UInt8 = 1
    private let depth: Int

    static func probe(_ head: Span<UInt8>) -> Probe {
        guard head.count >= 1 else { return .needs(3) }
        if head[0] == 4 {
            var isCut = false
            if SOCKSRequest(version4: head, isCut: &isCut) != nil { return .yes }
            return isCut ? .needs(max(9, head.count + 1)) : .no
        }
        guard head[0] == 5 else { return .no }
        guard head.count >= 2 else { return .needs(3) }
        // RFC 1928 §3: as many methods as the second octet says. Those in use are 0, 1, 2, and a few of IANA's up to 9.
        let count = Int(head[1])
        guard (1...8).contains(count) else { return .no }
        for index in 2..<max(2, min(head.count, 2 + count)) where head[index] > 9 { return .no }
        // What follows says nothing: whether it is there already depends on how the octets were cut into segments.
        return head.count >= 2 + count ? .yes : .needs(2 + count)
    }

    init(depth: Int) { self.depth = depth }

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        if facts.service == nil { facts.service = .socks }
        guard octets.count > 0 else { return Consumption(done: 0, wanted: 1) }
        if client == nil { (client, version) = (sender, octets[0]) }
        var position = 0
        while true {
            let rest = octets.extracting(position..<octets.count)
            if state[sender] == .tunnel { return tunnelled(rest, behind: position, from: sender, at: stream, into: &facts) }
            guard rest.count >= 2 else { return Consumption(done: position, wanted: 2) }
            switch step(rest, from: sender, into: &facts) {
            case .took(let count): position += count
            case .needs(let count): return Consumption(done: position, wanted: count)
            case .failed: return .finished
            }
        }
    }

    private enum Step { case took(Int), needs(Int), failed }

    /// One message in front of the tunnel; at least two octets are there.
    private mutating func step(_ octets: Span<UInt8>, from sender: Sender, into facts: inout FlowFacts) -> Step {
        if version == 4 {
            guard sender == client else {
                guard octets.count >= 8 else { return .needs(8) }
                guard octets[0] == 0, octets[1] == 0x5a else { return .failed }
                state[sender] = .tunnel
                return .took(8)
            }
            var isCut = false
            guard let request = SOCKSRequest(version4: octets, isCut: &isCut) else { return isCut ? .needs(octets.count + 1) : .failed }
            note(request, from: sender, into: &facts)
            return .took(request.length)
        }
        if state[sender] == .methods {
            let length = sender == client ? 2 + Int(octets[1]) : 2
            guard octets.count >= length else { return .needs(length) }
            guard octets[0] == 5 else { return .failed }
            state[sender] = .request
            return .took(length)
        }
        if octets[0] == 1 {
            // RFC 1929 §2: name and password, and the two octets that answer them.
            guard sender == client else { return .took(2) }
            let nameEnd = 2 + Int(octets[1])
            guard octets.count > nameEnd else { return .needs(nameEnd + 1) }
            let length = nameEnd + 1 + Int(octets[nameEnd])
            guard octets.count >= length else { return .needs(length) }
            facts.details.hasUserName = true
            return .took(length)
        }
        guard let length = SOCKSRequest.length5(octets) else { return .failed }
        guard octets.count >= length else { return .needs(length) }
        if sender == client {
            guard let request = SOCKSRequest(version5: octets) else { return .failed }
            note(request, from: sender, into: &facts)
        } else {
            guard octets[1] == 0 else { return .failed }
            state[sender] = .tunnel
        }
        return .took(length)
    }

    private mutating func note(_ request: SOCKSRequest, from sender: Sender, into facts: inout FlowFacts) {
        if facts.details.requestedName == nil { facts.details.requestedName = request.destination }
        command = request.command
        state[sender] = .tunnel
    }

    private mutating func tunnelled(
        _ octets: Span<UInt8>, behind position: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts
    ) -> Consumption {
        // UDP goes over ports of its own (RFC 1928 §7).
        guard command != 3 else { return .finished }
        if inner == nil { inner = InnerStream(inside: depth) }
        // A proxy's tunnel is what is in it, where that is known.
        if facts.service == .socks { facts.service = nil }
        defer { if facts.service == nil { facts.service = .socks } }
        guard let inner, inner.deliver(octets, from: sender, at: stream, into: &facts) else { return .finished }
        return .all(position + octets.count)
    }

    mutating func gap(_ count: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        guard state[sender] == .tunnel, let inner, inner.gap(count, from: sender, at: stream, into: &facts) else { return .finished }
        return .all(0)
    }

    mutating func finish(_ reason: StreamEnd, into facts: inout FlowFacts) { inner?.finish(reason, into: &facts) }
}
