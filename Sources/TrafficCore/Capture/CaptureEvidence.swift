/// Session secrets that a capture file brings along (pcapng §4.7, Decryption Secrets Block).
public struct CaptureSecrets: Sendable, Equatable {
    /// The format of the octets; assigned by the specification, each is four letters.
    public struct Kind: RawRepresentable, Hashable, Sendable {
        public var rawValue: UInt32
        public init(rawValue: UInt32) { self.rawValue = rawValue }
        public static let tlsKeyLog = Kind(rawValue: 0x544c_534b)
        public static let sshKeyLog = Kind(rawValue: 0x5353_484b)
        public static let wireGuardKeyLog = Kind(rawValue: 0x5747_4b4c)
        public static let zigbeeNetworkKey = Kind(rawValue: 0x5a4e_574b)
        public static let zigbeeApplicationKey = Kind(rawValue: 0x5a41_5053)
        public static let opcUAKeyLog = Kind(rawValue: 0x5541_4b4c)

        /// A stable name: "tls_key_log", or "secrets_0x…".
        public var name: String {
            switch self {
            case .tlsKeyLog: "tls_key_log"
            case .sshKeyLog: "ssh_key_log"
            case .wireGuardKeyLog: "wireguard_key_log"
            case .zigbeeNetworkKey: "zigbee_network_key"
            case .zigbeeApplicationKey: "zigbee_application_key"
            case .opcUAKeyLog: "opcua_key_log"
            default: "secrets_" + hexadecimal(Int64(rawValue))
            }
        }
    }
    public var kind: Kind
    public var octets: [UInt8]
    /// Number of the file's section that they stand in, from 0; they may come behind the packets that they open.
    public var section: Int
    /// Packets before the block.
    public var packetsBefore: Int
}

/// A process of the capturing system (Apple's Process Information Block, type 0x80000001).
public struct CaptureProcess: Sendable, Equatable {
    public var identifier: UInt32
    public var name: String?
    public var path: String?
    /// 16 octets; empty when the file does not say.
    public var uuid: [UInt8] = []
    public var section = 0
}

/// An app of the capturing phone (PCAPdroid's custom block): what packet comments `u-UID` refer to.
public struct CaptureApp: Sendable, Equatable {
    /// PCAPdroid's private enterprise number (IANA).
    static var enterprise: UInt32 { 62652 }
    /// Android's; -1 is nobody's.
    public var uid: Int32
    public var package: String
    public var name: String
    public var section = 0
}

/// What the capturing host counted at one interface (pcapng §4.6). Counts go from the start of the capture; later blocks of an
/// interface go on.
public struct InterfaceStatistics: Sendable, Equatable {
    /// When capturing began and ended, nanoseconds since 1970 by the interface's clock.
    public var start: Int64?
    public var end: Int64?
    /// Packets: received, lost by the interface, passed by the filter, lost by the system, handed to the program.
    public var received: UInt64?
    public var lostByInterface: UInt64?
    public var accepted: UInt64?
    public var lostBySystem: UInt64?
    public var delivered: UInt64?

    /// Packets lost; nil when neither count is there.
    var lost: UInt64? {
        guard lostByInterface != nil || lostBySystem != nil else { return nil }
        let sum = (lostByInterface ?? 0).addingReportingOverflow(lostBySystem ?? 0)
        return sum.overflow ? .max : sum.partialValue
    }

    /// Packets that the program that captured got to write; nil when no count says so.
    var written: UInt64? {
        if let delivered { return delivered }
        guard let passed = accepted ?? received else { return nil }
        let lost = lost ?? 0
        return passed > lost ? passed - lost : 0
    }

    /// Takes what a later block of the same interface says.
    mutating func update(_ later: InterfaceStatistics) {
        start = later.start ?? start
        end = later.end ?? end
        received = later.received ?? received
        lostByInterface = later.lostByInterface ?? lostByInterface
        accepted = later.accepted ?? accepted
        lostBySystem = later.lostBySystem ?? lostBySystem
        delivered = later.delivered ?? delivered
    }
}

/// When a capture was running, whether or not there was a packet; nanoseconds since 1970.
public struct ObservedSpan: Sendable, Equatable {
    public var start: Int64
    public var end: Int64
    public init(start: Int64, end: Int64) { (self.start, self.end) = (start, end) }
    public var seconds: Double {
        let length = end.subtractingReportingOverflow(start)
        return length.overflow ? .infinity : Double(length.partialValue) / 1e9
    }
}

/// What a capture file holds beside its packets, in bounded memory. Packets may refer to what comes later.
public struct CaptureEvidence: Sendable {
    /// In order of appearance. Blocks beyond `secretsLimit` octets in all are left out, and counted.
    public private(set) var secrets: [CaptureSecrets] = []
    public private(set) var secretsLeftOut = 0
    /// In order of appearance; a packet refers to one by its number in the section (`PacketOptions.process`).
    public private(set) var processes: [CaptureProcess] = []
    public private(set) var apps: [CaptureApp] = []
    /// By index of the interface in `CaptureFile.interfaces`.
    public private(set) var statistics: [Int: InterfaceStatistics] = [:]
    private var secretOctets = 0
    private var textOctets = 0

