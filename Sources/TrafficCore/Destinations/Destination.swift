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
    /// "high", "medium" or "low", and the lists that say so, as in the catalogue; "asn" where only the address's autonomous
    /// system tells the owner.
    public var confidence: String?
    public var listSource: String?
    /// The catalogue row that matched, such as "tiktokv.com" or "log*.tiktokv.com"; "AS32934" where a system tells the owner.
    public var matchedRule: String?
    /// Country of the network of the responder's address, ISO 3166-1 alpha-2; nil when unknown, never guessed.
    public var country: String?
    /// Number of the autonomous system that announces the responder's address; nil when unknown.
    public var autonomousSystem: UInt32?
    /// Name of that system, as the database has it.
    public var systemName: String?
    /// Why `country` says little of where the data go; nil when nothing is known against it.
    public var placeNote: PlaceNote?
    /// The responder's address.
    public var address: IPAddress

    public init(name: String, nameSource: NameSource, address: IPAddress) {
        (self.name, self.nameSource, self.address) = (name, nameSource, address)
    }
}

/// Whose destination it is, as seen from the app (DESIGN.md §4).
public enum Party: String, Sendable { case first, platform, infrastructure, third, unknown }
