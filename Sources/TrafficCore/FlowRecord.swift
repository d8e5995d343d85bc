/// One address and port.
public struct Endpoint: Hashable, Sendable {
    public var address: IPAddress
    public var port: UInt16
    public init(address: IPAddress, port: UInt16) { (self.address, self.port) = (address, port) }
}

public enum TransportProtocol: UInt8, Sendable {
    case tcp = 6, udp = 17
    public var name: String { self == .tcp ? "tcp" : "udp" }
}

/// A value for each direction of a flow: `forward` is from the originator, `reverse` from the responder.
public struct Directional<Value> {
    public var forward: Value
    public var reverse: Value
    public init(forward: Value, reverse: Value) { (self.forward, self.reverse) = (forward, reverse) }
}
extension Directional: Sendable where Value: Sendable {}
extension Directional: Equatable where Value: Equatable {}

/// Which side of a flow the phone under test is (DESIGN.md §4). Up is phone → network.
public enum PhoneSide: String, Sendable { case originator, responder, both, unknown }

/// The capture that a flow belongs to.
public struct CaptureIdentity: Hashable, Sendable {
    /// The name under which the user finds it: the path as given or found below a given folder; "-" for standard input.
    public var name: String
    /// SHA-256 over the SHA-256 digests of its files, 64 lower-case hex digits.
    public var id: String
    /// Decimal digits of a second that the file's time stamps have: 6 for microseconds, 9 for nanoseconds.
    public var timeDigits: Int
    public init(name: String, id: String, timeDigits: Int) { (self.name, self.id, self.timeDigits) = (name, id, timeDigits) }
}

/// One flow, complete, made once when it closes: the narrow waist of the program (DESIGN.md §2).
/// What is above makes these; what is below reads only these and `Burst`s. Field order is the order of every output.
public struct FlowRecord: Sendable {
    // Where it is
    public var capture: CaptureIdentity
    /// Number of the flow's first and last packet in the capture, from 1.
    public var firstFrame: Int
    public var lastFrame: Int
    public var originator: Endpoint
    public var responder: Endpoint
    public var transport: TransportProtocol
    /// The outermost VLAN identifier of the first packet.
    public var vlan: UInt16?
    /// Tunnel that the first packet came in, outermost first, such as "gre/6in4"; nil for none.
    public var tunnel: String?
    /// Which side is the phone. Flows with `.unknown` count in no metric and are shown.
    public var phone = PhoneSide.unknown
    /// The phone, as link-layer address or IP address text; nil when unknown.
    public var device: String?
    /// Link-layer address of the originator (48 bits, in the low bits) where the capture has one.
    public var originatorLinkAddress: UInt64?
    public var responderLinkAddress: UInt64?

    // How much
    /// Earliest and latest packet, nanoseconds since 1970-01-01T00:00:00Z.
    public var first: Int64
    public var last: Int64
    public var packets: Directional<Int>
    /// Octets of the innermost IP packets, from their headers: a short snapshot length does not change them.
    public var octets: Directional<Int>
    /// Of these, octets behind the IP headers and their extension headers, counted a packet; packets captured twice once. What the
    /// ledger divides.
    public var networkPayload = Directional(forward: 0, reverse: 0)
    /// Of these, TCP and UDP headers with their options, UDP's surplus area (RFC 9868) and the octets of TCP keep-alives.
    public var headers = Directional(forward: 0, reverse: 0)
    /// Transport payload octets, each TCP sequence number once.
    public var payload: Directional<Int>
    /// TCP payload octets that were seen before.
    public var resent: Directional<Int>
    /// Of these, octets whose content differs from the first sighting, as far as the first was still held.
    public var overlapConflict: Directional<Int>
    /// TCP octets inside the stream that the capture does not have.
    public var missing: Directional<Int>
    /// TCP segments that arrived behind a later one and brought octets not seen before.
    public var outOfOrder: Directional<Int>
    /// Packets that were captured twice.
    public var duplicatePackets = 0
    /// Their transport payload octets; UDP's are in `payload` too, as in every other tool.
    public var copied = Directional(forward: 0, reverse: 0)
    /// From the originator's SYN to the ACK of the responder's SYN, nanoseconds; nil when the capture lacks one of the
    /// three. As Wireshark's tcp.analysis.initial_rtt.
    public var handshakeRoundTrip: Int64?
    /// Zeek's conn_state (S0, S1, SF, REJ, …, OTH).
    public var state: String
    /// Zeek's history: what came, in order of its first coming.
    public var history = FlowHistory()

