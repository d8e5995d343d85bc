import Testing

@testable import TrafficCore

@Suite struct StatisticsTests {
    @Test("the generator is SplitMix64") func splitMix64() {
        var random = SplitMix64(state: 0)
        #expect((0..<3).map { _ in random.next() } == [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F])
    }

    @Test("indices lie below n, subsets are ascending and distinct", arguments: 0..<20 as Range<UInt64>)
    func indices(seed: UInt64) {
        var random = SplitMix64(state: seed)
        for n in 1...20 {
            #expect((0..<n).contains(random.index(n)))
            let k = random.index(n + 1)
            let subset = random.subset(of: n, taking: k)
            #expect(subset.count == k && subset == Set(subset).sorted() && subset.allSatisfy { (0..<n).contains($0) })
            var order = Array(0..<n)
            random.shuffle(&order)
            #expect(order.sorted() == Array(0..<n))
        }
        #expect(random.subset(of: 3, taking: 9) == [0, 1, 2])
        #expect(random.subset(of: -1, taking: 1).isEmpty)
    }

    @Test("p-values are above 0 and at most 1; ties count against being unusual", arguments: 0..<30 as Range<UInt64>)
    func conformalP(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let peers = (0..<random.index(40)).map { _ in (random.unit() * 5).rounded() }
        let x = (random.unit() * 5).rounded()
        let upper = ConformalP.upper(x, among: peers)
        #expect(upper > 0 && upper <= 1 && ConformalP.lower(x, among: peers) > 0)
        #expect(upper == Double(1 + peers.count { $0 >= x }) / Double(peers.count + 1))
        #expect(ConformalP.randomised(x, among: peers, u: 0.999) <= upper)
        let sum = upper + ConformalP.lower(x, among: peers)
        #expect(abs(sum - (1 + Double(1 + peers.count { $0 == x }) / Double(peers.count + 1))) < 1e-12)
    }

    @Test("the last bits cannot decide a rank") func tolerance() {
        #expect(isAtLeast(0.1 + 0.2, 0.3) && isAtLeast(0.3, 0.1 + 0.2))
        #expect(!isAbove(0.1 + 0.2, 0.3))
        #expect(isAbove(1e12 + 1e4, 1e12) && !isAbove(1e12 + 100, 1e12))
        #expect(ceilShare(0.8, of: 20) == 16 && ceilShare(0.8, of: 21) == 17 && ceilShare(0.8, of: 0) == 0)
    }

    @Test("merging the distances gives the median of the sorted distances", arguments: 0..<50 as Range<UInt64>)
    func medianAbsoluteDeviation(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let v = (0..<(1 + random.index(25))).map { _ in (random.unit() * 12).rounded() - 4 }.sorted()
        let center = random.index(2) == 0 ? Quantiles.median(sorted: v) : random.unit() * 20 - 10
        let expected = Quantiles.median(v.map { abs($0 - center) })
        #expect(abs(Quantiles.medianAbsoluteDeviation(sorted: v, around: center) - expected) < 1e-12)
    }

