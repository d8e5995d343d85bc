// The inputs of METHOD.md's stage A: one record a burst.

/// What the person with the phone was doing (METHOD.md §1). All is foreground when nothing says otherwise.
public enum Phase: String, Sendable, CaseIterable, Hashable {
    case foreground, background, idle

    /// Its place among the phases.
    var order: Int { self == .foreground ? 0 : self == .background ? 1 : 2 }
}

/// Category as the metrics count it: METHOD.md §1's table of `destinations.tsv` categories.
public enum MetricCategory: String, Sendable, CaseIterable, Hashable {
    case analytics, advertising, crash, push, os, content, other, unknown
    case firstParty = "first_party"
}

/// One burst of one flow with its destination (METHOD.md §1, *Record*).
public struct UploadRecord: Sendable, Equatable {
    /// Seconds of exposure since the start of its phase.
    public var time: Double
    public var phase: Phase
    /// Owner; the registrable domain when no list has the name; AS or address block for a bare address.
    public var owner: String
    public var domain: String
    public var category: MetricCategory
    public var isFirstParty: Bool
    /// Country of the destination's network; "" when unknown.
    public var country: String
    /// Seat of the owner; "" when unknown.
    public var jurisdiction: String
    /// Unique payload octets, phone → network and back.
    public var up: Int
    public var down: Int
    public var clear: Bool
    /// Number of the flow in its capture, to tell bursts of one connection from connections; nil when not known. Nothing is counted by it.
    public var connection: Int?

    public init(time: Double, phase: Phase, owner: String, domain: String, category: MetricCategory, isFirstParty: Bool,
                country: String, jurisdiction: String, up: Int, down: Int, clear: Bool, connection: Int? = nil) {
        (self.time, self.phase, self.owner, self.domain, self.category) = (time, phase, owner, domain, category)
        (self.isFirstParty, self.country, self.jurisdiction) = (isFirstParty, country, jurisdiction)
        (self.up, self.down, self.clear, self.connection) = (up, down, clear, connection)
    }
}

/// One run of the protocol on one app, with every destination judged.
public struct ObservedCapture: Sendable {
    public var id: String
    /// Exposure in each phase, seconds.
    public var seconds: [Phase: Double]
    /// Marked events (key presses, …), seconds since the start of the foreground phase.
    public var events: [Double]
    /// What each of `events` was ("keypress", "copy", …); empty when not known.
    public var eventKinds: [String] = []
    /// Whom it talked to.
    var parties: [RemoteParty] = []
    var amounts: [ObservedAmount] = []
    var sizes: [CaptureProfile.SizeCount] = []
    /// Bursts in the background, and those in the foreground where events are marked; `destination` is a place in `parties`.
    var background: [CaptureProfile.TimedBurst] = []
    var foreground: [CaptureProfile.TimedBurst] = []

    /// A capture of single records.
    public init(id: String, seconds: [Phase: Double], records: [UploadRecord], events: [Double] = []) {
        (self.id, self.seconds, self.events) = (id, seconds, events)
        for record in records { add(record) }
    }

    /// Takes one more record.
    mutating func add(_ record: UploadRecord) {
        let begin = sizes.count
        if record.up > 0 { sizes.append(CaptureProfile.SizeCount(bin: UInt8(SizeDistribution.bin(of: record.up)), count: 1)) }
        amounts.append(ObservedAmount(
            phase: record.phase, cell: record.time.isFinite ? TimeCell.cell(of: record.time) : .max, party: parties.count, clear: record.clear,
            uploads: record.up > 0 ? 1 : 0, up: Double(record.up), down: Double(record.down), first: record.time,
            sizes: begin..<sizes.count))
        if record.time.isFinite {
            let burst = CaptureProfile.TimedBurst(destination: parties.count, time: record.time, up: record.up, connection: record.connection)
            if record.phase == .background { background.append(burst) } else if record.phase == .foreground { foreground.append(burst) }
        }
        parties.append(RemoteParty(record))
    }

    init(id: String, seconds: [Phase: Double], events: [Double]) { (self.id, self.seconds, self.events) = (id, seconds, events) }
}

/// What went to one party in one cell of a phase.
struct ObservedAmount: Sendable {
    var phase: Phase
    /// `TimeCell`; the largest number for a time that is none.
    var cell: Int32
    /// Place in `ObservedCapture.parties`.
    var party: Int
    var clear: Bool
    /// Bursts with an upload.
    var uploads: Int
    /// Octets.
    var up: Double
    var down: Double
    /// Of the earliest burst, seconds.
    var first: Double
    /// Places in `ObservedCapture.sizes`.
    var sizes: Range<Int>
}

extension RemoteParty {
    fileprivate init(_ record: UploadRecord) {
        self.init(
            owner: record.owner, domain: record.domain, category: record.category, isFirstParty: record.isFirstParty, country: record.country,
            jurisdiction: record.jurisdiction)
    }

    /// Counts for the app: neither the system's nor push traffic (METHOD.md §1).
    var isAttributable: Bool { category != .os && category != .push }
}

/// All captures of one app; the group (owner) is the unit of statistics.
public struct ObservedApp: Sendable {
    public var id: String
    public var group: String
    public var captures: [ObservedCapture]

    public init(id: String, group: String, captures: [ObservedCapture]) {
        (self.id, self.group, self.captures) = (id, group, captures)
    }
}

extension MetricCategory {
    /// Category of a catalogue row as the metrics count it (METHOD.md §1, table): categories named by their purpose keep
    /// it for first and third party alike. nil, "" and "unknown" are unknown; one that is not listed is other.
    public init(catalogueCategory category: String?, isFirstParty: Bool) {
        self =
            switch category ?? "" {
            case "analytics", "attribution", "customer-engagement", "feature-flags": .analytics
            case "advertising": .advertising
            case "crash-reporting": .crash
            case "push-messaging": .push
            case "os-platform", "time-connectivity-check", "dns-resolver", "certificate-status": .os
            case "content-cdn", "maps-location", "video-call": isFirstParty ? .firstParty : .content
            case "fraud-identity": .other
            case "social-sdk": isFirstParty ? .firstParty : .analytics
            case "", "unknown": isFirstParty ? .firstParty : .unknown
            default: isFirstParty ? .firstParty : .other
            }
    }
}
