/// Makes the profile of one capture out of its flows and bursts. Which device is the phone and how long was observed are known only
/// at the end, so until then every burst is kept in 40 octets. A capture that goes on for days folds what is long past (`fold`).
public struct CaptureProfileBuilder: Sendable {
    /// Why a capture is set aside (METHOD.md §1).
    public enum SetAsideReason: String, Sendable {
        /// A silence over 5 minutes or a step backwards: exposure cannot be told (DESIGN.md §4).
        case timeImplausible = "time_implausible"
        case phoneAmbiguous = "phone_ambiguous"
        /// Nothing the phone sent or received belongs to anybody but the system.
        case nothingAttributable = "nothing_attributable"
    }

    public enum Outcome: Sendable {
        case observed(CaptureProfile)
        /// The reason, and the sentence for it.
        case setAside(SetAsideReason, wording: String)
    }

    /// What was counted and what was not, for the report.
    public struct Tally: Sendable, Equatable {
        public var flows = 0
        /// Flows of which neither side, or both sides, are the phone: they count nowhere.
        public var flowsWithoutPhone = 0
        public var flowsBetweenPhones = 0
        /// Flows that another app sent, or several may have sent, by what is known of single flows.
        public var flowsOfOtherApps = 0
        /// Flows of the phone's own system.
        public var flowsOfSystem = 0
        public var records = 0
        /// Bursts in no phase: before the first marker, or after the last. They count nowhere.
        public var recordsOutsidePhases = 0
        /// Records that are neither system nor push traffic.
        public var attributableRecords = 0
    }

    struct CompactFlow {
        var responder: Int
        var originator: Int
        var side: PhoneSide
        var isCounted: Bool
        var payload: Directional<Int>
        var adus: Directional<PayloadSizeCounts>
        var originatorDevice: DeviceKey
        var responderDevice: DeviceKey
    }
    struct CompactBurst {
        /// By order of closing, from the capture's first.
        var flow: Int
        var start: Int64
        var forward: Int
        var reverse: Int
        var clear: Bool
    }

    private let app: AppIdentity?
    private let onlyApp: Bool
    private let geography: GeoDatabase?
    private let catalogue: DestinationCatalogue
    private var destinations: [ProfileDestination] = []
    private var numbers: [ProfileDestination: Int] = [:]
    private var flows: [CompactFlow] = []
    private var bursts: [CompactBurst] = []
    /// Flows that are folded: the numbers of the others go on from there.
    private var flowsFolded = 0
    private var folded = FoldedBursts()
    /// What was counted so far; complete after `finish`.
    public private(set) var tally = Tally()

    /// - Parameters:
    ///   - app: the app of the capture; nil when not known.
    ///   - onlyApp: leave out flows that labels, an app map or a guess give to another app than `app`, or to several.
    ///   - geography: for machines that began a flow towards the phone; responders bring their country along.
    ///   - catalogue: tells whether anything but the system's own traffic was seen.
    public init(
        app: AppIdentity?, onlyApp: Bool = false, geography: GeoDatabase? = nil, catalogue: DestinationCatalogue = DestinationCatalogue()
    ) {
        (self.app, self.onlyApp, self.geography, self.catalogue) = (app, onlyApp, geography, catalogue)
    }

    /// Takes a classified flow and its bursts. Flows may come in any order.
    public mutating func add(_ record: FlowRecord, bursts newBursts: [Burst]) {
        tally.flows += 1
        let sender = sender(of: record)
        if sender == .system { tally.flowsOfSystem += 1 }
        if sender == .other { tally.flowsOfOtherApps += 1 }
        var responder = ProfileDestination(responderOf: record)
        responder.sender = sender
        let flow = CompactFlow(
            responder: number(of: responder), originator: record.phone == .originator ? -1 : originator(of: record, sender),
            side: record.phone, isCounted: sender != .system && sender != .other, payload: record.payload, adus: record.adus,
            originatorDevice: DeviceKey(link: record.originatorLinkAddress, address: record.originator.address),
            responderDevice: DeviceKey(link: record.responderLinkAddress, address: record.responder.address))
        for burst in newBursts {
            bursts.append(CompactBurst(flow: flowsFolded + flows.count, start: burst.start, forward: max(0, burst.forward),
                                       reverse: max(0, burst.reverse), clear: burst.clear))
        }
        flows.append(flow)
    }

