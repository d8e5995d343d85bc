/// Whose an autonomous system is: the facts of `data/asn_owners.tsv`.
struct ASNOwners: Sendable {
    struct Owner: Hashable, Sendable {
        var owner: String
        /// The company that controls the owner; the owner itself when nobody does.
        var ownerParent: String
        /// Seat of the owner, ISO 3166-1 alpha-2.
        var ownerCountry: String
        /// The owner rents the network to others as well: an address in it says nothing of whom data go to.
        var isCloud: Bool
        /// Most of the network's addresses are announced from many places.
        var isAnycast: Bool
    }
    private let index: RowIndex

    /// The table that is compiled in.
    static let builtIn = ASNOwners(rows: builtInRows)

    /// A table of other rows, in the form of `builtInRows`; what is no such row is left out.
    init(rows: String) { index = RowIndex(rows, columns: 6, key: 0) }

    subscript(number: UInt32) -> Owner? {
        index.row(String(number)).map { cells in
            Owner(
                owner: cells[1], ownerParent: cells[2].isEmpty ? cells[1] : cells[2], ownerCountry: cells[3], isCloud: cells[4] == "y",
                isAnycast: cells[5] == "y")
        }
    }

    /// Reads every row.
    var count: Int { index.rows.count }
}
