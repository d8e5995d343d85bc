/// Everything that is known of destinations without asking anybody: names → owner and category.
public struct DestinationCatalogue: Sendable {
    public let index: OwnerIndex

    /// The catalogue that is compiled in (`data/destinations.tsv`).
    public init() { self.init(rows: Self.builtInRows) }

    /// A catalogue of other rows, in the form of `builtInRows`.
    public init(rows: String) { index = OwnerIndex(rows: rows) }

    /// The row for `name`; nil when unknown.
    public func row(for name: String) -> DestinationRow? { index.row(for: name) }

    /// Owner and parent, as the catalogue spells them, of the company that a user calls `name`: the name of an owner, else
    /// of a parent; letter case does not matter. nil when no row names it. Reads every row: for options, not for flows.
    public func company(named name: String) -> (owner: String, ownerParent: String)? {
        let wanted = name.lowercased()
        var parent: String?
        for row in index.rows {
            if row.owner.lowercased() == wanted { return (row.owner, row.ownerParent) }
            if parent == nil, row.ownerParent.lowercased() == wanted { parent = row.ownerParent }
        }
        return parent.map { ($0, $0) }
    }
}

/// What is known of one host name or address (`lookup`, DESIGN.md §6); nil where nothing is.
public struct LookupAnswer: Hashable, Sendable {
    public var query: String
    public var registrableDomain: String?
    public var owner: String?
    public var ownerParent: String?
    /// Seat of the owner, ISO 3166-1 alpha-2.
    public var ownerCountry: String?
    public var category: String?
    /// Who names the owner, comma-separated.
    public var source: String?
    public var confidence: String?
    /// Country of the network, for an address; ISO 3166-1 alpha-2.
    public var country: String?
    /// Who announces the address.
    public var system: AutonomousSystem?
    /// Why the country says little of where data go.
    public var placeNote: PlaceNote?
    public var matchedRule: String?
    public var isShared = false

    public init(query: String) { self.query = query }
}

extension DestinationCatalogue {
    /// What is known of `query`, a host name or an address (IPv6 also in brackets). Nothing is resolved.
    public func lookup(_ query: String, geography: GeoDatabase? = nil) -> LookupAnswer {
        var answer = LookupAnswer(query: query)
        let isBracketed = query.hasPrefix("[") && query.hasSuffix("]") && query.utf8.count > 2
        if let address = IPAddress(isBracketed ? String(query.dropFirst().dropLast()) : query) {
            answer.put(address, geography?.place(of: address) ?? NetworkPlace())
            return answer
        }
        answer.registrableDomain = RegistrableDomain.of(query)
        guard let row = row(for: query) else { return answer }
        (answer.owner, answer.ownerParent, answer.ownerCountry) = (row.owner, row.ownerParent, row.ownerCountry)
        (answer.category, answer.source, answer.confidence) = (row.category, row.sources, row.confidence)
        (answer.matchedRule, answer.isShared) = (row.rule, row.isShared)
        return answer
    }
}
