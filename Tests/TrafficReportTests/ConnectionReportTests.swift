import Foundation
import Testing

@testable import TrafficCore
@testable import TrafficReport

@Suite struct ConnectionReportTests {
    private func report(_ subjects: [String], ask: String? = nil) throws -> ConnectionReport {
        var table = ConnectionTable()
        var text = "app,run,proto,sni,connections\n"
        for peer in 0..<20 {
            for run in 0..<(peer == 3 ? 2 : 1) { text += "p\(peer),\(run),6,app-measurement.com,\(peer + 1)\np\(peer),\(run),17,p\(peer).example,20\n" }
        }
        // A name that a terminal and a spreadsheet would obey.
        text += "\"=1+1,\u{1b}[31mred\",1,6,secret.example,40\n\"=1+1,\u{1b}[31mred\",1,6,other.example,1\nbroken\n"
        let problems = table.read(Array(text.utf8), name: "list.csv")
        #expect(problems.count == 1)
        let apps = table.apps(classifier: DestinationClassifier(geography: nil))
        var options = ComparisonOptions()
        (options.ask, options.draws, options.bootstrapReplicates, options.watchedCountries) = (ask, 5, 5, ["CN"])
        let comparisons = try subjects.map { name in
            try ConnectionComparison(subject: try #require(apps.first { $0.id.hasPrefix(name) }), peers: apps, options: options)
        }
        return ConnectionReport(
            comparisons: comparisons,
            source: .init(rows: table.rowCount, runs: table.runCount, apps: apps.count, hostMachineConnections: 0, malformedRows: problems.count, notes: table.notes),
            options: options, provenance: Provenance(toolVersion: "0", command: ["trafficscope"], inputs: []))
    }

    private func schema(file: String = #filePath) throws -> JSONValue {
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try JSONReader.value(of: Array(Data(contentsOf: folder.appendingPathComponent("docs/schema/connections.schema.json"))))
    }

    @Test("the JSON form is what its schema says", arguments: [["p3", "=1"], ["p1"], []]) func json(_ subjects: [String]) throws {
        for ask in [nil, "novel_owner_count"] {
            let value = try JSONReader.value(of: report(subjects, ask: ask).json())
            #expect(SchemaChecker(schema: try schema(), value: value).faults == [])
        }
    }

    @Test("one app gives its whole account, several a table; limits are said before numbers") func text() throws {
        let one = try report(["p3"]).terminal(width: 120)
        #expect(one.hasPrefix("p3 against 20 peer owners, by connections alone"))
        let limits = try #require(one.range(of: "What connections cannot answer")), numbers = try #require(one.range(of: "Analytics (clause A)"))
        #expect(limits.lowerBound < numbers.lowerBound && one.contains("runs of the subject: 2, of unknown length"))
        let several = try report(["p3", "p4"]).terminal(width: 120)
        #expect(several.contains("p3: ") && several.contains("p4: ") && several.contains("▲ above the peers' range"))
        #expect(!several.contains("Exploratory") && several.contains("What connections cannot answer"))
    }

    @Test("names are written so that nothing obeys them") func escaping() throws {
        let hostile = try report(["=1", "p3"])
        let text = hostile.terminal(), csv = String(decoding: hostile.csv(), as: UTF8.self), json = String(decoding: hostile.json(), as: UTF8.self)
        #expect(!text.contains("\u{1b}") && text.contains("\\u{1b}[31mred"))
        #expect(!csv.contains("\u{1b}") && csv.contains("\"'=1+1,"))
        #expect(!json.contains("\u{1b}"))
        #expect(csv.split(separator: "\r\n").count == 1 + 2 * ConnectionMetrics.metrics.count)
        #expect(try !report(["=1"]).terminal(width: 80).contains("\u{1b}"))
    }

    @Test("an app that stands out is above, and whom it alone contacts is listed") func standsOut() throws {
        let text = try report(["=1"]).terminal(width: 160)
        #expect(text.contains("Clause B does not hold on this baseline"))
        #expect(text.contains("secret.example") && text.contains("novel") && text.contains("0/20"))
    }
}
