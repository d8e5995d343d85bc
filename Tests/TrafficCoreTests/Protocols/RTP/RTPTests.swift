import PacketForge
import Testing

@testable import TrafficCore

@Suite struct RTPTests {
    /// A packet of RFC 3550 §5.1.
    static func packet(_ sequence: Int, source: UInt8 = 1, type: UInt8 = 111, timestamp: Int? = nil, first: UInt8 = 0x80, payload: Int = 40) -> [UInt8] {
        let time = timestamp ?? sequence * 960
        return [first, type, UInt8(sequence >> 8 & 255), UInt8(sequence & 255)]
            + [UInt8(time >> 24 & 255), UInt8(time >> 16 & 255), UInt8(time >> 8 & 255), UInt8(time & 255), 0x11, 0x22, 0x33, source] + Forge.padding(payload)
    }

    /// A receiver report without blocks (RFC 3550 §6.4.2), with index and tag of SRTCP behind it.
    static func report(source: UInt8 = 1) -> [UInt8] { [0x80, 201, 0, 1, 0x11, 0x22, 0x33, source] + Forge.padding(14) }

    static func read(_ datagrams: [(Sender, [UInt8])]) -> RTPDetection {
        var detection = RTPDetection()
        for (sender, octets) in datagrams { _ = detection.read(octets.span, from: sender) }
        return detection
    }

    @Test("four of one source in order are RTP, three are not")
    func run() {
        #expect(!Self.read((0..<3).map { (.first, Self.packet($0)) }).isRTP)
        #expect(Self.read((0..<4).map { (.first, Self.packet($0)) }).isRTP)
        #expect(Self.read((65534..<65538).map { (.first, Self.packet($0)) }).isRTP, "numbers begin anew")
        #expect(Self.read([0, 1, 1, 0, 3, 5].map { (.first, Self.packet($0)) }).isRTP, "losses, copies, late ones")
    }

    @Test("two sources on the same ports")
    func bundle() {
        let both = (0..<4).flatMap { [(Sender.first, Self.packet($0)), (.first, Self.packet($0 + 900, source: 2, type: 96, timestamp: 5))] }
        #expect(Self.read(both).isRTP)
    }

    @Test("two ways make it a call")
    func twoWay() {
        #expect(!Self.read((0..<9).map { (.first, Self.packet($0)) }).isTwoWay)
        #expect(Self.read((0..<4).flatMap { [(Sender.first, Self.packet($0)), (.second, Self.packet($0 + 70, source: 9))] }).isTwoWay)
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var datagrams: [[UInt8]]

        init(_ description: String, _ datagram: (Int) -> [UInt8]) { (testDescription, datagrams) = (description, (0..<9).map(datagram)) }
    }

    static let cases = [
        Case("numbers that jump") { packet($0 * 1000) }, Case("another source each time") { packet($0, source: UInt8($0)) },
        Case("another version") { packet($0, first: 0x40) }, Case("a type that is RTCP's") { packet($0, type: 72) },
        Case("a list of sources that does not fit") { packet($0, first: 0x8f, payload: 8) }, Case("the same again and again") { _ in packet(7) },
        Case("times that jump") { packet($0, timestamp: $0 * 0x3000_0000) },
    ]

    @Test("what is no RTP", arguments: cases)
    func others(c: Case) {
        #expect(!Self.read(c.datagrams.map { (.first, $0) }).isRTP)
    }

    @Test("two reports of one source are RTCP")
    func reports() {
        #expect(!Self.read([(.first, Self.report()), (.first, Self.report(source: 2))]).isRTCP)
        #expect(Self.read([(.first, Self.report()), (.second, Self.report(source: 2)), (.first, Self.report())]).isRTCP)
    }

    private func call(_ datagrams: [(Sender, [UInt8])]) -> (facts: FlowFacts, wants: [Bool?]) {
        var facts = FlowFacts()
        let call = CallDatagrams()
        let wants = datagrams.map { call.read($0.1.span, from: $0.0, into: &facts) }
        return (facts, wants)
    }

    @Test("a call: STUN, DTLS, then media both ways")
    func webCall() {
        let media = (0..<4).flatMap { [(Sender.first, Self.packet($0)), (.second, Self.packet($0 + 70, source: 9))] }
        let (facts, wants) = call([(.first, STUNTests.request), (.second, DTLSTests.record(1, DTLSTests.hello())), (.first, DTLSTests.record(2, DTLSTests.serverHello))] + media)
        #expect(facts.service == .dtls && facts.details.isCall && facts.serverName == "call.example.org")
        #expect(wants.dropLast().allSatisfy { $0 == true } && wants.last == false)
    }

    @Test("media inside a relay's frames")
    func relayed() {
        func channel(_ octets: [UInt8]) -> [UInt8] { [0x40, 0, 0, UInt8(octets.count)] + octets }
        let media = (0..<4).flatMap { [(Sender.first, channel(Self.packet($0))), (.second, channel(Self.packet($0 + 70, source: 9)))] }
        #expect(call([(.first, STUNTests.message(3))] + media).facts.service == .rtp)
        #expect(call(media).facts.service == nil, "only where a relay was asked for")
    }

    @Test("what only began like media is given up soon")
    func undecided() {
        let others = (0..<20).map { (Sender.first, [UInt8(0xf0), UInt8($0), 1, 2, 3]) }
        let wants = call([(.first, Self.packet(1))] + others).wants
        #expect(wants.first == true && wants.contains(false) && !wants.prefix(10).contains(false))
    }

    @Test("random octets are no call", arguments: 0..<20 as Range<UInt64>)
    func random(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            var datagrams: [(Sender, [UInt8])] = []
            for _ in 0..<20 { datagrams.append((.first, (0..<Int.random(in: 0...80, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })) }
            #expect(call(datagrams).facts.service == nil)
        }
    }
}
