// The metrics of METHOD.md §2, in its order. Stage A fills them, stage B decides on them, `metrics` prints them.

/// Position of a metric in METHOD.md §2's table, and its name there. Arrays over metrics are indexed by `rawValue`.
public enum MetricID: Int, Sendable, CaseIterable, Hashable {
    case analyticsBytesUpPerMinute
    case analyticsShareOfBytesUp
    case trackerRequestsPerMinute
    case thirdPartyOwnerCount
    case backgroundBytesUpPerMinute
    case unexplainedBytesUpPerMinute
    case novelDestinationBytesUpPerMinute
    case largeUploadBurstsPerMinute
    case payloadSizeW1ToPeers
    case cleartextShareOfBytesUp
    case eventLockedUploadExcess
    case beaconingDestinationCount
    case advertisingBytesUpPerMinute
    case crashBytesUpPerMinute
    case trackerShareOfBytesUp
    case trackerDomainCount
    case firstPartyBytesUpPerMinute
    case uploadDownloadRatio
    case backgroundTrackerBytesUpPerMinute
    case backgroundShareOfUploadRate
    case backgroundActiveMinuteShare
    case idleBytesUpPerMinute
    case unexplainedShareOfBytesUp
    case novelDestinationShareOfBytesUp
    case cleartextBytesUpPerMinute
    case destinationCountryEntropy
    case watchCountryShareOfBytesUp
    case thirdPartyAnalyticsBytesUpPerMinute
    case thirdPartyAnalyticsShareOfBytesUp

    /// Name, unit, offset and all else that METHOD.md §2 says of the metric.
    public var definition: Metric { MetricCatalog.metrics[rawValue] }

    /// The metric of this name; nil when METHOD.md has none.
    public init?(name: String) {
        guard let index = MetricCatalog.metrics.firstIndex(where: { $0.name == name }) else { return nil }
        self.init(rawValue: index)
    }
}

/// A clause of the claim under test (METHOD.md, introduction).
public enum Clause: String, Sendable {
    /// "they do collect analytics data like many other apps"
    case a = "A"
    /// "not showing any indicators of siphoning up anything additional or noteworthy"
    case b = "B"
}

/// One row of METHOD.md §2's table. The value of an app over a set of captures is the sum of the numerators over the
/// sum of the denominators.
public struct Metric: Sendable {
    /// Its place among the metrics of its input; for METHOD.md's the `rawValue` of their `MetricID`. Arrays over metrics are
    /// indexed by it.
    public var position: Int
    public var name: String
    /// "1" for a share or ratio.
    public var unit: String
    /// U attributable octets up, M minutes of the common windows.
    public var formula: String
    /// What counts as nothing: c in y = log2(1 + x/c), in the metric's unit.
    public var offset: Double
    public var family: MetricFamily
    /// A low value is reported too.
    public var isTwoSided: Bool
    /// Smallest sum of denominators that gives a value. nil for a metric per minute: it must be measured in at least
    /// half of the captures in use, whatever the window.
    public var smallestDenominator: Double?
    /// The phase it is measured in; nil for all common phases.
    public var phase: Phase?
    /// The words of the claim that it bears on.
    public var bearsOn: String
    /// The clause of the claim that those words belong to.
    public var clause: Clause
}

