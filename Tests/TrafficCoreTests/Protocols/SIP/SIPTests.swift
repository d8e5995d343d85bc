import Testing

@testable import TrafficCore

@Suite struct SIPTests {
    /// RFC 3261 §24.2, F1 and F2, shortened, with software that the RFC's example lacks.
    static let invite = "INVITE sip:bob@biloxi.com SIP/2.0\r\nVia: SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bKnashds8\r\nTo: Bob <sip:bob@biloxi.com>\r\n"
        + "From: Alice <sip:alice@atlanta.com>;tag=1928301774\r\nUser-Agent: Example Phone/2.1\r\nContent-Length: 4\r\n\r\nv=0\n"
    static let ringing = "SIP/2.0 180 Ringing\r\nVia: SIP/2.0/UDP server10.biloxi.com\r\nTo: Bob <sip:bob@biloxi.com>;tag=a6c85cf\r\nServer: Example Proxy\r\nl: 0\r\n\r\n"
    /// RFC 2326 §14.2.
    static let describe = "DESCRIBE rtsp://audio.example.com/twister/audio.en RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: Player\r\n\r\n"
    static let described = "RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: Streamer/1\r\nContent-Length: 3\r\n\r\nabc"

    static func message(_ text: String) -> SIPMessage? {
        let octets = Array(text.utf8)
        return SIPMessage(octets.span)
    }

    @Test("domain and software, no user")
    func sip() throws {
        let message = try #require(Self.message(Self.invite))
        #expect(message.service == .sip && message.isRequest && message.host == "biloxi.com" && message.userAgent == "Example Phone/2.1" && message.contentLength == 4)
        let response = try #require(Self.message(Self.ringing))
        #expect(!response.isRequest && response.server == "Example Proxy")
    }

    @Test("over TCP, keep-alives between", arguments: [1, 9, 1400])
    func overTCP(size: Int) {
        let facts = dissect(SIPDissector.self, [.client("\r\n\r\n" + Self.invite + "\r\n\r\n" + Self.invite), .server(Self.ringing)], size: size)
        #expect(facts.service == .sip && facts.details.requestedName == "biloxi.com" && facts.userAgent == "Example Phone/2.1" && facts.details.serverSoftware == "Example Proxy")
    }

    @Test("RTSP with media between", arguments: [1, 9, 1400])
    func rtsp(size: Int) {
        let media: [UInt8] = [0x24, 0, 0, 5, 1, 2, 0x0a, 0x0a, 5]
        let facts = dissect(SIPDissector.self, [.client(Self.describe), .server(Array(Self.described.utf8) + media + Array(Self.described.utf8))], size: size)
        #expect(facts.service == .rtsp && facts.version == "RTSP/1.0" && facts.details.requestedName == "audio.example.com" && facts.details.serverSoftware == "Streamer/1")
    }

    @Test("scheme and version tell it from HTTP", arguments: [
        (invite, true), (ringing, true), (describe, true), (described, true), ("OPTIONS * RTSP/1.0\r\n\r\n", true), ("OPTIONS sip:a.example SIP/2.0\r\n\r\n", true),
        ("OPTIONS * HTTP/1.1\r\n\r\n", false), ("NOTIFY * HTTP/1.1\r\n\r\n", false), ("GET / HTTP/1.1\r\n\r\n", false), ("SIP is a drink", false), ("SETUP rtsp://h/ RTSP/1.0", true),
    ])
    func probes(text: String, isOurs: Bool) { #expect(recognises(SIPDissector.self, Array(text.utf8)) == isOurs) }

    @Test("hosts of URIs", arguments: [
        ("sip:bob@biloxi.com:5060;transport=tcp", "biloxi.com"), ("\"A: B\" <sips:bob@ss2.biloxi.example.com>;tag=1", "ss2.biloxi.example.com"),
        ("rtsp://user:pass@cam.example.org:554/live", "cam.example.org"), ("sip:[2001:db8::1]", nil), ("sip:gateway", nil), ("sip:192.0.2.1", "192.0.2.1"), ("", nil),
    ] as [(String, String?)])
    func hosts(text: String, host: String?) {
        let octets = Array(text.utf8)
        let found = SIPMessage.host(ofURI: octets.span)
        #expect(found == host)
    }

    @Test func hostile() {
        survives(SIPDissector.self, [.client(Self.invite), .server(Self.ringing)])
        survives(SIPDissector.self, [.client(Self.describe), .server(Self.described)])
    }
}
