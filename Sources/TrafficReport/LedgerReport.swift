import TrafficCore

// The ledger (docs/ledger.md) as data, text and table.

extension Ledger {
    /// As the value of a member.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("octets", octets)
            json.member("classified", classified)
            json.member("readable_share", orNull: readableShare)
            json.member("unattributed", unattributed)
            json.object("unnamed") { json in
                for reason in Nameless.allCases { json.member(reason.rawValue, unnamed(reason)) }
            }
            json.member("missing", missing)
            json.member("captured_twice", capturedTwice)
            json.object("classes") { json in
                for kind in Class.allCases {
                    json.object(kind.rawValue) { Self.write(self[kind], share: share(of: self[kind].octets), to: &$0) }
                }
            }
        }
    }

    private static func write(_ row: Row, share: Double?, to json: inout JSONWriter) {
        json.member("octets", row.octets)
        json.member("share", orNull: share)
        json.member("unattributed", row.unattributed)
        json.object("unnamed") { json in
            for reason in Nameless.allCases { json.member(reason.rawValue, row[reason]) }
        }
    }

    /// Lines of a table: the classes, then the total.
    struct Line {
        var title: String
        var octets: Int
        /// Without a share where nothing was uploaded.
        var share: String
        var unattributed: Int
        var unnamed: Int
        var isTotal = false
    }

    var lines: [Line] {
        var lines = Class.allCases.map { kind in
            let row = self[kind]
            return Line(
                title: kind.title, octets: row.octets, share: percent(row.octets), unattributed: row.unattributed, unnamed: row.unnamed)
        }
        lines.append(Line(
            title: isBalanced ? "uploaded" : "uploaded (does not add up)", octets: octets, share: percent(octets),
            unattributed: unattributed, unnamed: unnamed, isTotal: true))
        return lines
    }

    var readablePercent: String { percent(self[.readable].octets) }

    /// Whole per cent of the upload, but never 0 or 100 for what is neither.
    func percent(_ part: Int) -> String {
        guard let share = share(of: part) else { return "–" }
        if part > 0, share < 0.01 { return "under 1 %" }
        if part < octets, share > 0.99 { return "over 99 %" }
        return Quantity.percent(share)
    }

    /// Why destinations have no name, and what stands beside the total; a sentence each.
    var notes: [String] {
        var notes: [String] = []
        let reasons = Nameless.allCases.filter { unnamed($0) > 0 }
        if !reasons.isEmpty {
            let parts = reasons.map { Quantity.octets(unnamed($0)) + " (" + $0.title + ")" }
            notes.append("Without the destination's name: " + parts.joined(separator: ", ") + ".")
        }
        if missing > 0 {
            notes.append("Beside the total: " + Quantity.octets(missing) + " that were sent and never captured, by TCP's sequence numbers.")
        }
        if capturedTwice > 0 {
            notes.append("Beside the total: " + Quantity.octets(capturedTwice) + " in packets that were captured twice; each was sent once.")
        }
        return notes
    }
}

extension Ledger.Nameless {
    /// As it stands in sentences.
    var title: String {
        switch self {
        case .ech: "the handshake encrypts it"
        case .encryptedDNS: "the phone resolves names in secret"
        case .noSNI: "the handshake has none, or was not captured"
        case .other: "only an address"
        }
    }
}

extension InspectionReport {
    /// The table for a terminal, with its heading.
    func ledgerText(width: Int, color: Bool) -> String {
        let ledger = summary.ledger
        guard ledger.octets > 0 || ledger.classified > 0 else { return "" }
        var text = "\n" + Terminal.styled("What could be read", .bold, color: color) + "\n"
        if let finding = summary.findings.first(where: { $0.code == "ledger" }) {
            text += Terminal.wrap(finding.sentence, to: width) + "\n"
        }
        let columns: [Terminal.Column] = [
            .init("upload"), .init("octets", right: true), .init("share", right: true), .init("of no app", right: true),
            .init("to no name", right: true),
        ]
        let cells = ledger.lines.map { line in
            [line.title, Quantity.octets(line.octets), line.share, Quantity.octets(line.unattributed), Quantity.octets(line.unnamed)]
        }
        text += Terminal.table(columns, cells, color: color)
        for note in ledger.notes { text += Terminal.wrap(note, to: width) + "\n" }
        return text
    }

    /// "3 % of its upload could be read; TLS without key 85 %, TCP and UDP headers 10 %." Empty without an upload.
    func ledgerLine(_ ledger: Ledger) -> String {
        guard ledger.octets > 0 else { return "" }
        let rest = Ledger.Class.allCases.filter { $0 != .readable && ledger[$0].octets > 0 }
            .sorted { ledger[$0].octets > ledger[$1].octets }
            .prefix(4).map { $0.title + " " + ledger.percent(ledger[$0].octets) }
        return ledger.readablePercent + " of its upload could be read" + (rest.isEmpty ? "." : "; " + rest.joined(separator: ", ") + ".")
    }
}

extension InspectionPage {
    /// What of the upload could be read at all, over all apps and for each.
    func readability(_ html: inout HTML) {
        html.section("readable", "What could be read") { html in
            guard summary.ledger.octets > 0 else {
                html.element("p", text: "No upload of a known phone was captured.")
                return
            }
            if let finding = summary.findings.first(where: { $0.code == "ledger" }) { html.element("p", text: finding.sentence) }
            html.element("p", ["class": "muted"], text: "All that the phone uploaded in IP packets, less the IP headers. "
                + "Every octet is in one class; the total is counted by packet, and no class is what the others leave over.")
            html.ledger(summary.ledger, "Upload by readability")
            html.list(summary.ledger.notes)
            guard shownApps.count > 1 else { return }
            html.element("details") { html in
                html.element("summary", text: "By app")
                for app in shownApps {
                    html.element("h3") { $0.name(app.app ?? "unattributed") }
                    html.ledger(app.ledger, "Upload by readability of " + (app.app ?? "unattributed flows"))
                }
            }
        }
    }
}

extension HTML {
    mutating func ledger(_ ledger: Ledger, _ caption: String) {
        table(
            caption, hidesCaption: true,
            [
                .init("Upload"), .init("Octets", number: true), .init("Share", number: true), .init("Of no app", number: true),
                .init("To no name", number: true),
            ],
            ledger.lines
        ) { html, line, column in
            switch column {
            case 0: html.text(line.title)
            case 1:
                html.text(Quantity.octets(line.octets))
                if !line.isTotal { html.bar(line.octets, of: ledger.octets) }
            case 2: html.text(line.share)
            case 3: html.text(Quantity.octets(line.unattributed))
            default: html.text(Quantity.octets(line.unnamed))
            }
        }
    }
}