    private func sender(of record: borrowing FlowRecord) -> ProfileDestination.Sender {
        if record.system != nil { return .system }
        let isTold = record.attribution.isOfThisFlow || record.attribution.isInferred
        if onlyApp, isTold, let app, record.app != app.id { return .other }
        return record.attribution.isOfThisFlow ? .labelled : record.attribution.isInferred ? .inferred : .assumed
    }

    private mutating func originator(of record: borrowing FlowRecord, _ sender: ProfileDestination.Sender) -> Int {
        var machine = ProfileDestination(originatorOf: record, place: geography?.place(of: record.originator.address) ?? NetworkPlace())
        machine.sender = sender
        return number(of: machine)
    }

    private mutating func number(of destination: ProfileDestination) -> Int {
        if let known = numbers[destination] { return known }
        numbers[destination] = destinations.count
        destinations.append(destination)
        return destinations.count - 1
    }

    /// The capture's profile, or why it is set aside.
    ///
    /// The phone's side is the record's where it says one, else that of `overview.phone`.
    /// - Parameters:
    ///   - timeline: the capture's phases, with both ends (`PhaseTimeline.close`); without it all is foreground.
    ///   - exposure: seconds observed, where they are known beside the packets.
    public mutating func finish(overview: CaptureOverview, timeline: PhaseTimeline? = nil, exposure: [Phase: Double] = [:]) -> Outcome {
        // Who notes phases, or how long was observed, tells the minutes that silences and clocks hide.
        let isTold = timeline?.hasPhases ?? false || !exposure.isEmpty
        guard let span = overview.span, isTold || overview.exposureSeconds != nil else {
            let why = overview.first == nil ? "it has no packets" : "its time stamps have a gap over 5 minutes or step backwards"
            return .setAside(.timeImplausible, wording: "Capture set aside: \(why); its length cannot be told.")
        }
        // A phone by other connections than TLS, QUIC and HTTP is good enough to look at, not to measure by.
        guard overview.phone != nil, overview.phoneReason != "connections" else {
            let devices = overview.flowsOpened.values.count { $0 > 0 }
            return .setAside(.phoneAmbiguous, wording: PhoneChoice.ambiguityRemark(devices: devices))
        }
        let sides = resolveSides(phone: overview.phone)
        var timeline = timeline ?? PhaseTimeline([])
        let hasPhases = timeline.hasPhases
        folded.settle(keepsUnphased: !hasPhases || timeline.intervals.first.map { $0.phase == .foreground && $0.start ?? .min <= span.start } ?? false)
        timeline.close(first: span.start, last: span.end)
        let placed = place(sides, timeline: hasPhases ? timeline : nil, start: span.start)
        guard tally.attributableRecords > 0 else {
            return .setAside(.nothingAttributable, wording: "Capture set aside: all its traffic is the system's own.")
        }
        let seconds = timeline.seconds.merging(exposure) { $1 }
        return .observed(profile(overview.identity.id, span.start, seconds, timeline.foregroundMarks, placed, sides))
    }

    // MARK: Folding

    /// Bursts that are kept one by one.
    public var unfoldedBursts: Int { bursts.count }

    /// Counts the flows whose bursts all began before `limit` into cells, and forgets them. For a capture that goes on: its phone is
    /// known, and markers that are still to come are of later times. What `finish` gives stays the same.
    ///
    /// - Parameters:
    ///   - timeline: the phases so far; nil when none was marked yet.
    ///   - start: the beginning of the capture's span, and `now` its end so far.
    mutating func fold(before limit: Int64, timeline: PhaseTimeline?, start: Int64, now: Int64) {
        var timeline = timeline
        timeline?.close(first: start, last: now)
        let end = bursts.firstIndex { $0.start >= limit }
        let stop = end.map { bursts[$0].flow } ?? flowsFolded + flows.count
        guard stop > flowsFolded else { return }
        for flow in flows.prefix(stop - flowsFolded) {
            if flow.side == .unknown, flow.isCounted { folded.flowsWithoutPhone += 1 }
            if flow.side == .both, flow.isCounted { folded.flowsBetweenPhones += 1 }
            guard flow.side == .originator || flow.side == .responder else { continue }
            let number = flow.side == .originator ? flow.responder : flow.originator
            if number >= 0 { folded.totals[number, default: CaptureProfile.Total()].add(flow.payload, flow.adus, isOriginator: flow.side == .originator) }
        }
        var count = 0
        for burst in bursts {
            guard burst.flow < stop else { break }
            count += 1
            if let located = locate(burst, in: flows[burst.flow - flowsFolded]) {
                folded.add(located.burst, isCounted: located.isCounted, at: place(burst, timeline: timeline, start: start), hasPhases: timeline != nil)
            }
        }
        bursts.removeFirst(count)
        flows.removeFirst(stop - flowsFolded)
        flowsFolded = stop
    }

