import TrafficCore

/// What is shown of a live capture at one moment: for the terminal, for the page and as an event. Identifiers are redacted unless
/// `reveal`.
public struct LiveReport: Sendable {
    public let picture: LivePicture
    public let setting: Setting
    /// The app against the cohort by now, where there is one.
    public let comparison: Comparison?
    /// Why there is none yet.
    public let comparisonNote: String?
    let rates: Rates
    /// What happened, oldest first: the interface, markers, the disk.
    let said: [String]
    let redaction: Redaction

    /// What stays the same while it is captured.
    public struct Setting: Sendable {
        public var interface: String
        public var filter: String?
        /// Name of the cohort that is compared with.
        public var cohort: String?
        /// When it began, nanoseconds since 1970.
        public var start: Int64
        public var reveal: Bool
        /// Where the page is, if there is one; told on the terminal alone.
        public var page: String?

        public init(interface: String, filter: String?, cohort: String?, start: Int64, reveal: Bool) {
            (self.interface, self.filter, self.cohort, self.start, self.reveal) = (interface, filter, cohort, start, reveal)
        }
    }

    /// Per second, over the time since the picture before.
    struct Rates: Sendable {
        var packets = 0.0
        var octets = 0.0

        init(_ picture: LivePicture, since before: LivePicture?, start: Int64) {
            let seconds = Double(picture.time - (before?.time ?? start)) / 1e9
            guard seconds > 0 else { return }
            packets = Double(picture.packets - (before?.packets ?? 0)) / seconds
            octets = Double(picture.octets - (before?.octets ?? 0)) / seconds
        }
    }

    /// - Parameter before: the picture that was shown before, for rates.
    public init(
        _ picture: LivePicture, since before: LivePicture?, setting: Setting, comparison: Comparison? = nil, comparisonNote: String? = nil, said: [String] = []
    ) {
        (self.picture, self.setting, self.comparison, self.comparisonNote, self.said) = (picture, setting, comparison, comparisonNote, said)
        rates = Rates(picture, since: before, start: setting.start)
        redaction = Redaction(reveal: setting.reveal)
    }

    /// Seconds since it began.
    var seconds: Double { max(0, Double(picture.time - setting.start) / 1e9) }

    /// Which device is the phone, for people.
    var phoneText: String {
        var redaction = redaction
        guard let phone = picture.overview.phone else {
            return picture.overview.phoneReason == "ambiguous" ? "several devices: name one with --phone" : "not known yet"
        }
        return redaction.device(phone) + (picture.overview.phoneReason == "given" ? "" : " (" + Self.words(picture.overview.phoneReason) + ")")
    }

    private static func words(_ reason: String) -> String {
        switch reason {
        case "found": "opens the connections"
        case "connections": "begins what there is"
        case "labels": "made the capture"
        default: reason
        }
    }

    /// Metrics that can be compared by now: those out of the peers' range first, then the rest in their order.
    var metrics: [MetricResult] {
        guard let comparison else { return [] }
        let told = comparison.metrics.filter { $0.value != nil }
        return told.filter { $0.verdict == .above || $0.verdict == .below } + told.filter { $0.verdict != .above && $0.verdict != .below }
    }

    func name(_ destination: DestinationSummary) -> String { redaction.host(destination.name, registrableDomain: destination.registrableDomain) }

    // MARK: Data

