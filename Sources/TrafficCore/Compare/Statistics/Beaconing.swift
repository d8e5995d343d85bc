import Glibc

/// Test of "more regular than independent random arrivals at the same mean rate" (METHOD.md §6).
struct Beaconing: Sendable, Equatable {
    enum Verdict: String, Sendable { case periodic, notShown = "not_shown", insufficient }

    var verdict: Verdict
    /// Number of intervals between beats.
    var intervals: Int
    /// RITA's timing score, shown and not tested; nil with too few intervals, as are all below.
    var score: Double?
    /// max(0, 1 - MAD/median) of the intervals.
    var statistic: Double?
    var p: Double?
    /// Median interval, seconds.
    var period: Double?

    /// A beat starts this many seconds or more after the previous start.
    static let gap = 5.0
    static let draws = 999
    static let minimumIntervals = 8
    /// `periodic` needs p at or below the one and the statistic at or above the other: mildly regular use is no beacon.
    private static let significantP = 0.01
    private static let smallestStatistic = 0.7

    /// Tests start times in seconds, in any order.
    init(times: [Double], gap: Double = gap, draws: Int = draws, seed: UInt64 = 1,
         minimumIntervals: Int = minimumIntervals) {
        let sorted = Self.intervals(between: times, gap: gap).sorted()
        guard sorted.count >= max(1, minimumIntervals) else {
            (verdict, intervals) = (.insufficient, sorted.count)
            return
        }
        let statistic = Self.dispersion(sorted: sorted)
        let hits = Self.nullHits(sorted, statistic, gap: gap, draws: draws, seed: seed, stopAbove: .max)
        let p = Double(1 + hits) / Double(max(0, draws) + 1)
        verdict = p <= Self.significantP && statistic >= Self.smallestStatistic ? .periodic : .notShown
        intervals = sorted.count
        score = Self.regularity(sorted: sorted)
        self.statistic = statistic
        self.p = p
        period = Quantiles.median(sorted: sorted)
    }

    /// The verdict alone, with METHOD.md's parameters: most series are refused by the statistic or after a few draws.
    static func isPeriodic(times: [Double]) -> Bool {
        guard times.count > minimumIntervals else { return false }
        let sorted = intervals(between: times, gap: gap).sorted()
        guard sorted.count >= minimumIntervals else { return false }
        let statistic = dispersion(sorted: sorted)
        guard statistic >= smallestStatistic else { return false }
        let most = Int(significantP * Double(draws + 1)) - 1
        let hits = nullHits(sorted, statistic, gap: gap, draws: draws, seed: 1, stopAbove: most)
        return Double(1 + hits) / Double(draws + 1) <= significantP
    }

    /// Draws of exponential intervals with the observed median that are at least as regular. Merging leaves no interval
    /// under `gap`, hence the shift. Ends early once more than `stopAbove` were found.
    private static func nullHits(_ sorted: [Double], _ statistic: Double, gap: Double, draws: Int, seed: UInt64,
                                 stopAbove: Int) -> Int {
        var random = SplitMix64(seed: seed, label: "beacon")
        let mean = max(0, Quantiles.median(sorted: sorted) - gap) / log(2.0)
        var null = sorted
        var hits = 0
        for _ in 0..<max(0, draws) {
            for i in null.indices { null[i] = gap + mean * random.exponential() }
            null.sort()
            if isAtLeast(dispersion(sorted: null), statistic) { hits += 1 }
            if hits > stopAbove { break }
        }
        return hits
    }

    private static func intervals(between times: [Double], gap: Double) -> [Double] {
        var beats: [Double] = []
        var last: Double?
        for time in times.sorted() {
            if let last, time - last < gap {} else { beats.append(time) }
            last = time
        }
        return zip(beats.dropFirst(), beats).map { $0 - $1 }
    }

    private static func dispersion(sorted: [Double]) -> Double {
        let middle = Quantiles.median(sorted: sorted)
        guard middle > 0 else { return 0 }
        return max(0, 1 - Quantiles.medianAbsoluteDeviation(sorted: sorted, around: middle) / middle)
    }

    /// Mean of (1 - |Bowley skew|) and the dispersion score: the timing part of RITA's beacon score.
    private static func regularity(sorted: [Double]) -> Double {
        let q1 = Quantiles.quantile(sorted: sorted, 0.25)
        let q2 = Quantiles.quantile(sorted: sorted, 0.5)
        let q3 = Quantiles.quantile(sorted: sorted, 0.75)
        let isSkewed = q3 > q1 && q2 != q1 && q2 != q3
        let skew = isSkewed ? (q1 + q3 - 2 * q2) / (q3 - q1) : 0
        return 0.5 * (1 - abs(skew)) + 0.5 * dispersion(sorted: sorted)
    }
}
