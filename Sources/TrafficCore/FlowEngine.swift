/// A flow that has ended, with its bursts, oldest first (none when they are not kept).
public struct ClosedFlow: Sendable {
    public var record: FlowRecord
    public var bursts: [Burst]
}

/// Packets in, flow records out: one capture, one thread, one pass. Time comes from the packets only.
public struct FlowEngine: ~Copyable {
    public internal(set) var overview: CaptureOverview
    /// Flows that have closed since they were last taken, in order.
    public private(set) var closed: [ClosedFlow] = []
    let keepsBursts: Bool
    let keepsExchanges: Bool
    private let timeouts: FlowTimeouts
    private let limits: FlowLimits
    var table = FlowTable()
    var wheel = TimerWheel()
    var regions = RegionLists()
    var arena = BurstArena()
    var pending: PendingSegments
    var protocols = ChunkedArray<ProtocolState>()
    var freeProtocols: [Int32] = []
    var names = DNSNameTable()
    var fingerprints = FingerprintCache()
    var connections = QUICConnectionTable()
    var fragments: IPFragments
    var recent = RecentPackets()
    /// Whose packets are, where the capture says so.
    var labels = FlowLabels()
    var outside = OctetsOutsideFlows()
    /// The latest time seen: steps backwards never move it.
    var now: Int64 = .min
    private var previousTime: Int64 = 0
    private(set) var frame = 0
    /// The next packet is the first of its file: it has no predecessor to be late after.
    private var isFirstOfFile = true

    /// - Parameters:
    ///   - keepsBursts: whether closed flows bring their bursts.
    ///   - keepsExchanges: whether they bring their HTTP exchanges.
    public init(
        identity: CaptureIdentity, timeouts: FlowTimeouts = FlowTimeouts(), limits: FlowLimits = FlowLimits(), keepsBursts: Bool = true,
        keepsExchanges: Bool = true
    ) {
        (self.keepsBursts, self.keepsExchanges) = (keepsBursts, keepsExchanges)
        overview = CaptureOverview(identity: identity)
        self.timeouts = timeouts
        self.limits = limits
        pending = PendingSegments(limit: limits.reassembly)
        fragments = IPFragments(limit: limits.fragments)
    }

    /// Hands out the closed flows and forgets them. They must be taken often: nothing else bounds them.
    @inline(__always)
    public mutating func takeClosed(_ body: (inout ClosedFlow) -> Void) {
        if closed.isEmpty { return }
        for index in closed.indices { body(&closed[index]) }
        closed.removeAll(keepingCapacity: true)
    }

    /// Another file of the same capture follows: flows go on; first, last and longest silence are this file's alone.
    mutating func beginFile() {
        (overview.first, overview.last, overview.longestGap, overview.largestBackwardStep) = (nil, nil, 0, 0)
        isFirstOfFile = true
    }

    /// From now on checksums are verified and counted; packets with wrong ones count all the same, as in Wireshark.
    mutating func verifyChecksums() { overview.checksums = overview.checksums ?? ChecksumCounts() }

    /// The capture's id, where it is known only when the first packet is there.
    mutating func identify(_ id: String) { overview.identity.id = id }

    // MARK: Packets

    /// Takes one packet of an interface with link type `link`.
    @inline(__always)
    public mutating func process(_ view: borrowing PacketView, link: LinkType) {
        let time = view.record.time
        frame += Int(view.record.framesBefore)
        beginPacket(time)
        var packet = DecodedPacket()
        let isUsual: Bool
        do throws(DecodeError) {
            isUsual = try packet.decodeUsual(view.octets, wireLength: view.record.wireLength, link: link)
        } catch {
            countUndecoded(error, view, link)
            return
        }
        if isUsual { addToFlow(packet, view.octets, at: time, interface: view.record.interface) } else { processUnusual(view, link) }
    }

