import TrafficCore

extension InspectionReport {
    /// For a terminal of `width` columns.
    public func terminal(width: Int = 100, color: Bool = false) -> String {
        var redaction = Redaction(reveal: reveal)
        let width = max(60, min(width, 200))
        var text = headline(width: width, color: color)
        text += findingsText(width: width, color: color, &redaction)
        text += ledgerText(width: width, color: color)
        for app in summary.apps { text += appText(app, width: width, color: color, redaction) }
        text += accountText(width: width, color: color, &redaction)
        return text
    }

    // MARK: First lines

    private func headline(width: Int, color: Bool) -> String {
        let total = summary.total
        let apps = summary.apps.filter { $0.app != nil }.count
        var destinations = 0
        for app in summary.apps { destinations += app.destinations.count }
        let line = Quantity.count(summary.overviews.count, "capture") + ", " + Quantity.count(apps, "app") + ": "
            + Quantity.octets(total.up) + " up and " + Quantity.octets(total.down) + " down in "
            + Quantity.count(total.flows, "flow") + " to " + Quantity.count(destinations, "destination") + "."
        var text = Terminal.styled(Terminal.wrap(line, to: width), .bold, color: color) + "\n"
        // The second line says what the captures cannot answer (DESIGN.md §7).
        if let limit = summary.findings.first(where: { $0.code == "no_markers" }) {
            text += Terminal.wrap(limit.sentence + (limit.advice.map { " " + $0 } ?? ""), to: width) + "\n"
        }
        return text
    }

    private func findingsText(width: Int, color: Bool, _ redaction: inout Redaction) -> String {
        let lines = FindingLine.lines(summary.findings.filter { $0.code != "no_markers" && $0.code != "ledger" }, captures: summary.overviews.count)
        guard !lines.isEmpty else { return "" }
        var text = heading("Findings", color: color)
        for line in lines {
            let finding = line.finding
            let (mark, style): (String, Terminal.Style) =
                switch finding.level {
                case .problem: ("!", .red)
                case .notice: ("•", .yellow)
                case .limit: ("–", .dim)
                }
            var sentence = line.sentence
            if !finding.hosts.isEmpty { sentence += " " + finding.hosts.map { redaction.host($0) }.joined(separator: ", ") + "." }
            if !finding.candidates.isEmpty {
                var candidates: [String] = []
                for candidate in finding.candidates {
                    candidates.append(redaction.device(candidate.device) + " (" + Quantity.count(candidate.flows, "flow") + ")")
                }
                sentence += " Candidates: " + candidates.joined(separator: ", ") + "."
                if !redaction.reveal { sentence += " --reveal shows their addresses." }
            }
            text += Terminal.styled(mark, style, color: color) + " "
                + Terminal.wrap(Escaping.terminal(sentence), to: width, indent: 2) + "\n"
            if let advice = finding.advice {
                text += "  " + Terminal.wrap("→ " + Escaping.terminal(advice), to: width, indent: 4) + "\n"
            }
        }
        return text
    }

    // MARK: One app

    /// Rows of a table on a terminal; the JSON form has them all.
    private static let rowLimit = 40

    private func appText(_ app: AppSummary, width: Int, color: Bool, _ redaction: Redaction) -> String {
        var text = heading(app.title, color: color)
        let sum = app.sum
        if sum.flows > 0 {
            var line = Quantity.octets(sum.up) + " up, " + Quantity.octets(sum.down) + " down, " + Quantity.count(sum.flows, "flow")
            if let share = sum.clearShare { line += ", " + Quantity.percent(share) + " of the upload in clear text" }
            if let first = sum.first, let last = sum.last {
                line += ", " + UTCTime.text(nanoseconds: first) + " to " + UTCTime.clock(nanoseconds: last) + " UTC"
            }
            text += Terminal.wrap(line, to: width) + "\n"
            if summary.isSynthetic {
                text += Terminal.wrap("resent, missing and out-of-order figures: synthetic, not used", to: width) + "\n"
            } else if sum.resent > 0 || sum.missing > 0 || sum.outOfOrder > 0 {
                text += Terminal.wrap(
                    "resent " + Quantity.octets(sum.resent) + ", missing " + Quantity.octets(sum.missing) + ", "
                        + Quantity.count(sum.outOfOrder, "segment") + " out of order", to: width) + "\n"
            }
            if app.role == .system {
                let kinds = app.systemUp.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
                text += Terminal.wrap(
                    "kept apart from every app; up by kind: "
                        + kinds.map { $0.key.rawValue + " " + Quantity.octets($0.value) }.joined(separator: ", "), to: width) + "\n"
            }
            if app.isGuessed {
                text += Terminal.wrap("guessed (" + app.attributions.map(\.rawValue).joined(separator: ", ") + "): no evidence", to: width) + "\n"
            }
            if !app.clientLibraries.isEmpty {
                let most = app.clientLibraries.prefix(4).map { $0.name + " " + Quantity.grouped($0.flows) }.joined(separator: ", ")
                text += Terminal.wrap("TLS by (a hint, in flows): " + most + (app.clientLibraries.count > 4 ? ", …" : ""), to: width) + "\n"
            }
            let readable = ledgerLine(app.ledger)
            if !readable.isEmpty, summary.apps.count > 1 { text += Terminal.wrap(readable, to: width) + "\n" }
            text += "\n" + destinationTable(app.destinations, width: width, color: color, redaction)
            text += groupsText(app, width: width)
            text += trackerTable(app, width: width, color: color)
            text += sizeTable(sum, color: color)
        }
        if app.unknownPhone.flows > 0 {
            text += "\n" + Terminal.styled(
                "no known phone: " + Quantity.count(app.unknownPhone.flows, "flow") + ", counted in no metric (up = from the originator)",
                .yellow, color: color) + "\n"
            text += destinationTable(app.unknownPhoneDestinations, width: width, color: color, redaction)
        }
        return text
    }

