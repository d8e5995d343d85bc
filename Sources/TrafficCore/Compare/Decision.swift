import Glibc

/// METHOD.md's stage B: verdicts from the pairs of every capture (§3; reference: `decide`). No wording yet.
struct Decision: Sendable {
    /// By `Metric.position`; of captures in METHOD.md §2's order.
    var metrics: [MetricResult] = []
    /// Analytics, additional, exploratory.
    var families: [FamilyResult] = []
    var overall = Verdict.insufficient
    var primary: PrimaryResult?
    var groups: Int
    var capturesUsed: Int
    var subjectCaptures: Int
    var smallestP: Double
    var isFragile = false
    /// Common windows, seconds.
    var windows: [Phase: Double]
    var notes: [String]
    /// The apps as they were used.
    var cohort: DecisionCohort

    /// Fewer captures of the subject are flagged (METHOD.md §1).
    static let advisedCaptures = 3
    var hasFewCaptures: Bool { subjectCaptures < Self.advisedCaptures }

    /// Phases whose common window is shorter than a minute.
    var shortPhases: [Phase] {
        Phase.allCases.filter { windows[$0].map { $0 < Double(CommonWindow.shortest) } ?? false }
    }

    private static let leadP = 0.01

    /// - Parameter isWhole: with intervals, and with the look at what one capture less would say; else verdicts alone.
    /// - Throws: `ComparisonError` when an option is out of range or `ask` names no metric.
    init(_ table: DecisionTable, options: ComparisonOptions) throws {
        var cache = DecisionCache()
        try self.init(table, options: options, cache: &cache)
    }

    /// Verdicts alone: no intervals, and nothing about what one capture less would change.
    init(verdictsOf table: DecisionTable, options: ComparisonOptions) throws {
        try options.validate(for: table.metrics)
        var cache = DecisionCache()
        self.init(
            DecisionCohort(table, alpha: options.alpha), windows: table.windows, options: options, withIntervals: false, ranksAll: true,
            families: Set(MetricFamily.allCases), cache: &cache)
    }

    /// - Parameter cache: kept from decision to decision; it changes no answer.
    init(_ table: DecisionTable, options: ComparisonOptions, cache: inout DecisionCache) throws {
        try options.validate(for: table.metrics)
        self.init(DecisionCohort(table, alpha: options.alpha), windows: table.windows, options: options, withIntervals: true, ranksAll: true, families: Set(MetricFamily.allCases), cache: &cache)
        guard capturesUsed >= 1, groups >= options.minimumGroups, subjectCaptures >= Self.advisedCaptures else { return }
        // METHOD.md §3.10: does leaving one capture out change what is said first?
        for capture in 0..<subjectCaptures {
            let rest = cohort.without(subjectCapture: capture, alpha: options.alpha)
            let less = Decision(rest, windows: windows, options: options, withIntervals: false, ranksAll: false, families: [.analytics, .additional], cache: &cache)
            guard less.overall == overall, less.primary?.verdict == primary?.verdict else {
                isFragile = true
                return
            }
        }
    }

    /// The same of apps that were chosen already, for what is said first: metrics that are neither above nor below are not told apart.
    init(verdictsOf cohort: DecisionCohort, windows: [Phase: Double], options: ComparisonOptions, cache: inout DecisionCache) {
        self.init(cohort, windows: windows, options: options, withIntervals: false, ranksAll: false, families: Set(MetricFamily.allCases), cache: &cache)
    }

    init(
        _ cohort: DecisionCohort, windows: [Phase: Double], options: ComparisonOptions, withIntervals: Bool, ranksAll: Bool,
        families tested: Set<MetricFamily>, cache: inout DecisionCache
    ) {
        self.cohort = cohort
        self.windows = windows
        (groups, capturesUsed) = (cohort.groups.count, cohort.capturesPerApp)
        subjectCaptures = cohort.subject.captures.count
        smallestP = 1 / Double(groups + 1)
        notes = cohort.notes
        let isEnough = groups >= options.minimumGroups && capturesUsed >= 1 && groups >= 1
        let draws = isEnough ? DecisionDraws(cohort, options: options, ranksAll: ranksAll, families: tested, cache: &cache) : nil
        for metric in cohort.metrics {
            metrics.append(Self.result(metric, cohort: cohort, draws: draws, options: options, withIntervals: withIntervals, cache: &cache))
        }
        primary = cohort.metrics.first { $0.name == options.ask }.map { askedResult($0, draws: draws, options: options) }
        families = MetricFamily.allCases.map { familyResult($0, draws: draws, options: options) }
        let clauses = families.filter { $0.family != .exploratory }.map(\.verdict)
        // METHOD.md §3.7: the first that either family has.
        overall = [Verdict.above, .insufficient, .below].first { clauses.contains($0) } ?? .within
    }

