import Foundation
import Testing
@testable import TrafficCore
@testable import TrafficReport

@Suite struct LiveReportTests {
    private func picture(names: [String]) -> LivePicture {
        var summary = InspectionSummary()
        for (index, name) in names.enumerated() {
            var record = FlowRecord(capture: ReportSamples.identity)
            record.phone = .originator
            record.app = "com.example.\u{1b}[2Japp"
            record.attribution = .option
            (record.first, record.last) = (Int64(index) * 1_000_000_000, Int64(index + 1) * 1_000_000_000)
            record.payload = Directional(forward: 100 * (index + 1), reverse: 10)
            record.destination = Destination(name: name, nameSource: .sni, address: IPAddress(v4: 0xcb00_710b))
            summary.add(record, bursts: [])
        }
        var overview = CaptureOverview(identity: ReportSamples.identity)
        (overview.phone, overview.phoneReason) = ("02:00:00:00:00:01", "found")
        summary.finish(overviews: [overview])
        return LivePicture(
            time: 90_000_000_000, overview: overview, summary: summary, openFlows: 3, packets: 12_345, octets: 6_000_000, counted: InterfaceStatistics(),
            dropped: 2, files: ["run.pcapng"], markers: [Marker(time: 5, event: "background", note: "<b>\u{7}")], builder: CaptureProfileBuilder(app: nil),
            timeline: PhaseTimeline([]))
    }

    private func report(_ names: [String], reveal: Bool = false) -> LiveReport {
        LiveReport(
            picture(names: names), since: nil, setting: LiveReport.Setting(interface: "lab0\u{1b}]0;x\u{7}", filter: nil, cohort: nil, start: 0, reveal: reveal),
            said: ["lab0 \u{1b}[31mwent down"])
    }

    @Test("a screen has as many lines as the terminal, none wider, and only its own sequences", arguments: [(40, 10), (80, 24), (200, 60), (61, 15)])
    func screen(width: Int, height: Int) {
        let names = ["a.example", "graph.facebook.com", "x\u{1b}[2J\u{202e}evil.example", String(repeating: "long", count: 60) + ".example"]
        for order in LiveReport.Order.allCases {
            let lines = report(names).screen(width: width, height: height, color: true, order: order, isPaused: false, prompt: "keys")
            #expect(lines.count == height && lines.last == "keys")
            for line in lines {
                let plain = line.replacing(/\u{1b}\[[0-9]*m/, with: "")
                #expect(Terminal.width(plain) <= width, "\(line)")
                #expect(!plain.unicodeScalars.contains { $0.properties.generalCategory == .control || $0.properties.generalCategory == .format }, "\(line)")
            }
        }
    }

    @Test("the newest destination comes first, or the largest upload, or by name") func order() {
        let newest = report(["b.example", "a.example"])
        func names(_ order: LiveReport.Order) -> [String] {
            newest.screen(width: 100, height: 30, color: false, order: order, isPaused: false, prompt: "").compactMap { line in
                line.contains(".example ") ? String(line.prefix { $0 != " " }) : nil
            }.filter { $0.count == 9 }
        }
        #expect(names(.newest) == ["a.example", "b.example"] && names(.name) == ["a.example", "b.example"] && names(.upload) == ["a.example", "b.example"])
        #expect(newest.picture.newest(1).map(\.destination.name) == ["a.example"])
    }

    @Test("events are JSON, with identifiers redacted unless revealed") func events() throws {
        for reveal in [false, true] {
            let report = report(["d3a8f1c9b2e70a4d.cdn-cache.example"], reveal: reveal)
            let status = report.status(full: true), text = String(decoding: status, as: UTF8.self)
            let value = try JSONReader.value(of: status)
            #expect(value["event"] == .string("status") && value["packets"] == .integer(12_345))
            #expect(!status.contains { $0 < 0x20 })
            #expect(text.contains("02:00:00:00:00:01") == reveal && text.contains("d3a8f1c9b2e70a4d") == reveal)
        }
    }

    @Test("the page holds nothing but the interface's name, as text") func page() {
        let page = String(decoding: LivePage.document(interface: "<script>&\"", nonce: "abc"), as: UTF8.self)
        #expect(page.contains("<h1>&lt;script&gt;&amp;") && !page.contains("<h1><script>"))
        #expect(page.components(separatedBy: "<script nonce=\"abc\">").count == 2 && page.components(separatedBy: "<script").count == 2)
        #expect(!page.contains("innerHTML") && !page.contains("http://e") && !page.contains("src="))
    }
}