    /// One object: `{"event":"status", …}`, without a line break. With apps, newest destinations and metrics where it is `full`.
    public func status(full: Bool) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("event", "status")
            json.member("t", nanoseconds: picture.time, digits: 3)
            json.member("seconds", (seconds * 1000).rounded() / 1000)
            json.member("interface", setting.interface)
            json.member("packets", picture.packets)
            json.member("octets", picture.octets)
            json.member("packets_per_second", rates.packets.rounded())
            json.member("octets_per_second", rates.octets.rounded())
            json.object("lost") { json in
                json.member("kernel", Int(clamping: picture.counted.lostBySystem ?? 0))
                json.member("interface", Int(clamping: picture.counted.lostByInterface ?? 0))
                json.member("analysis", picture.dropped)
            }
            json.member("flows", picture.overview.flows + picture.openFlows)
            json.member("open_flows", picture.openFlows)
            json.member("up", picture.summary.total.up)
            json.member("down", picture.summary.total.down)
            json.member("phone", phoneText)
            json.member("phone_reason", picture.overview.phoneReason)
            json.member("markers", picture.markers.count)
            json.strings("files", picture.files.suffix(1))
            if full { writeDetails(to: &json) }
        }
        return json.octets
    }

    private func writeDetails(to json: inout JSONWriter) {
        json.array("apps", of: picture.summary.apps.filter { $0.sum.flows > 0 || $0.unknownPhone.flows > 0 }.prefix(50)) { json, app in
            json.object { json in
                json.member("app", app.title)
                json.member("flows", app.sum.flows)
                json.member("up", app.sum.up)
                json.member("down", app.sum.down)
                json.member("destinations", app.destinations.count)
            }
        }
        json.array("newest", of: picture.newest(60)) { json, contact in
            json.object { json in write(contact, to: &json) }
        }
        json.member("cohort", ifKnown: setting.cohort)
        json.member("comparison_note", ifKnown: comparisonNote)
        if let comparison { json.object("comparison") { Self.write(comparison, metrics: metrics, to: &$0) } }
        json.array("marked", of: picture.markers.suffix(40)) { json, marker in
            json.object { json in
                json.member("t", nanoseconds: marker.time, digits: 3)
                json.member("event", marker.event)
                json.member("note", ifKnown: marker.note)
            }
        }
        json.strings("said", said.suffix(20))
    }

    private func write(_ contact: LivePicture.Contact, to json: inout JSONWriter) {
        let destination = contact.destination
        json.member("app", contact.app.title)
        json.member("destination", name(destination))
        json.member("owner", ifKnown: destination.owner)
        json.member("category", ifKnown: destination.category)
        json.member("party", ifKnown: destination.party?.rawValue)
        json.strings("countries", destination.countries)
        json.member("owner_country", ifKnown: destination.ownerCountry)
        json.member("first", nanoseconds: destination.sum.first, digits: 3)
        json.member("flows", destination.sum.flows)
        json.member("up", destination.sum.up)
        json.member("down", destination.sum.down)
    }

    /// A destination that was not there before.
    public func event(_ contact: LivePicture.Contact) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("event", "destination")
            write(contact, to: &json)
        }
        return json.octets
    }

    /// The app against the cohort, where that is known by now.
    public func comparisonEvent() -> [UInt8]? {
        guard let comparison else { return nil }
        var json = JSONWriter()
        json.object { json in
            json.member("event", "comparison")
            json.member("t", nanoseconds: picture.time, digits: 3)
            json.member("cohort", ifKnown: setting.cohort)
            Self.write(comparison, metrics: metrics, to: &json)
        }
        return json.octets
    }

    private static func write(_ comparison: Comparison, metrics: [MetricResult], to json: inout JSONWriter) {
        json.member("overall", comparison.overall.rawValue)
        json.member("wording", comparison.overallWording)
        json.member("peer_owners", comparison.groups)
        json.array("metrics", of: metrics) { json, metric in
            json.object { json in
                json.member("name", metric.name)
                json.member("plain", MetricText.plain(metric.name))
                json.member("value", orNull: metric.value)
                json.member("unit", metric.unit)
                json.member("text", MetricText.value(metric.value, metric.unit, name: metric.name))
                json.member("peer_median", orNull: metric.peerMedian)
                json.member("peer_median_text", MetricText.value(metric.peerMedian, metric.unit, name: metric.name))
                json.member("peer_5_percent", orNull: metric.peerLow)
                json.member("peer_95_percent", orNull: metric.peerHigh)
                json.member("verdict", metric.verdict.rawValue)
                json.member("p", orNull: metric.p)
            }
        }
    }
}