    /// What is not the usual packet, by a packet of its own: were the address of the other taken, it could not stay in
    /// registers on the usual way.
    @inline(never)
    private mutating func processUnusual(_ view: borrowing PacketView, _ link: LinkType) {
        let time = view.record.time
        var walk = LayerWalk(view.octets, wireLength: view.record.wireLength)
        var layer = Layer.link(link)
        while true {
            do throws(DecodeError) {
                let kind = try walk.run(from: layer)
                switch kind {
                case .transport: addToFlow(walk.packet, view.octets, at: time, interface: view.record.interface)
                case .fragment(let fragment): addFragment(fragment, of: walk.packet, view.octets, at: time, interface: view.record.interface)
                default:
                    countOther(kind, link)
                    if case .otherTransport(let number) = kind { outside.add(walk.packet, as: OctetsOutsideFlows.Kind(transport: number)) }
                }
            } catch {
                countError(error)
                outside.add(walk.packet, as: .undecoded)
            }
            // The frame may hold more packets than the one: each has its own bin.
            guard let next = walk.nextInAggregate() else { return }
            overview.account.aggregatedPackets += 1
            layer = next
        }
    }

    /// Counts a packet that the filter refused.
    public mutating func countFiltered(at time: Int64, framesBefore: Int = 0) {
        frame += framesBefore
        beginPacket(time)
        overview.account.filtered += 1
    }

    @inline(__always)
    private mutating func beginPacket(_ time: Int64) {
        frame += 1
        overview.account.packets += 1
        let (step, isOver) = time.subtractingReportingOverflow(previousTime)
        // Nearly every packet: not before the one before it, and no longer behind it than another was.
        if step < 0 || step > overview.longestGap || isOver || time <= now || isFirstOfFile {
            noteTime(time)
        } else {
            overview.last = time
            now = time
        }
        previousTime = time
    }

    @inline(never)
    private mutating func noteTime(_ time: Int64) {
        if !isFirstOfFile {
            let step = time.subtractingReportingOverflow(previousTime)
            let gap = step.overflow ? Int64.max : step.partialValue
            if gap > overview.longestGap { overview.longestGap = gap }
            if gap < 0 { overview.largestBackwardStep = max(overview.largestBackwardStep, gap == Int64.min ? Int64.max : -gap) }
            if time < overview.first ?? .max { overview.first = time }
            if time > overview.last ?? .min { overview.last = time }
        } else {
            (overview.first, overview.last) = (time, time)
            isFirstOfFile = false
        }
        if time > now { now = time }
    }

    /// Counts a packet that `decodeUsual` refused. Decoded again, for what its IP header says: on the usual way the packet must
    /// not be lent to anybody.
    @inline(never)
    private mutating func countUndecoded(_ error: DecodeError, _ view: borrowing PacketView, _ link: LinkType) {
        countError(error)
        var walk = LayerWalk(view.octets, wireLength: view.record.wireLength)
        do throws(DecodeError) { _ = try walk.run(from: .link(link)) } catch {}     // what came before the error is kept
        outside.add(walk.packet, as: .undecoded)
    }

    @inline(never)
    mutating func countError(_ error: DecodeError) {
        if error.isTruncation {
            overview.account.truncated[error.name, default: 0] += 1
        } else {
            overview.account.malformed[error.name, default: 0] += 1
        }
    }

    @inline(never)
    private mutating func countOther(_ kind: DecodedKind, _ link: LinkType) {
        switch kind {
        case .transport, .fragment: break
        case .otherTransport(let number): overview.account.otherTransport[number, default: 0] += 1
        case .protected: overview.account.protectedWLAN += 1
        case .nonIP(let type): overview.account.nonIP[type, default: 0] += 1
        case .unsupportedLink: overview.account.unsupportedLink[link.rawValue, default: 0] += 1
        }
    }

    // MARK: Flows

