/// A flow that has ended, with its bursts, oldest first (none when they are not kept).
public struct ClosedFlow: Sendable {
    public var record: FlowRecord
    public var bursts: [Burst]
}

/// Packets in, flow records out: one capture, one thread, one pass. Time comes from the packets only.
public struct FlowEngine: ~Copyable {
    public private(set) var overview: CaptureOverview
    /// Flows that have closed since they were last taken, in order.
    public private(set) var closed: [ClosedFlow] = []
    private let keepsBursts: Bool
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
    var packet = DecodedPacket()
    /// The latest time seen: steps backwards never move it.
    private var now: Int64 = .min
    private var previousTime: Int64 = 0
    private var frame = 0

    /// - Parameter keepsBursts: whether closed flows bring their bursts.
    public init(
        identity: CaptureIdentity, timeouts: FlowTimeouts = FlowTimeouts(), limits: FlowLimits = FlowLimits(), keepsBursts: Bool = true
    ) {
        self.keepsBursts = keepsBursts
        overview = CaptureOverview(identity: identity)
        self.timeouts = timeouts
        self.limits = limits
        pending = PendingSegments(limit: limits.reassembly)
    }

    /// Hands out the closed flows and forgets them. They must be taken often: nothing else bounds them.
    @inline(__always)
    public mutating func takeClosed(_ body: (inout ClosedFlow) -> Void) {
        if closed.isEmpty { return }
        for index in closed.indices { body(&closed[index]) }
        closed.removeAll(keepingCapacity: true)
    }

    // MARK: Packets

    /// Takes one packet of an interface with link type `link`.
    @inline(__always)
    public mutating func process(_ view: borrowing PacketView, link: LinkType) {
        let time = view.record.time
        beginPacket(time)
        let kind: DecodedKind
        do throws(DecodeError) {
            kind = try packet.decode(view.octets, wireLength: view.record.wireLength, link: link)
        } catch {
            countError(error)
            return
        }
        switch kind {
        case .transport: addToFlow(view.octets, at: time)
        default: countOther(kind, link)
        }
    }

    /// Counts a packet that the filter refused.
    public mutating func countFiltered(at time: Int64) {
        beginPacket(time)
        overview.account.filtered += 1
    }

    @inline(__always)
    private mutating func beginPacket(_ time: Int64) {
        frame += 1
        overview.account.packets = frame
        if frame > 1 {
            let step = time.subtractingReportingOverflow(previousTime)
            let gap = step.overflow ? Int64.max : step.partialValue
            if gap > overview.longestGap { overview.longestGap = gap }
            if gap < 0 { overview.largestBackwardStep = max(overview.largestBackwardStep, gap == Int64.min ? Int64.max : -gap) }
            if time < overview.first ?? .max { overview.first = time }
            if time > overview.last ?? .min { overview.last = time }
        } else {
            (overview.first, overview.last) = (time, time)
        }
        previousTime = time
        if time > now { now = time }
    }

    @inline(never)
    private mutating func countError(_ error: DecodeError) {
        if error.isTruncation {
            overview.account.truncated[error.name, default: 0] += 1
        } else {
            overview.account.malformed[error.name, default: 0] += 1
        }
    }

    @inline(never)
    private mutating func countOther(_ kind: DecodedKind, _ link: LinkType) {
        switch kind {
        case .transport: break
        case .otherTransport(let number): overview.account.otherTransport[number, default: 0] += 1
        case .fragment: overview.account.incompleteFragments += 1
        case .nonIP(let type): overview.account.nonIP[type, default: 0] += 1
        case .unsupportedLink: overview.account.unsupportedLink[link.rawValue, default: 0] += 1
        }
    }

    // MARK: Flows

    @inline(__always)
    private mutating func addToFlow(_ octets: Span<UInt8>, at time: Int64) {
        overview.account.inFlows += 1
        if wheel.isDue(now) { expire() }
        let (key, senderIsLow) = FlowKey.of(packet)
        let hash = table.hash(of: key)
        var place = table.find(key, hash: hash)
        if place >= 0 {
            let fromFirst = table.flows[place].firstSenderIsLow == senderIsLow
            if table.flows[place].isOver(packet, fromFirst: fromFirst, at: time, timeouts) {
                close(place)
                place = -1
            }
        }
        if place < 0 { place = open(key, hash, senderIsLow: senderIsLow, at: time) }
        let fromFirst = table.flows[place].firstSenderIsLow == senderIsLow
        let counted = table.flows[place].count(packet, fromFirst: fromFirst, at: time, frame: frame, regions: &regions)
        if keepsBursts, let burst = counted.closedBurst { arena.push(burst, onto: &table.flows[place].bursts) }
        if counted.isEnding { reschedule(place) }
        guard counted.isWanted, packet.payloadLength > 0 else { return }
        let payload = octets.extracting(packet.payloadStart..<packet.payloadEnd)
        if packet.isTCP {
            deliver(payload, at: counted.position, place, fromFirst: fromFirst)
        } else if !payload.isEmpty {
            readDatagram(payload, place, fromFirst: fromFirst)
        }
    }

