import TrafficCore

/// METHOD.md §7, *Robustness*: what the error rates do where apps, captures and owners are not as the main table has them.
enum RobustnessTables {
    static func measure(_ run: Replication) async -> [ResultTable] {
        var table = ResultTable(
            title: "Robustness, n = 20, K = 3 unless said", columns: ["P(above)", "P(within)"],
            notes: ["\"Pooled\" and \"not cut\", \"as peers of their own\" and \"left in\" are what the method does not do."])
        table.rows += await tails(run)
        table.rows += await lengths(run)
        table.rows += await uneven(run)
        table.rows += await owners(run)
        return [table, await lengthBias(run)]
    }

    private static func row(
        _ run: Replication, _ name: String, cohorts: Int? = nil, above: Double, within: Double? = nil, stated: Int,
        isPromised: Bool = false, _ answer: @escaping @Sendable (inout RandomSource) -> SimulatedAnswer
    ) async -> ResultTable.Row {
        let count = cohorts ?? run.cohorts
        let found = await run.outcomes(count, "robustness " + name) { VerdictTables.Outcome(answer(&$1)) }
        return ResultTable.Row(name: name, figures: [
            Figure(Measured(hits: found.count(where: \.isAbove), of: count), stated: Stated(value: above, count: stated),
                   ceiling: isPromised ? 0.10 : nil),
            Figure(Measured(hits: found.count(where: \.isWithin), of: count),
                   stated: within.map { Stated(value: $0, count: stated) }),
        ])
    }

    private static func decide(_ cohort: ModelCohort, _ planted: Planted = .nothing) -> SimulatedAnswer {
        MethodUnderTest.decide(subject: cohort.app(0, planted: planted), peers: cohort.peers(), options: ComparisonOptions())
    }

    private static func tails(_ run: Replication) async -> [ResultTable.Row] {
        var rows: [ResultTable.Row] = []
        for (tails, peers, above, within) in [
            (Tails.normal, 20, 0.099, 0.589), (.student5, 20, 0.091, 0.583), (.student3, 20, 0.075, 0.621),
            (.normal, 40, 0.085, 0.646), (.student5, 40, 0.099, 0.664), (.student3, 40, 0.088, 0.669),
        ] {
            rows.append(await row(
                run, "app effects \(tails.rawValue), n = \(peers)", cohorts: run.cohorts(peers: peers), above: above, within: within,
                stated: 1500, isPromised: true) { random in
                    decide(ModelCohort(apps: peers + 1, captures: 3, Population(tails: tails), random: &random))
                })
        }
        return rows
    }

    /// Foreground of subject and peers, minutes.
    private static func cohort(subject: Double, peers: Double, random: inout RandomSource) -> ModelCohort {
        ModelCohort(apps: 21, captures: 3, minutes: { PhaseMinutes(foreground: $0 == 0 ? subject : peers) }, random: &random)
    }

    private static let lengthCases: [(name: String, subject: Double, peers: Double)] = [
        ("subject 2 min, peers 20 min, not cut", 2, 20), ("subject 20 min, peers 2 min, not cut", 20, 2), ("all cut to 2 min", 2, 2),
    ]

    private static func lengths(_ run: Replication) async -> [ResultTable.Row] {
        var rows: [ResultTable.Row] = []
        for (entry, stated) in zip(lengthCases, [(0.070, 0.623), (0.115, 0.563), (0.093, 0.600)]) {
            let (subject, peers) = (entry.subject, entry.peers)
            rows.append(await row(run, entry.name, above: stated.0, within: stated.1, stated: 1500, isPromised: subject == peers) {
                decide(cohort(subject: subject, peers: peers, random: &$0))
            })
        }
        return rows
    }

    /// Where an ordinary subject lies among its peers when lengths differ.
    private static func lengthBias(_ run: Replication) async -> ResultTable {
        var table = ResultTable(
            title: "Length bias: mean percentile of an ordinary subject in analytics_bytes_up_per_min",
            columns: ["percentile / 100"])
        for (entry, stated) in zip(lengthCases, [0.41, 0.58, 0.50]) {
            let (subject, peers) = (entry.subject, entry.peers)
            let found = await run.outcomes(run.cohorts, "length bias " + entry.name) { _, random in
                let answer = decide(cohort(subject: subject, peers: peers, random: &random))
                let metric = answer.metrics[MetricID.analyticsBytesUpPerMinute.rawValue]
                return (metric.below ?? 0) / max(1, metric.peersMeasured ?? 1)
            }
            table.rows.append(.init(name: entry.name, figures: [
                Figure(Measured(found), stated: Stated(value: stated, count: 1500, decimals: 2))
            ]))
        }
        return table
    }

