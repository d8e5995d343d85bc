// What a report shows beside the metrics, from the same records inside the same windows: shapes of upload sizes, phases,
// and what is contacted at regular intervals. Description: nothing of it is tested or enters a verdict.

/// How large uploads are: for each bin edge the share of uploads below it (METHOD.md §2, *Sizes*).
public struct SizeCurves: Sendable {
    public struct Peer: Sendable {
        public var app: String
        public var shares: [Double]
    }
    /// Upper edges of the bins, log2 of octets.
    public var edges: [Double] = []
    /// One value an edge, 0…1; empty without uploads.
    public var subject: [Double] = []
    /// The pooled peers that `payload_size_w1_to_peers` compares with.
    public var pooled: [Double] = []
    public var peers: [Peer] = []
    /// Uploads of the subject that were counted.
    public var uploads = 0
}

/// One phase of the subject beside its peers.
public struct PhaseComparison: Sendable {
    public struct Measure: Sendable {
        public var name: String
        /// "B/min", "1/min" or "owners".
        public var unit: String
        /// nil when no capture reaches the window.
        public var value: Double?
        public var peerMedian: Double?
        /// 5 and 95 % of the peer owners.
        public var peerLow: Double?
        public var peerHigh: Double?
    }
    public var phase: Phase
    /// The common window.
    public var seconds: Int
    public var measures: [Measure]
}

/// An owner that the subject contacts at regular intervals in the background (METHOD.md §6): listed whatever the verdict.
public struct PeriodicDestination: Sendable, Equatable {
    public var owner: String
    public var domains: [String]
    /// Captures in which it is periodic, of those that reach the background window.
    public var captures: Int
    public var capturesMeasured: Int
    /// Median interval of the most regular of these captures, seconds; its statistic and p.
    public var period: Double
    public var statistic: Double
    public var p: Double
    /// Whether the beats are connections, or bursts inside of one; nil when the records do not say.
    public var beats: Beats?

    public enum Beats: String, Sendable {
        /// Nine in ten beats and more are in another connection than the one before, or in the same.
        case connections, withinConnection = "within_connection"
        case mixed
    }

    /// The same with what its beats are, by the records that they come from.
    func told(by app: CohortBasis.App, number: Int?, window: Int?) -> PeriodicDestination {
        var same = 0, all = 0
        for capture in app.captures {
            let bursts = capture.background.filter { $0.owner == number && $0.time < Double(window ?? 0) }.sorted { $0.time < $1.time }
            var last: Double?, connection: Int?
            for burst in bursts {
                // As METHOD.md §6 merges them: less than 5 s after the one before is the same beat.
                let isBeat = last.map { burst.time - $0 >= Beaconing.gap } ?? true
                last = burst.time
                guard isBeat, let flow = burst.connection else { continue }
                if let connection {
                    all += 1
                    if connection == flow { same += 1 }
                }
                connection = flow
            }
        }
        var copy = self
        if all > 0 { copy.beats = same * 10 >= all * 9 ? .withinConnection : same * 10 <= all ? .connections : .mixed }
        return copy
    }
}

extension Cohort {
    var sizeCurves: SizeCurves {
        func cumulated(_ sizes: SizeDistribution) -> [Double] {
            guard sizes.total > 0 else { return [] }
            var sum = 0.0
            return sizes.normalised.weights.map {
                sum += $0
                return min(1, sum)
            }
        }
        return SizeCurves(
            edges: (1...SizeDistribution.bins).map { Double($0) * SizeDistribution.binWidth }, subject: cumulated(measuredSubject.sizes),
            pooled: cumulated(subjectPool),
            peers: peers.filter { UTF8Key($0.group) != UTF8Key(subject.group) }.map { SizeCurves.Peer(app: $0.id, shares: cumulated($0.sizes)) },
            uploads: subject.captures.reduce(into: 0) { sum, capture in for row in capture.rows(in: limits) { sum.addSaturating(row.uploads) } })
    }

