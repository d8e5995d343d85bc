import PacketForge
import Testing

@testable import TrafficCore

/// DNS over TCP.
@Suite struct DNSStreamTests {
    static func framed(_ message: [UInt8]) -> [UInt8] { Forge.be16(message.count) + message }

    @Test("several questions of one connection, and their answers", arguments: Delivery.all)
    func questions(_ delivery: Delivery) {
        let turns: [(Bool, [UInt8])] = [
            (true, Self.framed(Forge.dnsQuery("one.example")) + Self.framed(Forge.dns(questions: [Forge.dnsQuestion("two.example", type: 28)]))),
            (false, Self.framed(Forge.dnsResponse("one.example", addresses: [[192, 0, 2, 77]])) + Self.framed(Forge.dnsResponse("two.example", addresses: []))),
        ]
        let record = converse(turns, delivery, port: 53)
        #expect(record.service == "dns" && record.dnsQueries == ["one.example", "two.example"])
        #expect(record.dnsTransactions.map(\.query) == ["one.example", "two.example"])
        #expect(record.dnsTransactions.first?.answers == ["192.0.2.77"])
    }

    @Test("an answer over TCP names a later flow")
    func namesLaterFlows() {
        let server = ForgedPath().server
        let lookUp = conversation([
            (true, Self.framed(Forge.dnsQuery("named.example"))), (false, Self.framed(Forge.dnsResponse("named.example", addresses: [server]))),
        ], port: 53)
        let later = at(Double(lookUp.count) + 5, ForgedPath(phonePort: 50999, serverPort: 4444).tcp(sequence: 1, payload: [0, 1, 2, 3]))
        let flows = run(lookUp + [later]).flows
        #expect(flows.contains { $0.record.responder.port == 4444 && $0.record.dnsName == "named.example" })
    }

    @Test("other octets at port 53 are no DNS", arguments: [[0, 4] + Forge.padding(20), [0, 40] + [UInt8](repeating: 0xff, count: 40), Array("SSH-2.0-a server at an odd port\r\n".utf8)] as [[UInt8]])
    func other(_ octets: [UInt8]) { #expect(converse([(true, octets)], port: 53).service != "dns") }
}
