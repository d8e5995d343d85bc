import TrafficCore

/// What METHOD.md §7 does not have: where the number of peers is badly chosen, where apps are as real captures show them,
/// and where the subject is not of its peers' kind.
enum LimitTables {
    static func measure(_ run: Replication) async -> [ResultTable] {
        [await numbersOfPeers(run), await asCaptured(run), await busier(run)]
    }

    private static func measure(
        _ found: [[VerdictTables.Outcome]], _ column: Int, _ isHit: (VerdictTables.Outcome) -> Bool
    ) -> Figure {
        Figure(Measured(hits: found.count { isHit($0[column]) }, of: found.count))
    }

    /// "Above" needs p <= 0.05 and p is a multiple of 1/(n + 1): with 38 peers the subject must be the first of 39, with
    /// 39 it may be the second of 40.
    private static func numbersOfPeers(_ run: Replication) async -> ResultTable {
        let numbers = [19, 25, 30, 38, 39]
        let planted: [Planted] = [.nothing, .analyticsTimes(10), .centreTimes(30), .hidden(0.1)]
        var table = ResultTable(
            title: "P(above) by number of peers, K = 3, the same cohorts in every row", columns: planted.map(\.name))
        let found = await run.outcomes(run.cohorts, "numbers of peers") { _, random in
            let cohort = ModelCohort(apps: 40, captures: 3, random: &random)
            let peers = cohort.peers()
            return numbers.map { number in
                planted.map {
                    VerdictTables.Outcome(MethodUnderTest.decide(
                        subject: cohort.app(0, planted: $0), peers: Array(peers.prefix(number)), options: ComparisonOptions()))
                }
            }
        }
        for (i, number) in numbers.enumerated() {
            table.rows.append(.init(
                name: "n = \(number)", figures: planted.indices.map { measure(found.map { $0[i] }, $0, \.isAbove) }))
        }
        return table
    }

    private static func asCaptured(_ run: Replication) async -> ResultTable {
        let planted = VerdictTables.planted
        var table = ResultTable(
            title: "Apps as real captures show them: more zeros, unknown destinations spread wider, calmer repeats; K = 3",
            columns: ["n = 20: P(above)", "P(within)", "n = 40: P(above)", "P(within)"])
        var columns: [[[VerdictTables.Outcome]]] = []
        for peers in [20, 40] {
            columns.append(await run.outcomes(run.cohorts(peers: peers), "as captured \(peers)") { _, random in
                let cohort = ModelCohort(apps: peers + 1, captures: 3, .asCaptured, random: &random)
                let others = cohort.peers()
                return planted.map {
                    VerdictTables.Outcome(MethodUnderTest.decide(
                        subject: cohort.app(0, planted: $0), peers: others, options: ComparisonOptions()))
                }
            })
        }
        for (i, change) in planted.enumerated() {
            table.rows.append(.init(name: change.name, figures: columns.flatMap { found in
                var above = measure(found, i, \.isAbove)
                if change == .nothing { above.ceiling = 0.10 }
                return [above, measure(found, i, \.isWithin)]
            }))
        }
        return table
    }

    /// A subject that sends more of everything is no ordinary app among its peers: exchangeability does not hold.
    private static func busier(_ run: Replication) async -> ResultTable {
        let planted: [Planted] = [.nothing, .busier(2), .busier(5), .busier(10), .busier(30)]
        var table = ResultTable(
            title: "A subject of another kind: all it sends times a factor, n = 20, K = 3",
            columns: ["clause A above", "clause B above", "A or B above", "P(within)"])
        let found = await run.outcomes(run.cohorts, "busier") { _, random in
            VerdictTables.outcomes(peers: 20, captures: 3, planted: planted, random: &random)
        }
        for (i, change) in planted.enumerated() {
            table.rows.append(.init(name: change.name, figures: [
                measure(found, i) { $0.clausesAbove[0] }, measure(found, i) { $0.clausesAbove[1] }, measure(found, i, \.isAbove),
                measure(found, i, \.isWithin),
            ]))
        }
        return table
    }
}
