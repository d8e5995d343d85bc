import Testing

@testable import TrafficCore

@Suite struct MetricCatalogTests {
    @Test("the catalogue is METHOD.md §2's table") func table() {
        let metrics = MetricCatalog.metrics
        #expect(metrics.count == 29 && metrics.map(\.position) == MetricID.allCases.map(\.rawValue))
        #expect(Set(metrics.map(\.name)).count == 29)
        #expect(metrics.count { $0.family == .analytics } == 4 && metrics.count { $0.family == .additional } == 8)
        #expect(metrics.filter(\.isTwoSided).count == 10)
        // Per-minute metrics, and only they, go without a smallest denominator.
        #expect(metrics.allSatisfy { ($0.smallestDenominator == nil) == $0.name.hasSuffix("_per_min") })
        #expect(metrics.allSatisfy { $0.offset > 0 && !$0.unit.isEmpty && !$0.formula.isEmpty && !$0.bearsOn.isEmpty })
        #expect(MetricID(name: "upload_download_ratio") == .uploadDownloadRatio && MetricID(name: "nothing") == nil)
    }
}

@Suite struct CommonWindowTests {
    @Test("the window that enough captures reach", arguments: [
        ([330, 720, 180], [[360], [300], [354], [1200], [120]], 300), ([9.99], [[600]], nil), ([10], [], 10), ([], [[10]], nil),
        ([20, 19.999, 5], [[60], [61]], 10), ([.nan], [[10]], nil), ([1e300], [[.infinity]], 3600),
    ] as [([Double], [[Double]], Int?)])
    func choose(_ subject: [Double], _ peers: [[Double]], _ expected: Int?) {
        #expect(CommonWindow.choose(subject: subject, peers: peers) == expected)
    }
}

@Suite struct PhoneChoiceTests {
    @Test("one device must open nine in ten of the flows", arguments: [
        (["a": 9, "b": 1], "a", "found"), (["a": 89, "b": 11], nil, "ambiguous"), ([:], nil, "no_flows"),
        (["a": 0], nil, "no_flows"), (["a": Int.max, "b": 1], "a", "found"), (["a": Int.max, "b": .max], nil, "ambiguous"),
    ] as [([String: Int], String?, String)])
    func choose(_ flows: [String: Int], _ phone: String?, _ reason: String) {
        let choice = PhoneChoice(flowsOpened: flows)
        #expect(choice.phone == phone && choice.reason == reason)
        #expect(PhoneChoice(flowsOpened: flows, given: "x") == PhoneChoice(flowsOpened: [:], given: "x"))
        #expect(PhoneChoice(flowsOpened: flows, given: "x").reason == "given")
    }
}

@Suite struct CapturePairsTests {
    private func record(_ time: Double, _ owner: String, _ category: MetricCategory, up: Int, phase: Phase = .foreground,
                        first: Bool = false, country: String = "US", seat: String = "US", clear: Bool = false) -> UploadRecord {
        UploadRecord(time: time, phase: phase, owner: owner, domain: owner + ".example", category: category, isFirstParty: first,
                     country: country, jurisdiction: seat, up: up, down: 10, clear: clear)
    }

    private func pairs(_ records: [UploadRecord], seconds: [Phase: Double], watched: [String] = []) -> [MetricPair] {
        let app = ObservedApp(id: "s", group: "own", captures: [ObservedCapture(id: "1", seconds: seconds, records: records)])
        return Cohort(subject: app, peers: [], watched: watched).table.subject.captures.first?.pairs ?? []
    }

