/// The range test over the draws (METHOD.md §3.2–3.5; reference: `decide_families`). Counts are summed over the draws,
/// p-values are kept for their median.
struct DecisionDraws: Sendable {
    /// What the draws say of one metric.
    struct Tally: Sendable {
        /// The subject and enough groups have a value.
        var isUsable = false
        /// Peers below the subject, at or below it, and with a value; sums over the draws.
        var below = 0
        var atOrBelow = 0
        var measured = 0
        var p: [Double] = []
        var lowP: [Double] = []
        var adjustedP: [Double] = []
        var adjustedLowP: [Double] = []
        /// A draw left the subject without a value.
        var isMissingInADraw = false
        /// y at which `above` would begin, in the first draw.
        var detectableY: Double?
        /// Peer value above which the raw p is at most alpha, in the first draw.
        var rankValue: Double?
    }

    struct FamilyTally: Sendable {
        var p: [Double] = []
        /// Peers whose score is below the subject's; summed over the draws.
        var below = 0
    }

    /// By `Metric.position`.
    private(set) var metrics: [Tally]
    private(set) var families: [MetricFamily: FamilyTally] = [:]
    /// R.
    private(set) var count: Int

    /// - Parameters:
    ///   - ranksAll: false: only the metric that was asked for is ranked by itself; families are tested all the same.
    ///   - tested: the families that are tested; the metrics of others count as not usable, but for the one that was asked for.
    init(_ cohort: DecisionCohort, options: ComparisonOptions, ranksAll: Bool, families tested: Set<MetricFamily>, cache: inout DecisionCache) {
        metrics = cohort.metrics.map { _ in Tally() }
        let k = cohort.capturesPerApp, own = cohort.subject.captures.count
        let isFixed = own == k && cohort.groups.allSatisfy { $0.count == 1 && $0[0].captures.count == k }
        count = isFixed ? 1 : max(1, options.draws)
        let needed = max(options.minimumGroups, ceilShare(0.8, of: cohort.groups.count)), asked = options.ask
        for metric in cohort.metrics {
            let j = metric.position
            let have = cohort.groups.count { $0.contains { $0.values[j] != nil } }
            metrics[j].isUsable = (tested.contains(metric.family) || metric.name == asked) && cohort.subject.values[j] != nil && have >= needed
        }
        let usable = cohort.metrics.filter { metrics[$0.position].isUsable }
        for family in MetricFamily.allCases { families[family] = FamilyTally() }

        // Subject first, then the groups: the order of the random numbers.
        var draws = cache.takeDraws(PeerDraws.Key(
            captures: cohort.groups.map { $0.map(\.captures.count) }, k: k, taken: own == k ? 0 : k, count: count, seed: options.seed,
            metrics: cohort.metrics.count))
        let rows = usable.map { metric in
            Tested(
                metric: metric, column: draws.column(of: metric, groups: cohort.groups), place: metric.position, family: metric.family.order,
                isTwoSided: metric.isTwoSided, isRanked: ranksAll || metric.name == asked)
        }
        let chosen = subjectCaptures(cohort.subject, k: k, groups: cohort.groups, options: options)
        var scratch = Scratch(peers: cohort.groups.count, metrics: rows.count)
        for draw in 0..<count {
            scratch.clear()
            for (number, test) in rows.enumerated() {
                let value = chosen.map { cohort.subject.value(of: test.metric, over: $0[draw]) } ?? cohort.subject.values[test.place]
                score(test, number, own: value, draw: draw, options: options, &scratch)
            }
            for family in MetricFamily.allCases { rank(family, rows, isFirst: draw == 0, scratch) }
        }
        cache.keep(draws)
    }

    /// The subject's captures in each draw; nil when all are taken.
    private func subjectCaptures(_ subject: DecisionApp, k: Int, groups: [[DecisionApp]], options: ComparisonOptions) -> [[Int]]? {
        guard subject.captures.count != k else { return nil }
        var random = SplitMix64(seed: options.seed, label: "draws")
        return (0..<count).map { _ in
            let chosen = random.subset(of: subject.captures.count, taking: k)
            for apps in groups {
                let app = apps.count == 1 ? 0 : random.index(apps.count)
                if apps[app].captures.count != k { _ = random.subset(of: apps[app].captures.count, taking: k) }
            }
            return chosen
        }
    }

    /// A metric that the draws can say something of.
    private struct Tested {
        var metric: Metric
        var column: PeerDraws.Column
        /// `Metric.position`.
        var place: Int
        /// `MetricFamily.order`.
        var family: Int
        var isTwoSided: Bool
        /// The subject is ranked in it by itself.
        var isRanked: Bool
    }

    /// z of the subject in one metric and draw; `lower` is 0 where a low value is not reported.
    private struct Score {
        var upper = 0.0
        var lower = 0.0
        var center = 0.0
        var scale = 0.0
    }

    /// What one draw fills; kept from draw to draw.
    private struct Scratch {
        /// T of every peer, by family: the largest z of any metric, of high and of low values.
        var largest: [[Double]]
        var lowest: [[Double]]
        /// By metric.
        var scores: [Score]
        var sorted: [Double] = []

        init(peers: Int, metrics: Int) {
            largest = MetricFamily.allCases.map { _ in [Double](repeating: 0, count: peers) }
            lowest = largest
            scores = Array(repeating: Score(), count: metrics)
        }

