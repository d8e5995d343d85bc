import TrafficCore

extension Sensitivity.Choice {
    /// "without the peer owner Example Ltd"
    var title: String {
        switch kind {
        case .peer: "without the peer owner " + name
        case .capture: "without capture " + name.prefix(12)
        case .platformAnalytics: "with apps’ own analytics hosts counted as first-party"
        case .lists: "without the imported lists"
        case .strict: "by labelled flows alone"
        case .loose: "with the system’s and other apps’ flows counted"
        }
    }

    /// What it says in place of `base`: "overall within, clause A within".
    func difference(from base: VerdictSet) -> String {
        var parts: [String] = []
        if verdicts.overall != base.overall { parts.append("overall " + verdicts.overall.rawValue) }
        if verdicts.analytics != base.analytics { parts.append("clause A " + verdicts.analytics.rawValue) }
        if verdicts.additional != base.additional { parts.append("clause B " + verdicts.additional.rawValue) }
        if verdicts.primary != base.primary, let primary = verdicts.primary { parts.append("named question " + primary.rawValue) }
        return parts.joined(separator: ", ")
    }
}

extension Sensitivity {
    /// Sentences for a report: whether the answer stands, and what it hangs on.
    var sentences: [String] {
        let asked = Kind.allCases.compactMap { kind -> String? in
            let count = choices.count { $0.kind == kind }
            guard count > 0 else { return nil }
            switch kind {
            case .peer: return "each of " + Quantity.count(count, "peer owner") + " left out"
            case .capture: return "each of " + Quantity.count(count, "capture") + " left out"
            case .platformAnalytics: return "apps’ own analytics hosts counted as first-party"
            case .lists: return "the imported lists left out"
            case .strict: return "labelled flows alone"
            case .loose: return "the system’s and other apps’ flows counted"
            }
        }
        var sentences: [String] = []
        let flips = choices.filter(\.flips)
        if flips.isEmpty {
            sentences.append("Robust: the overall verdict and both clauses are the same with " + asked.joined(separator: "; ") + ".")
        } else {
            sentences.append("Not robust: the answer changes under " + Quantity.count(flips.count, "choice") + " of " + Quantity.grouped(choices.count) + ".")
            for choice in flips.prefix(12) { sentences.append(choice.title + ": " + choice.difference(from: base) + ".") }
            if flips.count > 12 { sentences.append("… and " + Quantity.count(flips.count - 12, "more", "more") + "; the JSON form has all.") }
        }
        for (metric, changed) in fragileMetrics {
            sentences.append(
                metric + " is " + (base.outside[metric]?.rawValue ?? "") + ", but not " + changed.prefix(3).map(\.title).joined(separator: ", nor ")
                    + (changed.count > 3 ? ", nor under " + Quantity.count(changed.count - 3, "more choice") : "") + ".")
        }
        return sentences
    }
}

extension ComparisonReport {
    /// Members `sensitivity` and `rare` of the JSON form.
    func writeSensitivity(to json: inout JSONWriter, _ redaction: Redaction) {
        json.key("sensitivity")
        if let sensitivity = comparison.sensitivity {
            json.object { json in
                json.member("robust", sensitivity.isRobust)
                json.object("base") { Self.write(sensitivity.base, to: &$0) }
                json.array("choices", of: sensitivity.choices) { json, choice in
                    json.object { json in
                        json.member("choice", choice.kind.rawValue)
                        json.member("name", choice.name)
                        json.member("flips", choice.flips)
                        Self.write(choice.verdicts, to: &json)
                    }
                }
            }
        } else {
            json.null()
        }
        json.key("ranking")
        if let ranking = comparison.ranking {
            json.object { json in
                json.member("share", ranking.share)
                for (key, items) in [("novel", ranking.novel), ("missing", ranking.missing)] {
                    json.array(key, of: items) { json, item in
                        json.object { json in
                            json.member("kind", item.kind.rawValue)
                            json.member("name", item.kind == .owner ? redaction.host(item.name) : item.name)
                            json.member("captures", item.captures)
                            json.member("of_captures", item.ofCaptures)
                            json.member("peers", item.peers)
                            json.member("of_peers", item.ofPeers)
                            json.member("share_upper", item.shareUpper)
                            json.member("payload_up", item.up)
                        }
                    }
                }
            }
        } else {
            json.null()
        }
    }

    private static func write(_ verdicts: VerdictSet, to json: inout JSONWriter) {
        json.member("overall", verdicts.overall.rawValue)
        json.member("clause_a", verdicts.analytics.rawValue)
        json.member("clause_b", verdicts.additional.rawValue)
        json.member("primary", orNull: verdicts.primary?.rawValue)
        json.object("outside") { json in
            for (metric, verdict) in verdicts.outside.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                json.member(metric, verdict.rawValue)
            }
        }
    }

    /// "Rare among the peers" for a terminal; "" where nothing is.
    func rankingText(color: Bool) -> String {
        guard let ranking = comparison.ranking else { return "" }
        var text = ""
        let columns: [Terminal.Column] = [
            .init("what"), .init("name", maximum: 40), .init("peer owners", right: true), .init("captures", right: true), .init("up", right: true),
        ]
        for (title, items) in [
            ("Done by at most " + Quantity.percent(ranking.share) + " of the peer owners", ranking.novel),
            ("Not done, though at least " + Quantity.percent(1 - ranking.share) + " of the peer owners do", ranking.missing),
        ] where !items.isEmpty {
            text += "\n" + Terminal.styled(title, .bold, color: color) + "\n"
            text += Terminal.table(columns, items.prefix(20).map { item in
                [
                    item.kind.rawValue, Redaction(reveal: reveal).host(item.name), "\(item.peers) of \(item.ofPeers)",
                    "\(item.captures) of \(item.ofCaptures)", Quantity.octets(item.up),
                ]
            }, color: color)
            if items.count > 20 { text += "… and \(items.count - 20) more; the JSON form has all\n" }
        }
        return text
    }
}