    @Test("amounts and minutes of the window") func amounts() {
        let found = pairs(
            [
                record(0, "ads", .analytics, up: 600), record(1, "own", .analytics, up: 300, first: true),
                record(2, "own", .firstParty, up: 100, first: true), record(59.9, "cdn", .content, up: 65536, clear: true),
                record(60, "ads", .analytics, up: 9999), record(3, "os", .os, up: 5000), record(4, "push", .push, up: 5000),
                record(5, "x", .analytics, up: 0),
            ], seconds: [.foreground: 61])
        func pair(_ id: MetricID) -> MetricPair { found[id.rawValue] }
        #expect(pair(.analyticsBytesUpPerMinute) == MetricPair(numerator: 900, denominator: 1))
        #expect(pair(.analyticsShareOfBytesUp) == MetricPair(numerator: 900, denominator: 66536))
        #expect(pair(.thirdPartyAnalyticsBytesUpPerMinute) == MetricPair(numerator: 600, denominator: 1))
        #expect(pair(.trackerRequestsPerMinute) == MetricPair(numerator: 2, denominator: 1))
        #expect(pair(.thirdPartyOwnerCount) == MetricPair(numerator: 3, denominator: 1))
        #expect(pair(.trackerDomainCount) == MetricPair(numerator: 3, denominator: 1))
        #expect(pair(.largeUploadBurstsPerMinute).numerator == 1 && pair(.cleartextBytesUpPerMinute).numerator == 65536)
        #expect(pair(.firstPartyBytesUpPerMinute).numerator == 100)
        // Nothing was measured in background, nor were there 30 sizes.
        #expect(pair(.backgroundBytesUpPerMinute) == MetricPair() && pair(.payloadSizeW1ToPeers) == MetricPair())
        #expect(pair(.eventLockedUploadExcess) == MetricPair())
    }

    @Test("watched countries go by the owner's seat, entropy by the network's country") func countries() {
        let found = pairs(
            [
                record(1, "a", .content, up: 1000, country: "DE", seat: "CN"),
                record(2, "b", .content, up: 1000, country: "CN", seat: "US"),
                record(3, "c", .content, up: 2000, country: "DE", seat: "US"),
            ], seconds: [.foreground: 60], watched: ["CN"])
        #expect(found[MetricID.watchCountryShareOfBytesUp.rawValue] == MetricPair(numerator: 1000, denominator: 4000))
        #expect(abs(found[MetricID.destinationCountryEntropy.rawValue].numerator - 0.811278124459133) < 1e-12)
    }

    @Test("background: active minutes, rates and beacons") func background() {
        var records = (0..<20).map { record(Double($0) * 60 + 0.5, "beacon", .unknown, up: 100, phase: .background) }
        records.append(record(5, "a", .content, up: 12000))
        let found = pairs(records, seconds: [.foreground: 600, .background: 1200])
        #expect(found[MetricID.beaconingDestinationCount.rawValue] == MetricPair(numerator: 1, denominator: 1))
        #expect(found[MetricID.backgroundActiveMinuteShare.rawValue] == MetricPair(numerator: 20, denominator: 20))
        #expect(found[MetricID.backgroundBytesUpPerMinute.rawValue] == MetricPair(numerator: 2000, denominator: 20))
        let share = found[MetricID.backgroundShareOfUploadRate.rawValue]
        #expect(share.numerator == 100 && share.denominator == 1300)
        #expect(found[MetricID.unexplainedBytesUpPerMinute.rawValue].denominator == 30)
    }

    @Test("an owner is novel unless another group contacts it, and siblings do not count") func novelty() {
        func app(_ id: String, _ group: String, _ owners: [String]) -> ObservedApp {
            ObservedApp(id: id, group: group, captures: [
                ObservedCapture(id: "1", seconds: [.foreground: 60], records: owners.map { record(1, $0, .content, up: 100) })
            ])
        }
        let cohort = Cohort(
            subject: app("s", "own", ["shared", "mine", "family"]),
            peers: [app("p", "x", ["shared", "theirs"]), app("q", "own", ["family"]), app("r", "y", ["shared"])])
        #expect(Set(cohort.novel.map { cohort.names.names[$0] }) == ["mine", "family"])
        #expect(Set(cohort.novelOwners[1].map { cohort.names.names[$0] }) == ["theirs"])
        #expect(cohort.missingOwners(among: ["p", "r"]).isEmpty && cohort.missingOwners(among: ["p"]) == ["theirs"])
        let precomposed = Cohort(subject: app("s", "own", ["caf\u{E9}"]), peers: [app("p", "x", ["cafe\u{301}"])])
        #expect(precomposed.novel.count == 1)
    }
}
