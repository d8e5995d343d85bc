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

    init(_ cohort: DecisionCohort, options: ComparisonOptions) {
        metrics = cohort.metrics.map { _ in Tally() }
        let k = cohort.capturesPerApp
        let isFixed =
            cohort.subject.captures.count == k
            && cohort.groups.allSatisfy { $0.count == 1 && $0[0].captures.count == k }
        count = isFixed ? 1 : max(1, options.draws)
        let needed = max(options.minimumGroups, ceilShare(0.8, of: cohort.groups.count))
        for metric in cohort.metrics {
            let j = metric.position
            let have = cohort.groups.count { $0.contains { $0.values[j] != nil } }
            metrics[j].isUsable = cohort.subject.values[j] != nil && have >= needed
        }
        let usable = cohort.metrics.filter { metrics[$0.position].isUsable }
        for family in MetricFamily.allCases { families[family] = FamilyTally() }

        var random = SplitMix64(seed: options.seed, label: "draws")
        // Subject first, then the groups: the order of the random numbers.
        let candidates = [[cohort.subject]] + cohort.groups
        for draw in 0..<count {
            let rows = candidates.map { apps in
                DrawnApp(apps, k: k, metrics: usable, random: &random)
            }
            let scores = usable.map { metric in
                score(metric, values: rows.map { $0.values[metric.position] }, isFirst: draw == 0, options: options)
            }
            for family in MetricFamily.allCases {
                testFamily(family, scores.filter { $0.metric.family == family }, apps: rows.count, isFirst: draw == 0)
            }
        }
    }

    /// One app's values in one draw.
    private struct DrawnApp {
        var values: [Double?]

        /// Takes one of the apps and k of its captures.
        init(_ apps: [DecisionApp], k: Int, metrics: [Metric], random: inout SplitMix64) {
            let app = apps.count == 1 ? apps[0] : apps[random.index(apps.count)]
            values = app.values
            guard app.captures.count != k else { return }
            let chosen = random.subset(of: app.captures.count, taking: k)
            for metric in metrics { values[metric.position] = app.value(of: metric, over: chosen) }
        }
    }

    /// z of every app in one metric and draw, the subject first.
    private struct Scores {
        var metric: Metric
        var scale: RobustScore
        var upper: [Double]
        /// Empty where a low value is not reported.
        var lower: [Double]
    }

    /// Ranks the subject in one metric and gives everybody's z.
    private mutating func score(_ metric: Metric, values: [Double?], isFirst: Bool, options: ComparisonOptions) -> Scores {
        let j = metric.position
        if let own = values[0] {
            let peers = values.dropFirst().compactMap(\.self)
            metrics[j].measured += peers.count
            metrics[j].p.append(ConformalP.upper(own, among: peers))
            metrics[j].lowP.append(ConformalP.lower(own, among: peers))
            metrics[j].below += peers.count { isAbove(own, $0) }
            metrics[j].atOrBelow += peers.count { isAtLeast(own, $0) }
            let rank = (options.alpha * Double(peers.count + 1) + 1e-9).rounded(.down)
            if isFirst, rank >= 1, rank <= Double(peers.count) {
                metrics[j].rankValue = peers.sorted(by: >)[Int(rank) - 1]
            }
        } else {
            metrics[j].isMissingInADraw = true
        }
        let y = values.map { $0.map { RobustScore.logScale($0, offset: metric.offset) } }
        let scale = RobustScore(of: y.compactMap(\.self), floor: options.scaleFloor)
        return Scores(metric: metric, scale: scale, upper: y.map(scale.upper), lower: metric.isTwoSided ? y.map(scale.lower) : [])
    }

    /// T of every app is its largest z in the family; the subject's and each metric's p come from the peers' T.
    private mutating func testFamily(_ family: MetricFamily, _ scores: [Scores], apps: Int, isFirst: Bool) {
        guard !scores.isEmpty else { return }
        let largest = Self.maxima(scores.map(\.upper), apps: apps)
        let lowest = Self.maxima(scores.map(\.lower).filter { !$0.isEmpty }, apps: apps)
        let peers = largest.dropFirst()
        families[family, default: FamilyTally()].p.append(ConformalP.upper(largest[0], among: peers))
        families[family, default: FamilyTally()].below += peers.count { isAbove(largest[0], $0) }
        for score in scores {
            let j = score.metric.position
            metrics[j].adjustedP.append(ConformalP.upper(score.upper[0], among: peers))
            if score.metric.isTwoSided {
                metrics[j].adjustedLowP.append(ConformalP.upper(score.lower[0], among: lowest.dropFirst()))
            }
            if isFirst, let top = peers.max() { metrics[j].detectableY = score.scale.center + score.scale.scale * top }
        }
    }

    private static func maxima(_ rows: [[Double]], apps: Int) -> [Double] {
        (0..<apps).map { app in rows.reduce(-Double.infinity) { max($0, $1[app]) } }
    }
}
