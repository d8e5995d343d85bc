import TrafficCore

extension InspectionReport {
    /// One self-contained page of an app, or of several: style and charts inside, no script, nothing loaded.
    public func html() -> [UInt8] { InspectionPage(self).document() }
}

/// The page of an inspection, top down: the answer, findings, where it goes, when, how much, background, transport, what is
/// unknown, every packet, how to make it again.
struct InspectionPage {
    let report: InspectionReport
    let redaction: Redaction

    init(_ report: InspectionReport) {
        self.report = report
        redaction = Redaction(reveal: report.reveal)
    }

    var summary: InspectionSummary { report.summary }
    /// Apps with traffic of a known phone, as far as a page can hold them.
    var shownApps: [AppSummary] { Array(summary.apps.filter { $0.sum.flows > 0 }.prefix(50)) }
    private var title: String {
        let named = summary.apps.compactMap(\.app)
        return named.count == 1 ? named[0] : Quantity.count(named.count, "app")
    }

    func document() -> [UInt8] {
        HTML.document(title: title + ": what it sends", style: PageStyle.sheet) { html in
            html.element("header", ["class": "page"]) { masthead(&$0) }
            html.element("main") { html in
                answer(&html)
                findings(&html)
                whereItGoes(&html)
                when(&html)
                howMuch(&html)
                background(&html)
                transport(&html)
                readability(&html)
                unknown(&html)
                limits(&html)
                packets(&html)
                report.provenance.writeSection([], redaction, to: &html)
            }
            html.element("footer", ["class": "page"]) { html in
                html.text("trafficscope " + report.provenance.toolVersion + ". This page loads nothing and runs no script. Amounts, destinations and times are counted, never content: nothing here says what was sent.")
            }
        }
    }

    private func masthead(_ html: inout HTML) {
        html.element("p", ["class": "kicker"], text: "trafficscope · what an app sends")
        html.element("h1") { $0.dottedName(title) }
        html.element("p", ["class": "muted"], text: Quantity.count(summary.overviews.count, "capture") + ", " + observed + ".")
    }

    /// "4 min 10 s observed", and how much of it in which phase.
    private var observed: String {
        var sums: [Phase: Int64] = [:], whole: Int64 = 0
        for timeline in summary.timelines {
            whole &+= max(0, timeline.last &- timeline.first)
            for interval in timeline.phases {
                guard let start = interval.start, let end = interval.end else { continue }
                sums[interval.phase, default: 0] &+= max(0, end &- start)
            }
        }
        guard summary.hasPhases else { return Quantity.duration(nanoseconds: whole) + " observed" }
        return Phase.allCases.compactMap { phase in sums[phase].map { Quantity.duration(nanoseconds: $0) + " in " + phase.rawValue } }.joined(separator: ", ")
    }

    // MARK: Answer

    private func answer(_ html: inout HTML) {
        html.element("section", ["class": "answer", "aria-labelledby": "answer"]) { html in
            html.element("h2", ["id": "answer"], text: "The answer")
            for (index, sentence) in sentences.enumerated() {
                html.element("p", ["class": index == 0 ? "sentence" : "sentence second"], text: sentence)
            }
            html.element("dl", ["class": "facts"]) { html in
                html.fact("Sent", Quantity.octets(summary.total.up), "received " + Quantity.octets(summary.total.down))
                html.fact("Destinations", Quantity.grouped(rows.count), Quantity.count(companies, "company", "companies"))
                html.fact("To trackers", Quantity.percent(share(of: rows.filter(\.isTracker))), "of the upload")
                html.fact("Could be read", summary.ledger.readablePercent, "of the upload, by anyone on the way")
            }
        }
    }

    /// Destinations over all apps.
    var rows: [DestinationSummary] {
        var place: [DestinationSummary.Identity: Int] = [:], merged: [DestinationSummary] = []
        for row in summary.apps.flatMap(\.destinations) where !row.isOthers || row.sum.flows > 0 {
            if let index = place[row.identity] { merged[index].add(row) } else {
                place[row.identity] = merged.count
                merged.append(row)
            }
        }
        return merged.sorted { a, b in a.sum.up != b.sum.up ? a.sum.up > b.sum.up : a.name.utf8.lexicographicallyPrecedes(b.name.utf8) }
    }
    private var companies: Int { Set(rows.compactMap(\.owner)).count }

    private func share(of rows: [DestinationSummary]) -> Double {
        guard summary.total.up > 0 else { return 0 }
        return min(1, Double(rows.reduce(0) { $0 &+ $1.sum.up }) / Double(summary.total.up))
    }

