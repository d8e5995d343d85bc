/// Whose the flows of a row are.
public enum SenderRole: String, Sendable {
    case app
    /// The phone's own system.
    case system
    /// Labels of several apps on one flow.
    case conflict
    case unattributed

    init(_ record: borrowing FlowRecord) {
        if record.system != nil {
            self = .system
        } else if record.app != nil {
            self = .app
        } else {
            self = record.attribution == .conflict ? .conflict : .unattributed
        }
    }
}

/// What one app sent and received, over all captures that were read; or the system, or nobody that is known.
public struct AppSummary: Sendable {
    /// The app's id; nil for flows that are no app's.
    public internal(set) var app: String?
    public internal(set) var role: SenderRole
    /// Its flows are guessed to be the app's; those that evidence gives to it are in another summary.
    public internal(set) var isGuessed: Bool
    /// What to call it.
    public var title: String {
        switch role {
        case .app: (app ?? "unattributed") + (isGuessed ? " (guessed)" : "")
        case .system: "the phone's system"
        case .conflict: "several apps' labels"
        case .unattributed: "unattributed"
        }
    }
    /// Of the system: octets up by kind of traffic; of a conflict: the apps that flows were labelled with, with flows.
    public internal(set) var systemUp: [SystemTraffic.Kind: Int] = [:]
    public internal(set) var candidates: [String] = []
    /// How flows came to this app, in the order of `AttributionSource`'s text.
    public internal(set) var attributions: [AttributionSource] = []
    /// Flows with a known phone.
    public internal(set) var sum = TrafficSum()
    public internal(set) var phases = PhaseAmounts()
    /// What could be read of what it sent; packets of no flow are not in it.
    public internal(set) var ledger = Ledger()
    /// Flows of no known phone: they count in no metric. `up` is from the originator.
    public internal(set) var unknownPhone = TrafficSum()
    /// Most octets up first, then by name (UTF-8). Only flows with a known phone; `unknownPhoneDestinations` has the rest.
    public internal(set) var destinations: [DestinationSummary] = []
    public internal(set) var unknownPhoneDestinations: [DestinationSummary] = []
    private var countrySums: [String: TrafficSum] = [:]
    /// By owner, by country, trackers by owner and category, by category, by party: derived from `destinations` (the countries' sums from
    /// flows), in the same order.
    public internal(set) var owners: [OwnerSummary] = []
    public internal(set) var countries: [CountrySummary] = []
    public internal(set) var trackers: [TrackerSummary] = []
    public internal(set) var categories: [TrafficGroup] = []
    public internal(set) var parties: [TrafficGroup] = []
    /// Most flows first.
    public internal(set) var services: [ServiceCount] = []
    /// Libraries that probably made the TLS hellos (a hint), with flows; the kind in place of a version. Most flows first.
    public internal(set) var clientLibraries: [ServiceCount] = []
    /// User agents seen in clear text, sorted; at most 16.
    public internal(set) var userAgents: [String] = []
    /// Server names that are cover names (Encrypted Client Hello), sorted; at most 16.
    public internal(set) var coverNames: [String] = []
    public internal(set) var coveredFlows = 0
    public internal(set) var dnsFlows = 0
    /// Flows that resolve names in secret (DNS over TLS, QUIC or HTTPS), and that encrypt the server's name by ESNI.
    public internal(set) var encryptedDNSFlows = 0
    public internal(set) var encryptedNameFlows = 0

    init(app: String?, role: SenderRole? = nil, isGuessed: Bool = false) {
        (self.app, self.role, self.isGuessed) = (app, role ?? (app == nil ? .unattributed : .app), isGuessed)
    }

    mutating func add(_ record: FlowRecord, _ amount: TrafficSum) {
        if record.phone == .unknown { unknownPhone.add(amount) } else { add(amount, country: record.destination?.country) }
        insert(record.attribution)
        if let kind = record.system?.kind, record.phone != .unknown { systemUp[kind, default: 0].addSaturating(amount.up) }
        for candidate in record.appCandidates { DestinationSummary.insert(candidate, into: &candidates) }
        ServiceCount.add(record.service ?? record.transport.name, record.version, flows: 1, to: &services)
        if let library = record.clientLibrary { ServiceCount.add(library.name, library.kind.rawValue, flows: 1, to: &clientLibraries) }
        if record.encryptedDNS != nil { encryptedDNSFlows.addSaturating(1) }
        if record.encryptedServerName { encryptedNameFlows.addSaturating(1) }
        if let agent = record.userAgent { DestinationSummary.insert(agent, into: &userAgents) }
        if record.encryptedClientHello {
            coveredFlows.addSaturating(1)
            if let name = record.serverName { DestinationSummary.insert(name, into: &coverNames) }
        }
        if record.service == "dns" { dnsFlows.addSaturating(1) }
    }

    /// What went to networks of one country; nil where it is not known.
    mutating func add(_ amount: TrafficSum, country: String?) {
        sum.add(amount)
        countrySums[country ?? "", default: TrafficSum()].add(amount)
    }

    mutating func merge(_ other: AppSummary) {
        sum.add(other.sum)
        for (country, amount) in other.countrySums { countrySums[country, default: TrafficSum()].add(amount) }
        phases.add(other.phases)
        ledger.add(other.ledger)
        unknownPhone.add(other.unknownPhone)
        for source in other.attributions { insert(source) }
        for (kind, octets) in other.systemUp { systemUp[kind, default: 0].addSaturating(octets) }
        for candidate in other.candidates { DestinationSummary.insert(candidate, into: &candidates) }
        for service in other.services { ServiceCount.add(service.name, service.version, flows: service.flows, to: &services) }
        for library in other.clientLibraries { ServiceCount.add(library.name, library.version, flows: library.flows, to: &clientLibraries) }
        encryptedDNSFlows.addSaturating(other.encryptedDNSFlows)
        encryptedNameFlows.addSaturating(other.encryptedNameFlows)
        for agent in other.userAgents { DestinationSummary.insert(agent, into: &userAgents) }
        for name in other.coverNames { DestinationSummary.insert(name, into: &coverNames) }
        coveredFlows.addSaturating(other.coveredFlows)
        dnsFlows.addSaturating(other.dnsFlows)
    }