    @inline(__always)
    mutating func addToFlow(_ packet: borrowing DecodedPacket, _ octets: Span<UInt8>, at time: Int64, interface: Int) {
        overview.account.inFlows += 1
        if overview.checksums != nil { overview.checksums?.add(ChecksumVerdict(packet, in: octets)) }
        if wheel.isDue(now) { expire() }
        let (key, senderIsLow) = FlowKey.of(packet)
        let hash = table.hash(of: key)
        var place = table.find(key, hash: hash)
        if place >= 0 {
            let fromFirst = table.flows[place].firstSenderIsLow == senderIsLow
            let opens = (packet.isTCP ? packet.flags.rawValue & 0x12 : 0) == 0x02
            if table.flows[place].isOver(opens: opens, sequence: packet.sequence, fromFirst: fromFirst, at: time, timeouts) {
                close(place)
                place = -1
            }
        }
        if place < 0 { place = open(packet, octets, key, hash, senderIsLow: senderIsLow, at: time) }
        let fromFirst = table.flows[place].firstSenderIsLow == senderIsLow
        // Link layers that give the sender's address alone tell the responder's once it answers.
        if !fromFirst, table.flows[place].link.1 == 0 { table.flows[place].link.1 = packet.linkSource }
        let sighting = recent.note(packet, octets, interface: interface, at: time)
        let counted = table.flows[place].count(packet, fromFirst: fromFirst, sighting: sighting, at: time, frame: frame, keepsHistory: keepsExchanges, regions: &regions)
        if keepsBursts, let burst = counted.closedBurst { arena.push(burst, onto: &table.flows[place].bursts) }
        if labels.isActive { labels.count(packet.octets, to: place) }
        if counted.isEnding {
            reschedule(place)
            settle(place)
        }
        guard packet.payloadLength > 0, !counted.isCopy else { return }
        let payload = octets.extracting(packet.payloadStart..<packet.payloadEnd)
        if counted.isWanted {
            if packet.isTCP {
                deliver(payload, of: packet.payloadLength, at: counted.position, place, fromFirst: fromFirst, time: time)
            } else if !payload.isEmpty {
                readDatagram(payload, of: packet, place, fromFirst: fromFirst, time: time)
            }
        }
        let stop = counted.position &+ Int64(packet.payloadLength)
        if packet.isTCP ? fromFirst ? table.flows[place].sides.0.records.isWanted(before: stop) : table.flows[place].sides.1.records.isWanted(before: stop)
            : table.flows[place].isQUIC {
            deductOverhead(payload, of: packet.payloadLength, at: counted.position, place, isTCP: packet.isTCP, fromFirst: fromFirst)
        }
    }

    /// Takes off the ADU under way what encryption adds to its plaintext.
    @inline(never)
    private mutating func deductOverhead(
        _ octets: Span<UInt8>, of length: Int, at position: Int64, _ place: Int, isTCP: Bool, fromFirst: Bool
    ) {
        guard isTCP else {
            table.flows[place].aduOctets -= QUICOverhead.estimate(octets, of: length)
            return
        }
        let state = Int(table.flows[place].protocolState)
        let protection = state >= 0 ? Int(protocols[state].facts.recordProtection) : 17
        let overhead = fromFirst
            ? table.flows[place].sides.0.records.overhead(in: octets, of: length, at: position, protection: protection)
            : table.flows[place].sides.1.records.overhead(in: octets, of: length, at: position, protection: protection)
        table.flows[place].aduOctets -= overhead
    }

    @inline(never)
    private mutating func open(_ packet: borrowing DecodedPacket, _ octets: Span<UInt8>, _ key: FlowKey, _ hash: UInt32, senderIsLow: Bool, at time: Int64) -> Int {
        if table.count >= limits.flows { evict() }
        if overview.synthetic == nil { noteSynthetic(packet, octets) }
        var flow = Flow(
            key: key, hash: hash, firstSenderIsLow: senderIsLow, vlan: packet.vlan, tunnel: packet.tunnel, first: time, last: time, firstFrame: frame,
            lastFrame: frame, link: (packet.linkSource, packet.linkDestination))
        flow.wants = (true, true)
        let place = table.insert(flow)
        schedule(place)
        return place
    }

    private mutating func schedule(_ place: Int) {
        let flow = table.flows[place]
        let deadline = flow.last.addingReportingOverflow(timeouts.silence(of: flow))
        wheel.insert(Int32(place), deadline: deadline.overflow ? .max : deadline.partialValue, now: now, into: &table.flows)
    }

    @inline(never)
    private mutating func reschedule(_ place: Int) {
        wheel.remove(Int32(place), from: &table.flows)
        schedule(place)
    }

    private func deadline(_ place: Int32) -> Int64 {
        let flow = table.flows[Int(place)]
        let sum = flow.last.addingReportingOverflow(timeouts.silence(of: flow))
        return sum.overflow ? .max : sum.partialValue
    }

