import PacketForge
import Testing

@testable import TrafficCore

@Suite struct PcapReaderTests {
    struct Variant: CustomTestStringConvertible, Sendable {
        var order: ForgedOrder
        var nanoseconds: Bool
        var modified: Bool
        var testDescription: String { "\(order)\(nanoseconds ? ", nanoseconds" : "")\(modified ? ", modified" : "")" }
        var forge: ForgedPcap {
            var pcap = ForgedPcap()
            (pcap.order, pcap.nanoseconds, pcap.modified) = (order, nanoseconds, modified)
            return pcap
        }
    }
    static let variants = ForgedOrder.allCases.flatMap { order in
        [Variant(order: order, nanoseconds: false, modified: false), Variant(order: order, nanoseconds: true, modified: false),
         Variant(order: order, nanoseconds: false, modified: true)]
    }

    @Test("every variant gives the same packets", arguments: variants)
    func variant(_ variant: Variant) {
        let packets = samplePackets(5, step: 1_234_567_891)
        let result = readCapture(variant.forge.file(packets))
        #expect(result.error == nil)
        #expect(result.format == "pcap")
        #expect(result.packets == packets.map(\.octets))
        #expect(result.times == packets.map { variant.nanoseconds ? $0.time : $0.time / 1000 * 1000 })
        #expect(result.timeDigits == (variant.nanoseconds ? 9 : 6))
        #expect(result.linkTypes.allSatisfy { $0 == 1 })
    }

    @Test("the wire length is the header's, not the captured one")
    func snapped() {
        let packet = ForgedPacket(Array(sampleFrames(1)[0].prefix(30)), wireLength: 1500)
        let result = readCapture(ForgedPcap().file([packet]))
        #expect(result.wireLengths == [1500])
        #expect(result.packets == [packet.octets])
    }

    @Test("the upper bits of the link type are the frame check sequence's, not the type's")
    func frameCheckBits() {
        var pcap = ForgedPcap()
        pcap.link = 0x1400_0001
        #expect(readCapture(pcap.file(samplePackets(1))).linkTypes == [1])
    }

    @Test("a cut at any octet gives the whole packets before it, and an error that names packet and offset", arguments: variants)
    func everyPrefix(_ variant: Variant) {
        let forge = variant.forge, packets = samplePackets(4)
        let octets = forge.file(packets)
        var ends = [forge.header.count]
        for packet in packets { ends.append((ends.last ?? 0) + forge.record(packet).count) }
        for count in 0...octets.count {
            let result = readCapture(Array(octets.prefix(count)))
            let whole = ends.dropFirst().count { $0 <= count }
            #expect(result.packets == packets.prefix(whole).map(\.octets), "cut after \(count)")
            if ends.contains(count) {
                #expect(result.error == nil, "cut after \(count)")
                continue
            }
            #expect(result.error?.kind == .badData, "cut after \(count)")
            guard count > forge.header.count else { continue }
            let text = result.error?.description ?? ""
            #expect(text.contains("packet \(whole + 1) (offset 0x\(String(ends[whole], radix: 16)))"), "\(text)")
            #expect(text.hasPrefix("forged: "))
        }
    }

    @Test("absurd record lengths are damage, and what precedes is read", arguments: [262_145, 300_000_000, 0x7fff_ffff, 0xffff_ffff])
    func absurdLength(_ length: Int) {
        let packets = samplePackets(3), pcap = ForgedPcap()
        let result = readCapture(pcap.file(packets) + pcap.record(packets[0], captured: length))
        #expect(result.packets.count == 3)
        #expect(result.error?.kind == .badData)
        #expect(result.error?.description.contains("packet 4") == true)
        #expect(result.error?.description.contains("\(length)") == true)
    }

    @Test("a snapshot length above the usual allows its records; an absurd one does not make us hold gigabytes")
    func largeSnapLength() {
        var pcap = ForgedPcap()
        pcap.snapLength = 1_000_000
        let packet = ForgedPacket([UInt8](repeating: 7, count: 900_000))
        #expect(readCapture(pcap.file([packet, packet])).packets == [packet.octets, packet.octets])
        pcap.snapLength = 0xffff_ffff
        #expect(readCapture(pcap.header + pcap.record(packet, captured: 0xf000_0000)).error?.kind == .badData)
    }

    @Test("what is no capture is refused, whatever it is", arguments: [
        [], [0xd4], Array("This is a letter.\n".utf8), [UInt8](repeating: 0, count: 64), [UInt8](repeating: 0xff, count: 64),
        [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3] + [UInt8](repeating: 0, count: 30),
    ])
    func noCapture(_ octets: [UInt8]) {
        let result = readCapture(octets)
        #expect(result.error?.kind == .badData)
        #expect(result.packets.isEmpty)
    }

    @Test("many packets of all sizes cross the buffer's edges unharmed", arguments: 0..<3)
    func bufferEdges(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let packets = (0..<400).map { index in
            ForgedPacket(random.octets(Int.random(in: 0...3000, using: &random)), at: ForgedPacket.start + Int64(index) * 1000)
        }
        let result = readCapture(ForgedPcap().file(packets))
        #expect(result.error == nil)
        #expect(result.packets == packets.map(\.octets))
    }
}
