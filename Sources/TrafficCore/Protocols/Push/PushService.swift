/// The connection that a phone's system keeps open for notices: one for all apps, so that what it carries is no single app's.
public enum PushService: String, Sendable {
    /// Apple Push Notification service; courier.push.apple.com, ports 5223 and 443, 2197 for servers.
    case apns
    /// Firebase Cloud Messaging; mtalk.google.com, ports 5228 to 5230 and 443.
    case fcm

    /// The service of a TLS connection, by the name that it asks for, the protocols that it offers, and its port.
    ///
    /// Apple: support.apple.com/102266 names `*.push.apple.com` and the ports; its devices offer "apns-security-v3", "apns-pack-v1"
    /// and "apns-security-v2". Google: firebase.google.com/docs/cloud-messaging/concept-options, "FCM ports and your firewall".
    public init?(serverName: String?, alpn: [String], port: UInt16) {
        if alpn.contains(where: { $0.hasPrefix("apns-") }) {
            self = .apns
            return
        }
        guard let name = serverName else { return nil }
        if Self.isBelow(name, "push.apple.com") {
            self = .apns
        } else if name == "mtalk.google.com" || Self.isNumbered(name, "mtalk.google.com") || name == "mobile-gtalk.l.google.com" {
            self = .fcm
        } else if (5228...5230).contains(port), Self.isBelow(name, "google.com") {
            self = .fcm
        } else {
            return nil
        }
    }

    private static func isBelow(_ name: String, _ domain: String) -> Bool { name == domain || name.hasSuffix("." + domain) }

    /// "alt1-mtalk.google.com" to "alt8-mtalk.google.com".
    private static func isNumbered(_ name: String, _ host: String) -> Bool {
        let octets = Array(name.utf8)
        return name.hasPrefix("alt") && name.hasSuffix("-" + host) && octets.count == host.utf8.count + 5 && octets[3] &- 0x30 < 10
    }
}
