import Foundation
import PacketForge
import Testing

@testable import TrafficCore

/// Captures of a phone with their markers, from packets to metrics.
@Suite struct MarkedCaptureTests {
    /// A connection to `host` that sends `octets` at each of `times`, seconds after the start.
    private static func connection(_ port: Int, host: String, at times: [Double], octets: Int = 300) -> [ForgedPacket] {
        var connection = ForgedConnection(ForgedPath(phonePort: port), at: time(times.first ?? 0))
        connection.open()
        connection.send(Forge.record(ForgedClientHello(host: host).message))
        connection.send(fromPhone: false, Forge.record(Forge.serverHello()))
        for beat in times {
            connection.time = max(connection.time, time(beat + 0.06))
            connection.send(Forge.record(Forge.padding(octets), type: 23))
            connection.send(fromPhone: false, Forge.record(Forge.padding(80), type: 23))
        }
        return connection.packets
    }
    private static func time(_ seconds: Double) -> Int64 { ForgedPacket.start + Int64((seconds * 1e9).rounded()) }
    /// RFC 3339 is for people; tests write seconds.
    private static func marker(_ seconds: Double, _ event: String, note: String? = nil) -> Marker { Marker(time: time(seconds), event: event, note: note) }

    private static func pcapng(_ packets: [ForgedPacket], comments: [(Double, String)] = []) -> [UInt8] {
        let forge = ForgedPcapng()
        var left = comments, octets = forge.section() + forge.interface(resolution: 9)
        for packet in packets.enumerated().sorted(by: { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }).map(\.element) {
            // The comment stands at the first packet from its time on, with a packet of its own where it must be exact.
            var options: [UInt8] = []
            while let next = left.first, time(next.0) <= packet.time {
                octets += forge.enhanced(ForgedPath(phonePort: 39999, serverPort: 9).udp(payload: [0]), ticks: UInt64(time(next.0)), options: forge.comment("marker: " + next.1) + forge.option(0, []))
                left.removeFirst()
            }
            options += forge.option(0, [])
            octets += forge.enhanced(packet.octets, ticks: UInt64(packet.time), options: options)
        }
        return octets
    }

    private static func read(_ octets: [UInt8], marking: PhaseMarking? = nil, settle: Double = 0) throws -> CaptureReading {
        try DestinationSamples.withFolder { folder in
            let path = folder + "/example.app.pcapng"
            try Data(octets).write(to: URL(filePath: path))
            var capture = LabelledCapture(files: [CapturePath(path: path, given: path)], app: AppIdentity(id: "example.app"), source: .option)
            capture.settle = settle
            if let marking { capture.mark(marking, .file) }
            return try #require(CaptureBatch.read([capture], options: InspectionOptions(), geography: nil, threads: 1) { InspectionControl() }.first).get()
        }
    }
    private static func observed(_ reading: CaptureReading) throws -> CaptureProfile {
        guard case .observed(let capture) = reading.outcome else { throw ReadingFailure() }
        return capture
    }
    private static func app(_ profile: CaptureProfile) -> ObservedApp {
        var judge = ProfileJudge()
        return ObservedApp(id: "s", group: "own", captures: [judge.judge(profile, app: AppIdentity(id: "example.app"))])
    }
    private static func numbered(_ profile: CaptureProfile) throws -> CohortBasis.App {
        var basis = CohortBasis(watched: [])
        let place = basis.append(app(profile))
        return basis.apps[place]
    }
    struct ReadingFailure: Error {}

    // MARK: Comments

    @Test("markers in packet comments make the same phases as a file of them, at the packets' times")
    func comments() throws {
        let packets = Self.connection(41000, host: "a.example", at: [1, 30, 70, 75, 100, 130])
        let told = [(0.5, "foreground"), (65, "background after the home button"), (125, "{\"event\": \"idle\", \"app\": \"example.app\"}"), (128, "{nothing")]
        let byComments = try Self.read(Self.pcapng(packets, comments: told))
        let byFile = try Self.read(Self.pcapng(packets, comments: told), marking: PhaseMarking([
            Self.marker(0.5, "foreground"), Self.marker(65, "background"), Self.marker(125, "idle"),
        ]))
        let capture = try Self.observed(byComments), other = try Self.observed(byFile)
        #expect(capture.seconds == other.seconds && capture.cells == other.cells && capture.background == other.background)
        #expect(Set(capture.cells.map(\.phase)) == Set(Phase.allCases))
        #expect(byComments.summary.hasPhases && byComments.summary.apps[0].phases == byFile.summary.apps[0].phases)
        let account = try #require(byComments.overview.marking)
        #expect(account.source == .comments && account.markers == 3 && account.clock.source == .capture && account.notes.count == 1)
        #expect(byFile.overview.marking?.notes.last?.contains("4 markers in its packets' comments are not used") == true)
    }

    // MARK: Clock

