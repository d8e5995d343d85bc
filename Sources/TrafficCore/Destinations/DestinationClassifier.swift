/// Gives each flow record its destination and party: best name of the responder, registrable domain, what the catalogue
/// and the user's lists say of the name, country and autonomous system of the address (DESIGN.md §4).
///
/// A value with a bounded cache: one for each thread. The same record gives the same answer, whatever came before.
public struct DestinationClassifier {
    private let catalogue: DestinationCatalogue
    private let geography: GeoDatabase?
    private var cache: [Key: Answer] = [:]
    /// The cache is emptied when it is full: about a megabyte, and the same answers.
    private static let cacheLimit = 4096

    private struct Key: Hashable {
        var name: String
        var isCover: Bool
        /// In `apps`; 0 for none.
        var app: Int
    }
    /// The apps that the answers in `cache` are for, and the latest one's number: most flows follow one of the same app.
    private var apps: [String: Int] = [:]
    private var latestApp: (id: String?, number: Int) = (nil, 0)
    /// What a name decides, for one app. Of `destination`, address and place are each flow's own.
    private struct Answer {
        var destination: Destination
        var isListed: Bool
        var party: Party
    }

    /// What addresses tell, kept by their low bits: the few servers of a capture come again and again. References, since each
    /// capture begins with a copy of the table.
    private var places = [AddressPlace?](repeating: nil, count: 1024)

    public init(catalogue: DestinationCatalogue = DestinationCatalogue(), geography: GeoDatabase?) {
        (self.catalogue, self.geography) = (catalogue, geography)
    }

    /// Sets `destination` and `party` of `record`. `app` is the app that sent the flow; nil when that is not known.
    public mutating func classify(_ record: inout FlowRecord, app: AppIdentity?) {
        // Where the phone is the responder (it serves, or the capture began mid-stream), the other side is the originator,
        // and names in the flow are the phone's own.
        let isAnswering = record.phone == .responder
        let address = isAnswering ? record.originator.address : record.responder.address
        let slot = Int(truncatingIfNeeded: address.low ^ address.low >> 8 ^ address.low >> 16) & 1023
        let place: AddressPlace
        if let known = places[slot], known.address == address {
            place = known
        } else {
            place = AddressPlace(address: address, geography: geography)
            places[slot] = place
        }
        let (name, source, isCover) = isAnswering ? (nil, .address, false) : Self.bestName(of: record)
        var isListed = false, destination: Destination
        if let name {
            let answer = answer(for: name, isCover: isCover, app: app)
            destination = answer.destination
            (destination.nameSource, destination.address) = (source, address)
            record.party = answer.party
            isListed = answer.isListed
            if !record.facts.dnsAliases.isEmpty, !isCover, HostName.canonical(record.dnsName ?? "") == name {
                destination.aliasOwner = aliasOwner(behind: answer, record.facts.dnsAliases, app: app)
            }
        } else {
            destination = place.unnamed
            record.party = destination.ownerParent.map { Self.party(of: $0, app: app) } ?? .unknown
        }
        // Who resolves names or tells the time is known by what it does, whoever it is.
        if !isListed, let category = ServiceCategory(service: record.service).category { destination.category = category }
        destination.put(place.network)
        record.destination = destination
    }

    /// What a canonical name decides for one app: whose it is, whether a list says what it is for, and the party.
    mutating func judged(_ name: String, isCover: Bool, app: AppIdentity?) -> (destination: Destination, isListed: Bool, party: Party) {
        let answer = answer(for: name, isCover: isCover, app: app)
        return (answer.destination, answer.isListed, answer.party)
    }

