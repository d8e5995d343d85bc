import ArgumentParser
import TrafficCore
import TrafficReport
import TrafficStore

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "An app against its peers: within their range, above it, below it, or not enough evidence.",
        discussion: """
            Peers are the apps of --baseline; the unit that is counted is their owner. Captures of one app lie in one
            folder: baseline/APP/CAPTURE. With --study a study.yaml says all that (docs/study.md). The method is
            METHOD.md's; docs/first-capture.md shows how to record. With --connections a list of whom each app called is
            compared in place of captures, as far as that goes (docs/connections.md): --subject and --baseline then name
            apps of the list, several subjects give a table, and there is no html.
            Example: trafficscope compare --study captures/study --subject example.hiddenreel --format html -o report.html
            """)

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Captures of the app in question: files, or its folder; several apps give a table. With --study: which of its subjects. With --connections: apps of the list.", valueName: "path"))
    var subject: [String] = []

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Captures of peer apps: files or folders. With --connections: apps of the list.", valueName: "path"))
    var baseline: [String] = []

    @Option(help: ArgumentHelp("Peers from the store: a cohort's name (trafficscope baseline list).", valueName: "name"))
    var cohort: String?

    @Option(help: ArgumentHelp("Subjects from the store: every app of this cohort, each by itself.", valueName: "name"))
    var subjectCohort: String?

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Other captures of the subject, to compare its captures with: another version, a browser, another region (docs/versus.md).", valueName: "path"))
    var versus: [String] = []

    @Option(help: ArgumentHelp("In what the captures of --versus differ: version, platform, region, browser, … Claims ask for it by this word.", valueName: "word"))
    var by: String?

    @Option(help: ArgumentHelp("Further claims to answer, a YAML file (docs/claims.md); repeatable.", valueName: "file"))
    var claims: [String] = []

    @Option(help: ArgumentHelp("A study: a folder with study.yaml, which names subject, baseline, captures and markers.", valueName: "dir"))
    var study: String?

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Lists of apps' connections in place of captures: tables with a header (docs/connections.md). Without --baseline the peers are all other apps of the list.", valueName: "file"))
    var connections: [String] = []

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv, html }
    @Option(help: ArgumentHelp("text, json, csv (one row a metric), html (one self-contained page; not with --connections).", valueName: "format"))
    var format = Format.text

    @Option(help: ArgumentHelp("The one metric named before looking at the captures; see trafficscope metrics, with --connections trafficscope metrics --connections.", valueName: "metric"))
    var ask: String?

    enum Condition: String, ExpressibleByArgument, CaseIterable { case above, novel, insufficient }
    @Option(help: ArgumentHelp("Exit 1 when the overall verdict is above or insufficient, or the app contacts an owner that no peer does: above, novel, insufficient; repeatable.", valueName: "condition"))
    var failOn: [Condition] = []

    @Option(help: ArgumentHelp("Country (ISO 3166-1 alpha-2) of watch_country_share_of_bytes_up and watch_country_share_of_connections; repeatable.", valueName: "country"))
    var watchCountry: [String] = []

    @Option(help: ArgumentHelp("What at most this share of the peer owners does is listed as rare, and what so few do not do, as missing; 0 to 0.5.", valueName: "share"))
    var rareShare = 0.1

    @Flag(inversion: .prefixedNo, help: "Ask whether the verdict stands without each peer, each capture, and by other conventions.")
    var sensitivity = true

    @Option(help: ArgumentHelp("Seed of the draws. (default: the study's, else \(ComparisonOptions().seed))", valueName: "n"))
    var seed: UInt64?

    @Flag(help: "Show identifiers instead of redacting them.")
    var reveal = false

    @OptionGroup var storing: StoreOptions
    @OptionGroup var reading: ReadingOptions
    @OptionGroup var apps: AppOptions
    @OptionGroup var noted: MarkerOptions
    @OptionGroup var outputs: OutputOptions

    func validate() throws {
        for country in watchCountry where country.utf8.count != 2 {
            throw ValidationError("--watch-country \(country): a country has two letters.")
        }
        guard connections.isEmpty else { return try validateConnections() }
        if study == nil {
            guard subject.isEmpty != (subjectCohort == nil) else {
                throw ValidationError("The app in question: --subject PATH, or --subject-cohort NAME, or --study.")
            }
            guard !baseline.isEmpty || cohort != nil || !versus.isEmpty else {
                throw ValidationError("Whom to compare with: --baseline PATH or --cohort NAME takes the peers; or --study names a study's folder.")
            }
        } else {
            guard baseline.isEmpty, cohort == nil, subjectCohort == nil else {
                throw ValidationError("--study brings its own baseline: leave --baseline, --cohort and --subject-cohort out.")
            }
            guard subject.count <= 1 else { throw ValidationError("--subject names one app of the study.") }
            guard apps.app == nil else { throw ValidationError("--study says which capture is of which app: leave --app out.") }
            guard noted.markers.isEmpty else { throw ValidationError("--study names its markers itself: leave --markers out.") }
        }
        if let ask, !MetricCatalog.names.contains(ask) {
            throw ValidationError("--ask \(ask): no such metric; trafficscope metrics lists them.")
        }
        if !versus.isEmpty, baseline.isEmpty, cohort == nil, study == nil {
            guard format != .html else { throw ValidationError("--versus without a baseline has no page: --format text, json or csv.") }
            guard failOn.isEmpty, claims.isEmpty, ask == nil else {
                throw ValidationError("--fail-on, --claims and --ask go by a comparison with peers: --baseline or --cohort names them.")
            }
        }
        if let by, by.isEmpty || by.utf8.count > 100 { throw ValidationError("--by takes a word.") }
        guard by == nil || !versus.isEmpty else { throw ValidationError("--by says in what the captures of --versus differ.") }
        guard rareShare >= 0, rareShare <= 0.5 else { throw ValidationError("--rare-share takes 0 to 0.5.") }
    }

    func run() throws {
        SystemCalls.useLargePages()
        SystemCalls.catchInterrupts()
        let output = try Output(path: outputs.output)
        guard connections.isEmpty else { return try runConnections(output) }
        var run: ComparisonRun, subjects: [String]
        if let study {
            let folder = try StudyFolder(study, clocks: noted.clocks, quiet: reading.quiet)
            subjects = [try folder.subject(subject.first)]
            run = try ComparisonRun(folder, subjects: subjects, reading: reading, apps: apps)
            run.options.ask = ask ?? folder.study.ask
            run.options.seed = seed ?? folder.study.seed ?? run.options.seed
        } else {
            run = try pathsRun()
            subjects = run.subjectIDs
            run.options.ask = ask
            run.options.seed = seed ?? run.options.seed
        }
        run.attribution = apps.described + noted.clocks.described
        (run.rareShare, run.isSensitivityAsked) = (rareShare, sensitivity)
        run.claims = try ClaimList.all(claims)
        run.options.watchedCountries = watchCountry.map { $0.uppercased() }.sorted()
        if !versus.isEmpty {
            try compareVersus(&run, subjects, output)
            guard !baseline.isEmpty || cohort != nil || study != nil else { return }
        }
        guard subjects.count == 1 else {
            try compareAll(&run, output)
            return
        }
        let report = try run.report(of: subjects[0], reading: reading, reveal: reveal)
        switch format {
        case .text: try output.write(Array(report.terminal(width: output.width ?? 100, color: outputs.usesColor(output)).utf8))
        case .json: try output.write(report.json())
        case .csv: try output.write(report.csv())
        case .html: try output.write(report.html())
        }
        guard run.status == .done else { throw CommandFailure(run.status) }
        try refuse(report.comparison)
    }

    /// Subject and baseline by paths, or from the store.
    private func pathsRun() throws -> ComparisonRun {
        let catalog = AppCatalog(), catalogue = DestinationCatalogue.standard(), judge = ProfileJudge(catalogue: catalogue)
        var status = ExitStatus.done, own: ComparisonRun.Side, peers: ComparisonRun.Side
        let (evidence, evidenceStatus) = try apps.evidence(reading.packets, progress: reading.progress)
        status = evidenceStatus
        var ownReadings: [CaptureReading] = []
        if let subjectCohort {
            own = try storedSide(subjectCohort, judge: judge, role: "subject", &status)
        } else {
            var list = CaptureList(subject, app: apps.identity(catalog), catalog: catalog, joins: reading.join)
            list.captures = SubjectNaming.byFolder(list.captures, given: subject, catalog: catalog)
            list.tellSharedNames(catalog: catalog, quiet: reading.quiet)
            try list.addMarkers(noted, catalog: catalog)
            ownReadings = try list.read(reading, evidence: evidence, hashesFiles: true)
            if status == .done { status = list.status }
            guard !ownReadings.isEmpty else { throw CommandFailure(status, status == .done ? "no capture of the subject could be read" : "") }
            own = ComparisonRun.Side(ownReadings, judge: judge, role: "subject")
        }
        if let cohort {
            guard baseline.isEmpty else { throw CommandFailure(.usage, "--cohort and --baseline: the peers are either in the store or in files") }
            peers = try storedSide(cohort, judge: judge, role: "baseline", &status)
        } else if baseline.isEmpty {
            peers = ComparisonRun.Side([CaptureReading](), judge: judge, role: "baseline")
        } else {
            var list = CaptureList(baseline, app: nil, catalog: catalog, joins: reading.join)
            list.tellSharedNames(catalog: catalog, quiet: reading.quiet)
            try list.addMarkers(noted, catalog: catalog)
            let readings = try list.read(reading, evidence: evidence, hashesFiles: true)
            if status == .done { status = list.status }
            peers = ComparisonRun.Side(ComparisonRun.withoutSubjects(readings, ownReadings), judge: judge, role: "baseline")
        }
        let run = ComparisonRun(subjects: own, peers: peers, catalogue: catalogue, evidence: evidence, status: status)
        run.tellAppsWithoutOwner(quiet: reading.quiet)
        return run
    }

    private func storedSide(_ name: String, judge: ProfileJudge, role: String, _ status: inout ExitStatus) throws(CommandFailure) -> ComparisonRun.Side {
        let store = try storing.open(creates: false)
        var captures: [ProfiledCapture] = [], damage: [String] = []
        try stored { () throws(Store.Failure) in
            try store.forEachCapture(of: name) { captures.append($0) } damage: { damage.append($0) }
        }
        Talk.problems(damage)
        if !damage.isEmpty, status == .done { status = .badData }
        return ComparisonRun.Side(captures, judge: judge, role: role)
    }

    func refuse(_ comparison: Comparison) throws(CommandFailure) {
        for condition in failOn {
            let holds = switch condition {
            case .above: comparison.overall == .above || comparison.primary?.verdict == .above
            case .insufficient: comparison.overall == .insufficient
            case .novel: comparison.novel.contains(where: \.isNovel)
            }
            if holds { throw CommandFailure(.refused, "--fail-on \(condition.rawValue): it is so") }
        }
    }
}

/// A folder given for a subject is the app, whatever the captures in it are called. Of several folders only those whose captures have
/// several names that nobody knows: `notes/run1.pcap notes/run2.pcap` are of the app notes, `monday/notes.pcap tuesday/notes.pcap` are too.
enum SubjectNaming {
    static func byFolder(_ captures: [LabelledCapture], given: [String], catalog: AppCatalog) -> [LabelledCapture] {
        var captures = captures
        for folder in given {
            let places = captures.indices.filter { captures[$0].files.first?.given == folder }, own = places.map { captures[$0] }
            let names = Set(own.map { $0.app?.id ?? "" }), areStems = own.contains { $0.source == .stem }
            guard own.contains(where: { $0.files.first?.path != folder }), areStems || names.count > 1,
                given.count == 1 || names.count > 1 && own.allSatisfy({ $0.source == .stem && !catalog.knows($0.app?.id ?? "") }),
                let name = folder.split(separator: "/").last(where: { $0 != "." && $0 != ".." }).map(String.init)
            else { continue }
            for place in places {
                captures[place] = LabelledCapture(files: captures[place].files, app: catalog.identity(orUnknown: name), source: .folder)
            }
        }
        return captures
    }
}
