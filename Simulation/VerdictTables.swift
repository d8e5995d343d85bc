import TrafficCore

/// METHOD.md §7's main table: how often the overall verdict is "above", and how often "within".
enum VerdictTables {
    static let planted: [Planted] = [
        .nothing, .analyticsTimes(2), .analyticsTimes(5), .analyticsTimes(10), .centreTimes(10), .centreTimes(30),
        .hidden(0.02), .hidden(0.1), .background(20_000), .background(100_000),
    ]

    /// P(above) and P(within) by (peers, captures) and column.
    private static let stated: [(peers: Int, captures: Int, above: [Double], within: [Double])] = [
        (5, 3, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0.25, 0.17, 0.11, 0.07, 0.01, 0.00, 0.16, 0.11, 0.20, 0.09]),
        (10, 3, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0.44, 0.32, 0.17, 0.09, 0.04, 0.00, 0.33, 0.18, 0.34, 0.14]),
        (20, 1, [0.098, 0.132, 0.237, 0.352, 0.308, 0.667, 0.138, 0.283, 0.100, 0.167],
         [0.58, 0.49, 0.32, 0.20, 0.13, 0.01, 0.46, 0.26, 0.53, 0.24]),
        (20, 3, [0.095, 0.137, 0.270, 0.410, 0.365, 0.690, 0.120, 0.257, 0.093, 0.185],
         [0.59, 0.50, 0.31, 0.18, 0.08, 0.01, 0.47, 0.26, 0.57, 0.23]),
        (40, 1, [0.087, 0.127, 0.217, 0.387, 0.307, 0.717, 0.137, 0.270, 0.090, 0.147],
         [0.67, 0.57, 0.40, 0.26, 0.14, 0.02, 0.56, 0.31, 0.65, 0.24]),
        (40, 3, [0.093, 0.153, 0.290, 0.437, 0.393, 0.830, 0.123, 0.287, 0.093, 0.207],
         [0.66, 0.54, 0.38, 0.22, 0.08, 0.00, 0.56, 0.31, 0.65, 0.22]),
    ]
    /// Leads, where "above" cannot be said. For an ordinary app METHOD.md gives a range, 0.02-0.03 and 0.04-0.055.
    private static let leads: [(peers: Int, shares: [(Planted, Double)])] = [
        (5, [(.analyticsTimes(10), 0.08), (.centreTimes(30), 0.14), (.hidden(0.1), 0.19)]),
        (10, [(.analyticsTimes(10), 0.15), (.centreTimes(30), 0.23), (.hidden(0.1), 0.31)]),
    ]
    private static let statedCohorts = 600

    /// What one cohort says of one column.
    struct Outcome: Sendable {
        var isAbove: Bool
        /// "below" counts too: it says no more than "within", and of which metric less.
        var isWithin: Bool
        /// "above" of clause A and B.
        var clausesAbove: [Bool]
        var hasLead: Bool

        init(_ answer: SimulatedAnswer) {
            isAbove = answer.overall == .above
            isWithin = answer.overall == .within || answer.overall == .below
            clausesAbove = [MetricFamily.analytics, .additional].map { family in
                answer.families.contains { $0.family == family && $0.verdict == .above }
            }
            hasLead = answer.metrics.contains { $0.isLead && $0.family != .exploratory }
        }
    }

    /// One cohort with every planted excess in turn.
    static func outcomes(peers: Int, captures: Int, planted: [Planted], random: inout RandomSource) -> [Outcome] {
        let cohort = ModelCohort(apps: peers + 1, captures: captures, random: &random)
        let others = cohort.peers()
        return planted.map {
            Outcome(MethodUnderTest.decide(subject: cohort.app(0, planted: $0), peers: others, options: ComparisonOptions()))
        }
    }

    static func measure(_ run: Replication) async -> [ResultTable] {
        var verdicts = ResultTable(
            title: "Overall verdict", columns: ["P(above)", "P(within)"],
            notes: ["P(within) includes \"below\"."])
        var clauses = ResultTable(
            title: "Ordinary app, called above by mistake", columns: ["clause A", "clause B", "A or B"])
        var leadTable = ResultTable(title: "Leads, where \"above\" cannot be said", columns: ["P(lead)"])
        for entry in stated {
            let cohorts = run.cohorts(peers: entry.peers)
            let columns = planted
            let (peers, captures) = (entry.peers, entry.captures)
            let found = await run.outcomes(cohorts, "verdicts \(peers) \(captures)") { _, random in
                outcomes(peers: peers, captures: captures, planted: columns, random: &random)
            }
            func share(_ column: Int, _ isHit: (Outcome) -> Bool) -> Measured {
                Measured(hits: found.count { isHit($0[column]) }, of: cohorts)
            }
            let size = "n = \(peers), K = \(captures)"
            let statedCount = peers >= 40 ? statedCohorts / 2 : statedCohorts
            for (column, change) in planted.enumerated() {
                verdicts.rows.append(.init(name: size + ", " + change.name, figures: [
                    Figure(share(column) { $0.isAbove }, stated: Stated(value: entry.above[column], count: statedCount)),
                    Figure(share(column) { $0.isWithin },
                           stated: Stated(value: entry.within[column], count: statedCount, decimals: 2)),
                ]))
            }
            clauses.rows.append(.init(name: size, figures: [
                Figure(share(0) { $0.clausesAbove[0] }, ceiling: 0.05), Figure(share(0) { $0.clausesAbove[1] }, ceiling: 0.05),
                Figure(share(0) { $0.isAbove }, ceiling: 0.10),
            ]))
            guard let known = leads.first(where: { $0.peers == peers }) else { continue }
            leadTable.rows.append(.init(name: size + ", ordinary app", figures: [Figure(share(0) { $0.hasLead })]))
            for (change, value) in known.shares {
                guard let column = planted.firstIndex(of: change) else { continue }
                leadTable.rows.append(.init(name: size + ", " + change.name, figures: [
                    Figure(share(column) { $0.hasLead }, stated: Stated(value: value, count: statedCohorts, decimals: 2))
                ]))
            }
        }
        return [clauses, verdicts, leadTable]
    }
}
