import TrafficCore

// Destinations by what they have in common, and trackers by app.

extension InspectionReport {
    /// One line each: owners, categories, parties, countries and phases, most upload first.
    func groupsText(_ app: AppSummary, width: Int) -> String {
        var text = ""
        func line(_ title: String, _ rows: [(name: String, up: Int)]) {
            guard rows.contains(where: { $0.name != "unknown" }) else { return }
            let most = rows.prefix(6).map { Escaping.terminal($0.name) + " " + Quantity.octets($0.up) }.joined(separator: ", ")
            text += Terminal.wrap(title + ": " + most + (rows.count > 6 ? ", …" : ""), to: width, indent: 2) + "\n"
        }
        line("up by owner", app.owners.map { ($0.owner ?? "unknown", $0.sum.up) })
        line("up by category", app.categories.map { ($0.name ?? "unknown", $0.sum.up) })
        line("up by party", app.parties.map { ($0.name ?? "unknown", $0.sum.up) })
        line("up by country", app.countries.map { ($0.country ?? "unknown", $0.sum.up) })
        var phases = app.phases.phases.map { ($0.rawValue, app.phases[$0].up) }
        if app.phases[nil].up > 0 { phases.append(("outside", app.phases[nil].up)) }
        if summary.hasPhases { line("up by phase", phases) }
        return text.isEmpty ? "" : "\n" + text
    }

    static func write(_ groups: [TrafficGroup], _ name: String, to json: inout JSONWriter) {
        for group in groups {
            json.object { json in
                json.member(name, orNull: group.name)
                json.member("destinations", group.destinations)
                write(group.sum, to: &json)
                write(group.phases, to: &json)
            }
        }
    }

    /// Trackers and apps, the value of a member.
    static func write(_ contacts: [TrackerContact], to json: inout JSONWriter) {
        for contact in contacts {
            json.object { json in
                json.member("owner", contact.owner)
                json.member("category", contact.category)
                json.array("apps", of: contact.apps) { json, entry in
                    json.object { json in
                        json.member("app", orNull: entry.app)
                        if entry.isGuessed { json.member("guessed", true) }
                        json.member("flows", entry.sum.flows)
                        json.member("payload_up", entry.sum.up)
                        json.member("payload_down", entry.sum.down)
                    }
                }
            }
        }
    }
}

extension InspectionPage {
    /// All destinations by owner, category and party.
    func groups(_ html: inout HTML) {
        let all = rows
        group("By owner", "Owner", TrafficGroup.rows(of: all) { $0.owner }, &html)
        group("By category", "Category", TrafficGroup.rows(of: all) { $0.category }, &html)
        group("By party", "Party", TrafficGroup.rows(of: all) { $0.party.flatMap { $0 == .unknown ? nil : $0.rawValue } }, &html)
    }

    private func group(_ title: String, _ what: String, _ groups: [TrafficGroup], _ html: inout HTML) {
        guard groups.contains(where: { $0.name != nil }) else { return }
        html.element("h3", text: title)
        var columns: [HTML.Column] = [.init(what), .init("Up", number: true), .init("Down", number: true)]
        if summary.hasPhases { columns.append(.init("Up in background", number: true)) }
        columns.append(.init("Destinations", number: true))
        html.table(title, hidesCaption: true, columns, Array(groups.prefix(50))) { html, row, column in
            switch columns[column].title {
            case "Up":
                html.text(Quantity.octets(row.sum.up))
                html.bar(row.sum.up, of: groups.first?.sum.up ?? 0)
            case "Down": html.text(Quantity.octets(row.sum.down))
            case "Up in background": html.text(Quantity.octets(row.phases[.background].up))
            case "Destinations": html.text(Quantity.grouped(row.destinations))
            default: html.name(row.name ?? "unknown")
            }
        }
        if groups.count > 50 { html.element("p", ["class": "muted"], text: "… and \(groups.count - 50) more: the JSON form has them all.") }
    }

    /// Which app contacts which tracker, where there are several apps.
    func trackerMatrix(_ html: inout HTML) {
        let apps = Array(shownApps.prefix(40)), contacts = TrackerContact.rows(of: apps)
        guard apps.count > 1, !contacts.isEmpty else { return }
        html.element("h3", text: "Trackers by app")
        html.element("p", ["class": "muted"], text: "A dot: the app contacts this tracker in at least one capture. Most widespread first."
            + (shownApps.count > 40 || contacts.count > 40 ? " The largest part that a page holds; the JSON form has all." : ""))
        let columns: [HTML.Column] = [.init("Tracker"), .init("Category")] + apps.map { .init($0.app == nil ? "unattributed" : $0.title, number: true) }
        html.table("Trackers by app", hidesCaption: true, columns, Array(contacts.prefix(40)), class: "matrix") { html, row, column in
            switch column {
            case 0: html.name(row.owner)
            case 1: html.text(row.category)
            default:
                let contacts = row.apps.contains { $0.app == apps[column - 2].app && $0.isGuessed == apps[column - 2].isGuessed }
                if contacts { html.element("span", ["aria-hidden": "true"], text: "●") }
                html.element("span", ["class": "hidden"], text: contacts ? "yes" : "no")
            }
        }
    }
}
