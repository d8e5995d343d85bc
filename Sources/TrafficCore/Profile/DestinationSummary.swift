/// What one app exchanged with one destination.
public struct DestinationSummary: Sendable {
    /// Best name; the address text without one. "" for the row of destinations beyond the limit.
    public internal(set) var name: String
    public internal(set) var nameSource: Destination.NameSource
    public internal(set) var registrableDomain: String?
    public internal(set) var owner: String?
    public internal(set) var ownerParent: String?
    /// Seat of the owner, ISO 3166-1 alpha-2.
    public internal(set) var ownerCountry: String?
    /// A category of the catalogue, such as "analytics"; nil when no list knows the name.
    public internal(set) var category: String?
    public internal(set) var party: Party?
    /// Who runs the machines behind the name, where its CNAMEs tell somebody else.
    public internal(set) var aliasOwner: AliasOwner?
    /// Countries of the responders' networks, ISO 3166-1 alpha-2, sorted; empty when unknown.
    public internal(set) var countries: [String] = []
    /// Autonomous systems of the responders' addresses, by number; empty when unknown.
    public internal(set) var systems: [AutonomousSystem] = []
    /// Why the countries say little of where the data go: of the first flow that knows.
    public internal(set) var placeNote: PlaceNote?
    public internal(set) var sum = TrafficSum()
    public internal(set) var phases = PhaseAmounts()
    /// Protocols found by content, most flows first.
    public internal(set) var services: [ServiceCount] = []
    /// Server names of handshakes that differ from `name`, sorted.
    public internal(set) var serverNames: [String] = []
    /// Flows whose server name is a cover name (Encrypted Client Hello).
    public internal(set) var coveredFlows = 0
    /// This row stands for so many flows to destinations beyond the limit; 0 for a row of its own.
    public internal(set) var isOthers = false

    /// What makes a row of its own. One name may be several: a tracker's, and a cover name where the hello is encrypted; an address
    /// that resolves names, and takes something else.
    public struct Identity: Hashable, Sendable {
        var name: String
        var owner: String?
        var category: String?
        var party: Party?

        static func precedes(_ a: Identity, _ b: Identity) -> Bool {
            for (a, b) in [(a.name, b.name), (a.owner ?? "", b.owner ?? ""), (a.category ?? "", b.category ?? "")] where a != b { return a.precedes(b) }
            return (a.party?.rawValue ?? "").precedes(b.party?.rawValue ?? "")
        }
    }
    public var identity: Identity { Identity(name: name, owner: owner, category: category, party: party) }

    /// The owner, where METHOD.md §1 counts it: of an address without a name it counts the AS, not whose that is.
    public var countedOwner: String? { nameSource == .address ? nil : owner }

    /// Who it is, as METHOD.md §1 counts owners: the owner, else all of the phone's own network as one, else the AS of an
    /// address without a name, or its /24 (IPv4) or /48 (IPv6), else the registrable domain or the name.
    public var holder: String {
        if let countedOwner { return countedOwner }
        if nameSource == .address, let address = IPAddress(name) {
            let inside = address.embeddedIPv4 ?? address
            if inside.isLocal || inside.isMulticast || inside.isBroadcast { return RemoteParty.localNetwork }
            return systems.first?.label ?? ProfileDestination.block(of: address)
        }
        return registrableDomain ?? name
    }

    /// No list knows it, nor is it the app's own. Multicast and broadcast are to everybody on the phone's own network, and no company's.
    public var isUnlisted: Bool {
        guard category == nil, party != .first else { return false }
        guard nameSource == .address, let address = IPAddress(name) else { return true }
        return !address.isMulticast && !address.isBroadcast
    }

    /// Counted by the trackers of METHOD.md §2 and the wider list that reports show.
    public var isTracker: Bool { category.map(Self.trackerCategories.contains) ?? false }

    /// Categories that reports list under "trackers".
    public static let trackerCategories: Set<String> = [
        "advertising", "analytics", "attribution", "crash-reporting", "customer-engagement", "feature-flags", "social-sdk",
    ]

