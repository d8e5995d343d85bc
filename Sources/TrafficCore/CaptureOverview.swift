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
    public var phoneReason = "no_flows"
    /// IP fragments whose octets were there already, and those of them that said something else or reached beyond the end.
    public var fragmentOverlaps = 0
    public var fragmentConflicts = 0
    /// Flows with something wrong in their protocol's octets, by the name of the anomaly.
    public var anomalies: [String: Int] = [:]
    /// Where checksums were asked for.
    public var checksums: ChecksumCounts?
    /// Packets that the capturing host says it lost (pcapng interface statistics), over all interfaces; nil when it says nothing.
    public var dropped: Int?
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
            whole.flows += part.flows
            whole.anomalies.merge(part.anomalies) { $0 + $1 }
            whole.synthetic = whole.synthetic ?? part.synthetic
            if whole.phone == nil { (whole.phone, whole.phoneReason) = (part.phone, part.phoneReason) }
        }
        return whole
    }

    /// Minutes observed cannot be told: a silence over 5 minutes or a step backwards of more than a second
    /// (DESIGN.md §4; smaller steps are the disorder of several capture queues).
    public var isTimeImplausible: Bool { longestGap > 300_000_000_000 || largestBackwardStep > 1_000_000_000 }

    /// Exposure in seconds: last − first packet; nil when `isTimeImplausible`.
    public var exposureSeconds: Double? {
        guard let first, let last, !isTimeImplausible else { return nil }
        return Double(last - first) / 1e9
    }
}
