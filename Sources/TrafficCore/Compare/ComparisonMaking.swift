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
        var notes: [String] = []
        let merged = Self.merged(subject: subject, peers: peers, notes: &notes)
        let cohort = Cohort(subject: merged.subject, peers: merged.peers, watched: options.watchedCountries)
        let decision = try Decision(cohort.table, options: options)
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
                id: subject.id, group: subject.group, captures: decision.subjectCaptures,
                setAside: decision.subjectCaptures > 0 ? nil : "no capture could be measured"),
            peers: Self.members(merged.peers, cohort: cohort, decision: decision),
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
            periodic: cohort.periodicDestinations.map { $0.told(by: merged.subject, window: cohort.windows[.background]) },
            eventKinds: EventKindUploads.all(of: merged.subject, window: cohort.windows[.foreground]),
            sizes: cohort.sizeCurves,
            phases: cohort.phaseComparisons,
            options: options)
    }

    /// Apps with one id are one app, and a capture counts once (METHOD.md §1, *App*). Done before anything is counted, so
    /// that giving a file twice changes nothing. A peer with the subject's id belongs to the subject's group.
    private static func merged(subject: ObservedApp, peers: [ObservedApp], notes: inout [String])
        -> (subject: ObservedApp, peers: [ObservedApp])
    {
        func once(_ app: ObservedApp) -> ObservedApp {
            var app = app
            var seen: Set<UTF8Key> = []
            app.captures = app.captures.filter { seen.insert(UTF8Key($0.id)).inserted }
            return app
        }
        var positions: [UTF8Key: Int] = [:]
        var apps: [ObservedApp] = []
        for var peer in peers {
            if UTF8Key(peer.id) == UTF8Key(subject.id) { peer.group = subject.group }
            if let position = positions[UTF8Key(peer.id)] {
                apps[position].captures += peer.captures
                notes.append("merged repeated app: \(peer.id)")
            } else {
                positions[UTF8Key(peer.id)] = apps.count
                apps.append(peer)
            }
        }
        return (once(subject), apps.map(once))
    }

    /// Every peer as it was used, by group, then id.
    private static func members(_ peers: [ObservedApp], cohort: Cohort, decision: Decision) -> [CohortMember] {
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
