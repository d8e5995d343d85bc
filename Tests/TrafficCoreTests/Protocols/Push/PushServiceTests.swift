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
