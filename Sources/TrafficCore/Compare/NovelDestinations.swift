extension Cohort {
    /// Owners of the subject that no app of another group contacts or that no list knows, most octets up first, then by
    /// name (METHOD.md §3.11): listed whatever the verdict, for a small hidden flow is below any statistic.
    var novelDestinations: [NovelDestination] {
        var found: [Int: NovelDestination] = [:]
        var first: [Int: (phase: Int, time: Double)] = [:]
        var domains: [Int: Set<Int>] = [:]
        var phases: [Int: Set<Phase>] = [:]
        for record in subject.captures.lazy.flatMap(\.records) {
            let isNovel = !record.isFirstParty && subject.novel.contains(record.owner)
            let isUnknown = record.category == .unknown
            guard isNovel || isUnknown else { continue }
            let owner = record.owner
            var entry = found[owner] ?? NovelDestination(
                owner: names.names[owner], domains: [], up: 0, down: 0, phases: [], firstTime: record.time, isUnknown: false,
                isNovel: false)
            entry.up = saturatingSum(entry.up, record.up)
            entry.down = saturatingSum(entry.down, record.down)
            entry.isUnknown = entry.isUnknown || isUnknown
            entry.isNovel = entry.isNovel || isNovel
            // The earliest contact in the phase that comes first: each phase has a clock of its own.
            let phase = Phase.allCases.firstIndex(of: record.phase) ?? 0
            if first[owner].map({ (phase, record.time) < ($0.phase, $0.time) }) ?? true {
                first[owner] = (phase, record.time)
                entry.firstTime = record.time
            }
            found[owner] = entry
            domains[owner, default: []].insert(record.domain)
            phases[owner, default: []].insert(record.phase)
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
        return common.subtracting(subject.owners).map { names.names[$0] }.sorted { UTF8Key($0) < UTF8Key($1) }
    }
}

/// a + b, held at the largest or smallest integer.
private func saturatingSum(_ a: Int, _ b: Int) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? (b > 0 ? .max : .min) : sum
}
