import Testing
@testable import TrafficCore
@testable import TrafficReport

@Suite struct InspectionReportTests {
    private func report(reveal: Bool = false) -> InspectionReport {
        let comparison = ReportSamples.report(peers: 1, measured: false)
        return InspectionReport(summary: comparison.subject, provenance: comparison.provenance, reveal: reveal)
    }

    @Test func textSaysWhatCannotBeAnsweredSecond() {
        let lines = report().terminal(width: 100).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0].hasPrefix("3 captures, 1 app: "))
        #expect(lines[1].hasPrefix("Without markers everything counts as foreground"))
    }

    @Test func identifiersAreRedactedUnlessRevealed() {
        for text in [report().terminal(), String(decoding: report().json(), as: UTF8.self)] {
            #expect(!text.contains("02:00:00:00:00:01") && !text.contains("d3a8f1c9b2e70a4d"))
            #expect(text.contains("device-1") && text.contains("‹redacted›.cdn-cache.example"))
        }
        #expect(report(reveal: true).terminal().contains("02:00:00:00:00:01"))
    }

    @Test("the account shows every packet, and says so when it does not add up") func account() {
        var account = PacketAccount()
        (account.packets, account.inFlows, account.otherTransport, account.nonIP) = (10, 5, [1: 2, 200: 1], [0x0806: 1])
        account.malformed = ["bad_length_ipv4": 1]
        #expect(AccountRows(account).rows.map(\.packets).reduce(0, +) == account.packets)
        #expect(AccountRows(account).rows.map(\.name).contains("other transport: ICMP"))
        account.packets = 11
        var overview = CaptureOverview(identity: ReportSamples.identity)
        overview.account = account
        var summary = InspectionSummary()
        summary.finish(overviews: [overview])
        let text = InspectionReport(summary: summary, provenance: Provenance(toolVersion: "0", command: [], inputs: [])).terminal(width: 100)
        #expect(text.contains("does not add up"))
    }

    @Test("the page is well formed, escaped, redacted, and has its sections") func page() {
        let source = String(decoding: report().html(), as: UTF8.self)
        #expect(MarkupChecker(source).faults == [])
        #expect(!source.contains("<script") && !source.contains("\u{202e}") && !source.contains("02:00:00:00:00:01"))
        for text in ["Where it goes", "How much at a time", "In the background", "No marker says", "How it is sent", "Unattributed and unknown", "Every packet"] {
            #expect(source.contains(text), "\(text)")
        }
    }

    @Test("with phases: the timeline, octets by company and phase, and what lies in none") func phases() throws {
        var summary = InspectionSummary()
        let second: Int64 = 1_000_000_000
        let timeline = PhaseTimeline([
            Marker(time: 10 * second, event: "foreground"), Marker(time: 70 * second, event: "background"), Marker(time: 130 * second, event: "end"),
            Marker(time: 12 * second, event: "keypress"),
        ]) { _ in true }
        let record = ReportSamples.bareRecord()
        var flow = record
        (flow.phone, flow.app) = (.originator, "app")
        flow.destination = Destination(name: "<b>&.example", nameSource: .sni, address: record.responder.address)
        summary.add(flow, bursts: [
            Burst(start: 5 * second, end: 5 * second, forward: 1, reverse: 0, clear: false),
            Burst(start: 20 * second, end: 20 * second, forward: 300, reverse: 40, clear: false),
            Burst(start: 80 * second, end: 80 * second, forward: 5000, reverse: 60, clear: false),
        ], timeline: timeline)
        var overview = CaptureOverview(identity: ReportSamples.identity)
        (overview.first, overview.last) = (5 * second, 120 * second)
        summary.close(overview, timeline: timeline)
        summary.finish(overviews: [overview])
        let report = InspectionReport(summary: summary, provenance: Provenance(toolVersion: "0", command: [], inputs: []))
        let source = String(decoding: report.html(), as: UTF8.self)
        #expect(MarkupChecker(source).faults == [])
        #expect(source.contains("class=\"phase background\"") && source.contains("class=\"event\""))
        #expect(source.contains("1 min 0 s in foreground, 1 min 0 s in background"))
        #expect(source.contains("in the background it sent 5.0 kB in 1 upload."))
        #expect(source.contains("1 B up and 0 B down lie in no phase"))
        let json = String(decoding: report.json(), as: UTF8.self)
        #expect(json.contains("\"outside\": {") && json.contains("\"payload_up\": 5000"))
        #expect(summary.timelines[0].cells.reduce(0) { $0 + $1.up.reduce(0, +) } == 5301)
    }

    @Test func hostileTextIsShownEscaped() {
        let text = report().terminal(width: 100)
        #expect(!text.unicodeScalars.contains { $0 != "\n" && Escaping.isDeceptive($0) })
        #expect(text.contains("\\u{202e}"))
    }

    @Test func nothingAtAll() {
        var summary = InspectionSummary()
        summary.finish(overviews: [])
        let report = InspectionReport(summary: summary, provenance: Provenance(toolVersion: "0", command: ["trafficscope"], inputs: []))
        #expect(report.terminal().hasPrefix("0 captures, 0 apps: 0 B up and 0 B down in 0 flows to 0 destinations.\n"))
        #expect(String(decoding: report.json(), as: UTF8.self).contains("\"apps\": []"))
    }
}
