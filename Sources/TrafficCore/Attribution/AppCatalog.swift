/// One app, and whose it is.
public struct AppIdentity: Hashable, Sendable {
    /// The app id, such as "tiktok".
    public var id: String
    /// Owner and the company that controls it, spelled as in the destination catalogue; nil when not known beyond doubt.
    public var owner: String?
    public var ownerParent: String?
    /// What kind of app it is, such as "messaging"; "mixed" and "device" are no single app; "" when unknown.
    public var kind: String
    /// Names the app's maker runs, beyond what the destination catalogue says of the owner; lower case.
    public var ownDomains: [String]

    public init(id: String, owner: String? = nil, ownerParent: String? = nil, kind: String = "", ownDomains: [String] = []) {
        (self.id, self.owner, self.ownerParent, self.kind, self.ownDomains) = (id, owner, ownerParent ?? owner, kind, ownDomains)
    }

    /// The unit of statistics: apps of one owner count once (METHOD.md §1); the app itself when the owner is not known.
    public var group: String { ownerParent ?? owner ?? id }
}

/// Maps what a capture calls an app (file stem, folder, package, bundle id) to the app.
public struct AppCatalog: Sendable {
    private let index: RowIndex

    /// The catalogue that is compiled in (`data/apps.tsv`).
    public init() { self.init(rows: Self.builtInRows) }

    /// A catalogue of other rows, in the form of `builtInRows`; a line with other than six columns is left out, and of two
    /// rows with one alias the first has it.
    public init(rows: String) { index = RowIndex(rows, columns: 6, key: 1) }

    private static func identity(_ cells: [String]) -> AppIdentity {
        AppIdentity(
            id: cells[0], owner: cells[2].isEmpty ? nil : cells[2], ownerParent: cells[3].isEmpty ? nil : cells[3], kind: cells[4],
            ownDomains: cells[5].utf8.split(separator: 0x2c).map { String(Substring($0)) })
    }

    /// The app that `alias` names, letter case aside; nil when no row does.
    public func identity(forAlias alias: String) -> AppIdentity? { index.row(alias.lowercased()).map(Self.identity) }

    /// The app that `alias` names; when no row does, an app of that name without an owner.
    public func identity(orUnknown alias: String) -> AppIdentity {
        identity(forAlias: alias) ?? AppIdentity(id: alias)
    }

    public func knows(_ alias: String) -> Bool { index.has(alias.lowercased()) }

    /// Every app, sorted by id. Reads every row.
    public var all: [AppIdentity] { index.rows.map(Self.identity).sorted { $0.id < $1.id } }
}
