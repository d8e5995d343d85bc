import Testing

@testable import TrafficCore

@Suite struct ProtocolDetectionTests {
    @Test("the first turn decides as soon as it can, however short it is and however it is cut", arguments: Delivery.all)
    func shortFirstTurn(_ delivery: Delivery) {
        // Found by fuzzing: waiting for more octets than the decision needs lets the other side decide instead.
        let http = converse([(true, Array("HTTP/1.1H1OP\0\0".utf8)), (false, [0x14, 3, 3, 0, 0x7a, 2, 0])], delivery)
        #expect(http.service == "http")
        let tls = converse([(true, [0x16, 3, 1, 0x2a, 0x30, 0x16, 3, 1, 0x2a, 0x30]), (false, Array("HTTP/1.1 200 OK\r\n\r\n".utf8))], delivery)
        #expect(tls.service == "tls")
    }

    @Test("text of no known protocol is clear, and other octets are not, however they are cut", arguments: Delivery.all)
    func clear(_ delivery: Delivery) {
        let text = run(conversation([(false, Array("220 mail.example ready, say what you want\r\n".utf8))], delivery))
        #expect(text.flows.count == 1 && text.flows[0].bursts.allSatisfy(\.clear) && !text.flows[0].bursts.isEmpty)
        let binary = run(conversation([(false, (0..<43).map { UInt8($0 * 37 & 255) | 0x80 })], delivery))
        #expect(binary.flows.count == 1 && binary.flows[0].bursts.allSatisfy { !$0.clear })
    }
}
