import ArgumentParser
import TrafficReport

/// The plain formats.
enum ListingFormat: String, ExpressibleByArgument, CaseIterable { case text, json, ndjson, csv }

extension Output {
    func write(_ listing: Listing, _ format: ListingFormat, _ options: OutputOptions) throws(CommandFailure) {
        switch format {
        case .text: try write(Array(listing.terminal(width: width ?? 100, color: options.usesColor(self)).utf8))
        case .json: try write(listing.json())
        case .ndjson: try write(listing.ndjson())
        case .csv: try write(listing.csv())
        }
    }
}
