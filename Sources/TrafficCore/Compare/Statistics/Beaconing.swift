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
        var nulls = BeaconNulls(draws: draws, seed: seed)
        self.init(times: times, gap: gap, minimumIntervals: minimumIntervals, nulls: &nulls)
    }

    /// The same with draws that are kept for further series: with 999 of them for every destination of every capture they
    /// would take most of a comparison's time.
    init(times: [Double], gap: Double = gap, minimumIntervals: Int = minimumIntervals, nulls: inout BeaconNulls) {
        let sorted = Self.intervals(between: times, gap: gap).sorted()
        guard sorted.count >= max(1, minimumIntervals) else {
            (verdict, intervals) = (.insufficient, sorted.count)
            return
        }
        let middle = Quantiles.median(sorted: sorted)
        let statistic = Self.dispersion(
            median: middle, deviation: Quantiles.medianAbsoluteDeviation(sorted: sorted, around: middle))
        // Exponential intervals with the observed median. Merging leaves no interval under `gap`, hence the shift.
        let mean = max(0, middle - gap) / log(2.0)
        let draws = nulls.spreads(intervals: sorted.count)
        let hits = draws.count {
            isAtLeast(Self.dispersion(median: gap + mean * $0.median, deviation: mean * $0.deviation), statistic)
        }
        let p = Double(1 + hits) / Double(draws.count + 1)
        verdict = p <= Self.significantP && statistic >= Self.smallestStatistic ? .periodic : .notShown
        intervals = sorted.count
        score = Self.regularity(sorted: sorted, dispersion: statistic)
        self.statistic = statistic
        self.p = p
        period = middle
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

    private static func dispersion(median: Double, deviation: Double) -> Double {
        median > 0 ? max(0, 1 - deviation / median) : 0
    }

    /// Mean of (1 - |Bowley skew|) and the dispersion score: the timing part of RITA's beacon score.
    private static func regularity(sorted: [Double], dispersion: Double) -> Double {
        let q1 = Quantiles.quantile(sorted: sorted, 0.25)
        let q2 = Quantiles.quantile(sorted: sorted, 0.5)
        let q3 = Quantiles.quantile(sorted: sorted, 0.75)
        let isSkewed = q3 > q1 && q2 != q1 && q2 != q3
        let skew = isSkewed ? (q1 + q3 - 2 * q2) / (q3 - q1) : 0
        return 0.5 * (1 - abs(skew)) + 0.5 * dispersion
    }
}

/// Random intervals that METHOD.md §6 measures beacons against. Median and MAD follow a shift and a change of scale, so
/// series with equally many intervals share one set of exponential draws.
struct BeaconNulls: Sendable {
    /// Of the exponential intervals of one draw, mean 1.
    struct Spread: Sendable {
        var median: Double
        var deviation: Double
    }

    private var known: [Int: [Spread]] = [:]
    private let draws: Int
    private let seed: UInt64

    init(draws: Int = Beaconing.draws, seed: UInt64 = 1) { (self.draws, self.seed) = (max(0, draws), seed) }

    /// One for each draw of so many intervals, at least 1.
    mutating func spreads(intervals: Int) -> [Spread] {
        if let spreads = known[intervals] { return spreads }
        var random = SplitMix64(seed: seed, label: "beacon")
        let spreads = (0..<draws).map { _ in
            let sorted = (0..<intervals).map { _ in random.exponential() }.sorted()
            let median = Quantiles.median(sorted: sorted)
            return Spread(median: median, deviation: Quantiles.medianAbsoluteDeviation(sorted: sorted, around: median))
        }
        known[intervals] = spreads
        return spreads
    }
}
