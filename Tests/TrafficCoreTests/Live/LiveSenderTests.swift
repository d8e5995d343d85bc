import Foundation
import PacketForge
import Testing

@testable import TrafficCore

/// Captures that come over TCP: what is told of them is what their recording gives, whatever they hold.
@Suite struct LiveSenderTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func files(_ folder: String) -> [URL] {
        ((try? FileManager.default.contentsOfDirectory(at: root.appendingPathComponent(folder), includingPropertiesForKeys: nil)) ?? [])
            .sorted { $0.path < $1.path }
    }

    @Test("what fuzzing found of captures, and each of them cut", arguments: files("Fuzz/corpus/pcapng") + files("Fuzz/corpus/pcap") + files("Fuzz/corpus/live"))
    func corpus(file: URL) throws {
        let octets = [UInt8](try Data(contentsOf: file))
        for count in [0, 1, 2, 7, 30] where count < octets.count { FuzzEntry.live(Array(octets.dropLast(count))) }
    }

    @Test("sections, interfaces, byte orders, apps, names, options", arguments: [false, true]) func blocks(isBig: Bool) {
        var forged = ForgedPcapng()
        if isBig { forged = ForgedPcapng(order: .big) }
        let packets = samplePackets(6)
        var octets = forged.section() + forged.interface() + forged.androidApp(10101, package: "com.example.notes", name: "Notes")
        octets += forged.enhanced(packets[0]) + forged.interface(link: 101) + forged.names([([1, 2, 3, 4], "a.example")])
        octets += forged.simple(packets[1].octets) + forged.block(0xbad, [9, 9, 9, 9]) + forged.block(0x4000_0bad, [9, 9, 9, 9]) + forged.enhanced(packets[2])
        octets += forged.statistics(start: 1, end: 2, counts: [(7, 40)]) + forged.process(7, name: "notes") + forged.enhanced(packets[3])
        octets += forged.section() + forged.interface() + forged.enhanced(packets[4]) + forged.enhanced(packets[5]) + forged.block(0xbad, [1, 2, 3, 4])
        FuzzEntry.live(octets)
        for count in 1..<60 { FuzzEntry.live(Array(octets.dropLast(count * 3))) }
    }

    @Test("what came before a fault is handed over; what a sender lost is counted") func fault() throws {
        let forged = ForgedPcapng(), packets = samplePackets(5), queue = PacketQueue(limit: 1 << 20)
        var octets = forged.section() + forged.interface()
        for packet in packets { octets += forged.enhanced(packet) }
        octets += forged.statistics(counts: [(5, 40), (7, 2)]) + forged.enhanced(packets[0]) + [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
        var connection = try LiveConnection(file: CaptureFile(octets: octets, name: "sender"), LiveSettings(interface: "sender"), queue)
        #expect(throws: CaptureError.self) { while try connection.step() {} }
        connection.finish()
        var count = 0, lost: UInt64?
        while case .batch(let batch) = queue.next(milliseconds: 0) {
            batch.forEach { _ in count += 1 } notice: { if case .counted(let counted) = $0 { lost = counted.lostBySystem ?? lost } }
        }
        #expect(count == 6 && lost == 42)
    }
}
