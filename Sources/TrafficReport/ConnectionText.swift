import TrafficCore

extension ConnectionReport {
    /// For a terminal of `width` columns: one app with all that it rests on; of several, a table of their verdicts.
    public func terminal(width: Int = 100, color: Bool = false) -> String {
        let width = max(60, min(width, 200))
        var text = ""
        if comparisons.count == 1, let comparison = comparisons.first {
            text += headline(comparison, width: width, color: color)
            text += list("What connections cannot answer", ConnectionComparison.unanswered, width: width, color: color)
            text += Self.metrics(comparison, color: color)
            text += owners(comparison, color: color)
            text += turns(comparison, width: width, color: color)
            text += list("Remarks", comparison.remarks, width: width, color: color)
            text += list("Set aside and merged", source.notes + comparison.notes, width: width, color: color)
        } else {
            text += league(color: color)
            for comparison in comparisons { text += verdictLines(comparison, width: width) }
            text += list("What connections cannot answer", ConnectionComparison.unanswered, width: width, color: color)
            text += list("Set aside and merged", source.notes, width: width, color: color)
        }
        return text
    }

    private func heading(_ title: String, color: Bool) -> String { "\n" + Terminal.styled(title, .bold, color: color) + "\n" }

    private func list(_ title: String, _ sentences: [String], width: Int, color: Bool) -> String {
        guard !sentences.isEmpty else { return "" }
        var text = heading(title, color: color)
        for sentence in sentences { text += "• " + Terminal.wrap(Escaping.terminal(sentence), to: width, indent: 2) + "\n" }
        return text
    }

    private func headline(_ comparison: ConnectionComparison, width: Int, color: Bool) -> String {
        var text = Terminal.styled(Escaping.terminal(comparison.subject.id), .bold, color: color) + " against "
            + Quantity.count(comparison.groups, "peer owner") + ", by connections alone\n\n"
        if let primary = comparison.primary { text += Terminal.wrap(Escaping.terminal(primary.wording), to: width) + "\n\n" }
        text += Terminal.styled(Terminal.wrap(Escaping.terminal(comparison.overallWording), to: width), .bold, color: color) + "\n\n"
        for family in comparison.families where family.family != .exploratory {
            let clause = family.family == .analytics ? "A  analytics data like many other apps" : "B  anything additional"
            var line = "clause " + clause + ": " + family.verdict.rawValue + ", " + String(family.tested) + " of "
                + Quantity.count(family.of, "metric") + " tested"
            if let p = family.p { line += ", p " + MetricText.p(p) }
            text += line + "\n"
        }
        text += "runs of the subject: " + String(comparison.subjectRuns) + ", of unknown length; "
            + Quantity.count(comparison.connections, "connection") + ", of which " + String(comparison.systemConnections)
            + " the system's; smallest attainable p " + MetricText.p(comparison.smallestP) + "\n"
        let flags = Self.flags(comparison)
        if !flags.isEmpty { text += "flags: " + flags.joined(separator: ", ") + "\n" }
        return text + Terminal.wrap(Escaping.terminal(comparison.sensitivity.sentence), to: width) + "\n"
    }

    private static func metrics(_ comparison: ConnectionComparison, color: Bool) -> String {
        var text = ""
        let titles: [(MetricFamily, String)] = [
            (.analytics, "Analytics (clause A)"), (.additional, "Anything additional (clause B)"), (.exploratory, "Exploratory"),
        ]
        for (family, title) in titles {
            text += "\n" + Terminal.styled(title, .bold, color: color) + "\n"
            let rows = comparison.metrics.filter { $0.family == family }.map { metric in
                [
                    metric.name, MetricText.value(metric.value, metric.unit, name: metric.name),
                    MetricText.value(metric.peerMedian, metric.unit, name: metric.name),
                    metric.shareBelowUpper.map { "≤ " + Quantity.percent($0) } ?? "–", MetricText.p(metric.pAdjusted),
                    MetricText.ratio(metric.detectableRatio),
                    metric.verdict.rawValue + (metric.reason.map { " (" + MetricText.reason($0) + ")" } ?? "") + (metric.isLead ? " lead" : ""),
                ]
            }
            text += Terminal.table(
                [
                    .init("metric", maximum: 46), .init("value", right: true), .init("median", right: true), .init("below", right: true),
                    .init("p", right: true), .init("detectable", right: true), .init("verdict"),
                ], rows, color: color)
        }
        return text
    }

