import Testing
@testable import TrafficCore
@testable import TrafficReport

@Suite struct ComparisonReportTests {
    private func page(_ report: ComparisonReport) -> String { String(decoding: report.html(), as: UTF8.self) }

    @Test("every page is well-formed, loads nothing and runs nothing", arguments: [0, 1, 4, 20, 50], [true, false])
    func pagesAreSafe(peers: Int, measured: Bool) {
        let source = page(ReportSamples.report(peers: peers, measured: measured))
        let checked = MarkupChecker(source)
        #expect(checked.faults == [])
        for element in ["script", "link", "iframe", "object", "embed", "img", "base", "form", "a"] { #expect(checked.elements[element] == nil) }
        #expect(source.contains("http-equiv=\"Content-Security-Policy\" content=\"default-src &#39;none&#39;; style-src &#39;un" + "safe-inline&#39;; img-src data:;"))
        for word in ["<script", "javascript:", "http://", "https://", "url(", "@import"] { #expect(!source.lowercased().contains(word)) }
        #expect(source.utf8.count < 1_000_000)
    }

    @Test("hostile names are text") func hostileNames() {
        let long = String(repeating: "a", count: 253)
        for name in [ReportSamples.hostileName, "\"onload=\"x", "x\u{202e}y", long, "</title><b>", "'"] {
            let source = page(ReportSamples.report(peers: 3, subject: name))
            #expect(MarkupChecker(source).faults == [])
            #expect(!source.contains("\u{202e}"))
        }
        #expect(page(ReportSamples.report()).contains("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39;&amp;.example"))
    }

    @Test("the answer is METHOD.md's sentence, and comes first") func answerFirst() throws {
        let report = ReportSamples.report(overall: .above), source = page(report)
        let answer = try #require(source.range(of: Escaping.html(report.comparison.overallWording)))
        let table = try #require(source.range(of: "<table"))
        #expect(answer.lowerBound < table.lowerBound)
        for text in ["Clause A:", "Clause B:", "Independent peer owners", "Smallest attainable p", "0.048", "seed", "20200710", "What could not be answered"] {
            #expect(source.contains(text))
        }
    }

    @Test("each phase, curves of sizes, regular contacts and trackers by app have their section and table") func shapes() {
        let source = page(ReportSamples.report())
        for text in [
            "Phase by phase", "Foreground, first 60 s", "Contacted at regular intervals", "6.01 s", "2 of 3", "Share of uploads up to a size",
            "120 uploads", "Trackers by app",
        ] { #expect(source.contains(text), "\(text)") }
        #expect(source.components(of: "class=\"curve each\" d=\"M0 ") == 1)
        #expect(!page(ReportSamples.report(measured: false)).contains("Phase by phase"))
    }

    @Test("the data has what the page shows") func shapesAsData() throws {
        let text = String(decoding: ReportSamples.report().json(), as: UTF8.self)
        for member in ["\"period_seconds\": 6.01", "\"upload_sizes\": {", "\"peer_95_percent\": 9000", "\"phase\": \"foreground\""] {
            #expect(text.contains(member), "\(member)")
        }
    }

    @Test("one strip a measured metric: every peer a dot, the subject a diamond, and a table") func strips() {
        let report = ReportSamples.report(peers: 20), source = page(report)
        let measured = report.comparison.metrics.filter { $0.value != nil }
        #expect(!measured.isEmpty)
        #expect(source.components(of: "class=\"subject\" d=\"M0 ") == measured.count)
        #expect(source.components(of: "<circle class=\"peer\" cx=\"") - 1 == measured.reduce(0) { $0 + $1.peers.compactMap(\.value).count })
        #expect(source.components(of: "<figure>") == measured.count + 1, "and the curves of upload sizes")
        #expect(source.components(of: "Values of 21 apps") == measured.count)
    }

    @Test("no dot of a strip hides another") func dotsDoNotOverlap() throws {
        var metric = MetricResult(name: "third_party_owner_count", unit: "owners", family: .analytics, verdict: .within)
        metric.value = 3
        metric.peers = (0..<30).map { PeerValue(app: "app\($0)", group: "g\($0)", value: $0 < 9 ? 0 : Double($0 % 4)) }
        let svg = try #require(DotStrip(metric, subject: "x")).svg()
        var places: Set<String> = []
        for part in svg.split(separator: "<circle").dropFirst() {
            let place = part.prefix { $0 != ">" }
            #expect(places.insert(String(place)).inserted)
        }
        #expect(places.count == 30)
    }

    @Test("values that no scale can hold do not break a strip", arguments: [0, 1e300, .infinity, .nan, -1, Double.leastNonzeroMagnitude])
    func extremeValues(value: Double) {
        var metric = MetricResult(name: "analytics_bytes_up_per_min", unit: "B/min", family: .analytics, verdict: .within)
        (metric.value, metric.peerMedian) = (value, value)
        metric.peers = [PeerValue(app: "a", group: "a", value: value), PeerValue(app: "b", group: "b", value: nil)]
        let svg = DotStrip(metric, subject: "x")?.svg() ?? ""
        #expect(!svg.contains("nan") && !svg.contains("inf"))
    }

    @Test("nothing measured: no numbers are made up, and the description stands") func unmeasured() {
        let source = page(ReportSamples.report(peers: 4, measured: false))
        #expect(!source.contains("<figure>"))
        for text in ["There is no common window", "lasts 6.2 s", "None of the 5 independent peer owners", "No metric could be measured", "quietmail.example", "Trackora"] {
            #expect(source.contains(text))
        }
    }

    @Test("what only the subject contacts leaves out its own company and what any peer contacts") func onlySubject() {
        let facts = ComparisonFacts(ReportSamples.report())
        #expect(facts.onlySubject.map(\.name) == ["quietmail.example", "Trackora", ReportSamples.hostileName, "evil.example"])
        #expect(facts.owners.first { $0.name == "Quietbird" }?.peers == [])
        #expect((facts.owners.first { $0.name == "Fastnet" }?.peers.count ?? 0) > 10)
    }

    @Test("peers of the subject's own group are not compared with") func ownGroupIsLeftOut() {
        let report = ReportSamples.report(peers: 3)
        let own = (app: "com.quietbird.calls", group: "Quietbird", summary: report.subject)
        let again = ComparisonReport(
            comparison: report.comparison, subjectSummary: report.subject,
            peerSummaries: report.peers.map { (app: $0.app, group: $0.group, summary: $0.summary) } + [own], provenance: report.provenance)
        #expect(again.peers.count == 3)
        #expect(again.html() == report.html())
    }

    @Test("the same input gives the same octets") func deterministic() {
        let first = ReportSamples.report(), second = ReportSamples.report()
        #expect(first.html() == second.html())
        #expect(first.json() == second.json())
        #expect(first.csv() == second.csv())
        #expect(first.terminal() == second.terminal())
    }

    @Test("device addresses in the command are redacted unless revealed") func redaction() {
        for text in [page(ReportSamples.report()), String(decoding: ReportSamples.report().json(), as: UTF8.self)] {
            #expect(text.contains("--phone=device-1"))
            #expect(!text.contains("10.0.0.7"))
            #expect(!text.contains("d3a8f1c9b2e70a4d"))
        }
        #expect(page(ReportSamples.report(reveal: true)).contains("--phone=10.0.0.7"))
    }

    @Test func jsonNamesItsSchema() {
        let text = String(decoding: ReportSamples.report().json(), as: UTF8.self)
        #expect(text.hasPrefix("{\n  \"schema\": {\n    \"name\": \"trafficscope.comparison\",\n    \"version\": 1\n  },\n"))
        for key in ["overall", "primary", "flags", "families", "metrics", "novel", "limits", "seed", "inputs", "lists", "options"] {
            #expect(text.contains("\n  \"\(key)\":"))
        }
    }

    @Test func csvHasARowAMetric() {
        let report = ReportSamples.report()
        let lines = String(decoding: report.csv(), as: UTF8.self).split(separator: "\r\n")
        #expect(lines.count == report.comparison.metrics.count + 1)
        #expect(lines[0].hasPrefix("name,unit,family,value,peer_median,verdict,"))
    }

    @Test("a terminal gets no control character and no line that is too wide") func terminalIsSafe() {
        let text = ReportSamples.report(subject: "evil\u{1b}[2J\u{202e}app").terminal(width: 100)
        #expect(!text.unicodeScalars.contains { $0 != "\n" && Escaping.isDeceptive($0) })
    }

    @Test(arguments: [(0.05, 19), (0.1, 9), (0.025, 39), (0, 19), (Double.nan, 19)])
    func ownersNeededForAbove(alpha: Double, expected: Int) {
        var options = ComparisonOptions()
        options.alpha = alpha
        #expect(ComparisonReasons.ownersForAbove(options) == expected)
    }
}

extension String {
    /// How often `part` occurs.
    fileprivate func components(of part: String) -> Int {
        var count = 0, rest = self[...]
        while let range = rest.range(of: part) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }

    fileprivate func range(of part: String) -> Range<Index>? { self[...].range(of: part) }
}

extension Substring {
    fileprivate func range(of part: String) -> Range<Index>? {
        guard let first = part.first else { return nil }
        var start = startIndex
        while let index = self[start...].firstIndex(of: first) {
            if self[index...].hasPrefix(part) { return index..<self.index(index, offsetBy: part.count) }
            start = self.index(after: index)
        }
        return nil
    }
}
