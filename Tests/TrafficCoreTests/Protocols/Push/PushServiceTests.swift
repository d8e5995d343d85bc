import PacketForge
import Testing

@testable import TrafficCore

@Suite struct PushServiceTests {
    @Test(arguments: [
        ("1-courier.push.apple.com", [], 5223, .apns), ("courier.push.apple.com", ["apns-security-v3"], 443, .apns), (nil, ["apns-pack-v1"], 443, .apns),
        ("mtalk.google.com", [], 5228, .fcm), ("alt7-mtalk.google.com", [], 443, .fcm), ("clients4.google.com", [], 443, nil), ("www.apple.com", ["h2"], 443, nil),
        ("push.apple.com.example.org", [], 443, nil), ("xpush.apple.com", [], 443, nil), (nil, [], 5223, nil), ("altx-mtalk.google.com", [], 443, nil),
    ] as [(String?, [String], UInt16, PushService?)])
    func names(serverName: String?, alpn: [String], port: UInt16, service: PushService?) {
        #expect(PushService(serverName: serverName, alpn: alpn, port: port) == service)
    }
}

@Suite struct PushRecordTests {
    @Test("a record tells push by port, protocol and name")
    func records() {
        func record(_ host: String?, _ alpn: [String], _ port: Int) -> PushService? {
            converse([(true, Forge.record(ForgedClientHello(host: host, alpn: alpn).message))], port: port).pushService
        }
        #expect(record("mtalk.google.com", [], 5228) == .fcm && record("12-courier.push.apple.com", [], 5223) == .apns)
        #expect(record("courier.push.apple.com", ["apns-security-v3"], 443) == .apns)
        #expect(record("www.google.com", ["h2"], 443) == nil && record("mail.example", [], 5223) == nil)
    }
}