    /// Three sentences: how much to whom, who gets most, and what else a reader would ask first.
    private var sentences: [String] {
        let total = summary.total
        guard total.flows > 0 else { return ["No flow of a known phone was found in " + Quantity.count(summary.overviews.count, "capture") + "."] }
        let several = summary.apps.count(where: { $0.app != nil && $0.sum.flows > 0 }) > 1
        let first = (several ? "They" : "It") + " sent " + Quantity.octets(total.up) + " and received " + Quantity.octets(total.down) + ", to and from "
            + Quantity.count(rows.count, "destination") + (companies == 0 ? ", none of a known company." : " of " + Quantity.count(companies, "known company", "known companies") + ".")
        var owners: [String: Int] = [:]
        for row in rows { owners[row.holder, default: 0] &+= row.sum.up }
        let most = owners.sorted { a, b in a.value != b.value ? a.value > b.value : a.key.utf8.lexicographicallyPrecedes(b.key.utf8) }
        var second = "Most went to " + most.prefix(2).map { redaction.host($0.key) + " (" + Quantity.percent(Double($0.value) / Double(max(1, total.up))) + ")" }.joined(separator: " and ")
        let trackers = rows.filter(\.isTracker)
        second += trackers.isEmpty ? "; no known tracker was seen " + summary.ledger.quoteWithNames + "." : "; " + Quantity.octets(trackers.reduce(0) { $0 &+ $1.sum.up }) + " to "
            + Quantity.count(Set(trackers.map { $0.owner ?? $0.name }).count, "tracker") + "."
        return [first, second, third]
    }

    private var third: String {
        let unknown = rows.filter { $0.isUnlisted && !$0.isOthers }
        let unlisted = unknown.isEmpty ? "Every destination is known" : Quantity.octets(unknown.reduce(0) { $0 &+ $1.sum.up }) + " went to "
            + Quantity.count(unknown.count, "destination") + " that no list knows"
        guard summary.hasPhases else { return unlisted + "; what it sends in the background cannot be told without markers." }
        var background = 0, uploads = 0
        for app in summary.apps {
            background &+= app.phases[.background].up
            uploads &+= app.phases[.background].uploads
        }
        return unlisted + "; in the background it sent " + (uploads == 0 ? "nothing." : Quantity.octets(background) + " in " + Quantity.count(uploads, "upload") + ".")
    }

    private func findings(_ html: inout HTML) {
        let lines = FindingLine.lines(summary.findings.filter { $0.level != .limit }, captures: summary.overviews.count)
        guard !lines.isEmpty else { return }
        var redaction = redaction
        html.section("findings", "What to know first") { html in
            html.element("dl", ["class": "answerless"]) { html in
                for line in lines {
                    html.element("dt", text: (line.finding.level == .problem ? "Problem: " : "") + line.sentence)
                    if !line.finding.hosts.isEmpty {
                        html.element("dd") { html in
                            for (index, host) in line.finding.hosts.enumerated() {
                                if index > 0 { html.text(", ") }
                                html.name(redaction.host(host))
                            }
                        }
                    }
                    if !line.finding.candidates.isEmpty {
                        let candidates = line.finding.candidates.map { redaction.device($0.device) + " (" + Quantity.count($0.flows, "flow") + ")" }
                        html.element("dd", text: "Candidates: " + candidates.joined(separator: ", "))
                    }
                    if let advice = line.finding.advice { html.element("dd", ["class": "do"], text: advice) }
                }
            }
        }
    }

    // MARK: Bottom

    private func limits(_ html: inout HTML) {
        html.section("limits", "Limits") { html in
            var sentences = FindingLine.lines(summary.findings.filter { $0.level == .limit && $0.code != "ledger" }, captures: summary.overviews.count)
                .map { $0.sentence + ($0.finding.advice.map { " " + $0 } ?? "") }
            sentences.append("Nothing was decrypted: sizes of encrypted traffic include handshakes and the overhead of records.")
            sentences.append("The country is that of the network that answered, as the address database has it; a delivery network answers from nearby for anybody. Where it is marked anycast (announced from many places) or shared hosting (rented out) it says little.")
            html.list(sentences)
        }
    }

    private func packets(_ html: inout HTML) {
        var redaction = redaction
        html.section("packets", "Every packet") { html in
            html.element("p", ["class": "muted"], text: "Each packet of each capture is in exactly one place.")
            html.element("details") { html in
                html.element("summary", text: Quantity.count(summary.overviews.count, "capture"))
                for overview in summary.overviews {
                    let phone = "phone " + (overview.phone.map { redaction.device($0) } ?? "unknown") + " (" + overview.phoneReason + ")"
                    let rows = AccountRows(overview.account).rows.map { ($0.name, $0.packets) } + [("packets", overview.account.packets)]
                    html.table(
                        overview.identity.name + ": " + overview.format + ", " + Quantity.octets(Int(clamping: overview.fileOctets)) + ", " + phone,
                        [.init("Where"), .init("Packets", number: true)], rows
                    ) { html, row, column in html.text(column == 0 ? row.0 : Quantity.grouped(row.1)) }
                }
            }
        }
    }
}
