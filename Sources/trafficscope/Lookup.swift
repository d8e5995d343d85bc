import ArgumentParser
import TrafficCore
import TrafficReport

struct Lookup: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What is known of a destination, and from which list.",
        discussion: "Example: trafficscope lookup log-va.tiktokv.com 1.1.1.1")

    @Argument(help: ArgumentHelp("Host names or IP addresses.", valueName: "host|ip"))
    var queries: [String]

    @Option(help: ArgumentHelp("text, json, ndjson or csv.", valueName: "format"))
    var format = ListingFormat.text

    @OptionGroup var outputs: OutputOptions

    func run() throws {
        let output = try Output(path: outputs.output)
        let catalogue = DestinationCatalogue(), geography = Geography.standard()
        let listing = Listing(answers: queries.map { catalogue.lookup($0, geography: geography) })
        try output.write(listing, format, outputs)
    }
}
