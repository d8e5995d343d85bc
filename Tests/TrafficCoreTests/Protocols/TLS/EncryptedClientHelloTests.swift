import PacketForge
import Testing

@testable import TrafficCore

/// Encrypted ClientHello told from its GREASE by the covers that DNS announces, and from ESNI.
@Suite struct EncryptedClientHelloTests {
    /// An ECHConfigList (RFC 9849 §4) with one configuration.
    static func configurations(_ publicName: String) -> [UInt8] {
        let contents: [UInt8] = [7] + Forge.be16(0x0020) + Forge.be16(32) + [UInt8](repeating: 9, count: 32) + Forge.be16(4) + [0, 1, 0, 1] + [0]
            + [UInt8(publicName.utf8.count)] + Array(publicName.utf8) + Forge.be16(0)
        let configuration = Forge.be16(0xfe0d) + Forge.be16(contents.count) + contents
        return Forge.be16(configuration.count) + configuration
    }

    /// The data of an HTTPS record (RFC 9460 §2.2): priority 1, target ".", then the parameters.
    static func https(_ parameters: [(key: Int, value: [UInt8])]) -> [UInt8] {
        Forge.be16(1) + [0] + parameters.flatMap { Forge.be16($0.key) + Forge.be16($0.value.count) + $0.value }
    }

    private let resolver = ForgedPath(phonePort: 50_000, serverPort: 53)
    private func answer(_ name: String, _ data: [UInt8]) -> [UInt8] {
        let record = Forge.dnsRecord([0xc0, 12], type: 65, data: data)
        return resolver.udp(fromPhone: false, payload: Forge.dns(response: true, questions: [Forge.dnsQuestion(name, type: 65)], answers: [record]))
    }
    private func hello(_ name: String?, _ type: Int) -> [UInt8] {
        var hello = ForgedClientHello(host: name)
        hello.extensions.append((type, Forge.padding(40)))
        return Forge.record(hello.message)
    }
    private func web(_ packets: [ForgedPacket]) -> FlowRecord? { run(packets).flows.map(\.record).first { $0.responder.port == 443 } }

    @Test("a name that a configuration announced is a cover from then on")
    func announcedCover() {
        let parameters: [(key: Int, value: [UInt8])] = [(1, [2] + Array("h3".utf8) + [2] + Array("h2".utf8)), (5, Self.configurations("Front.Example"))]
        let lookUp = [at(0, resolver.udp(payload: Forge.dns(questions: [Forge.dnsQuestion("hidden.example", type: 65)]))), at(0.1, answer("hidden.example", Self.https(parameters)))]
        let covered = web(lookUp + [at(1, ForgedPath().tcp(sequence: 1, payload: hello("front.example", 0xfe0d)))])
        #expect(covered?.serverName == "front.example" && covered?.encryptedClientHello == true)
        let without = web([at(1, ForgedPath().tcp(sequence: 1, payload: hello("front.example", 0xfe0d)))])
        #expect(without?.encryptedClientHello == false, "GREASE comes with the real name")
        let plain = web(lookUp + [at(1, ForgedPath().tcp(sequence: 1, payload: Forge.record(ForgedClientHello(host: "front.example").message)))])
        #expect(plain?.encryptedClientHello == false, "the cover's own site")
    }

    @Test("address hints name flows as A and AAAA records do")
    func hints() {
        let parameters: [(key: Int, value: [UInt8])] = [(4, Forge.serverV4), (6, Forge.serverV6)]
        let packets = [at(0, answer("hinted.example", Self.https(parameters))), at(1, ForgedPath(serverPort: 443).tcp(sequence: 1, payload: [0, 1, 2, 3]))]
        #expect(web(packets)?.dnsName == "hinted.example")
    }

    @Test("ESNI is no ECH, and leaves no name in clear")
    func encryptedServerName() {
        let record = web([at(1, ForgedPath().tcp(sequence: 1, payload: hello(nil, 0xffce)))])
        #expect(record?.encryptedServerName == true && record?.encryptedClientHello == false && record?.serverName == nil)
    }

    @Test("records and lists that lie trap nothing", arguments: 0..<50)
    func hostile(seed: UInt64) {
        var random = SplitMix64(seed: seed), data = Self.https([(1, [2, 0x68, 0x33]), (4, [1, 2, 3, 4]), (5, Self.configurations("a.example")), (6, Forge.padding(16))])
        for _ in 0..<3 { data[Int.random(in: 0..<data.count, using: &random)] = UInt8.random(in: 0...255, using: &random) }
        _ = run([at(0, answer("x.example", data)), at(1, answer("y.example", Array(data.prefix(Int.random(in: 0...data.count, using: &random)))))])
    }
}