    // What
    /// Application protocol by content: "dns", "tls", "quic", "http", …; nil when unknown.
    public var service: String?
    /// Best name of the responder and who it is; nil until classified.
    public var destination: Destination?
    /// What the dissectors found, taken over whole when the flow closes. The properties below are its fields; who reads
    /// many records reads them here, where they are not copied.
    public internal(set) var facts = FlowFacts()

    // Who
    public var app: String?
    public var attribution: AttributionSource = .unattributed
    /// How sure the attribution is; nil where the whole capture was given to an app by its name or place.
    public var attributionConfidence: AttributionConfidence?
    /// Apps that the flow's labels name, sorted, where they contradict each other.
    public var appCandidates: [String] = []
    /// The phone's system sent it for itself; `app` then names the part of the system, if a label does.
    public var system: SystemTraffic?
    /// What the capture says of whose the flow's packets are; nil when it says so of no packet at all.
    public internal(set) var labels: [AppLabelShare]?
    /// Whom a file beside the capture names, or what it adds to the label.
    var mapped: Shared<AppLabel>?
    public var party: Party?
    /// The phase that all of the flow lies in; nil when markers tell none, or it lies in several.
    public var phase: Phase?
    /// Payload sizes: how many ADUs of each size class went each way (DESIGN.md §4).
    public var adus: Directional<PayloadSizeCounts>
    /// How these sizes were taken.
    public var payloadSizing = PayloadSizing.transport

    /// First 12 hex digits of the capture id, "-", number of the first packet.
    public var flowID: String { capture.id.prefix(12) + "-" + String(firstFrame) }
    /// Community ID v1 (github.com/corelight/community-id-spec).
    public var communityID: String {
        var text: [UInt8] = []
        appendCommunityID(to: &text)
        return String(decoding: text, as: UTF8.self)
    }
    /// Appends `communityID` as ASCII octets, without making a `String`.
    public func appendCommunityID(to text: inout [UInt8]) { CommunityID.v1(originator, responder, transport, to: &text) }
}

