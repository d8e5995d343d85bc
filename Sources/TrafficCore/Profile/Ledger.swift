/// What could be read of what the phone sent: all its uploaded IP payload, split by why it could be read or not (DESIGN.md §4).
///
/// `octets` is counted by packet, from the lengths in IP headers alone. Each class is counted by itself, from counters of its own:
/// none is what the others leave over, so `classified` equals `octets` only if every octet was counted exactly once. What each
/// class holds is in docs/ledger.md.
public struct Ledger: Sendable, Equatable {
    /// Where an octet of the upload belongs, in the order of every report. The names are API.
    public enum Class: String, CaseIterable, Sendable {
        /// Payload of protocols in clear: HTTP, DNS, mail, text of an unknown protocol, …
        case readable
        /// TLS and DTLS, their handshakes included.
        case tls = "tls_without_key"
        /// QUIC, its handshakes included.
        case quic = "quic_without_key"
        /// Decrypted, and then of no known form. Nothing is decrypted yet.
        case decryptedOpaque = "decrypted_opaque"
        /// Protocols that encrypt in a way of their own, and calls: SSH, WhatsApp, RTP with its STUN, …
        case otherEncryption = "other_encryption"
        /// Of no known protocol, and no text.
        case unrecognised
        /// WireGuard, OpenVPN and IPsec: what is inside, and whose, cannot be told.
        case tunnel
        /// Packets of other protocols than TCP and UDP: ICMP, SCTP, …
        case otherTransport = "other_transport"
        /// Fragments without the rest of their datagram, and packets whose transport header is cut or wrong.
        case undecoded
        /// Headers of TCP and UDP.
        case headers
        /// TCP payload that was sent before.
        case resent

        /// As it stands in tables and sentences.
        public var title: String {
            switch self {
            case .readable: "readable"
            case .tls: "TLS without key"
            case .quic: "QUIC without key"
            case .decryptedOpaque: "decrypted but opaque"
            case .otherEncryption: "other encryption and calls"
            case .unrecognised: "unrecognised"
            case .tunnel: "opaque tunnels"
            case .otherTransport: "other transport"
            case .undecoded: "undecoded packets"
            case .headers: "TCP and UDP headers"
            case .resent: "sent again"
            }
        }

        /// Octets in which anything may be said that nobody on the way can read. Headers and what was sent again are not: they were
        /// understood, or are counted where they were first sent.
        public var isHidden: Bool {
            switch self {
            case .readable, .headers, .resent: false
            default: true
            }
        }
    }

    /// Why the destination of a flow has no name.
    public enum Nameless: String, CaseIterable, Sendable {
        /// The handshake encrypts the name: at most a cover name shows (Encrypted Client Hello, or ESNI before it).
        case ech
        /// There is only an address, and the phone resolves names in secret (DNS over TLS, QUIC or HTTPS).
        case encryptedDNS = "encrypted_dns"
        /// A TLS, DTLS or QUIC flow whose hello has no server name, or was not captured.
        case noSNI = "no_sni"
        /// There is only an address, and the protocol has no place for a name.
        case other
    }

    /// One class.
    public struct Row: Sendable, Equatable {
        /// Octets of the upload.
        public internal(set) var octets = 0
        /// Of these, octets that belong to no app.
        public internal(set) var unattributed = 0
        /// Of these, octets of flows whose destination has no name, by why; in the order of `Nameless`.
        fileprivate var nameless = [Int](repeating: 0, count: Nameless.allCases.count)

        /// Octets of flows whose destination has no name for this reason.
        public subscript(_ reason: Nameless) -> Int { nameless[reason.place] }
        /// Octets of flows whose destination has no name, for whatever reason.
        public var unnamed: Int { nameless.reduce(0) { $0.saturatingSum($1) } }
    }

    /// Uploaded octets of IP payload, counted by packet: 100 %.
    public internal(set) var octets = 0
    /// Beside these: TCP octets that the phone sent and the capture does not have, by their sequence numbers. No packet holds them.
    public internal(set) var missing = 0
    /// Beside these: transport payload of packets that were captured twice. Each was sent once, and is counted once.
    public internal(set) var capturedTwice = 0
    private var rows = [Row](repeating: Row(), count: Class.allCases.count)

    public init() {}

    public subscript(_ kind: Class) -> Row { rows[kind.place] }

    /// The sum of all classes: equal to `octets`, or the program is wrong.
    public var classified: Int { rows.reduce(0) { $0.saturatingSum($1.octets) } }
    public var isBalanced: Bool { classified == octets }
    /// Octets that belong to no app, over all classes.
    public var unattributed: Int { rows.reduce(0) { $0.saturatingSum($1.unattributed) } }
    /// Octets of flows whose destination has no name, over all classes.
    public var unnamed: Int { rows.reduce(0) { $0.saturatingSum($1.unnamed) } }
    public func unnamed(_ reason: Nameless) -> Int { rows.reduce(0) { $0.saturatingSum($1[reason]) } }

    /// Share of the upload that could be read, 0…1; nil without an upload.
    public var readableShare: Double? { share(of: self[.readable].octets) }
    /// `part` as a share of the upload, 0…1; nil without an upload.
    public func share(of part: Int) -> Double? { octets > 0 ? min(1, Double(part) / Double(octets)) : nil }

