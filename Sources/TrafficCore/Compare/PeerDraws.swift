/// The peers' side of METHOD.md §3.2's draws: which app and captures of each group a draw takes, and their values. It does not depend
/// on the subject, so decisions about several subjects, or without one of a subject's captures, share it.
struct PeerDraws: Sendable {
    /// What decides the draws; equal keys draw the same.
    struct Key: Hashable, Sendable {
        /// Captures of each app of each group.
        var captures: [[Int]]
        var k: Int
        /// Random numbers that the subject takes before the groups.
        var taken: Int
        /// R.
        var count: Int
        var seed: UInt64
        /// Metrics that there are.
        var metrics: Int
    }

    /// One metric's values over all draws.
    struct Column: Sendable {
        /// The pairs that the values were made of, of every group's apps' captures.
        fileprivate var pairs: [MetricPair]
        /// By draw, then group; NaN: no value.
        var values: [Double]
        /// The same on the scale of `RobustScore.logScale`.
        var y: [Double]
        /// By draw, those of `y` that are there, ascending; of draw d at `starts[d]..<starts[d + 1]`.
        var sorted: [Double]
        var starts: [Int]
    }

    private struct Choice: Sendable {
        var app: Int
        /// nil: all of them.
        var captures: [Int]?
    }

    let key: Key
    var groups: Int { key.captures.count }
    /// By draw, then group.
    private let choices: [Choice]
    /// By `Metric.position`.
    private var columns: [Column?]

    init(_ key: Key) {
        self.key = key
        var random = SplitMix64(seed: key.seed, label: "draws"), choices: [Choice] = []
        choices.reserveCapacity(key.count * key.captures.count)
        for _ in 0..<key.count {
            for _ in 0..<key.taken { _ = random.index(1) }
            for apps in key.captures {
                let app = apps.count == 1 ? 0 : random.index(apps.count)
                choices.append(Choice(app: app, captures: apps[app] == key.k ? nil : random.subset(of: apps[app], taking: key.k)))
            }
        }
        self.choices = choices
        columns = Array(repeating: nil, count: key.metrics)
    }

    /// The values of a metric; made anew when the groups' pairs are others than last time.
    mutating func column(of metric: Metric, groups: [[DecisionApp]]) -> Column {
        let j = metric.position
        var pairs: [MetricPair] = []
        for app in groups.lazy.joined() { for capture in app.captures { pairs.append(capture[j]) } }
        if let known = columns[j], known.pairs == pairs { return known }
        var column = Column(pairs: pairs, values: [], y: [], sorted: [], starts: [0])
        column.values.reserveCapacity(choices.count)
        column.y.reserveCapacity(choices.count)
        column.sorted.reserveCapacity(choices.count)
        var present: [Double] = []
        for draw in 0..<key.count {
            present.removeAll(keepingCapacity: true)
            for (group, apps) in groups.enumerated() {
                let choice = choices[draw * groups.count + group], app = apps[choice.app]
                let value = choice.captures.map { app.value(of: metric, over: $0) } ?? app.values[j]
                column.values.append(value ?? .nan)
                let y = value.map { RobustScore.logScale($0, offset: metric.offset) } ?? .nan
                column.y.append(y)
                if value != nil { present.append(y) }
            }
            present.sort()
            column.sorted += present
            column.starts.append(column.sorted.count)
        }
        columns[j] = column
        return column
    }
}

/// What decisions made one after the other have in common.
struct DecisionCache: Sendable {
    private var draws: [PeerDraws] = []
    private var medians: [ResampledMedians] = []
    /// A decision and the ones without a capture need two; more are of subjects with other peers.
    private static let limit = 4

    /// The draws of this key, taken out; to be given back by `keep`.
    mutating func takeDraws(_ key: PeerDraws.Key) -> PeerDraws {
        guard let place = draws.firstIndex(where: { $0.key == key }) else { return PeerDraws(key) }
        return draws.remove(at: place)
    }

    mutating func keep(_ used: PeerDraws) {
        draws.append(used)
        if draws.count > Self.limit { draws.removeFirst() }
    }

    /// The medians of resampled group means for one metric, and which captures go with them.
    mutating func medians(_ metric: Metric, groupMeans: [Double], captures: Int, options: ComparisonOptions) -> ResampledMedians {
        let j = metric.position
        while medians.count <= j { medians.append(ResampledMedians()) }
        if !medians[j].fits(groupMeans, captures: captures, options: options) {
            medians[j] = ResampledMedians(metric, groupMeans: groupMeans, captures: captures, options: options)
        }
        return medians[j]
    }
}
