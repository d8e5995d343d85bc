// The method in plain values, for the simulation that measures its error rates (docs/method.md). Nothing is decided here:
// everything is handed on to the code that `Comparison` uses.

/// One metric's pair in one capture.
package struct SimulatedPair: Sendable {
    package var metric: MetricID
    package var numerator: Double
    package var denominator: Double

    package init(_ metric: MetricID, _ numerator: Double, _ denominator: Double) {
        (self.metric, self.numerator, self.denominator) = (metric, numerator, denominator)
    }
}

/// One app as stage B takes it (METHOD.md §3).
package struct SimulatedApp: Sendable {
    package var id: String
    package var group: String
    /// The pairs of each capture; a metric without one was not measured in it.
    package var captures: [[SimulatedPair]]

    package init(id: String, group: String, captures: [[SimulatedPair]]) {
        (self.id, self.group, self.captures) = (id, group, captures)
    }

    fileprivate var row: DecisionTable.App {
        DecisionTable.App(id: id, group: group, captures: captures.enumerated().map { number, measured in
            DecisionTable.Capture(id: "capture \(number)", pairs: Self.allMetrics(measured))
        })
    }

    fileprivate static func allMetrics(_ measured: [SimulatedPair]) -> [MetricPair] {
        var pairs = [MetricPair](repeating: MetricPair(), count: MetricID.allCases.count)
        for pair in measured {
            pairs[pair.metric.rawValue] = MetricPair(numerator: pair.numerator, denominator: pair.denominator)
        }
        return pairs
    }
}

/// What the method says of a simulated subject.
package struct SimulatedAnswer: Sendable {
    package var overall: Verdict
    package var metrics: [MetricResult]
    package var families: [FamilyResult]
    package var primary: PrimaryResult?

    fileprivate init(_ table: DecisionTable, options: ComparisonOptions) {
        let cohort = DecisionCohort(table, alpha: options.alpha)
        // Neither intervals nor the leave-one-out check change a verdict, and they take most of the time.
        var cache = DecisionCache()
        let decision = Decision(
            cohort, windows: table.windows, options: options, withIntervals: false, ranksAll: true, families: Set(MetricFamily.allCases), cache: &cache)
        (overall, metrics, families, primary) = (decision.overall, decision.metrics, decision.families, decision.primary)
    }
}

/// The project's own statistics, as the simulation calls them.
package enum MethodUnderTest {
    /// Stage B (METHOD.md §3) on pairs.
    package static func decide(subject: SimulatedApp, peers: [SimulatedApp], options: ComparisonOptions) -> SimulatedAnswer {
        SimulatedAnswer(DecisionTable(windows: [:], subject: subject.row, peers: peers.map(\.row)), options: options)
    }

    /// Stages A and B (METHOD.md §1–3) on records.
    package static func compare(subject: ObservedApp, peers: [ObservedApp], options: ComparisonOptions) -> SimulatedAnswer {
        SimulatedAnswer(Cohort(subject: subject, peers: peers).table, options: options)
    }

    /// 90 % interval of the offset ratio (METHOD.md §3.8); nil where it has none.
    package static func ratioInterval(
        _ metric: MetricID, subject: SimulatedApp, groupMeans: [Double], options: ComparisonOptions
    ) -> ClosedRange<Double>? {
        let app = DecisionApp(id: subject.id, group: subject.group, captures: subject.captures.map(SimulatedApp.allMetrics), metrics: MetricCatalog.metrics)
        var cache = DecisionCache()
        let interval = RatioInterval(metric.definition, subject: app, groupMeans: groupMeans, options: options, cache: &cache)
        guard let low = interval.low, let high = interval.high, low <= high else { return nil }
        return low...high
    }

    /// Distance of each capture's upload sizes to those of all other apps (METHOD.md §2, *Sizes*).
    /// - Parameter sizes: Octets of each upload, by app and capture.
    package static func sizeGaps(_ sizes: [[[Int]]]) -> [[Double]] {
        let captures = sizes.map { $0.map { SizeDistribution(sizes: $0).normalised } }
        let means = captures.map { captures in captures.reduce(into: SizeDistribution(), +=).normalised }
        let sum = means.reduce(into: SizeDistribution(), +=)
        return zip(captures, means).map { captures, own in
            let pool = (sum + own / -1).normalised
            return captures.map { $0.wasserstein1(to: pool) }
        }
    }

    /// p of "uploads follow events" in one capture (METHOD.md §5); nil with too few events or too short a window.
    package static func eventLockP(
        length: Double, events: [Double], uploads: [(time: Double, octets: Double)], rotations: Int
    ) -> (p: Double, isLocked: Bool)? {
        let lock = EventLock([.init(length: length, events: events, uploads: uploads)], rotations: rotations)
        return lock.p.map { ($0, lock.verdict == .eventLocked) }
    }
}

/// METHOD.md §6 for many series.
package struct BeaconTester {
    private var nulls: BeaconNulls

    package init() { nulls = BeaconNulls() }

    /// Measured against other draws than the method's own.
    package init(draws: Int, seed: UInt64) { nulls = BeaconNulls(draws: draws, seed: seed) }

    /// Whether the starts, in seconds, are periodic, and RITA's timing score; nil with too few intervals.
    package mutating func test(_ times: [Double]) -> (isPeriodic: Bool, score: Double)? {
        let beacon = Beaconing(times: times, nulls: &nulls)
        return beacon.score.map { (beacon.verdict == .periodic, $0) }
    }
}

extension SizeDistribution {
    fileprivate static func + (a: SizeDistribution, b: SizeDistribution) -> SizeDistribution {
        var sum = a
        sum += b
        return sum
    }
}
