import Glibc
import TrafficCore

/// The whole method, stages A and B, on single uploads: METHOD.md's simulation begins at the pairs.
enum RecordsTable {
    private struct Case: Sendable {
        var name: String
        var subjectMinutes: Double
        var peerMinutes: Double
        var planted = Planted.nothing
    }

    private static let cases = [
        Case(name: "ordinary app, some 6 min each", subjectMinutes: 6, peerMinutes: 6),
        Case(name: "ordinary app, subject 2 min, peers 20 min", subjectMinutes: 2.5, peerMinutes: 20),
        Case(name: "ordinary app, subject 20 min, peers 2 min", subjectMinutes: 20, peerMinutes: 2.5),
        Case(name: "analytics x30", subjectMinutes: 6, peerMinutes: 6, planted: .analyticsTimes(30)),
        Case(name: "hidden 10 %", subjectMinutes: 6, peerMinutes: 6, planted: .hidden(0.1)),
    ]

    private struct Outcome: Sendable {
        var verdicts: VerdictTables.Outcome
        /// Share of the peers below the subject in analytics_bytes_up_per_min.
        var percentile: Double
    }

    static func measure(_ run: Replication) async -> ResultTable {
        var table = ResultTable(
            title: "Stages A and B on single uploads, n = 20, K = 2",
            columns: ["clause A above", "clause B above", "A or B above", "percentile / 100"],
            notes: ["Percentile: of the subject in analytics_bytes_up_per_min, after the method has cut all to the common window.",
                    "2 min are captures of some 2.5 min, of which the common window is 2."])
        for entry in cases {
            let count = max(1, run.cohorts / 2)
            let found = await run.outcomes(count, "records " + entry.name) { outcome(entry, random: &$1) }
            let isOrdinary = entry.planted == .nothing
            func share(_ ceiling: Double, _ isHit: (VerdictTables.Outcome) -> Bool) -> Figure {
                Figure(Measured(hits: found.count { isHit($0.verdicts) }, of: count), ceiling: isOrdinary ? ceiling : nil)
            }
            table.rows.append(.init(name: entry.name, figures: [
                share(0.05) { $0.clausesAbove[0] }, share(0.05) { $0.clausesAbove[1] }, share(0.10) { $0.isAbove },
                Figure(Measured(found.map(\.percentile))),
            ]))
        }
        return table
    }

    private static func outcome(_ entry: Case, random: inout RandomSource) -> Outcome {
        let apps = (0...20).map { RecordedApp(number: $0, random: &random) }
        var observed: [ObservedApp] = []
        for (number, app) in apps.enumerated() {
            let median = number == 0 ? entry.subjectMinutes : entry.peerMinutes
            let minutes = [0, 1].map { _ in random.logNormal(median: median, spread: 0.05) }
            observed.append(app.observed(minutes: minutes, planted: number == 0 ? entry.planted : .nothing, random: &random))
        }
        let answer = MethodUnderTest.compare(
            subject: observed[0], peers: Array(observed.dropFirst()), options: ComparisonOptions())
        let metric = answer.metrics[MetricID.analyticsBytesUpPerMinute.rawValue]
        return Outcome(
            verdicts: VerdictTables.Outcome(answer), percentile: (metric.below ?? 0) / max(1, metric.peersMeasured ?? 1))
    }
}
