/// What the name of a destination decides, whoever asks for it and wherever its machines stand.
struct NamedDestination: Hashable, Sendable {
    /// nil: only the address is known.
    var name: String?
    var registrableDomain: String?
    var owner: String?
    var ownerParent: String?
    var ownerCountry: String?
    var category: String?
    var isShared = false
    var confidence: String?
    var listSource: String?
    var matchedRule: String?
}

/// Who received a flow: the responder by its best name, and what the lists know of it (DESIGN.md §4).
///
/// Every flow has one: references and small numbers, and texts are made by whoever asks for them.
public struct Destination: Hashable, Sendable {
    /// Where the name comes from, best first.
    public enum NameSource: String, Sendable, CaseIterable { case sni, host, dns, certificate, address }

    /// All flows to one name share this: a dozen texts would be retained for each of them.
    private var named: Shared<NamedDestination>
    /// Few flows have it.
    private var rareAliasOwner: Shared<AliasOwner>?
    /// The autonomous system that announces the responder's address; nil when unknown.
    public var system: AutonomousSystem?
    /// The responder's address.
    public var address: IPAddress
    /// A code of `GeoCode`.
    private var countryCode: UInt16
    public var nameSource: NameSource
    /// Why `country` says little of where the data go; nil when nothing is known against it.
    public var placeNote: PlaceNote?
    /// What the protocol says of the purpose, where no list has the name.
    private var service: ServiceCategory

    public init(name: String, nameSource: NameSource, address: IPAddress) {
        self.init(Shared(NamedDestination(name: name)), nameSource: nameSource, address: address, network: AddressNetwork(), service: .none)
    }

    @inline(__always)
    init(
        _ named: Shared<NamedDestination>, nameSource: NameSource, address: IPAddress, network: borrowing AddressNetwork,
        service: ServiceCategory
    ) {
        // Of a rented machine the country may be right, and still says nothing of whoever rents it.
        let isRented = named.value.isShared && !address.isLocal && !address.isMulticast
        (self.named, self.nameSource, self.address, self.service) = (named, nameSource, address, service)
        (system, countryCode, placeNote) = (network.system, network.country, network.note ?? (isRented ? .sharedHosting : nil))
    }

    public static func == (a: Destination, b: Destination) -> Bool {
        a.texts == b.texts && a.nameSource == b.nameSource && a.rareAliasOwner?.value == b.rareAliasOwner?.value
            && a.countryCode == b.countryCode && a.system == b.system && a.placeNote == b.placeNote && a.address == b.address
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(address)
    }

    private var texts: NamedDestination {
        var texts = named.value
        (texts.name, texts.category) = (name, category)
        return texts
    }

    private subscript<Value>(_ path: WritableKeyPath<NamedDestination, Value>) -> Value {
        get { named.value[keyPath: path] }
        set {
            var changed = named.value
            changed[keyPath: path] = newValue
            named = Shared(changed)
        }
    }
}

extension Destination {
    /// Lower-case host name without trailing dot; the address text when there is no name.
    public var name: String {
        get { named.value.name ?? address.description }
        set { self[\.name] = newValue }
    }
    /// The same; nil when there is no name.
    public var hostName: String? { named.value.name }
    /// Country of the network of the responder's address, ISO 3166-1 alpha-2; nil when unknown, never guessed.
    public var country: String? {
        get { GeoCode.text(UInt32(countryCode)) }
        set {
            let letters = Array((newValue ?? "").utf8)
            countryCode = letters.count == 2 ? UInt16(truncatingIfNeeded: GeoCode.country(letters[0], letters[1])) : 0
        }
    }
    /// Of the name, by the public suffix list; nil for an address or a public suffix itself.
    public var registrableDomain: String? {
        get { named.value.registrableDomain }
        set { self[\.registrableDomain] = newValue }
    }
    public var owner: String? {
        get { named.value.owner }
        set { self[\.owner] = newValue }
    }
    /// The company that controls the owner; the owner itself when nobody does.
    public var ownerParent: String? {
        get { named.value.ownerParent }
        set { self[\.ownerParent] = newValue }
    }
    /// Seat of the owner, ISO 3166-1 alpha-2: jurisdiction, not where the machine stands.
    public var ownerCountry: String? {
        get { named.value.ownerCountry }
        set { self[\.ownerCountry] = newValue }
    }
    /// A category of `data/destinations.tsv`, such as "analytics".
    public var category: String? {
        get { named.value.category ?? service.category }
        set {
            self[\.category] = newValue
            service = .none
        }
    }
    /// Infrastructure rented out to many customers: never first party by itself.
    public var isShared: Bool {
        get { named.value.isShared }
        set { self[\.isShared] = newValue }
    }
    /// "high", "medium" or "low", and the sources that say so, as in the catalogue; `category:NAME` supports the category only; "asn"
    /// where only the address's autonomous system tells the owner.
    public var confidence: String? {
        get { named.value.confidence }
        set { self[\.confidence] = newValue }
    }
    public var listSource: String? {
        get { named.value.listSource }
        set { self[\.listSource] = newValue }
    }
    /// The rule that matched, of the catalogue or of a list, such as "tiktokv.com" or "log*.tiktokv.com"; "AS32934" where a system
    /// tells the owner.
    public var matchedRule: String? {
        get { named.value.matchedRule }
        set { self[\.matchedRule] = newValue }
    }
    /// Who runs the machine behind the name by the DNS answer's chain of CNAMEs, where that is somebody else; nil when nobody is known, or
    /// the name's own owner stands by itself. It changes neither owner nor party.
    public var aliasOwner: AliasOwner? {
        get { rareAliasOwner?.value }
        set { rareAliasOwner = newValue.map { Shared($0) } }
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
