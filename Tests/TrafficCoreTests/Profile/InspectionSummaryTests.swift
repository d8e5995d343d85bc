import Testing
@testable import TrafficCore

@Suite struct InspectionSummaryTests {
    private static let identity = CaptureIdentity(name: "a.pcap", id: String(repeating: "a", count: 64), timeDigits: 6)

    private func record(
        _ name: String?, app: String? = "app", owner: String? = nil, category: String? = nil, country: String? = nil, phone: PhoneSide = .originator,
        up: Int = 100, down: Int = 10, service: String? = "tls"
    ) -> FlowRecord {
        let isResponder = phone == .responder
        var record = FlowRecord(
            capture: Self.identity, firstFrame: 1, lastFrame: 2, originator: Endpoint(address: IPAddress(v4: 0x0a00_0001), port: 5000),
            responder: Endpoint(address: IPAddress(v4: 0x0102_0304), port: 443), transport: .tcp, first: 5_000_000_000, last: 6_000_000_000,
            packets: .init(forward: 2, reverse: 1), octets: .init(forward: up + 80, reverse: down + 40),
            payload: isResponder ? .init(forward: down, reverse: up) : .init(forward: up, reverse: down), resent: .init(forward: 1, reverse: 2),
            overlapConflict: .init(forward: 0, reverse: 0), missing: .init(forward: 3, reverse: 4), outOfOrder: .init(forward: 5, reverse: 6),
            state: "SF", adus: .init(forward: PayloadSizeCounts(), reverse: PayloadSizeCounts()))
        (record.app, record.phone, record.service) = (app, phone, service)
        if isResponder { record.adus.reverse.add(.event) } else { record.adus.forward.add(.event) }
        if let name {
            var destination = Destination(name: name, nameSource: .sni, address: record.responder.address)
            (destination.owner, destination.category, destination.country) = (owner, category, country)
            record.destination = destination
        }
        return record
    }

    private func bursts(_ record: FlowRecord, clear: Bool = false) -> [Burst] {
        [Burst(start: record.first, end: record.last, forward: record.payload.forward, reverse: record.payload.reverse, clear: clear)]
    }

    private func summary(_ records: [FlowRecord], limit: Int = 1000) -> InspectionSummary {
        var summary = InspectionSummary(destinationLimit: limit)
        for record in records { summary.add(record, bursts: bursts(record)) }
        summary.finish(overviews: [])
        return summary
    }

    @Test("up and down are the phone's, whichever side it is", arguments: [PhoneSide.originator, .responder, .both])
    func perspective(phone: PhoneSide) {
        let total = summary([record("a.example", phone: phone)]).total
        #expect(total.up == 100 && total.down == 10 && total.sizesUp[.event] == 1 && total.sizesDown[.event] == 0)
        #expect(total.resent == 3 && total.missing == 7 && total.outOfOrder == 11 && total.packets == 3)
    }

    @Test("flows of no known phone are kept apart") func unknownPhone() throws {
        let summary = summary([record("a.example", phone: .unknown), record("a.example")])
        #expect(summary.total.flows == 1 && summary.unknownPhone.flows == 1)
        let app = try #require(summary.apps.first)
        #expect(app.destinations.map(\.sum.flows) == [1] && app.unknownPhoneDestinations.map(\.sum.flows) == [1])
        #expect(summary.findings.contains { $0.code == "unknown_phone" && $0.sentence.contains("1 flow with 110 B") })
    }

    @Test("one name of two owners or purposes is two rows, whichever came first; countries have what went there") func identities() {
        let cover = record("ad.example", up: 9000), plain = record("ad.example", owner: "Ads", category: "advertising", country: "DE")
        let unknown = record("ad.example", owner: "Ads", category: "advertising", up: 50)
        for records in [[cover, plain, unknown], [unknown, plain, cover], [plain, cover, unknown]] {
            let app = summary(records).apps[0]
            #expect(app.destinations.map(\.owner) == [nil, "Ads"] && app.destinations.map(\.sum.up) == [9000, 150])
            #expect(app.trackers.map(\.sum.up) == [150] && app.owners.map(\.sum.up) == [9000, 150])
            #expect(app.countries.map(\.country) == [nil, "DE"] && app.countries.map(\.sum.up) == [9050, 100])
        }
    }

