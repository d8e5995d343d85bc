import TrafficCore

// The metrics: a table a family, then a strip of dots a metric.

extension ComparisonPage {
    func metrics(_ html: inout HTML) {
        html.element("section", ["aria-labelledby": "metrics"]) { html in
            html.element("h2", ["id": "metrics"], text: "Measured against the peers")
            guard comparison.metrics.contains(where: { metric in metric.value != nil || metric.peers.contains { $0.value != nil } }) else {
                html.element("p", text: "No metric could be measured, so there is nothing to compare. The sections above describe what the captures hold.")
                unmeasured(comparison.metrics, &html)
                return
            }
            html.element("p", ["class": "muted"], text: "Below the peers’ median stands the band of nine in ten peer owners. “× median” is the value in relation to the median of the peer owners, with its 90 % interval. “Lower” is the largest share of comparable apps that could lie below this one (95 % confidence): “within” needs 90 % or less. p says how often an ordinary app would stand out this much. “Detectable” is the multiple of the peer median at which “above” would begin: less could not have been seen.")
            legend(&html)
            family(.analytics, "Clause A: analytics", &html)
            family(.additional, "Clause B: anything additional", &html)
            family(.exploratory, "Exploratory: described, never part of the verdict", &html)
        }
    }

    private func legend(_ html: inout HTML) {
        html.element("p", ["class": "legend"]) { html in
            html.element("span") { html in
                html.trusted("<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path class=\"subject\" d=\"M8 1L15 8L8 15L1 8Z\"/></svg>")
                html.name(Terminal.cut(subjectName, to: 40))
            }
            html.element("span") { html in
                html.trusted("<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><circle class=\"peer\" cx=\"8\" cy=\"8\" r=\"4\"/></svg>")
                html.text("one peer app")
            }
            html.element("span") { html in
                html.trusted("<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><line class=\"median\" x1=\"8\" y1=\"1\" x2=\"8\" y2=\"15\"/></svg>")
                html.text("median of the peer owners")
            }
            html.element("span") { html in
                html.trusted("<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><rect class=\"range\" x=\"1\" y=\"3\" width=\"14\" height=\"10\"/></svg>")
                html.text("5 to 95 % of them")
            }
            html.element("span", text: "scale: even steps are multiples")
        }
    }

    private func family(_ family: MetricFamily, _ title: String, _ html: inout HTML) {
        let all = comparison.metrics.filter { $0.family == family }
        let shown = all.filter { metric in metric.value != nil || metric.peers.contains { $0.value != nil } }
        guard !all.isEmpty else { return }
        html.element("h3", text: title)
        if shown.isEmpty {
            html.element("p", text: "None of these could be measured.")
        } else {
            table(shown, title, &html)
            let isFlat = { (metric: MetricResult) in metric.value ?? 0 == 0 && metric.peers.allSatisfy { $0.value ?? 0 == 0 } }
            for metric in shown where !isFlat(metric) { strip(metric, &html) }
            let flat = shown.filter(isFlat)
            if !flat.isEmpty {
                html.element("p", ["class": "small muted"], text: "Nothing to draw, 0 on this app and all peers: " + flat.map { MetricText.plain($0.name) }.joined(separator: "; ") + ".")
            }
        }
        unmeasured(all.filter { metric in !shown.contains { $0.name == metric.name } }, &html)
    }

    private func unmeasured(_ metrics: [MetricResult], _ html: inout HTML) {
        guard !metrics.isEmpty else { return }
        html.element("details") { html in
            html.element("summary", text: "Not measured on the app or any peer: " + Quantity.count(metrics.count, "metric"))
            html.element("ul", ["class": "small"]) { html in
                for metric in metrics {
                    html.element("li") { html in
                        html.text(MetricText.plain(metric.name) + " ")
                        html.element("code", ["class": "muted"], text: metric.name)
                    }
                }
            }
        }
    }

