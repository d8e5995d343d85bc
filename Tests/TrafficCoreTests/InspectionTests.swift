import Foundation
import PacketForge
import Testing

@testable import TrafficCore

@Suite struct InspectionTests {
    private func inspect(_ octets: [UInt8], filter: String? = nil) throws -> (overview: CaptureOverview, records: [FlowRecord]) {
        let path = NSTemporaryDirectory() + "trafficscope-inspection-" + UUID().uuidString
        try Data(octets).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        var options = InspectionOptions()
        options.filter = filter
        var records: [FlowRecord] = []
        let overview = try Inspection.read(CaptureContent(CapturePath(path: path, given: path)), options: options) { records.append($0.record) }
        return (overview, records)
    }

    private let path = ForgedPath(phonePort: 41000)
    private var flow: [ForgedPacket] {
        [at(0, path.tcp(sequence: 1, flags: "S")), at(0.1, path.tcp(sequence: 2, payload: [0x80])), at(0.2, path.tcp(sequence: 3, flags: "F"))]
    }

    @Test("names that the file gives for addresses name its flows, however few its packets", arguments: [true, false])
    func resolvedNames(isAtEnd: Bool) throws {
        let ng = ForgedPcapng(), names = ng.names([(Forge.serverV4, "Named.Example")])
        let packets = flow.flatMap { ng.enhanced($0) }
        let found = try inspect(ng.section() + ng.interface() + (isAtEnd ? packets + names : names + packets))
        // At the end of the file a flow with payload has its name already, or none.
        #expect(found.records.map(\.dnsName) == [isAtEnd ? nil : "named.example"])
    }

    @Test("what a file holds beside its packets is counted, and its statistics tell how long was observed")
    func notes() throws {
        let ng = ForgedPcapng(), start = UInt64(ForgedPacket.start / 1000)
        var octets = ng.section() + ng.interface() + ng.process(7, name: "app") + ng.androidApp(10001, package: "org.example", name: "Example")
        octets += ng.secrets([1, 2, 3]) + ng.secrets([4, 5])
        for (index, packet) in flow.enumerated() {
            let options = index == 1 ? ng.comment("marker: background") + ng.comment("note") : ng.option(2, ng.order.u32(1))
            octets += ng.enhanced(packet.octets, ticks: UInt64(packet.time / 1000), options: options + ng.option(0, []))
        }
        octets += ng.statistics(start: start - 2_000_000, end: start + 8_000_000, counts: [(4, 3)])
        let overview = try inspect(octets).overview, notes = overview.notes
        #expect(notes.comments == 2 && notes.processes == 1 && notes.apps == 1 && notes.secretsLeftOut == 0)
        #expect(notes.markers == [CommentMarker(time: flow[1].time, text: "background")])
        #expect(notes.secrets["tls_key_log"]?.blocks == 2 && notes.secrets["tls_key_log"]?.octets == 5)
        #expect(overview.exposureSeconds == 10 && overview.exposureSource == "interface_statistics")
        #expect(try inspect(octets, filter: "udp").overview.exposureSeconds == 10, "the filter took nothing from the file")
        #expect(try inspect(ForgedPcap().file(flow)).overview.notes.isEmpty)
    }

    @Test("damage is told, what precedes it is counted, and the account balances")
    func damage() throws {
        let whole = ForgedPcap().file(flow)
        let found = try inspect(whole.dropLast(1) + [])
        #expect(found.overview.damage?.contains("packet 3 (offset 0x") == true)
        #expect(found.overview.account.packets == 2 && found.overview.account.accounted == 2 && found.records.count == 1)
        #expect(try inspect(whole).overview.damage == nil)
        #expect(try inspect(whole).overview.fileOctets == Int64(whole.count))
    }

    @Test("what the filter refuses is counted, and time goes on")
    func filtered() throws {
        let found = try inspect(ForgedPcap().file(flow), filter: "udp")
        #expect(found.overview.account.filtered == 3 && found.overview.account.accounted == 3 && found.records.isEmpty)
        #expect(found.overview.last == flow.last?.time)
    }

    @Test("an unsupported link type is damage, never an empty success")
    func unsupportedLink() throws {
        var pcap = ForgedPcap()
        pcap.link = 147
        let found = try inspect(pcap.file(flow))
        #expect(found.overview.account.unsupportedLink == [147: 3] && found.overview.damage?.contains("147") == true)
        #expect(try inspect(pcap.header).overview.damage?.contains("147") == true)
    }

    @Test("the id of a capture is its content's, not its name's")
    func captureID() throws {
        let one = try inspect(ForgedPcap().file(flow)), same = try inspect(ForgedPcap().file(flow))
        #expect(one.overview.identity.id == same.overview.identity.id && one.overview.identity.id.count == 64)
        #expect(try inspect(ForgedPcap().file(flow + flow)).overview.identity.id != one.overview.identity.id)
    }
}
