import PacketForge
import Testing

@testable import TrafficCore

@Suite struct PcapngReaderTests {
    @Test("packet blocks of all three kinds, names and unknown blocks", arguments: ForgedOrder.allCases)
    func blockKinds(_ order: ForgedOrder) {
        let ng = ForgedPcapng(order: order), frames = sampleFrames(3), time: UInt64 = 1_700_000_000_123_456
        let octets = ng.section() + ng.interface() + ng.enhanced(frames[0], ticks: time) + ng.block(0x0bad_beef, [1, 2, 3])
            + ng.obsolete(frames[1], ticks: time + 1) + ng.names([([192, 0, 2, 5], "Five.Example"), (Forge.serverV6, "six.example")])
            + ng.block(5, ng.order.u32(0) + ng.order.u64(0)) + ng.simple(frames[2])
        let result = readCapture(octets)
        #expect(result.error == nil)
        #expect(result.format == "pcapng")
        #expect(result.packets == frames)
        #expect(result.times == [1_700_000_000_123_456_000, 1_700_000_000_123_457_000, 0])
        #expect(result.names == ["192.0.2.5 five.example", "2001:db8:ffff::9 six.example"])
        #expect(result.skippedTypes == [0x0bad_beef, 5])
    }

    @Test("a simple packet has its original length, at most the interface's snapshot length", arguments: [0, 20, 65535])
    func simplePacketLength(_ snapLength: Int) {
        let ng = ForgedPcapng(), frame = sampleFrames(1)[0]
        let held = snapLength == 20 ? Array(frame.prefix(20)) : frame
        let result = readCapture(ng.section() + ng.interface(snapLength: snapLength) + ng.simple(held, wireLength: frame.count))
        #expect(result.error == nil)
        #expect(result.packets == [held])
        #expect(result.wireLengths == [frame.count])
    }

    @Test("interfaces count anew in each section, whose byte order may differ")
    func sections() {
        let frames = sampleFrames(4), little = ForgedPcapng(order: .little), big = ForgedPcapng(order: .big)
        let octets = little.section() + little.interface(link: 1) + little.interface(link: 101)
            + little.enhanced(frames[0], ticks: 5_000_000, interface: 1) + little.enhanced(frames[1], ticks: 6_000_000, interface: 0)
            + big.section() + big.interface(link: 113, resolution: 9) + big.enhanced(frames[2], ticks: 7_000_000_001, interface: 0)
            + little.section() + little.interface(link: 276) + little.enhanced(frames[3], ticks: 8_000_000, interface: 0)
        let result = readCapture(octets)
        #expect(result.error == nil)
        #expect(result.linkTypes == [101, 1, 113, 276])
        #expect(result.interfaces == [1, 0, 2, 3])
        #expect(result.times == [5_000_000_000, 6_000_000_000, 7_000_000_001, 8_000_000_000])
        #expect(result.packets == frames)
        #expect(result.timeDigits == 9)
    }

    @Test("an interface of an earlier section is not one of this section")
    func interfaceOfEarlierSection() {
        let ng = ForgedPcapng()
        let result = readCapture(ng.section() + ng.interface() + ng.section() + ng.enhanced(sampleFrames(1)[0], ticks: 1))
        #expect(result.packets.isEmpty)
        #expect(result.error?.description.contains("interface 0 was not described") == true)
    }

