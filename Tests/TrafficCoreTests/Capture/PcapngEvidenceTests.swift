import PacketForge
import Testing

@testable import TrafficCore

/// What a packet's options said.
private struct OptionsRead: Equatable {
    var comments: [String]
    var markers: [String] = []
    var direction = PacketDirection.unknown
    var reception = PacketReception.unspecified
    var dropped: UInt64?
    var process: Int?
    var effectiveProcess: Int?
    var serviceClass: UInt32?
}

private func read(_ octets: [UInt8]) throws -> (options: [OptionsRead], evidence: CaptureEvidence) {
    var file = try CaptureFile(octets: octets, name: "forged"), options: [OptionsRead] = []
    while let packet = try file.next() {
        let read = packet.options
        #expect(read.isEmpty != packet.record.hasOptions)
        options.append(OptionsRead(
            comments: read.comments, markers: read.markers, direction: read.direction, reception: read.reception, dropped: read.dropped,
            process: read.process, effectiveProcess: read.effectiveProcess, serviceClass: read.serviceClass))
    }
    return (options, file.evidence)
}

@Suite struct PcapngEvidenceTests {
    static let frame = sampleFrames(1)[0]

    @Test("a packet's comments, direction and counts are handed on", arguments: ForgedOrder.allCases)
    func packetOptions(_ order: ForgedOrder) throws {
        let ng = ForgedPcapng(order: order)
        var all = ng.comment("marker: background ") + ng.comment("two\u{e9}")
        all += ng.option(2, order.u32(0x0000_0006)) + ng.option(4, order.u64(1 << 40)) + ng.option(0x8001, order.u32(1))
        all += ng.option(0x8002, order.u32(900)) + ng.option(0x8003, order.u32(0)) + ng.option(0, [])
        var octets = ng.section() + ng.interface() + ng.enhanced(Self.frame, ticks: 1, options: all)
        octets += ng.enhanced(Self.frame, ticks: 2, options: []) + ng.enhanced(Self.frame, ticks: 3, options: ng.option(0, []))
        octets += ng.enhanced(Self.frame, ticks: 4, options: ng.option(2, order.u32(0x11)))
        octets += ng.simple(Self.frame) + ng.obsolete(Forge.padding(60), ticks: 6)
        let read = try read(octets)
        #expect(read.options.count == 6)
        #expect(read.options[0] == OptionsRead(
            comments: ["marker: background ", "two\u{e9}"], markers: ["background"], direction: .outbound, reception: .unicast, dropped: 1 << 40,
            process: 1, effectiveProcess: 0, serviceClass: 900))
        #expect(read.options[3] == OptionsRead(comments: [], direction: .inbound, reception: .promiscuous))
        for index in [1, 2, 4, 5] { #expect(read.options[index] == OptionsRead(comments: []), "packet \(index + 1)") }
    }

    @Test("options that reach beyond their block, or lie, end the options and nothing else")
    func hostileOptions() throws {
        let ng = ForgedPcapng(), fine = ng.comment("fine")
        let cases: [[UInt8]] = [
            fine + ng.order.u16(1) + ng.order.u16(60_000), fine + ng.order.u16(1) + ng.order.u16(5) + [1, 2, 3, 4], fine + [1, 0, 0, 0, 1, 0, 0, 0],
            fine + ng.option(2, [1]) + ng.option(4, [1, 2, 3]) + ng.option(0x8001, []),
        ]
        for options in cases {
            let read = try read(ng.section() + ng.interface() + ng.enhanced(Self.frame, ticks: 1, options: options) + ng.enhanced(Self.frame, ticks: 2))
            #expect(read.options[0].comments.first == "fine" && read.options[0].process == nil)
            #expect(read.options[1].comments == ["a comment"])
        }
        let bad = try read(ng.section() + ng.interface() + ng.enhanced(Self.frame, ticks: 1, options: ng.option(1, [0x61, 0xff, 0xfe]) + ng.option(0, [])))
        #expect(bad.options[0].comments == ["a\u{fffd}\u{fffd}"])
    }

    @Test("a comment is a marker where it says so", arguments: [
        ("marker: background", "background"), ("marker:keypress", "keypress"), ("marker: \t two words\n", "two words"), ("marker:", nil), ("marker:  ", nil),
        ("Marker: x", nil), ("a marker: x", nil), ("", nil),
    ] as [(String, String?)]) func markers(_ comment: String, _ expected: String?) { #expect(CommentMarker.text(comment) == expected) }

    @Test("secrets, processes and apps are handed on, with section and place", arguments: ForgedOrder.allCases)
    func blocks(_ order: ForgedOrder) throws {
        let ng = ForgedPcapng(order: order), uuid = Array(0..<16) as [UInt8], keys = Array("CLIENT_RANDOM 00 11\n".utf8)
        let index: (Int) -> [UInt8] = { ng.option(0x8001, order.u32($0)) + ng.option(0, []) }
        var octets = ng.section() + ng.interface() + ng.process(17, name: "first", path: "/usr/bin/first", uuid: uuid)
        octets += ng.process(18, name: "second") + ng.secrets(keys) + ng.enhanced(Self.frame, ticks: 1, options: index(1))
        octets += ng.androidApp(10303, package: "org.example", name: "App \u{e9}") + ng.androidApp(-1, package: "", name: "")
        octets += ng.section() + ng.interface() + ng.process(99, name: "third") + ng.enhanced(Self.frame, ticks: 2, options: index(0))
        octets += ng.secrets([1, 2, 3], kind: 0x5747_4b4c)
        let (options, evidence) = try read(octets)
        #expect(evidence.processes == [
            CaptureProcess(identifier: 17, name: "first", path: "/usr/bin/first", uuid: uuid, section: 0), CaptureProcess(identifier: 18, name: "second", section: 0),
            CaptureProcess(identifier: 99, name: "third", section: 1),
        ])
        #expect(options.map(\.process) == [1, 2])      // of the whole file
        #expect(evidence.secrets == [
            CaptureSecrets(kind: .tlsKeyLog, octets: keys, section: 0, packetsBefore: 0), CaptureSecrets(kind: .wireGuardKeyLog, octets: [1, 2, 3], section: 1, packetsBefore: 2),
        ])
        #expect(evidence.apps == [CaptureApp(uid: 10303, package: "org.example", name: "App \u{e9}"), CaptureApp(uid: -1, package: "", name: "")])
        #expect(evidence.secrets.map(\.kind.name) == ["tls_key_log", "wireguard_key_log"])
    }

    @Test("secrets beyond 16 MiB are left out and counted, whether in many blocks or one")
    func secretsLimit() throws {
        let ng = ForgedPcapng(), block = ng.secrets([UInt8](repeating: 0x41, count: 6 << 20))
        var octets = ng.section() + ng.interface() + block + block + block
        octets += ng.secrets([1]) + ng.secrets([UInt8](repeating: 0x41, count: 17 << 20)) + ng.enhanced(Self.frame, ticks: 1)
        let (_, evidence) = try read(octets)
        #expect(evidence.secrets.map(\.octets.count) == [6 << 20, 6 << 20, 1] && evidence.secretsLeftOut == 2)
    }

    @Test("blocks that end inside their own fields are passed over", arguments: [
        [10, 0x80000001, 5], [0xbad],
    ] as [[Int]]) func shortBlocks(_ types: [Int]) throws {
        let ng = ForgedPcapng()
        for type in types {
            for count in stride(from: 0, through: 24, by: 4) {
                var body = [UInt8](repeating: 0xff, count: count)
                if type == 0xbad { body = ng.order.u32(62652) + [1, 0, 1, 0] + body }
                let (options, evidence) = try read(ng.section() + ng.interface() + ng.block(type, body) + ng.enhanced(Self.frame, ticks: 1))
                #expect(options.count == 1 && evidence.secrets.isEmpty && evidence.apps.isEmpty, "type \(type), \(count) octets")
            }
        }
    }
}

