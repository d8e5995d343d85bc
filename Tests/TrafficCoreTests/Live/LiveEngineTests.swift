import Foundation
import PacketForge
import Testing

@testable import TrafficCore

/// A live capture without an interface: batches in, a recording and flows out, and the same again from the recording.
@Suite struct LiveEngineTests {
    /// Packets and notices in the order in which a source would hand them over.
    enum Step { case packet(ForgedPacket), notice(PacketBatch.Notice), marker(Marker) }

    private struct Outcome {
        var told: [FlowRecord] = []
        var read: [FlowRecord] = []
        /// Of all apps, by the phases of all markers: of the recording's flows.
        var phases: PhaseAmounts
        var reading: CaptureReading
        var files: [String]
        var octets: [[UInt8]]
        var parts: [CaptureOverview]
        var picture: LivePicture
    }

    private let interface = PacketBatch.Notice.interface(CaptureInterface(linkType: 1, snapLength: 262_144, timeDigits: 9, clock: .nanoseconds), name: "lab0")

    private func run(_ steps: [Step], rotate: Int64? = nil, foldLimit: Int? = nil, isPhoneTold: Bool = false) throws -> Outcome {
        let folder = NSTemporaryDirectory() + "trafficscope-live-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/run.pcapng"
        var analysis = LiveAnalysis(
            LabelledCapture(files: [], app: AppIdentity(id: "com.example.notes"), source: .option), catalogue: DestinationCatalogue(), geography: nil)
        if isPhoneTold { analysis.options.phones = try [#require(PhoneAddress("192.0.2.17"))] }
        analysis.recording = RecordingPlan(path: path, rotate: rotate)
        var engine = try LiveEngine(analysis, filter: nil, name: path, at: ForgedPacket.start)
        if let foldLimit { engine.foldLimit = foldLimit }
        var told: [FlowRecord] = []
        var batch = PacketBatch()
        batch.append(interface)
        for step in steps {
            if foldLimit != nil, batch.count >= 7 {
                engine.take(batch) { told.append($0.record) }
                batch.removeAll()
                engine.rest()
            }
            switch step {
            case .packet(let packet):
                let record = PacketRecord(
                    time: packet.time, capturedLength: packet.octets.count, wireLength: packet.octets.count, interface: 0, linkType: 1, start: 0)
                batch.append(PacketView(octets: packet.octets.span, record: record))
            case .notice(let notice): batch.append(notice)
            case .marker(let marker):
                engine.take(batch) { told.append($0.record) }
                batch.removeAll()
                engine.mark(marker)
            }
        }
        engine.take(batch) { told.append($0.record) }
        let picture = engine.picture()
        let reading = engine.finish(at: ForgedPacket.start + 100_000_000_000_000) { told.append($0.record) }
        #expect(engine.problem == nil)
        let files = engine.recordedFiles
        var read: [FlowRecord] = [], summary = InspectionSummary()
        let parts = try Inspection.read(files.map { CapturePath(path: $0, given: $0) }, options: analysis.options) {
            read.append($0.record)
            summary.add($0.record, bursts: $0.bursts, timeline: reading.capture.timeline)
        }
        return Outcome(
            told: told, read: read, phases: phases(summary), reading: reading, files: files, octets: files.map { [UInt8](FileManager.default.contents(atPath: $0) ?? Data()) },
            parts: parts, picture: picture)
    }

    private func phases(_ summary: InspectionSummary) -> PhaseAmounts {
        var all = PhaseAmounts()
        for app in summary.apps { all.add(app.phases) }
        return all
    }

    /// Flows of several kinds, with silences in which some of them end.
    private func steps(seed: UInt64, ticks: Bool) -> [Step] {
        var random = SplitMix64(state: seed)
        var time = ForgedPacket.start, steps: [Step] = []
        for index in 0..<120 {
            let path = ForgedPath(phonePort: 40_000 + Int.random(in: 0..<12, using: &random))
            let isUDP = Bool.random(using: &random), fromPhone = Bool.random(using: &random)
            let payload = [UInt8](repeating: UInt8(index), count: Int.random(in: 1...400, using: &random))
            let frame = isUDP ? path.udp(fromPhone: fromPhone, payload: payload) : path.tcp(fromPhone: fromPhone, sequence: UInt32(index * 1000), payload: payload)
            steps.append(.packet(ForgedPacket(frame, at: time)))
            let pause = Int64.random(in: 1...4, using: &random) == 1 ? Int64.random(in: 60...400, using: &random) : 0
            var passed: Int64 = 5
            while ticks, passed < pause {
                steps.append(.notice(.idle(time + passed * 1_000_000_000 - 1_000_000_000)))
                passed += Int64.random(in: 5...60, using: &random)
            }
            // Now and then a little backwards: packets of two processors.
            time += pause * 1_000_000_000 + (Int64.random(in: 1...8, using: &random) == 1 ? -200_000 : Int64.random(in: 1...900_000_000, using: &random))
        }
        if ticks { steps.append(.notice(.idle(time + 200_000_000_000))) }
        return steps
    }

    @Test("what is told live is what the recording gives, in the same order, with idle ticks or without", arguments: 0..<12)
    func sameAsRecording(seed: Int) throws {
        let outcome = try run(steps(seed: UInt64(seed), ticks: seed % 3 != 0), rotate: seed % 4 == 0 ? 16_384 : nil)
        #expect(outcome.told.count > 10)
        #expect(outcome.told.count == outcome.read.count)
        for (told, read) in zip(outcome.told, outcome.read) {
            #expect(told.firstFrame == read.firstFrame && told.lastFrame == read.lastFrame && told.payload == read.payload && told.first == read.first)
            #expect(told.capture.timeDigits == 9 && read.capture.timeDigits == 9 && told.payloadHint == nil)
            #expect(told.originator == read.originator && told.state == read.state && told.adus == read.adus && told.phone == read.phone)
        }
        if seed % 4 == 0 { #expect(outcome.files.count > 1) }
        #expect(outcome.reading.overview.account.packets == 120)
        #expect(outcome.reading.overview.identity.id == outcome.parts.last.map { $0.joinedIdentity?.id ?? $0.identity.id })
        #expect(outcome.reading.overview.span == CaptureOverview.joined(outcome.parts).span)
    }

    @Test("a capture of which the past is folded gives the same profile, whatever was marked", arguments: 0..<16)
    func folding(seed: Int) throws {
        var steps = steps(seed: UInt64(seed) + 100, ticks: true), number = 0
        // Markers at the times of packets, in every order of phases; with seeds below 4 none.
        let events = [["background", "foreground", "keypress"], ["foreground", "background", "copy"], ["idle", "foreground", "end"]][seed % 3]
        if seed >= 4 {
            for place in stride(from: 20 + seed, to: steps.count, by: 25) {
                guard case .packet(let packet) = steps[place] else { continue }
                steps.insert(.marker(Marker(time: packet.time, event: events[number % 3])), at: place)
                number += 1
            }
        }
        let plain = try run(steps, isPhoneTold: seed % 2 == 0), folded = try run(steps, foldLimit: 3, isPhoneTold: seed % 2 == 0)
        // What came before a first marker is told anew by it.
        for outcome in [plain, folded] { #expect(phases(outcome.reading.summary) == outcome.phases) }
        if seed >= 4, seed % 6 == 4 { #expect(plain.phases[nil].up > 0 && plain.phases[.background].up > 0) }
        switch (plain.reading.outcome, folded.reading.outcome) {
        case (.observed(var one), .observed(var other)):
            // The id is made of the file's content, in which the time of writing stands.
            (one.id, other.id) = ("", "")
            #expect(one == other)
            #expect(!one.cells.isEmpty)
        case (.setAside(let one, _), .setAside(let other, _)): #expect(one == other && (seed % 2 == 1 || seed < 4))
        default: #expect(Bool(false), "one is set aside")
        }
    }

    @Test("a flow ends in a silence, before the next packet comes") func idle() throws {
        let path = ForgedPath(phonePort: 40_000), start = ForgedPacket.start
        let outcome = try run([
            .packet(ForgedPacket(path.udp(payload: [1, 2, 3]), at: start)), .notice(.idle(start + 181_000_000_000)),
            .packet(ForgedPacket(ForgedPath(phonePort: 40_001).udp(payload: [4]), at: start + 182_000_000_000)),
        ])
        #expect(outcome.picture.openFlows == 1 && outcome.told.map(\.firstFrame) == [1, 2])
        // The tick stands between the packets of the recording, as interface statistics that other programs read too.
        #expect(outcome.octets[0].contains(Array("trafficscope: idle".utf8)))
    }

    @Test("a picture has the flows that are open, as they would be if they ended") func picture() throws {
        let outcome = try run(steps(seed: 5, ticks: true))
        var summary = outcome.reading.summary
        summary.finish(overviews: outcome.reading.parts)
        // Octets that wait behind a hole are read only when a flow ends; all that is counted of a flow is the same.
        for (one, other) in [(outcome.picture.summary.total, summary.total), (outcome.picture.summary.unknownPhone, summary.unknownPhone)] {
            #expect(one.flows == other.flows && one.packets == other.packets && one.up == other.up && one.down == other.down && one.sizesUp == other.sizesUp)
        }
        #expect(outcome.picture.openFlows > 0 && outcome.picture.packets == 120)
        #expect(outcome.picture.overview.phone == outcome.reading.overview.phone)
    }

    @Test("markers stand on the next packet that is not older, with their own time; behind the last one, in statistics") func markers() throws {
        let path = ForgedPath(phonePort: 40_000), start = ForgedPacket.start, second: Int64 = 1_000_000_000
        let marks = [
            Marker(time: start + 1_500_000_001, event: "background", note: "a \"b\"\u{7}\u{1b}[2J ü"), Marker(time: start + 9 * second, event: "keypress"),
        ]
        let outcome = try run([
            .packet(ForgedPacket(path.udp(payload: [1]), at: start)), .marker(marks[0]),
            .packet(ForgedPacket(path.udp(payload: [2]), at: start + second)), .packet(ForgedPacket(path.udp(payload: [3]), at: start + 2 * second)),
            .marker(marks[1]),
        ])
        var comments: [Int: [String]] = [:]
        var file = try CaptureFile(octets: outcome.octets[0], name: "recording"), number = 0
        while let packet = try file.next() {
            number += 1
            if packet.record.hasOptions { comments[number] = packet.options.comments }
        }
        #expect(comments.keys.sorted() == [3] && comments[3]?.count == 1)
        #expect(file.gathered.markers.count == 1)
        let notes = outcome.parts[0].notes
        #expect(Marker.read(notes.markers).markers == marks && Marker.read(notes.markers).unread == 0)
        #expect(outcome.reading.overview.notes.markers.isEmpty)
        #expect(outcome.picture.markers == marks)
        #expect(outcome.reading.overview.marking?.markers == 2)
    }

    @Test("what cannot be written is told, and what was written is whole") func unwritable() throws {
        var analysis = LiveAnalysis(LabelledCapture(files: [], app: nil, source: .unattributed), catalogue: DestinationCatalogue(), geography: nil)
        analysis.recording = RecordingPlan(path: "/nothing/there.pcapng")
        #expect(throws: CaptureError.self) { _ = try LiveEngine(analysis, filter: nil, name: "x", at: 0) }
        analysis.recording = RecordingPlan(path: "/dev/full")
        var engine = try LiveEngine(analysis, filter: nil, name: "x", at: 0), batch = PacketBatch()
        batch.append(interface)
        engine.take(batch) { _ in }
        engine.rest()
        #expect(engine.problem?.kind == .inputOutput && engine.problem?.description.contains("the disk is full") == true)
    }
}

extension [UInt8] {
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        guard count >= part.count else { return false }
        return (0...count - part.count).contains { self[$0..<$0 + part.count].elementsEqual(part) }
    }
}