    @Test("sync markers put phases where the capture's clock has them")
    func syncMarkers() throws {
        let packets = Self.connection(41000, host: "sync.example", at: [10]) + Self.connection(41001, host: "sync.example", at: [90])
            + Self.connection(41002, host: "a.example", at: [20, 30, 70, 80])
        // The phone's clock is an hour ahead.
        let markers = [(0.0, "foreground"), (10, "sync"), (60, "background"), (90, "sync"), (120, "end")].map {
            Self.marker($0.0 + 3600, $0.1, note: $0.1 == "sync" ? "sync.example" : nil)
        }
        let reading = try Self.read(Self.pcapng(packets), marking: PhaseMarking(markers))
        let clock = try #require(reading.overview.marking?.clock)
        #expect(clock.source == .syncMarkers && abs(clock.seconds - 3600) < 0.001 && clock.observations == 2)
        let capture = try Self.observed(reading)
        #expect(capture.background.count == 3 && reading.overview.marking?.isOutside == false)
        let lost = try Self.read(Self.pcapng(packets), marking: PhaseMarking(markers.filter { $0.event != "sync" }))
        #expect(lost.overview.marking?.isOutside == true && lost.overview.marking?.clock.source == .unknown)
    }

    // MARK: Settle time

    @Test("what falls into the settle time counts in no phase and is told")
    func settling() throws {
        let packets = Self.connection(41000, host: "a.example", at: [10, 62, 64, 90])
        let markers = [Self.marker(0, "foreground"), Self.marker(60, "background"), Self.marker(120, "end")]
        let plain = try Self.read(Self.pcapng(packets), marking: PhaseMarking(markers))
        let settled = try Self.read(Self.pcapng(packets), marking: PhaseMarking(markers, settle: 10))
        let (long, short) = (try Self.observed(plain).seconds, try Self.observed(settled).seconds)
        #expect(long[.background] == 60 && short[.background] == 50)
        let before = plain.summary.apps[0].phases, after = settled.summary.apps[0].phases
        #expect(before[.background].uploads == 3 && after[.background].uploads == 1 && after.settling.uploads == 2 && after[nil].up == 0)
        #expect(before[.background].up == after[.background].up + after.settling.up && before.settling.up == 0)
        var summary = InspectionSummary()
        summary.merge(settled.summary)
        summary.finish(overviews: settled.parts)
        let finding = try #require(summary.findings.first { $0.code == "settle" })
        #expect(finding.sentence.contains("first 10 s") && finding.sentence.contains("\(after.settling.up) B up in 2 uploads"))
    }

    // MARK: Beacons

    /// Something every 20 s in the background, over one connection or over many, for four minutes.
    private static func beats(_ kind: PeriodicDestination.Beats) -> [ForgedPacket] {
        let times = (0..<12).map { 62 + Double($0) * 20 }, use = connection(40000, host: "a.example", at: [1, 5, 9])
        switch kind {
        case .withinConnection: return use + connection(42000, host: "beat.example", at: times)
        case .connections: return use + times.enumerated().flatMap { connection(42000 + $0, host: "beat.example", at: [$1]) }
        case .mixed:
            // Two beats a connection.
            return use + (0..<6).flatMap { connection(42000 + $0, host: "beat.example", at: [times[2 * $0], times[2 * $0 + 1]]) }
        }
    }

    @Test("a heartbeat is a beacon inside one connection, over many, and in a mix; and it is told which", arguments: [
        PeriodicDestination.Beats.withinConnection, .connections, .mixed,
    ])
    func beacons(_ kind: PeriodicDestination.Beats) throws {
        let markers = [Self.marker(0, "foreground"), Self.marker(61, "background"), Self.marker(310, "end")]
        let capture = try Self.observed(try Self.read(Self.pcapng(Self.beats(kind)), marking: PhaseMarking(markers)))
        let cohort = Cohort(subject: Self.app(capture), peers: [])
        #expect(cohort.table.subject.captures[0].pairs[MetricID.beaconingDestinationCount.rawValue] == MetricPair(numerator: 1, denominator: 1))
        let found = cohort.periodicDestinations
        #expect(found.map(\.owner) == ["beat.example"] && found.map(\.beats) == [kind])
        #expect(abs((found.first?.period ?? 0) - 20) < 0.1)
    }

    // MARK: Kinds of events

    @Test("uploads after events are told by kind where there are ten; the metric pools them")
    func kinds() throws {
        var random = SplitMix64(state: 11)
        let keys = (0..<14).map { 10 + Double($0) * 19 + random.unit() * 8 }, copies = (0..<12).map { 16 + Double($0) * 23 + random.unit() * 3 }
        let packets = keys.enumerated().flatMap { Self.connection(43000 + $0, host: "a.example", at: [$1 + 0.3]) }
        let markers = [Self.marker(0, "foreground")] + keys.map { Self.marker($0, "keypress") } + copies.map { Self.marker($0, "copy") }
            + (0..<3).map { Self.marker(100 + Double($0), "photo") } + [Self.marker(305, "end")]
        let capture = try Self.observed(try Self.read(Self.pcapng(packets), marking: PhaseMarking(markers)))
        #expect(capture.events.count == 29 && capture.eventKinds.count == 29)
        let found = EventKindUploads.all(of: try Self.numbered(capture), window: 300)
        #expect(found.map(\.kind) == ["copy", "keypress"])
        let keypress = try #require(found.last), copy = try #require(found.first)
        #expect(keypress.events == 14 && keypress.answered == 14 && keypress.p <= 0.01 && keypress.excessPerEvent > 1)
        #expect(copy.events == 12 && copy.p > 0.01 && copy.excessPerEvent < 1)
        #expect(EventKindUploads.all(of: try Self.numbered(capture), window: nil).isEmpty)
    }
}
