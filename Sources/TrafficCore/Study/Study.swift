/// A study: which app is asked about, against which peers, on what captures (DESIGN.md §1, §6). Made from `study.yaml`.
public struct Study: Sendable {
    public struct Device: Sendable, Equatable {
        public var id: String
        public var platform: String?
        public var os: String?
        /// Where it is, as the user writes it.
        public var region: String?
        public var addresses: [PhoneAddress] = []
        /// By how much the device's clock is ahead of the captures', where the study says so.
        public var clock: ClockOffset?
    }

    /// One run of the protocol on one app.
    public struct Capture: Sendable {
        /// Below the study's folder, as written.
        public var files: [String]
        public var app: String
        public var version: String?
        /// Where the phone was; absent: the device's.
        public var region: String?
        public var device: String?
        /// A file of markers.
        public var markers: String?
        /// Stretches of phases, or one phase for all of the capture (open at both ends).
        public var phases: [PhaseTimeline.Interval] = []
        /// Seconds observed, where the person knows better than the packets tell.
        public var exposure: [Phase: Double] = [:]
        /// Line of the study file, for messages.
        public var line: Int
    }

    /// What is known of a capture beside its packets.
    public struct Details: Sendable, Equatable {
        public var version: String?
        public var platform: String?
        public var system: String?
        public var region: String?
        public init(version: String?, platform: String?, system: String?, region: String?) {
            (self.version, self.platform, self.system, self.region) = (version, platform, system, region)
        }
    }

    public var name: String?
    /// App ids, in the file's order.
    public var subjects: [String] = []
    public var baseline: [String] = []
    /// The one metric named before looking.
    public var ask: String?
    public var seed: UInt64?
    /// Seconds at the beginning of each stretch of background and idle that count in no phase.
    public var settle = 0.0
    /// Seconds east of Greenwich that the times of markers without a zone are in.
    public var markerZone: Int?
    public var apps: [AppIdentity] = []
    /// What people call the apps, by id.
    public var labels: [String: String] = [:]
    public var devices: [Device] = []
    public var captures: [Capture] = []
    /// Files of destinations that come before the built-in list.
    public var lists: [String] = []
    /// Things that do not stop the study but that its author should know, "study.yaml:12: …".
    public var notes: [String] = []

    /// The app of that id; one without an owner when the study does not describe it.
    public func app(_ id: String) -> AppIdentity { apps.first { $0.id == id } ?? AppIdentity(id: id) }
}
