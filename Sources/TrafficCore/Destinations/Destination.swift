/// Who received a flow: the responder by its best name, and what the lists know of it (DESIGN.md §4).
public struct Destination: Hashable, Sendable {
    /// Where the name comes from, best first.
    public enum NameSource: String, Sendable { case sni, host, dns, certificate, address }

    /// Lower-case host name without trailing dot; the address text when there is no name.
    public var name: String
    public var nameSource: NameSource
    /// Of the name, by the public suffix list; nil for an address or a public suffix itself.
    public var registrableDomain: String?
    public var owner: String?
    /// The company that controls the owner; the owner itself when nobody does.
    public var ownerParent: String?
    /// Seat of the owner, ISO 3166-1 alpha-2: jurisdiction, not where the machine stands.
    public var ownerCountry: String?
    /// A category of `data/destinations.tsv`, such as "analytics".
    public var category: String?
    /// Infrastructure rented out to many customers: never first party by itself.
    public var isShared = false
    /// "high", "medium" or "low", and the sources that say so, as in the catalogue; `category:NAME` supports the category only; "asn"
    /// where only the address's autonomous system tells the owner.
    public var confidence: String?
    public var listSource: String?
    /// The rule that matched, of the catalogue or of a list, such as "tiktokv.com" or "log*.tiktokv.com"; "AS32934" where a system
    /// tells the owner.
    public var matchedRule: String?
    /// Who runs the machine behind the name by the DNS answer's chain of CNAMEs, where that is somebody else; nil when nobody is known, or
    /// the name's own owner stands by itself. It changes neither owner nor party.
    public var aliasOwner: AliasOwner? {
        get { rareAliasOwner.first }
        set { rareAliasOwner = newValue.map { [$0] } ?? [] }
    }
    /// One or none: few flows have it, and an array is one word in all the others.
    private var rareAliasOwner: [AliasOwner] = []
    /// Country of the network of the responder's address, ISO 3166-1 alpha-2; nil when unknown, never guessed.
    public var country: String?
    /// The autonomous system that announces the responder's address; nil when unknown.
    public var system: AutonomousSystem?
    /// Why `country` says little of where the data go; nil when nothing is known against it.
    public var placeNote: PlaceNote?
    /// The responder's address.
    public var address: IPAddress

    public init(name: String, nameSource: NameSource, address: IPAddress) {
        (self.name, self.nameSource, self.address) = (name, nameSource, address)
    }
}

/// The owner of a name that DNS gave as what another name is an alias of (CNAME).
public struct AliasOwner: Hashable, Sendable {
    /// The alias that told it.
    public var name: String
    public var owner: String
    public var ownerParent: String
    /// A category of `data/destinations.tsv`.
    public var category: String?
    /// Infrastructure rented out to many customers: who answers is no statement about who receives.
    public var isShared: Bool

    public init(name: String, owner: String, ownerParent: String, category: String?, isShared: Bool) {
        (self.name, self.owner, self.ownerParent, self.category, self.isShared) = (name, owner, ownerParent, category, isShared)
    }
}

/// Whose destination it is, as seen from the app (DESIGN.md §4).
public enum Party: String, Sendable { case first, platform, infrastructure, third, unknown }
