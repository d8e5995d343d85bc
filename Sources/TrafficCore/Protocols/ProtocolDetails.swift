/// What the rarer protocols tell of a flow beside its service. Nothing here names an app: it is evidence for who does.
public struct ProtocolDetails: Sendable, Equatable {
    /// Realm that a STUN or TURN server asked credentials for (RFC 8489 §14.9): often a domain of whoever runs it.
    public internal(set) var realm: String?
    /// What the software of the server, and of the client, calls itself.
    public internal(set) var serverSoftware: String?
    public internal(set) var clientSoftware: String?
    /// Host name by which a server greeted in clear (RFC 5321 §4.3.1 and the like).
    public internal(set) var serverGreetingName: String?
    /// Host name by which a client did: its EHLO argument. Private: phones send a local name or address.
    public internal(set) var clientGreetingName: String?
    /// Host or domain that the client asked for in clear, beside HTTP and TLS: an XMPP stream's `to`, the host of an RTSP or
    /// RTMP URL, a SIP domain, the target of a proxy.
    public internal(set) var requestedName: String?
    /// Names on the local network that devices gave themselves, asked for or answered for (DHCP, NetBIOS, mDNS), each once,
    /// bounded. Private: people's names are in them.
    public internal(set) var localNames: [String] = []
    /// Vendor class of a DHCP client, such as "android-dhcp-14" (RFC 2132 §9.13).
    public internal(set) var vendorClass: String?
    /// Media in real time: RTP, or a DTLS hello that offers its keys.
    public internal(set) var isCall = false
    /// What the flow carries goes through a TURN relay (RFC 8656).
    public internal(set) var usesRelay = false
    /// The client gave a user name, which is not kept.
    public internal(set) var hasUserName = false
    /// What an HTTP connection changed to: "websocket", "h2c".
    public internal(set) var upgrade: String?
    /// The connection became TLS inside its protocol (STARTTLS).
    public internal(set) var upgradedToTLS = false

    /// Transmit time stamp of the client's NTP request that begins the flow, as it stands there (RFC 5905 §6).
    public internal(set) var ntpTransmitTime: UInt64?

    /// The QUIC connection began in another flow: its first packet's number, and the server name there.
    public internal(set) var continuesFrame: Int?
    public internal(set) var connectionName: String?

    public init() {}

    mutating func addLocalName(_ name: String) {
        guard !name.isEmpty, localNames.count < Self.localNameLimit, !localNames.contains(name) else { return }
        localNames.append(name)
    }

    /// A flow to everybody on a network has names of many devices.
    static var localNameLimit: Int { 64 }
    /// Octets that are kept of one text.
    static var longestText: Int { 256 }
}

extension FlowFacts {
    /// What the rarer protocols told. Most flows have none of it, and then it takes no memory.
    public internal(set) var details: ProtocolDetails {
        get { rareDetails.first ?? ProtocolDetails() }
        _modify {
            if rareDetails.isEmpty { rareDetails.append(ProtocolDetails()) }
            yield &rareDetails[0]
        }
    }
}

extension Span where Element == UInt8 {
    /// The octets as one line of text, cut to what is kept: trailing spaces and zeros gone, controls as U+FFFD. nil for nothing.
    var shortText: String? {
        var end = Swift.min(count, ProtocolDetails.longestText)
        while end > 0, self[end - 1] <= 0x20 { end -= 1 }
        var start = 0
        while start < end, self[start] <= 0x20 { start += 1 }
        guard start < end else { return nil }
        var kept = extracting(start..<end).copied()
        for index in kept.indices where kept[index] < 0x20 || kept[index] == 0x7f { kept[index] = 0xff }    // not UTF-8: becomes U+FFFD
        return String(decoding: kept, as: UTF8.self)
    }

    /// Whether the octets from `offset` on are `text`, as far as they are there; letters in any case where `ignoringCase`,
    /// and `text` is then in upper case.
    func matches(_ text: String, at offset: Int = 0, ignoringCase: Bool = false) -> Bool {
        let wanted = text.utf8Span.span
        var index = 0
        while index < wanted.count, offset + index < count {
            var octet = self[offset + index]
            if ignoringCase, octet &- 0x61 < 26 { octet &-= 0x20 }
            if octet != wanted[index] { return false }
            index += 1
        }
        return true
    }

    /// Whether all of `text` is there at `offset`.
    func hasText(_ text: String, at offset: Int = 0, ignoringCase: Bool = false) -> Bool {
        offset >= 0 && count - offset >= text.utf8.count && matches(text, at: offset, ignoringCase: ignoringCase)
    }

    /// The name of a host as a server or client gives it; nil when the octets are none: letters, digits, hyphens, dots.
    var plausibleHostName: String? {
        guard (1...253).contains(count) else { return nil }
        var dots = 0
        for index in indices {
            let octet = self[index]
            if octet == 0x2e { dots += 1 }
            guard octet | 0x20 &- 0x61 < 26 || octet &- 0x30 < 10 || octet == 0x2d || octet == 0x2e || octet == 0x5f else { return nil }
        }
        return dots > 0 && self[0] != 0x2e ? hostName(self) : nil
    }
}
