import TrafficCore

/// What the page and the text say beside the metrics: who is contacted by how many peers, why there is no verdict,
/// what could not be answered. Set differences and counts over the inspections; no statistics.
struct ComparisonFacts: Sendable {
    /// An owner that the subject contacts, or a name that no list knows.
    struct Owner: Sendable {
        var name: String
        var isKnown: Bool
        var summary: OwnerSummary
        var countries: [String]
        /// Peer apps that contact it, of `ComparisonReport.peers`.
        var peers: [String]
        var domains: [String]
    }

    let owners: [Owner]
    /// Owners and unknown names that no peer app contacts; first-party ones left out.
    let onlySubject: [Owner]
    /// Owners that every peer app contacts and the subject does not, with at least two peers.
    let onlyPeers: [String]
    /// Rows of trackers with the peer apps that contact the same owner in the same category.
    let trackers: [(tracker: TrackerSummary, peers: [String])]
    /// Every tracker that any app contacts, with the apps (the subject by its id), most widespread first.
    let matrix: [(owner: String, category: String, apps: Set<String>)]

    init(_ report: ComparisonReport) {
        var contacts: [String: [String]] = [:]  // owner or unknown name → apps, in the order of peers
        var tracking: [String: [String]] = [:]  // the same for owner and category
        for peer in report.peers {
            var seen: Set<String> = [], seenTracking: Set<String> = []
            for app in peer.summary.apps {
                for destination in app.destinations where !destination.isOthers { seen.insert(Self.key(destination)) }
                for tracker in app.trackers { seenTracking.insert(tracker.owner + "\u{0}" + tracker.category) }
            }
            for key in seen { contacts[key, default: []].append(peer.app) }
            for key in seenTracking { tracking[key, default: []].append(peer.app) }
        }

        let destinations = Self.merged(report.subject.apps.flatMap(\.destinations)).filter { !$0.isOthers }
        var grouped: [String: [DestinationSummary]] = [:]
        for destination in destinations { grouped[Self.key(destination), default: []].append(destination) }
        var owners: [Owner] = []
        for (key, rows) in grouped {
            guard let first = rows.first, let summary = OwnerSummary.rows(of: rows).first else { continue }
            var countries: Set<String> = [], domains: Set<String> = []
            for row in rows {
                countries.formUnion(row.countries)
                domains.insert(row.registrableDomain ?? row.name)
            }
            owners.append(Owner(
                name: Self.name(first), isKnown: first.countedOwner != nil, summary: summary, countries: countries.sorted(by: Self.precedes),
                peers: contacts[key] ?? [], domains: domains.sorted(by: Self.precedes)))
        }
        owners.sort { a, b in
            a.summary.sum.up != b.summary.sum.up ? a.summary.sum.up > b.summary.sum.up : Self.precedes(a.name, b.name)
        }
        self.owners = owners
        onlySubject = report.peers.isEmpty ? [] : owners.filter { $0.peers.isEmpty && !$0.summary.parties.contains(.first) }
        let mine = Set(grouped.keys)
        if !report.comparison.missingOwners.isEmpty {
            onlyPeers = report.comparison.missingOwners
        } else if report.peers.count >= 2 {
            onlyPeers = contacts.filter { $0.value.count == report.peers.count && !mine.contains($0.key) && $0.key.hasPrefix("owner ") }
                .map { String($0.key.dropFirst("owner ".count)) }.sorted(by: Self.precedes)
        } else {
            onlyPeers = []
        }
        trackers = Self.merged(report.subject.apps.flatMap(\.trackers)).map { tracker in
            (tracker, tracking[tracker.owner + "\u{0}" + tracker.category] ?? [])
        }
        var contacted = tracking.mapValues { Set($0) }
        for tracker in report.subject.apps.flatMap(\.trackers) {
            contacted[tracker.owner + "\u{0}" + tracker.category, default: []].insert(report.comparison.subject.id)
        }
        matrix = contacted.map { key, apps in
            let parts = key.split(separator: "\u{0}", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return (parts[0], parts.count > 1 ? parts[1] : "", apps)
        }.sorted { a, b in
            if a.apps.count != b.apps.count { return a.apps.count > b.apps.count }
            return a.owner == b.owner ? Self.precedes(a.category, b.category) : Self.precedes(a.owner, b.owner)
        }
    }

    /// METHOD.md §1: the owner of a name that no list has is its registrable domain.
    private static func key(_ destination: DestinationSummary) -> String {
        destination.countedOwner.map { "owner " + $0 } ?? "name " + name(destination)
    }

    private static func name(_ destination: DestinationSummary) -> String {
        destination.holder
    }

    private static func precedes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }

    /// The subject may be known under several ids: the same destination counts once.
    private static func merged(_ rows: [DestinationSummary]) -> [DestinationSummary] {
        var place: [DestinationSummary.Identity: Int] = [:], merged: [DestinationSummary] = []
        for row in rows {
            if let index = place[row.identity] { merged[index].add(row) } else {
                place[row.identity] = merged.count
                merged.append(row)
            }
        }
        return merged
    }

    private static func merged(_ rows: [TrackerSummary]) -> [TrackerSummary] {
        var place: [String: Int] = [:], merged: [TrackerSummary] = []
        for row in rows {
            let key = row.owner + "\u{0}" + row.category
            if let index = place[key] {
                merged[index].sum.add(row.sum)
                merged[index].domains = Set(merged[index].domains + row.domains).sorted(by: precedes)
            } else {
                place[key] = merged.count
                merged.append(row)
            }
        }
        return merged.sorted { a, b in
            if a.sum.up != b.sum.up { return a.sum.up > b.sum.up }
            return a.owner == b.owner ? precedes(a.category, b.category) : precedes(a.owner, b.owner)
        }
    }
}
