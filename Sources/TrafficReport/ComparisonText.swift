import TrafficCore

extension ComparisonReport {
    /// For a terminal of `width` columns.
    public func terminal(width: Int = 100, color: Bool = false) -> String {
        let width = max(60, min(width, 200))
        let facts = ComparisonFacts(self), reasons = ComparisonReasons(self)
        var text = headline(width: width, color: color)
        text += list("Why there is no verdict", reasons.why, width: width, color: color)
        text += list(
            "What could not be answered", reasons.unanswered.map { $0.question + " " + $0.because + " → " + $0.remedy }, width: width,
            color: color)
        if let sensitivity = comparison.sensitivity { text += list("Does it stand?", sensitivity.sentences, width: width, color: color) }
        text += claimsText(width: width, color: color)
        text += metricsText(width: width, color: color)
        text += rankingText(color: color)
        text += ownersText(facts, width: width, color: color)
        text += list("Remarks", comparison.remarks, width: width, color: color)
        text += list("Set aside and merged", comparison.notes, width: width, color: color)
        return text
    }

    /// The verdict alone, with every metric that is out of the peers' range: what a run over several subjects prints.
    public func verdictLines(width: Int = 100) -> String {
        let width = max(60, min(width, 200))
        var text = safe(comparison.subject.id) + ": " + comparison.overall.rawValue + "\n"
        if let primary = comparison.primary { text += "  " + Terminal.wrap(safe(primary.wording), to: width, indent: 2) + "\n" }
        text += "  " + Terminal.wrap(safe(comparison.overallWording), to: width, indent: 2) + "\n"
        for metric in comparison.metrics where metric.verdict == .above || metric.verdict == .below {
            text += "  • " + Terminal.wrap(metric.name + ": " + safe(metric.wording), to: width, indent: 4) + "\n"
        }
        return text
    }

    private func safe(_ text: String) -> String { Escaping.terminal(text) }

    private func heading(_ title: String, color: Bool) -> String { "\n" + Terminal.styled(title, .bold, color: color) + "\n" }

    private func list(_ title: String, _ sentences: [String], width: Int, color: Bool) -> String {
        guard !sentences.isEmpty else { return "" }
        var text = heading(title, color: color)
        for sentence in sentences { text += "• " + Terminal.wrap(safe(sentence), to: width, indent: 2) + "\n" }
        return text
    }

    private func headline(width: Int, color: Bool) -> String {
        var text = Terminal.styled(safe(comparison.subject.id), .bold, color: color) + " against "
            + Quantity.count(comparison.groups, "peer owner") + "\n\n"
        if let primary = comparison.primary { text += Terminal.wrap(safe(primary.wording), to: width) + "\n\n" }
        text += Terminal.styled(Terminal.wrap(safe(comparison.overallWording), to: width), .bold, color: color) + "\n\n"
        for family in comparison.families where family.family != .exploratory {
            let clause = family.family == .analytics ? "A  analytics data like many other apps" : "B  anything additional"
            var line = "clause " + clause + ": " + family.verdict.rawValue + ", " + String(family.tested) + " of "
                + Quantity.count(family.of, "metric") + " tested"
            if let p = family.p { line += ", p " + MetricText.p(p) }
            text += line + "\n"
        }
        let windows = Phase.allCases.compactMap { phase in comparison.windows[phase].map { phase.rawValue + " " + String($0) + " s" } }
        text += "common windows: " + (windows.isEmpty ? "none" : windows.joined(separator: ", ")) + "; smallest attainable p "
            + MetricText.p(comparison.smallestP) + "; captures of the subject: " + String(comparison.subjectCaptures) + "\n"
        if !flags.isEmpty { text += "flags: " + flags.joined(separator: ", ") + "\n" }
        return text
    }

    private func metricsText(width: Int, color: Bool) -> String {
        guard isMeasured else { return heading("Metrics", color: color) + "Nothing could be measured; the rest is description.\n" }
        var text = ""
        let titles: [(MetricFamily, String)] = [
            (.analytics, "Analytics (clause A)"), (.additional, "Anything additional (clause B)"), (.exploratory, "Exploratory"),
        ]
        for (family, title) in titles {
            let metrics = comparison.metrics.filter { $0.family == family }
            guard !metrics.isEmpty else { continue }
            text += heading(title, color: color)
            var rows: [[String]] = []
            for metric in metrics {
                rows.append([
                    metric.name, MetricText.value(metric.value, metric.unit, name: metric.name),
                    MetricText.value(metric.peerMedian, metric.unit, name: metric.name),
                    metric.shareBelowUpper.map { "≤ " + Quantity.percent($0) } ?? "–", MetricText.p(metric.pAdjusted),
                    MetricText.ratio(metric.detectableRatio),
                    metric.verdict.rawValue + (metric.reason.map { " (" + MetricText.reason($0) + ")" } ?? "")
                        + (metric.isLead ? " lead" : ""),
                ])
            }
            text += Terminal.table(
                [
                    .init("metric", maximum: 40), .init("value", right: true), .init("median", right: true), .init("below", right: true),
                    .init("p", right: true), .init("detectable", right: true), .init("verdict"),
                ], rows, color: color)
        }
        return text
    }

    private func ownersText(_ facts: ComparisonFacts, width: Int, color: Bool) -> String {
        func rows(_ owners: [ComparisonFacts.Owner]) -> [[String]] {
            owners.map { owner in
                [
                    owner.name, owner.isKnown ? owner.summary.categories.joined(separator: " ") : "unknown",
                    owner.summary.parties.map(\.rawValue).joined(separator: " "), owner.countries.prefix(3).joined(separator: " "),
                    Quantity.octets(owner.summary.sum.up), Quantity.octets(owner.summary.sum.down),
                    String(owner.peers.count) + "/" + String(peers.count),
                ]
            }
        }
        let columns: [Terminal.Column] = [
            .init("owner", maximum: 30), .init("category", maximum: 24), .init("party", maximum: 14), .init("where", maximum: 8),
            .init("up", right: true), .init("down", right: true), .init("peers", right: true),
        ]
        var text = heading("Destinations by owner (whole captures)", color: color) + Terminal.table(columns, rows(facts.owners), color: color)
        if !peers.isEmpty {
            text += heading("Only " + safe(comparison.subject.id) + " contacts", color: color)
            text += facts.onlySubject.isEmpty ? "nobody that no peer contacts was seen " + subject.ledger.quoteWithNames + "\n" : Terminal.table(columns, rows(facts.onlySubject), color: color)
            text += list("All peers contact, and it does not", facts.onlyPeers, width: width, color: color)
        }
        return text
    }
}
