import Testing

@testable import TrafficCore

@Suite struct SSDPTests {
    static func read(_ text: String) -> FlowFacts? {
        var facts = FlowFacts()
        let octets = Array(text.utf8)
        return facts.readSSDP(octets.span) == nil ? nil : facts
    }

    /// UPnP Device Architecture 2.0 §1.3.2 and §1.3.3.
    @Test("software of both sides")
    func software() throws {
        let search = try #require(Self.read("M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\nUser-Agent: Android/14 UPnP/2.0 App/1\r\n\r\n"))
        #expect(search.service == .ssdp && search.userAgent == "Android/14 UPnP/2.0 App/1")
        let response = try #require(Self.read("HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nSERVER: Linux/5 UPnP/1.0 TV/3\r\n\r\n"))
        #expect(response.details.serverSoftware == "Linux/5 UPnP/1.0 TV/3")
        #expect(Self.read("NOTIFY * HTTP/1.1\r\nserver:x") != nil && Self.read("GET / HTTP/1.1\r\n\r\n") == nil && Self.read("") == nil)
    }
}
