import Glibc
import TrafficCore

/// METHOD.md §7, *Windows under one minute*: foreground only, eight metrics, and the amount of analytics named before
/// looking.
enum ShortWindowTable {
    private static let planted: [Planted] = [.analyticsTimes(5), .analyticsTimes(10), .centreTimes(10), .centreTimes(30), .hidden(0.1)]

    private struct Entry {
        var seconds: Int
        var peers: Int
        var captures: Int
        /// A or B above, and the named question above, of an ordinary app and of `planted`.
        var ordinary: (clause: Double, named: Double)
        var analyticsWithin: Double
        var excess: [(clause: Double, named: Double)]
        var ordinaryCohorts = 1500
    }

    private static let stated = [
        Entry(seconds: 10, peers: 20, captures: 3, ordinary: (0.082, 0.044), analyticsWithin: 0.75,
              excess: [(0.19, 0.21), (0.22, 0.29), (0.39, 0.58), (0.61, 0.88), (0.09, 0.04)]),
        Entry(seconds: 20, peers: 20, captures: 1, ordinary: (0.093, 0.051), analyticsWithin: 0.75,
              excess: [(0.17, 0.19), (0.23, 0.32), (0.33, 0.47), (0.56, 0.83), (0.13, 0.05)]),
        Entry(seconds: 20, peers: 20, captures: 3, ordinary: (0.081, 0.053), analyticsWithin: 0.70,
              excess: [(0.17, 0.24), (0.26, 0.32), (0.32, 0.51), (0.59, 0.84), (0.11, 0.08)]),
        Entry(seconds: 20, peers: 40, captures: 3, ordinary: (0.088, 0.053), analyticsWithin: 0.76,
              excess: [(0.18, 0.18), (0.20, 0.28), (0.31, 0.61), (0.69, 0.95), (0.12, 0.03)]),
        Entry(seconds: 30, peers: 20, captures: 3, ordinary: (0.088, 0.043), analyticsWithin: 0.74,
              excess: [(0.21, 0.22), (0.20, 0.28), (0.37, 0.51), (0.59, 0.90), (0.13, 0.06)]),
        Entry(seconds: 60, peers: 20, captures: 3, ordinary: (0.092, 0.048), analyticsWithin: 0.76,
              excess: [(0.13, 0.20), (0.22, 0.30), (0.40, 0.58), (0.68, 0.85), (0.14, 0.06)], ordinaryCohorts: 400),
        Entry(seconds: 300, peers: 20, captures: 3, ordinary: (0.091, 0.054), analyticsWithin: 0.72,
              excess: [(0.20, 0.20), (0.27, 0.33), (0.33, 0.61), (0.68, 0.90), (0.13, 0.05)]),
    ]
    private static let excessCohorts = 200
    private static let withinCohorts = 400

    private struct Outcome: Sendable {
        var isClauseAbove: Bool
        var isNamedAbove: Bool
        var isAnalyticsWithin: Bool

        /// nil where the named question has no answer.
        init?(_ cohort: ShortCohort, draws: Int) {
            var options = ComparisonOptions()
            options.draws = draws
            options.ask = MetricID.analyticsBytesUpPerMinute.definition.name
            let answer = MethodUnderTest.decide(subject: cohort.apps[0], peers: Array(cohort.apps.dropFirst()), options: options)
            guard let primary = answer.primary, primary.p != nil else { return nil }
            let clauses = answer.families.filter { $0.family != .exploratory }
            isClauseAbove = clauses.contains { $0.verdict == .above }
            isNamedAbove = primary.verdict == .above
            isAnalyticsWithin = clauses.contains { $0.family == .analytics && ($0.verdict == .within || $0.verdict == .below) }
        }
    }

    static func measure(_ run: Replication) async -> ResultTable {
        var table = ResultTable(
            title: "Foreground windows under one minute", columns: ["clause A or B above", "named above", "clause A within"],
            notes: ["Named: analytics_bytes_up_per_min. Clause A within includes \"below\"."])
        for entry in stated {
            let (peers, captures, seconds) = (entry.peers, entry.captures, entry.seconds)
            for (column, planted) in ([.nothing] + planted).enumerated() {
                let name = "\(seconds) s, n = \(peers), K = \(captures), \(planted.name)"
                let found = await run.outcomes(run.cohorts(peers: peers), "short " + name) { _, random in
                    Outcome(ShortCohort(captures: Array(repeating: captures, count: peers + 1), window: seconds, planted: planted,
                                        random: &random), draws: 1)
                }
                if planted == .nothing {
                    table.rows.append(row(
                        name, found, stated: (entry.ordinary.clause, entry.ordinary.named), cohorts: entry.ordinaryCohorts,
                        decimals: 3, within: entry.analyticsWithin))
                } else {
                    let excess = entry.excess[column - 1]
                    table.rows.append(row(name, found, stated: excess, cohorts: excessCohorts, decimals: 2))
                }
            }
        }
        table.rows += await chosenByLadder(run)
        return table
    }

    /// Captures of uneven number and length, of which the method takes the part that they have in common.
    private static func chosenByLadder(_ run: Replication) async -> [ResultTable.Row] {
        var rows: [ResultTable.Row] = []
        for (planted, stated) in [(Planted.nothing, (0.055, 0.035)), (.centreTimes(30), (0.56, 0.87))] {
            let name = "window by the ladder, n = 24, " + planted.name
            let found = await run.outcomes(run.cohorts(peers: 24), "short " + name) { _, random -> Outcome? in
                let captures = [5] + (0..<24).map { _ in 1 + random.index(7) }
                let lengths = captures.map { count in (0..<count).map { _ in random.logNormal(median: 27, spread: 0.7) } }
                guard let window = CommonWindow.choose(subject: lengths[0], peers: Array(lengths.dropFirst())) else { return nil }
                let cohort = ShortCohort(captures: captures, window: window, lengths: lengths, planted: planted, random: &random)
                return Outcome(cohort, draws: 20)
            }
            rows.append(row(name, found, stated: stated, cohorts: excessCohorts, decimals: planted == .nothing ? 3 : 2,
                            within: planted == .nothing ? 0.75 : nil))
        }
        return rows
    }

    private static func row(_ name: String, _ found: [Outcome?], stated: (clause: Double, named: Double), cohorts: Int, decimals: Int,
                            within: Double? = nil) -> ResultTable.Row {
        let answered = found.compactMap(\.self)
        func share(_ isHit: (Outcome) -> Bool) -> Measured { Measured(hits: answered.count(where: isHit), of: answered.count) }
        return ResultTable.Row(name: name, figures: [
            Figure(share(\.isClauseAbove), stated: Stated(value: stated.clause, count: cohorts, decimals: decimals),
                   ceiling: decimals == 3 ? 0.10 : nil),
            Figure(share(\.isNamedAbove), stated: Stated(value: stated.named, count: cohorts, decimals: decimals),
                   ceiling: decimals == 3 ? 0.05 : nil),
            Figure(share(\.isAnalyticsWithin),
                   stated: within.map { Stated(value: $0, count: min(cohorts, withinCohorts), decimals: 2) }),
        ])
    }
}
