/// METHOD.md's stage A for subject and peers: common windows, novel owners, pooled sizes and the pairs of every capture
/// (§1–2; reference: `cohort_table`).
struct Cohort: Sendable {
    var limits: WindowLimits
    /// By phase, whole seconds.
    var windows: [Phase: Int] { limits.windows }
    var subject: CohortBasis.App
    var measuredSubject: MeasuredApp
    /// Peers with at least one usable capture, in the order given.
    var peers: [MeasuredApp]
    /// Owners that no app of another group contacts: the subject's, then each peer's.
    var novelOwners: [Set<Int>]
    /// The subject's.
    var novel: Set<Int> { novelOwners[0] }
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
        var basis = CohortBasis(watched: watched)
        let own = basis.append(subject), others = peers.map { basis.append($0) }
        self.init(subject: own, peers: others, basis: &basis)
    }

    /// - Parameters: places of the apps in `basis`.
    init(subject own: Int, peers others: [Int], basis: inout CohortBasis) {
        let subject = basis.apps[own]
        var notes = subject.notes
        let usable = others.filter { place in
            let app = basis.apps[place]
            notes += app.notes
            if app.captures.isEmpty { notes.append("left out, no usable capture: \(app.id)") }
            return !app.captures.isEmpty
        }
        var windows: [Phase: Int] = [:]
        for phase in Phase.allCases {
            windows[phase] = CommonWindow.choose(
                subject: subject.captures.map { $0.seconds[phase] ?? 0 },
                peers: usable.map { basis.apps[$0].captures.map { $0.seconds[phase] ?? 0 } })
        }
        let limits = WindowLimits(windows)
        let apps = basis.measured([own] + usable, in: limits)
        var groups = NameTable()
        let groupOf = apps.map { groups.number(of: $0.group) }
        let novel = Self.novelOwners(apps, groupOf: groupOf)
        let pools = Self.pooledSizes(apps, groupOf: groupOf, groupNames: groups.names)
        let rows = apps.indices.map { place in
            DecisionTable.App(id: apps[place].id, group: apps[place].group, captures: apps[place].captures.map { capture in
                DecisionTable.Capture(id: capture.id, pairs: capture.pairs(novel: novel[place], pooledSizes: pools[groupOf[place]]))
            })
        }
        self.limits = limits
        self.subject = subject
        self.measuredSubject = apps[0]  // the subject was put first
        self.peers = Array(apps.dropFirst())
        self.novelOwners = novel
        self.table = DecisionTable(windows: windows.mapValues(Double.init), subject: rows[0], peers: Array(rows.dropFirst()))
        self.subjectPool = pools[groupOf[0]]
        self.names = basis.names
        self.notes = notes
    }

    /// An owner is novel for an app when no app of another group contacts it; the app's own group does not count.
    private static func novelOwners(_ apps: [MeasuredApp], groupOf: [Int]) -> [Set<Int>] {
        // The one group that contacts the owner, or -1 for several.
        var onlyGroup: [Int: Int] = [:]
        for (app, group) in zip(apps, groupOf) {
            for owner in app.contacted { onlyGroup[owner] = onlyGroup[owner].map { $0 == group ? group : -1 } ?? group }
        }
        return zip(apps, groupOf).map { app, group in app.contacted.filter { onlyGroup[$0] == group } }
    }

    /// For each group: normalised mean over the other groups of the mean over their apps' sizes. Summed in order of the
    /// groups' names.
    private static func pooledSizes(_ apps: [MeasuredApp], groupOf: [Int], groupNames: [String]) -> [SizeDistribution] {
        let means: [SizeDistribution?] = groupNames.indices.map { group in
            let own = zip(apps, groupOf).filter { $1 == group && $0.sizes.total > 0 }.map { $0.0.sizes }
            guard !own.isEmpty else { return nil }
            var sum = SizeDistribution()
            for sizes in own { sum += sizes }
            return sum / Double(own.count)
        }
        // The sum of all, less the group's own share: with some hundred groups, adding the others up for each is slow.
        var sum = SizeDistribution(), count = 0
        for group in groupNames.indices.sorted(by: { UTF8Key(groupNames[$0]) < UTF8Key(groupNames[$1]) }) {
            guard let mean = means[group] else { continue }
            sum += mean
            count += 1
        }
        return groupNames.indices.map { group in
            let own = means[group]
            guard count > (own == nil ? 0 : 1) else { return SizeDistribution() }
            return (own.map { sum.less($0) } ?? sum).normalised
        }
    }
}
