import TrafficCore

extension ComparisonReport {
    /// One self-contained page: style and charts inside, no script, nothing loaded. Works at 400 px, in the dark, on paper.
    public func html() -> [UInt8] { ComparisonPage(self).document() }
}

/// The page of a comparison, top down: the answer, why, what only the subject contacts, the metrics, where it goes,
/// trackers, sizes, limits, how to make it again.
struct ComparisonPage {
    let report: ComparisonReport
    let facts: ComparisonFacts
    let reasons: ComparisonReasons
    let redaction: Redaction

    init(_ report: ComparisonReport) {
        self.report = report
        facts = ComparisonFacts(report)
        reasons = ComparisonReasons(report)
        redaction = Redaction(reveal: report.reveal)
    }

    var comparison: Comparison { report.comparison }
    var subjectName: String { report.comparison.subject.id }

    func document() -> [UInt8] {
        HTML.document(title: subjectName + " compared with its peers", style: PageStyle.sheet) { html in
            html.element("header", ["class": "page"]) { masthead(&$0) }
            html.element("main") { html in
                answer(&html)
                why(&html)
                standing(&html)
                claims(&html)
                unanswered(&html)
                // What can be said comes first.
                if report.isMeasured { metrics(&html) }
                if report.isMeasured { phases(&html) }
                onlySubject(&html)
                ranking(&html)
                destinations(&html)
                trackers(&html)
                sizes(&html)
                if !report.isMeasured { metrics(&html) }
                limits(&html)
                reproduce(&html)
            }
            html.element("footer", ["class": "page"]) { html in
                html.text("trafficscope " + report.provenance.toolVersion + ". This page loads nothing and runs no script. Statistics see amounts, destinations and timing, never content: no verdict here says what was sent, and none says that a practice is acceptable, only how usual it is.")
            }
        }
    }

    // MARK: Top

    private func masthead(_ html: inout HTML) {
        html.element("p", ["class": "kicker"], text: "trafficscope · comparative report")
        html.element("h1") { html in
            html.dottedName(subjectName)
        }
        html.element("p", ["class": "muted"]) { html in
            html.text("Does it send analytics data like many other apps, or anything additional? ")
            html.text(usedPeers.isEmpty
                ? Quantity.count(comparison.peers.count, "peer app was", "peer apps were") + " given; none could be compared with."
                : "Compared with " + Quantity.count(usedPeers.count, "peer app") + " of " + Quantity.count(comparison.groups, "owner") + ".")
        }
    }

    var usedPeers: [CohortMember] { comparison.peers.filter { $0.setAside == nil } }

    private func answer(_ html: inout HTML) {
        html.element("section", ["class": "answer", "aria-labelledby": "answer"]) { html in
            html.element("h2", ["id": "answer"], text: "The answer")
            if let primary = comparison.primary { html.element("p", ["class": "sentence second"], text: primary.wording) }
            html.element("p", ["class": "sentence"], text: comparison.overallWording)
            html.element("div", ["class": "clauses"]) { html in
                clause(.analytics, "Clause A: “they do collect analytics data like many other apps”", &html)
                clause(.additional, "Clause B: “not … anything additional or noteworthy”", &html)
            }
            html.element("dl", ["class": "facts"]) { html in
                html.fact("Independent peer owners", String(comparison.groups), ownersNeeded)
                html.fact("Captures of the app", captures, comparison.subjectCaptures < 3 ? "at least 3 are advised" : nil)
                html.fact("Compared time", windows, comparison.windows.isEmpty ? "no common window" : "first seconds of each phase")
                html.fact("Could be read", report.subject.ledger.readablePercent, "of the app’s upload, by anyone on the way")
                html.fact("Smallest attainable p", MetricText.p(comparison.smallestP), "“above” needs \(Quantity.significant(comparison.options.alpha)) or less")
            }
        }
    }

    private var ownersNeeded: String {
        let need = comparison.options.minimumGroups, forAbove = ComparisonReasons.ownersForAbove(comparison.options)
        if comparison.groups >= forAbove { return "enough for every verdict" }
        return comparison.groups >= need ? "enough for “within”; “above” needs \(forAbove)" : "“within” needs \(need), “above” \(forAbove)"
    }

    private var captures: String {
        let given = report.subject.overviews.count
        return String(comparison.subjectCaptures) + (given > comparison.subjectCaptures ? " of \(given) usable" : "")
    }

    private var windows: String {
        let parts = Phase.allCases.compactMap { phase in comparison.windows[phase].map { phase.rawValue + " " + String($0) + " s" } }
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }

