extension Cohort {
    /// Owners of the subject that no app of another group contacts or that no list knows, most octets up first, then by
    /// name (METHOD.md §3.11): listed whatever the verdict, for a small hidden flow is below any statistic.
    var novelDestinations: [NovelDestination] {
        var found: [Int: NovelDestination] = [:]
        var first: [Int: (phase: Int, time: Double)] = [:]
        var domains: [Int: Set<Int>] = [:]
        var phases: [Int: Set<Phase>] = [:]
        for row in subject.captures.lazy.flatMap({ $0.rows(in: limits) }) {
            let isNovel = !row.isFirstParty && novel.contains(row.owner)
            let isUnknown = row.category == .unknown
            guard isNovel || isUnknown else { continue }
            let owner = row.owner
            var entry = found[owner] ?? NovelDestination(
                owner: names.names[owner], domains: [], up: 0, down: 0, phases: [], firstTime: row.first, isUnknown: false,
                isNovel: false)
            entry.up.addSaturating(Int(exactly: row.up.rounded()) ?? .max)
            entry.down.addSaturating(Int(exactly: row.down.rounded()) ?? .max)
            entry.isUnknown = entry.isUnknown || isUnknown
            entry.isNovel = entry.isNovel || isNovel
            // The earliest contact in the phase that comes first: each phase has a clock of its own.
            if first[owner].map({ (row.phase.order, row.first) < ($0.phase, $0.time) }) ?? true {
                first[owner] = (row.phase.order, row.first)
                entry.firstTime = row.first
            }
            found[owner] = entry
            domains[owner, default: []].insert(row.domain)
            phases[owner, default: []].insert(row.phase)
        }
        return found.map { owner, entry in
            var entry = entry
            entry.domains = (domains[owner] ?? []).map { names.names[$0] }.sorted { UTF8Key($0) < UTF8Key($1) }
            entry.phases = Phase.allCases.filter { phases[owner]?.contains($0) ?? false }
            return entry
        }.sorted { $0.up != $1.up ? $0.up > $1.up : UTF8Key($0.owner) < UTF8Key($1.owner) }
    }

    /// Owners that each of these peer apps contacts as a third party and the subject does not contact at all, sorted;
    /// none when there are no such apps.
    func missingOwners(among used: [String]) -> [String] {
        let used = Set(used.map { UTF8Key($0) })
        let sets = peers.filter { used.contains(UTF8Key($0.id)) }.map(\.contacted)
        guard let first = sets.first else { return [] }
        let common = sets.dropFirst().reduce(first) { $0.intersection($1) }
        return common.subtracting(measuredSubject.owners).map { names.names[$0] }.sorted { UTF8Key($0) < UTF8Key($1) }
    }
}