    /// Octets of all secrets, and of all names and paths; entries of each other list.
    static var secretsLimit: Int { 16 << 20 }
    static var textLimit: Int { 4 << 20 }
    static var entryLimit: Int { 65_536 }
    /// What one block of secrets costs beside its octets.
    private static var secretsCost: Int { 64 }

    mutating func add(_ new: CaptureSecrets) {
        let cost = new.octets.count + Self.secretsCost
        guard secretOctets + cost <= Self.secretsLimit else {
            secretsLeftOut += 1
            return
        }
        secretOctets += cost
        secrets.append(new)
    }

    /// A block of secrets that was too large to be held.
    mutating func leaveOutSecrets() { secretsLeftOut += 1 }

    /// Beyond the limit of text it keeps its place and its number, and loses its names.
    mutating func add(_ new: CaptureProcess) {
        guard processes.count < Self.entryLimit else { return }
        var process = new
        let cost = (process.name?.utf8.count ?? 0) + (process.path?.utf8.count ?? 0)
        if textOctets + cost > Self.textLimit { (process.name, process.path) = (nil, nil) } else { textOctets += cost }
        processes.append(process)
    }

    mutating func add(_ new: CaptureApp) {
        let cost = new.package.utf8.count + new.name.utf8.count
        guard apps.count < Self.entryLimit, textOctets + cost <= Self.textLimit else { return }
        textOctets += cost
        apps.append(new)
    }

    mutating func add(_ new: InterfaceStatistics, ofInterface number: Int) {
        guard statistics[number] != nil || statistics.count < Self.entryLimit else { return }
        statistics[number, default: InterfaceStatistics()].update(new)
    }

    /// Packets that the capturing host says it lost, over all interfaces; nil when no statistics say so.
    var dropped: Int? {
        var sum: UInt64?
        for entry in statistics.values {
            guard let lost = entry.lost else { continue }
            let next = (sum ?? 0).addingReportingOverflow(lost)
            sum = next.overflow ? .max : next.partialValue
        }
        return sum.map { Int(clamping: $0) }
    }

    /// From the first interface's start to the last one's end, as the statistics of all interfaces tell it.
    ///
    /// nil where they do not, where they contradict the packets (some writers count in another unit than the packets do), and
    /// where the file has less than 95 % of what was written: then somebody took packets out of it, and the statistics are of
    /// another capture. A few packets that were still in the capturing system's buffer at the end are counted and not there.
    ///
    /// - Parameters:
    ///   - interfaces: that the file describes.
    ///   - packets: that it has.
    ///   - first, last: their earliest and latest time.
    func observed(interfaces: Int, packets: Int, first: Int64, last: Int64) -> ObservedSpan? {
        guard interfaces > 0, statistics.count == interfaces else { return nil }
        var span = ObservedSpan(start: .max, end: .min), written: UInt64 = 0
        for entry in statistics.values {
            guard let start = entry.start, let end = entry.end else { return nil }
            (span.start, span.end) = (min(span.start, start), max(span.end, end))
            let sum = written.addingReportingOverflow(entry.written ?? 0)
            written = sum.overflow ? .max : sum.partialValue
        }
        guard span.start <= first, span.end >= last, span.seconds <= Self.longestCapture else { return nil }
        return Double(packets) >= Double(written) * 0.95 ? span : nil
    }

    /// Seconds: ten years.
    private static var longestCapture: Double { 315_576_000 }
}

/// Holds what a file has told so far.
final class GatheredEvidence {
    var evidence = CaptureEvidence()
    /// Markers that stand in interface statistics: between packets.
    private(set) var markers: [CommentMarker] = []
    /// Time has passed without a packet since the one before.
    private(set) var hasTime = false
    private var time: Int64 = .min
    /// Nanoseconds in which nothing could be captured, but for those since `awaySince`.
    private var away: Int64 = 0, awaySince: Int64?

    /// What comments of an interface statistics block say, which was written at `time` (docs/live.md): that time passed, that the interface
    /// was away, or a marker.
    func take(_ comments: [String], at time: Int64) {
        for comment in comments {
            if comment == PcapngBlocks.idleComment {
                (hasTime, self.time) = (true, max(self.time, time))
            } else if comment == PcapngBlocks.awayComment {
                awaySince = awaySince ?? time
            } else if comment == PcapngBlocks.backComment {
                away = awayTime(until: time)
                awaySince = nil
            } else if markers.count < CaptureNotes.markerLimit, let text = CommentMarker.text(comment) {
                markers.append(CommentMarker(time: time, text: text))
            }
        }
    }

    /// Seconds in which nothing could be captured, never more than were observed; nil for none.
    /// - Parameter observed: ends what the interface did not come back from.
    func awaySeconds(in observed: ObservedSpan?) -> Double? {
        let time = Double(observed.map { awayTime(until: $0.end) } ?? away) / 1e9
        return time > 0 ? min(time, observed?.seconds ?? .infinity) : nil
    }

    private func awayTime(until time: Int64) -> Int64 {
        guard let awaySince else { return away }
        let (length, isOver) = time.subtractingReportingOverflow(awaySince)
        let (sum, isTooLong) = away.addingReportingOverflow(isOver ? .max : max(0, length))
        return isTooLong ? .max : sum
    }

    /// nil when none has passed.
    func takeTime() -> Int64? {
        guard hasTime else { return nil }
        defer { (hasTime, time) = (false, .min) }
        return time
    }
}
