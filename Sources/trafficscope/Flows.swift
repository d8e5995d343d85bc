import ArgumentParser
import TrafficCore
import TrafficReport

struct Flows: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "One record a flow, in order of their end.",
        discussion: """
            Records hold addresses and names as captured: they are evidence, nothing in them is redacted.
            Example: trafficscope flows --format ndjson tiktok.pcapng | head
            """)

    @Argument(help: ArgumentHelp("Capture files, folders, or - for standard input.", valueName: "capture"))
    var captures: [String]

    enum Format: String, ExpressibleByArgument, CaseIterable { case table, ndjson, csv, zeek, zeekJSON = "zeek-json" }
    @Option(help: ArgumentHelp("table, ndjson, csv, or Zeek's logs: zeek (tab-separated) or zeek-json. These are conn.log on standard output, or with -o FOLDER conn, dns, ssl, http and quic.", valueName: "format"))
    var format = Format.table

    @OptionGroup var reading: ReadingOptions
    @OptionGroup var apps: AppOptions
    @OptionGroup var noted: MarkerOptions
    @OptionGroup var outputs: OutputOptions

    func run() throws {
        SystemCalls.useLargePages()
        SystemCalls.catchInterrupts()
        let rows = try makeRows()
        let catalog = AppCatalog()
        var list = CaptureList(captures, app: apps.identity(catalog), catalog: catalog, joins: reading.join)
        try list.addMarkers(noted, catalog: catalog)
        let (evidence, evidenceStatus) = try apps.evidence(reading.packets, progress: reading.progress)
        list.note(evidenceStatus)
        if let expression = reading.filter {
            do throws(CaptureError) { _ = try PacketFilter(expression) } catch { throw CommandFailure(error) }
        }
        let classifier = DestinationClassifier(catalogue: .standard(), geography: Geography.standard())
        rows.flushes = reading.follow || list.captures.contains { $0.files.contains(where: \.isConnection) }
        if !list.captures.isEmpty { try rows.begin() }
        for capture in list.captures where !isInterrupted {
            do {
                var labelling = FlowLabelling(capture, classifier: classifier, catalog: catalog, evidence: evidence)
                let progress = Progress(total: CaptureDiscovery.octets(of: capture.files), options: reading)
                defer { progress.finish() }
                var options = reading.inspection
                options.keepsBursts = false
                options.keepsExchanges = rows.needsExchanges
                let parts = try Inspection.read(capture.files, options: options, control: progress.control()) { flow in
                    labelling.take(&flow) { rows.append($0.record) }
                }
                labelling.finish { rows.append($0.record) }
                if let failure = rows.failure { throw failure }
                for part in parts { list.tellDamage(part) }
                tellMarkers(capture, parts)
            } catch let error as CaptureError {
                list.tell(error)
            }
        }
        try rows.end()
        throw CommandFailure(list.status)
    }

    /// Rows go out while the capture is read: what is known only at its end cannot be in them.
    private func tellMarkers(_ capture: LabelledCapture, _ parts: [CaptureOverview]) {
        let name = capture.files.first?.path ?? ""
        for note in capture.marking?.notes ?? [] { Talk.note("\(name): \(note)", quiet: reading.quiet) }
        if !capture.timeline.hasPhases, parts.contains(where: { !$0.notes.markers.isEmpty }) {
            Talk.note("\(name): it has markers in its packets' comments; inspect and compare use them, flows come without their phase", quiet: reading.quiet)
        }
    }

    private func makeRows() throws(CommandFailure) -> any FlowSink {
        let plain: FlowRecordWriter.Format
        switch format {
        case .table: plain = .table
        case .ndjson: plain = .ndjson
        case .csv: plain = .csv
        case .zeek, .zeekJSON: return try ZeekFolder(outputs.output, json: format == .zeekJSON)
        }
        let output = try Output(path: outputs.output)
        return FlowRows(writer: FlowRecordWriter(format: plain, width: output.width ?? 160, color: outputs.usesColor(output)), output: output)
    }
}

/// Where flow records go as they come.
protocol FlowSink: AnyObject {
    /// Whoever follows a capture sees each row as it comes.
    var flushes: Bool { get set }
    /// The flows must bring their requests and answers.
    var needsExchanges: Bool { get }
    /// What went wrong with a row, if anything did.
    var failure: CommandFailure? { get }
    func begin() throws(CommandFailure)
    func append(_ record: FlowRecord)
    func end() throws(CommandFailure)
}

/// The rows of all captures, written as they come.
final class FlowRows: FlowSink {
    private var writer: FlowRecordWriter
    private let output: Output
    var flushes = false
    var needsExchanges: Bool { false }
    private(set) var failure: CommandFailure?

    init(writer: consuming FlowRecordWriter, output: Output) {
        self.writer = writer
        self.output = output
    }

    func end() throws(CommandFailure) { try output.flush() }

    func begin() throws(CommandFailure) { try output.write { writer.header(into: &$0) } }

    func append(_ record: FlowRecord) {
        guard failure == nil else { return }
        do throws(CommandFailure) {
            try output.write { writer.append(record, to: &$0) }
            if flushes { try output.flush() }
        } catch {
            failure = error
            interrupt()     // nobody reads the rest
        }
    }
}