    @Test("what goes to everybody nearby is to no company") func groups() {
        func unlisted(_ address: IPAddress) -> Bool? {
            var given = record("x")
            given.destination = Destination(name: address.description, nameSource: .address, address: address)
            return summary([given]).apps[0].destinations.first?.isUnlisted
        }
        #expect(unlisted(IPAddress(v4: 0xe000_00fb)) == false && unlisted(IPAddress(v4: 0xffff_ffff)) == false && unlisted(IPAddress(v4: 0x0808_0808)) == true)
    }

    @Test("what is guessed stands beside what evidence tells, not in it") func guesses() {
        var guessed = record("b.example", up: 40), labelled = record("a.example")
        (guessed.attribution, labelled.attribution) = (.owner, .trailer)
        let apps = summary([guessed, labelled]).apps
        #expect(apps.map(\.title) == ["app", "app (guessed)"] && apps.map(\.sum.up) == [100, 40] && apps.map(\.isGuessed) == [false, true])
        #expect(apps.map(\.attributions) == [[.trailer], [.owner]])
        var left = InspectionSummary(), right = InspectionSummary()
        left.add(guessed, bursts: [])
        right.add(labelled, bursts: [])
        left.merge(right)
        left.finish(overviews: [])
        #expect(left.apps.map(\.title) == ["app", "app (guessed)"])
    }

    @Test("order is octets up, then name by UTF-8 octets, whatever the order of arrival") func order() {
        let records = [record("z.example"), record("é.example"), record("a.example"), record("b.example", up: 500)]
        let expected = ["b.example", "a.example", "z.example", "é.example"]
        #expect(summary(records).apps[0].destinations.map(\.name) == expected)
        #expect(summary(records.reversed()).apps[0].destinations.map(\.name) == expected)
    }

    @Test("memory is bounded: what is beyond the limit is counted in one row") func limit() throws {
        let summary = summary((0..<50).map { record("h\($0).example", up: $0 + 1) }, limit: 10)
        let app = try #require(summary.apps.first)
        #expect(app.destinations.count == 11)
        let others = try #require(app.destinations.last)
        #expect(others.isOthers && others.sum.flows == 40 && summary.flowsBeyondLimit == 40)
        #expect(app.destinations.reduce(0) { $0 + $1.sum.up } == app.sum.up)
        #expect(summary.findings.contains { $0.code == "destinations_beyond_limit" })
    }

    @Test("values per destination are bounded") func valueLimit() {
        var records: [FlowRecord] = []
        for index in 0..<100 {
            var one = record("a.example", service: "s\(index)")
            (one.serverName, one.userAgent) = ("n\(index)", "u\(index)")
            records.append(one)
        }
        let app = summary(records).apps[0]
        #expect(app.destinations[0].serverNames.count == 16 && app.destinations[0].services.count == 16 && app.userAgents.count == 16)
    }

    @Test("without a classified destination the other side's address is the name") func nameless() {
        #expect(summary([record(nil)]).apps[0].destinations[0].name == "1.2.3.4")
        #expect(summary([record(nil, phone: .responder)]).apps[0].destinations[0].name == "10.0.0.1")
    }

    @Test func ownersTrackersAndCountries() {
        let summary = summary([
            record("e.metrico.example", owner: "Metrico", category: "analytics", country: "US", up: 300),
            record("f.metrico.example", owner: "Metrico", category: "analytics", country: "DE", up: 50),
            record("cdn.example", owner: "Fastnet", category: "content-cdn", country: "DE", up: 70), record("x.example", up: 20),
        ])
        let app = summary.apps[0]
        #expect(app.owners.map(\.owner) == ["Metrico", "Fastnet", nil] && app.owners[0].sum.up == 350 && app.owners[0].destinations == 2)
        #expect(app.trackers.map(\.owner) == ["Metrico"] && app.trackers[0].domains == ["e.metrico.example", "f.metrico.example"])
        #expect(app.countries.map(\.country) == ["US", "DE", nil])
        #expect(summary.findings.contains { $0.code == "unknown_destinations" && $0.sentence.hasPrefix("20 of 440 B uploaded (5 %) went to 1 destination ") })
    }

    @Test("clear text counts upload of readable bursts only") func clearText() {
        var summary = InspectionSummary()
        let plain = record("a.example"), hidden = record("b.example", up: 300)
        summary.add(plain, bursts: bursts(plain, clear: true))
        summary.add(hidden, bursts: bursts(hidden))
        summary.finish(overviews: [])
        #expect(summary.total.clearUp == 100 && summary.total.clearShare == 0.25)
        #expect(summary.findings.contains { $0.code == "cleartext_upload" && $0.sentence.hasPrefix("100 of 400 B uploaded (25 %)") && $0.hosts == ["a.example"] })
    }

