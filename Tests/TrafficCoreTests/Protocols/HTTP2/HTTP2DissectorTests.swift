import PacketForge
import Testing

@testable import TrafficCore

/// HTTP/2 in clear: with prior knowledge and after an upgrade. The header blocks are those of RFC 7541, Appendix C.
@Suite struct HTTP2DissectorTests {
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    static func frame(_ type: UInt8, _ flags: UInt8, stream: Int, _ payload: [UInt8]) -> [UInt8] {
        Array(Forge.be32(payload.count).suffix(3)) + [type, flags] + Forge.be32(stream) + payload
    }
    static let settings = frame(4, 0, stream: 0, [0, 3, 0, 0, 0, 100])
    /// C.4.1 and C.4.2: GET / and again with cache-control, of www.example.com; the second refers to the first's table.
    static let firstRequest = Forge.hex("828684418cf1e3c2e5f23a6ba0ab90f4ff")
    static let secondRequest = Forge.hex("828684be5886a8eb10649cbf")
    /// C.6.1: status 302.
    static let response = Forge.hex("""
        488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a6 2d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3
        """)

    static let conversation: [(Bool, [UInt8])] = [
        (true, preface + settings + frame(1, 0x05, stream: 1, firstRequest)),
        (false, settings + frame(4, 1, stream: 0, []) + frame(1, 0x04, stream: 1, response) + frame(0, 1, stream: 1, Forge.padding(700))),
        // Padded, with a priority, and in two frames: HEADERS and CONTINUATION.
        (true, frame(1, 0x29, stream: 3, [4] + [0, 0, 0, 0, 15] + secondRequest.prefix(5) + Forge.padding(4)) + frame(9, 4, stream: 3, Array(secondRequest.dropFirst(5)))),
    ]

    @Test("requests with prior knowledge", arguments: Delivery.all)
    func priorKnowledge(_ delivery: Delivery) {
        let record = converse(Self.conversation, delivery, port: 80)
        #expect(record.service == "http" && record.version == "HTTP/2" && record.httpHosts == ["www.example.com"])
        #expect(record.httpExchanges.map(\.method) == ["GET", "GET"] && record.httpExchanges.map(\.target) == ["/", "/"])
        #expect(record.httpExchanges.first?.status == 302 && record.httpExchanges.first?.responseOctets == 700)
        #expect(record.httpExchanges.first?.version == "HTTP/2")
    }

    @Test("after an upgrade to h2c")
    func upgrade() {
        let request = "GET / HTTP/1.1\r\nHost: up.example\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"
        let answer = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
        let record = converse([(true, Array(request.utf8)), (false, Array(answer.utf8) + Self.settings)] + Self.conversation, port: 80)
        #expect(record.httpHosts == ["up.example", "www.example.com"] && record.details?.upgrade == "h2c")
    }

    @Test("damage ends the reading of its direction, and nothing traps", arguments: 0..<40)
    func damaged(seed: UInt64) {
        var random = SplitMix64(seed: seed), turns = Self.conversation
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            let turn = Int.random(in: 0..<turns.count, using: &random), index = Int.random(in: 0..<turns[turn].1.count, using: &random)
            turns[turn].1[index] = UInt8.random(in: 0...255, using: &random)
        }
        let whole = facts(converse(turns, port: 80))
        for delivery in Delivery.all { #expect(facts(converse(turns, delivery, port: 80)) == whole, "\(delivery.testDescription)") }
    }

    @Test("a preface that breaks off, and frames of another protocol, are no HTTP/2", arguments: ["PRI * HTTP/2.1\r\n\r\nSM\r\n\r\n", "PRIVMSG #a :b\r\n"])
    func other(_ text: String) { #expect(converse([(true, Array(text.utf8))], port: 80).service == nil) }
}