    /// Apps with unequal numbers of captures: as the method draws them, or all of them pooled.
    private static func uneven(_ run: Replication) async -> [ResultTable.Row] {
        struct Case {
            var name: String
            var subject: Int
            /// Captures of the peers; nil is 1 to 10 at random.
            var peers: Int?
            var population = Population()
            var planted = Planted.nothing
            var pooled: (above: Double, within: Double?)
            var drawn: (above: Double, within: Double?)
            var stated: Int
        }
        let cases = [
            Case(name: "subject 1 capture, peers 1..10", subject: 1, pooled: (0.085, 0.670), drawn: (0.050, 0.570), stated: 200),
            Case(name: "subject 5 captures, peers 1..10", subject: 5, pooled: (0.110, 0.685), drawn: (0.040, 0.610), stated: 200),
            Case(name: "subject 10 captures, peers 3", subject: 10, peers: 3, pooled: (0.075, 0.625), drawn: (0.080, 0.620), stated: 200),
            Case(name: "centre x30, subject 1 capture", subject: 1, planted: .centreTimes(30),
                 pooled: (0.660, nil), drawn: (0.620, nil), stated: 100),
            Case(name: "centre x30, subject 5 captures", subject: 5, planted: .centreTimes(30),
                 pooled: (0.710, nil), drawn: (0.620, nil), stated: 100),
            Case(name: "centre x30, subject 10 captures, peers 3", subject: 10, peers: 3, planted: .centreTimes(30),
                 pooled: (0.730, nil), drawn: (0.750, nil), stated: 100),
            Case(name: "very noisy captures, subject 1, peers 10", subject: 1, peers: 10, population: Population(captureSpread: 1.5),
                 pooled: (0.092, 0.600), drawn: (0.060, 0.596), stated: 250),
        ]
        var rows: [ResultTable.Row] = []
        for entry in cases {
            let (subject, peers, population, planted) = (entry.subject, entry.peers, entry.population, entry.planted)
            for isPooled in [true, false] {
                let stated = isPooled ? entry.pooled : entry.drawn
                rows.append(await row(
                    run, entry.name + (isPooled ? ", pooled" : ", drawn"), cohorts: max(1, run.cohorts / 2), above: stated.above,
                    within: stated.within, stated: entry.stated, isPromised: !isPooled && planted == .nothing
                ) { random in
                    let cohort = ModelCohort(apps: 21, captures: 10, population, random: &random)
                    let counts = [subject] + (0..<20).map { _ in peers ?? 1 + random.index(10) }
                    let apps = counts.enumerated().map { number, count in
                        let app = cohort.app(number, planted: number == 0 ? planted : .nothing, used: count)
                        return isPooled ? pooled(app) : app
                    }
                    var options = ComparisonOptions()
                    options.draws = 20
                    return MethodUnderTest.decide(subject: apps[0], peers: Array(apps.dropFirst()), options: options)
                })
            }
        }
        return rows
    }

    /// All captures as if they were one.
    private static func pooled(_ app: SimulatedApp) -> SimulatedApp {
        var sums = app.captures[0]
        for capture in app.captures.dropFirst() {
            for i in sums.indices {
                sums[i].numerator += capture[i].numerator
                sums[i].denominator += capture[i].denominator
            }
        }
        return SimulatedApp(id: app.id, group: app.group, captures: [sums])
    }

    private static func owners(_ run: Replication) async -> [ResultTable.Row] {
        // 30 peers: one owner has five of them, three have two.
        let elders = [2: 1, 3: 1, 4: 1, 5: 1, 7: 6, 9: 8, 11: 10]
        var rows: [ResultTable.Row] = []
        for isGrouped in [false, true] {
            rows.append(await row(
                run, "30 peers of 23 owners, " + (isGrouped ? "one vote each" : "as peers of their own"),
                above: isGrouped ? 0.064 : 0.116, within: isGrouped ? 0.556 : 0.576, stated: 250, isPromised: isGrouped
            ) { random in
                let cohort = ModelCohort(apps: 31, captures: 3, siblings: elders, random: &random)
                var options = ComparisonOptions()
                options.draws = 20
                return MethodUnderTest.decide(
                    subject: cohort.app(0), peers: (1...30).map { cohort.app($0, group: isGrouped ? elders[$0] : nil) },
                    options: options)
            })
        }
        // 28 peers, four of them of the subject's owner.
        let siblings = [1: 0, 2: 0, 3: 0, 4: 0]
        for (planted, name, stated) in [
            (Planted.nothing, "4 siblings of the subject", [(0.000, 0.868), (0.088, 0.616)]),
            (.analyticsTimes(30), "owner-wide x30 analytics, 4 siblings", [(0.024, 0.260), (0.640, 0.080)]),
        ] {
            for (isLeftOut, figures) in zip([false, true], stated) {
                rows.append(await row(
                    run, name + (isLeftOut ? ", left out" : ", left in"), above: figures.0, within: figures.1, stated: 250,
                    isPromised: isLeftOut && planted == .nothing
                ) { random in
                    let cohort = ModelCohort(apps: 29, captures: 3, siblings: siblings, random: &random)
                    let peers = (1..<29).map {
                        cohort.app($0, group: isLeftOut ? siblings[$0] : nil, planted: siblings[$0] == nil ? .nothing : planted)
                    }
                    return MethodUnderTest.decide(
                        subject: cohort.app(0, planted: planted), peers: peers, options: ComparisonOptions())
                })
            }
        }
        return rows
    }
}
