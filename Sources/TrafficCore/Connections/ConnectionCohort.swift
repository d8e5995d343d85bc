/// Stage A for lists of connections: novel owners and the pairs of every run (METHOD.md §1–2 as far as docs/connections.md
/// takes it over).
struct ConnectionCohort: Sendable {
    struct App: Sendable {
        var id: String
        var group: String
        var runs: [ConnectionRun]
        /// Owners of attributable connections that are not first-party.
        var contacted: Set<UTF8Key> = []
        /// Those of `contacted` that no app of another group contacts.
        var novel: Set<UTF8Key> = []
    }

    var subject: App
    /// Peers with a usable run, in the order given.
    var peers: [App]
    /// What stage B takes.
    var table: DecisionTable
    /// Runs and apps without one attributable connection, in words.
    var notes: [String] = []

    /// - Parameter watched: seats of `watch_country_share_of_connections`; without any it is not measured.
    init(subject: ConnectionApp, peers: [ConnectionApp], watched: [String] = []) {
        var notes: [String] = []
        func usable(_ app: ConnectionApp) -> App {
            let runs = app.runs.filter { run in
                // A run in which only the system called is one in which the app did not run.
                if run.connections.contains(where: \.isAttributable) { return true }
                notes.append("capture set aside, no attributable connection: \(app.id) \(run.id)")
                return false
            }
            var usable = App(id: app.id, group: app.group, runs: runs)
            let own = runs.lazy.flatMap(\.connections).filter { $0.isAttributable && !$0.party.isFirstParty }
            usable.contacted = Set(own.map { UTF8Key($0.party.owner) })
            return usable
        }
        var apps = [usable(subject)] + peers.map(usable).filter { app in
            if app.runs.isEmpty { notes.append("left out, no usable capture: \(app.id)") }
            return !app.runs.isEmpty
        }
        Self.findNovelOwners(&apps)
        let watched = Set(watched.map { UTF8Key($0) })
        let rows = apps.map { app in
            DecisionTable.App(id: app.id, group: app.group, captures: app.runs.map { run in
                DecisionTable.Capture(id: run.id, pairs: ConnectionPairs(run.connections, novel: app.novel, watched: watched).pairs)
            })
        }
        self.subject = apps[0]  // the subject was put first
        self.peers = Array(apps.dropFirst())
        table = DecisionTable(windows: [:], subject: rows[0], peers: Array(rows.dropFirst()), metrics: ConnectionMetrics.metrics)
        self.notes = notes
    }

    /// An owner is novel for an app when no app of another group contacts it (METHOD.md §2).
    private static func findNovelOwners(_ apps: inout [App]) {
        // The one group that contacts the owner; nil for several.
        var onlyGroup: [UTF8Key: UTF8Key?] = [:]
        for app in apps {
            let group = UTF8Key(app.group)
            for owner in app.contacted {
                if let known = onlyGroup[owner] {
                    if known != group { onlyGroup[owner] = .some(nil) }
                } else {
                    onlyGroup[owner] = .some(group)
                }
            }
        }
        for index in apps.indices {
            let group = UTF8Key(apps[index].group)
            apps[index].novel = apps[index].contacted.filter { onlyGroup[$0] == .some(.some(group)) }
        }
    }
}

/// The pair of every metric for one run.
struct ConnectionPairs {
    /// By `ConnectionMetricID.rawValue`.
    private(set) var pairs = [MetricPair](repeating: MetricPair(), count: ConnectionMetricID.allCases.count)

    init(_ connections: [ClassifiedConnection], novel: Set<UTF8Key>, watched: Set<UTF8Key>) {
        var total = 0, trackers = 0, novelCount = 0, thirdAnalytics = 0, unnamed = 0, isWatched = 0, quic = 0, knownTransport = 0
        var byCategory: [MetricCategory: Int] = [:], bySeat: [UTF8Key: Int] = [:]
        var owners: Set<UTF8Key> = [], novelOwners: Set<UTF8Key> = [], trackerDomains: Set<UTF8Key> = []
        for connection in connections where connection.isAttributable {
            let count = connection.count, party = connection.party, owner = UTF8Key(party.owner)
            total += count
            byCategory[party.category, default: 0] += count
            if connection.isTracker {
                trackers += count
                trackerDomains.insert(UTF8Key(party.domain))
            }
            if !party.isFirstParty {
                owners.insert(owner)
                if party.category == .analytics { thirdAnalytics += count }
                if novel.contains(owner) {
                    novelCount += count
                    novelOwners.insert(owner)
                }
            }
            if !party.jurisdiction.isEmpty {
                bySeat[UTF8Key(party.jurisdiction), default: 0] += count
                if watched.contains(UTF8Key(party.jurisdiction)) { isWatched += count }
            }
            if !connection.isNamed { unnamed += count }
            if let transport = connection.transport {
                knownTransport += count
                if transport == .udp { quic += count }
            }
        }
        guard total > 0 else { return }
        func share(_ id: ConnectionMetricID, _ part: Int, of whole: Int) {
            pairs[id.rawValue] = MetricPair(numerator: Double(part), denominator: Double(whole))
        }
        func number(_ category: MetricCategory) -> Int { byCategory[category] ?? 0 }
        share(.analyticsShareOfConnections, number(.analytics), of: total)
        share(.trackerShareOfConnections, trackers, of: total)
        share(.thirdPartyOwnerCount, owners.count, of: 1)
        share(.unexplainedShareOfConnections, number(.unknown), of: total)
        share(.novelDestinationShareOfConnections, novelCount, of: total)
        share(.novelOwnerCount, novelOwners.count, of: 1)
        share(.trackerDomainCount, trackerDomains.count, of: 1)
        share(.analyticsConnectionCount, number(.analytics), of: 1)
        share(.trackerConnectionCount, trackers, of: 1)
        share(.advertisingShareOfConnections, number(.advertising), of: total)
        share(.crashShareOfConnections, number(.crash), of: total)
        share(.firstPartyShareOfConnections, number(.firstParty), of: total)
        share(.thirdPartyAnalyticsShareOfConnections, thirdAnalytics, of: total)
        share(.ownerCountryCount, bySeat.count, of: 1)
        if !bySeat.isEmpty {
            // The order of summing is fixed, so that the last digit is.
            let weights = bySeat.sorted { $0.key < $1.key }.map { Double($0.value) }
            pairs[ConnectionMetricID.ownerCountryEntropy.rawValue] = MetricPair(numerator: Entropy.bits(weights), denominator: 1)
        }
        if !watched.isEmpty { share(.watchCountryShareOfConnections, isWatched, of: total) }
        share(.unnamedShareOfConnections, unnamed, of: total)
        if knownTransport > 0 { share(.quicShareOfConnections, quic, of: knownTransport) }
    }
}