    private func owners(_ comparison: ConnectionComparison, color: Bool) -> String {
        let own = comparison.connections - comparison.systemConnections
        let rows = comparison.owners.map { owner in
            [
                owner.owner, owner.categories.map { $0.rawValue.replacing("_", with: "-") }.joined(separator: " "), owner.seat,
                String(owner.connections), own > 0 ? Quantity.percent(Double(owner.connections) / Double(own)) : "–",
                String(owner.peerOwners) + "/" + String(comparison.groups), owner.isNovel ? "novel" : "",
            ]
        }
        guard !rows.isEmpty else { return "" }
        return heading("Connections by owner (the system's left out)", color: color)
            + Terminal.table(
                [
                    .init("owner", maximum: 34), .init("category", maximum: 30), .init("seat", maximum: 6), .init("connections", right: true),
                    .init("share", right: true), .init("peer owners", right: true), .init(""),
                ], rows, color: color)
    }

    /// Choices under which a verdict of clause A or B, or the overall one, is another.
    private func turns(_ comparison: ConnectionComparison, width: Int, color: Bool) -> String {
        let tested = Set(comparison.metrics.filter { $0.family != .exploratory }.map(\.name))
        let sentences = comparison.sensitivity.choices.compactMap { choice -> String? in
            let changes = choice.changes.filter { change in change.metric.map(tested.contains) ?? true }
            guard !changes.isEmpty else { return nil }
            let said = changes.map { ($0.metric ?? "overall") + " " + $0.from.rawValue + " → " + $0.to.rawValue }
            return choice.leftOut.description + ": " + said.joined(separator: ", ")
        }
        return list("Verdicts that one choice turns", sentences, width: width, color: color)
    }

    // MARK: Several apps

    /// No score and no order but the one asked for: verdicts of different metrics do not add up.
    private func league(color: Bool) -> String {
        let marks: [Verdict: String] = [.above: "▲", .below: "▼", .within: "=", .insufficient: "?"]
        let titles = ["analytics", "trackers", "3rd parties", "unexplained", "novel", "novel owners"]
        let rows = comparisons.map { comparison -> [String] in
            let cells = comparison.metrics.filter { $0.family != .exploratory }.map { metric -> String in
                let value = metric.unit == "1" ? MetricText.value(metric.value, "1", name: metric.name) : metric.value.map { Quantity.significant($0) }
                return (value ?? "–") + " " + (marks[metric.verdict] ?? "")
            }
            return [comparison.subject.id, comparison.overall.rawValue, comparison.sensitivity.isRobust ? "yes" : "no", String(comparison.groups)] + cells
        }
        return Terminal.table(
            [.init("app", maximum: 24), .init("overall"), .init("robust"), .init("peer owners", right: true)]
                + titles.map { .init($0, right: true) }, rows, color: color)
            + "▲ above the peers' range, ▼ below it, = within it, ? insufficient evidence. Each app has its own peers.\n\n"
    }

    private func verdictLines(_ comparison: ConnectionComparison, width: Int) -> String {
        var text = Escaping.terminal(comparison.subject.id) + ": " + comparison.overall.rawValue + "\n"
        if let primary = comparison.primary { text += "  " + Terminal.wrap(Escaping.terminal(primary.wording), to: width, indent: 2) + "\n" }
        text += "  " + Terminal.wrap(Escaping.terminal(comparison.overallWording), to: width, indent: 2) + "\n"
        text += "  " + Terminal.wrap(Escaping.terminal(comparison.sensitivity.sentence), to: width, indent: 2) + "\n"
        for metric in comparison.metrics where metric.verdict == .above || metric.verdict == .below {
            text += "  • " + Terminal.wrap(metric.name + ": " + Escaping.terminal(metric.wording), to: width, indent: 4) + "\n"
        }
        return text
    }
}
