/// What the catalogue says of one name or group of names: a row of `data/destinations.tsv`.
public struct DestinationRow: Hashable, Sendable {
    public enum Match: String, Sendable {
        /// The name and every name below it.
        case suffix
        /// Names with as many labels, whose first label fits a pattern with `*`.
        case glob
    }
    /// The name as in the table, such as "tiktokv.com" or "log*.tiktokv.com".
    public var rule: String
    public var match: Match
    public var owner: String
    /// The company that controls the owner; the owner itself when nobody does.
    public var ownerParent: String
    /// Seat of the owner, ISO 3166-1 alpha-2.
    public var ownerCountry: String
    public var category: String
    /// Infrastructure rented out to many customers.
    public var isShared: Bool
    /// "high", "medium" or "low".
    public var confidence: String
    /// Who names the owner, comma-separated.
    public var sources: String

    public init(rule: String, match: Match, owner: String, ownerParent: String, ownerCountry: String, category: String,
                isShared: Bool, confidence: String, sources: String) {
        (self.rule, self.match, self.owner, self.ownerParent) = (rule, match, owner, ownerParent)
        (self.ownerCountry, self.category, self.isShared) = (ownerCountry, category, isShared)
        (self.confidence, self.sources) = (confidence, sources)
    }

    /// Reads one line of `DestinationCatalogue.builtInRows`; nil when it has not nine columns.
    init?(line: Substring) {
        let cells = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard cells.count == 9 else { return nil }
        self.init(
            rule: String(cells[0]), match: cells[1] == "g" ? .glob : .suffix, owner: String(cells[2]),
            ownerParent: String(cells[3].isEmpty ? cells[2] : cells[3]), ownerCountry: String(cells[4]),
            category: String(cells[5]), isShared: cells[6] == "y",
            confidence: cells[7] == "h" ? "high" : cells[7] == "m" ? "medium" : "low", sources: String(cells[8]))
    }
}
