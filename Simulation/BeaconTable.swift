import Glibc
import TrafficCore

/// METHOD.md §7: which series of contacts to one destination, in 30 minutes of background, are called periodic.
enum BeaconTable {
    private static let length = 1800.0
    private static let statedSeries = 300

    private enum Series: Sendable {
        case random(mean: Double)
        case heavyTailed, clustered, mildlyRegular
        /// Jitter and missing beats as shares; random starts besides, by beat.
        case beats(period: Double, jitter: Double, missing: Double = 0, besides: Double = 0)
    }

    private struct Case: Sendable {
        var name: String
        var series: Series
        /// Share flagged, as METHOD.md prints it.
        var stated: Double
        var decimals = 3
    }

    private static let cases: [Case] = [
        Case(name: "random starts, mean 15 s", series: .random(mean: 15), stated: 0),
        Case(name: "random starts, mean 30 s", series: .random(mean: 30), stated: 0),
        Case(name: "random starts, mean 60 s", series: .random(mean: 60), stated: 0.007),
        Case(name: "random starts, mean 120 s", series: .random(mean: 120), stated: 0.007),
        Case(name: "heavy-tailed (Pareto 1.3)", series: .heavyTailed, stated: 0.010),
        Case(name: "clustered visits", series: .clustered, stated: 0),
        Case(name: "gamma(2), mildly regular", series: .mildlyRegular, stated: 0.010),
        beats(30, 0.05, 1, 3), beats(30, 0.2, 1, 3), beats(30, 0.4, 1, 3),
        beats(60, 0.05, 1, 3), beats(60, 0.2, 1, 3), beats(60, 0.4, 1, 3),
        beats(120, 0.05, 1, 2), beats(120, 0.2, 1, 2), beats(120, 0.4, 0.88, 2),
        beats(200, 0.05, 1, 2), beats(200, 0.2, 1, 2), beats(200, 0.4, 0.55, 2),
        Case(name: "60 s, 10 % of beats missing", series: .beats(period: 60, jitter: 0.1, missing: 0.1), stated: 1, decimals: 2),
        Case(name: "60 s, 30 % of beats missing", series: .beats(period: 60, jitter: 0.1, missing: 0.3), stated: 0.96, decimals: 2),
        Case(name: "60 s plus 0.25 random starts per beat", series: .beats(period: 60, jitter: 0.1, besides: 0.25), stated: 0.997),
        Case(name: "60 s plus 0.5", series: .beats(period: 60, jitter: 0.1, besides: 0.5), stated: 0.67, decimals: 2),
        Case(name: "60 s plus 1.0", series: .beats(period: 60, jitter: 0.1, besides: 1), stated: 0.01, decimals: 2),
    ]

    private static func beats(_ period: Double, _ jitter: Double, _ stated: Double, _ decimals: Int) -> Case {
        Case(name: "period \(plain(period)) s, jitter \(plain(100 * jitter)) %", series: .beats(period: period, jitter: jitter),
             stated: stated, decimals: decimals)
    }

    private struct Outcome: Sendable {
        var usable = 0
        var flagged = 0
        var scored = 0
    }

    static func measure(_ run: Replication) async -> ResultTable {
        var table = ResultTable(
            title: "Beaconing, 1800 s of background", columns: ["flagged", "usable", "plain score >= 0.8"],
            notes: ["Flagged and score: of the series with enough intervals."])
        let (cases, count) = (cases, run.cohorts)
        // One case a run: its series share the test's own draws.
        let found = await run.outcomes(cases.count, "beacons") { number, random in
            var tester = BeaconTester()
            var outcome = Outcome()
            for _ in 0..<count {
                guard let result = tester.test(times(cases[number].series, random: &random)) else { continue }
                outcome.usable += 1
                if result.isPeriodic { outcome.flagged += 1 }
                if result.score >= 0.8 { outcome.scored += 1 }
            }
            return outcome
        }
        for (entry, outcome) in zip(cases, found) {
            let usable = Measured(hits: outcome.usable, of: count)
            let stated = Stated(
                value: entry.stated, count: Int((Double(statedSeries) * usable.mean).rounded()), decimals: entry.decimals)
            table.rows.append(.init(name: entry.name, figures: [
                Figure(Measured(hits: outcome.flagged, of: outcome.usable), stated: stated), Figure(usable),
                Figure(Measured(hits: outcome.scored, of: outcome.usable)),
            ]))
        }
        return table
    }

    /// The method measures against 999 random series that are always the same. How much do they decide?
    static func measureNulls(_ run: Replication) async -> ResultTable {
        var table = ResultTable(
            title: "Beaconing, the same series against other draws of the random ones",
            columns: ["period 120 s, jitter 40 %", "gamma(2), mildly regular"])
        let series: [Series] = [.beats(period: 120, jitter: 0.4), .mildlyRegular]
        let nulls: [(draws: Int, seed: UInt64)] = (1...8).map { (999, $0) } + (1...3).map { (9999, $0) }
        let count = run.cohorts
        let drawn = await run.outcomes(series.count, "beacon nulls") { number, random in
            (0..<count).map { _ in times(series[number], random: &random) }
        }
        let found = await run.outcomes(nulls.count, "beacon nulls") { number, _ in
            var tester = BeaconTester(draws: nulls[number].draws, seed: nulls[number].seed)
            return drawn.map { series in series.compactMap { tester.test($0)?.isPeriodic } }
        }
        for (null, flags) in zip(nulls, found) {
            table.rows.append(.init(
                name: "\(null.draws) draws, seed \(null.seed)",
                figures: flags.map { Figure(Measured(hits: $0.count { $0 }, of: $0.count)) }))
        }
        return table
    }

    private static func times(_ series: Series, random: inout RandomSource) -> [Double] {
        switch series {
        case .random(let mean): return starts(every: mean, random: &random)
        case .heavyTailed:
            return running(random: &random) { 1.8 * (pow(1 - $0.unit(), -1 / 1.3) - 1) }
        case .clustered:
            return starts(every: 120, random: &random).flatMap { visit in
                var time = visit
                return (0..<random.geometric(0.3)).map { _ in
                    time += 15 * random.exponential()
                    return time
                }
            }.filter { $0 < length }
        case .mildlyRegular: return running(random: &random) { 15 * $0.gamma(2) }
        case .beats(let period, let jitter, let missing, let besides):
            var time = period * random.unit()
            var beats: [Double] = []
            for _ in 0..<Int(length / period) {
                time += period * (1 + random.uniform(-jitter, jitter))
                if time < length, !random.isTrue(missing) { beats.append(time) }
            }
            return besides > 0 ? beats + starts(every: period / besides, random: &random) : beats
        }
    }

    private static func starts(every mean: Double, random: inout RandomSource) -> [Double] {
        (0..<random.poisson(length / mean)).map { _ in length * random.unit() }
    }

    private static func running(random: inout RandomSource, _ interval: (inout RandomSource) -> Double) -> [Double] {
        var times: [Double] = []
        var time = interval(&random)
        while time < length {
            times.append(time)
            time += interval(&random)
        }
        return times
    }
}
