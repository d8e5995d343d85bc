/// Two sets of captures of one app against each other: versions, the app and a browser, regions, platforms. What METHOD.md says of apps
/// among peers does not hold here; docs/versus.md says what does.
///
/// The captures are exchanged between the sets in every way (or 4,999 drawn ones): if it made no difference which set a capture is in, a
/// difference as large as the one seen in any metric would come about with probability p. Larger than that: the ratio's 90 % interval
/// by bootstrap over the captures of both sets.
public struct VersusComparison: Sendable {
    public enum Difference: String, Sendable, CaseIterable {
        case higher, lower
        /// The ratio's interval lies inside of `similarRatio` and its inverse.
        case similar
        case notShown = "not_shown", notMeasured = "not_measured"
    }

    public struct Row: Sendable {
        public var metric: String
        public var unit: String
        public var family: MetricFamily
        /// Of the first set, and of the second; nil is missing.
        public var value: Double?
        public var other: Double?
        /// (first + c)/(second + c) with its 90 % interval; nil with fewer than three captures in a set.
        public var ratio: Double?
        public var ratioLow: Double?
        public var ratioHigh: Double?
        /// Over all metrics together (maximum statistic), two-sided.
        public var pAdjusted: Double?
        public var difference: Difference
        public var wording: String
    }

    /// In what the sets differ, as the user says: "version", "platform", "region", "browser", or "any".
    public var by: String
    public var firstName: String
    public var secondName: String
    /// Captures in use.
    public var firstCaptures: Int
    public var secondCaptures: Int
    /// The windows that at least half of each set's captures reach, whole seconds.
    public var windows: [Phase: Int]
    public var rows: [Row]
    /// The smallest p that so few captures allow.
    public var smallestP: Double
    public var alpha: Double

    /// The ratio up to which two sets are called similar, and its inverse: 80 to 125 %, the bounds of bioequivalence.
    public static let similarRatio = 1.25
    private static let exchanges = 4_999
    /// What depends on other apps is not compared.
    private static let leftOut: Set<Int> = [
        MetricID.novelDestinationBytesUpPerMinute.rawValue, MetricID.novelDestinationShareOfBytesUp.rawValue, MetricID.payloadSizeW1ToPeers.rawValue,
    ]

    public init(first: ObservedApp, second: ObservedApp, firstName: String, secondName: String, by: String, options: ComparisonOptions) {
        var basis = CohortBasis(watched: options.watchedCountries)
        let places = [basis.append(first.withCapturesOnce), basis.append(second.withCapturesOnce)]
        func seconds(_ place: Int, _ phase: Phase) -> [Double] { basis.apps[place].captures.map { $0.seconds[phase] ?? 0 } }
        var windows: [Phase: Int] = [:]
        for phase in Phase.allCases {
            windows[phase] = CommonWindow.ladder.last { window in
                places.allSatisfy { place in
                    let all = seconds(place, phase), reached = all.count { $0 >= Double(window) }
                    return reached > 0 && 2 * reached >= all.count
                }
            }
        }
        (self.by, self.firstName, self.secondName, self.windows, alpha) = (by, firstName, secondName, windows, options.alpha)
        let measured = basis.measured(places, in: WindowLimits(windows)).map { app in
            app.captures.map { $0.pairs(novel: [], pooledSizes: SizeDistribution()) }.filter { $0.contains { $0.denominator > 0 } }
        }
        let sets = measured.enumerated().map { DecisionApp(id: String($0), group: String($0), captures: $1, metrics: MetricCatalog.metrics) }
        (firstCaptures, secondCaptures) = (measured[0].count, measured[1].count)
        let metrics = MetricCatalog.metrics.filter { metric in
            !Self.leftOut.contains(metric.position) && sets.allSatisfy { $0.values[metric.position] != nil }
        }
        let table = metrics.map { metric in
            (sets[0].captures + sets[1].captures).map { pairs in Self.value(pairs[metric.position], metric) }
        }
        let splits = Self.splits(first: firstCaptures, of: firstCaptures + secondCaptures, seed: options.seed)
        smallestP = splits.isEmpty ? 1 : min(1, (firstCaptures == secondCaptures ? 2 : 1) / Double(splits.count))
        // T of every split: the largest difference of any metric. The first split is the one that is.
        var largest = [Double](repeating: 0, count: splits.count), own = [Double](repeating: 0, count: metrics.count)
        for (number, values) in table.enumerated() {
            let scale = Self.scale(values, floor: options.scaleFloor)
            for (place, split) in splits.enumerated() {
                let difference = abs(Self.difference(values, split)) / scale
                if place == 0 { own[number] = difference }
                largest[place] = max(largest[place], difference)
            }
        }
        var rows: [Row] = []
        for metric in MetricCatalog.metrics where !Self.leftOut.contains(metric.position) {
            let j = metric.position
            var row = Row(metric: metric.name, unit: metric.unit, family: metric.family, value: sets[0].values[j], other: sets[1].values[j], difference: .notMeasured, wording: "")
            if let number = metrics.firstIndex(where: { $0.position == metric.position }), let value = row.value, let other = row.other, !splits.isEmpty {
                row.ratio = ((value + metric.offset) / (other + metric.offset)).finite
                let p = Double(largest.count { isAtLeast($0, own[number]) }) / Double(splits.count)
                row.pAdjusted = p
                (row.ratioLow, row.ratioHigh) = Self.interval(metric, sets, options: options)
                // Calm captures show differences that matter to nobody: what is alike is alike, however sure it is that it is not the same.
                if let low = row.ratioLow, let high = row.ratioHigh, low >= 1 / Self.similarRatio, high <= Self.similarRatio {
                    row.difference = .similar
                } else if isWithinLimit(p, options.alpha) {
                    row.difference = Self.difference(table[number], splits[0]) > 0 ? .higher : .lower
                } else {
                    row.difference = .notShown
                }
            }
            row.wording = Self.wording(row, firstName, secondName)
            rows.append(row)
        }
        self.rows = rows
    }

