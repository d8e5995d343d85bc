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
    init?(line: Substring.UTF8View) {
        let cells = line.split(separator: 0x09, omittingEmptySubsequences: false)
        guard cells.count == 9 else { return nil }
        func text(_ cell: Int) -> String { String(Substring(cells[cell])) }
        let owner = text(2)
        self.init(
            rule: text(0), match: cells[1].first == 0x67 ? .glob : .suffix, owner: owner,
            ownerParent: cells[3].isEmpty ? owner : text(3), ownerCountry: text(4), category: text(5),
            isShared: cells[6].first == 0x79,
            confidence: cells[7].first == 0x68 ? "high" : cells[7].first == 0x6d ? "medium" : "low", sources: text(8))
    }
}
