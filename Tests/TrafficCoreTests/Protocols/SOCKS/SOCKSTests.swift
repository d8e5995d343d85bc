import Testing

@testable import TrafficCore

@Suite struct SOCKSTests {
    static let request5: [UInt8] = [5, 1, 0, 3, 11] + Array("example.org".utf8) + [1, 0xbb]
    static let reply5: [UInt8] = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0]

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var turns: [Turn]
        var destination: String
        var hasUserName = false
    }

    static let inside = [Turn.client(smallClientHello("example.org")), .server(smallServerHello)]

    static let cases = [
        Case(testDescription: "version 5 (RFC 1928)", turns: [.client([5, 1, 0]), .server([5, 0]), .client(request5), .server(reply5)] + inside, destination: "example.org"),
        Case(testDescription: "version 5, in one go", turns: [.client([5, 1, 0] + request5), .server([5, 0] + reply5)] + inside, destination: "example.org"),
        Case(testDescription: "version 5 with a password (RFC 1929)", turns: [
            .client([5, 2, 0, 2]), .server([5, 2]), .client([1, 2, 0x6d, 0x65, 3, 1, 2, 3]), .server([1, 0]), .client(request5), .server(reply5),
        ] + inside, destination: "example.org", hasUserName: true),
        Case(testDescription: "version 5, an address", turns: [.client([5, 1, 0]), .server([5, 0]), .client([5, 1, 0, 1, 192, 0, 2, 7, 1, 0xbb]), .server(reply5)] + inside, destination: "192.0.2.7"),
        Case(testDescription: "version 4", turns: [.client([4, 1, 1, 0xbb, 192, 0, 2, 7, 0]), .server([0, 0x5a, 0, 0, 0, 0, 0, 0])] + inside, destination: "192.0.2.7"),
        Case(testDescription: "version 4A", turns: [
            .client([4, 1, 1, 0xbb, 0, 0, 0, 1, 0x6d, 0x65, 0] + Array("example.org".utf8) + [0]), .server([0, 0x5a, 0, 0, 0, 0, 0, 0]),
        ] + inside, destination: "example.org"),
    ]

    @Test("destination, and what is carried", arguments: cases, [1, 4, 1400])
    func conversations(c: Case, size: Int) {
        #expect(recognises(SOCKSDissector.self, c.turns[0].octets) == true)
        let facts = dissect(SOCKSDissector.self, c.turns, size: size)
        #expect(facts.details.requestedName == c.destination && facts.details.hasUserName == c.hasUserName)
        #expect(facts.service == .tls && facts.serverName == "example.org" && facts.cipherSuite == 0xc02f)
    }

    @Test("a tunnel of nothing known stays SOCKS")
    func unknownInside() {
        let facts = dissect(SOCKSDissector.self, Array(Self.cases[0].turns.prefix(4)) + [.client([UInt8](repeating: 0xfe, count: 40))])
        #expect(facts.service == .socks)
    }

    @Test(arguments: [[5, 0], [5, 9, 0], [5, 1, 0x20], [4, 3, 1, 1, 1, 1, 1, 1, 0], [4, 2, 0xed, 3, 3, 0x80, 0, 0, 0], [4, 1, 0, 0, 1, 1, 1, 1, 0], [6, 1, 0]] as [[UInt8]])
    func others(octets: [UInt8]) { #expect(recognises(SOCKSDissector.self, octets) != true) }

    @Test("a greeting is one whatever follows it")
    func greeting() {
        func probe(_ octets: [UInt8]) -> Probe { SOCKSDissector.probe(octets.span) }
        #expect(probe([5, 1, 0]) == .yes && probe([5, 1, 0, 5]) == .yes && probe([5, 1, 0, 7, 7, 7]) == .yes && probe([5, 2, 0]) == .needs(4) && probe([5, 1, 0x80]) == .no)
    }

    /// "The PROXY protocol", §2.2: version 2, IPv4 over TCP, PP2_TYPE_AUTHORITY.
    static let binary: [UInt8] = [0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a, 0x21, 0x11, 0, 26]
        + [192, 0, 2, 1, 192, 0, 2, 2, 0x9c, 0x40, 1, 0xbb] + [2, 0, 11] + Array("example.org".utf8)

    @Test("PROXY protocol, both versions", arguments: [Array("PROXY TCP4 192.0.2.1 192.0.2.2 40000 443\r\n".utf8), Array("PROXY UNKNOWN\r\n".utf8), binary], [1, 5, 1400])
    func proxy(header: [UInt8], size: Int) {
        #expect(recognises(PROXYProtocolDissector.self, header) == true)
        let facts = dissect(PROXYProtocolDissector.self, [.client(header + smallClientHello("example.org")), .server(smallServerHello)], size: size)
        #expect(facts.service == .tls && facts.serverName == "example.org" && facts.cipherSuite == 0xc02f)
        #expect(facts.details.requestedName == (header == Self.binary ? "example.org" : nil))
    }

    @Test func hostile() {
        for c in Self.cases { survives(SOCKSDissector.self, c.turns) }
        survives(PROXYProtocolDissector.self, [.client(Self.binary + smallClientHello("example.org"))])
    }
}
