import TrafficCore

// What the captures hold, whatever the verdict: only the subject's, destinations, trackers, sizes.

extension ComparisonPage {
    // MARK: Only this app, only the peers

    func onlySubject(_ html: inout HTML) {
        html.element("section", ["aria-labelledby": "only"]) { html in
            html.element("h2", ["id": "only"]) { html in
                html.text("What only ")
                html.name(Terminal.cut(subjectName, to: 60))
                html.text(" contacts")
            }
            if report.peers.isEmpty {
                html.element("p", text: "There is no peer to compare with.")
            } else if facts.onlySubject.isEmpty {
                html.element("p", text: "No company that it contacts alone, its own apart, was seen " + report.subject.ledger.quoteWithNames + ".")
            } else {
                html.element("p", ["class": "muted"], text: "Companies, and names that no list knows, that none of the \(Quantity.count(report.peers.count, "peer app")) contacts in any capture. The app’s own company is left out. Small or short baselines make this list long.")
                owners(facts.onlySubject, "Contacted by this app alone", showsPeers: false, &html)
            }
            firstContacts(&html)
            if !facts.onlyPeers.isEmpty {
                html.element("h3", text: "What all peers contact and it does not")
                html.element("p") { html in
                    for (index, owner) in facts.onlyPeers.enumerated() {
                        if index > 0 { html.text(", ") }
                        html.name(owner)
                    }
                }
            }
        }
    }

    /// METHOD.md §3.11: novel and unknown destinations inside the common windows, with phase and time.
    private func firstContacts(_ html: inout HTML) {
        guard !comparison.novel.isEmpty else { return }
        html.element("h3", text: "Novel and unknown destinations in the compared time")
        html.table(
            "Novel and unknown destinations in the compared time", hidesCaption: true,
            [.init("Owner"), .init("Up", number: true), .init("Down", number: true), .init("First contact", number: true), .init("Phase"), .init("Why listed")],
            comparison.novel
        ) { html, row, column in
            switch column {
            case 0:
                html.name(row.owner)
                html.element("small", ["class": "muted"]) { names(row.domains.filter { $0 != row.owner }, &$0) }
            case 1: html.text(Quantity.octets(row.up))
            case 2: html.text(Quantity.octets(row.down))
            case 3: html.text(Quantity.fixed(row.firstTime, 1) + " s")
            case 4: html.text(row.phases.map(\.rawValue).joined(separator: ", "))
            default: html.text([row.isNovel ? "no peer contacts it" : nil, row.isUnknown ? "no list knows it" : nil].compactMap { $0 }.joined(separator: "; "))
            }
        }
    }

    // MARK: Destinations

    func destinations(_ html: inout HTML) {
        html.element("section", ["aria-labelledby": "destinations"]) { html in
            html.element("h2", ["id": "destinations"], text: "Where it goes")
            guard !facts.owners.isEmpty else {
                html.element("p", text: "No flow of the app with a known phone was found.")
                return
            }
            html.element("p", ["class": "muted"], text: "By company, over the whole captures, most upload first. “Peers” counts the peer apps that contact the same company. The country is that of the network, not of the company.")
            owners(facts.owners, "Destinations by owner", showsPeers: true, &html)
            hosts(&html)
            html.countries(of: report.subject.apps)
        }
    }

    private func owners(_ owners: [ComparisonFacts.Owner], _ caption: String, showsPeers: Bool, _ html: inout HTML) {
        let most = owners.map(\.summary.sum.up).max() ?? 0
        var columns: [HTML.Column] = [.init("Owner"), .init("Up", number: true), .init("Down", number: true)]
        if showsPeers { columns.append(.init("Peers", number: true)) }
        columns += [.init("Category"), .init("Party"), .init("Country")]
        html.table(caption, hidesCaption: true, columns, Array(owners.prefix(300))) { html, owner, column in
            switch columns[column].title {
            case "Owner":
                html.name(owner.name)
                if showsPeers, owner.peers.isEmpty, !report.peers.isEmpty, !owner.summary.parties.contains(.first) {
                    html.text(" ")
                    html.element("span", ["class": "tag"], text: "only this app")
                }
                html.element("small", ["class": "muted"]) { names(owner.domains.filter { $0 != owner.name }, &$0) }
            case "Up":
                html.text(Quantity.octets(owner.summary.sum.up))
                html.bar(owner.summary.sum.up, of: most)
            case "Down": html.text(Quantity.octets(owner.summary.sum.down))
            case "Peers": html.text(String(owner.peers.count) + " of " + String(report.peers.count))
            case "Category": html.text(owner.summary.categories.isEmpty ? "unknown" : owner.summary.categories.joined(separator: ", "))
            case "Party": html.text(owner.summary.parties.isEmpty ? "unknown" : owner.summary.parties.map(\.rawValue).joined(separator: ", "))
            default: html.text(owner.countries.isEmpty ? "unknown" : owner.countries.joined(separator: " "))
            }
        }
        if owners.count > 300 { html.element("p", ["class": "muted"], text: "… and \(owners.count - 300) more: the JSON form has them all.") }
    }

