/// What `inspect` tells of captures: per app and destination, from the flow records and bursts alone.
///
///     var summary = InspectionSummary()
///     summary.add(record, bursts: bursts)      // for every flow, in any order
///     summary.close(overview, timeline: phases)   // for every capture, after its flows
///     summary.finish(overviews: overviews)     // once: sorts, derives, draws up the findings
///
/// Memory grows with the number of destinations, up to `destinationLimit` rows; what is beyond is counted in one row an
/// app. Order of all output: octets up descending, then name by UTF-8 octets.
public struct InspectionSummary: Sendable {
    /// Rows kept; each takes some 600 octets.
    public static let destinationLimit = 200_000
    /// Apps kept; further ones count as unattributed.
    public static let appLimit = 10_000

    /// In order after `finish`.
    public private(set) var apps: [AppSummary] = []
    /// All flows with a known phone.
    public private(set) var total = TrafficSum()
    /// What could be read of all that known phones sent, with packets of no flow; complete after `finish`.
    public private(set) var ledger = Ledger()
    /// Flows of no known phone, kept apart: `up` is from the originator.
    public private(set) var unknownPhone = TrafficSum()
    /// Flows that went to rows "others" because of the limits.
    public private(set) var flowsBeyondLimit = 0
    /// Most important first, after `finish`.
    public private(set) var findings: [Finding] = []
    public private(set) var overviews: [CaptureOverview] = []
    /// Flags of DESIGN.md §6 that stored captures raise; of captures that were read, the overviews tell.
    public private(set) var storedFlags: [String] = []
    /// No network carried the packets of one of the captures: packet-level figures say nothing.
    public var isSynthetic: Bool { overviews.contains { $0.synthetic != nil } }

    private struct Key: Hashable {
        var app: Int
        var destination: DestinationSummary.Identity
        var isPhoneKnown: Bool
    }
    private struct Sender: Hashable {
        var app: String?
        var role: SenderRole
        var isGuessed: Bool
    }
    private var appIndex: [Sender: Int] = [:]
    private var index: [Key: Int] = [:]
    private var rows: [(key: Key, summary: DestinationSummary)] = []
    private let destinationLimit: Int
    /// Of the capture under way.
    private var cells = TimelineCells()
    private var ledgers = CaptureLedgers()
    /// Of every capture that was closed, in order.
    public private(set) var timelines: [CaptureTimeline] = []
    /// Markers or a study told phases; and events beside them.
    public private(set) var hasPhases = false
    public private(set) var hasEvents = false

    public init() { self.init(destinationLimit: Self.destinationLimit) }

    init(destinationLimit: Int) { self.destinationLimit = destinationLimit }

    /// Counts one flow with all its bursts.
    /// - Parameter timeline: the phases of the flow's capture, as far as markers tell them.
    public mutating func add(_ record: FlowRecord, bursts: [Burst], timeline: PhaseTimeline? = nil) {
        let amount = TrafficSum(record, bursts: bursts, upIsForward: record.phone != .responder)
        if record.phone == .unknown { unknownPhone.add(amount) } else { total.add(amount) }
        let role = SenderRole(record)
        let app = place(ofApp: role == .app ? record.app : nil, role, isGuessed: role == .app && record.attribution.isInferred)
        apps[app].add(record, amount)
        ledgers.add(record, app: app)
        let row = place(record, app: app)
        rows[row].summary.add(record, amount)
        guard record.phone == .originator || record.phone == .responder else { return }
        let kind = TrafficKind(MetricCategory(catalogueCategory: record.destination?.category, isFirstParty: record.party == .first))
        var phases = PhaseAmounts()
        for burst in bursts {
            let (up, down) = record.phone == .originator ? (burst.forward, burst.reverse) : (burst.reverse, burst.forward)
            // Without any phase all is foreground.
            var phase: Phase? = .foreground, isSettling = false
            if let timeline, timeline.hasPhases {
                phase = timeline.phase(at: burst.start)
                isSettling = phase == nil && timeline.isSettling(at: burst.start)
            }
            phases.add(up: up, down: down, in: phase, isSettling: isSettling)
            cells.add(up: up, down: down, kind: kind, at: burst.start)
        }
        apps[app].phases.add(phases)
        rows[row].summary.phases.add(phases)
    }

    /// Counts all that was counted so far, as foreground since no phase was known, in no phase: a first marker told that nothing is known
    /// of the time before it.
    mutating func leavePhases() {
        for app in apps.indices { apps[app].phases.leaveForeground() }
        for row in rows.indices { rows[row].summary.phases.leaveForeground() }
    }

    /// Ends the capture whose flows were counted: its timeline is complete.
    public mutating func close(_ overview: CaptureOverview, timeline: PhaseTimeline) {
        ledger.add(overview.outsideFlows)
        closeLedgers()
        if timeline.hasPhases { hasPhases = true }
        if !timeline.marked.isEmpty { hasEvents = true }
        guard let span = overview.span else { return }
        var (first, last) = (span.start, span.end)
        var closed = timeline
        closed.close(first: first, last: last)
        if timeline.hasPhases {
            first = min(first, closed.intervals.first?.start ?? first)
            last = max(last, closed.intervals.last?.end ?? last)
        }
        let (width, finished) = cells.finished(first: first, last: last)
        timelines.append(CaptureTimeline(
            capture: overview.identity.name, app: apps.count == 1 ? apps[0].app : nil, first: first, last: last,
            phases: timeline.hasPhases ? closed.intervals : [], events: timeline.events, width: width, cells: finished))
        cells = TimelineCells()
    }

