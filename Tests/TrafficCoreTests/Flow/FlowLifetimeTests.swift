import PacketForge
import Testing

@testable import TrafficCore

@Suite struct FlowLifetimeTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// Seconds at which the same 5-tuple has a packet.
        var times: [Double]
        var flows: Int
        var kind: Kind
        enum Kind { case udp, tcp, quic, endedTCP }
    }
    static let cases = [
        Case(testDescription: "UDP, 170 s apart", times: [0, 170, 340], flows: 1, kind: .udp),
        Case(testDescription: "UDP, exactly 180 s: not more than the silence", times: [0, 180], flows: 1, kind: .udp),
        Case(testDescription: "UDP, 180 s and a nanosecond", times: [0, 180.000_000_256], flows: 2, kind: .udp),
        Case(testDescription: "UDP, 190 s", times: [0, 190], flows: 2, kind: .udp),
        Case(testDescription: "TCP, 600 s", times: [0, 600], flows: 1, kind: .tcp),
        Case(testDescription: "TCP, an hour", times: [0, 3600], flows: 1, kind: .tcp),
        Case(testDescription: "TCP, more than an hour", times: [0, 3601], flows: 2, kind: .tcp),
        Case(testDescription: "TCP ended, late segment after 100 s", times: [0, 100], flows: 1, kind: .endedTCP),
        Case(testDescription: "TCP ended, after 600 s something new", times: [0, 600], flows: 2, kind: .endedTCP),
        Case(testDescription: "QUIC, 600 s", times: [0, 600], flows: 1, kind: .quic),
        Case(testDescription: "QUIC, more than an hour", times: [0, 3700], flows: 2, kind: .quic),
        Case(testDescription: "back in time", times: [1000, 10, 1001], flows: 1, kind: .udp),
        Case(testDescription: "years ahead", times: [0, 3e8], flows: 2, kind: .tcp),
    ]

    @Test("with and without other traffic in between", arguments: cases, [false, true])
    func timeout(_ c: Case, _ withOthers: Bool) {
        let path = ForgedPath(serverPort: 9999), other = ForgedPath(phonePort: 50000, serverPort: 9998)
        var packets: [ForgedPacket] = []
        for (index, time) in c.times.enumerated() {
            switch c.kind {
            case .udp: packets.append(at(time, path.udp(payload: [1])))
            case .tcp: packets.append(at(time, path.tcp(sequence: 1, payload: [1])))
            case .endedTCP: packets.append(at(time, path.tcp(sequence: 1, flags: index == 0 ? "RA" : "A")))
            case .quic:
                let hello = ForgedClientHello(host: "quic.example")
                packets.append(at(time, path.udp(payload: index == 0 ? Forge.quicInitial(hello) : [0x40] + Forge.padding(30))))
            }
            if withOthers { packets.append(at(time, other.udp(payload: [9]))) }
        }
        let reading = run(packets)
        let mine = reading.records.filter { $0.responder.port == 9999 }
        #expect(mine.count == c.flows)
        #expect(mine.reduce(0) { $0 + $1.packets.forward } == c.times.count)
        #expect(reading.overview.account.accounted == packets.count)
        #expect(reading.overview.account.inFlows == packets.count)
    }

    @Test("a new SYN with another number reuses the ports; the same SYN again does not")
    func portReuse() {
        let path = ForgedPath()
        let again = run([at(0, path.tcp(sequence: 5, flags: "S")), at(1, path.tcp(sequence: 5, flags: "S")), at(3, path.tcp(sequence: 5, flags: "S"))])
        #expect(again.flows.count == 1 && again.record.packets.forward == 3)
        let reused = run([
            at(0, path.tcp(sequence: 5, flags: "S")), at(0.1, path.tcp(fromPhone: false, sequence: 50, flags: "SA")),
            at(0.2, path.tcp(sequence: 6, flags: "A", payload: [1, 2])), at(9, path.tcp(sequence: 99_005, flags: "S")),
            at(9.1, path.tcp(fromPhone: false, sequence: 77, flags: "SA")), at(9.2, path.tcp(sequence: 99_006, flags: "A", payload: [3])),
        ])
        #expect(reused.records.map(\.payload.forward) == [2, 1])
        #expect(reused.records.map(\.firstFrame) == [1, 4])
        #expect(reused.records.map(\.state) == ["S1", "S1"])
    }

    @Test("times of a flow are its earliest and latest packet, whatever their order")
    func backwardTime() {
        let path = ForgedPath(serverPort: 9999)
        let reading = run([at(10, path.udp(payload: [1])), at(8, path.udp(payload: [1])), at(9, path.udp(payload: [1]))])
        #expect(reading.record.first == ForgedPacket.start + 8 * second && reading.record.last == ForgedPacket.start + 10 * second)
        #expect(reading.overview.largestBackwardStep == 2 * second)
        #expect(reading.overview.isTimeImplausible)
        #expect(reading.overview.exposureSeconds == nil)
    }

    @Test("the edges of time trap nothing")
    func extremeTimes() {
        let path = ForgedPath(serverPort: 9999)
        let times: [Int64] = [.max, .min, 0, .max, -1, .min, 1, .max - 1, .min + 1]
        for start in 0..<times.count {
            let order = Array(times[start...] + times[..<start])
            let packets = order.flatMap { [ForgedPacket(path.udp(payload: [1]), at: $0), ForgedPacket(path.tcp(sequence: 1, payload: [1]), at: $0)] }
            let reading = run(packets)
            #expect(reading.overview.account.accounted == packets.count)
            #expect(reading.records.reduce(0) { $0 + $1.packets.forward } == packets.count)
            #expect(reading.overview.exposureSeconds == nil)
        }
    }

    @Test("flows close in order of their deadline, then of their first packet")
    func closingOrder() {
        let packets = (0..<20).map { at(Double($0 % 5), ForgedPath(phonePort: 1000 + $0, serverPort: 9999).udp(payload: [1])) }
            + [at(1000, ForgedPath(phonePort: 5).udp(payload: [1]))]
        let records = run(packets).records
        let expected = (0..<20).sorted { ($0 % 5, $0) < ($1 % 5, $1) }.map { UInt16(1000 + $0) }
        #expect(records.map(\.originator.port) == expected + [5])
    }

    @Test("beyond the limit the flows nearest to their end are closed, counted, and no packet is lost")
    func eviction() {
        var limits = FlowLimits()
        limits.flows = 64
        let packets = (0..<1000).map { at(Double($0) / 1000, ForgedPath(phonePort: 1000 + $0, serverPort: 9999).udp(payload: [1])) }
        let reading = run(packets, limits: limits)
        #expect(reading.flows.count == 1000)
        #expect(reading.overview.evictedFlows >= 1000 - 64)
        #expect(reading.overview.evictedFlows <= 1000)
        #expect(Set(reading.records.map(\.originator.port)).count == 1000)
        #expect(reading.records.first?.originator.port == 1000)
        #expect(reading.overview.account.inFlows == 1000)
        #expect(run(packets).overview.evictedFlows == 0)
    }

    @Test("every packet is in exactly one bin, and flows hold what the account says", arguments: 0..<12)
    func account(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let packets = (0..<500).map { index -> ForgedPacket in
            let path = ForgedPath(phonePort: 1000 + Int.random(in: 0..<20, using: &random))
            var octets = Bool.random(using: &random) ? path.udp(payload: random.octets(9)) : path.tcp(sequence: UInt32.random(in: 0...(.max), using: &random), payload: random.octets(20))
            if index % 3 == 0 { octets[Int.random(in: 12..<octets.count, using: &random)] = UInt8.random(in: 0...255, using: &random) }
            if index % 7 == 0 { octets = Array(octets.prefix(Int.random(in: 0...octets.count, using: &random))) }
            return at(Double(index) / 7 * (seed % 2 == 0 ? 1 : 3000), octets)
        }
        let reading = run(packets)
        let account = reading.overview.account
        #expect(account.packets == 500 && account.accounted == 500)
        #expect(reading.records.reduce(0) { $0 + $1.packets.forward + $1.packets.reverse } == account.inFlows)
        #expect(reading.overview.flows == reading.flows.count)
        for flow in reading.flows where flow.record.transport == .tcp || flow.record.transport == .udp {
            #expect(flow.bursts.reduce(0) { $0 + $1.forward } == flow.record.payload.forward)
            #expect(flow.bursts.reduce(0) { $0 + $1.reverse } == flow.record.payload.reverse)
        }
        let again = run(packets)
        #expect(again.records.map(\.flowID) == reading.records.map(\.flowID), "the random key of the table shows nowhere")
    }
}
