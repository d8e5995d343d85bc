import PacketForge
import Testing

@testable import TrafficCore

@Suite struct PayloadSizingTests {
    /// A connection whose sides send these octets in turn, in segments of `size`.
    private func flow(_ turns: [(fromPhone: Bool, octets: [UInt8])], size: Int = 1400) -> FlowRecord {
        var connection = ForgedConnection(ForgedPath(phonePort: 41000))
        connection.open()
        for turn in turns { connection.send(fromPhone: turn.fromPhone, turn.octets, size: size) }
        connection.close()
        return run(connection.packets).record
    }

    private func record(_ count: Int) -> [UInt8] { Forge.record([UInt8](repeating: 0xee, count: count), type: 23, version: 0x0303) }
    private func hello(version: Int, suite: Int) -> [(fromPhone: Bool, octets: [UInt8])] {
        let server = Forge.serverHello(version: version, suite: suite)
        return [(true, Forge.record(ForgedClientHello(host: "size.example").message)), (false, Forge.record(server))]
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var version: Int
        var suite: Int
        /// What one record adds to its plaintext.
        var protection: Int
    }

    // 127 octets are a ping and 128 an event: an error of one octet shows.
    @Test("the plaintext's size decides the class, to the octet", arguments: [
        Case(testDescription: "TLS 1.3", version: 0x0304, suite: 0x1301, protection: 17),
        Case(testDescription: "TLS 1.2, GCM", version: 0x0303, suite: 0xc02f, protection: 24),
        Case(testDescription: "TLS 1.2, ChaCha20", version: 0x0303, suite: 0xcca8, protection: 16),
        Case(testDescription: "TLS 1.2, CCM_8", version: 0x0303, suite: 0xc0ae, protection: 16),
        Case(testDescription: "TLS 1.2, RC4", version: 0x0303, suite: 0x0005, protection: 20),
    ]) func classes(_ c: Case) {
        for (size, isEvent) in [(127, false), (128, true)] {
            let found = flow(hello(version: c.version, suite: c.suite) + [(true, record(size + c.protection)), (false, record(1 + c.protection))])
            #expect(found.payloadSizing == .records && found.service == "tls")
            #expect(found.adus.forward[.event] == (isEvent ? 1 : 0) && found.adus.forward[.ping] == (isEvent ? 0 : 1))
            // The handshake is no payload.
            #expect(found.adus.forward[.empty] == 1 && found.adus.reverse[.empty] == 1 && found.adus.reverse[.ping] == 1)
        }
    }

    @Test("several records in one ADU, cut anywhere into segments, add up", arguments: [1, 2, 3, 4, 5, 7, 100, 1400])
    func segments(size: Int) {
        let sent = record(1000 + 17) + record(1000 + 17) + record(47 + 17)
        let found = flow(hello(version: 0x0304, suite: 0x1301) + [(true, sent), (false, record(18))], size: size)
        #expect(found.payloadSizing == .records && found.adus.forward[.event] == 1 && found.adus.forward[.batch] == 0)
        let more = flow(hello(version: 0x0304, suite: 0x1301) + [(true, sent + record(1 + 17)), (false, record(18))], size: size)
        #expect(more.adus.forward[.batch] == 1)
    }

    @Test("a header in a hole ends the following, and transport octets count")
    func hole() {
        var connection = ForgedConnection(ForgedPath(phonePort: 41000))
        connection.open()
        for turn in hello(version: 0x0304, suite: 0x1301) { connection.send(fromPhone: turn.fromPhone, turn.octets) }
        connection.send(fromPhone: true, record(500), size: 100)
        connection.send(fromPhone: true, record(500), size: 100)
        var packets = connection.packets
        packets.remove(at: packets.count - 6)           // holds the second record's header
        #expect(run(packets).record.payloadSizing == .transport)
    }

    @Test("clear text is as it is, and QUIC an estimate")
    func others() {
        #expect(flow([(true, Forge.httpRequest())]).payloadSizing == .transport)
        let path = ForgedPath(phonePort: 41000)
        let initial = path.udp(payload: Forge.quicInitial(ForgedClientHello(host: "quic.example")))
        let found = run([at(0, initial), at(1, path.udp(payload: [0x41] + [UInt8](repeating: 9, count: 157)))]).record
        #expect(found.service == "quic" && found.payloadSizing == .estimate)
        #expect(found.adus.forward[.empty] == 1 && found.adus.forward[.event] == 1 && found.payload.forward > 1200)
    }
}