@Suite struct InterfaceStatisticsTests {
    private let ng = ForgedPcapng(), packets = samplePackets(3)
    /// Microseconds since 1970 of the first packet.
    private let zero = UInt64(ForgedPacket.start / 1000)

    private func overview(_ statistics: [UInt8], packets: [ForgedPacket]? = nil, interfaces: Int = 1) throws -> CaptureOverview {
        var octets = ng.section()
        for _ in 0..<interfaces { octets += ng.interface() }
        for packet in packets ?? self.packets { octets += ng.enhanced(packet) }
        octets += statistics
        var file = try CaptureFile(octets: octets, name: "forged"), count = 0, first = Int64.max, last = Int64.min
        while let packet = try file.next() {
            (first, last, count) = (min(first, packet.record.time), max(last, packet.record.time), count + 1)
        }
        var overview = CaptureOverview(identity: testIdentity)
        (overview.first, overview.last, overview.dropped) = (first, last, file.dropped)
        overview.observed = file.evidence.observed(interfaces: file.interfaces.count, packets: count, first: first, last: last)
        return overview
    }

    @Test("statistics tell how long was observed, over all interfaces")
    func observed() throws {
        let one = try overview(ng.statistics(start: zero - 30_000_000, end: zero + 90_000_000, counts: [(4, 5), (5, 2)]))
        #expect(one.exposureSeconds == 120 && one.exposureSource == "interface_statistics" && one.dropped == 2)
        #expect(one.span == ObservedSpan(start: ForgedPacket.start - 30 * second, end: ForgedPacket.start + 90 * second))
        let first = ng.statistics(start: zero - 1, end: zero + 50_000_000, counts: [(4, 3)])
        let other = ng.statistics(interface: 1, start: zero - 30_000_000, end: zero + 10_000_000, counts: [(4, 0)])
        let two = try overview(first + other, interfaces: 2)
        #expect(two.exposureSeconds == 80)
        // Later blocks go on.
        let later = try overview(ng.statistics(start: zero - 1_000_000, end: zero) + ng.statistics(end: zero + 60_000_000, counts: [(8, 3)]))
        #expect(later.exposureSeconds == 61)
    }

