import TrafficCore

// Where it goes, when, how much, in the background, how, and what is unknown.

extension InspectionPage {
    // MARK: Where

    func whereItGoes(_ html: inout HTML) {
        html.section("where", "Where it goes") { html in
            guard !shownApps.isEmpty else {
                html.element("p", text: "No flow of a known phone was found.")
                return
            }
            html.element("p", ["class": "muted"], text: "Most upload first. Party: first is the app’s own company, platform the maker of the phone’s system, infrastructure a rented machine or delivery network, third anybody else.")
            for app in shownApps {
                if shownApps.count > 1 { html.element("h3") { $0.name(app.title) } }
                destinations(app, &html)
            }
            groups(&html)
            html.countries(of: summary.apps)
            trackerMatrix(&html)
        }
    }

    private func destinations(_ app: AppSummary, _ html: inout HTML) {
        var columns: [HTML.Column] = [.init("Destination"), .init("Up", number: true), .init("Down", number: true)]
        if summary.hasPhases { columns.append(.init("Up in background", number: true)) }
        columns += [.init("Owner"), .init("Category"), .init("Party"), .init("Country")]
        let shown = Array(app.destinations.prefix(300)), most = shown.first?.sum.up ?? 0
        html.table("Destinations of " + (app.role == .unattributed ? "unattributed flows" : app.title), hidesCaption: true, columns, shown) { html, row, column in
            switch columns[column].title {
            case "Destination": destination(row, &html)
            case "Up":
                html.text(Quantity.octets(row.sum.up))
                html.bar(row.sum.up, of: most)
            case "Down": html.text(Quantity.octets(row.sum.down))
            case "Up in background": html.text(Quantity.octets(row.phases[.background].up))
            case "Owner":
                html.name(row.ownerText ?? "–")
                if let parent = row.ownerParent, parent != row.owner { html.element("small", ["class": "muted"]) { $0.name(parent) } }
            case "Category": html.text(row.category ?? "unknown")
            case "Party": html.text(row.party.flatMap { $0 == .unknown ? nil : $0.rawValue } ?? "–")
            default:
                html.text(row.countries.isEmpty ? "–" : row.countries.prefix(3).joined(separator: " "))
                if let note = row.placeNoteText { html.element("small", ["class": "muted"], text: note) }
            }
        }
        if app.destinations.count > 300 {
            html.element("p", ["class": "muted"], text: "… and \(app.destinations.count - 300) more: the JSON form has them all.")
        }
        let sizes = PayloadSizeClass.allCases.filter { $0 != .empty }
        html.element("details") { html in
            html.element("summary", text: "Payload sizes by destination")
            html.table(
                "Uploads and downloads by size, for each destination", hidesCaption: true,
                [.init("Destination")] + sizes.flatMap { [HTML.Column($0.name + " up", number: true), HTML.Column("down", number: true)] }, shown
            ) { html, row, column in
                guard column > 0 else { return destination(row, &html) }
                let size = sizes[(column - 1) / 2]
                html.text(Quantity.grouped(column % 2 == 1 ? row.sum.sizesUp[size] : row.sum.sizesDown[size]))
            }
        }
    }

    private func destination(_ row: DestinationSummary, _ html: inout HTML) {
        html.name(row.isOthers ? "others" : redaction.host(row.name, registrableDomain: row.registrableDomain))
        if row.coveredFlows > 0 { html.element("small", ["class": "muted"], text: "cover name") }
    }

    // MARK: When

    func when(_ html: inout HTML) {
        let charts = summary.timelines.compactMap(TimelineChart.init)
        guard !charts.isEmpty else { return }
        html.section("when", "When") { html in
            html.element("p", ["class": "muted"], text: "What the phone sent, by who received it. The height of a bar grows with the square root of the octets, so that small ones show beside large ones."
                + (summary.hasPhases ? " Shaded: the app was in the background, or the phone idle." : " Without markers nothing says when the app was in the background.")
                + (summary.hasEvents ? " Ticks below the line: marked events, such as key presses." : ""))
            html.element("p", ["class": "legend"]) { html in
                for kind in TrafficKind.allCases where charts.contains(where: { $0.shows(kind) }) {
                    html.element("span") { html in
                        html.trusted("<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><rect class=\"kind\(kind.rawValue)\" x=\"2\" y=\"2\" width=\"12\" height=\"12\"/></svg>")
                        html.text(TimelineChart.name(kind))
                    }
                }
            }
            for chart in charts.prefix(12) { figure(chart, &html) }
            if charts.count > 12 { html.element("p", ["class": "muted"], text: "… and \(charts.count - 12) more captures.") }
        }
    }