    /// Closes the flows that have been silent for longer than they may, in order of their deadlines.
    @inline(never)
    mutating func expire() {
        var over: [(deadline: Int64, frame: Int, place: Int32)] = []
        for place in wheel.takeDue(now, from: &table.flows) {
            let due = deadline(place)
            if due < now {
                over.append((due, table.flows[Int(place)].firstFrame, place))
            } else {
                schedule(Int(place))
            }
        }
        over.sort { ($0.deadline, $0.frame) < ($1.deadline, $1.frame) }
        for entry in over { close(Int(entry.place)) }
    }

    /// Too many flows are open: ends a sixteenth of them, those that would end soonest.
    @inline(never)
    private mutating func evict() {
        var ends: [(deadline: Int64, frame: Int, place: Int32)] = []
        for place in table.openPlaces() { ends.append((deadline(place), table.flows[Int(place)].firstFrame, place)) }
        ends.sort { ($0.deadline, $0.frame) < ($1.deadline, $1.frame) }
        for entry in ends.prefix(max(1, limits.flows / 16)) {
            overview.evictedFlows += 1
            close(Int(entry.place))
        }
    }

    /// Closes all flows: those over their silence first, by deadline, then the rest by first packet. `body` gets each.
    public mutating func finish(_ body: (inout ClosedFlow) -> Void) {
        takeClosed(body)
        overview.unfinishedDatagrams.open = fragments.waiting
        var rest: [(deadline: Int64, frame: Int, place: Int32)] = []
        for place in table.openPlaces() {
            rest.append((min(deadline(place), now), table.flows[Int(place)].firstFrame, place))
        }
        rest.sort { ($0.deadline, $0.frame) < ($1.deadline, $1.frame) }
        for entry in rest {
            close(Int(entry.place))
            takeClosed(body)
        }
    }

    @inline(never)
    private mutating func close(_ place: Int) {
        flush(place)
        wheel.remove(Int32(place), from: &table.flows)
        table.flows[place].closeADU()
        closed.append(ClosedFlow(record: FlowRecord(capture: overview.identity), bursts: []))
        let last = closed.count - 1, state = Int(table.flows[place].protocolState)
        Self.fill(&closed[last].record, from: table.flows[place], regions)
        if labels.isActive { closed[last].record.labels = labels.take(place) }
        if state >= 0 {
            swap(&closed[last].record.facts, &protocols[state].facts)
            protocols[state].reset()
            freeProtocols.append(Int32(state))
            closed[last].record.service = closed[last].record.facts.service?.rawValue
            noteAnomalies(last, place)
        } else if let entry = dnsEntry(of: table.flows[place]) {
            (closed[last].record.dnsName, closed[last].record.dnsAliases) = (entry.name, entry.aliases)
        }
        closed[last].record.payloadSizing = sizing(of: table.flows[place], closed[last].record.facts.service)
        if keepsBursts { closed[last].bursts = takeBursts(place, areClear: closed[last].record.facts.isClear) }
        overview.flows += 1
        regions.release(&table.flows[place].sides.0.regions)
        regions.release(&table.flows[place].sides.1.regions)
        table.remove(place)
    }

    /// Counts what was wrong with the protocol of the flow that was closed last.
    private mutating func noteAnomalies(_ last: Int, _ place: Int) {
        if closed[last].record.facts.service == .tls {
            let isCut = table.flows[place].sides.0.endsInsideRecord ? true : table.flows[place].sides.1.endsInsideRecord
            if isCut { closed[last].record.facts.anomalies.insert(.truncatedTLSRecord) }
        }
        if closed[last].record.facts.anomalies.isEmpty { return }
        for anomaly in closed[last].record.facts.anomalies.all { overview.anomalies[anomaly.name, default: 0] += 1 }
    }

    func sizing(of flow: borrowing Flow, _ service: Service?) -> PayloadSizing {
        if flow.isQUIC { return .estimate }
        guard service == .tls else { return .transport }
        // Both directions, as far as they sent anything.
        let isFirstFollowed = flow.sides.0.payload == 0 ? true : flow.sides.0.records.isFollowing
        let isSecondFollowed = flow.sides.1.payload == 0 ? true : flow.sides.1.records.isFollowing
        return isFirstFollowed && isSecondFollowed ? .records : .transport
    }