    /// For sentences that say that something was not seen: "in the 3 % of the upload that could be read".
    public var quote: String {
        guard octets > 0 else { return "where no upload of a known phone was captured" }
        let share = Finding.percent(self[.readable].octets, of: octets)
            .replacingPrefix("under", by: "less than").replacingPrefix("over", by: "more than")
        return "in the " + share + " of the upload that could be read"
    }

    /// The same for what names and addresses tell, which most encrypted connections show too.
    public var quoteWithNames: String { quote + ", nor among the names and addresses of the rest" }

    // MARK: Storing

    /// Every counter in a fixed order: what `init(counters:)` takes.
    var counters: [Int] {
        [octets, missing, capturedTwice] + rows.flatMap { [$0.octets, $0.unattributed] + $0.nameless }
    }

    /// nil when the counters are not as many as `counters` gives, or one is negative.
    init?(counters: [Int]) {
        let width = 2 + Nameless.allCases.count
        guard counters.count == 3 + rows.count * width, counters.allSatisfy({ $0 >= 0 }) else { return nil }
        (octets, missing, capturedTwice) = (counters[0], counters[1], counters[2])
        for place in rows.indices {
            let begin = 3 + place * width
            rows[place].octets = counters[begin]
            rows[place].unattributed = counters[begin + 1]
            rows[place].nameless = Array(counters[begin + 2..<begin + width])
        }
    }

    // MARK: Counting

    /// Counts what the phone sent in a flow.
    mutating func add(_ record: borrowing FlowRecord) {
        if record.phone == .originator || record.phone == .both { add(record) { $0.forward } }
        if record.phone == .responder || record.phone == .both { add(record) { $0.reverse } }
    }

    private mutating func add(_ record: borrowing FlowRecord, _ side: (Directional<Int>) -> Int) {
        let nameless = record.nameless
        octets.addSaturating(side(record.networkPayload))
        missing.addSaturating(side(record.missing))
        let copied = side(record.copied)
        capturedTwice.addSaturating(copied)
        add(side(record.headers), to: .headers, nameless)
        add(side(record.resent), to: .resent, nameless)
        // What a datagram's copy brought is in the flow's payload; of TCP it never was.
        add(record.transport == .udp ? max(0, side(record.payload) - copied) : side(record.payload), to: record.ledgerClass, nameless)
    }

    private mutating func add(_ part: Int, to kind: Class, _ nameless: Nameless?) {
        rows[kind.place].octets.addSaturating(part)
        if let nameless { rows[kind.place].nameless[nameless.place].addSaturating(part) }
    }

    /// Counts packets of no flow; they belong to no app.
    mutating func add(_ sent: OctetsOutsideFlows.Sent) {
        octets.addSaturating(sent.octets)
        for (kind, part) in [(Class.otherTransport, sent.otherTransport), (.tunnel, sent.tunnel), (.undecoded, sent.undecoded)] {
            rows[kind.place].octets.addSaturating(part)
            rows[kind.place].unattributed.addSaturating(part)
        }
    }

    /// - Parameter isUnattributed: what `other` counts belongs to no app.
    mutating func add(_ other: Ledger, isUnattributed: Bool = false) {
        octets.addSaturating(other.octets)
        missing.addSaturating(other.missing)
        capturedTwice.addSaturating(other.capturedTwice)
        for (place, row) in other.rows.enumerated() {
            rows[place].octets.addSaturating(row.octets)
            rows[place].unattributed.addSaturating(isUnattributed ? row.octets : row.unattributed)
            for (reason, part) in row.nameless.enumerated() { rows[place].nameless[reason].addSaturating(part) }
        }
    }

    /// The phone resolved names in secret: that is why flows of an address alone have no name.
    mutating func blameEncryptedDNS() {
        for place in rows.indices {
            for reason in [Nameless.noSNI, .other] {
                rows[place].nameless[Nameless.encryptedDNS.place].addSaturating(rows[place].nameless[reason.place])
                rows[place].nameless[reason.place] = 0
            }
        }
    }
}

extension CaseIterable where Self: Equatable, AllCases == [Self] {
    /// Place among all cases, from 0.
    fileprivate var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension Int {
    fileprivate func saturatingSum(_ other: Int) -> Int {
        var sum = self
        sum.addSaturating(other)
        return sum
    }
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String, by other: String) -> String {
        hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
    }
}

/// The ledgers of one capture under way, an app each: only at its end it is known whether the phone resolved names in secret.
struct CaptureLedgers: Sendable {
    private var ledgers: [Int: Ledger] = [:]
    private var hidesNames = false

    /// - Parameter app: any number that stands for the flow's app.
    mutating func add(_ record: borrowing FlowRecord, app: Int) {
        if record.phone != .unknown, record.encryptedDNS != nil { hidesNames = true }
        ledgers[app, default: Ledger()].add(record)
    }

    /// Ends the capture: the ledgers of its apps, in any order.
    mutating func close() -> [(app: Int, ledger: Ledger)] {
        var closed: [(app: Int, ledger: Ledger)] = []
        for (app, ledger) in ledgers {
            var ledger = ledger
            if hidesNames { ledger.blameEncryptedDNS() }
            closed.append((app, ledger))
        }
        (ledgers, hidesNames) = ([:], false)
        return closed
    }
}
