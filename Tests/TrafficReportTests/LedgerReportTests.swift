import Testing

@testable import TrafficCore
@testable import TrafficReport

@Suite struct LedgerReportTests {
    /// A flow of the phone with `headers` and `payload` octets up, of an app.
    private func record(
        _ service: Service?, app: String?, headers: Int = 20, payload: Int, category: String? = nil, party: Party? = nil
    ) -> FlowRecord {
        var record = ReportSamples.bareRecord()
        (record.phone, record.app, record.facts.service, record.party) = (.originator, app, service, party)
        (record.headers.forward, record.payload.forward, record.networkPayload.forward) = (headers, payload, headers + payload)
        record.adus.forward.add(.event, count: 2)
        record.destination = ReportSamples.destination(
            (category ?? "plain") + ".example", owner: category.map { $0 + " Ltd" }, category: category, country: "NL")
        return record
    }

    private func report(_ records: [FlowRecord], outside: Int = 0) -> InspectionReport {
        var summary = InspectionSummary(), overview = CaptureOverview(identity: ReportSamples.identity)
        for record in records { summary.add(record, bursts: []) }
        (overview.format, overview.outsideFlows.octets, overview.outsideFlows.otherTransport) = ("pcap", outside, outside)
        summary.close(overview, timeline: PhaseTimeline([]))
        summary.finish(overviews: [overview])
        return InspectionReport(summary: summary, provenance: Provenance(toolVersion: "0", command: [], inputs: []))
    }

    private var two: InspectionReport {
        report([
            record(.http, app: "a", payload: 100, category: "analytics", party: .third),
            record(.tls, app: "b", payload: 700, category: "analytics", party: .third),
            record(.quic, app: "b", payload: 60, party: .first), record(.tls, app: nil, payload: 20),
        ], outside: 40)
    }

    @Test("text: a sentence, every class with its share, and the total")
    func text() {
        let text = two.terminal(width: 120)
        #expect(text.contains("Of 1000 B uploaded in IP packets 100 B (10 %) could be read; most of the rest is TLS without key (72 %)."))
        for kind in Ledger.Class.allCases { #expect(text.contains("\n" + kind.title + " "), "\(kind)") }
        let lines = text.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ") }
        #expect(lines.contains("other transport 40 B 4 % 40 B 0 B") && lines.contains("uploaded 1.0 kB 100 % 80 B 0 B"))
        #expect(lines.contains("TCP and UDP headers 80 B 8 % 20 B 0 B"))
        #expect(text.contains("83 % of its upload could be read; TCP and UDP headers 17 %."))
        #expect(text.contains("up by category: analytics 700 B, unknown 60 B\n") && text.contains("up by party: third 700 B, first 60 B\n"))
    }

    @Test("JSON: the ledger of all and of each app, trackers by app, categories and parties")
    func json() throws {
        let value = try JSONReader.value(of: two.json())
        let ledger = value["ledger"]
        #expect(ledger?["octets"] == .integer(1000) && ledger?["classified"] == .integer(1000))
        let text = String(decoding: two.json(), as: UTF8.self)
        #expect(text.contains("\"readable_share\": 0.1,") && text.contains("\"tracker_matrix\": ["))
        #expect(text.contains("\"party\": \"third\"") && text.contains("\"category\": \"analytics\""))
    }

    @Test("rows: payload sizes by class, both ways")
    func rows() {
        let csv = String(decoding: two.destinations.csv(), as: UTF8.self)
        #expect(csv.contains(
            ",clear_up,up_ping,up_event,up_batch,up_blob,up_bulk,down_ping,down_event,down_batch,down_blob,down_bulk"))
        #expect(csv.contains(",0,2,0,0,0,0,0,0,0,0"))
    }

    @Test("page: the ledger, destinations by owner, category and party, trackers by app; well formed")
    func page() {
        let source = String(decoding: two.html(), as: UTF8.self)
        #expect(MarkupChecker(source).faults == [])
        for text in ["What could be read", "TLS without key", "By owner", "By category", "By party", "Trackers by app", "Could be read"] {
            #expect(source.contains(text), "\(text)")
        }
    }

    @Test("what was not seen was not seen in what could be read")
    func notSeen() {
        var record = record(.tls, app: "a", payload: 80)
        record.destination = nil
        let report = report([record])
        let quote = "in the 0 % of the upload that could be read"
        let text = report.terminal(width: 200)
        #expect(text.contains("No tracker was seen " + quote) && text.contains("No DNS was seen " + quote))
        #expect(String(decoding: report.html(), as: UTF8.self).contains("no known tracker was seen " + quote))
        for line in text.split(separator: "\n") where line.contains(" was seen ") {
            #expect(line.contains("that could be read"), "\(line)")
        }
        let page = String(decoding: ReportSamples.report().html(), as: UTF8.self)
        for paragraph in page.split(separator: "<p>") where paragraph.contains(" was seen ") {
            #expect(paragraph.contains("could be read") || paragraph.contains("no upload"))
        }
    }

    @Test("a ledger that does not add up says so in the table") func fault() {
        var wrong = record(.tls, app: "a", payload: 80)
        wrong.networkPayload.forward += 1
        let text = report([wrong]).terminal(width: 200)
        #expect(text.contains("uploaded (does not add up)") && text.contains("The ledger does not add up: 101 B"))
    }
}