    @inline(never)
    private mutating func open(_ key: FlowKey, _ hash: UInt32, senderIsLow: Bool, at time: Int64) -> Int {
        if table.count >= limits.flows { evict() }
        var flow = Flow(
            key: key, hash: hash, firstSenderIsLow: senderIsLow, vlan: packet.vlan, first: time, last: time, firstFrame: frame,
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
    private mutating func expire() {
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
        let state = Int(table.flows[place].protocolState)
        var facts = FlowFacts()
        if state >= 0 {
            swap(&facts, &protocols[state].facts)
            protocols[state].reset()
            freeProtocols.append(Int32(state))
        }
        var bursts: [Burst] = []
        if keepsBursts {
            if table.flows[place].burst.start != .min { arena.push(table.flows[place].burst, onto: &table.flows[place].bursts) }
            bursts = arena.takeAll(&table.flows[place].bursts)
            if !table.flows[place].originatorIsFirst {      // counted by who was seen first; told by who began
                for index in bursts.indices {
                    (bursts[index].forward, bursts[index].reverse) = (bursts[index].reverse, bursts[index].forward)
                }
            }
            if facts.isClear { for index in bursts.indices { bursts[index].clear = true } }
        }
        let record = record(of: table.flows[place], consume facts)
        overview.flows += 1
        regions.release(&table.flows[place].sides.0.regions)
        regions.release(&table.flows[place].sides.1.regions)
        table.remove(place)
        closed.append(ClosedFlow(record: record, bursts: bursts))
    }

    /// A name that the capture file itself gives for an address.
    public mutating func learn(_ name: String, for address: IPAddress) { names.learn(name, for: address) }

    /// How exact the file's times are; pcapng may describe a finer interface later.
    public mutating func setTimeDigits(_ digits: Int) {
        if digits > overview.identity.timeDigits { overview.identity.timeDigits = digits }
    }

    // MARK: Records

    private func record(of flow: Flow, _ facts: consuming FlowFacts) -> FlowRecord {
        let originatorIsLow = flow.firstSenderIsLow == flow.originatorIsFirst
        let originator = flow.key.endpoint(low: originatorIsLow), responder = flow.key.endpoint(low: !originatorIsLow)
        let transport: TransportProtocol = flow.key.isTCP ? .tcp : .udp
        let packets = flow.directional { $0.packets }, payload = flow.directional { $0.payload }
        let links = flow.originatorIsFirst ? flow.link : (flow.link.1, flow.link.0)
        var record = FlowRecord(
            capture: overview.identity, firstFrame: flow.firstFrame, lastFrame: flow.lastFrame, originator: originator,
            responder: responder, transport: transport, vlan: flow.vlan >= 0 ? UInt16(flow.vlan) : nil,
            originatorLinkAddress: links.0 == 0 ? nil : links.0, responderLinkAddress: links.1 == 0 ? nil : links.1,
            first: flow.first, last: flow.last, packets: packets, octets: flow.directional { $0.octets }, payload: payload,
            resent: flow.directional { $0.resent }, overlapConflict: flow.directional { Int($0.overlapConflict) },
            missing: Directional(forward: 0, reverse: 0), outOfOrder: flow.directional { Int($0.outOfOrder) },
            state: ConnectionState.name(of: flow, payload: payload, packets: packets),
            communityID: CommunityID.v1(originator, responder, transport), adus: flow.directional { $0.adus })
        if transport == .tcp {
            let first = flow.sides.0.missing(in: regions), second = flow.sides.1.missing(in: regions)
            record.missing = flow.originatorIsFirst
                ? Directional(forward: first, reverse: second) : Directional(forward: second, reverse: first)
        }
        record.take(facts)
        if record.dnsName == nil, flow.protocolState < 0, let entry = dnsEntry(of: flow) {
            (record.dnsName, record.dnsAliases) = (entry.name, entry.aliases)
        }
        return record
    }
}

extension FlowRecord {
    /// Fills what the dissectors found.
    fileprivate mutating func take(_ facts: consuming FlowFacts) {
        service = facts.service?.rawValue
        serverName = facts.serverName
        alpn = facts.alpn
        version = facts.version
        encryptedClientHello = facts.hasEncryptedClientHello
        (ja3, ja3s, ja4) = (facts.ja3, facts.ja3s, facts.ja4)
        userAgent = facts.userAgent
        dnsQueries = facts.dnsQueries
        httpHosts = facts.httpHosts
        httpExchanges = facts.exchanges
        (dnsName, dnsAliases) = (facts.dnsName, facts.dnsAliases)
    }
}
