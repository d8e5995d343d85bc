import TrafficCore
import TrafficReport

/// Subjects and peers, read once, and the comparisons that are made of them.
struct ComparisonRun {
    private let own: CohortAssembly
    private let cohort: CohortAssembly
    private let inputs: [String: [Provenance.Input]]
    private let peerInputs: [Provenance.Input]
    private var studyInputs: [Provenance.Input] = []
    private var studyLists: [Provenance.List] = []
    private(set) var status: ExitStatus
    var options = ComparisonOptions()
    /// For the report: which files and guesses told apps.
    var attribution: [Provenance.Option] = []

    init(subjects: [CaptureReading], peers: [CaptureReading], status: ExitStatus) {
        own = CohortAssembly(subjects)
        // A capture of the subject is no peer's, whatever the folder it was found in is called.
        let ids = Dictionary(subjects.map { ($0.overview.identity.id, $0.capture.app?.id) }) { first, _ in first }
        let peers = peers.filter { reading in
            guard let app = ids[reading.overview.identity.id] else { return true }
            if reading.capture.app?.id != app {
                Talk.error("\(reading.overview.identity.name): a capture of the subject; it is left out of the baseline")
            }
            return false
        }
        cohort = CohortAssembly(peers)
        var inputs: [String: [Provenance.Input]] = [:]
        for reading in subjects {
            inputs[reading.capture.app?.id ?? "", default: []] += reading.parts.map { Provenance.Input($0, role: "subject") }
        }
        self.inputs = inputs
        peerInputs = peers.flatMap(\.parts).map { Provenance.Input($0, role: "baseline") }
        self.status = status
    }

    /// Reads the captures of a study's subjects and of its baseline.
    /// - Parameter apps: what is known of single flows beside the captures.
    init(_ folder: StudyFolder, subjects: [String], reading: ReadingOptions, apps: AppOptions? = nil) throws(CommandFailure) {
        let peers = folder.study.peers
        var list = CaptureList(try folder.captures(of: subjects + peers))
        let (evidence, evidenceStatus) = try apps?.evidence(reading) ?? (AttributionEvidence(), .done)
        list.note(evidenceStatus)
        let readings = try list.read(reading, catalogue: folder.catalogue, evidence: evidence, hashesFiles: true)
        self.init(
            subjects: readings.filter { subjects.contains($0.capture.app?.id ?? "") },
            peers: readings.filter { peers.contains($0.capture.app?.id ?? "") }, status: list.status)
        (studyInputs, studyLists) = (folder.inputs, folder.lists)
        guard !own.apps.isEmpty else { throw CommandFailure(list.status, list.status == .done ? "no capture of a subject could be read" : "") }
        tellAppsWithoutOwner(quiet: reading.quiet)
    }

    var subjectIDs: [String] { own.apps.map(\.observed.id) }

    func tellAppsWithoutOwner(quiet: Bool) {
        for id in own.appsWithoutOwner + cohort.appsWithoutOwner {
            Talk.note("\(id): no owner is known, so it counts as a group of its own; data/apps.tsv and study.yaml name owners", quiet: quiet)
        }
    }

    /// One subject against the peers.
    func report(of subject: String, reading: ReadingOptions, reveal: Bool) throws -> ComparisonReport {
        guard let app = own.apps.first(where: { $0.observed.id == subject }) else {
            throw CommandFailure(.noInput, "\(subject): none of its captures could be read")
        }
        let comparison = try Comparison(subject: app, own: own, cohort: cohort, options: options)
        return ComparisonReport(
            comparison: comparison, subjectSummary: app.summary,
            peerSummaries: cohort.apps.map { ($0.observed.id, $0.observed.group, $0.summary) },
            provenance: provenance(inputs: studyInputs + (inputs[subject] ?? []) + peerInputs, reading: reading), reveal: reveal)
    }

    /// What one subject does, for itself.
    func inspection(of subject: String, reading: ReadingOptions, reveal: Bool) throws(CommandFailure) -> InspectionReport {
        guard let app = own.apps.first(where: { $0.observed.id == subject }) else {
            throw CommandFailure(.noInput, "\(subject): none of its captures could be read")
        }
        return InspectionReport(
            summary: app.summary, provenance: provenance(inputs: studyInputs + (inputs[subject] ?? []), reading: reading, isCompared: false), reveal: reveal)
    }

    private func provenance(inputs: [Provenance.Input], reading: ReadingOptions, isCompared: Bool = true) -> Provenance {
        let compared = [
            Provenance.Option("seed", String(options.seed)), Provenance.Option("ask", options.ask ?? "none"),
            Provenance.Option("watch countries", options.watchedCountries.isEmpty ? "none" : options.watchedCountries.joined(separator: " ")),
        ]
        return Provenances.make(inputs: inputs, lists: studyLists, options: reading.described + attribution + (isCompared ? compared : []))
    }
}
