/// Everything that is known of destinations without asking anybody: names → owner and category.
public struct DestinationCatalogue: Sendable {
    public let index: OwnerIndex
    /// Lists that the user imported.
    public var lists = DestinationLists()
    /// Octets at the beginning of the index's rows that are of a study's own lists.
    var studyOctets = 0

    /// The catalogue that is compiled in (`data/destinations.tsv`).
    public init() { self.init(rows: Self.builtInRows) }

    /// The compiled-in catalogue with the lists that the user imported.
    public static func standard() -> DestinationCatalogue {
        var catalogue = DestinationCatalogue()
        catalogue.lists = .standard()
        return catalogue
    }

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
