/// What is known of one capture once it was read: everything that is not a flow.
public struct CaptureOverview: Sendable {
    public var identity: CaptureIdentity
    public var account = PacketAccount()
    /// Octets of the file.
    public var fileOctets: Int64 = 0
    /// SHA-256 of the file, 64 hex digits.
    public var fileSHA256 = ""
    /// "pcap" or "pcapng".
    public var format = ""
    /// Link type number of each interface, in order.
    public var linkTypes: [UInt16] = []
    /// Earliest and latest packet, nanoseconds since 1970; nil without packets.
    public var first: Int64?
    public var last: Int64?
    /// Longest silence between two packets in file order, nanoseconds.
    public var longestGap: Int64 = 0
    /// Largest step backwards between two packets in file order, nanoseconds (0 or positive).
    public var largestBackwardStep: Int64 = 0
    /// TLS, QUIC and HTTP flows begun, by device: link-layer address where the capture has one, else IP address
    /// (METHOD.md §1, phone).
    public var flowsOpened: [String: Int] = [:]
    /// The phone, and why: "given", "found", "ambiguous", "no_flows" (METHOD.md §8, choose_phone), or
    /// "connections": no TLS, QUIC or HTTP flow, but one device began at least 90 % of all others; shown, never measured.
    public var phone: String?
    /// "labels": the capture says whose packets are, so it was made on the phone, and these are its addresses.
    public var phoneReason = "no_flows"
    /// A phone was given, and no flow has it.
    var isPhoneAbsent = false
    /// IP payload that the phone sent in packets of no flow; nothing where no phone is known.
    public var outsideFlows = OctetsOutsideFlows.Sent()
    /// When the capture was running by its interface statistics, where they can be believed; nil: the packets alone tell.
    public var observed: ObservedSpan?
    /// Where its phases come from; nil when nothing tells any.
    public var marking: MarkingAccount?
    /// What the file holds beside its packets.
    public var notes = CaptureNotes()
    /// IP datagrams of which fragments came and that were never whole.
    public var unfinishedDatagrams = UnfinishedDatagrams()
    /// IP fragments whose octets were there already, and those of them that said something else or reached beyond the end.
    public var fragmentOverlaps = 0
    public var fragmentConflicts = 0
    /// Flows with something wrong in their protocol's octets, by the name of the anomaly.
    public var anomalies: [String: Int] = [:]
    /// Where checksums were asked for.
    public var checksums: ChecksumCounts?
    /// Packets that the capturing host says it lost (pcapng interface statistics), over all interfaces; nil when it says nothing.
    public var dropped: Int?
    /// Seconds of those observed in which the interface could not be captured (docs/live.md); nil for none.
    public var awaySeconds: Double?
    /// What made the packets, where no network did: a phone's VPN service writes packets of its own for the connections that
    /// it relays. Their sizes and names are true; resent, lost and reordered segments and round trips say nothing.
    public var synthetic: String?
    /// Flows closed early because a limit was reached.
    public var evictedFlows = 0
    public var flows = 0
    /// Damage that ended the reading early, in words; nil for a whole file.
    public var damage: String?
    /// The reading was stopped by the user; `damage` says after which packet.
    public var isStopped = false

    /// The capture that this file is a part of; nil when it is all of it.
    var joinedIdentity: CaptureIdentity?

    public init(identity: CaptureIdentity) { self.identity = identity }

    /// What came since `before`: the account and counts of one file among several.
    func since(_ before: CaptureOverview) -> CaptureOverview {
        var part = self
        part.account = account.since(before.account)
        part.flows -= before.flows
        part.unfinishedDatagrams = unfinishedDatagrams.since(before.unfinishedDatagrams)
        part.fragmentOverlaps -= before.fragmentOverlaps
        part.fragmentConflicts -= before.fragmentConflicts
        part.evictedFlows -= before.evictedFlows
        part.anomalies = anomalies.merging(before.anomalies) { $0 - $1 }.filter { $0.value != 0 }
        if let all = checksums, let earlier = before.checksums {
            part.checksums = ChecksumCounts(
                right: all.right - earlier.right, wrong: all.wrong - earlier.wrong, offloaded: all.offloaded - earlier.offloaded,
                unknown: all.unknown - earlier.unknown)
        }
        return part
    }

