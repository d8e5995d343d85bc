import Glibc
import TrafficCore

/// METHOD.md §7: how often the 90 % interval of the ratio to the peer median holds the ratio of long-run rates.
enum RatioTable {
    private static let stated: [(captures: Int, coverage: [Double])] = [
        (3, [0.887, 0.878, 0.867, 0.846]), (5, [0.909, 0.893, 0.894, 0.880]), (10, [0.913, 0.889, 0.911, 0.881]),
    ]
    private static let peers = [5, 10, 20, 40]
    private static let statedCohorts = 1000
    private static let metric = MetricID.analyticsBytesUpPerMinute

    private struct Outcome: Sendable {
        /// Long-run rates, the subject's first.
        var levels: [Double]
        var interval: ClosedRange<Double>?
    }

    static func measure(_ run: Replication) async -> ResultTable {
        var table = ResultTable(
            title: "90 % interval of the ratio to the peer median",
            columns: ["coverage", "truth above it", "truth below it", "P(at most 3 | truth > 3)"],
            notes: ["At most 3: the interval ends there. 0.05 is meant for the truth above the interval, wherever the truth is."])
        for entry in stated {
            for (column, peers) in Self.peers.enumerated() {
                let captures = entry.captures
                let found = await run.outcomes(run.cohorts, "ratio \(peers) \(captures)") {
                    outcome(peers: peers, captures: captures, random: &$1)
                }
                let levels = found.flatMap(\.levels).sorted()
                let median = 0.5 * (levels[(levels.count - 1) / 2] + levels[levels.count / 2])
                let (offset, kappa) = (metric.definition.offset, ComparisonOptions().kappa)
                var (held, above, below, large, wrong) = (0, 0, 0, 0, 0)
                for cohort in found {
                    let truth = (cohort.levels[0] + offset) / (median + offset)
                    guard let interval = cohort.interval else { continue }
                    if truth > kappa { large += 1 }
                    if truth > kappa, interval.upperBound <= kappa { wrong += 1 }
                    if truth > interval.upperBound { above += 1 }
                    else if truth < interval.lowerBound { below += 1 }
                    else { held += 1 }
                }
                table.rows.append(.init(name: "K = \(captures), n = \(peers)", figures: [
                    Figure(Measured(hits: held, of: found.count),
                           stated: Stated(value: entry.coverage[column], count: statedCohorts)),
                    Figure(Measured(hits: above, of: found.count)), Figure(Measured(hits: below, of: found.count)),
                    Figure(Measured(hits: wrong, of: large)),
                ]))
            }
        }
        return table
    }

    private static func outcome(peers: Int, captures: Int, random: inout RandomSource) -> Outcome {
        let population = Population()
        var levels: [Double] = []
        var values: [[Double]] = []
        for _ in 0...peers {
            let effect = population.spread[0] * random.effect(.student5) + 0.6 * random.normal()
            let level = random.isTrue(population.presence[0]) ? population.median[0] * exp(effect) : 0
            levels.append(level)
            values.append((0..<captures).map { _ in level * exp(0.64 * random.normal() - 0.205) })
        }
        let subject = SimulatedApp(id: "subject", group: "subject", captures: values[0].map { [SimulatedPair(metric, $0, 1)] })
        let means = values.dropFirst().map { $0.reduce(0, +) / Double(captures) }
        var options = ComparisonOptions()
        // Otherwise all cohorts would be resampled alike.
        options.seed = UInt64(random.index(1 << 62))
        return Outcome(
            levels: levels,
            interval: MethodUnderTest.ratioInterval(metric, subject: subject, groupMeans: means, options: options))
    }
}
