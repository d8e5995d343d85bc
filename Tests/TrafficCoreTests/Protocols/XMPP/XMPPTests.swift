import Testing

@testable import TrafficCore

@Suite struct XMPPTests {
    /// RFC 6120 §9.1.1 and §9.1.2, steps 1 to 5.
    static let turns: [Turn] = [
        .client("<?xml version='1.0'?>\n<stream:stream\n     from='juliet@im.example.com'\n     to='im.example.com'\n     version='1.0'\n     xml:lang='en'\n"
            + "     xmlns='jabber:client'\n     xmlns:stream='http://etherx.jabber.org/streams'>"),
        .server("<stream:stream\n     from='im.example.com'\n     id='t7AMCin9zjMNwQKDnplntZPIDEI='\n     to='juliet@im.example.com'\n     version='1.0'"
            + " xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
            + "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>"),
        .client("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"), .server("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
        .client(smallClientHello("im.example.com")), .server(smallServerHello),
    ]

    @Test("the stream's host, then TLS", arguments: [1, 5, 1400])
    func startTLS(size: Int) {
        let facts = dissect(XMPPDissector.self, Self.turns, size: size)
        #expect(facts.service == .xmpp && facts.details.requestedName == "im.example.com" && facts.details.serverGreetingName == "im.example.com")
        #expect(facts.details.upgradedToTLS && facts.serverName == "im.example.com" && facts.cipherSuite == 0xc02f)
    }

    @Test(arguments: [("<stream:stream to=\"a.example\">", true), ("<?xml version='1.0'?><stream:stream", true), ("<?xml version='1.0'?><html>", false), ("<html>", false), ("<stream>", false)])
    func probes(text: String, isXMPP: Bool) { #expect(recognises(XMPPDissector.self, Array(text.utf8)) == isXMPP) }

    @Test func hostile() { survives(XMPPDissector.self, Self.turns) }
}
