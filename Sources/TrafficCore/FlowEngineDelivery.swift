// How payload reaches the dissectors: in order, once, and only while they want it.

extension FlowEngine {
    /// Gives a segment's payload, `length` octets of which `octets` were captured, to the flow's dissector, in order.
    @inline(never)
    mutating func deliver(_ octets: Span<UInt8>, of length: Int, at position: Int64, _ place: Int, fromFirst: Bool, time: Int64) {
        let state = openProtocol(place)
        let stream = StreamPosition(time: time, frame: frame)
        let sender: Sender = fromFirst ? .first : .second
        var side = fromFirst ? table.flows[place].sides.0 : table.flows[place].sides.1
        if !side.hasDelivery {
            side.hasDelivery = true
            side.deliverNext = side.origin > 0 ? side.origin : position
        }
        var wants = true
        if position > side.deliverNext { wants = passOver(to: position, state, sender, stream, &side) }
        if wants, position > side.deliverNext {
            wants = hold(octets, at: position, place, state, sender, stream, &side)
        } else if wants {
            let known = Int(side.deliverNext - position)
            if known < octets.count { wants = feed(octets.extracting(known..<octets.count), state, sender, stream, &side) }
            if wants { wants = drain(state, sender, stream, &side) }
        }
        // The snapshot length cut the segment: its rest was never captured.
        let lost = length - octets.count
        if wants, lost > 0, side.deliverNext == position + Int64(octets.count) {
            pending.dropCarry(side.pending)     // what it began does not go on behind the hole
            wants = !protocols[state].gap(lost, from: sender, at: stream).isFinished
            side.deliverNext += Int64(lost)
        }
        if !wants { pending.release(&side.pending) }
        if !protocols[state].facts.answers.isEmpty { learnAnswers(state, device: fromFirst ? table.flows[place].link.1 : table.flows[place].link.0) }
        if fromFirst {
            table.flows[place].sides.0 = side
            table.flows[place].wants.0 = wants
        } else {
            table.flows[place].sides.1 = side
            table.flows[place].wants.1 = wants
        }
    }

    /// Inside a body that is only counted over, a hole is passed at once: what belongs there need not be waited for,
    /// whether it still comes or not. Returns whether more is wanted.
    private mutating func passOver(to position: Int64, _ state: Int, _ sender: Sender, _ stream: StreamPosition, _ side: inout FlowSide) -> Bool {
        let lost = Int(position - side.deliverNext)
        guard !keepsExchanges, !pending.isWaiting(side.pending), !pending.hasCarry(side.pending),
            protocols[state].passesOver(lost, from: sender)
        else { return true }
        side.deliverNext = position
        return !protocols[state].gap(lost, from: sender, at: stream).isFinished
    }

    /// Keeps a segment behind a hole, and gives the hole up when it will not be filled. Returns whether more is wanted.
    private mutating func hold(
        _ octets: Span<UInt8>, at position: Int64, _ place: Int, _ state: Int, _ sender: Sender, _ stream: StreamPosition, _ side: inout FlowSide
    ) -> Bool {
        if side.pending < 0 { side.pending = pending.open() }
        side.overlapConflict &+= Int32(truncatingIfNeeded: pending.insert(octets, at: position, in: side.pending))
        // Only what the receiver has acknowledged is given up before there is too much of it.
        let receiver = sender == .first ? table.flows[place].sides.1 : table.flows[place].sides.0
        let isLost = receiver.hasAcknowledged && pending.isLost(side.pending, acknowledged: side.position(of: receiver.acknowledged))
        return isLost || pending.isFull(side.pending) ? skipHole(state, sender, stream, &side) : true
    }

    /// Octets that follow those delivered before. Returns whether more is wanted.
    private mutating func feed(_ octets: Span<UInt8>, _ state: Int, _ sender: Sender, _ stream: StreamPosition, _ side: inout FlowSide) -> Bool {
        side.deliverNext += Int64(octets.count)
        if pending.hasCarry(side.pending) {
            guard pending.extendCarry(octets, in: side.pending) else { return false }
            guard let held = pending.takeCarry(side.pending) else { return true }
            let used = dissect(held.span, state, sender, stream)
            guard !used.isFinished else { return false }
            // Nothing was used: it goes back as it is, or segments of 1 octet would cost quadratic time.
            if used.done == 0 { return pending.restoreCarry(held, wanted: used.wanted, in: side.pending) }
            guard used.done < held.count else { return true }
            return pending.carry(held.span.extracting(used.done..<held.count), wanted: used.wanted, in: side.pending)
        }
        return consume(octets, state, sender, stream, &side)
    }