    /// The flow's bursts, oldest first, as seen from who began it.
    private mutating func takeBursts(_ place: Int, areClear: Bool) -> [Burst] {
        if table.flows[place].burst.start != .min { arena.push(table.flows[place].burst, onto: &table.flows[place].bursts) }
        return Self.oriented(arena.takeAll(&table.flows[place].bursts), byFirst: table.flows[place].originatorIsFirst, areClear: areClear)
    }

    /// Bursts as seen from who began the flow; they were counted by who was seen first.
    static func oriented(_ counted: [Burst], byFirst isFirst: Bool, areClear: Bool) -> [Burst] {
        var bursts = counted
        if !isFirst {
            for index in bursts.indices {
                (bursts[index].forward, bursts[index].reverse) = (bursts[index].reverse, bursts[index].forward)
            }
        }
        if areClear { for index in bursts.indices { bursts[index].clear = true } }
        return bursts
    }

    /// A name that the capture file itself gives for an address.
    public mutating func learn(_ name: String, for address: IPAddress) { names.learn(name, for: address) }

    /// How exact the file's times are; pcapng may describe a finer interface later.
    public mutating func setTimeDigits(_ digits: Int) {
        if digits > overview.identity.timeDigits { overview.identity.timeDigits = digits }
    }

    // MARK: Records

    /// Fills in the record of a flow, but for what its dissector found. In place: a record is a kilobyte.
    static func fill(_ record: inout FlowRecord, from flow: borrowing Flow, _ regions: borrowing RegionLists) {
        let isFirst = flow.originatorIsFirst
        let originatorIsLow = flow.firstSenderIsLow == isFirst
        (record.firstFrame, record.lastFrame) = (flow.firstFrame, flow.lastFrame)
        (record.originator, record.responder) = (flow.key.endpoint(low: originatorIsLow), flow.key.endpoint(low: !originatorIsLow))
        record.transport = flow.key.isTCP ? .tcp : .udp
        record.vlan = flow.vlan >= 0 ? UInt16(flow.vlan) : nil
        record.tunnel = flow.tunnel.name
        let (originatorLink, responderLink) = isFirst ? flow.link : (flow.link.1, flow.link.0)
        record.originatorLinkAddress = originatorLink == 0 ? nil : originatorLink
        record.responderLinkAddress = responderLink == 0 ? nil : responderLink
        (record.first, record.last) = (flow.first, flow.last)
        record.packets = flow.directional { $0.packets }
        record.octets = flow.directional { $0.octets }
        record.networkPayload = flow.directional { $0.networkPayload }
        record.headers = flow.directional { $0.headers }
        record.payload = flow.directional { $0.payload }
        record.resent = flow.directional { $0.resent }
        record.overlapConflict = flow.directional { Int($0.overlapConflict) }
        record.outOfOrder = flow.directional { Int($0.outOfOrder) }
        if flow.key.isTCP {
            let first = flow.sides.0.missing(in: regions), second = flow.sides.1.missing(in: regions)
            record.missing = isFirst ? Directional(forward: first, reverse: second) : Directional(forward: second, reverse: first)
        }
        record.duplicatePackets = Int(flow.duplicates)
        record.copied = flow.directional { Int($0.copied) }
        record.handshakeRoundTrip = flow.handshake.roundTrip
        record.state = ConnectionState.name(of: flow, payload: record.payload, packets: record.packets)
        record.history = flow.history.flipped(!isFirst)
        record.adus = flow.directional { $0.adus }
    }
}

extension FlowRecord {
    /// Of no flow yet.
    init(capture: CaptureIdentity) {
        let nobody = Endpoint(address: IPAddress(v4: 0), port: 0), nothing = Directional(forward: 0, reverse: 0)
        self.init(
            capture: capture, firstFrame: 0, lastFrame: 0, originator: nobody, responder: nobody, transport: .udp, first: 0, last: 0,
            packets: nothing, octets: nothing, payload: nothing, resent: nothing, overlapConflict: nothing, missing: nothing,
            outOfOrder: nothing, state: "", adus: Directional(forward: PayloadSizeCounts(), reverse: PayloadSizeCounts()))
    }
}
