import PacketForge
import Testing

@testable import TrafficCore

/// A QUIC connection that goes on at another port or address.
@Suite struct QUICConnectionTests {
    private let serverID: [UInt8] = [0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58]

    private func begin(_ path: ForgedPath) -> [ForgedPacket] {
        var server = ForgedQUICPacket()
        (server.destinationID, server.sourceID, server.keyID, server.fromClient) = ([], serverID, ForgedQUICPacket().destinationID, false)
        return [
            at(0, path.udp(payload: Forge.quicInitial(ForgedClientHello(host: "moving.example")))),
            at(0.1, path.udp(fromPhone: false, payload: server.initial(Forge.cryptoFrame(Forge.serverHello(), at: 0) + Forge.padding(900)))),
        ]
    }

    @Test("the later flow says which it continues, and whose it is", arguments: [Forge.phoneV4, [10, 99, 0, 7]])
    func migration(_ phone: [UInt8]) throws {
        let first = ForgedPath(), short = [0x40] + serverID + Forge.padding(60)
        var second = ForgedPath(phonePort: 40_777)
        second.phone = phone
        let flows = run(begin(first) + [at(0.2, first.udp(payload: short)), at(5, second.udp(payload: short))]).flows.map(\.record)
        let later = try #require(flows.first { $0.originator.port == 40_777 })
        #expect(flows.count == 2 && later.service == "quic" && later.version == "QUIC v1" && later.serverName == nil)
        #expect(later.continuesFlow == flows.first { $0.originator.port == 40_000 }?.flowID)
        #expect(DestinationClassifier.bestName(of: later).name == "moving.example")
    }

    @Test("other datagrams and other IDs continue nothing")
    func others() {
        let other = ForgedPath(phonePort: 40_777)
        for payload in [[0x40] + serverID.reversed() + Forge.padding(60), [0x40] + serverID, [0x00] + serverID + Forge.padding(60)] as [[UInt8]] {
            let flows = run(begin(ForgedPath()) + [at(5, other.udp(payload: payload))]).flows.map(\.record)
            #expect(flows.first { $0.originator.port == 40_777 }?.continuesFlow == nil)
        }
    }
}
