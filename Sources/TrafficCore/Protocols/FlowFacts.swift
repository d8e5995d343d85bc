/// Application protocol of a flow, by content.
public enum Service: String, Sendable {
    case tls, http, quic, dns, mdns, llmnr, dtls, stun, ntp, dhcp, ssdp
    case rtp, rtcp, sip, rtsp, rtmp, mqtt, xmpp, ssh, socks, bittorrent, dhcpv6, nbns
    /// Protocols that may become TLS under way (STARTTLS).
    case smtp, imap, pop3, ftp, nntp, irc, managesieve, ldap, postgresql, mysql, rdp
    /// Messengers with a handshake of their own.
    case whatsapp
    /// Xiaomi's push connection.
    case xiaomiPush = "xiaomi-push"
    /// NetBIOS datagrams, and what devices of a local network tell each other.
    case netbiosDatagram = "nbdgm", dropboxLAN = "dropbox-lan", spotifyConnect = "spotify-connect"
    /// Encrypted tunnels: what is inside them, and whose, cannot be told.
    case wireguard, openvpn, ike, esp

    /// The flow is a tunnel whose inside is hidden.
    public var isOpaqueTunnel: Bool { self == .wireguard || self == .openvpn || self == .esp }
}

/// One HTTP/1 request and its response (RFC 9112).
public struct HTTPExchange: Sendable, Equatable {
    /// When the end of the request's head was captured, nanoseconds since 1970.
    public var time: Int64 = 0
    public var method = ""
    /// Request target as sent; may hold personal data.
    public var target = ""
    public var host: String?
    public var requestType: String?
    public var status: Int?
    public var responseType: String?
    /// Body octets as framed on the wire (before content decoding), as far as captured.
    public var requestOctets = 0
    public var responseOctets = 0
    /// "HTTP/1.1", as the request says.
    public var version: String?
    public var userAgent: String?
    public init() {}
}

/// One DNS query and its response (RFC 1035 §4.1).
public struct DNSTransaction: Sendable, Equatable {
    /// When the query was captured, or the response where that lacks, nanoseconds since 1970; and how long the answer took.
    public var time: Int64 = 0
    public var roundTrip: Int64?
    public var identifier: UInt16 = 0
    public var query = ""
    /// QTYPE and QCLASS (IANA DNS parameters).
    public var type: UInt16 = 0
    public var queryClass: UInt16 = 0
    /// RCODE; nil without a response.
    public var responseCode: UInt8?
    /// The flag bits of the response, or of the query where that lacks (RFC 1035 §4.1.1).
    public var flags: UInt16 = 0
    /// Addresses, names or record types of the answers, with their times to live in seconds; bounded.
    public var answers: [String] = []
    public var timesToLive: [UInt32] = []
    /// EDNS of the response, or of the query where that lacks.
    public var edns: DNSExtension?
    public init() {}
}

/// Parts of a handshake that were read and not yet made use of.
struct UnfinishedHandshake: Sendable {
    var clientHello: TLSClientHello?
    var serverHello: TLSServerHello?
    /// The server's own certificate as sent.
    var certificate: [UInt8] = []
}

