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