    private static func wording(_ row: Row, _ first: String, _ second: String) -> String {
        let values = "\(row.metric) is \(Numerals.amount(row.value, unit: row.unit)) in \(first) and \(Numerals.amount(row.other, unit: row.unit)) in \(second)"
        switch row.difference {
        case .higher, .lower: return "\(values): \(row.difference.rawValue), a difference that would come about by chance with probability \(Numerals.short(row.pAdjusted))."
        case .similar: return "\(values): similar, the ratio lies between \(Numerals.short(row.ratioLow)) and \(Numerals.short(row.ratioHigh))."
        case .notShown: return "\(values): neither a difference nor likeness is shown."
        case .notMeasured: return "\(row.metric): not measured in both."
        }
    }

    /// y of one capture (METHOD.md §3.3); nil where it was not measured.
    private static func value(_ pair: MetricPair, _ metric: Metric) -> Double? {
        guard pair.denominator > 0, metric.smallestDenominator.map({ pair.denominator >= $0 }) ?? true else { return nil }
        return RobustScore.logScale(pair.numerator / pair.denominator, offset: metric.offset)
    }

    /// Mean of the first set less mean of the second; 0 where one has no value.
    private static func difference(_ values: [Double?], _ split: [Bool]) -> Double {
        var sums = (0.0, 0.0), counts = (0.0, 0.0)
        for (value, isFirst) in zip(values, split) {
            guard let value else { continue }
            if isFirst { (sums.0, counts.0) = (sums.0 + value, counts.0 + 1) } else { (sums.1, counts.1) = (sums.1 + value, counts.1 + 1) }
        }
        return counts.0 > 0 && counts.1 > 0 ? sums.0 / counts.0 - sums.1 / counts.1 : 0
    }

    /// Spread of all captures: the same for every split, so that metrics can be set beside each other.
    private static func scale(_ values: [Double?], floor: Double) -> Double {
        let sorted = values.compactMap(\.self).sorted()
        return max(floor, 1e-9, sorted.isEmpty ? 0 : 1.4826 * Quantiles.medianAbsoluteDeviation(sorted: sorted))
    }

    /// Ways to put captures in the first set, the given one first: all of them where they are at most 5,000.
    private static func splits(first: Int, of count: Int, seed: UInt64) -> [[Bool]] {
        guard first > 0, first < count else { return [] }
        let given = (0..<count).map { $0 < first }
        var ways = 1.0
        for i in 0..<min(first, count - first) { ways = ways * Double(count - i) / Double(i + 1) }
        guard ways <= 5_000 else {
            var random = SplitMix64(seed: seed, label: "versus")
            return [given] + (0..<exchanges).map { _ in
                var split = [Bool](repeating: false, count: count)
                for place in random.subset(of: count, taking: first) { split[place] = true }
                return split
            }
        }
        var splits = [given], chosen = Array(0..<first)
        while let place = chosen.indices.last(where: { chosen[$0] < count - first + $0 }) {
            chosen[place] += 1
            for next in chosen.indices where next > place { chosen[next] = chosen[next - 1] + 1 }
            var split = [Bool](repeating: false, count: count)
            for number in chosen { split[number] = true }
            splits.append(split)
        }
        return splits
    }

    /// 90 % interval of the ratio: captures of each set with replacement, m - 1 of m (Rao and Wu).
    private static func interval(_ metric: Metric, _ sets: [DecisionApp], options: ComparisonOptions) -> (Double?, Double?) {
        guard sets.allSatisfy({ $0.captures.count >= RatioInterval.minimumCaptures }) else { return (nil, nil) }
        var random = SplitMix64(seed: options.seed, label: "versus:" + metric.name), ratios: [Double] = []
        for _ in 0..<max(1, options.bootstrapReplicates) {
            let values = sets.map { set -> Double in
                let count = set.captures.count
                let chosen = (1..<count).map { _ in random.index(count) }
                return set.value(of: metric, over: chosen) ?? set.values[metric.position] ?? 0
            }
            ratios.append(((values[0] + metric.offset) / (values[1] + metric.offset)).finite ?? 0)
        }
        ratios.sort()
        return (Quantiles.quantile(sorted: ratios, 0.05), Quantiles.quantile(sorted: ratios, 0.95))
    }
}
