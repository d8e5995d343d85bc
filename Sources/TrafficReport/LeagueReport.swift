import TrafficCore

/// Several apps against the same peers, side by side: verdicts and amounts, in the order of the apps' ids. There is no score: an app
/// that is above in one metric and below in another is both.
public struct LeagueReport: Sendable {
    public static let schemaName = "trafficscope.league"
    public static let schemaVersion = 1

    public let comparisons: [Comparison]
    let provenance: Provenance
    let reveal: Bool

    public init(comparisons: [Comparison], provenance: Provenance, reveal: Bool = false) {
        (self.comparisons, self.provenance, self.reveal) = (comparisons, provenance, reveal)
    }

    // MARK: Text

    /// For a terminal of `width` columns: a table of verdicts, then what is out of the peers' range, app by app.
    public func terminal(width: Int = 100, color: Bool = false) -> String {
        let width = max(60, min(width, 200))
        let rows = comparisons.map { comparison -> [String] in
            [
                comparison.subject.id, comparison.overall.rawValue, Self.clause(.analytics, comparison), Self.clause(.additional, comparison),
                String(comparison.metrics.count { $0.verdict == .above }), String(comparison.metrics.count { $0.verdict == .below }),
                String(comparison.novel.count { $0.isNovel }), String(comparison.groups), String(comparison.subjectCaptures),
            ]
        }
        var text = Terminal.table(
            [
                .init("app", maximum: 40), .init("overall"), .init("clause A"), .init("clause B"), .init("above", right: true),
                .init("below", right: true), .init("novel owners", right: true), .init("peer owners", right: true), .init("captures", right: true),
            ], rows, color: color)
        for comparison in comparisons {
            let outside = comparison.metrics.filter { $0.verdict == .above || $0.verdict == .below }
            guard !outside.isEmpty || comparison.primary != nil else { continue }
            text += "\n" + Terminal.styled(Escaping.terminal(comparison.subject.id), .bold, color: color) + "\n"
            if let primary = comparison.primary { text += "  " + Terminal.wrap(Escaping.terminal(primary.wording), to: width, indent: 2) + "\n" }
            for metric in outside {
                text += "  • " + Terminal.wrap(metric.name + ": " + Escaping.terminal(metric.wording), to: width, indent: 4) + "\n"
            }
        }
        return text + "\n" + Terminal.wrap(
            "Each app is judged by itself: among many ordinary apps some are called above (at most "
                + MetricText.p(2 * (comparisons.first?.options.alpha ?? 0.05)) + " each in clause A or B).", to: width) + "\n"
    }

    private static func clause(_ family: MetricFamily, _ comparison: Comparison) -> String {
        guard let result = comparison.families.first(where: { $0.family == family }) else { return "–" }
        return result.verdict.rawValue + (result.p.map { " (p " + MetricText.p($0) + ")" } ?? "")
    }

    // MARK: Data

    public func json() -> [UInt8] {
        var json = JSONWriter(pretty: true), redaction = Redaction(reveal: reveal)
        json.object { json in
            json.object("schema") { json in
                json.member("name", Self.schemaName)
                json.member("version", Self.schemaVersion)
            }
            provenance.write(to: &json, &redaction)
            json.array("subjects", of: comparisons) { json, comparison in
                json.object { json in
                    json.member("app", comparison.subject.id)
                    json.member("owner", comparison.subject.group)
                    json.member("overall", comparison.overall.rawValue)
                    json.member("wording", comparison.overallWording)
                    json.member("primary", orNull: comparison.primary?.verdict.rawValue)
                    json.object("families") { json in
                        for family in comparison.families {
                            json.object(family.family.rawValue) { json in
                                json.member("verdict", family.verdict.rawValue)
                                json.member("p", orNull: family.p)
                            }
                        }
                    }
                    json.member("groups", comparison.groups)
                    json.member("subject_captures", comparison.subjectCaptures)
                    json.member("fragile", comparison.isFragile)
                    json.array("metrics", of: comparison.metrics) { json, metric in
                        json.object { json in
                            json.member("name", metric.name)
                            json.member("value", orNull: metric.value)
                            json.member("verdict", metric.verdict.rawValue)
                            json.member("reason", orNull: metric.reason?.rawValue)
                            json.member("p_adjusted", orNull: metric.pAdjusted)
                            json.member("share_below_upper", orNull: metric.shareBelowUpper)
                            json.member("ratio", orNull: metric.ratio)
                        }
                    }
                    json.strings("novel_owners", comparison.novel.filter(\.isNovel).map { redaction.host($0.owner) })
                }
            }
        }
        return json.octets + [0x0a]
    }

    /// A row for each app and metric.
    public func csv() -> [UInt8] {
        var csv = CSV(columns: [
            "app", "owner", "overall", "metric", "unit", "family", "value", "peer_median", "verdict", "reason", "p_adjusted",
            "share_below_upper", "ratio", "ratio_low", "ratio_high", "wording",
        ])
        for comparison in comparisons {
            for metric in comparison.metrics {
                csv.row { row in
                    for text in [comparison.subject.id, comparison.subject.group, comparison.overall.rawValue, metric.name, metric.unit, metric.family.rawValue] {
                        row.cell(text)
                    }
                    row.cell(metric.value)
                    row.cell(metric.peerMedian)
                    row.cell(metric.verdict.rawValue)
                    row.cell(metric.reason?.rawValue)
                    for number in [metric.pAdjusted, metric.shareBelowUpper, metric.ratio, metric.ratioLow, metric.ratioHigh] { row.cell(number) }
                    row.cell(metric.wording)
                }
            }
        }
        return csv.octets
    }
}
