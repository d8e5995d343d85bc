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

    @Option(help: ArgumentHelp("table, ndjson or csv.", valueName: "format"))
    var format = FlowRecordWriter.Format.table

    @OptionGroup var reading: ReadingOptions
    @OptionGroup var apps: AppOptions
    @OptionGroup var noted: MarkerOptions
    @OptionGroup var outputs: OutputOptions

    func run() throws {
        SystemCalls.useLargePages()
        SystemCalls.catchInterrupts()
        let output = try Output(path: outputs.output)
        let catalog = AppCatalog()
        var list = CaptureList(captures, app: apps.identity(catalog), catalog: catalog)
        try list.addMarkers(noted.markers)
        if let expression = reading.filter {
            do throws(CaptureError) { _ = try PacketFilter(expression) } catch { throw CommandFailure(error) }
        }
        let classifier = DestinationClassifier(geography: GeoDatabase.standard())
        let rows = FlowRows(
            writer: FlowRecordWriter(format: format, width: output.width ?? 160, color: outputs.usesColor(output)), output: output)
        if !list.captures.isEmpty { try rows.begin() }
        for capture in list.captures where !isInterrupted {
            do {
                var labelling = FlowLabelling(capture, classifier: classifier)
                for file in capture.files {
                    let content = try CaptureContent(file)
                    let progress = Progress(total: content.octets, options: reading)
                    defer { progress.finish() }
                    var options = reading.inspection
                    options.keepsBursts = false
                    let overview = try Inspection.read(content, options: options, control: progress.control()) { flow in
                        labelling.label(&flow.record)
                        rows.append(flow.record)
                    }
                    if let failure = rows.failure { throw failure }
                    list.tellDamage(overview)
                }
            } catch let error as CaptureError {
                list.tell(error)
            }
        }
        try output.flush()
        throw CommandFailure(list.status)
    }
}

extension FlowRecordWriter.Format: ExpressibleByArgument {}

/// The rows of all captures, written as they come.
final class FlowRows {
    private var writer: FlowRecordWriter
    private let output: Output
    private(set) var failure: CommandFailure?

    init(writer: consuming FlowRecordWriter, output: Output) {
        self.writer = writer
        self.output = output
    }

    func begin() throws(CommandFailure) { try output.write { writer.header(into: &$0) } }

    func append(_ record: FlowRecord) {
        guard failure == nil else { return }
        do throws(CommandFailure) { try output.write { writer.append(record, to: &$0) } } catch {
            failure = error
            interrupt()     // nobody reads the rest
        }
    }
}
