import Testing

@testable import TrafficCore

/// Cohorts of invented apps, the same for the same seed.
private struct InventedCohort {
    var random: SplitMix64
    /// Spread of the apps' amounts, in factors of e.
    var spread = 1.0

    init(seed: UInt64) { random = SplitMix64(state: seed) }

    private mutating func factor(_ spread: Double) -> Double {
        // Twelve uniform numbers make a normal one, near enough.
        let normal = (0..<12).reduce(-6.0) { sum, _ in sum + random.unit() }
        return exp2(1.4427 * spread * normal)
    }

    mutating func app(_ number: Int, captures: Int = 3, analytics: Double = 1) -> ObservedApp {
        let id = "app\(number < 10 ? "0" : "")\(number)"
        let level: [MetricCategory: Double] = [
            .analytics: 400 * factor(spread) * analytics, .advertising: 300 * factor(spread), .content: 500 * factor(spread),
            .unknown: 200 * factor(spread), .firstParty: 900 * factor(spread), .crash: 100 * factor(spread),
        ]
        return ObservedApp(id: id, group: "owner of " + id, captures: (1...max(1, captures)).map { run in
            var records: [UploadRecord] = []
            for phase in [Phase.foreground, .background] {
                for category in [MetricCategory.analytics, .advertising, .content, .unknown, .firstParty, .crash] {
                    for _ in 0..<10 {
                        let owner = category == .firstParty ? "own " + id : "\(category.rawValue)\(random.index(4))"
                        records.append(UploadRecord(
                            time: random.unit() * 310, phase: phase, owner: owner, domain: owner + ".example", category: category,
                            isFirstParty: category == .firstParty, country: ["US", "DE", "CN"][random.index(3)], jurisdiction: "US",
                            up: Int((level[category] ?? 0) * factor(0.4) * (phase == .background ? 0.3 : 1)),
                            down: 1000 + random.index(5000), clear: random.index(30) == 0))
                    }
                }
            }
            return ObservedCapture(id: "run\(run)", seconds: [.foreground: 305, .background: 305], records: records)
        })
    }

    mutating func cohort(peers: Int, captures: Int = 3, analytics: Double = 1) -> (subject: ObservedApp, peers: [ObservedApp]) {
        (app(0, captures: captures, analytics: analytics), (1..<(peers + 1)).map { app($0, captures: captures) })
    }
}

private func exp2(_ x: Double) -> Double {
    var result = 1.0
    var rest = x
    while rest >= 1 { (result, rest) = (result * 2, rest - 1) }
    while rest < 0 { (result, rest) = (result / 2, rest + 1) }
    return result * (1 + rest)  // a straight line between powers of two will do for inventing
}

@Suite struct ComparisonTests {
    private func options(ask: String? = nil) -> ComparisonOptions {
        var options = ComparisonOptions()
        (options.draws, options.bootstrapReplicates, options.ask) = (10, 50, ask)
        return options
    }

    private func compare(seed: UInt64 = 1, peers: Int, captures: Int = 3, analytics: Double = 1, ask: String? = nil) throws
        -> Comparison
    {
        var invented = InventedCohort(seed: seed)
        let cohort = invented.cohort(peers: peers, captures: captures, analytics: analytics)
        return try Comparison(subject: cohort.subject, peers: cohort.peers, options: options(ask: ask))
    }

    private func metric(_ comparison: Comparison, _ id: MetricID) -> MetricResult { comparison.metrics[id.rawValue] }

