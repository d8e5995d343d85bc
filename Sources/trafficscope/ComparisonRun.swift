import TrafficCore
import TrafficReport

/// Subjects and peers, read once, and the comparisons that are made of them.
struct ComparisonRun {
    private let own: CohortAssembly
    private let cohort: CohortAssembly
    private var basis: ComparisonBasis?
    private let inputs: [String: [Provenance.Input]]
    private let peerInputs: [Provenance.Input]
    private var studyInputs: [Provenance.Input] = []
    private var studyLists: [Provenance.List] = []
    let catalogue: DestinationCatalogue
    /// What is known of single flows beside the captures.
    let evidence: AttributionEvidence
    private(set) var status: ExitStatus
    /// Share of peer owners up to which what they do is rare.
    var rareShare = 0.1
    var isSensitivityAsked = true
    /// What is answered beside the metrics.
    var claims: [Claim] = []
    private var versus: VersusComparison?
    private var versusInputs: [Provenance.Input] = []
    var options = ComparisonOptions()
    /// For the report: which files and guesses told apps.
    var attribution: [Provenance.Option] = []
    /// For the report, in place of the command line as it was typed.
    var command: [String]?

    /// What one side of a comparison is made of.
    struct Side {
        var assembly: CohortAssembly
        /// By app.
        var inputs: [String: [Provenance.Input]] = [:]