// What the handshakes, requests and answers of the flow said.
extension FlowRecord {
    /// Server name of the TLS or QUIC handshake (SNI, RFC 6066 §3), lower case, nothing else.
    public var serverName: String? {
        get { facts.serverName }
        set { facts.serverName = newValue }
    }
    /// Application protocols that the client offered (RFC 7301), in its order.
    public var alpn: [String] {
        get { facts.alpn }
        set { facts.alpn = newValue }
    }
    /// Negotiated version: "TLS 1.3", "QUIC v1", "HTTP/1.1", …
    public var version: String? {
        get { facts.version }
        set { facts.version = newValue }
    }
    /// The ClientHello carried Encrypted Client Hello: `serverName` is a cover name.
    public var encryptedClientHello: Bool {
        get { facts.hasEncryptedClientHello }
        set { facts.hasEncryptedClientHello = newValue }
    }
    /// The hello's server name is encrypted by ESNI, the draft before that: there is none in clear.
    public var encryptedServerName: Bool {
        get { facts.hasEncryptedServerName }
        set { facts.hasEncryptedServerName = newValue }
    }
    /// The TLS session is an earlier one, resumed.
    public var isResumed: Bool { facts.isResumed }
    /// The server's certificate, as far as it was in clear (TLS up to 1.2); not verified.
    public var certificate: X509Certificate? { facts.certificate?.value }
    /// The library that probably made the ClientHello: a hint.
    public var clientLibrary: ClientLibrary? { facts.clientLibrary?.value }
    /// The flow in which the QUIC connection began that goes on in this one, and the server name there.
    public var continuesFlow: String? { (hasDetails ? facts.rareDetails[0].continuesFrame : nil).map { capture.id.prefix(12) + "-" + String($0) } }
    public var connectionName: String? { hasDetails ? facts.rareDetails[0].connectionName : nil }
    /// What the rarer protocols told; nil for most flows.
    public var details: ProtocolDetails? { facts.rareDetails.first }
    // Single ones of these: all together are a dozen texts to retain.
    public var hasDetails: Bool { !facts.rareDetails.isEmpty }
    /// How the connection became TLS under way, such as "starttls"; nil when it did not.
    public var upgrade: String? { hasDetails ? facts.rareDetails[0].upgrade : nil }
    /// What a side calls itself; the server's before the client's.
    public var software: String? {
        guard hasDetails else { return nil }
        return facts.rareDetails[0].serverSoftware ?? facts.rareDetails[0].clientSoftware
    }
    /// Media of a call, both ways, or the handshake for it: no upload of what is on the phone.
    public var isCall: Bool { hasDetails ? facts.rareDetails[0].isCall : false }
    /// The connection over which the phone's system gets notices for all its apps, told by port, ALPN and server name.
    public var pushService: PushService? {
        guard facts.service == .tls else { return nil }
        switch responder.port {
        case 2197, 5223, 5228...5230: return PushService(serverName: serverName, alpn: alpn, port: responder.port)
        case 443 where facts.alpn.first?.hasPrefix("apns-") == true: return .apns
        default: return nil
        }
    }
    /// What was wrong with the octets of the flow's protocol.
    public var anomalies: [ProtocolAnomaly] { facts.anomalies.all }
    public var ja3: String? {
        get { facts.ja3 }
        set { facts.ja3 = newValue }
    }
    public var ja3s: String? {
        get { facts.ja3s }
        set { facts.ja3s = newValue }
    }
    public var ja4: String? {
        get { facts.ja4 }
        set { facts.ja4 = newValue }
    }
    public var userAgent: String? {
        get { facts.userAgent }
        set { facts.userAgent = newValue }
    }
    public var dnsQueries: [String] {
        get { facts.dnsQueries }
        set { facts.dnsQueries = newValue }
    }
    public var httpHosts: [String] {
        get { facts.httpHosts }
        set { facts.httpHosts = newValue }
    }
    /// HTTP/1 requests with their responses, in order, bounded.
    public var httpExchanges: [HTTPExchange] {
        get { facts.exchanges }
        set { facts.exchanges = newValue }
    }
    /// DNS queries over UDP with their responses, in order, bounded; only where exchanges are kept.
    public var dnsTransactions: [DNSTransaction] {
        get { facts.transactions }
        set { facts.transactions = newValue }
    }
    /// A name that a DNS answer to this device gave for the responder's address, before the flow began.
    public var dnsName: String? {
        get { facts.dnsName }
        set { facts.dnsName = newValue }
    }
    /// The chain of CNAMEs behind `dnsName`, in order.
    public var dnsAliases: [String] {
        get { facts.dnsAliases }
        set { facts.dnsAliases = newValue }
    }
}

extension FlowRecord {
    /// Whom most of the flow's labelled packets name, or a file beside the capture; nil when neither does.
    public var sender: AppLabel? { mapped?.value ?? labels?.first?.label }

    /// Names in clear beside TLS and HTTP: realms, greetings, what was asked of a proxy, and names of devices, which are
    /// private. In the order of how near they are to the destination.
    public var hostNames: [String] {
        guard hasDetails else { return [] }
        var names = facts.rareDetails[0].localNames
        if let name = facts.rareDetails[0].serverGreetingName { names.insert(name, at: 0) }
        if let name = facts.rareDetails[0].realm { names.insert(name, at: 0) }
        if let name = facts.rareDetails[0].requestedName { names.insert(name, at: 0) }
        return names
    }

    /// How a payload of no known protocol looks: octets looked at, the printable share of them, and the entropy of the longest
    /// piece as a share of what it could have. Nil when the protocol is known or there was no payload.
    public var payloadHint: PayloadHint? {
        guard service == nil, facts.sampled > 0 else { return nil }
        return PayloadHint(
            octets: Int(facts.sampled), printable: Double(facts.printable) / Double(facts.sampled),
            entropy: facts.entropyOctets > 0 ? Double(facts.entropy) / 1000 : nil)
    }
}

/// How the first octets of a flow look whose protocol is unknown.
public struct PayloadHint: Sendable, Equatable {
    /// Octets that were looked at, of both directions, 1 to 256.
    public var octets: Int
    /// Share of printable ASCII, 0 to 1.
    public var printable: Double
    /// Shannon's entropy of the longest piece, as a share of the most that so many octets can have, 0 to 1: near 1 for what is
    /// encrypted or packed; nil where no piece has 16 octets.
    public var entropy: Double?
}
