import TrafficCore

// Shapes beside the metrics: each phase, upload sizes as curves, what is contacted at regular intervals, trackers by app.

extension ComparisonPage {
    // MARK: Phases

    func phases(_ html: inout HTML) {
        guard !comparison.phases.isEmpty else { return }
        html.section("phases", "Phase by phase") { html in
            html.element("p", ["class": "muted"], text: "The first seconds of each phase, means over captures. The band holds nine in ten peer owners. Shown, not tested: the tests are above.")
            for phase in comparison.phases {
                html.table(
                    phase.phase.rawValue.prefix(1).uppercased() + phase.phase.rawValue.dropFirst() + ", first \(phase.seconds) s",
                    [.init("Measure"), .init("This app", number: true), .init("Peer median", number: true), .init("5–95 % of peers", number: true)], phase.measures
                ) { html, row, column in
                    switch column {
                    case 0: html.text(row.name)
                    case 1: html.element("strong", ["class": "mine"], text: Self.amount(row.value, row.unit))
                    case 2: html.text(Self.amount(row.peerMedian, row.unit))
                    default: html.text(row.peerLow == nil ? "–" : Self.amount(row.peerLow, row.unit) + " – " + Self.amount(row.peerHigh, row.unit))
                    }
                }
            }
            events(&html)
            if comparison.windows[.background] != nil { regular(&html) }
        }
    }

    private static func amount(_ value: Double?, _ unit: String) -> String {
        guard let value else { return "–" }
        switch unit {
        case "B/min": return Quantity.octets(Int(min(value, 9e15).rounded())) + "/min"
        case "1/min": return Quantity.significant(value) + " /min"
        default: return Quantity.significant(value)
        }
    }

    /// METHOD.md §3.11: every periodic destination, whatever the verdict.
    private func regular(_ html: inout HTML) {
        html.element("h3", text: "Contacted at regular intervals in the background")
        guard !comparison.periodic.isEmpty else {
            html.element("p", text: "None was shown. A period of P seconds needs some ten beats: what reports less often than every tenth of the background time cannot show.")
            return
        }
        html.table(
            "Contacted at regular intervals", hidesCaption: true,
            [.init("Owner"), .init("Every", number: true), .init("Regularity", number: true), .init("p", number: true), .init("Captures", number: true), .init("Beats")], comparison.periodic
        ) { html, row, column in
            switch column {
            case 0:
                html.name(row.owner)
                html.element("small", ["class": "muted"]) { names(row.domains.filter { $0 != row.owner }, &$0) }
            case 1: html.text(Quantity.significant(row.period) + " s")
            case 2: html.text(Quantity.significant(row.statistic))
            case 3: html.text(MetricText.p(row.p))
            case 4: html.text("\(row.captures) of \(row.capturesMeasured)")
            default: html.text(MetricText.beats(row.beats))
            }
        }
    }

    /// Uploads after each kind of marked event, where there are ten and more of it.
    private func events(_ html: inout HTML) {
        guard !comparison.eventKinds.isEmpty else { return }
        html.element("h3", text: "After what the person did")
        html.element("p", ["class": "muted"], text: "By kind of marked event, this app alone: shown, not tested. The test pools all kinds; the p of single kinds are not corrected for their number.")
        html.table(
            "Uploads after marked events", hidesCaption: true,
            [.init("Event"), .init("Events", number: true), .init("Upload within 2 s", number: true), .init("Excess, log2 an event", number: true), .init("p", number: true)],
            comparison.eventKinds
        ) { html, row, column in
            switch column {
            case 0: html.name(row.kind)
            case 1: html.text(String(row.events))
            case 2: html.text(String(row.answered))
            case 3: html.text(Quantity.significant(row.excessPerEvent))
            default: html.text(MetricText.p(row.p))
            }
        }
    }

    // MARK: Curves of sizes

