/// An owner that the subject contacts, whatever the verdict (METHOD.md §3.11).
public struct ContactedOwner: Sendable, Equatable {
    public var owner: String
    public var domains: [String]
    public var categories: [MetricCategory]
    /// Seat of the owner, ISO 3166-1 alpha-2; "" when unknown.
    public var seat: String
    public var isFirstParty: Bool
    public var connections: Int
    /// Runs of the subject in which it is contacted.
    public var runs: Int
    /// Peer owners of whom an app contacts it too.
    public var peerOwners: Int
    /// No app of another group contacts it.
    public var isNovel: Bool
    /// No list knows it.
    public var isUnknown: Bool
}

/// What a list of connections says of "like many other apps, or anything additional?": METHOD.md §3's decision on the
/// metrics of docs/connections.md.
public struct ConnectionComparison: Sendable {
    public var subject: CohortMember
    public var peers: [CohortMember]
    public var overall: Verdict
    public var overallWording: String
    /// In the order of docs/connections.md.
    public var metrics: [MetricResult]
    public var families: [FamilyResult]
    public var primary: PrimaryResult?
    /// Independent peer owners left, and runs used of each app.
    public var groups: Int
    public var runsUsed: Int
    public var subjectRuns: Int
    public var smallestP: Double
    public var isFragile: Bool
    public var hasFewRuns: Bool
    public var remarks: [String]
    /// Set-aside runs and apps, in words, sorted.
    public var notes: [String]
    /// Of the subject's attributable connections, most connections first.
    public var owners: [ContactedOwner]
    /// Connections of the subject, and those of them that are the system's or push traffic.
    public var connections: Int
    public var systemConnections: Int
    public var sensitivity: ConnectionSensitivity
    public var options: ComparisonOptions

    /// What connections without octets, times and contents cannot answer, whatever the verdict.
    public static let unanswered = [
        "How much was sent: a list of connections has no octets. One that carries a heartbeat counts as much as one that uploads a video.",
        "What happens in the background, at regular intervals, or after key presses and photos: there are no times.",
        "How large uploads are, what is in clear text, what was in them: there are no sizes and no contents.",
        "How often: how long a run lasted is not known, so that counts are no rates. Shares bear that best; distinct owners and domains "
            + "grow with a run's length too, only more slowly.",
        "Anything that is sent to the app's own company inside its ordinary connections.",
    ]

    /// Compares the subject with its peers. Peers of the subject's own group are left out and noted.
    /// - Throws: `ComparisonError` when `options` are out of range or `options.ask` names no metric of `ConnectionMetrics`.
    public init(subject: ConnectionApp, peers: [ConnectionApp], options: ComparisonOptions) throws {
        try options.validate(for: ConnectionMetrics.metrics)
        let peers = peers.filter { UTF8Key($0.id) != UTF8Key(subject.id) }
        let cohort = ConnectionCohort(subject: subject, peers: peers, watched: options.watchedCountries)
        let decision = try Decision(cohort.table, options: options)
        let wording = Wording(decision: decision, options: options, scope: .connections)
        metrics = decision.metrics.map { result in
            var result = result
            result.wording = wording.sentence(for: result)
            result.setBand()
            return result
        }
        primary = decision.primary.map { result in
            var result = result
            result.wording = wording.sentence(for: result)
            return result
        }
        self.subject = CohortMember(
            id: subject.id, group: subject.group, captures: decision.subjectCaptures,
            setAside: decision.subjectCaptures > 0 ? nil : "no run with an attributable connection")
        self.peers = Self.members(peers, subject: subject, decision: decision)
        (overall, overallWording, families) = (decision.overall, wording.overall, decision.families)
        (groups, runsUsed, subjectRuns) = (decision.groups, decision.capturesUsed, decision.subjectCaptures)
        (smallestP, isFragile, hasFewRuns) = (decision.smallestP, decision.isFragile, decision.hasFewCaptures)
        remarks = wording.remarks
        notes = (cohort.notes + decision.notes).sorted { UTF8Key($0) < UTF8Key($1) }
        owners = cohort.contactedOwners
        let own = subject.runs.flatMap(\.connections)
        connections = own.reduce(0) { $0 + $1.count }
        systemConnections = own.reduce(0) { $0 + ($1.isAttributable ? 0 : $1.count) }
        sensitivity = try ConnectionSensitivity(subject: subject, peers: peers, decision: decision, options: options)
        self.options = options
    }