    /// A burst of the phone with destination and direction, without its phase; nil when it is not the phone's.
    private func locate(_ burst: CompactBurst, in flow: CompactFlow, side: PhoneSide? = nil) -> (burst: ProfileCells.PlacedBurst, isCounted: Bool)? {
        let side = side ?? flow.side, isOriginator = side == .originator
        guard isOriginator || side == .responder else { return nil }
        let number = isOriginator ? flow.responder : flow.originator
        guard number >= 0 else { return nil }
        let placed = ProfileCells.PlacedBurst(
            destination: number, phase: .foreground, time: 0, up: isOriginator ? burst.forward : burst.reverse,
            down: isOriginator ? burst.reverse : burst.forward, clear: burst.clear, flow: burst.flow)
        return (placed, flow.isCounted)
    }

    /// Phase and seconds of exposure since it began; nil outside of all phases.
    /// - Parameter timeline: nil: all of the capture is foreground.
    private func place(_ burst: CompactBurst, timeline: PhaseTimeline?, start: Int64) -> (phase: Phase, seconds: Double)? {
        if let timeline { return timeline.place(burst.start) }
        let (since, overflow) = burst.start.subtractingReportingOverflow(start)
        return (.foreground, overflow || since < 0 ? 0 : Double(since) / 1e9)
    }

    // MARK: The end

    /// Every burst of the phone that is not folded, with phase, time and direction; and how many there were of each destination.
    /// - Parameter timeline: nil: all of the capture is foreground.
    private mutating func place(_ sides: [PhoneSide], timeline: PhaseTimeline?, start: Int64) -> [ProfileCells.PlacedBurst] {
        var records = folded.records, outside = folded.recordsOutsidePhases
        var placed: [ProfileCells.PlacedBurst] = []
        placed.reserveCapacity(bursts.count)
        for burst in bursts {
            let index = burst.flow - flowsFolded
            guard let (located, isCounted) = locate(burst, in: flows[index], side: sides[index]) else { continue }
            guard let found = place(burst, timeline: timeline, start: start) else {
                if isCounted { outside += 1 }
                continue
            }
            if isCounted { records[located.destination, default: 0] += 1 }
            var burst = located
            (burst.phase, burst.time) = (found.phase, found.seconds)
            placed.append(burst)
        }
        var classifier = DestinationClassifier(catalogue: catalogue, geography: nil)
        (tally.records, tally.recordsOutsidePhases, tally.attributableRecords) = (0, outside, 0)
        for (number, count) in records {
            tally.records += count
            if RemoteParty(destinations[number], app: app, classifier: &classifier).isAttributable { tally.attributableRecords += count }
        }
        return placed
    }

    /// The same with what could be read of the upload, and the flags of DESIGN.md §6 that the capture raises.
    mutating func finish(overview: CaptureOverview, timeline: PhaseTimeline, exposure: [Phase: Double] = [:], ledger: Ledger) -> Outcome {
        let outcome = finish(overview: overview, timeline: timeline, exposure: exposure)
        guard case .observed(var profile) = outcome else { return outcome }
        profile.ledger = ledger
        // In order of their text; those of captures that are set aside are no profile's.
        if overview.synthetic != nil { profile.flags.append("synthetic") }
        if overview.isTimeImplausible { profile.flags.append("time_implausible") }
        return .observed(profile)
    }

