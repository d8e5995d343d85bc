import ArgumentParser
import TrafficCore
import TrafficReport

struct Lookup: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What is known of a destination, and from which list.",
        discussion: """
            The answer, then what every source says: the built-in catalogue and the lists that were imported (trafficscope lists). \
            Sources that name different companies are told as a conflict.
            Example: trafficscope lookup log-va.tiktokv.com 1.1.1.1
            """)

    @Argument(help: ArgumentHelp("Host names or IP addresses.", valueName: "host|ip"))
    var queries: [String]

    @Option(help: ArgumentHelp("text, json, ndjson or csv.", valueName: "format"))
    var format = ListingFormat.text

    @OptionGroup var outputs: OutputOptions

    func run() throws {
        let output = try Output(path: outputs.output)
        let catalogue = DestinationCatalogue.standard(), geography = Geography.standard()
        for problem in catalogue.lists.problems { Talk.error(problem) }
        let answers = queries.map { catalogue.lookup($0, geography: geography) }
        try output.write(Listing(answers: answers), format, outputs)
        guard format == .text, let sources = Listing.sources(answers) else { return }
        let conflicts = answers.filter(\.isInConflict).map { "\($0.query): the sources name different owners\n" }.joined()
        try output.write(Array(("\n" + sources.terminal(width: output.width ?? 100, color: outputs.usesColor(output)) + conflicts).utf8))
    }
}
