/// Names that are resolved where nobody on the way can read them: DNS over TLS, QUIC or HTTPS. Flows that follow have no name
/// by DNS then, which is a limit of what can be said of them.
public enum EncryptedDNS: String, Sendable, CaseIterable {
    /// DNS over TLS (RFC 7858): its port, or its protocol name.
    case overTLS = "dot"
    /// DNS over QUIC (RFC 9250): its port, those of the drafts, or its protocol name.
    case overQUIC = "doq"
    /// DNS over HTTPS (RFC 8484): TLS or QUIC to a host that is known to resolve names.
    case overHTTPS = "doh"
}

extension FlowRecord {
    /// Whether the flow resolves names in secret, and how, by port, ALPN and destination; the last only once it is classified.
    public var encryptedDNS: EncryptedDNS? {
        switch facts.service {
        case .tls:
            if responder.port == 853 || facts.alpn.contains("dot") { return .overTLS }
        case .quic:
            if [853, 784, 8853].contains(responder.port) || facts.alpn.contains(where: { $0.hasPrefix("doq") }) { return .overQUIC }
        default: return nil
        }
        return responder.port == 443 && destination?.category == "dns-resolver" ? .overHTTPS : nil
    }
}