    private func profile(
        _ id: String, _ start: Int64, _ seconds: [Phase: Double], _ marks: [(seconds: Double, kind: String)], _ bursts: [ProfileCells.PlacedBurst], _ sides: [PhoneSide]
    ) -> CaptureProfile {
        var profile = CaptureProfile(id: id, start: start, seconds: seconds, events: marks.map(\.seconds), eventKinds: marks.map(\.kind))
        // Only destinations of the phone's own flows: of the others nothing was counted.
        var totals = [CaptureProfile.Total](repeating: CaptureProfile.Total(), count: destinations.count)
        for (number, total) in folded.totals { totals[number] = total }
        for (flow, side) in zip(flows, sides) where side == .originator || side == .responder {
            let number = side == .originator ? flow.responder : flow.originator
            if number >= 0 { totals[number].add(flow.payload, flow.adus, isOriginator: side == .originator) }
        }
        let used = destinations.indices.filter { totals[$0].flows > 0 }
            .sorted { ProfileDestination.precedes(destinations[$0], destinations[$1]) }
        var newNumber = [Int](repeating: -1, count: destinations.count)
        for (new, old) in used.enumerated() { newNumber[old] = new }
        profile.destinations = used.map { destinations[$0] }
        profile.totals = used.map { totals[$0] }
        var counts = folded.counts
        for burst in bursts { counts.add(burst) }
        let cells = ProfileCells(counts) { newNumber[$0] }
        (profile.cells, profile.sizes) = (cells.cells, cells.sizes)
        profile.background = Self.timed(folded.background + bursts.filter { $0.phase == .background }, newNumber)
        if !marks.isEmpty { profile.foreground = Self.timed(folded.foreground + bursts.filter { $0.phase == .foreground }, newNumber) }
        return profile
    }

    private static func timed(_ bursts: [ProfileCells.PlacedBurst], _ newNumber: [Int]) -> [CaptureProfile.TimedBurst] {
        bursts.map { CaptureProfile.TimedBurst(destination: newNumber[$0.destination], time: $0.time, up: $0.up, connection: $0.flow) }
            .sorted { ($0.time, $0.destination, $0.up) < ($1.time, $1.destination, $1.up) }
    }

    private mutating func resolveSides(phone: String?) -> [PhoneSide] {
        let phone = phone.flatMap(DeviceKey.Name.init)
        var sides: [PhoneSide] = []
        sides.reserveCapacity(flows.count)
        (tally.flowsWithoutPhone, tally.flowsBetweenPhones) = (folded.flowsWithoutPhone, folded.flowsBetweenPhones)
        for flow in flows {
            var side = flow.side
            if side == .unknown, let phone {
                switch (flow.originatorDevice.matches(phone), flow.responderDevice.matches(phone)) {
                case (true, true): side = .both
                case (true, false): side = .originator
                case (false, true): side = .responder
                case (false, false): break
                }
            }
            if side == .unknown, flow.isCounted { tally.flowsWithoutPhone += 1 }
            if side == .both, flow.isCounted { tally.flowsBetweenPhones += 1 }
            sides.append(side)
        }
        return sides
    }
}

extension CaptureProfile.Total {
    mutating func add(_ payload: Directional<Int>, _ adus: Directional<PayloadSizeCounts>, isOriginator: Bool) {
        flows.addSaturating(1)
        up.addSaturating(max(0, isOriginator ? payload.forward : payload.reverse))
        down.addSaturating(max(0, isOriginator ? payload.reverse : payload.forward))
        for size in PayloadSizeClass.allCases {
            sizesUp.add(size, count: UInt32(truncatingIfNeeded: (isOriginator ? adus.forward : adus.reverse)[size]))
            sizesDown.add(size, count: UInt32(truncatingIfNeeded: (isOriginator ? adus.reverse : adus.forward)[size]))
        }
    }
}

/// One end of a flow as a device: by link-layer address where the capture has one, else by address.
struct DeviceKey {
    var link: UInt64?
    var address: IPAddress

    /// A device as the overview writes it: "02:00:00:00:00:01" or an address.
    enum Name {
        case link(UInt64)
        case address(IPAddress)

        init?(_ text: String) {
            if let address = IPAddress(text) {
                self = .address(address)
                return
            }
            let groups = text.split(separator: ":", omittingEmptySubsequences: false)
            guard groups.count == 6 else { return nil }
            var bits: UInt64 = 0
            for group in groups {
                guard group.utf8.count == 2, let octet = UInt8(group, radix: 16) else { return nil }
                bits = bits << 8 | UInt64(octet)
            }
            self = .link(bits)
        }
    }

    func matches(_ name: Name) -> Bool {
        switch name {
        case .link(let bits): link == bits
        case .address(let other): address == other
        }
    }
}
