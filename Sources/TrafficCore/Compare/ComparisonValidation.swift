extension ComparisonOptions {
    /// Refuses parameters with which METHOD.md §3 has no meaning or would not end.
    /// - Parameter metrics: those that `ask` may name.
    /// - Throws: `ComparisonError`.
    func validate(for metrics: [Metric] = MetricCatalog.metrics) throws(ComparisonError) {
        if let ask, !metrics.contains(where: { $0.name == ask }) { throw .unknownMetric(ask, valid: metrics.map(\.name)) }
        guard alpha > 0, alpha <= 1 else { throw .invalidOption("alpha", allowed: "above 0 and at most 1") }
        guard many >= 0, many <= 1 else { throw .invalidOption("many", allowed: "between 0 and 1") }
        guard minimumGroups >= 0 else { throw .invalidOption("min_groups", allowed: "0 or more") }
        guard (1...1_000_000).contains(draws) else { throw .invalidOption("draws", allowed: "from 1 to 1000000") }
        guard (1...1_000_000).contains(bootstrapReplicates) else {
            throw .invalidOption("boot", allowed: "from 1 to 1000000")
        }
        guard kappa.isFinite else { throw .invalidOption("kappa", allowed: "a number") }
        guard scaleFloor.isFinite, scaleFloor >= 0 else { throw .invalidOption("scale_floor", allowed: "0 or more") }
    }
}