    /// The share of uploads up to each size, of this app and of its peers.
    func sizeCurve(_ html: inout HTML) {
        let sizes = comparison.sizes
        guard !sizes.subject.isEmpty else { return }
        // From 16 octets to 16 MiB, or as far as anything goes.
        let shown = sizes.edges.indices.filter { sizes.edges[$0] >= 4 && sizes.edges[$0] <= 24 }
        guard let first = shown.first, let last = shown.last else { return }
        let from = sizes.edges[first], to = sizes.edges[last]
        func points(_ shares: [Double]) -> [(x: Double, y: Double)] {
            // Where nothing changes a line needs no points.
            var kept: [(x: Double, y: Double)] = []
            for index in shown where index == first || index == last || shares[index] != shares[max(0, index - 1)] || shares[index] != shares[min(shares.count - 1, index + 1)] {
                kept.append(((sizes.edges[index] - from) / (to - from), shares[index]))
            }
            return kept
        }
        html.element("figure") { html in
            html.element("figcaption") { html in
                html.element("span", text: "Share of uploads up to a size")
                html.element("span", ["class": "name"], text: Quantity.count(sizes.uploads, "upload") + " in the compared time")
            }
            html.element("p", ["class": "legend"]) { html in
                for (style, text) in [("curve mine", "this app"), ("curve peers", "peers, pooled"), ("curve each", "one peer app")] {
                    html.element("span") { html in
                        html.trusted("<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path class=\"\(style)\" d=\"M1 12L15 4\"/></svg>")
                        html.text(text)
                    }
                }
            }
            let picture = SVG(label: "Share of uploads up to a size, this app and its peers; values in the table below", height: 214) { svg in
                for share in [0.0, 0.25, 0.5, 0.75, 1] {
                    let y = 190 - share * 180
                    svg.line(x1: 0, y1: y, x2: 100, y2: y, class: share == 0 ? "axis" : "grid")
                    if share > 0 { svg.text(Quantity.percent(share), x: 0, y: y + 12, anchor: .start, class: "tick") }
                }
                for edge in stride(from: 7.0, through: 22, by: 5) {
                    let place = (edge - from) / (to - from) * 100
                    svg.line(x1: place, y1: 10, x2: place, y2: 190, class: "grid")
                    svg.text(Self.size(edge), x: place, y: 207, class: "tick")
                }
                for peer in sizes.peers where !peer.shares.isEmpty { svg.curve(points(peer.shares), x: 0, width: 100, y: 10, height: 180, class: "curve each") }
                if !sizes.pooled.isEmpty { svg.curve(points(sizes.pooled), x: 0, width: 100, y: 10, height: 180, class: "curve peers") }
                svg.curve(points(sizes.subject), x: 0, width: 100, y: 10, height: 180, class: "curve mine")
            }
            html.trusted(picture.source)
            html.element("details") { html in
                html.element("summary", text: "The same in numbers")
                html.table(
                    "Share of uploads up to a size", hidesCaption: true,
                    [.init("Up to"), .init("This app", number: true), .init("Peers, pooled", number: true)], shown.filter { sizes.edges[$0].truncatingRemainder(dividingBy: 1) == 0 }
                ) { html, index, column in
                    switch column {
                    case 0: html.text(Self.size(sizes.edges[index]))
                    case 1: html.text(Quantity.percent(sizes.subject[index]))
                    default: html.text(sizes.pooled.isEmpty ? "–" : Quantity.percent(sizes.pooled[index]))
                    }
                }
            }
        }
    }

    private static func size(_ edge: Double) -> String {
        let octets = 1 << Int(edge)
        return octets < 1024 ? "\(octets) B" : octets < 1_048_576 ? "\(octets / 1024) KiB" : "\(octets / 1_048_576) MiB"
    }

    // MARK: Trackers by app

    /// Which app contacts which tracker: the subject first, then the peers.
    func trackerMatrix(_ html: inout HTML) {
        let apps = [subjectName] + report.peers.prefix(39).map(\.app), rows = Array(facts.matrix.prefix(40))
        guard apps.count > 1, !rows.isEmpty else { return }
        html.element("h3", text: "Trackers by app")
        html.element("p", ["class": "muted"], text: "A dot: the app contacts this tracker in at least one capture. Most widespread first; this app is the first column."
            + (report.peers.count > 39 || facts.matrix.count > 40 ? " The largest part that a page holds; the JSON form has all." : ""))
        html.table(
            "Trackers by app", hidesCaption: true, [.init("Tracker"), .init("Category")] + apps.map { .init($0, number: true) }, rows, class: "matrix"
        ) { html, row, column in
            switch column {
            case 0: html.name(row.owner)
            case 1: html.text(row.category)
            default:
                let contacts = row.apps.contains(apps[column - 2])
                if contacts { html.element("span", ["class": column == 2 ? "mine" : nil, "aria-hidden": "true"], text: "●") }
                html.element("span", ["class": "hidden"], text: contacts ? "yes" : "no")
            }
        }
    }
}
