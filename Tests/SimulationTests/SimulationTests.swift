import Testing
import TrafficCore

@testable import simulate

/// The error rates in little: few cohorts, a fixed seed, and bounds that a broken method passes less than once in a
/// thousand.
@Suite struct SimulationTests {
    private let run = Replication(cohorts: 60, seed: 7, jobs: 2)

    private func outcomes(_ planted: [Planted]) async -> [[VerdictTables.Outcome]] {
        await run.outcomes(run.cohorts, "test") { _, random in
            VerdictTables.outcomes(peers: 20, captures: 1, planted: planted, random: &random)
        }
    }

    @Test("an ordinary app is called above no more often than promised, one of thirty times the centre's analytics is")
    func falseAlarmsAndPower() async {
        let found = await outcomes([.nothing, .centreTimes(30)])
        // 2/21 promised: 14 or more of 60 come by chance once in a thousand runs.
        #expect(found.count { $0[0].isAbove } <= 13)
        for clause in 0...1 { #expect(found.count { $0[0].clausesAbove[clause] } <= 9) }
        #expect(found.count { $0[0].isWithin } >= 20)
        // METHOD.md §7: 0.667. 27 or fewer of 60 come by chance once in two thousand.
        #expect(found.count { $0[1].isAbove } >= 28)
        #expect(found.count { $0[1].isWithin } <= 6)
    }

    @Test("one thread and three give the same outcomes")
    func threadsChangeNothing() async {
        let body: @Sendable (Int, inout RandomSource) -> [Double] = { run, random in
            [Double(run), random.normal(), random.gamma(2.5), random.effect(.student3), Double(random.poisson(7))]
        }
        let one = await Replication(cohorts: 1, seed: 3, jobs: 1).outcomes(10, "threads", body)
        let three = await Replication(cohorts: 1, seed: 3, jobs: 3).outcomes(10, "threads", body)
        #expect(one == three)
        #expect(one.map { $0[0] } == (0..<10).map(Double.init))
        #expect(Set(one.map { $0[1] }).count == 10)
    }

    @Test("the model's distributions have their means and spreads")
    func distributions() {
        var random = RandomSource(seed: 5, label: "distributions")
        let count = 20_000
        func moments(_ draw: () -> Double) -> (mean: Double, spread: Double) {
            let measured = Measured((0..<count).map { _ in draw() })
            return (measured.mean, measured.spread)
        }
        let cases: [(name: String, found: (mean: Double, spread: Double), mean: Double, spread: Double)] = [
            ("normal", moments { random.normal() }, 0, 1),
            ("student", moments { random.effect(.student5) }, 0, 1),
            ("gamma 0.8", moments { random.gamma(0.8) }, 0.8, 0.894),
            ("gamma 3", moments { random.gamma(3) }, 3, 1.732),
            ("Poisson 3", moments { Double(random.poisson(3)) }, 3, 1.732),
            ("Poisson 500", moments { Double(random.poisson(500)) }, 500, 22.36),
            ("binomial", moments { Double(random.binomial(20, 0.3)) }, 6, 2.049),
            ("geometric", moments { Double(random.geometric(0.3)) }, 3.333, 2.789),
        ]
        for entry in cases {
            // Five errors of the mean; the spread of Student's t varies most.
            #expect(abs(entry.found.mean - entry.mean) < 5 * entry.spread / Double(count).squareRoot(), "\(entry.name)")
            #expect(abs(entry.found.spread / entry.spread - 1) < 0.08, "\(entry.name)")
        }
    }

    @Test("the whole method on single uploads: an ordinary app is rarely above, analytics times a thousand nearly always")
    func recordsGoThroughBothStages() async {
        let planted: [Planted] = [.nothing, .analyticsTimes(1000)]
        let found = await run.outcomes(12, "records") { _, random in
            let apps = (0...20).map { RecordedApp(number: $0, random: &random) }
            let peers = apps.dropFirst().map { $0.observed(minutes: [2.5], random: &random) }
            return planted.map { planted in
                let subject = apps[0].observed(minutes: [2.5], planted: planted, random: &random)
                return MethodUnderTest.compare(subject: subject, peers: peers, options: ComparisonOptions()).overall == .above
            }
        }
        #expect(found.count { $0[0] } <= 5)
        #expect(found.count { $0[1] } >= 7)
    }

    @Test("figures are held against METHOD.md's by the error of both")
    func marks() {
        func mark(_ hits: Int, _ stated: Double, ceiling: Double? = nil) -> Figure.Mark {
            Figure(Measured(hits: hits, of: 400), stated: Stated(value: stated, count: 400), ceiling: ceiling).mark
        }
        #expect(mark(40, 0.1) == .ok)
        #expect(mark(52, 0.1) == .ok)
        #expect(mark(60, 0.1) == .far)
        #expect(mark(100, 0.1) == .differs)
        #expect(mark(0, 0) == .ok)
        #expect(mark(40, 0.1, ceiling: 0.05) == .differs)
        #expect(Figure(Measured(hits: 28, of: 400), ceiling: 0.05).mark == .ok)
        #expect(Figure(Measured(hits: 30, of: 400), ceiling: 0.05).mark == .far)
        #expect(Figure(Measured(hits: 35, of: 400), ceiling: 0.05).mark == .differs)
        #expect(fixed(-0.0004, 3) == "0.000")
        #expect(fixed(1.9996, 3) == "2.000")

        var agreement = Agreement()
        agreement.add((0..<100).map { _ in Figure(Measured(hits: 60, of: 400), stated: Stated(value: 0.1, count: 400)) })
        #expect(!agreement.holds, "all figures a little off is no chance")
    }
}
