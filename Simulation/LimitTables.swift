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
        let planted: [Planted] = [.nothing, .analyticsTimes(10), .centreTimes(30), .hidden(0.1)]
        // The last three do what the method does not: 19 of the peers are drawn, as captures are, and the median p counts.
        let rows: [(name: String, peers: Int, isDrawn: Bool)] =
            [19, 25, 30, 38, 39].map { ("n = \($0)", $0, false) } + [25, 30, 38].map { ("n = \($0), 19 drawn of them", $0, true) }
        var table = ResultTable(
            title: "P(above) by number of peers, K = 3, the same cohorts in every row", columns: planted.map(\.name))
        let found = await run.outcomes(max(1, run.cohorts / 2), "numbers of peers") { _, random in
            let cohort = ModelCohort(apps: 40, captures: 3, random: &random)
            let peers = cohort.peers()
            let subjects = planted.map { cohort.app(0, planted: $0) }
            return rows.map { row in
                let taken = Array(peers.prefix(row.peers))
                let choices = row.isDrawn ? (0..<draws).map { _ in drawn(nineteen, of: taken, random: &random) } : [taken]
                return subjects.map { isAbove($0, choices) }
            }
        }
        for (i, row) in rows.enumerated() {
            table.rows.append(.init(name: row.name, figures: planted.indices.map { column in
                Figure(Measured(hits: found.count { $0[i][column] }, of: found.count),
                       ceiling: planted[column] == .nothing ? 0.10 : nil)
            }))
        }
        return table
    }

    /// Fewest peers with which "above" is possible.
    private static let nineteen = 19
    private static let draws = 11

    /// So many of the peers, each as likely as the other.
    private static func drawn(_ count: Int, of peers: [SimulatedApp], random: inout RandomSource) -> [SimulatedApp] {
        var peers = peers
        for i in 0..<count { peers.swapAt(i, i + random.index(peers.count - i)) }
        return Array(peers.prefix(count))
    }

    /// A clause's median p over the choices of peers is at most alpha.
    private static func isAbove(_ subject: SimulatedApp, _ choices: [[SimulatedApp]]) -> Bool {
        let options = ComparisonOptions()
        let answers = choices.map { MethodUnderTest.decide(subject: subject, peers: $0, options: options) }
        return [MetricFamily.analytics, .additional].contains { family in
            let p = answers.map { answer in answer.families.first { $0.family == family }?.p ?? 1 }.sorted()
            return p[p.count / 2] <= options.alpha + 1e-9
        }
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
