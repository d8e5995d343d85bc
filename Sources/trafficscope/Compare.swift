import ArgumentParser
import TrafficCore
import TrafficReport

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "An app against its peers: within their range, above it, below it, or not enough evidence.",
        discussion: """
            Peers are the apps of --baseline; the unit that is counted is their owner. Captures of one app lie in one
            folder: baseline/APP/CAPTURE. The method is METHOD.md's; docs/first-capture.md shows how to record.
            Example: trafficscope compare --subject captures/shop --baseline captures --format html -o report.html
            """)

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Captures of the app in question: files or folders.", valueName: "path"))
    var subject: [String]

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Captures of peer apps: files or folders.", valueName: "path"))
    var baseline: [String]

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv, html }
    @Option(help: ArgumentHelp("text, json, csv (one row a metric), html (one self-contained page).", valueName: "format"))
    var format = Format.text

    @Option(help: ArgumentHelp("The one metric named before looking at the captures; see trafficscope metrics.", valueName: "metric"))
    var ask: String?

    enum Condition: String, ExpressibleByArgument, CaseIterable { case above, novel, insufficient }
    @Option(help: ArgumentHelp("Exit 1 when the overall verdict is above or insufficient, or the app contacts an owner that no peer does: above, novel, insufficient; repeatable.", valueName: "condition"))
    var failOn: [Condition] = []

    @Option(help: ArgumentHelp("Country (ISO 3166-1 alpha-2) of watch_country_share_of_bytes_up; repeatable.", valueName: "country"))
    var watchCountry: [String] = []

    @Option(help: ArgumentHelp("Seed of the draws.", valueName: "n"))
    var seed = ComparisonOptions().seed

    @Flag(help: "Show identifiers instead of redacting them.")
    var reveal = false

    @OptionGroup var reading: ReadingOptions
    @OptionGroup var apps: AppOptions
    @OptionGroup var outputs: OutputOptions

    func validate() throws {
        guard !subject.isEmpty, !baseline.isEmpty else { throw ValidationError("--subject and --baseline take at least one path each.") }
        if let ask, !MetricCatalog.names.contains(ask) {
            throw ValidationError("--ask \(ask): no such metric; trafficscope metrics lists them.")
        }
        for country in watchCountry where country.utf8.count != 2 {
            throw ValidationError("--watch-country \(country): a country has two letters.")
        }
    }

    func run() throws {
        SystemCalls.useLargePages()
        SystemCalls.catchInterrupts()
        let output = try Output(path: outputs.output)
        let catalog = AppCatalog()
        var own = CaptureList(subject, app: apps.identity(catalog), catalog: catalog)
        own.captures = SubjectNaming.oneApp(own.captures, given: subject, catalog: catalog)
        var peers = CaptureList(baseline, app: nil, catalog: catalog)
        let ownReadings = try own.read(reading, hashesFiles: true)
        guard !ownReadings.isEmpty else { throw CommandFailure(own.status, own.status == .done ? "no capture of the subject could be read" : "") }
        let peerReadings = try peers.read(reading, hashesFiles: true)
        own.note(peers.status)

        let ownCohort = CohortAssembly(ownReadings), cohort = CohortAssembly(peerReadings)
        guard let app = ownCohort.apps.first, ownCohort.apps.count == 1 else {
            throw CommandFailure(.usage, "--subject: captures of several apps (\(ownCohort.apps.map(\.observed.id).joined(separator: ", "))); name one with --app")
        }
        for id in ownCohort.appsWithoutOwner + cohort.appsWithoutOwner {
            Talk.note("\(id): no owner is known, so it counts as a group of its own; data/apps.tsv names owners", quiet: reading.quiet)
        }
        var options = ComparisonOptions()
        (options.ask, options.seed) = (ask, seed)
        options.watchedCountries = watchCountry.map { $0.uppercased() }.sorted()
        let comparison = try Comparison(subject: app, own: ownCohort, cohort: cohort, options: options)
        let provenance = Provenances.make(
            inputs: ownReadings.map { Provenance.Input($0.overview, role: "subject") } + peerReadings.map { Provenance.Input($0.overview, role: "baseline") },
            options: reading.described + [
                Provenance.Option("seed", String(seed)), Provenance.Option("ask", ask ?? "none"),
                Provenance.Option("watch countries", options.watchedCountries.isEmpty ? "none" : options.watchedCountries.joined(separator: " ")),
            ])
        let report = ComparisonReport(
            comparison: comparison, subjectSummary: app.summary,
            peerSummaries: cohort.apps.map { ($0.observed.id, $0.observed.group, $0.summary) }, provenance: provenance, reveal: reveal)
        switch format {
        case .text: try output.write(Array(report.terminal(width: output.width ?? 100, color: outputs.usesColor(output)).utf8))
        case .json: try output.write(report.json())
        case .csv: try output.write(report.csv())
        case .html: try output.write(report.html())
        }
        guard own.status == .done else { throw CommandFailure(own.status) }
        try refuse(comparison)
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
        guard given.count == 1, let folder = given.first, captures.contains(where: { $0.path.path != folder }),
            captures.contains(where: { $0.source == .stem }) || Set(captures.map { $0.app?.id ?? "" }).count > 1,
            let name = folder.split(separator: "/").last(where: { $0 != "." && $0 != ".." }).map(String.init)
        else { return captures }
        return captures.map { LabelledCapture(path: $0.path, app: catalog.identity(orUnknown: name), source: .folder) }
    }
}