    private func destinationTable(_ rows: [DestinationSummary], width: Int, color: Bool, _ redaction: Redaction) -> String {
        // Fixed columns take 54 with their gaps; the rest is shared by the two that hold names.
        let names = max(30, width - 56)
        let columns: [Terminal.Column] = [
            .init("destination", maximum: names * 2 / 3), .init("owner", maximum: names / 3), .init("category", maximum: 16),
            .init("party", maximum: 8), .init("where", maximum: 5), .init("up", right: true), .init("down", right: true),
        ]
        var cells: [[String]] = []
        for row in rows.prefix(Self.rowLimit) {
            cells.append([
                row.isOthers ? "others" : redaction.host(row.name, registrableDomain: row.registrableDomain),
                row.ownerText ?? "unknown", row.category ?? "unknown", partyName(row.party),
                row.countriesText,
                Quantity.octets(row.sum.up), Quantity.octets(row.sum.down),
            ])
        }
        var text = Terminal.table(columns, cells, color: color)
        if rows.prefix(Self.rowLimit).contains(where: \.isPlaceDoubtful) {
            text += Terminal.styled(Self.placeNoteLine, .dim, color: color) + "\n"
        }
        if rows.count > Self.rowLimit {
            text += Terminal.styled("… and \(rows.count - Self.rowLimit) more (--format json has all)", .dim, color: color) + "\n"
        }
        return text
    }

    /// Below a table with marked countries.
    static let placeNoteLine = "~ this country says little: the network answers from many places, or is rented out."

    private func partyName(_ party: Party?) -> String {
        switch party {
        case .first: "first"
        case .platform: "platform"
        case .infrastructure: "infra"
        case .third: "third"
        case .unknown, nil: "unknown"
        }
    }

    private func trackerTable(_ app: AppSummary, width: Int, color: Bool) -> String {
        guard !app.trackers.isEmpty else {
            return "\n" + Terminal.wrap("No tracker was seen " + app.ledger.quoteWithNames + ".", to: width) + "\n"
        }
        let columns: [Terminal.Column] = [
            .init("tracker", maximum: 28), .init("category", maximum: 20), .init("domains", maximum: max(20, width - 74)),
            .init("up", right: true), .init("down", right: true),
        ]
        var cells: [[String]] = []
        for tracker in app.trackers.prefix(Self.rowLimit) {
            cells.append([
                tracker.owner, tracker.category, tracker.domains.joined(separator: " "), Quantity.octets(tracker.sum.up),
                Quantity.octets(tracker.sum.down),
            ])
        }
        return "\n" + Terminal.table(columns, cells, color: color)
    }

    private func sizeTable(_ sum: TrafficSum, color: Bool) -> String {
        var columns: [Terminal.Column] = [.init("payload sizes")]
        var up = ["up"], down = ["down"]
        for sizeClass in PayloadSizeClass.allCases where sizeClass != .empty {
            columns.append(.init(sizeClass.name + " " + (sizeClass == .ping ? "<128" : "≥" + Quantity.octets(sizeClass.lowerBound)), right: true))
            up.append(Quantity.grouped(sum.sizesUp[sizeClass]))
            down.append(Quantity.grouped(sum.sizesDown[sizeClass]))
        }
        return "\n" + Terminal.table(columns, [up, down], color: color)
    }

    // MARK: Packet account

    private func accountText(width: Int, color: Bool, _ redaction: inout Redaction) -> String {
        guard !summary.overviews.isEmpty else { return "" }
        var text = heading("Every packet", color: color)
        for overview in summary.overviews {
            let account = overview.account
            var line = overview.identity.name + "  sha256 " + overview.identity.id.prefix(12) + "…  " + overview.format + ", "
                + Quantity.octets(Int(clamping: overview.fileOctets))
            if let seconds = overview.exposureSeconds { line += ", " + Quantity.duration(nanoseconds: Int64(min(seconds, 9e9) * 1e9)) }
            line += ", phone " + (overview.phone.map { redaction.device($0) } ?? "unknown") + " (" + overview.phoneReason + ")"
            text += Terminal.wrap(Escaping.terminal(line), to: width, indent: 2) + "\n"
            if let marking = overview.marking { text += "  " + Terminal.wrap(Escaping.terminal(marking.sentence), to: width, indent: 2) + "\n" }
            if let holds = overview.notes.sentence { text += "  " + Terminal.wrap(holds, to: width, indent: 2) + "\n" }
            var rows = AccountRows(account).rows.map { [$0.name, Quantity.grouped($0.packets)] }
            rows.append(["packets", Quantity.grouped(account.packets) + (account.accounted == account.packets ? "" : " (does not add up)")])
            text += Terminal.table([.init("where"), .init("packets", right: true)], rows, indent: 2, color: color)
        }
        return text
    }

    private func heading(_ title: String, color: Bool) -> String {
        "\n" + Terminal.styled(Escaping.terminal(title), .bold, color: color) + "\n"
    }
}
