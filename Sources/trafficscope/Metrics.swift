import ArgumentParser
import TrafficCore
import TrafficReport

struct Metrics: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Every metric: unit, formula, family, and which claim it bears on.",
        discussion: "Example: trafficscope metrics --format json")

    @Option(help: ArgumentHelp("Answer this vector file by the code that compare uses, as {\"answers\":[{\"id\":…,\"output\":…}]}; - is standard input.", valueName: "file"))
    var vectors: String?

    @Flag(help: "The metrics of compare --connections (docs/connections.md) in place of those of captures.")
    var connections = false

    @Option(help: ArgumentHelp("text, json, ndjson or csv.", valueName: "format"))
    var format = ListingFormat.text

    @OptionGroup var outputs: OutputOptions

    func run() throws {
        let output = try Output(path: outputs.output)
        if let vectors {
            let octets = try SystemCalls.readFile(vectors, limit: 1 << 30)
            do {
                try output.write(try VectorFile.answers(to: octets))
            } catch let error as VectorFileError {
                throw CommandFailure(.badData, "\(vectors): \(error.description)")
            }
            return
        }
        let listing = Listing(metrics: connections ? ConnectionMetrics.metrics : MetricCatalog.metrics)
        try output.write(listing, format, outputs)
    }
}
