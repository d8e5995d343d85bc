import ArgumentParser
import TrafficCore
import TrafficReport

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What an app sends: to whom, how much, in what sizes, and what cannot be told.",
        discussion: """
            The ledger ("What could be read") splits all that the phone uploaded by why it could be read or not: what is
            not seen may be in the rest. docs/ledger.md defines its classes.
            Addresses of devices, host labels that look like identifiers and device models are redacted unless --reveal.
            Example: trafficscope inspect tiktok.pcapng
            """)

    @Argument(help: ArgumentHelp("Capture files, folders, or - for standard input.", valueName: "capture"))
    var captures: [String]

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, ndjson, csv, html }
    @Option(help: ArgumentHelp("text, json, html (one self-contained page), or one row a destination: ndjson, csv.", valueName: "format"))
    var format = Format.text

    @Flag(help: "Show identifiers instead of redacting them.")
    var reveal = false

    @OptionGroup var reading: ReadingOptions
    @OptionGroup var apps: AppOptions
    @OptionGroup var noted: MarkerOptions
    @OptionGroup var outputs: OutputOptions

    func run() throws {
        SystemCalls.useLargePages()
        SystemCalls.catchInterrupts()
        let output = try Output(path: outputs.output)
        let catalog = AppCatalog()
        var list = CaptureList(captures, app: apps.identity(catalog), catalog: catalog, joins: reading.join)
        try list.addMarkers(noted, catalog: catalog)
        let (evidence, evidenceStatus) = try apps.evidence(reading.packets, progress: reading.progress)
        list.note(evidenceStatus)
        let readings = try list.read(reading, evidence: evidence, hashesFiles: true)
        guard !readings.isEmpty else { throw CommandFailure(list.status) }
        var summary = InspectionSummary()
        for reading in readings { summary.merge(reading.summary) }
        summary.finish(overviews: readings.flatMap(\.parts))
        let provenance = Provenances.make(inputs: readings.flatMap(\.parts).map { Provenance.Input($0, role: "") }, options: reading.described + apps.described + noted.clocks.described)
        let report = InspectionReport(summary: summary, provenance: provenance, reveal: reveal)
        switch format {
        case .text: try output.write(Array(report.terminal(width: output.width ?? 100, color: outputs.usesColor(output)).utf8))
        case .json: try output.write(report.json())
        case .ndjson: try output.write(report.destinations.ndjson())
        case .csv: try output.write(report.destinations.csv())
        case .html: try output.write(report.html())
        }
        throw CommandFailure(list.status)
    }
}
