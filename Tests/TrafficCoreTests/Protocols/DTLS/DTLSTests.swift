import PacketForge
import Testing

@testable import TrafficCore

@Suite struct DTLSTests {
    static func u16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }
    static func u24(_ value: Int) -> [UInt8] { [UInt8(value >> 16)] + u16(value) }

    /// A ClientHello's body (RFC 6347 §4.2.1): server name, use_srtp (RFC 5764 §4.1.1) and ALPN "webrtc" (RFC 8833).
    static func hello(cookie: [UInt8] = [], padding: Int = 0) -> [UInt8] {
        let name = Array("call.example.org".utf8)
        var extensions = u16(0) + u16(name.count + 5) + u16(name.count + 3) + [0] + u16(name.count) + name
        extensions += u16(14) + u16(5) + [0, 2, 0, 1, 0] + u16(16) + u16(9) + [0, 7, 6] + Array("webrtc".utf8)
        extensions += u16(21) + u16(padding) + [UInt8](repeating: 0, count: padding)
        return [0xfe, 0xfd] + [UInt8](repeating: 9, count: 32) + [0, UInt8(cookie.count)] + cookie + [0, 4, 0xc0, 0x2b, 0xc0, 0x2f, 1, 0] + u16(extensions.count) + extensions
    }

    static let serverHello: [UInt8] = [0xfe, 0xfd] + [UInt8](repeating: 8, count: 32) + [0, 0xc0, 0x2f, 0, 0, 5, 0xff, 0x01, 0, 1, 0]

    /// One fragment in a record of its own.
    static func record(_ type: UInt8, _ body: [UInt8], from start: Int = 0, to end: Int? = nil, sequence: Int = 0) -> [UInt8] {
        let part = Array(body[start..<(end ?? body.count)])
        let fragment = [type] + u24(body.count) + u16(sequence) + u24(start) + u24(part.count) + part
        return [22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, UInt8(sequence)] + u16(fragment.count) + fragment
    }

    static func read(_ datagrams: [(Sender, [UInt8])]) -> (facts: FlowFacts, dissector: DTLSDissector, isKnown: Bool) {
        var facts = FlowFacts(), dissector = DTLSDissector(), isKnown = true
        for (sender, octets) in datagrams where !dissector.isDone { isKnown = dissector.consume(octets.span, from: sender, into: &facts) && isKnown }
        return (facts, dissector, isKnown)
    }

    @Test("hello, version, cipher and that it is a call's")
    func whole() {
        let (facts, dissector, isKnown) = Self.read([(.first, Self.record(1, Self.hello())), (.second, Self.record(2, Self.serverHello))])
        #expect(isKnown && dissector.isDone && facts.service == .dtls && facts.version == "DTLS 1.2" && facts.cipherSuite == 0xc02f)
        #expect(facts.serverName == "call.example.org" && facts.alpn == ["webrtc"] && facts.details.isCall && facts.clientTransport == .dtls)
    }

    @Test("fragments in any order, twice, overlapping, over datagrams", arguments: 0..<20 as Range<UInt64>)
    func fragments(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let body = Self.hello(padding: 1800)
        var parts: [[UInt8]] = []
        var start = 0
        while start < body.count {
            let end = min(start + Int.random(in: 1...400, using: &random), body.count)
            parts.append(Self.record(1, body, from: max(0, start - 3), to: end))
            start = end
        }
        parts += parts.prefix(2)
        parts.shuffle(using: &random)
        let (facts, _, _) = Self.read(parts.map { (.first, $0) })
        #expect(facts.serverName == "call.example.org")
    }

    @Test("a second hello with a cookie is the same client's")
    func cookie() {
        let cookie = [UInt8](repeating: 3, count: 20)
        let (facts, _, _) = Self.read([
            (.first, Self.record(1, Self.hello())), (.second, Self.record(3, [0xfe, 0xff, 20] + cookie)),
            (.first, Self.record(1, Self.hello(cookie: cookie), sequence: 1)), (.second, Self.record(2, Self.serverHello, sequence: 1)),
        ])
        #expect(facts.serverName == "call.example.org" && facts.unfinished.first?.clientHello != nil && facts.cipherSuite == 0xc02f)
    }

    @Test("several records in a datagram, several messages in a record")
    func bundled() {
        let certificate = Self.record(11, [0, 0, 0])
        var bundle = Self.record(2, Self.serverHello)
        let length = bundle.count - 13 + certificate.count - 13
        bundle.replaceSubrange(11..<13, with: Self.u16(length))
        let (facts, _, _) = Self.read([(.first, Self.record(1, Self.hello())), (.second, bundle + certificate.dropFirst(13))])
        #expect(facts.cipherSuite == 0xc02f)
    }

    @Test("a capture that begins behind the handshake is DTLS without a hello")
    func midSession() {
        let data: [UInt8] = [23, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 9, 0, 40] + Forge.padding(40)
        let (facts, _, isKnown) = Self.read([(Sender, [UInt8])](repeating: (.first, data), count: 12))
        #expect(isKnown && facts.service == .dtls && !facts.hasClientHello)
    }

    @Test("a message that claims 16 MiB takes no memory")
    func bounded() {
        var part = Self.record(1, Self.hello())
        part.replaceSubrange(14..<17, with: [0xff, 0xff, 0xff])
        let (facts, _, isKnown) = Self.read([(.first, part)])
        #expect(isKnown && !facts.hasClientHello)
    }

    @Test func hostile() {
        var random = SplitMix64(seed: 4)
        for _ in 0..<2000 {
            var octets = Self.record(1, Self.hello(padding: 20), from: 0, to: Int.random(in: 1...90, using: &random))
            for _ in 0..<Int.random(in: 0...5, using: &random) { octets[Int.random(in: 0..<octets.count, using: &random)] = UInt8.random(in: 0...255, using: &random) }
            octets.removeLast(Int.random(in: 0..<octets.count, using: &random))
            _ = Self.read([(.first, octets), (.first, octets + octets), (.second, Array(octets.dropFirst(3)))])
        }
    }
}
