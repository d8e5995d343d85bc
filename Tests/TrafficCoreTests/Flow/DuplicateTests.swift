import PacketForge
import Testing

@testable import TrafficCore

/// A packet that was captured twice is told from one that was sent again.
@Suite struct DuplicateTests {
    /// What is different about the second sighting.
    enum Way: Sendable { case same, sender, receiver, hopLimit, tag }

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// IPv4's identification of the packet before and of the one that is seen twice; nil for IPv6.
        var identifications: (Int, Int)?
        /// Seconds from the first sighting to the second.
        var pause: Double
        var way = Way.same
        /// Octets of payload.
        var payload = 100
        var isCopy: Bool
    }

    static let cases: [Case] = [
        Case(testDescription: "at once, identification varies", identifications: (1, 2), pause: 0.000_02, isCopy: true),
        Case(testDescription: "50 ms later, identification varies: the same packet", identifications: (1, 2), pause: 0.05, isCopy: true),
        Case(testDescription: "stamped earlier, identification varies", identifications: (1, 2), pause: -0.02, isCopy: true),
        Case(testDescription: "300 ms later, identification varies: too late for a copy", identifications: (1, 2), pause: 0.3, isCopy: false),
        Case(testDescription: "at once, always the same identification", identifications: (7, 7), pause: 0.000_02, isCopy: true),
        Case(testDescription: "0.3 ms later, always the same identification", identifications: (7, 7), pause: 0.000_3, isCopy: true),
        Case(testDescription: "50 ms later, always the same identification: sent again", identifications: (7, 7), pause: 0.05, isCopy: false),
        Case(testDescription: "300 ms later, always the same identification: sent again", identifications: (7, 7), pause: 0.3, isCopy: false),
        Case(testDescription: "at once, identification 0", identifications: (0, 0), pause: 0.000_02, isCopy: true),
        Case(testDescription: "50 ms later, identification 0: sent again", identifications: (0, 0), pause: 0.05, isCopy: false),
        Case(testDescription: "IPv6 at once", pause: 0.000_02, isCopy: true),
        Case(testDescription: "IPv6 50 ms later: sent again", pause: 0.05, isCopy: false),
        Case(testDescription: "IPv6 50 ms later from another link address", pause: 0.05, way: .sender, isCopy: true),
        Case(testDescription: "IPv6 50 ms later to another link address", pause: 0.05, way: .receiver, isCopy: true),
        Case(testDescription: "IPv6 50 ms later with another hop limit", pause: 0.05, way: .hopLimit, isCopy: true),
        Case(testDescription: "IPv6 50 ms later with a VLAN tag", pause: 0.05, way: .tag, isCopy: true),
        Case(testDescription: "IPv6 300 ms later with another hop limit: too late for a copy", pause: 0.3, way: .hopLimit, isCopy: false),
        Case(testDescription: "IPv4 50 ms later behind a router", identifications: (7, 7), pause: 0.05, way: .hopLimit, isCopy: true),
        Case(testDescription: "IPv4 50 ms later with a VLAN tag", identifications: (7, 7), pause: 0.05, way: .tag, isCopy: true),
        Case(testDescription: "an acknowledgment again at once, always the same identification", identifications: (7, 7), pause: 0.000_02, payload: 0, isCopy: false),
        Case(testDescription: "an acknowledgment again at once, IPv6", pause: 0.000_02, payload: 0, isCopy: false),
        Case(testDescription: "an acknowledgment again at once, identification varies", identifications: (1, 2), pause: 0.000_02, payload: 0, isCopy: true),
        Case(testDescription: "an acknowledgment again another way", identifications: (7, 7), pause: 0.000_5, way: .sender, payload: 0, isCopy: true),
    ]

    @Test("a copy is a packet that sends nothing; what is no copy was sent again", arguments: cases, [true, false])
    func tellsCopies(_ c: Case, _ fromPhone: Bool) {
        var path = ForgedPath()
        if c.identifications == nil { (path.phone, path.server) = (Forge.phoneV6, Forge.serverV6) }
        let payload = [UInt8](repeating: 0x80, count: c.payload)
        func packet(_ sequence: UInt32) -> [UInt8] { path.tcp(fromPhone: fromPhone, sequence: sequence, acknowledgment: 77, flags: "A", payload: payload) }
        path.identification = c.identifications?.0 ?? 0
        let before = at(0, packet(1000))
        path.identification = c.identifications?.1 ?? 0
        let first = at(1, packet(1000 + UInt32(c.payload)))
        switch c.way {
        case .same: break
        case .sender: (path.phoneMAC, path.serverMAC) = fromPhone ? ([2, 0, 0, 0, 0, 0x33], path.serverMAC) : (path.phoneMAC, [2, 0, 0, 0, 0, 0x33])
        case .receiver: (path.phoneMAC, path.serverMAC) = fromPhone ? (path.phoneMAC, [2, 0, 0, 0, 0, 0x33]) : ([2, 0, 0, 0, 0, 0x33], path.serverMAC)
        case .hopLimit: path.hopLimit = 63
        case .tag: path.tags = [(0x8100, 12)]
        }
        let reading = run([before, first, at(1 + c.pause, packet(1000 + UInt32(c.payload)))]), record = reading.record
        #expect(reading.flows.count == 1 && reading.overview.account.inFlows == 3)
        #expect(record.packets.forward == 3)
        #expect(record.octets.forward == 3 * (20 + c.payload + (c.identifications == nil ? 40 : 20)))
        #expect(record.duplicatePackets == (c.isCopy ? 1 : 0))
        #expect(record.payload.forward == 2 * c.payload)
        #expect(record.resent.forward == (c.isCopy ? 0 : c.payload))
        #expect(record.overlapConflict.forward == 0 && record.outOfOrder.forward == 0)
    }

    /// Open, 5000 octets, 3000 octets back, close.
    private func connection(_ path: ForgedPath = ForgedPath()) -> [ForgedPacket] {
        var connection = ForgedConnection(path)
        connection.open()
        connection.send([UInt8](repeating: 0x81, count: 5000))
        connection.send(fromPhone: false, [UInt8](repeating: 0x82, count: 3000))
        connection.close()
        return connection.packets
    }

    @Test("a connection captured twice is the connection, but for its packets", arguments: [Way.same, .sender, .hopLimit, .tag])
    func wholeConnection(_ way: Way) {
        var path = ForgedPath()
        switch way {
        case .same, .receiver: break
        case .sender: (path.phoneMAC, path.serverMAC) = ([2, 0, 0, 0, 0, 0x44], [2, 0, 0, 0, 0, 0x55])
        case .hopLimit: path.hopLimit = 63
        case .tag: path.tags = [(0x8100, 12)]
        }
        let once = connection(), again = connection(path)
        let twice = zip(once, again).flatMap { [$0, ForgedPacket($1.octets, at: $1.time + 20_000)] }
        let single = run(once), double = run(twice)
        #expect(double.flows.count == 1)
        #expect(double.record.packets == Directional(forward: 16, reverse: 10))
        #expect(double.record.octets == Directional(forward: 2 * single.record.octets.forward, reverse: 2 * single.record.octets.reverse))
        #expect(double.record.payload == Directional(forward: 5000, reverse: 3000))
        #expect(double.record.resent == Directional(forward: 0, reverse: 0))
        #expect(double.record.outOfOrder == Directional(forward: 0, reverse: 0) && double.record.missing == Directional(forward: 0, reverse: 0))
        #expect(double.record.state == single.record.state && double.record.adus == single.record.adus)
        #expect(double.record.handshakeRoundTrip == single.record.handshakeRoundTrip)
        #expect(double.flows.first?.bursts == single.flows.first?.bursts)
        // The two acknowledgments without anything may well have been sent twice, where nothing else tells.
        #expect(double.record.duplicatePackets == (way == .same ? 11 : 13))
        #expect(single.record.duplicatePackets == 0)
    }

    @Test("a request captured twice is one request")
    func request() {
        let octets = ForgedPath().tcp(sequence: 1, payload: Forge.httpRequest("GET", "/once", host: "twice.example"))
        let record = run([at(0, octets), at(0.000_02, octets)]).record
        #expect(record.httpHosts == ["twice.example"] && record.httpExchanges.count == 1 && record.duplicatePackets == 1)
    }

    @Test("a datagram captured twice is two packets with payload, and was sent once", arguments: [false, true])
    func datagrams(isV6: Bool) {
        var path = ForgedPath(serverPort: 9999)
        if isV6 { (path.phone, path.server) = (Forge.phoneV6, Forge.serverV6) }
        let question = path.udp(payload: [UInt8](repeating: 0x80, count: 100)), answer = path.udp(fromPhone: false, payload: [UInt8](repeating: 0x81, count: 200))
        let reading = run([at(0, question), at(0.000_02, question), at(0.1, answer), at(0.100_03, answer), at(2, question)])
        #expect(reading.flows.count == 1 && reading.record.duplicatePackets == 2)
        #expect(reading.record.packets == Directional(forward: 3, reverse: 2))
        #expect(reading.record.payload == Directional(forward: 300, reverse: 400), "as captured: datagrams have no sequence numbers")
        #expect(reading.flows.first?.bursts.map(\.forward) == [100, 100])
        #expect(reading.flows.first?.bursts.map(\.reverse) == [200, 0])
        #expect(reading.record.adus.forward[.ping] == 2 && reading.record.adus.reverse[.event] == 1)
    }

    @Test("datagrams that differ only at their end, or come a second later, are several")
    func differentDatagrams() {
        let path = ForgedPath(serverPort: 9999)
        var payload = [UInt8](repeating: 0x80, count: 60)
        let one = path.udp(payload: payload)
        payload[59] = 0x81
        let other = path.udp(payload: payload)
        let record = run([at(0, one), at(0.000_02, other), at(1, one), at(2, one)]).record
        #expect(record.duplicatePackets == 0 && record.payload.forward == 240)
    }

    /// Without checksum and identification only the payload tells; octets that differ as the sequence numbers do are no copies.
    @Test("small segments whose octets differ as their sequence numbers do are several", arguments: [5, 6, 7])
    func resemblingSegments(size: Int) {
        var path = ForgedPath()
        path.identification = 0
        let frames = (0..<64).map { step -> [UInt8] in
            // The octet that lies over the sequence number's lowest bits follows it.
            var payload = [UInt8](repeating: 0, count: size)
            payload[size - 5] = UInt8(truncatingIfNeeded: 1000 + step * size)
            var octets = path.tcp(sequence: UInt32(1000 + step * size), payload: payload)
            octets.replaceSubrange(50..<52, with: [0, 0])       // the checksum, behind Ethernet, IPv4 and 16 octets of TCP
            return octets
        }
        let record = run(frames.enumerated().map { at(Double($0) * 1e-5, $1) }).record
        #expect(record.duplicatePackets == 0 && record.payload.forward == 64 * size)
    }

    @Test("other content under the same sequence numbers is a conflict, not a copy")
    func conflict() {
        let path = ForgedPath(), head = Array("GET /0123456789 HTTP/1.1\r\nHost: a.example\r\n\r\n".utf8)
        var changed = Array(head[10..<30])
        changed[2] = 0x58
        // Behind a hole, so that the first sighting is still held.
        let syn = at(0, path.tcp(sequence: 99, flags: "S")), held = at(0.1, path.tcp(sequence: 110, payload: Array(head[10..<30])))
        let other = run([syn, held, at(0.100_02, path.tcp(sequence: 110, payload: changed))]).record
        #expect(other.duplicatePackets == 0 && other.overlapConflict.forward == 1)
        #expect(other.payload.forward == 20 && other.resent.forward == 20)
        let same = run([syn, held, at(0.100_02, held.octets)]).record
        #expect(same.duplicatePackets == 1 && same.overlapConflict.forward == 0)
        #expect(same.payload.forward == 20 && same.resent.forward == 0)
    }
}