    /// One metric (METHOD.md §3.6, §3.8, §3.9).
    private static func result(_ metric: Metric, cohort: DecisionCohort, draws: DecisionDraws?, options: ComparisonOptions,
                               withIntervals: Bool, cache: inout DecisionCache) -> MetricResult {
        let j = metric.position
        var result = MetricResult(name: metric.name, unit: metric.unit, family: metric.family, verdict: .insufficient)
        result.value = cohort.subject.values[j]
        let means = cohort.groups.compactMap { group -> Double? in
            let values = group.compactMap { $0.values[j] }
            guard !values.isEmpty else { return nil }
            return min(max(values.reduce(0, +) / Double(values.count), -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
        }
        result.peerMedian = means.isEmpty ? nil : Quantiles.median(means).finite
        if withIntervals {
            result.peers = cohort.groups.flatMap { $0.map { PeerValue(app: $0.id, group: $0.group, value: $0.values[j]) } }
            let interval = RatioInterval(metric, subject: cohort.subject, groupMeans: means, options: options, cache: &cache)
            (result.ratio, result.ratioLow, result.ratioHigh) = (interval.ratio, interval.low, interval.high)
            result.isAtMostKappa = interval.isAtMostKappa
        }
        guard let draws else {
            result.reason = .tooFewPeers
            return result
        }
        let tally = draws.metrics[j]
        guard tally.isUsable, !tally.isMissingInADraw, let own = result.value, let median = result.peerMedian else {
            result.reason = .notMeasured
            return result
        }
        let count = Double(draws.count)
        let p = Quantiles.median(tally.adjustedP)
        let lowP = metric.isTwoSided ? Quantiles.median(tally.adjustedLowP) : nil
        guard !tally.p.isEmpty else {
            // Verdicts alone are asked for, and this metric by itself was not: it is out of the range or it is not.
            (result.p, result.pAdjusted, result.pAdjustedLow) = (p, p, lowP)
            (result.verdict, result.reason) = verdict(p: p, lowP: lowP, shareBelowUpper: 1, options: options)
            return result
        }
        let below = Double(tally.below) / count
        let measured = Double(tally.measured) / count
        let share = ClopperPearson.upper(below, of: measured)
        result.p = Quantiles.median(tally.p)
        (result.pAdjusted, result.pAdjustedLow) = (p, lowP)
        if tally.measured > 0 { result.percentile = 100 * Double(tally.below + tally.atOrBelow) / Double(2 * tally.measured) }
        result.shareBelowUpper = share
        result.shareAtOrBelowLower = ClopperPearson.lower(Double(tally.atOrBelow) / count, of: measured)
        result.detectableRatio = tally.detectableY.map {
            exp2(min(900, $0)) / (1 + max(0, median) / metric.offset)
        }?.finite
        result.leadP = StudentT.predictionP(own, peers: means, offset: metric.offset, floor: options.scaleFloor)
        (result.below, result.peersMeasured) = (below, measured)
        (result.verdict, result.reason) = verdict(p: p, lowP: lowP, shareBelowUpper: share, options: options)
        return result
    }

    /// METHOD.md §3.6 for a usable metric; `lowP` is nil where a low value is not reported.
    private static func verdict(p: Double, lowP: Double?, shareBelowUpper: Double, options: ComparisonOptions)
        -> (Verdict, InsufficiencyReason?)
    {
        if isWithinLimit(p, options.alpha) { return (.above, nil) }
        if let lowP, isWithinLimit(lowP, options.alpha) { return (.below, nil) }
        return isWithinLimit(shareBelowUpper, options.many) ? (.within, nil) : (.insufficient, .notDecided)
    }

    /// The question named before looking (METHOD.md §3.12): raw p, nothing else in the answer changes.
    private func askedResult(_ metric: Metric, draws: DecisionDraws?, options: ComparisonOptions) -> PrimaryResult {
        let result = metrics[metric.position]
        var asked = PrimaryResult(metric: metric.name, verdict: result.verdict)
        (asked.reason, asked.value, asked.peerMedian, asked.p) = (result.reason, result.value, result.peerMedian, result.p)
        guard let draws, let p = result.p, let share = result.shareBelowUpper, let median = result.peerMedian else {
            return asked
        }
        let tally = draws.metrics[metric.position]
        asked.pLow = metric.isTwoSided ? Quantiles.median(tally.lowP) : nil
        (asked.verdict, asked.reason) = Self.verdict(p: p, lowP: asked.pLow, shareBelowUpper: share, options: options)
        asked.detectableRatio = tally.rankValue.flatMap { (($0 + metric.offset) / (max(0, median) + metric.offset)).finite }
        return asked
    }

    /// One family (METHOD.md §3.4–3.6), and the leads among its metrics (§3.9).
    private mutating func familyResult(_ family: MetricFamily, draws: DecisionDraws?, options: ComparisonOptions) -> FamilyResult {
        let all = cohort.metrics.filter { $0.family == family }
        let used = all.map(\.position).filter { metrics[$0].p != nil }
        var result = FamilyResult(family: family, verdict: .insufficient, tested: used.count, of: all.count)
        guard let draws, let tally = draws.families[family], !used.isEmpty else { return result }
        let p = Quantiles.median(tally.p)
        let share = ClopperPearson.upper(Double(tally.below) / Double(draws.count), of: Double(groups))
        (result.p, result.shareBelowUpper) = (p, share)
        result.mostUnusual =
            used.min { (metrics[$0].pAdjusted ?? 1, metrics[$0].p ?? 1, $0) < (metrics[$1].pAdjusted ?? 1, metrics[$1].p ?? 1, $1) }
            .map { metrics[$0].name }
        if isWithinLimit(p, options.alpha) {
            result.verdict = .above
        } else if isWithinLimit(share, options.many), used.count >= ceilShare(0.75, of: all.count) {
            result.verdict = used.contains { metrics[$0].verdict == .below } ? .below : .within
        }
        let corrected = MultipleTesting.holm(used.map { metrics[$0].leadP ?? 1 })
        for (j, q) in zip(used, corrected) {
            metrics[j].isLead = metrics[j].verdict == .insufficient && q <= Self.leadP && smallestP > options.alpha
        }
        return result
    }
}