    private func clause(_ family: MetricFamily, _ title: String, _ html: inout HTML) {
        html.element("div", ["class": "clause"]) { html in
            html.element("h3", text: title)
            guard let result = comparison.families.first(where: { $0.family == family }) else {
                html.element("p", text: "Not compared.")
                return
            }
            verdict(result.verdict, nil, &html)
            var line = "\(result.tested) of \(Quantity.count(result.of, "metric")) tested"
            if let p = result.p { line += " · p \(MetricText.p(p))" }
            if let bound = result.shareBelowUpper, bound < 0.995 { line += " · at most \(Quantity.percent(bound)) of comparable apps lie lower" }
            html.element("p", ["class": "small muted"], text: line)
            if let detectable = detectable(family) { html.element("p", ["class": "small muted"], text: detectable) }
            let low = comparison.metrics.first { $0.family == family && $0.verdict == .below }
            if let name = result.verdict == .below ? low?.name : result.mostUnusual {
                html.element("p", ["class": "small"]) { html in
                    html.text((result.verdict == .below ? "Lowest beside the peers: " : "Most unusual: ") + MetricText.plain(name) + " ")
                    if let metric = comparison.metrics.first(where: { $0.name == name }), metric.value != nil {
                        html.text("(" + MetricText.value(metric.value, metric.unit, name: name) + ", peer median "
                            + MetricText.value(metric.peerMedian, metric.unit, name: name) + ")")
                    }
                }
            }
        }
    }

    /// What the cohort could not have seen (METHOD.md §3.8): always said.
    private func detectable(_ family: MetricFamily) -> String? {
        let ratios = comparison.metrics.filter { $0.family == family }.compactMap(\.detectableRatio).filter(\.isFinite)
        guard let least = ratios.min(), let most = ratios.max() else { return nil }
        return "“Above” would begin at " + MetricText.ratio(least) + (most > least ? " to " + MetricText.ratio(most) : "")
            + " the peer median, by metric: a smaller excess could not have been seen."
    }

    func verdict(_ verdict: Verdict, _ reason: InsufficiencyReason?, _ html: inout HTML) {
        html.element("span", ["class": "verdict " + verdict.rawValue], text: verdict == .insufficient ? "insufficient evidence" : verdict.rawValue)
        if let reason { html.element("small", text: MetricText.reason(reason)) }
    }

    private func why(_ html: inout HTML) {
        guard !reasons.why.isEmpty else { return }
        html.element("section", ["aria-labelledby": "why"]) { html in
            html.element("h2", ["id": "why"], text: "Why there is no verdict")
            html.list(reasons.why)
            html.element("p", ["class": "muted"], text: "“Insufficient” is not “harmless” and not “suspicious”: these captures can show neither. What they do show is below, described and not judged.")
        }
    }

    private func unanswered(_ html: inout HTML) {
        html.element("section", ["aria-labelledby": "unanswered"]) { html in
            html.element("h2", ["id": "unanswered"], text: "What could not be answered")
            html.element("dl", ["class": "answerless"]) { html in
                for row in reasons.unanswered {
                    html.element("dt", text: row.question)
                    html.element("dd", text: row.because)
                    html.element("dd", ["class": "do"], text: row.remedy)
                }
            }
        }
    }

    // MARK: Bottom

    private func limits(_ html: inout HTML) {
        html.element("section", ["aria-labelledby": "limits"]) { html in
            html.element("h2", ["id": "limits"], text: "Limits")
            var sentences = comparison.remarks
            sentences += FindingLine.lines(report.subject.findings.filter { $0.code != "no_markers" }, captures: report.subject.overviews.count)
                .map(\.sentence)
            if comparison.isFragile { sentences.append("Fragile: leaving one capture of the app out changes the verdict.") }
            sentences.append("“Like many other apps” is a statement about these peers. They should be of the same kind, chosen before the app was looked at. If all peers do something, it is usual.")
            html.list(sentences)
            if !comparison.notes.isEmpty {
                html.element("h3", text: "Set aside and merged")
                html.list(comparison.notes)
            }
            html.element("details") { html in
                html.element("summary", text: "The \(Quantity.count(comparison.peers.count, "peer app")) of the baseline")
                html.table(
                    "Peer apps", hidesCaption: true,
                    [.init("App"), .init("Owner"), .init("Captures", number: true), .init("Used")], comparison.peers
                ) { html, peer, column in
                    switch column {
                    case 0: html.name(peer.id)
                    case 1: html.name(peer.group)
                    case 2: html.text(String(peer.captures))
                    default: html.text(peer.setAside.map { "no: " + $0 } ?? "yes")
                    }
                }
            }
        }
    }

    private func reproduce(_ html: inout HTML) {
        let options = comparison.options
        let settings: [(String, String)] = [
            ("seed", String(options.seed)), ("draws", String(options.draws)), ("alpha", Quantity.significant(options.alpha)),
            ("many", Quantity.significant(options.many)), ("minimum owners", String(options.minimumGroups)),
            ("bootstrap replicates", String(options.bootstrapReplicates)),
        ]
        report.provenance.writeSection(settings, redaction, to: &html)
    }
}
