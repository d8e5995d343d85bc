// The metrics that a list of connections allows (docs/connections.md): shares of connections and counts of distinct things,
// for the runs' length is not known and no octet is counted. Two of them are METHOD.md's own and have its names.

/// Position of a metric in `ConnectionMetrics.metrics`.
enum ConnectionMetricID: Int, CaseIterable {
    case analyticsShareOfConnections
    case trackerShareOfConnections
    case thirdPartyOwnerCount
    case unexplainedShareOfConnections
    case novelDestinationShareOfConnections
    case novelOwnerCount
    case trackerDomainCount
    case analyticsConnectionCount
    case trackerConnectionCount
    case advertisingShareOfConnections
    case crashShareOfConnections
    case firstPartyShareOfConnections
    case thirdPartyAnalyticsShareOfConnections
    case ownerCountryCount
    case ownerCountryEntropy
    case watchCountryShareOfConnections
    case unnamedShareOfConnections
    case quicShareOfConnections
}

public enum ConnectionMetrics {
    /// Every metric in the order of docs/connections.md.
    public static let metrics: [Metric] = [
        share(.analyticsShareOfConnections, "analytics_share_of_connections", "N(analytics)/N", .analytics, "2",
            "collect analytics data, free of app size", .a),
        share(.trackerShareOfConnections, "tracker_share_of_connections", "N(trackers)/N", .analytics, "2",
            "collect analytics data, free of app size", .a),
        count(.thirdPartyOwnerCount, "third_party_owner_count", "owners", "distinct owners not first-party", .analytics, "2",
            "like many other apps", .a),
        share(.unexplainedShareOfConnections, "unexplained_share_of_connections", "N(unknown)/N", .additional, "",
            "anything additional", .b),
        share(.novelDestinationShareOfConnections, "novel_destination_share_of_connections", "N to novel owners / N", .additional, "",
            "anything additional", .b),
        count(.novelOwnerCount, "novel_owner_count", "owners", "distinct novel owners", .additional, "", "anything additional", .b),
        count(.trackerDomainCount, "tracker_domain_count", "domains", "distinct tracker domains", .exploratory, "2",
            "collect analytics data", .a),
        count(.analyticsConnectionCount, "analytics_connection_count", "connections", "N(analytics), a run", .exploratory, "2",
            "collect analytics data", .a),
        count(.trackerConnectionCount, "tracker_connection_count", "connections", "N(trackers), a run", .exploratory, "2",
            "collect analytics data", .a),
        share(.advertisingShareOfConnections, "advertising_share_of_connections", "N(advertising)/N", .exploratory, "2",
            "collect analytics data, other category", .a),
        share(.crashShareOfConnections, "crash_share_of_connections", "N(crash)/N", .exploratory, "", "collect analytics data", .a),
        share(.firstPartyShareOfConnections, "first_party_share_of_connections", "N(first-party)/N", .exploratory, "2",
            "siphoning hidden in own traffic", .b),
        share(.thirdPartyAnalyticsShareOfConnections, "third_party_analytics_share_of_connections", "N(analytics, third party)/N",
            .exploratory, "2", "collect analytics data, without own log hosts", .a),
        count(.ownerCountryCount, "owner_country_count", "countries", "distinct seats of owners", .exploratory, "",
            "where data goes", .b),
        row(.ownerCountryEntropy, "owner_country_entropy", "bit", "entropy of N by seat of the owner", 0.5, .exploratory, "", 0.5,
            "where data goes", .b),
        share(.watchCountryShareOfConnections, "watch_country_share_of_connections", "N to owners seated in watched countries / N",
            .exploratory, "", "Chinese-owned", .b),
        share(.unnamedShareOfConnections, "unnamed_share_of_connections", "N without a server name / N", .exploratory, "",
            "anything additional", .b),
        share(.quicShareOfConnections, "quic_share_of_connections", "N over QUIC / N of known transport", .exploratory, "",
            "noteworthy shape", .b),
    ]

    public static var names: [String] { metrics.map(\.name) }

    /// One connection in twenty counts as nothing: in a run of twenty a single one is as much.
    private static let shareOffset = 0.05
    /// A share of fewer connections says nothing.
    static let connectionsForShare = 5.0

    private static func share(
        _ id: ConnectionMetricID, _ name: String, _ formula: String, _ family: MetricFamily, _ sides: String, _ bearsOn: String,
        _ clause: Clause
    ) -> Metric {
        row(id, name, "1", formula, shareOffset, family, sides, connectionsForShare, bearsOn, clause)
    }

    /// A count in a run; the app's value is the mean over its runs.
    private static func count(
        _ id: ConnectionMetricID, _ name: String, _ unit: String, _ formula: String, _ family: MetricFamily, _ sides: String,
        _ bearsOn: String, _ clause: Clause
    ) -> Metric {
        row(id, name, unit, formula, 1, family, sides, 0.5, bearsOn, clause)
    }

    private static func row(
        _ id: ConnectionMetricID, _ name: String, _ unit: String, _ formula: String, _ offset: Double, _ family: MetricFamily,
        _ sides: String, _ smallestDenominator: Double, _ bearsOn: String, _ clause: Clause
    ) -> Metric {
        Metric(position: id.rawValue, name: name, unit: unit, formula: formula, offset: offset, family: family,
               isTwoSided: sides == "2", smallestDenominator: smallestDenominator, phase: nil, bearsOn: bearsOn, clause: clause)
    }
}
