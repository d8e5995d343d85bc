/// Gives each flow record its destination and party: best name of the responder, registrable domain, what the catalogue
/// and the user's lists say of the name, country and autonomous system of the address (DESIGN.md §4).
///
/// A value with bounded caches: one for each thread. The same record gives the same answer, whatever came before.
public struct DestinationClassifier {
    private let catalogue: DestinationCatalogue
    private let geography: GeoDatabase?
    private var names = HostNameTable(unknown: KnownName())
    /// What addresses tell, kept by their low bits: the few servers of a capture come again and again.
    private var places = [KnownPlace](repeating: KnownPlace(), count: 1024)
    /// The latest app of those who have no reference to theirs.
    private var latestApp: Shared<AppIdentity>?

    private struct KnownPlace {
        /// nil: none yet.
        var address: IPAddress?
        var network = AddressNetwork()
    }

    /// What is known of a name: nothing until it is asked for.
    private struct KnownName {
        var facts: Shared<NameFacts>?
        /// For the app, and the kind of asking, that came last: most flows to one name are one app's.
        var answer: Answer?
        /// What only systems ask it for.
        var systemKind: SystemTraffic.Kind??
    }

    /// What a name tells, whoever asks.
    private struct NameFacts: Sendable {
        var listed: DestinationFacts?
        var named: Shared<NamedDestination>
    }

    /// What a name decides, for one app.
    private struct Answer {
        var app: Shared<AppIdentity>?
        var isCover: Bool
        var named: Shared<NamedDestination>
        var isListed: Bool
        var party: Party
    }

    /// Whom a flow is with, as places in the caches: good until the next flow is looked at.
    struct Receiver {
        fileprivate var address: IPAddress
        fileprivate var place: Int
        fileprivate var name: Int?
        fileprivate var source: Destination.NameSource
        fileprivate var isCover: Bool
    }

    public init(catalogue: DestinationCatalogue = DestinationCatalogue(), geography: GeoDatabase?) {
        (self.catalogue, self.geography) = (catalogue, geography)
    }

    /// Sets `destination` and `party` of `record`. `app` is the app that sent the flow; nil when that is not known.
    public mutating func classify(_ record: inout FlowRecord, app: AppIdentity?) {
        if let app, latestApp?.value != app { latestApp = Shared(app) }
        let receiver = receiver(of: &record)
        classify(&record, receiver, app: app == nil ? nil : latestApp)
    }

    /// Finds the address and the best name of whom the flow is with. Changes nothing of `record`, which would be copied if it were lent.
    mutating func receiver(of record: inout FlowRecord) -> Receiver {
        // Where the phone is the responder (it serves, or the capture began mid-stream), the other side is the originator,
        // and names in the flow are the phone's own.
        let isAnswering = record.phone == .responder
        let address = isAnswering ? record.originator.address : record.responder.address
        let place = Int(truncatingIfNeeded: address.low ^ address.low >> 8 ^ address.low >> 16) & 1023
        if places[place].address != address {
            places[place] = KnownPlace(address: address, network: geography?.network(of: address) ?? AddressNetwork())
        }
        guard !isAnswering else { return Receiver(address: address, place: place, name: nil, source: .address, isCover: false) }
        names.makeRoom()
        let (name, source, isCover) = Self.bestName(of: &record) { text, isHost in names.find(text, isHost: isHost) }
        return Receiver(address: address, place: place, name: name, source: source, isCover: isCover)
    }

    /// What only phones' systems ask the receiver's name for; nil when apps may ask it as well.
    mutating func systemKind(of receiver: Receiver, by catalog: SystemCatalog) -> SystemTraffic.Kind? {
        guard let name = receiver.name else { return nil }
        if let known = names[name].systemKind { return known }
        let kind = catalog.kind(ofDestination: names.text(name))
        names[name].systemKind = .some(kind)
        return kind
    }

    /// `receiver` is that of this record.
    mutating func classify(_ record: inout FlowRecord, _ receiver: Receiver, app: Shared<AppIdentity>?) {
        guard let name = receiver.name else {
            let named = places[receiver.place].network.system?.unnamed ?? NamedDestination.unknown
            record.party = named.value.ownerParent.map { Self.party(of: $0, app: app?.value) } ?? .unknown
            record.destination = Destination(
                named, nameSource: receiver.source, address: receiver.address, network: places[receiver.place].network,
                service: ServiceCategory(service: record.service))
            return
        }
        let answer = answer(for: name, isCover: receiver.isCover, app: app)
        record.party = answer.party
        // Who resolves names or tells the time is known by what it does, whoever it is.
        record.destination = Destination(
            answer.named, nameSource: receiver.source, address: receiver.address, network: places[receiver.place].network,
            service: answer.isListed ? .none : ServiceCategory(service: record.service))
        if !record.facts.dnsAliases.isEmpty, !receiver.isCover, record.facts.dnsName.flatMap({ names.find($0, isHost: false) }) == name {
            record.destination?.aliasOwner = aliasOwner(behind: answer, record.facts.dnsAliases, app: app)
        }
    }

