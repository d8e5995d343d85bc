extension Comparison {
    /// Compares the subject with its peers: METHOD.md's stage A (records to one value pair a capture and metric), then
    /// stage B (the decision), then §4's wording. Every field is filled, also when there are no peers or nothing could be
    /// measured: then the verdict is `insufficient` and the reasons are in words.
    ///
    /// Apps with the same id are merged and captures with the same id count once. Peers of the subject's own group are
    /// left out and noted.
    /// - Throws: `ComparisonError` when `options` are out of range or `options.ask` names no metric.
    public init(subject: ObservedApp, peers: [ObservedApp], options: ComparisonOptions) throws {
        try options.validate()
        var basis = CohortBasis(watched: options.watchedCountries), notes: [String] = []
        let own = basis.append(subject.withCapturesOnce)
        let others = ObservedApp.merged(peers, notes: &notes).map { peer in
            var peer = peer
            if UTF8Key(peer.id) == UTF8Key(subject.id) { peer.group = subject.group }
            return basis.append(peer)
        }
        try self.init(subject: own, peers: others, basis: &basis, notes: notes, options: options)
    }

    /// The same for apps of a basis, by their places.
    /// - Parameter notes: what was merged.
    init(subject: Int, peers: [Int], basis: inout CohortBasis, notes: [String], options: ComparisonOptions) throws {
        try options.validate()
        let cohort = Cohort(subject: subject, peers: peers, basis: &basis)
        let decision = try Decision(cohort.table, options: options, cache: &basis.decisions)
        let wording = Wording(decision: decision, options: options)
        let metrics = decision.metrics.map { result in
            var result = result
            result.wording = wording.sentence(for: result)
            result.setBand()
            return result
        }
        let primary = decision.primary.map { result in
            var result = result
            result.wording = wording.sentence(for: result)
            return result
        }
        self.init(
            subject: CohortMember(
                id: cohort.subject.id, group: cohort.subject.group, captures: decision.subjectCaptures,
                setAside: decision.subjectCaptures > 0 ? nil : "no capture could be measured"),
            peers: Self.members(peers.map { basis.apps[$0] }, cohort: cohort, decision: decision),
            windows: cohort.windows,
            overall: decision.overall,
            overallWording: wording.overall,
            metrics: metrics,
            families: decision.families,
            primary: primary,
            groups: decision.groups,
            capturesUsed: decision.capturesUsed,
            subjectCaptures: decision.subjectCaptures,
            smallestP: decision.smallestP,
            isFragile: decision.isFragile,
            hasShortWindow: !decision.shortPhases.isEmpty,
            shortPhases: decision.shortPhases,
            hasFewCaptures: decision.hasFewCaptures,
            remarks: wording.remarks,
            notes: (notes + cohort.notes + decision.notes).sorted { UTF8Key($0) < UTF8Key($1) },
            novel: cohort.novelDestinations,
            missingOwners: cohort.missingOwners(among: decision.cohort.groups.flatMap { $0.map(\.id) }),
            periodic: cohort.periodicDestinations,
            eventKinds: EventKindUploads.all(of: cohort.subject, window: cohort.windows[.foreground]),
            sizes: cohort.sizeCurves,
            phases: cohort.phaseComparisons,
            options: options)
    }

    /// Every peer as it was used, by group, then id.
    private static func members(_ peers: [CohortBasis.App], cohort: Cohort, decision: Decision) -> [CohortMember] {
        var used: [UTF8Key: Int] = [:]
        for app in decision.cohort.groups.joined() { used[UTF8Key(app.id)] = app.captures.count }
        var measured: [UTF8Key: Int] = [:]
        for app in cohort.table.peers { measured[UTF8Key(app.id)] = app.captures.count(where: \.isMeasured) }
        let members = peers.map { peer in
            let key = UTF8Key(peer.id)
            var member = CohortMember(id: peer.id, group: peer.group, captures: used[key] ?? measured[key] ?? 0)
            guard used[key] == nil else { return member }
            if UTF8Key(peer.group) == UTF8Key(cohort.subject.group) {
                member.setAside = "same owner as the subject"
            } else if measured[key] == nil {
                member.setAside = "no capture with an attributable record"
            } else if member.captures == 0 {
                member.setAside = "no capture could be measured"
            } else if decision.subjectCaptures == 0 {
                member.setAside = "no capture of the subject could be measured"
            } else {
                member.setAside = "fewer than \(decision.capturesUsed) captures"
            }
            return member
        }
        return members.sorted { (UTF8Key($0.group), UTF8Key($0.id)) < (UTF8Key($1.group), UTF8Key($1.id)) }
    }
}

extension ObservedApp {
    /// Each capture counts once.
    var withCapturesOnce: ObservedApp {
        var app = self, seen: Set<UTF8Key> = []
        app.captures = captures.filter { seen.insert(UTF8Key($0.id)).inserted }
        return app
    }

    /// Apps with one id are one app, and a capture counts once (METHOD.md §1, *App*). Done before anything is counted, so
    /// that giving a file twice changes nothing.
    static func merged(_ apps: [ObservedApp], notes: inout [String]) -> [ObservedApp] {
        var places: [UTF8Key: Int] = [:], merged: [ObservedApp] = []
        for app in apps {
            if let place = places[UTF8Key(app.id)] {
                merged[place].captures += app.captures
                notes.append("merged repeated app: \(app.id)")
            } else {
                places[UTF8Key(app.id)] = merged.count
                merged.append(app)
            }
        }
        return merged.map(\.withCapturesOnce)
    }
}

extension MetricResult {
    /// The band of the peers, from their own values: an owner with several apps counts once, by their mean.
    mutating func setBand() {
        var byGroup: [UTF8Key: [Double]] = [:]
        for peer in peers { if let value = peer.value, value.isFinite { byGroup[UTF8Key(peer.group), default: []].append(value) } }
        let means = byGroup.values.map { $0.reduce(0, +) / Double($0.count) }.sorted()
        guard means.count >= 2 else { return }
        (peerLow, peerHigh) = (Quantiles.quantile(sorted: means, 0.05), Quantiles.quantile(sorted: means, 0.95))
    }
}
