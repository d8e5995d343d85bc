import ArgumentParser
import TrafficCore
import TrafficReport

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

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Captures of the app in question: files or folders. With --study: which of its subjects. With --connections: apps of the list.", valueName: "path"))
    var subject: [String] = []

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Captures of peer apps: files or folders. With --connections: apps of the list.", valueName: "path"))
    var baseline: [String] = []

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

    @Option(help: ArgumentHelp("Seed of the draws. (default: the study's, else \(ComparisonOptions().seed))", valueName: "n"))
    var seed: UInt64?

    @Flag(help: "Show identifiers instead of redacting them.")
    var reveal = false

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
            guard !subject.isEmpty, !baseline.isEmpty else {
                throw ValidationError("--subject and --baseline take at least one path each; or --study names a study's folder.")
            }
        } else {
            guard baseline.isEmpty else { throw ValidationError("--study brings its own baseline: leave --baseline out.") }
            guard subject.count <= 1 else { throw ValidationError("--subject names one app of the study.") }
            guard apps.app == nil else { throw ValidationError("--study says which capture is of which app: leave --app out.") }
            guard noted.markers.isEmpty else { throw ValidationError("--study names its markers itself: leave --markers out.") }
        }
        if let ask, !MetricCatalog.names.contains(ask) {
            throw ValidationError("--ask \(ask): no such metric; trafficscope metrics lists them.")
        }
    }

    func run() throws {
        SystemCalls.useLargePages()
        SystemCalls.catchInterrupts()
        let output = try Output(path: outputs.output)
        guard connections.isEmpty else { return try runConnections(output) }
        var run: ComparisonRun, subjects: [String]
        if let study {
            let folder = try StudyFolder(study, quiet: reading.quiet)
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
        run.attribution = apps.described
        run.options.watchedCountries = watchCountry.map { $0.uppercased() }.sorted()
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

    /// Subject and baseline by paths.
    private func pathsRun() throws -> ComparisonRun {
        let catalog = AppCatalog()
        var own = CaptureList(subject, app: apps.identity(catalog), catalog: catalog, joins: reading.join)
        own.captures = SubjectNaming.oneApp(own.captures, given: subject, catalog: catalog)
        var peers = CaptureList(baseline, app: nil, catalog: catalog, joins: reading.join)
        try own.addMarkers(noted.markers)
        try peers.addMarkers(noted.markers)
        let (evidence, evidenceStatus) = try apps.evidence(reading)
        own.note(evidenceStatus)
        let ownReadings = try own.read(reading, evidence: evidence, hashesFiles: true)
        guard !ownReadings.isEmpty else { throw CommandFailure(own.status, own.status == .done ? "no capture of the subject could be read" : "") }
        let peerReadings = try peers.read(reading, evidence: evidence, hashesFiles: true)
        own.note(peers.status)
        let run = ComparisonRun(subjects: ownReadings, peers: peerReadings, status: own.status)
        guard run.subjectIDs.count == 1 else {
            throw CommandFailure(.usage, "--subject: captures of several apps (\(run.subjectIDs.joined(separator: ", "))); name one with --app")
        }
        run.tellAppsWithoutOwner(quiet: reading.quiet)
        return run
    }

    private func refuse(_ comparison: Comparison) throws(CommandFailure) {
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

/// The subject is one app: a folder given for it holds its captures, whatever they are called.
enum SubjectNaming {
    static func oneApp(_ captures: [LabelledCapture], given: [String], catalog: AppCatalog) -> [LabelledCapture] {
        guard given.count == 1, let folder = given.first, captures.contains(where: { $0.files.first?.path != folder }),
            captures.contains(where: { $0.source == .stem }) || Set(captures.map { $0.app?.id ?? "" }).count > 1,
            let name = folder.split(separator: "/").last(where: { $0 != "." && $0 != ".." }).map(String.init)
        else { return captures }
        return captures.map { LabelledCapture(files: $0.files, app: catalog.identity(orUnknown: name), source: .folder) }
    }
}
