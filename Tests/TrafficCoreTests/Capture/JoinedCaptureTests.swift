import Foundation
import PacketForge
import Testing

@testable import TrafficCore

@Suite struct JoinedCaptureTests {
    private func read(_ files: [[UInt8]]) throws -> (parts: [CaptureOverview], flows: [FlowRecord]) {
        let folder = NSTemporaryDirectory() + "trafficscope-joined-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var paths: [CapturePath] = []
        for (index, file) in files.enumerated() {
            let path = folder + "/\(index).pcap"
            try Data(file).write(to: URL(fileURLWithPath: path))
            paths.append(CapturePath(path: path, given: folder))
        }
        var flows: [FlowRecord] = []
        let parts = try Inspection.read(paths) { flows.append($0.record) }
        return (parts, flows)
    }

    private var packets: [ForgedPacket] {
        var connection = ForgedConnection(ForgedPath(phonePort: 41000))
        connection.open()
        connection.send([UInt8](repeating: 0x80, count: 5000))
        connection.close()
        return connection.packets
    }

    @Test("a flow goes on from file to file, whatever the order of the files")
    func flowGoesOn() throws {
        let pcap = ForgedPcap(), first = pcap.file(Array(packets[..<4])), second = pcap.file(Array(packets[4...]))
        for files in [[first, second], [second, first]] {
            let (parts, flows) = try read(files)
            #expect(flows.count == 1 && flows.first?.payload.forward == 5000 && flows.first?.state == "SF")
            #expect(flows.first?.firstFrame == 1 && flows.first?.lastFrame == packets.count)
            #expect(parts.map(\.account.packets) == [4, packets.count - 4] && parts.allSatisfy { $0.account.packets == $0.account.accounted })
            #expect(parts.map(\.flows).reduce(0, +) == 1)
            let whole = CaptureOverview.joined(parts)
            #expect(whole.first == packets.first?.time && whole.last == packets.last?.time)
            // The id is over the files' digests in order of time, and stands in every row.
            #expect(whole.identity.id == flows.first?.capture.id && parts[0].identity.id != whole.identity.id)
        }
    }

    @Test("damage to one file is told, and the next one read")
    func damage() throws {
        let pcap = ForgedPcap(), first = pcap.file(Array(packets[..<4])), second = pcap.file(Array(packets[4...]))
        let (parts, flows) = try read([Array(first.dropLast(7)), second])
        #expect(parts[0].damage != nil && parts[1].damage == nil && parts.map(\.account.packets) == [3, packets.count - 4])
        #expect(flows.count == 1)
    }

    @Test("a fragment in one file and the rest in the next make a datagram; the files' accounts add up")
    func fragments() throws {
        let datagram = Forge.udp(payload: [UInt8](repeating: 7, count: 1992))
        func part(_ range: Range<Int>, _ more: Bool) -> [UInt8] {
            Forge.ethernet(Forge.ipv4(Array(datagram[range]), transport: 17, fragment: ForgedFragment(offset: range.lowerBound, moreFollow: more)))
        }
        let (parts, flows) = try read([ForgedPcap().file([at(0, part(0..<1000, true))]), ForgedPcap().file([at(1, part(1000..<2000, false))])])
        #expect(flows.count == 1 && flows.first?.packets.forward == 2 && flows.first?.payload.forward == 1992)
        #expect(parts.allSatisfy { $0.account.packets == $0.account.accounted })
        #expect(parts.map(\.account.incompleteFragments).reduce(0, +) == 0 && parts.map(\.account.inFlows).reduce(0, +) == 2)
    }
}