    /// Every peer as it was used, by group, then id.
    private static func members(_ peers: [ConnectionApp], subject: ConnectionApp, decision: Decision) -> [CohortMember] {
        var used: [UTF8Key: Int] = [:]
        for app in decision.cohort.groups.joined() { used[UTF8Key(app.id)] = app.captures.count }
        return peers.map { peer in
            let count = used[UTF8Key(peer.id)]
            var member = CohortMember(id: peer.id, group: peer.group, captures: count ?? peer.runs.count)
            if count == nil {
                member.setAside =
                    if UTF8Key(peer.group) == UTF8Key(subject.group) {
                        "same owner as the subject"
                    } else if !peer.runs.contains(where: { $0.connections.contains(where: \.isAttributable) }) {
                        "no run with an attributable connection"
                    } else if decision.subjectCaptures == 0 {
                        "no run of the subject could be measured"
                    } else {
                        "fewer than \(decision.capturesUsed) runs"
                    }
            }
            return member
        }.sorted { (UTF8Key($0.group), UTF8Key($0.id)) < (UTF8Key($1.group), UTF8Key($1.id)) }
    }
}

extension Wording.Scope {
    static let connections = Wording.Scope(
        compared: "In destinations, and in the share of connections that goes to each kind of them, the app",
        leftOpen: "Octets, times and contents were not there to examine.", evidence: "The connections")
}

extension ConnectionCohort {
    /// Owners of the subject's attributable connections, most connections first, then by name.
    var contactedOwners: [ContactedOwner] {
        var found: [UTF8Key: ContactedOwner] = [:]
        for run in subject.runs {
            var inRun: Set<UTF8Key> = []
            for connection in run.connections where connection.isAttributable {
                let party = connection.party, key = UTF8Key(party.owner)
                var entry = found[key] ?? ContactedOwner(
                    owner: party.owner, domains: [], categories: [], seat: party.jurisdiction, isFirstParty: false, connections: 0, runs: 0,
                    peerOwners: 0, isNovel: false, isUnknown: false)
                entry.connections += connection.count
                if inRun.insert(key).inserted { entry.runs += 1 }
                if !entry.domains.contains(party.domain) { entry.domains.append(party.domain) }
                if !entry.categories.contains(party.category) { entry.categories.append(party.category) }
                if entry.seat.isEmpty { entry.seat = party.jurisdiction }
                entry.isFirstParty = entry.isFirstParty || party.isFirstParty
                entry.isNovel = entry.isNovel || (!party.isFirstParty && subject.novel.contains(key))
                entry.isUnknown = entry.isUnknown || party.category == .unknown
                found[key] = entry
            }
        }
        var groups: [UTF8Key: Set<UTF8Key>] = [:]
        for peer in peers where UTF8Key(peer.group) != UTF8Key(subject.group) {
            for connection in peer.runs.lazy.flatMap(\.connections) where connection.isAttributable {
                groups[UTF8Key(connection.party.owner), default: []].insert(UTF8Key(peer.group))
            }
        }
        return found.map { key, entry in
            var entry = entry
            entry.domains.sort { UTF8Key($0) < UTF8Key($1) }
            entry.categories.sort { $0.rawValue < $1.rawValue }
            entry.peerOwners = groups[key]?.count ?? 0
            return entry
        }.sorted { $0.connections != $1.connections ? $0.connections > $1.connections : UTF8Key($0.owner) < UTF8Key($1.owner) }
    }
}
