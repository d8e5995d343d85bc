import Foundation
import Testing

@testable import TrafficCore
@testable import TrafficReport

@Suite struct SchemaTests {
    private func schema(_ name: String, file: String = #filePath) throws -> JSONValue {
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try JSONReader.value(of: Array(Data(contentsOf: folder.appendingPathComponent("docs/schema/\(name).schema.json"))))
    }

    private func faults(_ report: InspectionReport) throws -> [String] {
        SchemaChecker(schema: try schema("inspection"), value: try JSONReader.value(of: report.json())).faults
    }

    @Test("the JSON form of an inspection is what its schema says", arguments: [false, true])
    func inspection(_ reveal: Bool) throws {
        let comparison = ReportSamples.report(peers: 1, measured: false)
        #expect(try faults(InspectionReport(summary: comparison.subject, provenance: comparison.provenance, reveal: reveal)) == [])
    }

    @Test("so it is with every member that is not always there, and with nothing at all")
    func inspectionOfEverything() throws {
        let comparison = ReportSamples.report(peers: 1, measured: false)
        var overview = CaptureOverview(identity: ReportSamples.identity)
        (overview.first, overview.last, overview.format, overview.fileSHA256, overview.dropped) = (1_000_000_000, 9_000_000_000, "pcapng", "ab", 3)
        overview.observed = ObservedSpan(start: 0, end: 10_000_000_000)
        overview.checksums = ChecksumCounts()
        (overview.synthetic, overview.damage, overview.linkTypes) = ("PCAPdroid", "cut", [1, 101])
        overview.account.packets = 7
        overview.account.inFlows = 9
        overview.account.aggregatedPackets = 4
        (overview.account.nonIP, overview.account.malformed) = ([0x0806: 1], ["bad_length_ipv4": 1])
        overview.notes.comments = 3
        overview.notes.markers = [CommentMarker(time: 5, text: "background")]
        var keys = CaptureNotes.SecretsCount()
        (keys.blocks, keys.octets) = (1, 240)
        overview.notes.secrets["tls_key_log"] = keys
        overview.unfinishedDatagrams.timedOut = 2
        overview.marking = MarkingAccount(
            source: .file, markers: 14, clock: ClockOffset(seconds: -0.42, uncertainty: 1.5, source: .syncMarkers, observations: 3), settle: 10, events: 12, notes: ["a note"])
        var flow = ReportSamples.fullRecord()
        flow.phone = .unknown
        var summary = InspectionSummary()
        summary.add(ReportSamples.fullRecord(), bursts: [])
        summary.add(flow, bursts: [])
        var timeline = PhaseTimeline([.init(phase: .background, start: 0, end: nil)])
        timeline.settle(seconds: 10)
        var late = ReportSamples.fullRecord()
        late.phone = .originator
        summary.add(late, bursts: [
            Burst(start: 1_000_000_000, end: 1_000_000_000, forward: 100, reverse: 50, clear: false),
            Burst(start: 11_000_000_000, end: 11_000_000_000, forward: 7, reverse: 0, clear: false),
        ], timeline: timeline)
        summary.finish(overviews: [overview])
        let report = InspectionReport(summary: summary, provenance: comparison.provenance)
        #expect(try faults(report) == [])
        let text = String(decoding: report.json(), as: UTF8.self)
        #expect(text.contains("\"exposure_source\": \"interface_statistics\"") && text.contains("\"aggregated_packets\": 4"))
        let shown = report.terminal(width: 200)
        #expect(shown.contains("Phases from 14 markers; their clock is 0.42 s behind the capture's (± 1.5 s, from 3 sync markers); each stretch of background and idle begins 10 s late."))
        #expect(shown.contains("100 B up in 1 upload fell into them, 7 B up came after.") && shown.contains("within 2 s cannot be relied on") && shown.contains("Markers: a note."))
        #expect(text.contains("\"settling\": {") && text.contains("\"uncertainty\": 1.5"))
        #expect(report.terminal(width: 200).contains("Beside its packets: 3 packet comments (1 marker), 1 block of tls_key_log (240 B)."))
        var nothing = InspectionSummary()
        nothing.finish(overviews: [])
        #expect(try faults(InspectionReport(summary: nothing, provenance: Provenance(toolVersion: "0", command: [], inputs: []))) == [])
    }

    @Test("the JSON form of a comparison is what its schema says")
    func comparison() throws {
        let value = try JSONReader.value(of: ReportSamples.report().json())
        let faults = SchemaChecker(schema: try schema("comparison"), value: value).faults
        #expect(faults.isEmpty, "\(faults)")
    }

    @Test("so is that of several subjects, and a line of a baseline file") func leagueAndBaseline() throws {
        let report = ReportSamples.report()
        let league = LeagueReport(comparisons: [report.comparison, report.comparison], provenance: report.provenance)
        #expect(SchemaChecker(schema: try schema("league"), value: try JSONReader.value(of: league.json())).faults == [])
        #expect(league.terminal().contains("com.quietbird.messenger"))
        var destination = ProfileDestination(address: IPAddress(v4: 0xc633_6407), port: 443, transport: .tcp)
        (destination.name, destination.nameSource) = ("api.example.org", .sni)
        var profile = CaptureProfile(id: String(repeating: "0", count: 64), start: 0, seconds: [.foreground: 60], events: [1])
        profile.destinations = [destination]
        profile.totals = [CaptureProfile.Total(flows: 1, up: 10, down: 20)]
        let cells = ProfileCells([.init(destination: 0, phase: .foreground, time: 1, up: 10, down: 20, clear: false)])
        (profile.cells, profile.sizes) = (cells.cells, cells.sizes)
        var capture = ProfiledCapture(profile, app: AppIdentity(id: "a"))
        (capture.version, capture.platform, capture.system, capture.region) = ("1", "android", "14", "EU")
        #expect(SchemaChecker(schema: try schema("baseline"), value: try JSONReader.value(of: ProfileDocument.line(capture))).faults == [])
        var judge = ProfileJudge()
        let app = ObservedApp(id: "a", group: "a", captures: [judge.judge(profile, app: nil)])
        let versus = VersusReport(
            app: "a", versus: VersusComparison(first: app, second: app, firstName: "1", secondName: "2", by: "version", options: ComparisonOptions()),
            provenance: report.provenance)
        #expect(SchemaChecker(schema: try schema("versus"), value: try JSONReader.value(of: versus.json())).faults == [])
    }

    @Test("a text that breaks its schema is told", arguments: [
        (#"{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"],"additionalProperties":false}"#, #"{"a":"x"}"#, "$.a: is string, not integer"),
        (#"{"required":["a"]}"#, "{}", "$: a is missing"), (#"{"additionalProperties":false}"#, #"{"b":1}"#, "$.b: nothing may stand here"),
        (#"{"items":{"minimum":0}}"#, "[1,-2]", "$[1]: -2.0 is below 0.0"), (#"{"enum":["x",null]}"#, #""y""#, "$: not one of those that may stand here"),
        (##"{"$ref":"#/$defs/a","$defs":{"a":{"const":1}}}"##, "2", "$: not the only value that may stand here"), (#"{"anyOf":[]}"#, "1", "$: the checker does not know anyOf"),
    ] as [(String, String, String)]) func broken(_ schema: String, _ value: String, _ fault: String) throws {
        let checker = SchemaChecker(schema: try JSONReader.value(of: Array(schema.utf8)), value: try JSONReader.value(of: Array(value.utf8)))
        #expect(checker.faults == [fault])
    }
}
