/// METHOD.md's stage A for subject and peers: common windows, novel owners, pooled sizes and the pairs of every capture
/// (§1–2; reference: `cohort_table`).
struct Cohort: Sendable {
    /// One app with what its records say inside the common windows.
    struct App: Sendable {
        var id: String
        var group: String
        var captures: [Capture]
        /// Numbers of the owners that are not first-party.
        var contacted: Set<Int> = []
        /// Numbers of all owners.
        var owners: Set<Int> = []
        /// Those of `contacted` that no app of another group contacts.
        var novel: Set<Int> = []
        /// Normalised sizes of all its uploads.
        var sizes = SizeDistribution()
    }

    struct Capture: Sendable {
        var id: String
        var seconds: [Phase: Double]
        var events: [Double]
        /// Attributable records inside the common windows.
        var records: [WindowedRecord]
    }

    var windows: [Phase: Int]
    var subject: App
    /// Peers with at least one usable capture, in the order given.
    var peers: [App]
    /// What stage B takes.
    var table: DecisionTable
    /// Normalised sizes of the peers, as the subject's are compared with.
    var subjectPool: SizeDistribution
    /// Owner and domain names by number.
    var names: NameTable
    /// Captures and apps without one attributable record, in words.
    var notes: [String]

    /// - Parameter watched: Countries of `watch_country_share_of_bytes_up`.
    init(subject: ObservedApp, peers: [ObservedApp], watched: [String] = []) {
        var notes: [String] = []
        func usable(_ app: ObservedApp) -> ObservedApp {
            var app = app
            app.captures = app.captures.filter { capture in
                // OS and push traffic is nobody's claim: a capture with nothing else failed, or the app did not run.
                if capture.records.contains(where: \.isAttributable) { return true }
                notes.append("capture set aside, no attributable record: \(app.id) \(capture.id)")
                return false
            }
            return app
        }
        let subject = usable(subject)
        let peers = peers.map(usable).filter { app in
            if app.captures.isEmpty { notes.append("left out, no usable capture: \(app.id)") }
            return !app.captures.isEmpty
        }
        var windows: [Phase: Int] = [:]
        for phase in Phase.allCases {
            windows[phase] = CommonWindow.choose(
                subject: subject.captures.map { $0.seconds[phase] ?? 0 },
                peers: peers.map { $0.captures.map { $0.seconds[phase] ?? 0 } })
        }

        var names = NameTable()
        var countries = NameTable()
        let watched = Set(watched.map { UTF8Key($0) })
        var apps = ([subject] + peers).map { app in
            App(id: app.id, group: app.group, captures: app.captures.map { capture in
                Capture(id: capture.id, seconds: capture.seconds, events: capture.events, records: capture.records.compactMap {
                    guard $0.isAttributable, let window = windows[$0.phase], $0.time.isFinite, $0.time < Double(window) else {
                        return nil
                    }
                    return WindowedRecord(
                        time: $0.time, phase: $0.phase, owner: names.number(of: $0.owner),
                        domain: names.number(of: $0.domain), country: countries.number(of: $0.country),
                        category: $0.category, isFirstParty: $0.isFirstParty,
                        isWatched: watched.contains(UTF8Key($0.jurisdiction)), up: $0.up, down: $0.down, clear: $0.clear)
                })
            })
        }
        var groups = NameTable()
        let groupOf = apps.map { groups.number(of: $0.group) }
        for i in apps.indices {
            let records = apps[i].captures.lazy.flatMap(\.records)
            apps[i].owners = Set(records.map(\.owner))
            apps[i].contacted = Set(records.filter { !$0.isFirstParty }.map(\.owner))
            apps[i].sizes = SizeDistribution(sizes: records.map(\.up).filter { $0 > 0 }).normalised
        }
        Self.findNovelOwners(&apps, groupOf: groupOf)
        let pools = Self.pooledSizes(apps, groupOf: groupOf, groupNames: groups.names)
        var beaconNulls = BeaconNulls()
        let rows = zip(apps, groupOf).map { app, group in
            DecisionTable.App(id: app.id, group: app.group, captures: app.captures.map { capture in
                let pairs = CapturePairs(
                    seconds: capture.seconds, records: capture.records, events: capture.events, windows: windows,
                    novel: app.novel, pooledSizes: pools[group], countryNames: countries.names,
                    beaconNulls: &beaconNulls)
                return DecisionTable.Capture(id: capture.id, pairs: pairs.pairs)
            })
        }
        self.windows = windows
        self.subject = apps[0]  // the subject was put first
        self.peers = Array(apps.dropFirst())
        self.table = DecisionTable(windows: windows.mapValues(Double.init), subject: rows[0], peers: Array(rows.dropFirst()))
        self.subjectPool = pools[groupOf[0]]
        self.names = names
        self.notes = notes
    }

    /// An owner is novel for an app when no app of another group contacts it; the app's own group does not count.
    private static func findNovelOwners(_ apps: inout [App], groupOf: [Int]) {
        // The one group that contacts the owner, or -1 for several.
        var onlyGroup: [Int: Int] = [:]
        for (app, group) in zip(apps, groupOf) {
            for owner in app.contacted { onlyGroup[owner] = onlyGroup[owner].map { $0 == group ? group : -1 } ?? group }
        }
        for i in apps.indices { apps[i].novel = apps[i].contacted.filter { onlyGroup[$0] == groupOf[i] } }
    }

    /// For each group: normalised mean over the other groups of the mean over their apps' sizes. Summed in order of the
    /// groups' names.
    private static func pooledSizes(_ apps: [App], groupOf: [Int], groupNames: [String]) -> [SizeDistribution] {
        let means: [SizeDistribution?] = groupNames.indices.map { group in
            let own = zip(apps, groupOf).filter { $1 == group && $0.sizes.total > 0 }.map { $0.0.sizes }
            guard !own.isEmpty else { return nil }
            var sum = SizeDistribution()
            for sizes in own { sum += sizes }
            return sum / Double(own.count)
        }
        let order = groupNames.indices.sorted { UTF8Key(groupNames[$0]) < UTF8Key(groupNames[$1]) }
        return groupNames.indices.map { group in
            var pool = SizeDistribution()
            for other in order where other != group { if let mean = means[other] { pool += mean } }
            return pool.normalised
        }
    }
}

extension UploadRecord {
    /// Counts for the app: neither the system's nor push traffic (METHOD.md §1).
    var isAttributable: Bool { category != .os && category != .push }
}