    private func figure(_ chart: TimelineChart, _ html: inout HTML) {
        html.element("figure") { html in
            html.element("figcaption") { html in
                html.element("span") { $0.name(chart.timeline.capture) }
                html.element("span", ["class": "name"], text: "begins " + UTCTime.text(nanoseconds: chart.timeline.first) + " UTC")
            }
            html.trusted(chart.svg())       // everything in it went through Escaping
            html.element("details") { html in
                html.element("summary", text: "The same in numbers")
                html.table(
                    chart.timeline.capture + ": upload over time", hidesCaption: true,
                    [.init("From"), .init("Phase")] + TrafficKind.allCases.map { .init("To " + TimelineChart.name($0), number: true) } + [.init("Down", number: true)],
                    chart.rows()
                ) { html, row, column in
                    switch column {
                    case 0: html.text(row.time)
                    case 1: html.text(row.phase)
                    case 6: html.text(Quantity.octets(row.down))
                    default: html.text(Quantity.octets(row.up[column - 2]))
                    }
                }
            }
        }
    }

    // MARK: How much

    func howMuch(_ html: inout HTML) {
        html.section("sizes", "How much at a time") { html in
            html.element("p", ["class": "muted"], text: "An upload is what the phone sends in one go, until the other side answers or half a second passes; a download the reverse. Numbers of them by size.")
            let total = summary.total
            let most = PayloadSizeClass.allCases.map { max(total.sizesUp[$0], total.sizesDown[$0]) }.max() ?? 0
            html.table(
                "Uploads and downloads by size", hidesCaption: true,
                [.init("Size"), .init("Uploads", number: true), .init("Downloads", number: true)], PayloadSizeClass.allCases.filter { $0 != .empty }
            ) { html, size, column in
                switch column {
                case 0:
                    html.text(size.name)
                    html.element("small", ["class": "muted"], text: SizeText.range(size))
                case 1:
                    html.text(Quantity.grouped(total.sizesUp[size]))
                    html.bar(total.sizesUp[size], of: most)
                default:
                    html.text(Quantity.grouped(total.sizesDown[size]))
                    html.bar(total.sizesDown[size], of: most)
                }
            }
        }
    }

    // MARK: Background

    func background(_ html: inout HTML) {
        html.section("background", "In the background") { html in
            guard summary.hasPhases else {
                html.element("p", text: "No marker says when the app was in the background, so all of it counts as foreground.")
                html.element("p", ["class": "muted"]) { html in
                    html.text("Note what you do while recording, one line each, and give the file as --markers: ")
                    html.element("code", text: "{\"t\": \"2026-05-01T10:01:00Z\", \"event\": \"background\"}")
                }
                return
            }
            var owners: [String: PhaseAmounts] = [:]
            for row in rows { owners[row.holder, default: PhaseAmounts()].add(row.phases) }
            let all = owners.sorted { a, b in
                let (x, y) = (a.value[.background].up, b.value[.background].up)
                return x != y ? x > y : a.key.utf8.lexicographicallyPrecedes(b.key.utf8)
            }
            let phases = Phase.allCases.filter { phase in summary.timelines.contains { $0.phases.contains { $0.phase == phase } } }
            html.element("p", ["class": "muted"], text: "By company and phase. An upload here is a burst: all that one connection carries without a pause of half a second.")
            html.table(
                "Upload by company and phase", hidesCaption: true,
                [.init("Owner")] + phases.flatMap { [HTML.Column($0.rawValue + " up", number: true), HTML.Column("uploads", number: true)] },
                Array(all.prefix(100))
            ) { html, row, column in
                guard column > 0 else { return html.name(redaction.host(row.key)) }
                let amount = row.value[phases[(column - 1) / 2]]
                html.text(column % 2 == 1 ? Quantity.octets(amount.up) : Quantity.grouped(amount.uploads))
            }
            var outside = PhaseAmounts()
            for app in summary.apps { outside.add(app.phases) }
            if outside[nil].up > 0 || outside[nil].down > 0 {
                html.element("p", ["class": "muted"], text: Quantity.octets(outside[nil].up) + " up and " + Quantity.octets(outside[nil].down) + " down lie in no phase: before the first marker or after the last.")
            }
            if let settled = summary.findings.first(where: { $0.code == "settle" }) { html.element("p", ["class": "muted"], text: settled.sentence) }
        }
    }

    // MARK: Transport

