import Testing

@testable import TrafficCore

@Suite struct CaptureProfileBuilderTests {
    static let app = AppCatalog().identity(orUnknown: "reddit")
    static let second: Int64 = 1_000_000_000

    static func overview(phone: String? = "10.0.0.2", seconds: Int64 = 60) -> CaptureOverview {
        var overview = CaptureOverview(identity: CaptureIdentity(name: "x", id: "abc", timeDigits: 6))
        (overview.first, overview.last) = (1_000 * second, (1_000 + seconds) * second)
        (overview.phone, overview.phoneReason) = (phone, phone == nil ? "ambiguous" : "found")
        return overview
    }
    static func burst(_ at: Double, _ forward: Int, _ reverse: Int, clear: Bool = false) -> Burst {
        let start = 1_000 * second + Int64(at * 1e9)
        return Burst(start: start, end: start, forward: forward, reverse: reverse, clear: clear)
    }
    static func classified(_ record: FlowRecord) -> FlowRecord {
        var classifier = DestinationClassifier(geography: nil), record = record
        classifier.classify(&record, app: app)
        return record
    }
    /// One row a cell, with its destination judged.
    struct Row: Equatable {
        var first: Double
        var phase = Phase.foreground
        var owner = ""
        var domain = ""
        var category = MetricCategory.unknown
        var isFirstParty = false
        var bursts = 1
        var up: Int
        var down: Int
        var clear = false
    }
    static func rows(_ profile: CaptureProfile) -> [Row] {
        var classifier = DestinationClassifier(geography: nil)
        return profile.cells.map { cell in
            let party = RemoteParty(profile.destinations[cell.destination], app: app, classifier: &classifier)
            return Row(
                first: cell.first, phase: cell.phase, owner: party.owner, domain: party.domain, category: party.category,
                isFirstParty: party.isFirstParty, bursts: cell.bursts, up: cell.up, down: cell.down, clear: cell.clear)
        }
    }
    static func rows(_ flows: [(FlowRecord, [Burst])], phone: String? = "10.0.0.2") -> [Row] {
        var builder = CaptureProfileBuilder(app: app)
        for (flow, bursts) in flows { builder.add(classified(flow), bursts: bursts) }
        guard case .observed(let capture) = builder.finish(overview: overview(phone: phone)) else { return [] }
        return rows(capture)
    }
    static func party(_ record: FlowRecord) -> RemoteParty {
        var classifier = DestinationClassifier(geography: nil)
        return RemoteParty(ProfileDestination(responderOf: record), app: app, classifier: &classifier)
    }