    private mutating func closeLedgers() {
        for (app, closed) in ledgers.close() { apps[app].ledger.add(closed) }
    }

    /// Counts all that `other` counted, before either is finished: for captures that were read side by side.
    /// The same summaries merged in the same order give the same result.
    public mutating func merge(_ other: InspectionSummary) {
        closeLedgers()
        var other = other
        other.closeLedgers()
        total.add(other.total)
        ledger.add(other.ledger)
        unknownPhone.add(other.unknownPhone)
        flowsBeyondLimit.addSaturating(other.flowsBeyondLimit)
        timelines += other.timelines
        hasPhases = hasPhases || other.hasPhases
        hasEvents = hasEvents || other.hasEvents
        var places: [Int] = []
        for app in other.apps {
            let place = place(ofApp: app.app, app.role, isGuessed: app.isGuessed)
            apps[place].merge(app)
            places.append(place)
        }
        for row in other.rows {
            let key = Key(app: places[row.key.app], destination: row.key.destination, isPhoneKnown: row.key.isPhoneKnown)
            let place = place(key, isOthers: row.summary.isOthers, flows: row.summary.sum.flows) { row.summary.emptied() }
            rows[place].summary.add(row.summary)
        }
    }

    /// Sorts, derives owners, countries and trackers, and draws up the findings.
    /// - Parameters:
    ///   - overviews: of every capture that was read, in the order given by the user.
    public mutating func finish(overviews: [CaptureOverview]) {
        var known = [[DestinationSummary]](repeating: [], count: apps.count)
        var unknown = known
        for row in rows {
            if row.key.isPhoneKnown { known[row.key.app].append(row.summary) } else { unknown[row.key.app].append(row.summary) }
        }
        rows = []
        index = [:]
        appIndex = [:]
        closeLedgers()
        ledger = wholeLedger
        for place in apps.indices { apps[place].finish(known[place], unknownPhone: unknown[place]) }
        apps.sort { a, b in a.sum.up != b.sum.up ? a.sum.up > b.sum.up : a.title.precedes(b.title) }
        self.overviews = overviews
        findings = Finding.all(of: self, hasMarkers: hasPhases)
    }

    /// What could be read of all that was closed so far.
    var wholeLedger: Ledger {
        var whole = ledger
        for app in apps { whole.add(app.ledger, isUnattributed: app.role == .unattributed || app.role == .conflict) }
        return whole
    }

    /// Takes an app's rows that were counted before.
    mutating func take(_ app: AppSummary, _ destinations: [DestinationSummary], ledger: Ledger, flags: [String], hasPhases: Bool) {
        let place = apps.count
        appIndex[Sender(app: app.app, role: app.role, isGuessed: app.isGuessed)] = place
        apps.append(app)
        total.add(app.sum)
        self.ledger.add(ledger)
        (storedFlags, self.hasPhases) = (flags, hasPhases)
        for row in destinations { _ = append(row, at: Key(app: place, destination: row.identity, isPhoneKnown: true)) }
    }

    // MARK: Places

    private mutating func place(ofApp app: String?, _ role: SenderRole, isGuessed: Bool) -> Int {
        let sender = Sender(app: app, role: role, isGuessed: isGuessed)
        if let place = appIndex[sender] { return place }
        if app != nil, apps.count >= Self.appLimit { return place(ofApp: nil, .unattributed, isGuessed: false) }
        appIndex[sender] = apps.count
        apps.append(AppSummary(app: app, role: role, isGuessed: isGuessed))
        return apps.count - 1
    }

    private mutating func place(_ record: FlowRecord, app: Int) -> Int {
        // Without a classified destination the other side's address is its name.
        let name = record.destination?.name
            ?? (record.phone == .responder ? record.originator.address : record.responder.address).description
        let identity = DestinationSummary.Identity(
            name: name, owner: record.destination?.owner, category: record.destination?.category, party: record.destination == nil ? nil : record.party)
        let key = Key(app: app, destination: identity, isPhoneKnown: record.phone != .unknown)
        if let place = index[key] { return place }
        return place(key, isOthers: false, flows: 1) {
            record.destination.map { DestinationSummary($0, party: record.party) } ?? DestinationSummary(name: name, nameSource: .address)
        }
    }

    private mutating func place(_ key: Key, isOthers: Bool, flows: Int, make: () -> DestinationSummary) -> Int {
        if let place = index[key] { return place }
        if isOthers || rows.count >= destinationLimit {
            if !isOthers { flowsBeyondLimit.addSaturating(flows) }
            var summary = DestinationSummary(name: "", nameSource: .address)
            summary.isOthers = true
            let others = Key(app: key.app, destination: summary.identity, isPhoneKnown: key.isPhoneKnown)
            if let place = index[others] { return place }
            return append(summary, at: others)
        }
        return append(make(), at: key)
    }

    private mutating func append(_ summary: DestinationSummary, at key: Key) -> Int {
        index[key] = rows.count
        rows.append((key, summary))
        return rows.count - 1
    }
}

extension DestinationSummary {
    /// Who it is, without any amount.
    func emptied() -> DestinationSummary {
        var copy = self
        copy.sum = TrafficSum()
        copy.phases = PhaseAmounts()
        copy.services = []
        copy.coveredFlows = 0
        return copy
    }
}
