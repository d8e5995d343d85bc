import TrafficCore

/// How values of a metric are written for people.
enum MetricText {
    static func value(_ value: Double?, _ unit: String, name: String) -> String {
        guard let value, value.isFinite else { return "–" }
        switch unit {
        case "B/min": return Quantity.octets(Int(min(value, 9e15).rounded())) + "/min"
        case "1": return isShare(name) ? Quantity.percent(value) : Quantity.significant(value)
        default:
            let text = Quantity.significant(value)
            if text == "1", unit.hasSuffix("s") { return "1 " + unit.dropLast() }
            return unit.hasPrefix("1/") ? text + " " + unit.dropFirst() : text + " " + unit
        }
    }

    /// Of unit 1 all are shares but the ratio of upload to download.
    static func isShare(_ name: String) -> Bool { name != "upload_download_ratio" }

    /// A value on an axis: the unit stands elsewhere.
    static func tick(_ value: Double, _ unit: String, name: String) -> String {
        switch unit {
        case "B/min": Quantity.octets(Int(min(value, 9e15).rounded()))
        case "1": isShare(name) ? Quantity.percent(value) : Quantity.significant(value)
        default: Quantity.significant(value)
        }
    }

    /// The metric in ordinary words; its name with spaces when there are none.
    static func plain(_ name: String) -> String { plainNames[name] ?? String(name.map { $0 == "_" ? " " : $0 }) }

    private static let plainNames: [String: String] = [
        "analytics_bytes_up_per_min": "Upload to analytics",
        "analytics_share_of_bytes_up": "Share of upload that goes to analytics",
        "tracker_requests_per_min": "Messages to trackers",
        "third_party_owner_count": "Other companies contacted",
        "background_bytes_up_per_min": "Upload in the background",
        "unexplained_bytes_up_per_min": "Upload to destinations no list knows",
        "novel_destination_bytes_up_per_min": "Upload to companies no peer contacts",
        "large_upload_bursts_per_min": "Large uploads (64 KiB and more)",
        "payload_size_w1_to_peers": "Difference of upload sizes from peers",
        "cleartext_share_of_bytes_up": "Share of upload in clear text",
        "event_locked_upload_excess": "Uploads that follow events",
        "beaconing_destination_count": "Companies contacted at regular intervals",
        "advertising_bytes_up_per_min": "Upload to advertising",
        "crash_bytes_up_per_min": "Upload to crash reporting",
        "tracker_share_of_bytes_up": "Share of upload that goes to trackers",
        "tracker_domain_count": "Tracker domains",
        "first_party_bytes_up_per_min": "Upload to the app’s own company",
        "upload_download_ratio": "Upload in relation to download",
        "background_tracker_bytes_up_per_min": "Upload to trackers in the background",
        "background_share_of_upload_rate": "Background’s share of the upload rate",
        "background_active_minute_share": "Background minutes with any upload",
        "idle_bytes_up_per_min": "Upload while the phone is idle",
        "unexplained_share_of_bytes_up": "Share of upload to destinations no list knows",
        "novel_destination_share_of_bytes_up": "Share of upload to companies no peer contacts",
        "cleartext_bytes_up_per_min": "Upload in clear text",
        "destination_country_entropy": "Spread of the upload over countries",
        "watch_country_share_of_bytes_up": "Share of upload to watched countries",
        "third_party_analytics_bytes_up_per_min": "Upload to other companies’ analytics",
        "third_party_analytics_share_of_bytes_up": "Share of upload to other companies’ analytics",
    ]

    static func p(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "–" }
        return value < 0.001 ? "<0.001" : Quantity.fixed(value, 3)
    }

    /// What the beats of a periodic destination are.
    static func beats(_ beats: PeriodicDestination.Beats?) -> String {
        switch beats {
        case .connections: "connections"
        case .withinConnection: "inside one connection"
        case .mixed: "both"
        case nil: "–"
        }
    }

    static func ratio(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "–" }
        return value > 9999 ? ">9999×" : Quantity.significant(value, digits: 2) + "×"
    }


    static func reason(_ reason: InsufficiencyReason) -> String {
        switch reason {
        case .tooFewPeers: "too few peers"
        case .notMeasured: "not measured"
        case .notDecided: "not decided"
        }
    }
}
