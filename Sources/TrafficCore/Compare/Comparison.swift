// What METHOD.md §3 answers: plain values, made by `Comparison.init(subject:…)`, rendered by TrafficReport.

public enum Verdict: String, Sendable { case above, below, within, insufficient }

/// Why a verdict is `insufficient` (METHOD.md §3.6).
public enum InsufficiencyReason: String, Sendable {
    case tooFewPeers = "too_few_peers", notMeasured = "not_measured", notDecided = "not_decided"
}

public enum MetricFamily: String, Sendable, CaseIterable { case analytics, additional, exploratory }

/// One metric of the subject against the peers. Fields are nil where METHOD.md's reference gives none.
public struct MetricResult: Sendable {
    public var name: String
    public var unit: String
    public var family: MetricFamily
    public var verdict: Verdict
    public var reason: InsufficiencyReason?
    /// The subject's value; nil is missing, which is not zero.
    public var value: Double?
    /// Median of the group means.
    public var peerMedian: Double?
    /// 5 and 95 % of the group means (type 7, METHOD.md §8): the band that nine in ten peer owners lie in.
    public var peerLow: Double?
    public var peerHigh: Double?
    public var isLead = false
    /// Raw and family-wise p-values (medians over draws); `pAdjustedLow` only for metrics that report a low value.
    public var p: Double?
    public var pAdjusted: Double?
    public var pAdjustedLow: Double?
    /// 0…100.
    public var percentile: Double?
    public var shareBelowUpper: Double?
    public var shareAtOrBelowLower: Double?
    public var detectableRatio: Double?
    public var leadP: Double?
    /// Offset ratio to the peer median with its 90 % interval (METHOD.md §3.8).
    public var ratio: Double?
    public var ratioLow: Double?
    public var ratioHigh: Double?
    public var isAtMostKappa: Bool?
    /// Peer owners lower than the subject, a mean over draws; of `peersMeasured`.
    public var below: Double?
    public var peersMeasured: Double?
    /// Every peer app's own value (all its captures), by group, then app.
    public var peers: [PeerValue] = []
    /// The sentence of METHOD.md §4, filled in.
    public var wording = ""

    public init(name: String, unit: String, family: MetricFamily, verdict: Verdict) {
        (self.name, self.unit, self.family, self.verdict) = (name, unit, family, verdict)
    }
}

public struct PeerValue: Sendable, Equatable {
    public var app: String
    public var group: String
    public var value: Double?
    public init(app: String, group: String, value: Double?) { (self.app, self.group, self.value) = (app, group, value) }
}

/// A family of metrics (METHOD.md §3.4, §3.6).
public struct FamilyResult: Sendable {
    public var family: MetricFamily
    public var verdict: Verdict
    /// Usable metrics, of all in the family.
    public var tested: Int
    public var of: Int
    public var p: Double?
    public var shareBelowUpper: Double?
    public var mostUnusual: String?
    public init(family: MetricFamily, verdict: Verdict, tested: Int, of: Int) {
        (self.family, self.verdict, self.tested, self.of) = (family, verdict, tested, of)
    }
}

/// The one question named before looking (METHOD.md §3.12).
public struct PrimaryResult: Sendable {
    public var metric: String
    public var verdict: Verdict
    public var reason: InsufficiencyReason?
    public var value: Double?
    public var peerMedian: Double?
    public var p: Double?
    public var pLow: Double?
    public var detectableRatio: Double?
    public var wording = ""
    public init(metric: String, verdict: Verdict) { (self.metric, self.verdict) = (metric, verdict) }
}

/// An owner that the subject contacts and no app of another group does (METHOD.md §2, *Novel owner*), or a destination
/// that no list knows.
public struct NovelDestination: Sendable, Equatable {
    public var owner: String
    public var domains: [String]
    /// Unique payload octets up and down, inside the common windows.
    public var up: Int
    public var down: Int
    public var phases: [Phase]
    /// Seconds of exposure at first contact.
    public var firstTime: Double
    public var isUnknown: Bool
    /// No app of another group contacts it.
    public var isNovel: Bool
    public init(owner: String, domains: [String], up: Int, down: Int, phases: [Phase], firstTime: Double, isUnknown: Bool, isNovel: Bool) {
        (self.owner, self.domains, self.up, self.down, self.phases) = (owner, domains, up, down, phases)
        (self.firstTime, self.isUnknown, self.isNovel) = (firstTime, isUnknown, isNovel)
    }
}

/// One app of the cohort as it was used.
public struct CohortMember: Sendable {
    public var id: String
    public var group: String
    public var captures: Int
    /// nil when used; else why it was set aside, in words.
    public var setAside: String?
    public init(id: String, group: String, captures: Int, setAside: String? = nil) {
        (self.id, self.group, self.captures, self.setAside) = (id, group, captures, setAside)
    }
}

/// The whole answer to "like many other apps, or anything additional?".
public struct Comparison: Sendable {
    public var subject: CohortMember
    public var peers: [CohortMember]
    /// Common windows, whole seconds, by phase; a phase without one was not compared.
    public var windows: [Phase: Int]
    public var overall: Verdict
    /// METHOD.md §4's overall sentence.
    public var overallWording: String
    /// Every metric in the order of METHOD.md §2.
    public var metrics: [MetricResult]
    public var families: [FamilyResult]
    public var primary: PrimaryResult?
    /// Independent peer owners left, and captures used per app.
    public var groups: Int
    public var capturesUsed: Int
    public var subjectCaptures: Int
    public var smallestP: Double
    public var isFragile: Bool
    public var hasShortWindow: Bool
    public var shortPhases: [Phase]
    public var hasFewCaptures: Bool
    /// Sentences of METHOD.md §4 that go with the verdict: short_window, few_captures, leads, sensitivity, always.
    public var remarks: [String]
    /// Set-aside captures and apps, merged ones, in words, sorted.
    public var notes: [String]
    /// Novel and unknown destinations of the subject, most octets up first (METHOD.md §3.11).
    public var novel: [NovelDestination]
    /// Owners that every used peer app contacts and the subject does not, sorted.
    public var missingOwners: [String]
    /// Owners that the subject contacts at regular intervals in the background, by name (METHOD.md §3.11).
    public var periodic: [PeriodicDestination] = []
    /// Events were tested in a capture whose markers' clock is not known well enough (METHOD.md §5).
    public var hasDoubtfulEvents = false
    /// Uploads after the subject's marked events, by kind of event: shown, not tested.
    public var eventKinds: [EventKindUploads] = []
    /// How large uploads are, and each phase beside the peers': shown, not tested.
    public var sizes = SizeCurves()
    public var phases: [PhaseComparison] = []
    public var options: ComparisonOptions
    /// What else the answer could have been; nil where it was not asked.
    public var sensitivity: Sensitivity?
    /// What it does and few peers do; nil where it was not asked.
    public var ranking: NoveltyRanking?
}

/// Parameters of METHOD.md §3; the defaults are its.
public struct ComparisonOptions: Sendable, Equatable {
    public var alpha = 0.05
    public var many = 0.90
    public var minimumGroups = 5
    public var draws = 200
    public var bootstrapReplicates = 1000
    public var kappa = 3.0
    public var seed: UInt64 = 20_200_710
    public var scaleFloor = 0.5
    /// The one metric named before looking.
    public var ask: String?
    /// Countries of `watch_country_share_of_bytes_up`, ISO 3166-1 alpha-2.
    public var watchedCountries: [String] = []
    public init() {}
}
