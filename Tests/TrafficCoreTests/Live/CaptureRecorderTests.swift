import Foundation
import PacketForge
import Testing

@testable import TrafficCore

@Suite struct CaptureRecorderTests {
    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "trafficscope-recorder-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func record(_ packets: [ForgedPacket], to recorder: inout CaptureRecorder) throws {
        for packet in packets {
            let record = PacketRecord(
                time: packet.time, capturedLength: packet.octets.count, wireLength: packet.octets.count, interface: 0, linkType: 1, start: 0)
            try recorder.write(PacketView(octets: packet.octets.span, record: record))
        }
    }

    private let interface = CaptureInterface(linkType: 1, snapLength: 65_535, timeDigits: 9, clock: .nanoseconds)

    @Test("a ring is named as dumpcap's, keeps its last files, and each is whole") func ring() throws {
        try inFolder { folder in
            let packets = samplePackets(60)
            var recorder = try CaptureRecorder(
                RecordingPlan(path: folder + "/a.b.pcapng", rotate: 2048, keep: 3), program: "test", filter: "udp", at: ForgedPacket.start)
            recorder.add(interface, name: "lab0")
            try record(packets, to: &recorder)
            try recorder.finish(at: packets[59].time + 5)
            let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            #expect(files.count == 3 && files.map { folder + "/" + $0 } == recorder.files && !recorder.isComplete)
            #expect(files.allSatisfy { CaptureRing.ring(folder + "/" + $0)?.prefix == folder + "/a.b\u{0}.pcapng" })
            var times: [Int64] = []
            for file in recorder.files {
                let octets = [UInt8](try #require(FileManager.default.contents(atPath: file))), result = readCapture(octets)
                #expect(octets.count <= 2048 && result.error == nil && result.timeDigits == 9)
                times += result.times
            }
            #expect(times == packets.suffix(times.count).map(\.time) && times.count > 10)
        }
    }

    @Test("statistics tell when it was captured, what was counted and lost, file by file") func statistics() throws {
        try inFolder { folder in
            let packets = samplePackets(3), start = ForgedPacket.start - 7
            var recorder = try CaptureRecorder(RecordingPlan(path: folder + "/a.pcapng"), program: "test", filter: nil, at: start)
            recorder.add(interface, name: "lab0")
            var counted = InterfaceStatistics()
            (counted.start, counted.received, counted.lostBySystem, counted.lostByInterface) = (start, 9, 4, 2)
            recorder.take(counted, dropped: 3)
            try record(packets, to: &recorder)
            try recorder.finish(at: packets[2].time + 11)
            let parts = try Inspection.read([CapturePath(path: folder + "/a.pcapng", given: folder)]) { _ in }
            #expect(parts[0].observed == ObservedSpan(start: start, end: packets[2].time + 11) && parts[0].dropped == 9)
        }
    }

    @Test("a ring of the most hostile times, and blocks of a sender in each of its files") func hostile() throws {
        try inFolder { folder in
            var recorder = try CaptureRecorder(RecordingPlan(path: folder + "/a.pcapng", rotate: 1024), program: "test", filter: nil, at: 0)
            recorder.add(interface, name: "lab0")
            recorder.add(block: .custom, [0xbc, 0xf4, 0, 0, 1, 2, 3, 4])
            let frames = sampleFrames(40), times = [Int64.max, 0, .max, 5]
            try record(frames.enumerated().map { ForgedPacket($1, at: times[$0 % 4]) }, to: &recorder)
            try recorder.finish(at: .max)
            #expect(recorder.files.count > 2)
            for file in recorder.files {
                let result = readCapture([UInt8](try #require(FileManager.default.contents(atPath: file))))
                #expect(result.error == nil && result.skippedTypes.contains(0xbad))
            }
        }
    }

    @Test("a name without an ending, in a folder with a dot") func names() {
        let plan = RecordingPlan(path: "some.folder/run", rotate: 1 << 20)
        #expect(plan.name(12, at: 1_783_000_000_000_000_000) == "some.folder/run_00012_20260702134640")
        #expect(RecordingPlan(path: "run.pcapng").name(1, at: 0) == "run.pcapng")
    }
}
