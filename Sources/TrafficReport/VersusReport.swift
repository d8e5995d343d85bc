import TrafficCore

/// Two sets of captures of one app against each other, as text, JSON and CSV.
public struct VersusReport: Sendable {
    public static let schemaName = "trafficscope.versus"
    public static let schemaVersion = 1

    public let app: String
    public let versus: VersusComparison
    let provenance: Provenance
    let reveal: Bool

    public init(app: String, versus: VersusComparison, provenance: Provenance, reveal: Bool = false) {
        (self.app, self.versus, self.provenance, self.reveal) = (app, versus, provenance, reveal)
    }

    /// What the numbers cannot say.
    var limits: [String] {
        var limits = [
            "Captures made at other times or with another account differ for other reasons too: make them in turn, with the same protocol.",
            "A difference in amounts and destinations is none in content.",
        ]
        if versus.smallestP > versus.alpha {
            limits.insert(
                "No difference can be shown with \(versus.firstCaptures) and \(versus.secondCaptures) captures: the smallest p is \(MetricText.p(versus.smallestP)). Four of each are the least.", at: 0)
        }
        return limits
    }

    public func terminal(width: Int = 100, color: Bool = false) -> String {
        let width = max(60, min(width, 200))
        var text = Terminal.styled(Escaping.terminal(app), .bold, color: color) + ": " + Escaping.terminal(versus.firstName) + " ("
            + Quantity.count(versus.firstCaptures, "capture") + ") against " + Escaping.terminal(versus.secondName) + " ("
            + Quantity.count(versus.secondCaptures, "capture") + ")\n\n"
        let different = versus.rows.filter { $0.difference == .higher || $0.difference == .lower }
        text += different.isEmpty ? "No metric differs by more than chance explains.\n" : different.map { "• " + Terminal.wrap(Escaping.terminal($0.wording), to: width, indent: 2) + "\n" }.joined()
        let windows = Phase.allCases.compactMap { phase in versus.windows[phase].map { phase.rawValue + " " + String($0) + " s" } }
        text += "\ncommon windows: " + (windows.isEmpty ? "none" : windows.joined(separator: ", ")) + "; smallest attainable p " + MetricText.p(versus.smallestP) + "\n\n"
        text += Terminal.table(
            [
                .init("metric", maximum: 40), .init("first", right: true), .init("second", right: true), .init("ratio", right: true),
                .init("90 %", right: true), .init("p", right: true), .init("difference"),
            ],
            versus.rows.map { row in
                let interval = row.ratioLow.flatMap { low in row.ratioHigh.map { MetricText.ratio(low) + "–" + MetricText.ratio($0) } }
                return [
                    row.metric, MetricText.value(row.value, row.unit, name: row.metric), MetricText.value(row.other, row.unit, name: row.metric),
                    MetricText.ratio(row.ratio), interval ?? "–", MetricText.p(row.pAdjusted), row.difference.rawValue.replacing("_", with: " "),
                ]
            }, color: color)
        for limit in limits { text += "\n" + Terminal.wrap(limit, to: width) }
        return text + "\n"
    }

    public func json() -> [UInt8] {
        var json = JSONWriter(pretty: true), redaction = Redaction(reveal: reveal)
        json.object { json in
            json.object("schema") { json in
                json.member("name", Self.schemaName)
                json.member("version", Self.schemaVersion)
            }
            provenance.write(to: &json, &redaction)
            json.member("app", app)
            json.member("by", versus.by)
            for (key, name, count) in [("first", versus.firstName, versus.firstCaptures), ("second", versus.secondName, versus.secondCaptures)] {
                json.object(key) { json in
                    json.member("name", name)
                    json.member("captures", count)
                }
            }
            json.object("windows") { json in
                for phase in Phase.allCases { if let seconds = versus.windows[phase] { json.member(phase.rawValue, seconds) } }
            }
            json.member("smallest_p", versus.smallestP)
            json.array("metrics", of: versus.rows) { json, row in
                json.object { json in
                    json.member("name", row.metric)
                    json.member("unit", row.unit)
                    json.member("family", row.family.rawValue)
                    json.member("first", orNull: row.value)
                    json.member("second", orNull: row.other)
                    json.member("ratio", orNull: row.ratio)
                    json.member("ratio_low", orNull: row.ratioLow)
                    json.member("ratio_high", orNull: row.ratioHigh)
                    json.member("p_adjusted", orNull: row.pAdjusted)
                    json.member("difference", row.difference.rawValue)
                    json.member("wording", row.wording)
                }
            }
            json.strings("limits", limits)
        }
        return json.octets + [0x0a]
    }

    public func csv() -> [UInt8] {
        var csv = CSV(columns: ["metric", "unit", "family", "first", "second", "ratio", "ratio_low", "ratio_high", "p_adjusted", "difference", "wording"])
        for row in versus.rows {
            csv.row { line in
                for text in [row.metric, row.unit, row.family.rawValue] { line.cell(text) }
                for number in [row.value, row.other, row.ratio, row.ratioLow, row.ratioHigh, row.pAdjusted] { line.cell(number) }
                line.cell(row.difference.rawValue)
                line.cell(row.wording)
            }
        }
        return csv.octets
    }
}
