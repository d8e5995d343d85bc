/// Puts the readings of captures together by app: what `Comparison` compares and what the report shows beside it.
public struct CohortAssembly: Sendable {
    public struct App: Sendable {
        public var identity: AppIdentity
        public var observed: ObservedApp
        public var summary: InspectionSummary
    }
    /// By app id, in order of its UTF-8 octets.
    public private(set) var apps: [App] = []
    /// Captures that were set aside, and why, in order.
    public private(set) var notes: [String] = []
    /// Captures with events that are tested and a clock that is not known well enough for it (METHOD.md §5).
    public private(set) var doubtfulEventCaptures = 0
    /// The name of each capture, by its id: notes of the method name captures by id, people know them by name.
    private(set) var captureNames: [String: String] = [:]
    /// Apps of which no owner is known, so that each is a group of its own (DESIGN.md §5).
    public private(set) var appsWithoutOwner: [String] = []

    public init(_ readings: [CaptureReading]) {
        var byApp: [String: (identity: AppIdentity, readings: [CaptureReading])] = [:]
        for reading in readings {
            captureNames[reading.overview.identity.id] = reading.overview.identity.name
            let identity = reading.capture.app ?? AppIdentity(id: "unattributed")
            byApp[identity.id, default: (identity, [])].readings.append(reading)
        }
        for (id, entry) in byApp.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            var captures: [ObservedCapture] = [], summary = InspectionSummary()
            for reading in entry.readings {
                summary.merge(reading.summary)
                switch reading.outcome {
                case .observed(let capture): captures.append(capture)
                case .setAside(_, let wording): notes.append("\(id), \(reading.overview.identity.name): \(wording)")
                }
            }
            summary.finish(overviews: entry.readings.flatMap(\.parts))
            notes += MarkingNotes.all(id, entry.readings, settling: summary.apps.reduce(into: PhaseAmounts.Amount()) { $0.add($1.phases.settling) })
            doubtfulEventCaptures += entry.readings.count { $0.overview.marking?.hasDoubtfulEvents ?? false }
            if entry.identity.owner == nil, entry.identity.ownerParent == nil { appsWithoutOwner.append(id) }
            apps.append(App(
                identity: entry.identity, observed: ObservedApp(id: id, group: entry.identity.group, captures: captures),
                summary: summary))
        }
    }
}

extension Comparison {
    /// The subject against the cohort, with the captures that were set aside among the notes.
    /// - Throws: when `options.ask` is no metric's name.
    public init(subject: CohortAssembly.App, own: CohortAssembly, cohort: CohortAssembly, options: ComparisonOptions) throws {
        try self.init(subject: subject.observed, peers: cohort.apps.map(\.observed), options: options)
        self.notes = self.notes.map { note in
            // "capture set aside, nothing measured: APP ID"
            guard let space = note.lastIndex(of: " "), let name = own.captureNames[String(note[note.index(after: space)...])]
                ?? cohort.captureNames[String(note[note.index(after: space)...])]
            else { return note }
            return note[...space] + name + " (shorter than the window, or nothing in it)"
        }
        self.notes += own.notes + cohort.notes
        hasDoubtfulEvents = own.doubtfulEventCaptures + cohort.doubtfulEventCaptures > 0
        if hasDoubtfulEvents {
            remarks.append(
                "event_locked_upload_excess is unreliable here: the markers' clock is not known to agree with the capture's within 1 s, half the window in which uploads count as an answer, in \(Finding.counted(own.doubtfulEventCaptures, "capture")) of the subject's app and \(Finding.counted(cohort.doubtfulEventCaptures, "capture")) of peers.")
        }
    }
}