    /// What a canonical name decides for one app: whose it is, whether a list says what it is for, and the party.
    mutating func judged(_ name: String, isCover: Bool, app: AppIdentity?) -> (destination: Destination, isListed: Bool, party: Party) {
        if let app, latestApp?.value != app { latestApp = Shared(app) }
        names.makeRoom()
        guard let place = names.find(name, isHost: false) else {
            return (Destination(name: name, nameSource: .sni, address: IPAddress(v4: 0)), false, .unknown)
        }
        let answer = answer(for: place, isCover: isCover, app: app == nil ? nil : latestApp)
        let destination = Destination(
            answer.named, nameSource: .sni, address: IPAddress(v4: 0), network: AddressNetwork(), service: .none)
        return (destination, answer.isListed, answer.party)
    }

    private mutating func answer(for name: Int, isCover: Bool, app: Shared<AppIdentity>?) -> Answer {
        if let known = names[name].answer, known.app === app, known.isCover == isCover { return known }
        let made = makeAnswer(for: name, isCover: isCover, app: app)
        names[name].answer = made
        return made
    }

    private mutating func makeAnswer(for name: Int, isCover: Bool, app: Shared<AppIdentity>?) -> Answer {
        let facts = facts(of: name), text = names.text(name)
        if isCover {
            let named = NamedDestination(name: text, registrableDomain: facts.named.value.registrableDomain)
            return Answer(app: app, isCover: true, named: Shared(named), isListed: false, party: .unknown)
        }
        var named = facts.named
        let own = app.flatMap { app in app.value.ownDomains.first { HostName.lies(text, atOrBelow: $0) } }
        if let own, !(facts.listed?.isOwnerBeforeOwnDomains ?? false), let app, let owner = app.value.owner {
            // What the app's maker is known to run, by the study or data/apps.tsv; a list may still know what it is for.
            var changed = named.value
            (changed.owner, changed.ownerParent, changed.ownerCountry) = (owner, app.value.ownerParent ?? owner, nil)
            let support = changed.category == nil ? "" : ",category:" + (changed.listSource ?? "")
            changed.category = changed.category ?? "first-party-platform"
            (changed.listSource, changed.matchedRule) = ("own domains of the app" + support, own)
            (changed.isShared, changed.confidence) = (false, nil)
            named = Shared(changed)
        }
        return Answer(
            app: app, isCover: false, named: named, isListed: named.value.category != nil || own != nil,
            party: Self.party(named.value, name: text, app: app?.value))
    }

    private mutating func facts(of name: Int) -> NameFacts {
        if let known = names[name].facts { return known.value }
        let text = names.text(name)
        var named = NamedDestination(name: text, registrableDomain: RegistrableDomain.of(text))
        // A CNAME behind the name is not asked here: it says whose machine answers, not who receives.
        let listed = catalogue.facts(for: text)
        if let listed {
            (named.owner, named.ownerParent, named.ownerCountry) = (listed.owner, listed.ownerParent, listed.ownerCountry)
            (named.category, named.isShared) = (listed.category, listed.isShared)
            (named.confidence, named.listSource, named.matchedRule) = (listed.confidence, listed.sources, listed.rule)
        }
        let made = NameFacts(listed: listed, named: Shared(named))
        names[name].facts = Shared(made)
        return made
    }

    /// Who runs the machine behind a name, by its chain of CNAMEs. Asked where the name itself leaves it open: it has no owner, is the
    /// app's own (which cloaking makes it look like), or lies on rented machines. The first owner in the chain who is another than the
    /// name's counts, one that rents out machines only when there is no other.
    private mutating func aliasOwner(behind answer: Answer, _ aliases: [String], app: Shared<AppIdentity>?) -> AliasOwner? {
        let own = answer.named.value
        guard own.owner == nil || own.isShared || answer.party == .first else { return nil }
        var rented: AliasOwner?
        for alias in aliases {
            guard let name = names.find(alias, isHost: false) else { continue }
            let behind = self.answer(for: name, isCover: false, app: app).named.value
            guard let owner = behind.owner, let parent = behind.ownerParent, parent != own.ownerParent else { continue }
            let found = AliasOwner(
                name: names.text(name), owner: owner, ownerParent: parent, category: behind.category, isShared: behind.isShared)
            if !found.isShared { return found }
            if rented == nil { rented = found }
        }
        return rented
    }

