/// What METHOD.md's stage B takes: one pair for each capture and metric, and nothing of the records behind it.
struct DecisionTable: Sendable {
    struct Capture: Sendable {
        var id: String
        /// By `Metric.position`.
        var pairs: [MetricPair]
        /// A pair has a denominator: the capture was long enough for some window.
        var isMeasured: Bool

        init(id: String, pairs: [MetricPair]) {
            (self.id, self.pairs) = (id, pairs)
            isMeasured = pairs.contains { $0.denominator > 0 }
        }
    }

    struct App: Sendable {
        var id: String
        var group: String
        var captures: [Capture]
    }

    /// Common windows, seconds.
    var windows: [Phase: Double]
    var subject: App
    var peers: [App]
    /// What the pairs are of.
    var metrics = MetricCatalog.metrics
}

/// One app with its usable captures in order of their ids.
struct DecisionApp: Sendable {
    var id: String
    var group: String
    let metrics: [Metric]
    /// By capture, then `Metric.position`.
    private(set) var captures: [[MetricPair]]
    /// The app's value of each metric over all its captures.
    private(set) var values: [Double?]

    init(id: String, group: String, captures: [[MetricPair]], metrics: [Metric]) {
        (self.id, self.group, self.captures, self.metrics, values) = (id, group, captures, metrics, [])
        values = metrics.map { metric in value(of: metric, over: captures.indices) }
    }

    /// Sum of numerators over sum of denominators; nil where METHOD.md §1 has no value. An overflow is the largest
    /// number, so that it still ranks.
    func value(of metric: Metric, over chosen: some Collection<Int>) -> Double? {
        var numerator = 0.0
        var denominator = 0.0
        var measured = 0
        for capture in chosen {
            let pair = captures[capture][metric.position]
            numerator += pair.numerator
            denominator += pair.denominator
            if pair.denominator > 0 { measured += 1 }
        }
        guard denominator > 0 else { return nil }
        if let smallest = metric.smallestDenominator {
            guard denominator >= smallest else { return nil }
        } else {
            guard 2 * measured >= chosen.count else { return nil }
        }
        let value = numerator / denominator
        guard !value.isNaN else { return nil }
        return min(max(value, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
    }

    /// The same app without one of its captures.
    func without(capture: Int) -> DecisionApp {
        var rest = captures
        rest.remove(at: capture)
        return DecisionApp(id: id, group: group, captures: rest, metrics: metrics)
    }
}
