import Testing
import TrafficReport

@Suite struct RedactionTests {
    @Test func devicesAreNumberedInOrderOfAppearance() {
        var redaction = Redaction(reveal: false)
        #expect(redaction.device("02:00:00:00:00:07") == "device-1")
        #expect(redaction.device("10.0.0.1") == "device-2")
        #expect(redaction.device("02:00:00:00:00:07") == "device-1")
    }

    @Test(arguments: [
        ("d3a8f1c9b2e7.example.com", "‹redacted›.example.com"), ("0f8fad5b-d9cb-469f-a165-70867728950e.t.example.com", "‹redacted›.t.example.com"),
        ("a1b2c3d4e5f6.b.example.com", "‹redacted›.b.example.com"), ("analytics2020.example.com", "analytics2020.example.com"),
        ("edge-star-mini-shv-01-frt3.example.com", "edge-star-mini-shv-01-frt3.example.com"), ("www.example.com", "www.example.com"),
        ("a1b2c3d4e5f6g7.com", "a1b2c3d4e5f6g7.com"), ("10.20.30.40", "10.20.30.40"), ("2001:db8::1", "2001:db8::1"),
        ("internationalization.example.com", "internationalization.example.com"), ("", ""), ("...........................", "..........................."),
    ]) func hosts(_ name: String, _ expected: String) {
        #expect(Redaction(reveal: false).host(name) == expected)
        #expect(Redaction(reveal: true).host(name) == name)
    }

    @Test("what is registrable is who it is, and stays") func registrableDomainStays() {
        #expect(Redaction(reveal: false).host("x.a1b2c3d4e5f6.co.example", registrableDomain: "a1b2c3d4e5f6.co.example") == "x.a1b2c3d4e5f6.co.example")
    }

    @Test(arguments: [
        ("Mozilla/5.0 (Linux; Android 10; SM-G960F (x)) Mobile", "Mozilla/5.0 Mobile"), ("Dalvik/2.1.0 (Linux; U; Pixel 4", "Dalvik/2.1.0"),
        ("okhttp/4.9", "okhttp/4.9"), (") odd (", "odd"),
    ]) func userAgents(_ text: String, _ expected: String) {
        #expect(Redaction(reveal: false).userAgent(text) == expected)
        #expect(Redaction(reveal: true).userAgent(text) == text)
    }

    @Test(arguments: [("/a/b?id=7#x", "/a/b?‹redacted›"), ("/a#b", "/a"), ("/a", "/a")])
    func queries(_ text: String, _ expected: String) { #expect(Redaction(reveal: false).path(text) == expected) }

    @Test(arguments: [
        ("--phone=10.0.0.7", "--phone=device-1"), ("fe80::1", "device-1"), ("02:00:5e:00:53:01", "device-1"), ("captures/run1.pcap", "captures/run1.pcap"),
    ]) func arguments(_ text: String, _ expected: String) {
        var hiding = Redaction(reveal: false), showing = Redaction(reveal: true)
        #expect(hiding.argument(text) == expected)
        #expect(showing.argument(text) == text)
    }
}