    /// The responder's best name: SNI, HTTP host, DNS answer, what its certificate is for; nil when only the address is left. A cover
    /// name of Encrypted ClientHello gives way to the DNS name, and without one stands as a name whose owner says nothing.
    static func bestName(of record: FlowRecord) -> (name: String?, source: Destination.NameSource, isCover: Bool) {
        var record = record
        return bestName(of: &record) { text, isHost in isHost ? hostName(text) : HostName.canonical(text) }
    }

    /// The same, of names as `read` has them, which says nil for what is no host name. `isHost`: the text is an HTTP host field.
    @inline(__always)
    private static func bestName<Name: Equatable>(of record: inout FlowRecord, _ read: (_ text: String, _ isHost: Bool) -> Name?)
        -> (name: Name?, source: Destination.NameSource, isCover: Bool) {
        if let text = record.facts.serverName, let sni = read(text, false) {
            guard record.facts.hasEncryptedClientHello else { return (sni, .sni, false) }
            guard let text = record.facts.dnsName, let dns = read(text, false) else { return (sni, .sni, true) }
            return sni == dns ? (sni, .sni, false) : (dns, .dns, false)
        }
        if record.hasDetails, let text = record.connectionName, let name = read(text, false) { return (name, .sni, false) }
        for host in record.facts.httpHosts {
            if let name = read(host, true) { return (name, .host, false) }
        }
        if let text = record.facts.dnsName, let name = read(text, false) { return (name, .dns, false) }
        for name in record.certificate?.hostNames.prefix(8) ?? [] {
            // What a wildcard stands for is not known: the domain is.
            if let name = read(name.hasPrefix("*.") ? String(name.dropFirst(2)) : name, false) { return (name, .certificate, false) }
        }
        return (nil, .address, false)
    }

    /// The name in an HTTP host field ("host" or "host:port", RFC 9110 §7.2); nil for an address and for no name.
    static func hostName(_ field: String) -> String? {
        guard let colon = field.utf8.lastIndex(of: 0x3a) else { return HostName.canonical(field) }
        let port = field.utf8[field.utf8.index(after: colon)...]
        guard port.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return HostName.canonical(String(field[..<colon]))
    }

    /// Party (METHOD.md §1, DESIGN.md §4): first for the app's own domains and its owner's company, rented machines
    /// excepted; infrastructure for these; platform for what the maker of the system runs for the system; else third.
    /// Unknown when the destination's owner is, or the app's: then nobody can say whether they are one.
    static func party(_ destination: NamedDestination, name: String?, app: AppIdentity?) -> Party {
        if let name, let app, app.ownDomains.contains(where: { HostName.lies(name, atOrBelow: $0) }) { return .first }
        guard let owner = destination.ownerParent else { return .unknown }
        if destination.isShared { return .infrastructure }
        if let parent = app?.ownerParent, parent == owner { return .first }
        if systemVendors.contains(owner), let category = destination.category, systemCategories.contains(category) { return .platform }
        return app?.ownerParent == nil ? .unknown : .third
    }

    /// The same for an address without a name, whose owner only its autonomous system tells: what it serves is not known, so
    /// it is never platform.
    static func party(of ownerParent: String, app: AppIdentity?) -> Party {
        guard let parent = app?.ownerParent else { return .unknown }
        return parent == ownerParent ? .first : .third
    }

    /// Companies that make the operating system of phones, by `owner_parent`.
    private static let systemVendors: Set<String> = [
        "Alphabet", "Apple", "Honor Device", "Huawei", "LG", "Lenovo", "Microsoft", "OPPO (BBK)", "Samsung", "Transsion",
        "Xiaomi", "vivo (BBK)",
    ]
    private static let systemCategories: Set<String> = [
        "os-platform", "time-connectivity-check", "push-messaging", "certificate-status",
    ]
}

/// What a destination is for, told by the service alone; used where the catalogue has no row.
enum ServiceCategory: UInt8, Hashable {
    case none, resolver, time

    init(service: String?) {
        // Asked for most flows: the length is enough for nearly all of them.
        guard let service, service.utf8.count == 3 else {
            self = .none
            return
        }
        self = service == "dns" ? .resolver : service == "ntp" ? .time : .none
    }

    /// A category of `data/destinations.tsv`.
    var category: String? {
        switch self {
        case .none: nil
        case .resolver: "dns-resolver"
        case .time: "time-connectivity-check"
        }
    }
}