    @Test("bursts of one destination in one time cell are one row, sizes and totals beside it") func cells() throws {
        var builder = CaptureProfileBuilder(app: Self.app)
        builder.add(
            Self.classified(try DestinationSamples.flow(sni: "e.reddit.com")),
            bursts: [Self.burst(5, 300, 20), Self.burst(1.5, 100, 2000), Self.burst(7, 0, 5), Self.burst(10, 100, 1)])
        builder.add(Self.classified(try DestinationSamples.flow(hosts: ["data.flurry.com"])), bursts: [Self.burst(2, 50, 60, clear: true)])
        guard case .observed(let capture) = builder.finish(overview: Self.overview()) else {
            Issue.record("set aside")
            return
        }
        #expect(capture.id == "abc" && capture.seconds == [.foreground: 60] && capture.start == 1_000 * Self.second)
        #expect(Self.rows(capture) == [
            Row(first: 2, owner: "Flurry", domain: "flurry.com", category: .analytics, up: 50, down: 60, clear: true),
            Row(first: 1.5, owner: "Reddit", domain: "reddit.com", category: .analytics, isFirstParty: true, bursts: 3, up: 400, down: 2025),
            Row(first: 10, owner: "Reddit", domain: "reddit.com", category: .analytics, isFirstParty: true, up: 100, down: 1),
        ])
        #expect(capture.cells.map(\.uploads) == [1, 2, 1] && capture.cells.map(\.cell) == [0, 0, 1])
        #expect(capture.sizes[capture.cells[1].sizes].map(\.bin) == [26, 32] && capture.sizes[capture.cells[1].sizes].map(\.count) == [1, 1])
        #expect(capture.background.isEmpty && capture.foreground.isEmpty)
        #expect(builder.tally.records == 5 && builder.tally.attributableRecords == 5 && builder.tally.flows == 2)
    }

    @Test("where interface statistics tell it, observation begins and ends before and behind the packets, and a silence is observed")
    func observedByStatistics() throws {
        var builder = CaptureProfileBuilder(app: Self.app), overview = Self.overview(seconds: 1000)
        builder.add(Self.classified(try DestinationSamples.flow(sni: "e.reddit.com")), bursts: [Self.burst(5, 300, 20)])
        overview.longestGap = 400 * Self.second
        overview.observed = ObservedSpan(start: 990 * Self.second, end: 2_090 * Self.second)
        guard case .observed(let capture) = builder.finish(overview: overview) else {
            Issue.record("set aside")
            return
        }
        #expect(capture.seconds == [.foreground: 1100] && capture.cells.map(\.first) == [15])
        overview.largestBackwardStep = 2 * Self.second
        guard case .setAside(.timeImplausible, _) = builder.finish(overview: overview) else {
            Issue.record("a clock that was set is believed")
            return
        }
    }

    @Test("phases: a burst belongs to the one that it begins in, with that phase's clock; outside of all it counts nowhere")
    func phases() throws {
        var builder = CaptureProfileBuilder(app: Self.app)
        let bursts = [Self.burst(5, 1, 0), Self.burst(29.9, 2, 0), Self.burst(30, 3, 0), Self.burst(55, 4, 0), Self.burst(58, 5, 0)]
        builder.add(Self.classified(try DestinationSamples.flow(sni: "e.reddit.com")), bursts: bursts)
        let origin = 1_000 * Self.second
        let timeline = PhaseTimeline([
            Marker(time: origin + 10 * Self.second, event: "foreground"), Marker(time: origin + 30 * Self.second, event: "background"),
            Marker(time: origin + 57 * Self.second, event: "end"), Marker(time: origin + 12 * Self.second, event: "keypress"),
        ]) { _ in true }
        guard case .observed(let capture) = builder.finish(overview: Self.overview(), timeline: timeline, exposure: [.idle: 5]) else {
            Issue.record("set aside")
            return
        }
        #expect(capture.seconds == [.foreground: 20, .background: 27, .idle: 5])
        #expect(capture.events == [2])
        #expect(capture.cells.map(\.up) == [2, 3, 4])
        #expect(capture.cells.map(\.phase) == [.foreground, .background, .background])
        #expect(zip(capture.cells.map(\.first), [19.9, 0, 25]).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(capture.background.map(\.up) == [3, 4] && zip(capture.background.map(\.time), [0, 25]).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(builder.tally.recordsOutsidePhases == 2)
    }

    @Test("who notes phases tells the minutes that a silence hides")
    func toldExposure() throws {
        var overview = Self.overview(seconds: 1000)
        overview.longestGap = 600 * Self.second
        var builder = CaptureProfileBuilder(app: Self.app)
        builder.add(Self.classified(try DestinationSamples.flow(sni: "e.reddit.com")), bursts: [Self.burst(5, 1, 0)])
        guard case .setAside(.timeImplausible, _) = builder.finish(overview: overview) else {
            Issue.record("taken without being told")
            return
        }
        let timeline = PhaseTimeline([.init(phase: .background, start: nil, end: nil)])
        guard case .observed(let capture) = builder.finish(overview: overview, timeline: timeline) else {
            Issue.record("set aside")
            return
        }
        #expect(capture.seconds == [.background: 1000])
    }

    @Test("unknown destinations stay apart: registrable domain, AS, /24, /48", arguments: [
        ("198.51.100.7", "a.b.unknown-shop.co.uk", nil, "unknown-shop.co.uk"), ("198.51.100.7", nil, nil, "198.51.100.0/24"),
        ("2001:db8:1:2::3", nil, nil, "2001:db8:1::/48"), ("64:ff9b::c633:6407", nil, nil, "198.51.100.0/24"),
        ("198.51.100.7", nil, 64500, "AS64500"), ("198.51.100.7", "single", nil, "single"),
    ] as [(String, String?, UInt32?, String)])
    func fallbackOwner(_ address: String, _ name: String?, _ system: UInt32?, _ owner: String) throws {
        var record = Self.classified(try DestinationSamples.flow(to: address, sni: name))
        record.destination?.system = system.map { AutonomousSystem(number: $0) }
        let party = Self.party(record)
        #expect(party.owner == owner && party.domain == owner && party.category == .unknown && party.jurisdiction == "")
    }

    @Test("the network's own services are nobody's upload", arguments: [
        ("192.168.1.1", 53, "dns", MetricCategory.os), ("224.0.0.251", 5353, "mdns", .os), ("239.255.255.250", 1900, nil, .os),
        ("255.255.255.255", 67, nil, .os), ("192.168.1.1", 123, nil, .os), ("ff02::fb", 9999, nil, .os), ("192.168.1.50", 8009, "tls", .unknown),
        ("192.168.1.50", 8009, nil, .unknown), ("192.168.1.1", 53, "tls", .unknown), ("192.168.1.1", 53, nil, .os),
    ] as [(String, UInt16, String?, MetricCategory)])
    func localNetwork(_ address: String, _ port: UInt16, _ service: String?, _ category: MetricCategory) throws {
        let party = Self.party(Self.classified(try DestinationSamples.flow(to: address, service: port, serviceName: service)))
        #expect(party.owner == "local network" && party.category == category)
    }

    @Test("a name of the local network is local, a public name on a proxy is not") func namesOnLocalAddresses() throws {
        let router = Self.party(Self.classified(try DestinationSamples.flow(to: "192.168.1.1", hosts: ["fritz.local"])))
        #expect(router.owner == "local network")
        let proxied = Self.party(Self.classified(try DestinationSamples.flow(to: "192.168.1.1", hosts: ["unknown-shop.com"])))
        #expect(proxied.owner == "unknown-shop.com")
        let dns = Self.party(Self.classified(try DestinationSamples.flow(to: "198.51.100.53", service: 53, serviceName: "dns")))
        #expect(dns.owner == "198.51.100.0/24" && dns.category == .os)
    }

    @Test("the phone's side comes from the record, else from the overview's phone") func sides() throws {
        let up = try DestinationSamples.flow(sni: "x.reddit.com", links: (0x0200_0000_0001, 0x0200_0000_0002))
        let bursts = [Self.burst(1, 10, 20)]
        #expect(Self.rows([(up, bursts)]).map { [$0.up, $0.down] } == [[10, 20]])
        #expect(Self.rows([(up, bursts)], phone: "02:00:00:00:00:01").map(\.up) == [10])
        #expect(Self.rows([(up, bursts)], phone: "10.9.9.9").isEmpty)
        var inward = try DestinationSamples.flow(from: "198.51.100.7", to: "10.0.0.2", service: 8080)
        let answer = try #require(Self.rows([(inward, bursts)]).first)
        #expect([answer.up, answer.down] == [20, 10] && answer.owner == "198.51.100.0/24" && answer.category == .unknown)
        inward.phone = .unknown
        #expect(Self.rows([(inward, bursts)], phone: "198.51.100.7").map(\.up) == [10])
        var both = up
        both.phone = .both
        var builder = CaptureProfileBuilder(app: Self.app)
        builder.add(Self.classified(both), bursts: bursts)
        builder.add(Self.classified(try DestinationSamples.flow(from: "10.0.0.3", sni: "y.reddit.com")), bursts: bursts)
        guard case .setAside(.nothingAttributable, _) = builder.finish(overview: Self.overview()) else {
            Issue.record("counted")
            return
        }
        #expect(builder.tally.flowsBetweenPhones == 1 && builder.tally.flowsWithoutPhone == 1 && builder.tally.records == 0)
    }

    @Test func setAside() throws {
        func outcome(_ overview: CaptureOverview, sni: String = "x.reddit.com") throws -> (CaptureProfileBuilder.SetAsideReason, String)? {
            var builder = CaptureProfileBuilder(app: Self.app)
            builder.add(Self.classified(try DestinationSamples.flow(sni: sni, phone: .originator)), bursts: [Self.burst(1, 10, 10)])
            guard case .setAside(let reason, let wording) = builder.finish(overview: overview) else { return nil }
            return (reason, wording)
        }
        #expect(try outcome(Self.overview()) == nil)
        var ambiguous = Self.overview(phone: nil)
        ambiguous.flowsOpened = ["a": 5, "b": 4, "c": 0]
        let answer = try outcome(ambiguous)
        #expect(answer?.0 == .phoneAmbiguous)
        #expect(answer?.1 == "Capture set aside: no single device opens 90 % of the connections (2 open any); give the phone's address.")
        var gap = Self.overview()
        gap.longestGap = 301 * Self.second
        #expect(try outcome(gap)?.0 == .timeImplausible)
        #expect(try outcome(CaptureOverview(identity: CaptureIdentity(name: "", id: "", timeDigits: 6)))?.0 == .timeImplausible)
        #expect(try outcome(Self.overview(), sni: "connectivitycheck.gstatic.com")?.0 == .nothingAttributable)
    }

    @Test("bursts of any time and size do not trap") func hostileNumbers() throws {
        var builder = CaptureProfileBuilder(app: Self.app)
        let bursts = [Int64.min, -1, 0, Int64.max].flatMap { time in
            [Int.min, -1, 0, Int.max].map { Burst(start: time, end: time, forward: $0, reverse: $0, clear: false) }
        }
        builder.add(Self.classified(try DestinationSamples.flow(sni: "x.reddit.com", phone: .originator)), bursts: bursts)
        guard case .observed(let capture) = builder.finish(overview: Self.overview()) else {
            Issue.record("set aside")
            return
        }
        #expect(capture.cells.reduce(0) { $0 + $1.bursts } == 16 && capture.cells.allSatisfy { $0.first >= 0 && $0.up >= 0 && $0.down >= 0 })
    }

    @Test("other apps' flows are left out where the capture names them") func otherApps() throws {
        var record = Self.classified(try DestinationSamples.flow(sni: "x.reddit.com", phone: .originator))
        (record.app, record.attribution) = ("viber", .trailer)
        for onlyApp in [false, true] {
            var builder = CaptureProfileBuilder(app: Self.app, onlyApp: onlyApp)
            builder.add(record, bursts: [Self.burst(1, 1, 1)])
            _ = builder.finish(overview: Self.overview())
            // What counts is decided when the profile is judged; the profile keeps it apart.
            #expect(builder.tally.records == (onlyApp ? 0 : 1) && builder.tally.flowsOfOtherApps == (onlyApp ? 1 : 0))
        }
    }
}
