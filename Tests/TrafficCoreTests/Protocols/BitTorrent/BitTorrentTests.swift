import Testing

@testable import TrafficCore

@Suite struct BitTorrentTests {
    static let handshake: [UInt8] = [19] + Array("BitTorrent protocol".utf8) + [UInt8](repeating: 0, count: 28) + Array("-UT3550-".utf8) + [UInt8](repeating: 7, count: 12)

    @Test("handshake and software (BEP 3, BEP 20)", arguments: [1, 7, 1400])
    func handshakes(size: Int) {
        #expect(recognises(BitTorrentDissector.self, Self.handshake) == true)
        let facts = dissect(BitTorrentDissector.self, [.client(Self.handshake)], size: size)
        #expect(facts.service == .bittorrent && facts.details.clientSoftware == "UT3550")
    }

    @Test("over UDP", arguments: [
        // BEP 29: SYN of connection 0x1234; then a data packet, which proves nothing; BEP 5's own examples of ping and its answer.
        ([0x41, 0, 0x12, 0x34, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 1, 0, 0], true), ([0x01, 0, 0x12, 0x34, 1, 2, 3, 4, 0, 0, 0, 9, 0, 0x10, 0, 0, 0, 2, 0, 1], false),
        (Array("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe".utf8), true), (Array("d1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re".utf8), true),
        (Array("d2:ip6:123456".utf8) + Array("1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re".utf8), true), (Array("d4:infod6:lengthi1eee".utf8), false),
    ] as [([UInt8], Bool)])
    func datagrams(octets: [UInt8], isKnown: Bool) {
        var facts = FlowFacts()
        let result = facts.readBitTorrent(octets.span)
        #expect((result != nil) == isKnown)
    }

    @Test func hostile() { survives(BitTorrentDissector.self, [.client(Self.handshake)]) }
}