    private mutating func insert(_ source: AttributionSource) {
        guard !attributions.contains(source) else { return }
        attributions.append(source)
        attributions.sort { $0.rawValue.precedes($1.rawValue) }
    }

    /// Sorts the rows and derives what is counted from them.
    mutating func finish(_ rows: [DestinationSummary], unknownPhone unknownRows: [DestinationSummary]) {
        services.sort(by: ServiceCount.precedes)
        clientLibraries.sort(by: ServiceCount.precedes)
        destinations = Self.ordered(rows)
        unknownPhoneDestinations = Self.ordered(unknownRows)
        owners = OwnerSummary.rows(of: destinations)
        countries = CountrySummary.rows(of: destinations, countrySums)
        trackers = TrackerSummary.rows(of: destinations)
        categories = TrafficGroup.rows(of: destinations) { $0.category }
        parties = TrafficGroup.rows(of: destinations) { $0.party?.rawValue }
    }

    private static func ordered(_ rows: [DestinationSummary]) -> [DestinationSummary] {
        var rows = rows
        for index in rows.indices { rows[index].sortServices() }
        rows.sort { a, b in
            if a.isOthers != b.isOthers { return b.isOthers }
            return a.sum.up != b.sum.up ? a.sum.up > b.sum.up : DestinationSummary.Identity.precedes(a.identity, b.identity)
        }
        return rows
    }
}

/// What one app exchanged with one owner.
public struct OwnerSummary: Sendable {
    /// nil for destinations that no list knows.
    public var owner: String?
    public var ownerParent: String?
    public var ownerCountry: String?
    public var destinations = 0
    /// Sorted.
    public var categories: [String] = []
    /// Sorted by text.
    public var parties: [Party] = []
    public var sum = TrafficSum()

    /// One row an owner, most octets up first; destinations without one share a row.
    public static func rows(of destinations: [DestinationSummary]) -> [OwnerSummary] {
        var rows: [OwnerSummary] = [], index: [String?: Int] = [:]
        for destination in destinations {
            let place = index[destination.owner] ?? rows.count
            if place == rows.count {
                index[destination.owner] = place
                rows.append(OwnerSummary(owner: destination.owner, ownerParent: destination.ownerParent, ownerCountry: destination.ownerCountry))
            }
            rows[place].destinations += 1
            rows[place].sum.add(destination.sum)
            if let category = destination.category { DestinationSummary.insert(category, into: &rows[place].categories) }
            if let party = destination.party, !rows[place].parties.contains(party) { rows[place].parties.append(party) }
        }
        for place in rows.indices { rows[place].parties.sort { $0.rawValue.precedes($1.rawValue) } }
        return rows.sorted { a, b in
            a.sum.up != b.sum.up ? a.sum.up > b.sum.up : (a.owner ?? "").precedes(b.owner ?? "")
        }
    }
}

/// What one app exchanged with networks of one country.
public struct CountrySummary: Sendable {
    /// ISO 3166-1 alpha-2; nil when unknown.
    public var country: String?
    /// Destinations with a machine there, as far as a row tells them (`DestinationSummary.valueLimit` countries); one may be in several.
    public var destinations = 0
    public var sum = TrafficSum()

    /// - Parameter sums: by country; "" for unknown.
    static func rows(of destinations: [DestinationSummary], _ sums: [String: TrafficSum]) -> [CountrySummary] {
        var counts: [String: Int] = [:]
        for destination in destinations {
            for country in destination.countries.isEmpty ? [""] : destination.countries { counts[country, default: 0] += 1 }
        }
        return sums.map { CountrySummary(country: $0.isEmpty ? nil : $0, destinations: counts[$0] ?? 0, sum: $1) }.sorted { a, b in
            a.sum.up != b.sum.up ? a.sum.up > b.sum.up : (a.country ?? "").precedes(b.country ?? "")
        }
    }
}

/// What one app exchanged with one owner in one of `DestinationSummary.trackerCategories`.
public struct TrackerSummary: Sendable {
    /// The owner; the registrable domain or the name without one.
    public var owner: String
    public var category: String
    /// Registrable domains (else names), sorted; at most 16.
    public var domains: [String] = []
    public var sum = TrafficSum()

    static func rows(of destinations: [DestinationSummary]) -> [TrackerSummary] {
        struct Key: Hashable { var owner: String, category: String }
        var rows: [TrackerSummary] = [], index: [Key: Int] = [:]
        for destination in destinations {
            guard destination.isTracker, let category = destination.category else { continue }
            let domain = destination.registrableDomain ?? destination.name
            let key = Key(owner: destination.owner ?? domain, category: category)
            let place = index[key] ?? rows.count
            if place == rows.count {
                index[key] = place
                rows.append(TrackerSummary(owner: key.owner, category: category))
            }
            DestinationSummary.insert(domain, into: &rows[place].domains)
            rows[place].sum.add(destination.sum)
        }
        return rows.sorted { a, b in
            if a.sum.up != b.sum.up { return a.sum.up > b.sum.up }
            return a.owner == b.owner ? a.category.precedes(b.category) : a.owner.precedes(b.owner)
        }
    }
}
