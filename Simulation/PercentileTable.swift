import TrafficCore

/// METHOD.md §7: does the 95 % bound of the share of apps below the subject hold, measured against a large population?
enum PercentileTable {
    private static let population = 150
    private static let metrics: [MetricID] = [
        .analyticsBytesUpPerMinute, .backgroundBytesUpPerMinute, .largeUploadBurstsPerMinute,
    ]
    /// Coverage, and P(within | true percentile > 90) of some 70 cases.
    private static let stated: [(peers: Int, coverage: Double, wrong: Double)] = [
        (5, 0.983, 0.015), (10, 0.977, 0.000), (20, 0.955, 0.015), (40, 0.951, 0.000),
    ]
    private static let statedCohorts = 400
    private static let statedCases = 70

    private struct Outcome: Sendable {
        /// Share of the metrics whose bound holds.
        var coverage: Double
        /// Metrics in which nine in ten apps lie below the subject, and those of them whose bound says fewer do.
        var high: Int
        var wrong: Int
    }

    static func measure(_ run: Replication) async -> ResultTable {
        var table = ResultTable(
            title: "95 % bound of the percentile", columns: ["coverage", "P(within | percentile > 90)"],
            notes: ["Coverage is promised to be 0.95 or more, the other 0.05 or less."])
        for entry in stated {
            let peers = entry.peers
            let found = await run.outcomes(run.cohorts, "percentile \(peers)") { outcome(peers: peers, random: &$1) }
            let coverage = Measured(found.map(\.coverage))
            table.rows.append(.init(name: "n = \(peers)", figures: [
                Figure(coverage, stated: Stated(value: entry.coverage, count: statedCohorts)),
                Figure(Measured(hits: found.reduce(0) { $0 + $1.wrong }, of: found.reduce(0) { $0 + $1.high }),
                       stated: Stated(value: entry.wrong, count: statedCases), ceiling: 0.05),
            ]))
        }
        return table
    }

    private static func outcome(peers: Int, random: inout RandomSource) -> Outcome {
        let cohort = ModelCohort(apps: 1 + peers + population, captures: 3, random: &random)
        let apps = (0..<cohort.count).map { cohort.app($0) }
        let answer = MethodUnderTest.decide(
            subject: apps[0], peers: Array(apps[1...peers]), options: ComparisonOptions())
        var (held, high, wrong) = (0, 0, 0)
        for metric in metrics {
            let own = value(apps[0], metric)
            let truth = Double(apps[(peers + 1)...].count { value($0, metric) < own }) / Double(population)
            let bound = answer.metrics[metric.rawValue].shareBelowUpper ?? 1
            if truth <= bound { held += 1 }
            if truth > 0.9 {
                high += 1
                if bound <= 0.9 { wrong += 1 }
            }
        }
        return Outcome(coverage: Double(held) / Double(metrics.count), high: high, wrong: wrong)
    }

    private static func value(_ app: SimulatedApp, _ metric: MetricID) -> Double {
        let pairs = app.captures.flatMap { $0.filter { $0.metric == metric } }
        return pairs.reduce(0) { $0 + $1.numerator } / pairs.reduce(0) { $0 + $1.denominator }
    }
}