    /// One capture of several files, joined by time (DESIGN.md §4): its id is over the ids of the files.
    static func joined(_ parts: [CaptureOverview]) -> CaptureOverview {
        guard var whole = parts.first, parts.count > 1 else { return parts.first ?? CaptureOverview(identity: CaptureIdentity(name: "", id: "", timeDigits: 6)) }
        if let identity = whole.joinedIdentity { whole.identity = identity }
        whole.identity.name += " and \(parts.count - 1) more"
        for part in parts.dropFirst() {
            whole.first = [whole.first, part.first].compactMap { $0 }.min()
            whole.last = [whole.last, part.last].compactMap { $0 }.max()
            whole.longestGap = max(whole.longestGap, part.longestGap)
            whole.largestBackwardStep = max(whole.largestBackwardStep, part.largestBackwardStep)
            whole.flowsOpened.merge(part.flowsOpened) { $0 + $1 }
            whole.outsideFlows.add(part.outsideFlows)
            whole.flows += part.flows
            whole.anomalies.merge(part.anomalies) { $0 + $1 }
            if let one = whole.observed, let other = part.observed {
                whole.observed = ObservedSpan(start: min(one.start, other.start), end: max(one.end, other.end))
            } else {
                whole.observed = nil
            }
            whole.synthetic = whole.synthetic ?? part.synthetic
            if whole.phone == nil { (whole.phone, whole.phoneReason) = (part.phone, part.phoneReason) }
        }
        return whole
    }

    /// Minutes observed cannot be told: a silence over 5 minutes or a step backwards of more than a second
    /// (DESIGN.md §4; smaller steps are the disorder of several capture queues). Statistics say that a silence was observed;
    /// a clock that was set makes their times as doubtful as the packets'.
    public var isTimeImplausible: Bool { (longestGap > 300_000_000_000 && observed == nil) || isClockSet }

    private var isClockSet: Bool { largestBackwardStep > 1_000_000_000 }

    /// Exposure in seconds: by interface statistics, else last − first packet; nil when `isTimeImplausible`.
    public var exposureSeconds: Double? {
        guard let first, let last, !isTimeImplausible else { return nil }
        return observed?.seconds ?? Double(last - first) / 1e9
    }

    /// What tells the exposure: "interface_statistics", "packets", or nil when nothing does.
    public var exposureSource: String? { exposureSeconds == nil ? nil : observed == nil ? "packets" : "interface_statistics" }

    /// Where observation begins and ends: by interface statistics, else with the first and last packet.
    public var span: ObservedSpan? {
        guard let first, let last else { return nil }
        return isClockSet ? ObservedSpan(start: first, end: last) : observed ?? ObservedSpan(start: first, end: last)
    }
}

/// What a capture file says beside its packets: counts, and the markers among its packet comments.
public struct CaptureNotes: Sendable, Equatable {
    /// Packet comments.
    public var comments = 0
    /// In the order of the packets, at most `markerLimit` of them.
    public var markers: [CommentMarker] = []
    /// Blocks and octets of session secrets by kind (`CaptureSecrets.Kind.name`).
    public var secrets: [String: SecretsCount] = [:]
    public var secretsLeftOut = 0
    public var processes = 0
    public var apps = 0

    static var markerLimit: Int { 65_536 }

    public init() {}

    public var isEmpty: Bool { comments == 0 && secrets.isEmpty && secretsLeftOut == 0 && processes == 0 && apps == 0 }

    mutating func take(_ evidence: CaptureEvidence) {
        for block in evidence.secrets {
            secrets[block.kind.name, default: SecretsCount()].blocks += 1
            secrets[block.kind.name, default: SecretsCount()].octets += block.octets.count
        }
        (secretsLeftOut, processes, apps) = (evidence.secretsLeftOut, evidence.processes.count, evidence.apps.count)
    }

    public struct SecretsCount: Sendable, Equatable {
        public var blocks = 0
        public var octets = 0
        public init() {}
    }
}

/// IP datagrams of which fragments came and that were never whole, by why they were given up.
public struct UnfinishedDatagrams: Sendable, Equatable {
    /// The rest did not come within 60 s (RFC 8200 §4.5).
    public var timedOut = 0
    /// The limit of memory was reached.
    public var evicted = 0
    /// The capture ended.
    public var open = 0

    public var total: Int { timedOut + evicted + open }

    func since(_ before: UnfinishedDatagrams) -> UnfinishedDatagrams {
        UnfinishedDatagrams(timedOut: timedOut - before.timedOut, evicted: evicted - before.evicted, open: open - before.open)
    }
}