    @Test("an ordinary app is within, and the sentence says so") func ordinary() throws {
        let seeds = try (0..<6 as Range<UInt64>).map { try compare(seed: $0, peers: 20, captures: 1) }
        let within = try #require(seeds.first { $0.overall == .within })
        #expect(
            within.overallWording
                == "In amounts, destinations and timing the traffic is within the range of 20 peer owners, both for analytics "
                + "(clause A) and for anything additional (clause B). Content was not examined.")
        #expect(within.groups == 20 && within.capturesUsed == 1 && within.windows == [.foreground: 300, .background: 300])
        #expect(within.metrics.map(\.name) == MetricCatalog.names && within.families.map(\.family) == MetricFamily.allCases)
        let one = metric(within, .analyticsBytesUpPerMinute)
        #expect(one.peers.count == 20 && one.peers.map(\.app) == one.peers.map(\.app).sorted())
        let amount = Numerals.short(one.value)
        let below = Numerals.count(one.below)
        #expect(
            one.wording
                == "Within the range of peers: \(amount) B/min, at or below at least 1 in 10 comparable apps (95 % confidence; "
                + "\(below) of 20 peer owners are lower).")
    }

    @Test("two hundred times the analytics is above, with ratio and p") func above() throws {
        let found = try compare(peers: 20, analytics: 200, ask: "analytics_bytes_up_per_min")
        #expect(found.overall == .above)
        let one = metric(found, .analyticsBytesUpPerMinute)
        #expect(one.verdict == .above)
        #expect(
            one.wording
                == "Above the range of peers: \(Numerals.short(one.value)) B/min, \(Numerals.short(one.ratio)) times the peer "
                + "median; an ordinary app would stand out this much with probability at most 0.0476.")
        let sentences = zip(["A", "B"], found.families).filter { $1.verdict == .above }.map {
            "Clause \($0) does not hold on this baseline: \($1.mostUnusual ?? "") is above the range of peers (p = 0.0476)."
        }
        #expect(sentences.first?.hasPrefix("Clause A ") == true && found.overallWording == sentences.joined(separator: " "))
        #expect(found.primary?.wording == "Named before looking: analytics_bytes_up_per_min. " + one.wording)
        #expect(
            found.remarks.last
                == "Error rate by design: an ordinary app is called 'above' in clause A or B at most 0.1 of the time and on the "
                + "named question at most 0.05 of the time.")
        #expect(one.ratioLow.map { $0 <= (one.ratio ?? 0) } ?? false)
        #expect(one.isAtMostKappa == false)
    }

    @Test("a named question alone above says that the clause is another test") func namedAlone() throws {
        // A few times the amount is the largest of the cohort, but less odd than the oddest of all peers' metrics.
        var found: Comparison?
        for seed in 0..<40 as Range<UInt64> where found == nil {
            let one = try compare(seed: seed, peers: 20, captures: 1, analytics: 4, ask: "analytics_bytes_up_per_min")
            if one.primary?.verdict == .above && one.families[0].verdict != .above { found = one }
        }
        let wording = try #require(found?.primary?.wording)
        #expect(wording.hasPrefix("Named before looking: analytics_bytes_up_per_min. Above the range of peers: "))
        #expect(wording.hasSuffix(". The clause as a whole is a separate, stricter test."))
    }

    @Test("four peers are too few, and the sentence says how many are needed") func tooFewPeers() throws {
        let found = try compare(peers: 4, ask: "crash_bytes_up_per_min")
        #expect(found.overall == .insufficient && found.groups == 4)
        let sentence = "Insufficient evidence: 4 independent peer owners; at least 5 are needed to say 'within', 19 to say 'above'."
        #expect(found.metrics.allSatisfy { $0.reason == .tooFewPeers && $0.wording == sentence })
        #expect(found.primary?.wording == "Named before looking: crash_bytes_up_per_min. " + sentence)
        #expect(
            found.overallWording
                == "The captures neither support nor contradict the claim: clause A, 4 independent peer owners where at least 5 are "
                + "needed; clause B, 4 independent peer owners where at least 5 are needed.")
    }

    @Test("what was not measured, or not decided, is said") func insufficient() throws {
        let found = try compare(peers: 8, analytics: 200)
        #expect(
            metric(found, .idleBytesUpPerMinute).wording
                == "Insufficient evidence: not measured in enough captures (subject or fewer than 80 % of peers).")
        let one = metric(found, .analyticsBytesUpPerMinute)
        #expect(one.reason == .notDecided && one.isLead)
        #expect(
            one.wording
                == "Insufficient evidence: higher than 8 of 8 peer owners; neither usual nor unusual can be shown. Less than "
                + "\(Numerals.short(one.detectableRatio)) times the peer median could not have been called above.")
        #expect(
            found.remarks.contains(
                "Lead, not a finding: analytics_bytes_up_per_min exceeds what 8 peers predict, but with fewer than 19 peer owners "
                    + "the highest app of an ordinary cohort looks the same too often."))
        let variant = metric(found, .thirdPartyAnalyticsShareOfBytesUp)
        #expect(
            found.remarks.contains(
                "Third-party analytics only: \(Numerals.short(variant.value)), \(variant.verdict.rawValue)."))
    }

    @Test("short windows and few captures are flagged") func flags() throws {
        var invented = InventedCohort(seed: 4)
        var cohort = invented.cohort(peers: 6, captures: 1)
        cohort.subject.captures[0].seconds = [.foreground: 25, .background: 25]
        let found = try Comparison(subject: cohort.subject, peers: cohort.peers, options: options())
        #expect(found.hasShortWindow && found.shortPhases == [.foreground, .background] && found.hasFewCaptures)
        #expect(
            found.remarks.prefix(2) == [
                "Short window: only the first 20 s of foreground and background could be compared. Start-up traffic dominates; slow, "
                    + "rare or background reporting cannot show. Repeat with at least 1 minute.",
                "Few captures: 1 of the subject, at least 3 are advised; one odd run can decide this result.",
            ])
    }

    @Test("no peers, no captures, nothing at all: a full answer with reasons")
    func nothing() throws {
        var invented = InventedCohort(seed: 2)
        let cohort = invented.cohort(peers: 3)
        let empty = ObservedApp(id: "s", group: "g", captures: [])
        let silent = ObservedApp(id: "t", group: "h", captures: [ObservedCapture(id: "1", seconds: [:], records: [])])
        for (subject, peers) in [(cohort.subject, []), (empty, cohort.peers), (empty, []), (silent, [silent]), (silent, cohort.peers)] {
            let found = try Comparison(subject: subject, peers: peers, options: options(ask: "crash_bytes_up_per_min"))
            #expect(found.overall == .insufficient && found.metrics.count == 29 && found.families.count == 3)
            #expect(found.metrics.allSatisfy { $0.verdict == .insufficient && $0.reason != nil && !$0.wording.isEmpty })
            #expect(!found.overallWording.isEmpty && found.primary != nil && found.peers.count == peers.count)
            #expect(!String(describing: found).contains("nan"))
        }
    }

    @Test("one more copy of a peer is never above", arguments: 0..<4 as Range<UInt64>)
    func copyOfAPeer(seed: UInt64) throws {
        var invented = InventedCohort(seed: seed)
        invented.spread = 2.5
        let peers = (1..<22).map { invented.app($0, captures: 1) }
        for peer in peers.prefix(5) {
            var subject = peer
            (subject.id, subject.group) = ("copy", "copy's owner")
            let found = try Comparison(subject: subject, peers: peers, options: options())
            #expect(found.overall != .above && found.metrics.allSatisfy { $0.verdict != .above })
            #expect(found.metrics.allSatisfy { ($0.p ?? 1) > 0 && ($0.p ?? 1) <= 1 && ($0.pAdjusted ?? 1) >= 2.0 / 22 - 1e-12 })
        }
    }

    @Test("the order of apps, captures and records does not matter, nor does a file given twice")
    func invariance() throws {
        var invented = InventedCohort(seed: 5)
        var cohort = invented.cohort(peers: 8)
        func told(_ comparison: Comparison) -> String {
            var comparison = comparison
            comparison.notes = []
            return String(describing: comparison.metrics) + String(describing: comparison.families)
                + String(describing: comparison.novel) + comparison.overallWording
        }
        let first = told(try Comparison(subject: cohort.subject, peers: cohort.peers, options: options()))
        #expect(first == told(try Comparison(subject: cohort.subject, peers: cohort.peers, options: options())))
        cohort.peers.append(cohort.peers[2])
        cohort.peers.reverse()
        cohort.subject.captures.append(cohort.subject.captures[0])
        cohort.subject.captures.reverse()
        for i in cohort.peers.indices { for j in cohort.peers[i].captures.indices { cohort.peers[i].captures[j].amounts.reverse() } }
        let again = try Comparison(subject: cohort.subject, peers: cohort.peers, options: options())
        #expect(first == told(again))
        #expect(again.notes.contains("merged repeated app: app03"))
    }

    @Test("the subject's own owner is left out and said") func siblings() throws {
        var invented = InventedCohort(seed: 6)
        var cohort = invented.cohort(peers: 6)
        cohort.peers[1].group = cohort.subject.group
        let found = try Comparison(subject: cohort.subject, peers: cohort.peers, options: options())
        #expect(found.groups == 5 && found.notes.contains("left out, same owner as the subject: app02"))
        #expect(found.peers.first { $0.id == "app02" }?.setAside == "same owner as the subject")
        #expect(found.peers.count { $0.setAside == nil } == 5)
    }

    @Test("a small hidden destination is listed whatever the verdict") func novelDestinations() throws {
        var invented = InventedCohort(seed: 7)
        var cohort = invented.cohort(peers: 6)
        func add(_ owner: String, _ domain: String, _ time: Double, _ phase: Phase, _ category: MetricCategory, up: Int) {
            cohort.subject.captures[0].add(
                UploadRecord(time: time, phase: phase, owner: owner, domain: domain, category: category, isFirstParty: false, country: "",
                             jurisdiction: "", up: up, down: 7, clear: false))
        }
        add("hidden", "b.hidden.example", 20, .background, .content, up: 30)
        add("hidden", "a.hidden.example", 250, .foreground, .content, up: 10)
        add("late", "late.example", 301, .foreground, .content, up: 10)
        let found = try Comparison(subject: cohort.subject, peers: cohort.peers, options: options())
        let hidden = try #require(found.novel.first { $0.owner == "hidden" })
        #expect(
            hidden
                == NovelDestination(owner: "hidden", domains: ["a.hidden.example", "b.hidden.example"], up: 40, down: 14,
                                    phases: [.foreground, .background], firstTime: 250, isUnknown: false, isNovel: true))
        #expect(found.novel.map(\.up) == found.novel.map(\.up).sorted(by: >))
        #expect(found.novel.contains { $0.isUnknown && !$0.isNovel })
        #expect(!found.novel.contains { $0.owner == "late" })
        for i in cohort.subject.captures.indices {
            let parties = cohort.subject.captures[i].parties
            cohort.subject.captures[i].amounts.removeAll { parties[$0.party].owner == "content1" }
        }
        let without = try Comparison(subject: cohort.subject, peers: cohort.peers, options: options())
        #expect(without.missingOwners == ["content1"] && found.missingOwners.isEmpty)
    }

    @Test("options that mean nothing are errors") func badOptions() throws {
        var invented = InventedCohort(seed: 8)
        let cohort = invented.cohort(peers: 1)
        let error = #expect(throws: ComparisonError.self) {
            try Comparison(subject: cohort.subject, peers: cohort.peers, options: options(ask: "siphoning"))
        }
        #expect(error == .unknownMetric("siphoning", valid: MetricCatalog.names))
        #expect(error?.description.contains("analytics_bytes_up_per_min") == true)
        let changes: [(inout ComparisonOptions) -> Void] = [
            { $0.alpha = 0 }, { $0.alpha = .nan }, { $0.many = 2 }, { $0.draws = 0 }, { $0.draws = .max }, { $0.bootstrapReplicates = 0 },
            { $0.kappa = .infinity }, { $0.scaleFloor = -1 }, { $0.minimumGroups = -1 },
        ]
        for change in changes {
            var options = ComparisonOptions()
            change(&options)
            #expect(throws: ComparisonError.self) { try Comparison(subject: cohort.subject, peers: [], options: options) }
        }
    }

    @Test("hostile records neither trap nor make NaN", arguments: 0..<12 as Range<UInt64>)
    func hostile(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let integers = [Int.min, -1, 0, 1, 65536, Int.max]
        let times = [-Double.infinity, -1e300, -1, 0, 59.999999999999996, 60, 1e300, .infinity, .nan]
        let names = ["", "a", "e\u{301}", "\u{E9}", String(repeating: "x", count: 300)]
        func app(_ number: Int) -> ObservedApp {
            ObservedApp(id: names[random.index(5)] + "\(number % 9)", group: names[random.index(5)] + "\(number % 8)",
                        captures: (0..<random.index(4)).map { run in
                ObservedCapture(
                    id: "\(run / 2)", seconds: [.foreground: [60, .nan, .infinity, 1800][random.index(4)], .background: 1800],
                    records: (0..<random.index(60)).map { i in
                        UploadRecord(
                            time: random.index(3) == 0 ? times[random.index(9)] : Double(i) * 30,
                            phase: Phase.allCases[random.index(3)], owner: names[random.index(5)], domain: names[random.index(5)],
                            category: MetricCategory.allCases[random.index(9)], isFirstParty: random.index(2) == 0,
                            country: names[random.index(5)], jurisdiction: "", up: integers[random.index(6)],
                            down: integers[random.index(6)], clear: random.index(2) == 0)
                    },
                    events: (0..<random.index(14)).map { _ in times[random.index(9)] })
            })
        }
        let subject = app(0)
        let found = try Comparison(subject: subject, peers: (1..<16).map(app), options: options(ask: "upload_download_ratio"))
        #expect(found.metrics.count == 29)
        let numbers = found.metrics.flatMap {
            [$0.value, $0.peerMedian, $0.p, $0.pAdjusted, $0.ratio, $0.ratioLow, $0.ratioHigh, $0.detectableRatio, $0.percentile]
        }
        #expect(numbers.allSatisfy { $0?.isFinite ?? true })
        let words = found.metrics.map(\.wording) + found.remarks + [found.overallWording]
        #expect(words.allSatisfy { !$0.contains("nan") && !$0.contains("inf") && !$0.contains("NaN") })
    }

    @Test("numbers in sentences have three digits and no exponent", arguments: [
        (0.0, "0"), (1, "1"), (76.58122, "76.6"), (80377.142, "80400"), (0.047619, "0.0476"), (0.1, "0.1"), (999.6, "1000"),
        (0.09996, "0.1"), (1234567, "1230000"), (-2.5, "-2.5"), (0.0001, "0.0001"), (1e300, "1e300"), (9.999e299, "1e300"),
        (.leastNonzeroMagnitude, "4.94e-324"), (.nan, "unknown"), (.infinity, "unknown"), (10.000000000000002, "10"), (1000, "1000"), (1e-7, "0.0000001"),
    ] as [(Double, String)])
    func numerals(_ value: Double, _ text: String) {
        #expect(Numerals.short(value) == text)
    }

    @Test func counts() {
        #expect([15, 12.35, 0, 1234, 19.96].map { Numerals.count($0) } == ["15", "12.4", "0", "1234", "20"])
        #expect(Numerals.count(nil) == "unknown" && Numerals.amount(nil, unit: "B/min") == "not measured")
        #expect(Numerals.amount(0.25, unit: "1") == "0.25" && Numerals.amount(3, unit: "owners") == "3 owners")
    }
}