    @Test("a cut at any octet gives the whole packets before it, and an error that names packet and offset", arguments: ForgedOrder.allCases)
    func everyPrefix(_ order: ForgedOrder) {
        let ng = ForgedPcapng(order: order), packets = samplePackets(3)
        let blocks = [ng.section(options: ng.option(4, Array("me".utf8)) + ng.option(0, [])), ng.interface(resolution: 6)]
            + packets.map { ng.enhanced($0) } + [ng.block(0x99, [1, 2, 3, 4]), ng.obsolete(packets[0].octets, ticks: 9)]
        let isPacket = [false, false, true, true, true, false, true]
        var ends: [Int] = []
        for block in blocks { ends.append((ends.last ?? 0) + block.count) }
        let octets = blocks.flatMap { $0 }
        for count in 0...octets.count {
            let result = readCapture(Array(octets.prefix(count)))
            let wholeBlocks = ends.count { $0 <= count }
            let wholePackets = isPacket.prefix(wholeBlocks).count { $0 }
            #expect(result.packets.count == wholePackets, "cut after \(count)")
            for (packet, expected) in zip(result.packets, packets) { #expect(packet == expected.octets) }
            if ends.contains(count) {
                #expect(result.error == nil, "cut after \(count)")
                continue
            }
            #expect(result.error?.kind == .badData, "cut after \(count)")
            guard count >= 4 else { continue }
            let place = wholeBlocks > 0 ? ends[wholeBlocks - 1] : 0
            let text = result.error?.description ?? ""
            #expect(text.contains("packet \(wholePackets + 1) (offset 0x\(String(place, radix: 16)))"), "\(text)")
        }
    }

    struct Damage: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var octets: [UInt8]
    }
    static let damages: [Damage] = {
        let ng = ForgedPcapng(), frame = sampleFrames(1)[0]
        return [
            Damage(testDescription: "block length 0", octets: ng.block(6, frame, length: 0)),
            Damage(testDescription: "block length 8", octets: ng.block(6, frame, length: 8)),
            Damage(testDescription: "block length of 4 GiB", octets: ng.block(6, frame, length: 0xffff_fffc)),
            Damage(testDescription: "unknown block of 4 GiB", octets: ng.block(99, frame, length: 0xffff_fffc)),
            Damage(testDescription: "the two lengths differ", octets: ng.block(6, [UInt8](repeating: 0, count: 40), trailer: 24)),
            Damage(testDescription: "captured length beyond the block", octets: ng.enhanced(frame, ticks: 1, captured: 4000)),
            Damage(testDescription: "captured length of 4 GiB", octets: ng.enhanced(frame, ticks: 1, captured: 0xffff_ffff)),
            Damage(testDescription: "an interface that is not there", octets: ng.enhanced(frame, ticks: 1, interface: 1)),
            Damage(testDescription: "interface 2^32 - 1", octets: ng.enhanced(frame, ticks: 1, interface: 0xffff_ffff)),
            Damage(testDescription: "packet block without its fields", octets: ng.block(6, [1, 2, 3, 4])),
            Damage(testDescription: "obsolete block without its fields", octets: ng.block(2, [0, 0, 0, 0])),
            Damage(testDescription: "simple block without its length", octets: ng.block(3, [])),
            Damage(testDescription: "interface description of 4 octets", octets: ng.block(1, [1, 0, 0, 0])),
            Damage(testDescription: "section with a foreign byte-order magic", octets: ng.section(magic: 0x1122_3344)),
        ]
    }()

    @Test("damage ends the reading after what was whole", arguments: damages)
    func damage(_ damage: Damage) {
        let ng = ForgedPcapng(), frames = sampleFrames(2)
        let before = ng.section() + ng.interface() + ng.enhanced(frames[0], ticks: 1) + ng.enhanced(frames[1], ticks: 2)
        let result = readCapture(before + damage.octets + ng.enhanced(frames[0], ticks: 3))
        #expect(result.packets == frames)
        #expect(result.error?.kind == .badData)
        #expect(result.error?.description.contains("packet 3 (offset 0x\(String(before.count, radix: 16)))") == true, "\(result.error?.description ?? "")")
    }

    @Test("an option that reaches beyond its block ends the options, not the reading")
    func optionBeyondBlock() {
        let ng = ForgedPcapng(), frame = sampleFrames(1)[0]
        let interface = ng.block(1, ng.order.u16(1) + [0, 0] + ng.order.u32(0) + ng.order.u16(9) + ng.order.u16(60000))
        let result = readCapture(ng.section() + interface + ng.enhanced(frame, ticks: 3))
        #expect(result.error == nil)
        #expect(result.times == [3000])
    }

    @Test("a block too large to be a packet is passed over without being held")
    func largeUnknownBlock() {
        let ng = ForgedPcapng(), frame = sampleFrames(1)[0]
        let large = ng.block(0x0000_000a, [UInt8](repeating: 0x61, count: 17 << 20))
        let result = readCapture(ng.section() + ng.interface() + large + ng.enhanced(frame, ticks: 3))
        #expect(result.error == nil)
        #expect(result.packets == [frame])
        #expect(result.skippedTypes == [10])
    }
}
