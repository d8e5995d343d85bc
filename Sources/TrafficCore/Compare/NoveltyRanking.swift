/// What the subject does and few peers do, and the other way round: owners, countries, seats, protocols and ports of what was contacted
/// inside the common windows. Description: nothing of it is tested, and a long capture finds more than a short one.
public struct NoveltyRanking: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case owner
        /// Of the network.
        case country
        /// Seat of the owner.
        case jurisdiction
        /// Protocol as flow records name it.
        case service
        /// Transport and remote port, "tcp/443".
        case port
    }

    public struct Item: Sendable, Equatable {
        public var kind: Kind
        public var name: String
        /// Captures of the subject with it, of those in use.
        public var captures: Int
        public var ofCaptures: Int
        /// Peer owners of which any app has it, and all of them.
        public var peers: Int
        public var ofPeers: Int
        /// Upper bound of the share of comparable owners that have it (Clopper-Pearson, 95 %, one-sided).
        public var shareUpper: Double
        /// Octets up of the subject.
        public var up: Int
    }

    /// Done by the subject and by at most `share` of the peer owners; rarest first, then by captures and octets.
    public var novel: [Item]
    /// Not done by the subject, and done by at least 1 - `share` of the peer owners; most common first.
    public var missing: [Item]
    /// q.
    public var share: Double

    /// - Parameters:
    ///   - windows: the comparison's.
    ///   - used: ids of the peers in use.
    ///   - share: 0…1.
    public init(
        subject: CohortAssembly.App, peers: [CohortAssembly.App], used: Set<String>, windows: [Phase: Int], share: Double, judge: inout ProfileJudge
    ) {
        let limits = WindowLimits(windows)
        self.share = share
        let own = Features(subject, limits, &judge)
        var owners: [Feature: Set<String>] = [:], groups: Set<String> = []
        for peer in peers where used.contains(peer.observed.id) {
            groups.insert(peer.observed.group)
            for feature in Features(peer, limits, &judge).up.keys {
                owners[Feature(kind: feature.kind, name: feature.name), default: []].insert(peer.observed.group)
            }
        }
        func item(_ feature: Feature) -> Item {
            let count = owners[feature]?.count ?? 0
            return Item(
                kind: feature.kind, name: feature.name, captures: own.captures[feature]?.count ?? 0, ofCaptures: subject.profiles.count,
                peers: count, ofPeers: groups.count, shareUpper: ClopperPearson.upper(Double(count), of: Double(groups.count)),
                up: own.up[feature] ?? 0)
        }
        let limit = share * Double(groups.count) + 1e-9
        novel = groups.isEmpty ? [] : own.up.keys.filter { !$0.isOwn && Double(owners[$0]?.count ?? 0) <= limit }.map(item).sorted { a, b in
            if a.peers != b.peers { return a.peers < b.peers }
            if a.captures != b.captures { return a.captures > b.captures }
            if a.up != b.up { return a.up > b.up }
            return a.kind == b.kind ? a.name.precedes(b.name) : a.kind.rawValue.precedes(b.kind.rawValue)
        }
        let has = Set(own.up.keys.map { Feature(kind: $0.kind, name: $0.name) })
        missing = groups.isEmpty ? [] : owners.filter { !has.contains($0.key) && Double(groups.count - $0.value.count) <= limit }
            .map { item($0.key) }.sorted { a, b in
                if a.peers != b.peers { return a.peers > b.peers }
                return a.kind == b.kind ? a.name.precedes(b.name) : a.kind.rawValue.precedes(b.kind.rawValue)
            }
    }

    /// Of items that were found elsewhere.
    init(novel: [Item], missing: [Item], share: Double) { (self.novel, self.missing, self.share) = (novel, missing, share) }

    private struct Feature: Hashable {
        var kind: Kind
        var name: String
        /// An owner that is the app's own.
        var isOwn = false
    }

    /// What one app does inside the windows.
    private struct Features {
        var up: [Feature: Int] = [:]
        var captures: [Feature: Set<String>] = [:]

        init(_ app: CohortAssembly.App, _ limits: WindowLimits, _ judge: inout ProfileJudge) {
            for profile in app.profiles {
                let features = profile.destinations.map { destination -> [Feature] in
                    guard destination.sender != .system, destination.sender != .other else { return [] }
                    let party = judge.party(of: destination, app: app.identity)
                    guard party.isAttributable else { return [] }
                    var features = [Feature(kind: .owner, name: party.owner, isOwn: party.isFirstParty)]
                    if !party.country.isEmpty { features.append(Feature(kind: .country, name: party.country)) }
                    if !party.jurisdiction.isEmpty { features.append(Feature(kind: .jurisdiction, name: party.jurisdiction)) }
                    features.append(Feature(kind: .service, name: destination.service.isEmpty ? "unknown" : destination.service))
                    features.append(Feature(kind: .port, name: destination.transport.name + "/" + String(destination.port)))
                    return features
                }
                for cell in profile.cells where limits.hold(cell.phase, cell.cell) {
                    for feature in features[cell.destination] {
                        up[feature, default: 0].addSaturating(cell.up)
                        captures[feature, default: []].insert(profile.id)
                    }
                }
            }
        }
    }
}