    private mutating func answer(for name: String, isCover: Bool, app: AppIdentity?) -> Answer {
        if app?.id != latestApp.id { latestApp = (app?.id, number(of: app)) }
        let key = Key(name: name, isCover: isCover, app: latestApp.number)
        if let known = cache[key] { return known }
        // A CNAME behind the name is not asked here: it says whose machine answers, not who receives.
        let facts = isCover ? nil : catalogue.facts(for: name)
        var destination = NamedDestination(name: name)
        if let facts {
            (destination.owner, destination.ownerParent, destination.ownerCountry) = (facts.owner, facts.ownerParent, facts.ownerCountry)
            (destination.category, destination.isShared) = (facts.category, facts.isShared)
            (destination.confidence, destination.listSource, destination.matchedRule) = (facts.confidence, facts.sources, facts.rule)
        }
        let own = isCover ? nil : app.flatMap { app in app.ownDomains.first { HostName.lies(name, atOrBelow: $0) } }
        if let own, !(facts?.isOwnerBeforeOwnDomains ?? false), let app, let owner = app.owner {
            // What the app's maker is known to run, by the study or data/apps.tsv; a list may still know what it is for.
            (destination.owner, destination.ownerParent, destination.ownerCountry) = (owner, app.ownerParent ?? owner, nil)
            let support = facts?.category == nil ? "" : ",category:" + (facts?.sources ?? "")
            destination.category = facts?.category ?? "first-party-platform"
            (destination.listSource, destination.matchedRule) = ("own domains of the app" + support, own)
            (destination.isShared, destination.confidence) = (false, nil)
        }
        destination.registrableDomain = RegistrableDomain.of(name)
        let made = Answer(
            destination: Destination(destination, nameSource: .sni, address: IPAddress(v4: 0)),
            isListed: destination.category != nil || own != nil, party: Self.party(destination, name: isCover ? nil : name, app: app))
        if cache.count >= Self.cacheLimit { cache.removeAll(keepingCapacity: true) }
        cache[key] = made
        return made
    }

    private mutating func number(of app: AppIdentity?) -> Int {
        guard let app else { return 0 }
        if let known = apps[app.id] { return known }
        if apps.count >= Self.cacheLimit {
            apps.removeAll(keepingCapacity: true)
            cache.removeAll(keepingCapacity: true)
        }
        apps[app.id] = apps.count + 1
        return apps.count
    }

    /// Who runs the machine behind a name, by its chain of CNAMEs. Asked where the name itself leaves it open: it has no owner, is the
    /// app's own (which cloaking makes it look like), or lies on rented machines. The first owner in the chain who is another than the
    /// name's counts, one that rents out machines only when there is no other.
    private mutating func aliasOwner(behind answer: Answer, _ aliases: [String], app: AppIdentity?) -> AliasOwner? {
        let own = answer.destination
        guard own.owner == nil || own.isShared || answer.party == .first else { return nil }
        var rented: AliasOwner?
        for alias in aliases {
            guard let name = HostName.canonical(alias) else { continue }
            let behind = self.answer(for: name, isCover: false, app: app).destination
            guard let owner = behind.owner, let parent = behind.ownerParent, parent != own.ownerParent else { continue }
            let found = AliasOwner(name: name, owner: owner, ownerParent: parent, category: behind.category, isShared: behind.isShared)
            if !found.isShared { return found }
            if rented == nil { rented = found }
        }
        return rented
    }

    /// The responder's best name: SNI, HTTP host, DNS answer, what its certificate is for; nil when only the address is left. A cover name of Encrypted
    /// ClientHello gives way to the DNS name, and without one stands as a name whose owner says nothing.
    static func bestName(of record: FlowRecord) -> (name: String?, source: Destination.NameSource, isCover: Bool) {
        if let sni = record.serverName.flatMap(HostName.canonical) {
            guard record.encryptedClientHello else { return (sni, .sni, false) }
            let dns = record.dnsName.flatMap(HostName.canonical)
            return sni == dns ? (sni, .sni, false) : dns.map { ($0, .dns, false) } ?? (sni, .sni, true)
        }
        if let name = record.connectionName.flatMap(HostName.canonical) { return (name, .sni, false) }
        for host in record.httpHosts {
            if let name = hostName(host) { return (name, .host, false) }
        }
        if let name = record.dnsName.flatMap(HostName.canonical) { return (name, .dns, false) }
        for name in record.certificate?.hostNames.prefix(8) ?? [] {
            // What a wildcard stands for is not known: the domain is.
            if let name = HostName.canonical(name.hasPrefix("*.") ? String(name.dropFirst(2)) : name) { return (name, .certificate, false) }
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
        switch service {
        case "dns": self = .resolver
        case "ntp": self = .time
        default: self = .none
        }
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