        init(_ readings: [CaptureReading], judge: ProfileJudge, role: String) {
            assembly = CohortAssembly(readings, judge: judge, arePeers: role == "baseline")
            for reading in readings {
                inputs[reading.capture.app?.id ?? "", default: []] += reading.parts.map { Provenance.Input($0, role: role) }
            }
            for app in inputs.keys { inputs[app]?.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) } }
        }

        /// Of the store.
        init(_ captures: [ProfiledCapture], judge: ProfileJudge, role: String) {
            assembly = CohortAssembly(stored: captures, catalog: AppCatalog(), judge: judge)
            for capture in captures {
                inputs[capture.app.id, default: []].append(
                    Provenance.Input(path: capture.name ?? capture.app.id, sha256: capture.profile.id, role: role))
            }
        }

        /// Adds captures that were read before.
        mutating func add(_ known: [StudyCache.Known], judge: ProfileJudge) {
            guard !known.isEmpty else { return }
            var judge = judge
            assembly.add(known.map(\.capture), catalog: AppCatalog(), judge: &judge)
            for capture in known { inputs[capture.capture.app.id, default: []] += capture.inputs }
            for app in inputs.keys { inputs[app]?.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) } }
        }
    }

    init(subjects: Side, peers: Side, catalogue: DestinationCatalogue, evidence: AttributionEvidence, status: ExitStatus) {
        (own, cohort, inputs, self.catalogue, self.evidence) = (subjects.assembly, peers.assembly, subjects.inputs, catalogue, evidence)
        peerInputs = peers.inputs.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.flatMap(\.value)
        self.status = status
    }

    /// A capture of the subject is no peer's, whatever the folder it was found in is called.
    static func withoutSubjects(_ peers: [CaptureReading], _ subjects: [CaptureReading]) -> [CaptureReading] {
        let ids = Dictionary(subjects.map { ($0.overview.identity.id, $0.capture.app?.id) }) { first, _ in first }
        return peers.filter { reading in
            guard let app = ids[reading.overview.identity.id] else { return true }
            if reading.capture.app?.id != app {
                Talk.error("\(reading.overview.identity.name): a capture of the subject; it is left out of the baseline")
            }
            return false
        }
    }

    /// Reads the captures of a study's subjects and of its baseline.
    /// - Parameters:
    ///   - apps: what is known of single flows beside the captures.
    ///   - cache: captures of the baseline that were read before.
    init(
        _ folder: StudyFolder, subjects: [String], reading: ReadingOptions, apps: AppOptions? = nil, cache: StudyCache? = nil
    ) throws(CommandFailure) {
        let peers = folder.study.peers
        let own = try folder.captures(of: subjects), others = try folder.captures(of: peers).map { ($0, cache?.known($0)) }
        var list = CaptureList(own + others.filter { $1 == nil }.map(\.0))
        let (evidence, evidenceStatus) = try apps?.evidence(reading.packets, progress: reading.progress) ?? (AttributionEvidence(), .done)
        list.note(evidenceStatus)
        let readings = try list.read(reading, catalogue: folder.catalogue, evidence: evidence, hashesFiles: true)
        let peerReadings = readings.filter { peers.contains($0.capture.app?.id ?? "") }
        for read in peerReadings { cache?.keep(read) }
        let subjectReadings = readings.filter { subjects.contains($0.capture.app?.id ?? "") }
        let judge = ProfileJudge(catalogue: folder.catalogue)
        var baseline = Side(Self.withoutSubjects(peerReadings, subjectReadings), judge: judge, role: "baseline")
        let ids = Set(subjectReadings.map(\.overview.identity.id))
        baseline.add(others.compactMap(\.1).filter { !ids.contains($0.capture.profile.id) }, judge: judge)
        self.init(
            subjects: Side(subjectReadings, judge: judge, role: "subject"), peers: baseline, catalogue: folder.catalogue,
            evidence: evidence, status: list.status)
        (studyInputs, studyLists) = (folder.inputs, folder.lists)
        guard !self.own.apps.isEmpty else { throw CommandFailure(list.status, list.status == .done ? "no capture of a subject could be read" : "") }
        tellAppsWithoutOwner(quiet: reading.quiet)
    }

    var subjectIDs: [String] { own.apps.map(\.observed.id) }

    func tellAppsWithoutOwner(quiet: Bool) {
        for id in own.appsWithoutOwner + cohort.appsWithoutOwner {
            Talk.note("\(id): no owner is known, so it counts as a group of its own; data/apps.tsv and study.yaml name owners", quiet: quiet)
        }
    }

    /// One subject against the peers, without what a report shows beside it.
    mutating func comparison(of subject: String) throws -> Comparison {
        var prepared = basis ?? ComparisonBasis(
            subjects: own.apps.map(\.observed), peers: cohort.apps.map(\.observed), watchedCountries: options.watchedCountries)
        basis = nil     // the only copy is the one that is changed
        defer { basis = prepared }
        return try prepared.comparison(of: subject, options: options).with(own: own, cohort: cohort)
    }

    /// One subject against the peers.
    mutating func report(of subject: String, reading: ReadingOptions, reveal: Bool) throws -> ComparisonReport {
        guard let app = own.apps.first(where: { $0.observed.id == subject }) else {
            throw CommandFailure(.noInput, "\(subject): none of its captures could be read")
        }
        var comparison = try comparison(of: subject)
        if isSensitivityAsked {
            comparison.sensitivity = Sensitivity(subject: app, own: own, cohort: cohort, catalogue: catalogue, options: options)
        }
        var judge = ProfileJudge(catalogue: catalogue)
        comparison.ranking = NoveltyRanking(
            subject: app, peers: cohort.apps, used: Set(comparison.peers.filter { $0.setAside == nil }.map(\.id)), windows: comparison.windows,
            share: rareShare, judge: &judge)
        let summary = app.summary(&judge)
        let evidence = ClaimEvidence(comparison: comparison, ledger: summary.ledger, events: app.markedEvents, versus: versus)
        return ComparisonReport(
            comparison: comparison, subjectSummary: summary,
            peerSummaries: cohort.apps.map { ($0.observed.id, $0.observed.group, $0.summary(&judge)) },
            provenance: provenance(inputs: studyInputs + (inputs[subject] ?? []) + versusInputs + peerInputs, reading: reading), reveal: reveal,
            claims: evidence.answers(to: claims))
    }

    /// A subject as its captures name it, with the owner and the domains that were given.
    func identity(of subject: String) -> AppIdentity? { own.apps.first { $0.observed.id == subject }?.identity }

    /// The first thing that goes wrong decides the exit code.
    mutating func note(_ status: ExitStatus) { if self.status == .done { self.status = status } }

    /// Takes other captures of a subject, which its captures are compared with.
    mutating func addVersus(_ readings: [CaptureReading], subject: String, by: String, names: (String, String)) {
        guard let app = own.apps.first(where: { $0.observed.id == subject }) else { return }
        let other = Side(readings, judge: ProfileJudge(catalogue: catalogue), role: "versus")
        versusInputs = other.inputs.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.flatMap(\.value)
        for note in other.assembly.notes { Talk.error(note) }
        let captures = other.assembly.apps.flatMap(\.observed.captures)
        versus = VersusComparison(
            first: app.observed, second: ObservedApp(id: subject, group: app.observed.group, captures: captures), firstName: names.0, secondName: names.1,
            by: by, options: options)
    }

    /// The two sets against each other; nil where there is no second one.
    func versusReport(of subject: String, reading: ReadingOptions, reveal: Bool) -> VersusReport? {
        versus.map { versus in
            VersusReport(
                app: subject, versus: versus, provenance: provenance(inputs: (inputs[subject] ?? []) + versusInputs, reading: reading), reveal: reveal)
        }
    }

    /// All subjects side by side.
    mutating func league(reading: ReadingOptions, reveal: Bool) throws -> LeagueReport {
        var comparisons: [Comparison] = []
        for id in subjectIDs { comparisons.append(try comparison(of: id)) }
        let all = studyInputs + subjectIDs.flatMap { inputs[$0] ?? [] } + peerInputs
        return LeagueReport(comparisons: comparisons, provenance: provenance(inputs: all, reading: reading), reveal: reveal)
    }

    /// What one subject does, for itself.
    func inspection(of subject: String, reading: ReadingOptions, reveal: Bool) throws(CommandFailure) -> InspectionReport {
        guard let app = own.apps.first(where: { $0.observed.id == subject }) else {
            throw CommandFailure(.noInput, "\(subject): none of its captures could be read")
        }
        var judge = ProfileJudge(catalogue: catalogue)
        return InspectionReport(
            summary: app.summary(&judge), provenance: provenance(inputs: studyInputs + (inputs[subject] ?? []), reading: reading, isCompared: false), reveal: reveal)
    }

    private func provenance(inputs: [Provenance.Input], reading: ReadingOptions, isCompared: Bool = true) -> Provenance {
        let compared = [
            Provenance.Option("seed", String(options.seed)), Provenance.Option("ask", options.ask ?? "none"),
            Provenance.Option("watch countries", options.watchedCountries.isEmpty ? "none" : options.watchedCountries.joined(separator: " ")),
        ]
        return Provenances.make(
            inputs: inputs, lists: studyLists, options: reading.described + attribution + (isCompared ? compared : []), command: command)
    }

    /// All that goes into the results of a study.
    func manifest(name: String?, words: [String], reading: ReadingOptions) -> StudyManifest {
        let all = studyInputs + subjectIDs.flatMap { inputs[$0] ?? [] } + peerInputs
        return StudyManifest(name: name, words: words, seed: options.seed, provenance: provenance(inputs: all, reading: reading))
    }
}