    func transport(_ html: inout HTML) {
        html.section("transport", "How it is sent") { html in
            var services: [ServiceCount] = []
            for service in summary.apps.flatMap(\.services) {
                if let index = services.firstIndex(where: { $0.name == service.name && $0.version == service.version }) {
                    services[index].flows &+= service.flows
                } else {
                    services.append(service)
                }
            }
            services.sort { a, b in a.flows != b.flows ? a.flows > b.flows : (a.name + (a.version ?? "")) < (b.name + (b.version ?? "")) }
            html.table("Protocols by content", [.init("Protocol"), .init("Version"), .init("Flows", number: true)], services) { html, row, column in
                switch column {
                case 0: html.text(row.name)
                case 1: html.text(row.version ?? "–")
                default: html.text(Quantity.grouped(row.flows))
                }
            }
            let total = summary.total
            html.element("dl", ["class": "facts"]) { html in
                html.fact("In clear text", Quantity.octets(total.clearUp), "of " + Quantity.octets(total.up) + " sent")
                if summary.isSynthetic {
                    html.fact("Sent again, out of order", "not used", "the packets are synthetic")
                } else {
                    html.fact("Sent again", Quantity.octets(total.resent), "counted once")
                    html.fact("Not captured", Quantity.octets(total.missing), "inside streams; never guessed")
                    html.fact("Out of order", Quantity.grouped(total.outOfOrder), "segments")
                }
            }
            let libraries = clientLibraries
            if !libraries.isEmpty {
                html.element("h3", text: "TLS libraries, by their hellos")
                html.element("p", text: "A hint, not a proof: many apps share a library, and a hello can be imitated.")
                html.element("ul") { html in
                    for library in libraries { html.element("li", text: library.name + " (" + (library.version ?? "–") + "): " + Quantity.count(library.flows, "flow")) }
                }
            }
            let agents = Set(summary.apps.flatMap(\.userAgents)).map { redaction.userAgent($0) }
            if !agents.isEmpty {
                html.element("h3", text: "User agents in clear text")
                html.element("ul") { html in
                    for agent in Set(agents).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
                        html.element("li") { $0.name(agent) }
                    }
                }
            }
        }
    }

    /// Of all apps together, most flows first.
    private var clientLibraries: [ServiceCount] {
        var all: [ServiceCount] = []
        for library in summary.apps.flatMap(\.clientLibraries) {
            if let index = all.firstIndex(where: { $0.name == library.name }) { all[index].flows += library.flows } else { all.append(library) }
        }
        return all.sorted { a, b in a.flows != b.flows ? a.flows > b.flows : a.name.utf8.lexicographicallyPrecedes(b.name.utf8) }
    }

    // MARK: Unattributed and unknown

    func unknown(_ html: inout HTML) {
        let unlisted = rows.filter { $0.isUnlisted && !$0.isOthers }
        let apart = summary.apps.flatMap(\.unknownPhoneDestinations)
        let nameless = summary.apps.filter { $0.role == .unattributed || $0.role == .conflict }
        html.section("unknown", "Unattributed and unknown") { html in
            if unlisted.isEmpty, apart.isEmpty, nameless.isEmpty {
                html.element("p", text: "Every destination is in a list, every flow has an app and a phone.")
                return
            }
            if !unlisted.isEmpty {
                html.table(
                    "Destinations that no list knows", [.init("Destination"), .init("Up", number: true), .init("Down", number: true), .init("Flows", number: true), .init("Name from"), .init("Network of"), .init("Country")],
                    Array(unlisted.prefix(200))
                ) { html, row, column in
                    switch column {
                    case 0: html.name(redaction.host(row.name, registrableDomain: row.registrableDomain))
                    case 1: html.text(Quantity.octets(row.sum.up))
                    case 2: html.text(Quantity.octets(row.sum.down))
                    case 3: html.text(Quantity.grouped(row.sum.flows))
                    case 4: html.text(row.nameSource.rawValue)
                    case 5: html.name(row.operatorText ?? "–")
                    default: html.text(row.countries.isEmpty ? "unknown" : row.countries.joined(separator: " "))
                    }
                }
            }
            for app in nameless {
                html.element("p", text: Quantity.count(app.sum.flows &+ app.unknownPhone.flows, "flow") + " with " + Quantity.octets(app.sum.up) + " up could be given to no app.")
            }
            if summary.unknownPhone.flows > 0 {
                html.element("p", text: Quantity.count(summary.unknownPhone.flows, "flow") + " with " + Quantity.octets(summary.unknownPhone.up &+ summary.unknownPhone.down)
                    + " have no known phone; they count in nothing above.")
            }
        }
    }
}

/// Size classes in words.
enum SizeText {
    static func range(_ size: PayloadSizeClass) -> String {
        guard let next = PayloadSizeClass(rawValue: size.rawValue + 1) else { return "1 MiB and more" }
        func text(_ octets: Int) -> String { octets < 1024 ? "\(octets) B" : octets < 1_048_576 ? "\(octets / 1024) KiB" : "\(octets / 1_048_576) MiB" }
        return size == .ping ? "under " + text(next.lowerBound) : text(size.lowerBound) + " to under " + text(next.lowerBound)
    }
}