    private mutating func consume(_ octets: Span<UInt8>, _ state: Int, _ sender: Sender, _ stream: StreamPosition, _ side: inout FlowSide) -> Bool {
        let used = dissect(octets, state, sender, stream)
        guard !used.isFinished else { return false }
        guard used.done < octets.count else { return true }
        if side.pending < 0 { side.pending = pending.open() }
        return pending.carry(octets.extracting(used.done..<octets.count), wanted: used.wanted, in: side.pending)
    }

    private mutating func dissect(_ octets: Span<UInt8>, _ state: Int, _ sender: Sender, _ stream: StreamPosition) -> Consumption {
        let used = protocols[state].consume(octets, from: sender, at: stream)
        if protocols[state].facts.hasHello { completeHello(state) }
        return used
    }

    /// A hello was read: its fingerprint, and whether its name is a cover.
    @inline(never)
    private mutating func completeHello(_ state: Int) {
        fingerprints.complete(&protocols[state].facts)
        guard protocols[state].facts.offersEncryptedClientHello, let name = protocols[state].facts.serverName else { return }
        if names.isCoverName(name) { protocols[state].facts.hasEncryptedClientHello = true }
    }

    /// DNS answers that a dissector found name the addresses in them for the device that asked.
    @inline(never)
    private mutating func learnAnswers(_ state: Int, device: UInt64) {
        for message in protocols[state].facts.answers { names.learn(message, device: device) }
        protocols[state].facts.answers = []
    }

    /// Feeds the held segments that have become next.
    private mutating func drain(_ state: Int, _ sender: Sender, _ stream: StreamPosition, _ side: inout FlowSide) -> Bool {
        while let segment = pending.takeFirst(side.pending, reaching: side.deliverNext) {
            let known = Int(side.deliverNext - segment.position)
            guard known < segment.octets.count else { continue }
            guard feed(segment.octets.span.extracting(known..<segment.octets.count), state, sender, stream, &side) else { return false }
        }
        return true
    }

    /// The hole before the first held segment is not going to be filled: goes on behind it.
    private mutating func skipHole(_ state: Int, _ sender: Sender, _ stream: StreamPosition, _ side: inout FlowSide) -> Bool {
        guard let segment = pending.takeFirst(side.pending, reaching: .max, anywhere: true) else { return true }
        pending.dropCarry(side.pending)
        let lost = Int(max(0, segment.position - side.deliverNext))
        if protocols[state].gap(lost, from: sender, at: stream).isFinished { return false }
        side.deliverNext = max(side.deliverNext, segment.position)
        let known = Int(side.deliverNext - segment.position)
        guard known < segment.octets.count else { return true }
        return feed(segment.octets.span.extracting(known..<segment.octets.count), state, sender, stream, &side)
            && drain(state, sender, stream, &side)
    }

    /// The connection is closed. Holes that the receiver has acknowledged will not be filled: what is held behind them is
    /// read now, not when the flow's silence is over, so that it does not lie about until then.
    @inline(never)
    mutating func settle(_ place: Int) {
        let sides = table.flows[place].sides
        if sides.0.pending >= 0, sides.1.hasAcknowledged { settle(place, .first, sides.0, acknowledged: sides.1.acknowledged) }
        if sides.1.pending >= 0, sides.0.hasAcknowledged { settle(place, .second, sides.1, acknowledged: sides.0.acknowledged) }
    }