    private func table(_ metrics: [MetricResult], _ title: String, _ html: inout HTML) {
        html.table(
            title, hidesCaption: true,
            [
                .init("Metric"), .init("This app", number: true), .init("Peer median", number: true), .init("Verdict"),
                .init("× median", number: true), .init("Lower", number: true), .init("p", number: true), .init("Detectable", number: true),
            ], metrics
        ) { html, metric, column in
            switch column {
            case 0:
                html.text(MetricText.plain(metric.name))
                html.codeName(metric.name)
            case 1: html.element("strong", ["class": "mine"], text: MetricText.value(metric.value, metric.unit, name: metric.name))
            case 2:
                html.text(MetricText.value(metric.peerMedian, metric.unit, name: metric.name))
                if let low = metric.peerLow, let high = metric.peerHigh {
                    html.element("small", ["class": "muted"], text: MetricText.tick(low, metric.unit, name: metric.name) + " – " + MetricText.tick(high, metric.unit, name: metric.name))
                }
            case 3:
                verdict(metric.verdict, metric.reason, &html)
                if metric.isLead { html.element("small", text: "lead, not a finding") }
            case 4: ratio(metric, &html)
            case 5:
                html.text(metric.shareBelowUpper.map { "≤ " + (($0 > 0.99) ? "100 %" : Quantity.percent($0)) } ?? "–")
                if let below = metric.below, let measured = metric.peersMeasured {
                    html.element("small", ["class": "muted"], text: Quantity.significant(below) + " of " + Quantity.significant(measured))
                }
            case 6:
                html.text(MetricText.p(metric.pAdjusted))
                if let low = metric.pAdjustedLow { html.element("small", ["class": "muted"], text: "of being low " + MetricText.p(low)) }
            default: html.text(metric.peerMedian == 0 ? "–" : MetricText.ratio(metric.detectableRatio))
            }
        }
    }

    /// A multiple of nothing says nothing.
    private func ratio(_ metric: MetricResult, _ html: inout HTML) {
        guard metric.peerMedian != 0 else {
            html.text("–")
            html.element("small", ["class": "muted"], text: "the median is 0")
            return
        }
        html.text(MetricText.ratio(metric.ratio))
        if let low = metric.ratioLow, let high = metric.ratioHigh {
            html.element("small", ["class": "muted"], text: Quantity.significant(low, digits: 2) + "–" + Quantity.significant(high, digits: 2))
        }
    }

    private func strip(_ metric: MetricResult, _ html: inout HTML) {
        guard let strip = DotStrip(metric, subject: subjectName) else { return }
        let definition = MetricID(name: metric.name)?.definition
        html.element("figure") { html in
            html.element("figcaption") { html in
                html.element("span", text: MetricText.plain(metric.name))
                html.element("span", ["class": "name"], text: (definition.map { $0.formula + ", " } ?? "") + unit(metric))
            }
            html.trusted(strip.svg())  // everything in it went through Escaping
            if !metric.wording.isEmpty { html.element("p", ["class": "small muted"], text: metric.wording) }
            values(metric, &html)
        }
    }

    private func unit(_ metric: MetricResult) -> String {
        switch metric.unit {
        case "B/min": "bytes a minute"
        case "1": MetricText.isShare(metric.name) ? "share" : "ratio"
        case "1/min": "a minute"
        default: metric.unit
        }
    }

    /// The table behind a strip: the subject first, then peers from high to low.
    private func values(_ metric: MetricResult, _ html: inout HTML) {
        var rows = metric.peers.sorted { a, b in (a.value ?? -1) > (b.value ?? -1) }
        rows.insert(PeerValue(app: subjectName, group: comparison.subject.group, value: metric.value), at: 0)
        html.element("details") { html in
            html.element("summary", text: "Values of " + Quantity.count(rows.count, "app"))
            html.table(
                MetricText.plain(metric.name) + ": values", hidesCaption: true, [.init("App"), .init("Owner"), .init("Value", number: true)],
                Array(rows.enumerated())
            ) { html, row, column in
                switch column {
                case 0:
                    html.name(row.element.app)
                    if row.offset == 0 {
                        html.text(" ")
                        html.element("span", ["class": "tag"], text: "this app")
                    }
                case 1: html.name(row.element.group)
                default: html.text(row.element.value == nil ? "not measured" : MetricText.value(row.element.value, metric.unit, name: metric.name))
                }
            }
        }
    }
}
