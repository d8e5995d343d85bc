import PacketForge
import Testing

@testable import TrafficCore

@Suite struct FingerprintTests {
    static let grease = [0x0a0a, 0x1a1a, 0x2a2a, 0xfafa]

    private func hello(_ suites: [Int], _ extensions: [(type: Int, body: [UInt8])], legacy: Int = 0x0303) throws -> TLSClientHello {
        var forged = ForgedClientHello()
        (forged.suites, forged.extensions, forged.legacyVersion) = (suites, extensions, legacy)
        let body = forged.body
        let read = TLSClientHello(body.span)
        return try #require(read)
    }

    @Test("JA3, the definition's own examples")
    func ja3() throws {
        // 769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0
        let first = try hello([47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4],
                              [ForgedClientHello.serverName("x"), (10, Forge.be16(6) + Forge.be16(23) + Forge.be16(24) + Forge.be16(25)), (11, [1, 0])], legacy: 769)
        #expect(JA3.fingerprint(of: first) == "ada70206e40642a3e4461f35503241d5")
        // 769,4-5-10-9-100-98-3-6-19-18-99,,,
        #expect(JA3.fingerprint(of: try hello([4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99], [], legacy: 769)) == "de350869b8c85de67a350c8d186f11e6")
    }

    @Test("JA3S, the definition's own example of a text, with the MD5 that md5sum gives it")
    func ja3s() throws {
        // 769,47,65281-0-11-35-5-16 (the value printed beside it in the definition's article is of another text)
        let message = Forge.serverHello(version: 769, suite: 47, extensions: [65281, 0, 11, 35, 5, 16].map { (type: $0, body: []) })
        let body = Array(message.dropFirst(4)), read = TLSServerHello(body.span)
        let server = try #require(read)
        #expect(JA3.fingerprint(of: server) == "836ce314215654b5b1f85f97c73e506f")
    }

    @Test("JA4, the technical description's own example: a browser with GREASE, extensions shuffled", arguments: 0..<8)
    func ja4(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let suites = [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035]
        let algorithms = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601]
        var extensions: [(type: Int, body: [UInt8])] = [0x001b, 0x0033, 0x4469, 0x0017, 0x002d, 0x000b, 0x0005, 0x0023, 0x0012, 0xff01, 0x0015, 0x000a].map { ($0, []) }
        extensions += [ForgedClientHello.serverName("a.example"), ForgedClientHello.protocols(["h2", "http/1.1"]), ForgedClientHello.versions([0x3a3a, 0x0304, 0x0303])]
        extensions.append((13, Forge.be16(algorithms.count * 2) + algorithms.flatMap { Forge.be16($0) }))
        extensions += Self.grease.prefix(2).map { ($0, []) }
        extensions.shuffle(using: &random)
        let message = try hello((suites + [0x5a5a]).shuffled(using: &random), extensions)
        #expect(JA4.fingerprint(of: message, over: .tcp) == "t13d1516h2_8daaf6152771_e5627efa2ab1")
        #expect(JA4.fingerprint(of: message, over: .quic) == "q13d1516h2_8daaf6152771_e5627efa2ab1")
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var suites: [Int] = [0x1301]
        var extensions: [(type: Int, body: [UInt8])] = []
        var legacy = 0x0303
        var first: String
    }
    static let firstParts = [
        Case(testDescription: "no extensions: no SNI, no ALPN", first: "t12i010000"),
        Case(testDescription: "no cipher suites", suites: [], first: "t12i000000"),
        Case(testDescription: "counts stop at 99", suites: Array(repeating: 0x002f, count: 120), extensions: (100..<220).map { (type: $0, body: []) }, first: "t12i999900"),
        Case(testDescription: "GREASE is not counted", suites: grease + [0x1301], extensions: grease.map { (type: $0, body: []) }, first: "t12i010000"),
        Case(testDescription: "SSL 3.0", legacy: 0x0300, first: "ts3i010000"),
        Case(testDescription: "TLS 1.0", legacy: 0x0301, first: "t10i010000"),
        Case(testDescription: "the highest of supported_versions", extensions: [ForgedClientHello.versions([0x0302, 0x0a0a, 0x0303])], first: "t12i010100"),
        Case(testDescription: "ALPN of one letter", extensions: [ForgedClientHello.protocols(["h"])], first: "t12i0101hh"),
        Case(testDescription: "ALPN h3", extensions: [ForgedClientHello.protocols(["h3", "h2"])], first: "t12i0101h3"),
        Case(testDescription: "ALPN http/1.1", extensions: [ForgedClientHello.protocols(["http/1.1"])], first: "t12i0101h1"),
        Case(testDescription: "ALPN that is no text: hexadecimal", extensions: [(16, [0, 3, 2, 0xab, 0xcd])], first: "t12i0101ad"),
        Case(testDescription: "ALPN that begins with text only", extensions: [(16, [0, 4, 3, 0x30, 0x31, 0xab])], first: "t12i01013b"),
        Case(testDescription: "an empty server name extension is one", extensions: [(0, [])], first: "t12d010100"),
    ]
    @Test("JA4, first part", arguments: firstParts) func ja4First(_ c: Case) throws {
        let value = JA4.fingerprint(of: try hello(c.suites, c.extensions, legacy: c.legacy), over: .tcp)
        #expect(value.hasPrefix(c.first + "_"))
        if c.suites.isEmpty { #expect(value == c.first + "_000000000000_000000000000") }
    }
}
