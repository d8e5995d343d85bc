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
    init(_ metric: Metric, subject: DecisionApp, groupMeans: [Double], options: ComparisonOptions) {
        guard let own = subject.values[metric.position], !groupMeans.isEmpty else { return }
        let c = metric.offset
        ratio = ((own + c) / (Quantiles.median(groupMeans) + c)).finite
        let captures = subject.captures.count
        guard captures >= Self.minimumCaptures, groupMeans.count >= Self.minimumGroups else { return }
        var random = SplitMix64(seed: options.seed, label: "bootstrap:" + metric.name)
        var replicates: [Double] = []
        replicates.reserveCapacity(options.bootstrapReplicates)
        var groups = groupMeans
        var chosen = [Int](repeating: 0, count: captures - 1)
        for _ in 0..<max(1, options.bootstrapReplicates) {
            for i in groups.indices { groups[i] = groupMeans[random.index(groupMeans.count)] }
            groups.sort()
            for i in chosen.indices { chosen[i] = random.index(captures) }
            let value = subject.value(of: metric, over: chosen) ?? own
            let replicate = (value + c) / (Quantiles.median(sorted: groups) + c)
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
