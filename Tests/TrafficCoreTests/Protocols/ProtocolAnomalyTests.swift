import PacketForge
import Testing

@testable import TrafficCore

@Suite struct ProtocolAnomalyTests {
    @Test("names are stable, snake case and unique")
    func names() {
        let names = ProtocolAnomaly.allCases.map(\.name)
        #expect(Set(names).count == names.count && names.contains("truncated_tls_record"))
        #expect(names.allSatisfy { $0.utf8.allSatisfy { $0 &- 0x61 < 26 || $0 == 0x5f || $0 &- 0x30 < 10 } })
    }

    private static let hello = Forge.record(ForgedClientHello(host: "a.example").message)

    /// Records are followed as long as their headers come in order.
    @Test("a connection that is closed inside a record", arguments: Delivery.all.filter { $0.shuffle == 0 })
    func truncatedRecord(_ delivery: Delivery) {
        let data = Forge.record(Forge.padding(500), type: 23)
        #expect(converse([(true, Self.hello + data)], delivery).anomalies.isEmpty)
        #expect(converse([(true, Self.hello + data.dropLast(3))], delivery).anomalies == [.truncatedTLSRecord])
    }

    @Test("what is wrong is counted by flow")
    func counted() {
        var broken = ForgedClientHello(host: "a.example").message
        broken[38] = 0xff           // the session's length
        let reading = run(conversation([(true, Forge.record(broken))]))
        #expect(reading.record.anomalies.contains(.malformedClientHello) && reading.overview.anomalies["malformed_client_hello"] == 1)
        let long = "GET / HTTP/1.1\r\nX: " + String(repeating: "y", count: 70_000)
        #expect(converse([(true, Array(long.utf8))], port: 80).anomalies == [.oversizedHTTPHead])
        #expect(converse([(true, [0, 20] + Forge.dnsQuery("a.example").prefix(20)), (false, [0, 12, 0, 1, 0xff, 0xff] + Forge.padding(8))], port: 53).anomalies == [.malformedDNSMessage])
    }

    private func thousandths(_ octets: [UInt8]) -> UInt16 { OctetEntropy.thousandths(octets.span) }

    @Test("entropy: random octets, text, one octet, a few")
    func entropy() {
        var random = SplitMix64(seed: 1)
        let noise = (0..<256).map { _ in UInt8.random(in: 0...255, using: &random) }
        #expect(thousandths(Array(0...255)) == 1000)
        #expect(thousandths([UInt8](repeating: 7, count: 100)) == 0)
        #expect((860...930).contains(thousandths(noise)))
        // Two values as often: one bit of eight.
        #expect(thousandths((0..<256).map { UInt8($0 & 1) }) == 125)
        #expect(thousandths([1]) == 0)
        let record = converse([(true, noise)], port: 4444)
        #expect(record.payloadHint?.octets == 256 && record.payloadHint.map { $0.entropy ?? 0 > 0.85 } == true)
        #expect(converse([(true, Array("some text that nobody knows".utf8))], port: 4444).payloadHint?.printable == 1)
    }

    @Test("encrypted DNS by port, protocol and destination")
    func encryptedDNS() {
        #expect(converse([(true, Self.hello)], port: 853).encryptedDNS == .overTLS)
        #expect(converse([(true, Forge.record(ForgedClientHello(host: "a.example", alpn: ["dot"]).message))], port: 8443).encryptedDNS == .overTLS)
        var quic = run([at(0, ForgedPath(serverPort: 853).udp(payload: Forge.quicInitial(ForgedClientHello(host: "a.example", alpn: ["doq"]))))]).record
        #expect(quic.encryptedDNS == .overQUIC)
        quic = converse([(true, Forge.record(ForgedClientHello(host: "dns.google").message))])
        var classifier = DestinationClassifier(geography: nil)
        #expect(quic.encryptedDNS == nil)
        classifier.classify(&quic, app: nil)
        #expect(quic.encryptedDNS == .overHTTPS)
    }
}