    @Test("captures read side by side give what one after the other gives") func merging() {
        let first = (0..<8).map { record("h\($0).example", app: "a\($0 % 3)", up: $0) }, second = (4..<12).map { record("h\($0).example", app: "a\($0 % 4)", up: $0) }
        var left = InspectionSummary(), right = InspectionSummary()
        for record in first { left.add(record, bursts: bursts(record)) }
        for record in second { right.add(record, bursts: bursts(record)) }
        left.merge(right)
        left.finish(overviews: [])
        let whole = summary(first + second)
        #expect(left.total == whole.total)
        #expect(left.apps.map(\.app) == whole.apps.map(\.app))
        #expect(left.apps.map { $0.destinations.map(\.name) } == whole.apps.map { $0.destinations.map(\.name) })
        #expect(left.apps.map { $0.destinations.map(\.sum) } == whole.apps.map { $0.destinations.map(\.sum) })
    }

    @Test("sums stop at the end of the range") func saturation() {
        var sum = TrafficSum(), other = TrafficSum()
        (sum.up, other.up) = (.max - 1, 5)
        sum.add(other)
        #expect(sum.up == .max)
    }
}

@Suite struct FindingTests {
    private func codes(_ change: (inout CaptureOverview) -> Void) -> [String] {
        var overview = CaptureOverview(identity: CaptureIdentity(name: "a.pcap", id: "", timeDigits: 6))
        (overview.account.packets, overview.account.inFlows, overview.phone, overview.phoneReason) = (100, 100, "x", "found")
        (overview.first, overview.last) = (0, 60_000_000_000)
        change(&overview)
        return Finding.capture(overview).map(\.code)
    }

    @Test func aSoundCaptureHasNone() { #expect(codes { _ in } == []) }

    @Test func everyBinHasItsFinding() {
        #expect(codes { $0.account.packets = 101 } == ["account_wrong"])
        #expect(codes { ($0.account.inFlows, $0.account.malformed) = (99, ["bad": 1]) } == ["malformed"])
        #expect(codes { ($0.account.inFlows, $0.account.truncated) = (99, ["truncated_tcp": 1]) } == ["truncated"])
        #expect(codes { ($0.account.inFlows, $0.account.unsupportedLink) = (99, [147: 1]) } == ["unsupported_link"])
        #expect(codes { ($0.account.inFlows, $0.account.incompleteFragments) = (99, 1) } == ["incomplete_fragments"])
        #expect(codes { ($0.account.inFlows, $0.account.overLimits) = (99, 1) } == ["over_limits"])
        #expect(codes { ($0.account.inFlows, $0.account.filtered) = (99, 1) } == ["filtered"])
        #expect(codes { $0.damage = "cut in a packet" } == ["damage"])
        #expect(codes { $0.evictedFlows = 1 } == ["evicted_flows"])
        #expect(codes { $0.longestGap = 400_000_000_000 } == ["time_implausible"])
        #expect(codes { $0.last = 6_000_000_000 } == ["short_capture"])
        #expect(codes { $0.awaySeconds = 2.5 } == ["interface_away"])
        #expect(codes { ($0.phone, $0.phoneReason) = (nil, "no_flows") } == ["phone_unknown"])
        #expect(codes { ($0.phone, $0.phoneReason, $0.isPhoneAbsent, $0.flows) = ("10.0.0.9", "given", true, 3) } == ["phone_absent"])
    }

    @Test("an ambiguous phone names the candidates, busiest first, in METHOD.md's words") func ambiguousPhone() {
        var overview = CaptureOverview(identity: CaptureIdentity(name: "a.pcap", id: "", timeDigits: 6))
        (overview.phoneReason, overview.flowsOpened) = ("ambiguous", ["b": 5, "a": 5, "c": 9, "d": 0])
        let finding = Finding.capture(overview).first { $0.code == "phone_ambiguous" }
        #expect(finding?.sentence == "Capture set aside: no single device opens 90 % of the connections (3 open any); give the phone's address.")
        #expect(finding?.candidates.map(\.device) == ["c", "a", "b"])
    }

    @Test(arguments: [(0, 0, "0 %"), (1, 1000, "under 1 %"), (999, 1000, "over 99 %"), (1, 2, "50 %"), (3, 3, "100 %"), (0, 5, "0 %")])
    func shares(part: Int, whole: Int, expected: String) { #expect(Finding.percent(part, of: whole) == expected) }
}