    @Test("statistics that the packets contradict, or of another capture, say nothing", arguments: [
        "missing", "only a start", "of one interface of two", "begin behind the first packet", "end before the last packet", "of many more packets",
        "in another unit", "of an unknown interface",
    ]) func contradicted(_ what: String) throws {
        let start = zero - 30_000_000, end = zero + 90_000_000
        var interfaces = 1
        let blocks: [UInt8]
        switch what {
        case "only a start": blocks = ng.statistics(start: start)
        case "of one interface of two": (blocks, interfaces) = (ng.statistics(start: start, end: end), 2)
        case "begin behind the first packet": blocks = ng.statistics(start: zero + 1, end: end)
        case "end before the last packet": blocks = ng.statistics(start: start, end: zero)
        case "of many more packets": blocks = ng.statistics(start: start, end: end, counts: [(4, 72_446)])
        case "in another unit": blocks = ng.statistics(start: start / 1000, end: end / 1000)
        case "of an unknown interface": blocks = ng.statistics(interface: 7, start: start, end: end)
        default: blocks = []
        }
        let overview = try overview(blocks, interfaces: interfaces)
        #expect(overview.observed == nil && overview.exposureSource == "packets")
    }

    @Test("an observed silence is no gap; a clock that was set is one")
    func silence() throws {
        let far = [ForgedPacket(packets[0].octets), ForgedPacket(packets[1].octets, at: ForgedPacket.start + 1000 * second)]
        var overview = try overview(ng.statistics(start: zero - 1_000_000, end: zero + 1_100_000_000), packets: far)
        overview.longestGap = 1000 * second
        #expect(!overview.isTimeImplausible && overview.exposureSeconds == 1101)
        overview.largestBackwardStep = 2 * second
        #expect(overview.isTimeImplausible && overview.exposureSeconds == nil)
        #expect(overview.span == ObservedSpan(start: ForgedPacket.start, end: ForgedPacket.start + 1000 * second))
    }
}