    /// At most four names; how many more there are.
    func names(_ names: [String], _ html: inout HTML) {
        for (index, name) in names.prefix(4).enumerated() {
            if index > 0 { html.text(", ") }
            html.name(redaction.host(name))
        }
        if names.count > 4 { html.text(" and \(names.count - 4) more") }
    }

    private func hosts(_ html: inout HTML) {
        let rows = report.subject.apps.flatMap(\.destinations)
        html.element("details") { html in
            html.element("summary", text: Quantity.count(rows.count, "destination") + " by name")
            html.table(
                "Destinations by name", hidesCaption: true,
                [
                    .init("Destination"), .init("Up", number: true), .init("Down", number: true), .init("Flows", number: true), .init("Owner"),
                    .init("Category"), .init("Protocol"), .init("Name from"),
                ], Array(rows.prefix(500))
            ) { html, row, column in
                switch column {
                case 0: html.name(row.isOthers ? "others" : redaction.host(row.name, registrableDomain: row.registrableDomain))
                case 1: html.text(Quantity.octets(row.sum.up))
                case 2: html.text(Quantity.octets(row.sum.down))
                case 3: html.text(Quantity.grouped(row.sum.flows))
                case 4: html.name(row.owner ?? "unknown")
                case 5: html.text(row.category ?? "unknown")
                case 6: html.text(row.services.prefix(3).map { $0.version ?? $0.name }.joined(separator: ", "))
                default: html.text(row.isOthers ? "–" : row.nameSource.rawValue)
                }
            }
            if rows.count > 500 { html.element("p", ["class": "muted"], text: "… and \(rows.count - 500) more: the JSON form has them all.") }
        }
    }

    // MARK: Trackers

    func trackers(_ html: inout HTML) {
        html.element("section", ["aria-labelledby": "trackers"]) { html in
            html.element("h2", ["id": "trackers"], text: "Trackers")
            guard !facts.trackers.isEmpty else {
                html.element("p", text: "No destination of analytics, attribution, advertising, crash reporting, customer engagement, feature flags or social kits was seen " + report.subject.ledger.quoteWithNames + ".")
                return
            }
            html.table(
                "Trackers contacted by this app", hidesCaption: true,
                [.init("Tracker"), .init("Category"), .init("Up", number: true), .init("Down", number: true), .init("Peers", number: true)],
                facts.trackers
            ) { html, row, column in
                switch column {
                case 0:
                    html.name(row.tracker.owner)
                    html.element("small", ["class": "muted"]) { names(row.tracker.domains, &$0) }
                case 1: html.text(row.tracker.category)
                case 2:
                    html.text(Quantity.octets(row.tracker.sum.up))
                    html.bar(row.tracker.sum.up, of: facts.trackers.first?.tracker.sum.up ?? 0)
                case 3: html.text(Quantity.octets(row.tracker.sum.down))
                default: html.text(String(row.peers.count) + " of " + String(report.peers.count))
                }
            }
            trackerMatrix(&html)
        }
    }

    // MARK: Payload sizes

    func sizes(_ html: inout HTML) {
        html.element("section", ["aria-labelledby": "sizes"]) { html in
            html.element("h2", ["id": "sizes"], text: "How large its uploads are")
            html.element("p", ["class": "muted"], text: "An upload is what the phone sends in one go, until the other side answers or half a second passes. Shares of the number of uploads; the grey bar is the median over the peer apps.")
            sizeCurve(&html)
            let mine = report.subject.total.sizesUp
            let count = Self.count(mine)
            let peers = report.peers.map(\.summary.total.sizesUp).filter { Self.count($0) > 0 }
            html.table(
                "Uploads by size", hidesCaption: true,
                [.init("Size"), .init("Side by side"), .init("Share", number: true), .init("Peers’ median", number: true), .init("Uploads", number: true)],
                PayloadSizeClass.allCases.filter { $0 != .empty }
            ) { html, size, column in
                let share = count > 0 ? Double(mine[size]) / Double(count) : 0
                let median = Self.median(peers.map { Double($0[size]) / Double(Self.count($0)) })
                switch column {
                case 0:
                    html.text(size.name)
                    html.element("small", ["class": "muted"], text: SizeText.range(size))
                case 1:
                    html.element("span", ["class": "pair", "aria-hidden": "true"]) { html in
                        html.element("i", ["style": "width:" + Quantity.fixed(share * 100, 1) + "%"]) { _ in }
                        html.element("i", ["style": "width:" + Quantity.fixed((median ?? 0) * 100, 1) + "%"]) { _ in }
                    }
                case 2: html.element("strong", ["class": "mine"], text: count > 0 ? Quantity.percent(share) : "–")
                case 3: html.text(median.map(Quantity.percent) ?? "–")
                default: html.text(Quantity.grouped(mine[size]))
                }
            }
        }
    }

    private static func count(_ sizes: PayloadSizeCounts) -> Int {
        PayloadSizeClass.allCases.filter { $0 != .empty }.reduce(0) { $0 + sizes[$1] }
    }

    private static func median(_ values: [Double]) -> Double? {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return nil }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