    /// Phases with a common window, in order.
    var phaseComparisons: [PhaseComparison] {
        Phase.allCases.compactMap { phase in
            guard let window = windows[phase] else { return nil }
            let own = measuredSubject.phases[phase]
            var byGroup: [UTF8Key: [[Double]]] = [:]
            for peer in peers where UTF8Key(peer.group) != UTF8Key(subject.group) {
                if let values = peer.phases[phase] { byGroup[UTF8Key(peer.group), default: []].append(values) }
            }
            let groups = byGroup.sorted { $0.key < $1.key }.map { entry in
                PhaseMeasures.names.indices.map { index in entry.value.reduce(0) { $0 + $1[index] } / Double(entry.value.count) }
            }
            return PhaseComparison(phase: phase, seconds: window, measures: PhaseMeasures.names.enumerated().map { index, measure in
                let sorted = groups.map { $0[index] }.sorted()
                return PhaseComparison.Measure(
                    name: measure.name, unit: measure.unit, value: own?[index], peerMedian: sorted.isEmpty ? nil : Quantiles.median(sorted: sorted),
                    peerLow: sorted.isEmpty ? nil : Quantiles.quantile(sorted: sorted, 0.05),
                    peerHigh: sorted.isEmpty ? nil : Quantiles.quantile(sorted: sorted, 0.95))
            })
        }
    }

    /// Owners that are periodic in at least one capture, by name.
    var periodicDestinations: [PeriodicDestination] {
        guard let window = windows[.background], window >= CapturePairs.minimumBeaconWindow else { return [] }
        let captures = measuredSubject.captures.filter(\.isBeaconMeasured)
        var found: [Int: PeriodicDestination] = [:]
        for (owner, test) in captures.flatMap(\.periodic) {
            guard let period = test.period, let statistic = test.statistic, let p = test.p else { continue }
            var entry = found[owner] ?? PeriodicDestination(
                owner: names.names[owner], domains: domains(of: owner), captures: 0, capturesMeasured: captures.count, period: period,
                statistic: -1, p: p)
            entry.captures += 1
            if statistic > entry.statistic { (entry.period, entry.statistic, entry.p) = (period, statistic, p) }
            found[owner] = entry
        }
        return found.map { $1.told(by: subject, number: $0, window: windows[.background]) }.sorted { UTF8Key($0.owner) < UTF8Key($1.owner) }
    }

    private func domains(of owner: Int) -> [String] {
        let numbers = Set(subject.captures.lazy.flatMap { $0.rows(in: limits) }.filter { $0.owner == owner }.map(\.domain))
        return numbers.map { names.names[$0] }.sorted { UTF8Key($0) < UTF8Key($1) }
    }
}

/// What `PhaseComparison` measures.
enum PhaseMeasures {
    static let names: [(name: String, unit: String)] = [
        ("bytes up", "B/min"), ("bytes down", "B/min"), ("number of uploads", "1/min"), ("bytes up to trackers", "B/min"),
        ("bytes up to unknown destinations", "B/min"), ("companies contacted", "owners"),
    ]

    /// Adds one capture's rows of one phase.
    static func add(_ rows: [CohortBasis.Row], to sums: inout [Double]) {
        for row in rows {
            sums[0] += row.up
            sums[1] += row.down
            sums[2] += Double(row.uploads)
            if row.isTracker { sums[3] += row.up }
            if row.category == .unknown { sums[4] += row.up }
        }
        sums[5] += Double(Set(rows.map(\.owner)).count)
    }

    /// Means over captures that reach the window, seconds.
    static func means(_ sums: [Double], captures: Int, window: Int) -> [Double] {
        let minutes = Double(window) / 60 * Double(captures)
        return sums.enumerated().map { $0 == 5 ? $1 / Double(captures) : $1 / minutes }
    }
}
