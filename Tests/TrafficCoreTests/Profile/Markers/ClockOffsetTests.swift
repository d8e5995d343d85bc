import Testing

@testable import TrafficCore

@Suite struct ClockOffsetTests {
    private static let second: Int64 = 1_000_000_000
    /// 2023-11-14T22:13:20Z.
    private static let start: Int64 = 1_700_000_000 * second
    private static func at(_ seconds: Double) -> Int64 { start + Int64((seconds * 1e9).rounded()) }
    private static func sync(_ seconds: Double, _ host: String, device: String? = nil) -> Marker {
        Marker(time: at(seconds), event: "sync", device: device, note: host)
    }

    private func evidence(_ markers: [Marker], _ contacts: [(Double, String)], requests: [(at: Double, shown: Double)] = [], random: [UInt64] = []) throws -> ClockEvidence {
        var evidence = ClockEvidence(PhaseMarking(markers, device: "d"))
        for (index, (time, host)) in contacts.enumerated() {
            var record = try DestinationSamples.flow(sni: index % 2 == 0 ? host : nil, phone: .originator)
            if index % 2 == 1 { record.dnsQueries = [host, "late.example"] }
            record.first = Self.at(time)
            evidence.take(record)
        }
        for request in requests { evidence.take(try Self.request(Self.at(request.at), stamp: Self.stamp(Self.at(request.shown)))) }
        for stamp in random { evidence.take(try Self.request(Self.at(5), stamp: stamp)) }
        return evidence
    }

    /// A flow that a client's NTP request begins.
    private static func request(_ time: Int64, stamp: UInt64) throws -> FlowRecord {
        var record = try DestinationSamples.flow(service: 123, phone: .originator), facts = FlowFacts()
        let octets: [UInt8] = [0x23, 0, 6, 0xec] + [UInt8](repeating: 0, count: 36) + (0..<8).map { UInt8(truncatingIfNeeded: stamp >> (56 - 8 * UInt64($0))) }
        _ = facts.readNTP(octets.span)
        (record.facts, record.first) = (facts, time)
        return record
    }
    private static func stamp(_ time: Int64) -> UInt64 {
        UInt64(time / second + 2_208_988_800) << 32 | UInt64(Double(time % second) / 1e9 * 4_294_967_296)
    }

    @Test("several sync markers give median and half of the range, whatever else the hosts were contacted for")
    func syncs() throws {
        let markers = [Self.sync(12, "a.example"), Self.sync(62.2, "B.example."), Self.sync(112.4, "a.example"), Self.sync(70, "a.example", device: "other")]
        let contacts = [(10, "a.example"), (10.2, "a.example"), (40, "a.example"), (60, "b.example"), (95, "b.example"), (110, "a.example"), (130, "a.example")]
        let (offset, notes) = try evidence(markers, contacts).estimate()
        #expect(offset.source == .syncMarkers && offset.observations == 3 && notes == [])
        #expect(abs(offset.seconds - 2.2) < 1e-6 && abs((offset.uncertainty ?? 9) - 0.2) < 1e-6)
        #expect(offset.canLockEvents(window: 2))
    }

    @Test("one sync marker gives an offset of unknown uncertainty; none that fits gives nothing and says so")
    func fewSyncs() throws {
        let (one, notes) = try evidence([Self.sync(3, "a.example"), Self.sync(50, "never.example")], [(1, "a.example")]).estimate()
        #expect(one == ClockOffset(seconds: 2, uncertainty: nil, source: .syncMarkers, observations: 1) && !one.canLockEvents(window: 2))
        #expect(notes == ["1 of 2 sync markers fit no contact with their host and were left out"])
        let (none, said) = try evidence([Self.sync(3, "never.example")], [(1, "a.example")]).estimate()
        #expect(none.source == .unknown && said.count == 1 && !none.canLockEvents(window: 2))
    }

    @Test("NTP requests tell the phone's clock where they agree")
    func requests() throws {
        let (offset, notes) = try evidence([], [], requests: [(0, -1.5), (64, 62.52), (128, 126.48)]).estimate()
        #expect(offset.source == .ntp && offset.observations == 3 && notes == [])
        #expect(abs(offset.seconds + 1.5) < 1e-3 && abs((offset.uncertainty ?? 9) - 0.05) < 1e-3)
    }

    @Test("transmit times that are random, single or of a clock that was set are not believed")
    func disbelieved() throws {
        var random = SplitMix64(state: 3)
        let (offset, notes) = try evidence([], [], random: (0..<20).map { _ in random.next() }).estimate()
        #expect(offset == ClockOffset() && notes.first?.contains("random") == true)
        #expect(try evidence([], [], requests: [(0, 1)]).estimate().notes.first?.contains("single") == true)
        let set = try evidence([], [], requests: [(0, 40), (64, 64), (128, 128)]).estimate()
        #expect(set.offset.source == .unknown && set.notes.first?.contains("contradict") == true)
        // Two that look like a clock among random ones are chance, or nothing to build on.
        #expect(try evidence([], [], requests: [(0, 1), (64, 65)], random: [5, 6, 7]).estimate().offset.source == .unknown)
        #expect(try evidence([], [], random: [0]).estimate().notes == [], "no time stamp at all")
    }

    @Test("what a person gives", arguments: [
        ("0.35", 0.35, nil), ("-2±0.5", -2, 0.5), ("1e-1+-0", 0.1, 0), ("1±", .nan, nil), ("x", .nan, nil), ("1±-1", .nan, nil), ("1±2±3", .nan, nil), ("inf", .nan, nil), ("1e9", .nan, nil),
    ] as [(String, Double, Double?)])
    func given(_ text: String, _ seconds: Double, _ uncertainty: Double?) {
        let offset = ClockOffset(text)
        #expect(offset?.seconds == (seconds.isNaN ? nil : seconds) && offset?.uncertainty == uncertainty)
    }

    @Test("events can be told to be answered within 2 s when the clock is known to 1 s", arguments: [
        (ClockOffset(source: .unknown), false), (ClockOffset(uncertainty: 0, source: .capture), true), (ClockOffset(seconds: 3, source: .study), true),
        (ClockOffset(seconds: 3, uncertainty: 1, source: .option), true), (ClockOffset(seconds: 3, uncertainty: 1.01, source: .study), false),
        (ClockOffset(seconds: 3, uncertainty: 1, source: .ntp, observations: 2), true), (ClockOffset(seconds: 3, source: .syncMarkers, observations: 1), false),
    ]) func locking(_ offset: ClockOffset, _ expected: Bool) {
        #expect(offset.canLockEvents(window: 2) == expected)
        var account = MarkingAccount(source: .file, markers: 20, clock: offset, events: 10)
        #expect(account.hasDoubtfulEvents == !expected)
        account.events = 9
        #expect(!account.hasDoubtfulEvents, "too few to be tested")
    }
}