    init(name: String, nameSource: Destination.NameSource) { (self.name, self.nameSource) = (name, nameSource) }

    init(_ destination: Destination, party: Party?) {
        self.init(name: destination.name, nameSource: destination.nameSource)
        registrableDomain = destination.registrableDomain
        (owner, ownerParent, ownerCountry) = (destination.owner, destination.ownerParent, destination.ownerCountry)
        (category, self.party) = (destination.category, party)
    }

    /// Values of one kind kept for one destination: enough to see, bounded for captures made to fill memory.
    static let valueLimit = 16

    mutating func add(_ record: FlowRecord, _ amount: TrafficSum) {
        sum.add(amount)
        addService(record.service ?? record.transport.name, record.version, flows: 1)
        if aliasOwner == nil { aliasOwner = record.destination?.aliasOwner }
        if let destination = record.destination {
            if let country = destination.country { Self.insert(country, into: &countries) }
            if let system = destination.system { insert(system) }
            placeNote = placeNote ?? destination.placeNote
        }
        if let server = record.serverName, server != name { Self.insert(server, into: &serverNames) }
        if record.encryptedClientHello { coveredFlows.addSaturating(1) }
    }

    /// The name is nobody's known or the app's own, and is an alias of a tracker's: what is sent there goes to the tracker.
    public var isCloaked: Bool {
        guard let aliasOwner, !aliasOwner.isShared, let category = aliasOwner.category else { return false }
        return Self.trackerCategories.contains(category)
    }

    /// Adds the amounts of another row of the same identity.
    public mutating func add(_ other: DestinationSummary) {
        if aliasOwner == nil { aliasOwner = other.aliasOwner }
        sum.add(other.sum)
        phases.add(other.phases)
        for service in other.services { addService(service.name, service.version, flows: service.flows) }
        for country in other.countries { Self.insert(country, into: &countries) }
        for system in other.systems { insert(system) }
        placeNote = placeNote ?? other.placeNote
        for server in other.serverNames { Self.insert(server, into: &serverNames) }
        coveredFlows.addSaturating(other.coveredFlows)
    }

    private mutating func addService(_ name: String, _ version: String?, flows: Int) {
        ServiceCount.add(name, version, flows: flows, to: &services)
    }

    private mutating func insert(_ system: AutonomousSystem) {
        let place = systems.firstIndex { $0.number >= system.number } ?? systems.count
        if place < systems.count, systems[place].number == system.number { return }
        if systems.count < Self.valueLimit { systems.insert(system, at: place) }
    }

    /// Keeps `values` sorted, distinct and bounded.
    static func insert(_ value: String, into values: inout [String]) {
        var place = 0
        while place < values.count, values[place].precedes(value) { place += 1 }
        if place < values.count, values[place] == value { return }
        if values.count < valueLimit { values.insert(value, at: place) }
    }

    mutating func sortServices() { services.sort(by: ServiceCount.precedes) }
}

/// An application protocol and how many flows spoke it.
public struct ServiceCount: Sendable, Equatable {
    /// "tls", "quic", "dns", …; "tcp" or "udp" when the content is of no known protocol.
    public var name: String
    /// "TLS 1.3", "QUIC v1", …
    public var version: String?
    public var flows: Int

    static func precedes(_ a: ServiceCount, _ b: ServiceCount) -> Bool {
        if a.flows != b.flows { return a.flows > b.flows }
        return a.name == b.name ? (a.version ?? "").precedes(b.version ?? "") : a.name.precedes(b.name)
    }

    static func add(_ name: String, _ version: String?, flows: Int, to services: inout [ServiceCount]) {
        for index in services.indices where services[index].name == name && services[index].version == version {
            services[index].flows.addSaturating(flows)
            return
        }
        if services.count < DestinationSummary.valueLimit {
            services.append(ServiceCount(name: name, version: version, flows: flows))
        }
    }
}

extension String {
    /// Order of the UTF-8 octets: the same everywhere, whatever the locale or Unicode version.
    func precedes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}