    @Test("the low side is the high side of the negated values", arguments: 0..<20 as Range<UInt64>)
    func lowSide(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let y = (0..<(1 + random.index(30))).map { _ in random.exponential() * 6 }
        let score = RobustScore(of: y, floor: 0.5)
        let mirrored = RobustScore(of: y.map { -$0 }, floor: 0.5)
        #expect(abs(score.lowScale - mirrored.scale) < 1e-12 && abs(score.center + mirrored.center) < 1e-12)
        for value in y { #expect(abs(score.lower(value) - mirrored.upper(-value)) < 1e-9) }
        #expect(score.upper(nil) == 0 && score.lower(nil) == 0)
    }

    @Test("the logarithm's scale is finite for anything") func logScale() {
        for x in [-1e308, 0, 1, 1e308, Double.greatestFiniteMagnitude] {
            let y = RobustScore.logScale(x, offset: 0.01)
            #expect(y.isFinite && y >= 0)
        }
        #expect(RobustScore.logScale(300, offset: 100) == 2)
    }

    @Test("size bins have their edges at powers of the fourth root of two") func sizeBins() {
        #expect([Int.min, 0, 1, 2, 3, 4, 64, 65, 1448, 65536].map(SizeDistribution.bin) == [0, 0, 0, 4, 6, 8, 24, 24, 41, 64])
        #expect([1 << 31, (1 << 32) - 1, 1 << 32, .max].map(SizeDistribution.bin) == [124, 127, 127, 127])
    }

    @Test("moving every size by one octave is a distance of one") func shift() {
        let a = SizeDistribution(sizes: [64, 256, 1024]).normalised
        let b = SizeDistribution(sizes: [128, 512, 2048]).normalised
        #expect(abs(a.wasserstein1(to: b) - 1) < 1e-12)
        #expect(a.wasserstein1(to: a) == 0 && a.jensenShannon(to: a) == 0 && abs(a.jensenShannon(to: b) - 1) < 1e-12)
        #expect(SizeDistribution().normalised.total == 0)
    }

    @Test("Student's tail, by its closed forms") func student() {
        // One degree: Cauchy. Two degrees: 1/2 - t/(2 sqrt(2 + t²)).
        #expect(abs(StudentT.upperTail(1, degrees: 1) - 0.25) < 1e-13)
        for t in [-3.0, -0.5, 0, 1, 12] {
            #expect(abs(StudentT.upperTail(t, degrees: 2) - (0.5 - t / (2 * (2 + t * t).squareRoot()))) < 1e-13)
        }
        #expect(StudentT.upperTail(.infinity, degrees: 4) == 0 && StudentT.upperTail(-.infinity, degrees: 4) == 1)
        #expect(StudentT.predictionP(1e9, peers: [1, 1], offset: 1, floor: 0.5) == 1)
    }

    @Test("Holm's and Benjamini-Hochberg's examples") func corrections() {
        #expect(zip(MultipleTesting.holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02]).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(
            zip(MultipleTesting.benjaminiHochberg([0.01, 0.04, 0.03, 0.005]), [0.02, 0.04, 0.04, 0.02])
                .allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(MultipleTesting.holm([]).isEmpty && MultipleTesting.benjaminiHochberg([]).isEmpty)
    }

    @Test("draws kept from another series give the same answer") func sharedNulls() {
        var nulls = BeaconNulls()
        for jitter in stride(from: 0.0, to: 40, by: 4) {
            var random = SplitMix64(state: UInt64(jitter))
            let times = (0..<(5 + random.index(20))).map { Double($0) * 60 + (random.unit() - 0.5) * jitter * 2 }
            #expect(Beaconing(times: times, nulls: &nulls) == Beaconing(times: times))
        }
    }

    @Test("a clock is periodic, random starts are not, and too few are insufficient") func beacons() {
        #expect(Beaconing(times: (0..<20).map { Double($0) * 60 }).verdict == .periodic)
        #expect(Beaconing(times: (0..<9).map { Double($0) * 60 }).intervals == 8)
        #expect(Beaconing(times: (0..<8).map { Double($0) * 60 }).verdict == .insufficient)
        var random = SplitMix64(state: 3)
        #expect(Beaconing(times: (0..<40).map { _ in random.unit() * 2000 }).verdict == .notShown)
        #expect(Beaconing(times: []).p == nil)
        #expect(Beaconing(times: [.infinity, -.infinity, 0, .nan, 1e308, -1e308] + (0..<20).map { Double($0) * 60 }).intervals >= 0)
    }

    @Test("uploads half a second after each event are locked to them") func eventLock() {
        var random = SplitMix64(state: 9)
        let events = (0..<15).map { _ in random.unit() * 300 }
        let noise = (0..<20).map { _ in (time: random.unit() * 300, octets: 500.0) }
        let answers = events.map { (time: min(299.9, $0 + 0.5), octets: 700.0) }
        let locked = EventLock([.init(length: 300, events: events, uploads: noise + answers)])
        #expect(locked.verdict == .eventLocked && (locked.excessPerEvent ?? 0) > 2)
        #expect(EventLock([.init(length: 300, events: events, uploads: [])]).p == 1)
        #expect(EventLock([.init(length: 4, events: events, uploads: noise)]).verdict == .insufficient)
        #expect(EventLock([.init(length: 300, events: Array(events.prefix(9)), uploads: answers)]).verdict == .insufficient)
        let strange = EventLock([.init(length: 300, events: [.nan, .infinity, -1e308] + events, uploads: [(.nan, .infinity)])])
        #expect(strange.p.map { $0 > 0 && $0 <= 1 } ?? false)
    }

    @Test("entropy of four equal countries is two bits") func entropy() {
        #expect(Entropy.bits([1, 1, 1, 1]) == 2 && Entropy.bits([]) == 0 && Entropy.bits([0, 5]) == 0)
        #expect(Entropy.bits([1e308, 1e308]).isFinite)
    }
}
