import PacketForge
import Testing

@testable import TrafficCore

@Suite struct HeartbeatTests {
    private static let question = [UInt8](repeating: 0x80, count: 40), answer = [UInt8](repeating: 0x81, count: 20)

    /// A connection whose phone says something every `pause` seconds, and is answered.
    private func connection(every pause: Int64, beats: Int) -> [ForgedPacket] {
        var connection = ForgedConnection()
        connection.open()
        for beat in 0..<beats {
            connection.time = ForgedPacket.start + second + Int64(beat) * pause * second
            connection.send(Self.question)
            connection.send(fromPhone: false, Self.answer)
            connection.segment(fromPhone: true, flags: "A")
        }
        return connection.packets
    }

    @Test("a TCP connection that is kept alive is one flow with a burst for each heartbeat", arguments: [180, 600, 1800] as [Int64])
    func tcp(every pause: Int64) {
        let reading = run(connection(every: pause, beats: 12)), record = reading.record
        #expect(reading.flows.count == 1)
        #expect(record.packets == Directional(forward: 26, reverse: 13))
        #expect(record.payload == Directional(forward: 480, reverse: 240))
        #expect(record.adus.forward[.ping] == 12 && record.adus.reverse[.ping] == 12)
        #expect(reading.flows.first?.bursts.map(\.forward) == Array(repeating: 40, count: 12))
        #expect(reading.flows.first?.bursts.map(\.reverse) == Array(repeating: 20, count: 12))
        #expect(record.state == "S1" && record.resent.forward == 0 && record.duplicatePackets == 0)
        #expect(record.last - record.first == second + 11 * pause * second + second / 50)
    }

    @Test("UDP heartbeats are one flow up to three minutes apart, and beyond it as many flows as heartbeats", arguments: [(170, 1), (190, 10)] as [(Double, Int)])
    func udp(every pause: Double, _ flows: Int) {
        let path = ForgedPath(serverPort: 9999)
        var packets: [ForgedPacket] = []
        for beat in 0..<10 {
            packets.append(at(Double(beat) * pause, path.udp(payload: Self.question)))
            packets.append(at(Double(beat) * pause + 0.08, path.udp(fromPhone: false, payload: Self.answer)))
        }
        let reading = run(packets)
        #expect(reading.flows.count == flows)
        #expect(reading.records.allSatisfy { $0.state == "SF" && $0.duplicatePackets == 0 && $0.originator.port == 40000 })
        #expect(reading.flows.flatMap(\.bursts).map(\.forward) == Array(repeating: 40, count: 10))
        #expect(reading.flows.flatMap(\.bursts).map(\.reverse) == Array(repeating: 20, count: 10))
        #expect(reading.records.reduce(0) { $0 + $1.packets.forward + $1.packets.reverse } == 20)
        #expect(Set(reading.records.map(\.flowID)).count == flows)
    }

    // MARK: The handshake's round trip

    struct Handshake: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// Milliseconds, whether the phone sends, flags.
        var packets: [(Int64, Bool, String)]
        /// Milliseconds.
        var roundTrip: Int64?
        var state: String
    }

    static let handshakes: [Handshake] = [
        Handshake(testDescription: "SYN, SYN+ACK, ACK", packets: [(0, true, "S"), (40, false, "SA"), (50, true, "A")], roundTrip: 50, state: "S1"),
        Handshake(testDescription: "the ACK has data", packets: [(0, true, "S"), (40, false, "SA"), (55, true, "PA")], roundTrip: 55, state: "S1"),
        Handshake(
            testDescription: "the SYN again: from the latest", packets: [(0, true, "S"), (1000, true, "S"), (3000, true, "S"), (3040, false, "SA"), (3050, true, "A")],
            roundTrip: 50, state: "S1"),
        Handshake(
            testDescription: "the SYN again behind its answer: from the one before it",
            packets: [(0, true, "S"), (40, false, "SA"), (1000, true, "S"), (1050, true, "A")], roundTrip: 1050, state: "S1"),
        Handshake(
            testDescription: "the SYN+ACK again", packets: [(0, true, "S"), (40, false, "SA"), (1040, false, "SA"), (1050, true, "A")], roundTrip: 1050,
            state: "S1"),
        Handshake(testDescription: "later ACKs do not count", packets: [(0, true, "S"), (40, false, "SA"), (50, true, "A"), (900, true, "A")], roundTrip: 50, state: "S1"),
        Handshake(testDescription: "no SYN", packets: [(0, false, "SA"), (10, true, "A"), (20, true, "PA")], state: "OTH"),
        Handshake(testDescription: "no SYN+ACK", packets: [(0, true, "S"), (50, true, "A")], state: "S0"),
        Handshake(testDescription: "no ACK", packets: [(0, true, "S"), (40, false, "SA")], state: "S1"),
        Handshake(testDescription: "in the middle", packets: [(0, true, "PA"), (40, false, "A"), (50, true, "A")], state: "OTH"),
        Handshake(testDescription: "refused", packets: [(0, true, "S"), (40, false, "RA")], state: "REJ"),
        Handshake(testDescription: "reset in place of the ACK", packets: [(0, true, "S"), (40, false, "SA"), (50, true, "R")], state: "RSTO"),
    ]

    @Test("from the latest SYN before the answer to the ACK, where all three were seen; it is not the state", arguments: handshakes, [false, true])
    func handshake(_ c: Handshake, _ isV6: Bool) {
        var path = ForgedPath()
        if isV6 { (path.phone, path.server) = (Forge.phoneV6, Forge.serverV6) }
        let packets = c.packets.map { time, fromPhone, flags in
            let first: UInt32 = fromPhone ? 1000 : 9000
            let octets = path.tcp(
                fromPhone: fromPhone, sequence: flags.hasPrefix("S") ? first : first + 1, acknowledgment: fromPhone ? 9001 : 1001, flags: flags,
                payload: flags == "PA" ? [1, 2, 3] : [])
            return ForgedPacket(octets, at: ForgedPacket.start + time * 1_000_000)
        }
        let reading = run(packets), record = reading.record
        #expect(reading.flows.count == 1)
        #expect(record.handshakeRoundTrip == c.roundTrip.map { $0 * 1_000_000 })
        #expect(record.state == c.state)
        #expect(record.originator.port == 40000)
        #expect(record.packets.forward + record.packets.reverse == c.packets.count)
    }

    @Test("each connection on the same ports has its own round trip")
    func reusedPorts() {
        let path = ForgedPath()
        var first = ForgedConnection(path), later = ForgedConnection(path, phoneStart: 500_000, serverStart: 700_000, at: ForgedPacket.start + 400 * second)
        (first.pause, later.pause) = (10_000_000, 30_000_000)
        first.open()
        first.close()
        later.open()
        #expect(run(first.packets + later.packets).records.map(\.handshakeRoundTrip) == [20_000_000, 60_000_000])
    }
}