/// The metrics of METHOD.md §2.
public enum MetricCatalog {
    /// Every metric in the order of METHOD.md §2, by `MetricID.rawValue`.
    public static let metrics: [Metric] = [
        row(.analyticsBytesUpPerMinute, "analytics_bytes_up_per_min", "B/min", "U(analytics)/M", 100, .analytics, "2",
            nil, "collect analytics data", .a),
        row(.analyticsShareOfBytesUp, "analytics_share_of_bytes_up", "1", "U(analytics)/U", 0.01, .analytics, "2", 1000,
            "collect analytics data, free of app size", .a),
        row(.trackerRequestsPerMinute, "tracker_requests_per_min", "1/min", "tracker records with up > 0 / M", 0.1,
            .analytics, "2", nil, "collect analytics data, number not bytes", .a),
        row(.thirdPartyOwnerCount, "third_party_owner_count", "owners", "distinct owners not first-party", 1, .analytics,
            "2", 0.5, "like many other apps", .a),
        row(.backgroundBytesUpPerMinute, "background_bytes_up_per_min", "B/min", "U in background / M(background)", 100,
            .additional, "", nil, "while running in the background", .b, .background),
        row(.unexplainedBytesUpPerMinute, "unexplained_bytes_up_per_min", "B/min", "U(unknown)/M", 100, .additional, "",
            nil, "anything additional", .b),
        row(.novelDestinationBytesUpPerMinute, "novel_destination_bytes_up_per_min", "B/min", "U to novel owners / M", 100,
            .additional, "", nil, "anything additional", .b),
        row(.largeUploadBurstsPerMinute, "large_upload_bursts_per_min", "1/min", "records with up >= 65536 / M", 0.05,
            .additional, "", nil, "pictures they share", .b),
        row(.payloadSizeW1ToPeers, "payload_size_w1_to_peers", "log2 B", "W1 of burst sizes to pooled peers", 0.25,
            .additional, "", 0.5, "noteworthy shape", .b),
        row(.cleartextShareOfBytesUp, "cleartext_share_of_bytes_up", "1", "U(clear)/U", 0.01, .additional, "", 1000,
            "security not worse", .b),
        row(.eventLockedUploadExcess, "event_locked_upload_excess", "log2/event",
            "max(0, excess of uploads after events)", 0.25, .additional, "", 0.5, "keystrokes, clipboard", .b, .foreground),
        row(.beaconingDestinationCount, "beaconing_destination_count", "destinations", "owners periodic in background", 1,
            .additional, "", 0.5, "regular reporting", .b, .background),
        row(.advertisingBytesUpPerMinute, "advertising_bytes_up_per_min", "B/min", "U(advertising)/M", 100, .exploratory,
            "2", nil, "collect analytics data, other category", .a),
        row(.crashBytesUpPerMinute, "crash_bytes_up_per_min", "B/min", "U(crash)/M", 100, .exploratory, "", nil,
            "collect analytics data", .a),
        row(.trackerShareOfBytesUp, "tracker_share_of_bytes_up", "1", "U(trackers)/U", 0.01, .exploratory, "2", 1000,
            "collect analytics data", .a),
        row(.trackerDomainCount, "tracker_domain_count", "domains", "distinct tracker domains", 1, .exploratory, "2", 0.5,
            "collect analytics data", .a),
        row(.firstPartyBytesUpPerMinute, "first_party_bytes_up_per_min", "B/min", "U(first-party)/M", 1000, .exploratory,
            "2", nil, "siphoning hidden in own traffic", .b),
        row(.uploadDownloadRatio, "upload_download_ratio", "1", "U / bytes down (at least 1000 B)", 0.05, .exploratory, "",
            1000, "siphoning", .b),
        row(.backgroundTrackerBytesUpPerMinute, "background_tracker_bytes_up_per_min", "B/min",
            "U(trackers, background)/M(background)", 100, .exploratory, "", nil, "while running in the background", .b,
            .background),
        row(.backgroundShareOfUploadRate, "background_share_of_upload_rate", "1", "rate_bg/(rate_bg + rate_fg)", 0.01,
            .exploratory, "", 1, "while running in the background", .b, .background),
        row(.backgroundActiveMinuteShare, "background_active_minute_share", "1",
            "background minutes with any up / M(background)", 0.05, .exploratory, "", 0.5,
            "while running in the background", .b, .background),
        row(.idleBytesUpPerMinute, "idle_bytes_up_per_min", "B/min", "U(idle)/M(idle)", 100, .exploratory, "", nil,
            "while running in the background", .b, .idle),
        row(.unexplainedShareOfBytesUp, "unexplained_share_of_bytes_up", "1", "U(unknown)/U", 0.01, .exploratory, "", 1000,
            "anything additional", .b),
        row(.novelDestinationShareOfBytesUp, "novel_destination_share_of_bytes_up", "1", "U(novel)/U", 0.01, .exploratory,
            "", 1000, "anything additional", .b),
        row(.cleartextBytesUpPerMinute, "cleartext_bytes_up_per_min", "B/min", "U(clear)/M", 100, .exploratory, "", nil,
            "security not worse", .b),
        row(.destinationCountryEntropy, "destination_country_entropy", "bit", "entropy of U by country", 0.5, .exploratory,
            "", 0.5, "where data goes", .b),
        row(.watchCountryShareOfBytesUp, "watch_country_share_of_bytes_up", "1", "U to the watched countries / U", 0.01,
            .exploratory, "", 1000, "Chinese-owned", .b),
        row(.thirdPartyAnalyticsBytesUpPerMinute, "third_party_analytics_bytes_up_per_min", "B/min",
            "U(analytics, third party)/M", 100, .exploratory, "2", nil, "collect analytics data, without own log hosts",
            .a),
        row(.thirdPartyAnalyticsShareOfBytesUp, "third_party_analytics_share_of_bytes_up", "1",
            "U(analytics, third party)/U", 0.01, .exploratory, "2", 1000, "collect analytics data, without own log hosts",
            .a),
    ]

    /// Names of all metrics in METHOD.md §2's order.
    public static var names: [String] { metrics.map(\.name) }

    private static func row(
        _ id: MetricID, _ name: String, _ unit: String, _ formula: String, _ offset: Double, _ family: MetricFamily,
        _ sides: String, _ smallestDenominator: Double?, _ bearsOn: String, _ clause: Clause, _ phase: Phase? = nil
    ) -> Metric {
        Metric(position: id.rawValue, name: name, unit: unit, formula: formula, offset: offset, family: family, isTwoSided: sides == "2",
               smallestDenominator: smallestDenominator, phase: phase, bearsOn: bearsOn, clause: clause)
    }
}
