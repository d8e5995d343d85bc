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

/// One run of the protocol on one app.
public struct ObservedCapture: Sendable {
    public var id: String
    /// Exposure in each phase, seconds.
    public var seconds: [Phase: Double]
    public var records: [UploadRecord]
    /// Marked events (key presses, …), seconds since the start of the foreground phase.
    public var events: [Double]
    /// What each of `events` was ("keypress", "copy", …); empty when not known.
    public var eventKinds: [String] = []

    public init(id: String, seconds: [Phase: Double], records: [UploadRecord], events: [Double] = []) {
        (self.id, self.seconds, self.records, self.events) = (id, seconds, records, events)
    }

    init(id: String, seconds: [Phase: Double], records: [UploadRecord], marks: [(seconds: Double, kind: String)]) {
        self.init(id: id, seconds: seconds, records: records, events: marks.map(\.seconds))
        eventKinds = marks.map(\.kind)
    }
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
