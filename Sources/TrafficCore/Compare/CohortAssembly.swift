/// Puts the readings of captures together by app: what `Comparison` compares and what the report shows beside it.
public struct CohortAssembly: Sendable {
    public struct App: Sendable {
        public var identity: AppIdentity
        /// What its captures hold, whoever receives it.
        public var profiles: [CaptureProfile]
        /// The same, judged by the lists.
        public var observed: ObservedApp
        /// What its packets told; nil where only profiles are there, and for peers, which reports show by their profiles.
        public var packets: InspectionSummary?
        /// Of every capture that was read, also of those that were set aside.
        public var overviews: [CaptureOverview] = []

        /// Marked events by kind, over all its captures.
        public var markedEvents: [String: Int] {
            profiles.reduce(into: [:]) { counts, profile in for kind in profile.eventKinds { counts[kind, default: 0] += 1 } }
        }

        /// What reports show of it beside the metrics.
        public func summary(_ judge: inout ProfileJudge) -> InspectionSummary {
            packets ?? InspectionSummary(profiles: profiles, app: identity, overviews: overviews, judge: &judge)
        }
    }
    /// By app id, in order of its UTF-8 octets.
    public private(set) var apps: [App] = []
    /// Captures that were set aside, and why, in order.
    public private(set) var notes: [String] = []
    /// Captures with events that are tested and a clock that is not known well enough for it (METHOD.md §5).
    public var doubtfulEventCaptures: Int { apps.reduce(0) { $0 + $1.profiles.count { $0.flags.contains("event_clock") } } }
    /// The name of each capture, by its id: notes of the method name captures by id, people know them by name.
    private(set) var captureNames: [String: String] = [:]
    /// Apps of which no owner is known, so that each is a group of its own (DESIGN.md §5).
    public private(set) var appsWithoutOwner: [String] = []

    /// Of stored captures, of which no app's owner was given, `catalog` tells it.
    public init(stored captures: [ProfiledCapture], catalog: AppCatalog, judge: ProfileJudge = ProfileJudge()) {
        var judge = judge
        add(captures, catalog: catalog, judge: &judge)
    }

    /// Adds captures whose profiles are known.
    public mutating func add(_ captures: [ProfiledCapture], catalog: AppCatalog, judge: inout ProfileJudge) {
        var places = Dictionary(apps.enumerated().map { ($1.observed.id, $0) }) { first, _ in first }
        for capture in captures {
            if let name = capture.name { captureNames[capture.profile.id] = name }
            let id = capture.app.id
            if places[id] == nil {
                let identity = Self.identity(capture.app, catalog)
                if identity.owner == nil, identity.ownerParent == nil { appsWithoutOwner.append(id) }
                places[id] = apps.count
                apps.append(App(identity: identity, profiles: [], observed: ObservedApp(id: id, group: identity.group, captures: [])))
            }
            guard let place = places[id] else { continue }
            apps[place].profiles.append(capture.profile)
            apps[place].observed.captures.append(judge.judge(capture.profile, app: apps[place].identity))
        }
        sort()
    }

    /// The same order, whichever captures were read and whichever were known.
    private mutating func sort() {
        apps.sort { $0.observed.id.precedes($1.observed.id) }
        appsWithoutOwner.sort { $0.precedes($1) }
        for place in apps.indices {
            apps[place].profiles.sort { $0.id.precedes($1.id) }
            apps[place].observed.captures.sort { $0.id.precedes($1.id) }
        }
    }

    private static func identity(_ given: AppIdentity, _ catalog: AppCatalog) -> AppIdentity {
        guard given.owner == nil, given.ownerParent == nil, var known = catalog.identity(forAlias: given.id) else { return given }
        known.id = given.id
        if !given.ownDomains.isEmpty { known.ownDomains = given.ownDomains }
        return known
    }

    /// - Parameters:
    ///   - judge: gives destinations their owners.
    ///   - arePeers: reports show peers by their profiles, as they show those of a store.
    public init(_ readings: [CaptureReading], judge: ProfileJudge = ProfileJudge(), arePeers: Bool = false) {
        var judge = judge
        var byApp: [String: (identity: AppIdentity, readings: [CaptureReading])] = [:]
        for reading in readings {
            captureNames[reading.overview.identity.id] = reading.overview.identity.name
            let identity = reading.capture.app ?? AppIdentity(id: "unattributed")
            byApp[identity.id, default: (identity, [])].readings.append(reading)
        }
        for (id, entry) in byApp.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            var captures: [CaptureProfile] = [], summary = InspectionSummary()
            for reading in entry.readings {
                summary.merge(reading.summary)
                switch reading.outcome {
                case .observed(let capture): captures.append(capture)
                case .setAside(_, let wording): notes.append("\(id), \(reading.overview.identity.name): \(wording)")
                }
            }
            let overviews = entry.readings.flatMap(\.parts)
            summary.finish(overviews: overviews)
            notes += MarkingNotes.all(id, entry.readings, settling: summary.apps.reduce(into: PhaseAmounts.Amount()) { $0.add($1.phases.settling) })
            if entry.identity.owner == nil, entry.identity.ownerParent == nil { appsWithoutOwner.append(id) }
            apps.append(App(
                identity: entry.identity, profiles: captures,
                observed: ObservedApp(
                    id: id, group: entry.identity.group, captures: captures.map { judge.judge($0, app: entry.identity) }),
                packets: arePeers ? nil : summary, overviews: overviews))
        }
        sort()
    }
}

extension CohortAssembly {
    /// Notes of the method name captures by id; people know them by name.
    func named(_ comparison: Comparison) -> Comparison {
        var comparison = comparison
        comparison.notes = comparison.notes.map { note in
            // "capture set aside, nothing measured: APP ID"
            guard let space = note.lastIndex(of: " "), let name = captureNames[String(note[note.index(after: space)...])] else { return note }
            return note[...space] + name + " (shorter than the window, or nothing in it)"
        }
        return comparison
    }
}

extension Comparison {
    /// With what is known of the captures beside their records: those that were set aside, and clocks.
    public func with(own: CohortAssembly, cohort: CohortAssembly) -> Comparison {
        var comparison = own.named(cohort.named(self))
        comparison.notes += own.notes + cohort.notes
        comparison.hasDoubtfulEvents = own.doubtfulEventCaptures + cohort.doubtfulEventCaptures > 0
        if comparison.hasDoubtfulEvents {
            comparison.remarks.append(
                "event_locked_upload_excess is unreliable here: the markers' clock is not known to agree with the capture's within 1 s, half the window in which uploads count as an answer, in \(Finding.counted(own.doubtfulEventCaptures, "capture")) of the subject's app and \(Finding.counted(cohort.doubtfulEventCaptures, "capture")) of peers.")
        }
        return comparison
    }
}
