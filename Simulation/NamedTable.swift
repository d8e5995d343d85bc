import TrafficCore

/// METHOD.md §7: the question named before anybody looked, raw p at most 0.05.
enum NamedTable {
    private static let cases: [(metric: MetricID, planted: Planted, stated: [Double]?)] = [
        (.analyticsBytesUpPerMinute, .nothing, nil),
        (.analyticsBytesUpPerMinute, .analyticsTimes(2), [0.11, 0.09]),
        (.analyticsBytesUpPerMinute, .analyticsTimes(5), [0.23, 0.29]),
        (.analyticsBytesUpPerMinute, .analyticsTimes(10), [0.38, 0.47]),
        (.analyticsBytesUpPerMinute, .centreTimes(10), [0.43, 0.51]),
        (.analyticsBytesUpPerMinute, .centreTimes(30), [0.82, 0.91]),
        (.novelDestinationBytesUpPerMinute, .nothing, nil),
        (.novelDestinationBytesUpPerMinute, .hidden(0.02), [0.10, 0.09]),
        (.novelDestinationBytesUpPerMinute, .hidden(0.1), [0.23, 0.31]),
        (.backgroundBytesUpPerMinute, .nothing, nil),
        (.backgroundBytesUpPerMinute, .background(20_000), [0.22, 0.24]),
        (.backgroundBytesUpPerMinute, .background(100_000), [0.72, 0.90]),
    ]
    private static let statedCohorts = 500

    static func measure(_ run: Replication) async -> ResultTable {
        var table = ResultTable(title: "One metric named before looking: P(above)", columns: ["n = 20", "n = 40"])
        let asked = cases
        var shares: [[Measured]] = []
        for peers in [20, 40] {
            let found = await run.outcomes(run.cohorts(peers: peers), "named \(peers)") { _, random in
                let cohort = ModelCohort(apps: peers + 1, captures: 3, random: &random)
                let others = cohort.peers()
                return asked.map { entry in
                    var options = ComparisonOptions()
                    options.ask = entry.metric.definition.name
                    let answer = MethodUnderTest.decide(
                        subject: cohort.app(0, planted: entry.planted), peers: others, options: options)
                    return answer.primary?.verdict == .above
                }
            }
            shares.append(asked.indices.map { entry in Measured(hits: found.count { $0[entry] }, of: found.count) })
        }
        for (i, entry) in asked.enumerated() {
            table.rows.append(.init(
                name: entry.metric.definition.name + ", " + entry.planted.name,
                figures: [0, 1].map { column in
                    Figure(shares[column][i],
                           stated: entry.stated.map { Stated(value: $0[column], count: statedCohorts, decimals: 2) },
                           ceiling: entry.planted == .nothing ? 0.05 : nil)
                }))
        }
        return table
    }
}