        mutating func clear() {
            for family in largest.indices {
                for peer in largest[family].indices { (largest[family][peer], lowest[family][peer]) = (-.infinity, -.infinity) }
            }
        }
    }

    /// Ranks the subject in one metric, and gives everybody's z.
    private mutating func score(
        _ test: Tested, _ number: Int, own: Double?, draw: Int, options: ComparisonOptions, _ scratch: inout Scratch
    ) {
        let column = test.column, peers = scratch.largest[0].count, begin = draw * peers, end = begin + peers
        if let own, test.isRanked { rank(test, own: own, column.values[begin..<end], column.starts[draw + 1] - column.starts[draw], draw, options) }
        if own == nil { metrics[test.place].isMissingInADraw = true }
        let y = own.map { RobustScore.logScale($0, offset: test.metric.offset) }
        scratch.sorted.removeAll(keepingCapacity: true)
        Self.insert(y, into: column.sorted[column.starts[draw]..<column.starts[draw + 1]], result: &scratch.sorted)
        let scale = RobustScore(sorted: scratch.sorted, floor: options.scaleFloor)
        Self.raise(&scratch.largest[test.family], column.y[begin..<end], center: scale.center, scale: scale.scale)
        if test.isTwoSided { Self.raise(&scratch.lowest[test.family], column.y[begin..<end], center: scale.center, scale: -scale.lowScale) }
        scratch.scores[number] = Score(
            upper: scale.upper(y), lower: test.isTwoSided ? scale.lower(y) : 0, center: scale.center, scale: scale.scale)
    }

    /// The subject's rank in one metric by itself.
    /// - Parameter measured: peers with a value.
    private mutating func rank(
        _ test: Tested, own: Double, _ values: ArraySlice<Double>, _ measured: Int, _ draw: Int, _ options: ComparisonOptions
    ) {
        let j = test.place, least = leastAtLeast(own), most = largestAtMost(own)
        var atLeast = 0, atOrBelow = 0
        // NaN, a missing value, is neither.
        for value in values {
            atLeast += value >= least ? 1 : 0
            atOrBelow += value <= most ? 1 : 0
        }
        metrics[j].measured += measured
        metrics[j].p.append(Double(1 + atLeast) / Double(measured + 1))
        metrics[j].lowP.append(Double(1 + atOrBelow) / Double(measured + 1))
        metrics[j].below += measured - atLeast
        metrics[j].atOrBelow += atOrBelow
        let rank = (options.alpha * Double(measured + 1) + 1e-9).rounded(.down)
        if draw == 0, rank >= 1, rank <= Double(measured) {
            metrics[j].rankValue = values.filter { !$0.isNaN }.sorted(by: >)[Int(rank) - 1]
        }
    }

    private static func insert(_ own: Double?, into sorted: ArraySlice<Double>, result: inout [Double]) {
        guard let own else {
            result += sorted
            return
        }
        var low = sorted.startIndex, high = sorted.endIndex
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < own { low = middle + 1 } else { high = middle }
        }
        result += sorted[..<low]
        result.append(own)
        result += sorted[low...]
    }

    /// Raises every peer's T to its z in one metric, which is 0 where it has no value. A negative scale: low values.
    private static func raise(_ largest: inout [Double], _ y: ArraySlice<Double>, center: Double, scale: Double) {
        guard scale != 0 else {
            for peer in largest.indices where largest[peer] < 0 { largest[peer] = 0 }
            return
        }
        var peer = 0
        for value in y {
            let z = value.isNaN ? 0 : (value - center) / scale
            if z > largest[peer] { largest[peer] = z }
            peer += 1
        }
    }

    /// T of every app is its largest z in the family; the subject's and each metric's p come from the peers' T.
    private mutating func rank(_ family: MetricFamily, _ tested: [Tested], isFirst: Bool, _ scratch: Scratch) {
        let order = family.order, peers = scratch.largest[order]
        var own = -Double.infinity
        for (number, test) in tested.enumerated() where test.family == order { own = max(own, scratch.scores[number].upper) }
        guard own > -.infinity else { return }
        let atLeast = Self.count(peers, atLeast: own)
        families[family, default: FamilyTally()].p.append(Double(1 + atLeast) / Double(peers.count + 1))
        families[family, default: FamilyTally()].below += peers.count - atLeast
        for (number, test) in tested.enumerated() where test.family == order {
            let score = scratch.scores[number]
            metrics[test.place].adjustedP.append(Double(1 + Self.count(peers, atLeast: score.upper)) / Double(peers.count + 1))
            if test.isTwoSided {
                metrics[test.place].adjustedLowP.append(Double(1 + Self.count(scratch.lowest[order], atLeast: score.lower)) / Double(peers.count + 1))
            }
            if isFirst, let top = peers.max() { metrics[test.place].detectableY = score.center + score.scale * top }
        }
    }

    private static func count(_ scores: [Double], atLeast x: Double) -> Int {
        let least = leastAtLeast(x)
        var count = 0
        for score in scores { count += score >= least ? 1 : 0 }
        return count
    }
}

extension MetricFamily {
    /// Its place among the families.
    fileprivate var order: Int { self == .analytics ? 0 : self == .additional ? 1 : 2 }
}