    private mutating func settle(_ place: Int, _ sender: Sender, _ given: FlowSide, acknowledged: UInt32) {
        var side = given, wants = true
        let state = Int(table.flows[place].protocolState), end = side.position(of: acknowledged)
        let stream = StreamPosition(time: table.flows[place].last, frame: table.flows[place].lastFrame)
        while wants, pending.isLost(side.pending, acknowledged: end, atOnce: true) { wants = skipHole(state, sender, stream, &side) }
        if !wants { pending.release(&side.pending) }
        if sender == .first {
            table.flows[place].sides.0 = side
            table.flows[place].wants.0 = table.flows[place].wants.0 && wants
        } else {
            table.flows[place].sides.1 = side
            table.flows[place].wants.1 = table.flows[place].wants.1 && wants
        }
    }

    /// At the end of a flow: what is still held is read as far as it goes.
    mutating func flush(_ place: Int) {
        let stream = StreamPosition(time: table.flows[place].last, frame: table.flows[place].lastFrame)
        if table.flows[place].sides.0.pending >= 0 {
            var side = table.flows[place].sides.0
            flush(&side, Int(table.flows[place].protocolState), .first, stream)
            table.flows[place].sides.0 = side
        }
        if table.flows[place].sides.1.pending >= 0 {
            var side = table.flows[place].sides.1
            flush(&side, Int(table.flows[place].protocolState), .second, stream)
            table.flows[place].sides.1 = side
        }
        let state = Int(table.flows[place].protocolState)
        if state >= 0 { protocols[state].finish(table.flows[place].isEnding ? .closed : .abandoned) }
    }

    private mutating func flush(_ side: inout FlowSide, _ state: Int, _ sender: Sender, _ stream: StreamPosition) {
        if state >= 0 {
            var wants = true
            if let held = pending.takeAllCarry(side.pending) { wants = consume(held.span, state, sender, stream, &side) }
            while wants, pending.isWaiting(side.pending) { wants = skipHole(state, sender, stream, &side) }
        }
        pending.release(&side.pending)
    }

    @inline(never)
    mutating func readDatagram(_ octets: Span<UInt8>, of packet: borrowing DecodedPacket, _ place: Int, fromFirst: Bool, time: Int64) {
        let isFirst = table.flows[place].protocolState < 0
        let state = openProtocol(place)
        if isFirst, !connections.isEmpty, continuesConnection(octets, state, place) { return }
        let result = protocols[state].readDatagram(
            octets, from: fromFirst ? .first : .second, sourcePort: packet.sourcePort, destinationPort: packet.destinationPort,
            at: StreamPosition(time: time, frame: frame))
        if protocols[state].facts.hasHello { completeHello(state) }
        if let message = result.dnsResponse { names.learn(message, device: packet.linkDestination) }
        if protocols[state].facts.service == .quic {
            table.flows[place].isQUIC = true
            learnConnections(state, place)
        }
        if !result.wantsMore { table.flows[place].wants = (false, false) }
    }

    /// The flow's protocol state, made at its first payload; then also its name by DNS is looked up, since the answer
    /// that led to the flow came before it.
    private mutating func openProtocol(_ place: Int) -> Int {
        let existing = table.flows[place].protocolState
        if existing >= 0 { return Int(existing) }
        let index: Int32
        if let reused = freeProtocols.popLast() {
            index = reused
        } else {
            index = Int32(protocols.count)
            protocols.append(ProtocolState())
        }
        table.flows[place].protocolState = index
        protocols[Int(index)].facts.keepsExchanges = keepsExchanges
        protocols[Int(index)].facts.ports = ports(of: table.flows[place])
        protocols[Int(index)].facts.keepsSample = keepsBursts
        if let entry = dnsEntry(of: table.flows[place]) {
            protocols[Int(index)].facts.dnsName = entry.name
            protocols[Int(index)].facts.dnsAliases = entry.aliases
        }
        return Int(index)
    }

    private func ports(of flow: borrowing Flow) -> FlowPorts {
        let isLow = flow.firstSenderIsLow
        return FlowPorts(first: flow.key.port(low: isLow), second: flow.key.port(low: !isLow))
    }

    func dnsEntry(of flow: Flow) -> DNSNameTable.Entry? {
        let responderIsLow = flow.firstSenderIsLow != flow.originatorIsFirst
        return names.find(flow.key.endpoint(low: responderIsLow).address, device: flow.originatorIsFirst ? flow.link.0 : flow.link.1)
    }
}