/// What the dissectors of one flow learned of it. `FlowRecord` says what each field means.
public struct FlowFacts: Sendable {
    var service: Service?
    public internal(set) var serverName: String?
    public internal(set) var hasEncryptedClientHello = false
    /// The hello has the extension of Encrypted ClientHello, be it with a key behind it or without (RFC 9849 §6.2).
    public internal(set) var offersEncryptedClientHello = false
    /// The hello has its server name in ESNI, the draft before that.
    public internal(set) var hasEncryptedServerName = false
    /// The session is an earlier one, resumed: there is no certificate in it.
    public internal(set) var isResumed = false
    /// The server asked for another hello (RFC 8446 §4.1.4).
    public internal(set) var helloWasRetried = false
    /// What the server's certificate says.
    public internal(set) var certificate: Shared<X509Certificate>?
    public internal(set) var alpn: [String] = []
    public internal(set) var version: String?
    /// The first hello of each side and the server's certificate, until fingerprints are made of them and it is read
    /// (`FingerprintCache`). An array of at most one, for a flow's facts are small and a hello is not.
    var unfinished: [UnfinishedHandshake] = []
    var hasCertificate = false
    var clientTransport = FingerprintTransport.tcp
    var hasClientHello = false
    var hasServerHello = false
    public internal(set) var ja3: String?
    public internal(set) var ja3s: String?
    public internal(set) var ja4: String?
    /// The library that probably made the hello.
    public internal(set) var clientLibrary: Shared<ClientLibrary>?
    public internal(set) var userAgent: String?
    public internal(set) var httpHosts: [String] = []
    public internal(set) var dnsQueries: [String] = []
    var exchanges: [HTTPExchange] = []
    var transactions: [DNSTransaction] = []
    /// DNS responses whose answers are to name later flows, until the engine takes them.
    var answers: [DNSMessage] = []
    /// At most one: what few flows have, so that the others are small.
    var rareDetails: [ProtocolDetails] = []
    /// What was wrong with the protocol's octets.
    public internal(set) var anomalies = ProtocolAnomalies()
    /// Ports of the sender of the first packet and of the other side.
    var ports = FlowPorts()
    /// What the ServerHello chose (IANA TLS Cipher Suites); 0 before.
    public internal(set) var cipherSuite: UInt16 = 0
    /// Octets that protecting a TLS record adds; TLS 1.3's until the ServerHello says otherwise.
    var recordProtection: UInt8 = 17
    /// Whether HTTP exchanges are wanted: who only counts saves their texts.
    var keepsExchanges = true
    /// Whether anybody asks if the payload is readable: only bursts say so.
    var keepsSample = true
    /// What a DNS answer called the responder before the flow's first payload, and the aliases behind that name.
    var dnsName: String?
    var dnsAliases: [String] = []
    /// Printable octets among the first ones of the flow, and how many were looked at.
    var printable: UInt16 = 0
    var sampled: UInt16 = 0
    /// Entropy of the longest piece that was looked at, thousandths of what it could have; and octets of that piece.
    var entropy: UInt16 = 0
    var entropyOctets: UInt16 = 0

    /// Names a flow may collect of one kind; a long-lived proxy or resolver flow has no more use of them.
    static var nameLimit: Int { 1024 }
    static var exchangeLimit: Int { 4096 }

    mutating func addHost(_ host: String) {
        guard !host.isEmpty, httpHosts.count < Self.nameLimit, !httpHosts.contains(host) else { return }
        httpHosts.append(host)
    }

    mutating func addQuery(_ name: String) {
        // The root's name is empty: it is shown as in Wireshark.
        let shown = name.isEmpty ? "<root>" : name
        guard dnsQueries.count < Self.nameLimit, !dnsQueries.contains(shown) else { return }
        dnsQueries.append(shown)
    }

    /// A hello waits for its fingerprint, or a certificate to be read.
    var hasHello: Bool { !unfinished.isEmpty }

    mutating func addUnfinished(_ change: (inout UnfinishedHandshake) -> Void) {
        if unfinished.isEmpty { unfinished.append(UnfinishedHandshake()) }
        change(&unfinished[0])
    }

    /// Looks at the first octets of a flow whose protocol is not known: is this text, or as good as random?
    mutating func sample(_ octets: Span<UInt8>) {
        guard keepsSample else { return }
        let count = min(octets.count, 256 - Int(min(sampled, 256)))
        let head = octets.extracting(0..<count)
        var readable: UInt16 = 0
        for index in head.indices {
            let octet = head[index]
            readable &+= octet &- 0x20 <= 0x5e || octet &- 9 <= 4 ? 1 : 0      // 0x20…0x7e, tab to carriage return
        }
        // Of the longest piece: the shorter ones say less.
        if count >= 16, UInt16(count) > entropyOctets {
            (entropy, entropyOctets) = (OctetEntropy.thousandths(head), UInt16(count))
        }
        printable += readable
        sampled += UInt16(count)
    }

    /// Application payload readable on the wire (METHOD.md §1: DNS, mDNS, NTP, DHCP and SSDP excepted): HTTP and other protocols
    /// in clear, and what is at least nine tenths printable.
    var isClear: Bool {
        switch service {
        case .http, .rtsp, .smtp, .imap, .pop3, .ftp, .nntp, .irc, .managesieve, .sip, .xmpp:
            serverName == nil && rareDetails.first?.upgradedToTLS != true
        case nil: sampled >= 16 && Int(printable) * 10 >= Int(sampled) * 9
        default: false
        }
    }
}
