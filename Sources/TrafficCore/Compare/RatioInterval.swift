import Glibc

/// Offset ratio of the subject to the peers, (x + c)/(median of group means + c), with its 90 % interval
/// (METHOD.md §3.8; reference: `bootstrap_ratio`).
struct RatioInterval: Sendable {
    /// nil without a value of the subject or of any group.
    var ratio: Double?
    /// nil with fewer than 3 captures of the subject or 5 groups.
    var low: Double?
    var high: Double?
    /// The upper end is at most `ComparisonOptions.kappa`.
    var isAtMostKappa: Bool?

    static let minimumCaptures = 3
    static let minimumGroups = 5

    /// One replicate takes the groups with replacement and m - 1 of the subject's m captures with replacement (Rao and
    /// Wu); a replicate without a value takes the subject's own.
    init(_ metric: Metric, subject: DecisionApp, groupMeans: [Double], options: ComparisonOptions, cache: inout DecisionCache) {
        guard let own = subject.values[metric.position], !groupMeans.isEmpty else { return }
        let c = metric.offset
        ratio = ((own + c) / (Quantiles.median(groupMeans) + c)).finite
        let captures = subject.captures.count
        guard captures >= Self.minimumCaptures, groupMeans.count >= Self.minimumGroups else { return }
        let resampled = cache.medians(metric, groupMeans: groupMeans, captures: captures, options: options)
        var replicates: [Double] = []
        replicates.reserveCapacity(resampled.medians.count)
        for (place, median) in resampled.medians.enumerated() {
            let chosen = resampled.chosen[place * (captures - 1)..<(place + 1) * (captures - 1)]
            let value = subject.value(of: metric, over: chosen) ?? own
            let replicate = (value + c) / (median + c)
            // Only negative amounts, which no capture has, make it anything but a number.
            replicates.append(replicate.finite ?? 0)
        }
        replicates.sort()
        let high = Quantiles.quantile(sorted: replicates, 0.95)
        low = Quantiles.quantile(sorted: replicates, 0.05)
        self.high = high
        isAtMostKappa = high <= options.kappa
    }
}

/// The groups' side of the bootstrap: for each replicate the median of the groups drawn, and the subject's captures that go with it.
/// Subjects with equally many captures and the same peers share it.
struct ResampledMedians: Sendable {
    private var groupMeans: [Double] = []
    private var captures = 0
    private var seed: UInt64 = 0
    /// By replicate.
    private(set) var medians: [Double] = []
    /// Captures by number, m - 1 a replicate.
    private(set) var chosen: [Int] = []

    init() {}

    init(_ metric: Metric, groupMeans: [Double], captures: Int, options: ComparisonOptions) {
        (self.groupMeans, self.captures, seed) = (groupMeans, captures, options.seed)
        var random = SplitMix64(seed: options.seed, label: "bootstrap:" + metric.name)
        let count = groupMeans.count, replicates = max(1, options.bootstrapReplicates)
        medians.reserveCapacity(replicates)
        chosen.reserveCapacity(replicates * (captures - 1))
        // A drawn group is counted at its rank, so that the median is found by walking and not by sorting.
        let order = groupMeans.indices.sorted { groupMeans[$0] < groupMeans[$1] }, sorted = order.map { groupMeans[$0] }
        var rank = [Int](repeating: 0, count: count)
        for (place, group) in order.enumerated() { rank[group] = place }
        var drawn = [Int](repeating: 0, count: count)
        let groups = SplitMix64.Bound(count), own = SplitMix64.Bound(captures)
        for _ in 0..<replicates {
            for place in drawn.indices { drawn[place] = 0 }
            for _ in 0..<count { drawn[rank[random.index(groups)]] += 1 }
            medians.append(Self.median(drawn, sorted))
            for _ in 1..<captures { chosen.append(random.index(own)) }
        }
    }

    /// Type 7 (METHOD.md §8) of `sorted`, each value as often as `drawn` says.
    private static func median(_ drawn: [Int], _ sorted: [Double]) -> Double {
        let count = sorted.count, low = (count - 1) / 2
        var place = 0, passed = drawn[0]
        while passed <= low {
            place += 1
            passed += drawn[place]
        }
        let first = sorted[place]
        guard count % 2 == 0 else { return first }
        while passed <= low + 1 {
            place += 1
            passed += drawn[place]
        }
        return first + 0.5 * (sorted[place] - first)
    }

    func fits(_ groupMeans: [Double], captures: Int, options: ComparisonOptions) -> Bool {
        self.groupMeans == groupMeans && self.captures == captures && seed == options.seed && medians.count == max(1, options.bootstrapReplicates)
    }
}
