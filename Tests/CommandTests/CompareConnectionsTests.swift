import Foundation
import Testing

/// `compare --connections` as a user runs it.
@Suite struct CompareConnectionsTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func list(_ extra: String = "", name: String = "list.tsv") -> String {
        var text = "app\trun\tsni\tconnections\n"
        for peer in 0..<6 { text += "p\(peer)\t1\tapp-measurement.com\t\(peer + 1)\np\(peer)\t1\tp\(peer).example\t9\n" }
        return scratch.file(name, Array((text + extra).utf8))
    }

    @Test("one app, several apps, JSON and CSV") func formats() throws {
        let path = list()
        let one = try Program.run(["compare", "--connections", path, "--subject", "p2", "--quiet"])
        #expect(one.status == 0 && one.error.isEmpty && one.lines[0] == "p2 against 5 peer owners, by connections alone", "\(one.error)")
        let several = try Program.run(["compare", "--connections", path, "--subject", "p2", "p3", "p2", "-q"])
        #expect(several.status == 0 && several.lines.filter { $0.hasPrefix("p2") }.count == 2)
        let json = try Program.run(["compare", "--connections", path, "--subject", "p2", "-q", "--format", "json", "--watch-country", "cn"])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output)) as? [String: Any])
        #expect((object["subjects"] as? [[String: Any]])?.first?["app"] as? String == "p2")
        #expect((object["inputs"] as? [[String: Any]])?.first?["role"] as? String == "connections")
        let csv = try Program.run(["compare", "--connections", path, "--subject", "p2", "p3", "-q", "--format", "csv"])
        #expect(csv.status == 0 && csv.lines.count == 1 + 2 * 18 && csv.lines[1].hasPrefix("p2,insufficient,"))
    }

    @Test("--baseline names the peers; of an app without owner it is said") func baseline() throws {
        let outcome = try Program.run(["compare", "--connections", list(), "--subject", "p2", "--baseline", "p0", "p1", "p2"])
        #expect(outcome.status == 0 && outcome.lines[0] == "p2 against 2 peer owners, by connections alone")
        #expect(outcome.messages.count == 3 && outcome.messages.allSatisfy { $0.contains("no owner is known, so it counts as a group of its own") })
    }

    @Test("malformed rows are told, the rest is compared, and the exit code is 65") func malformed() throws {
        let path = list("p7\t1\tnot a host\t1\np8\t1\n")
        let outcome = try Program.run(["compare", "--connections", path, "--subject", "p2", "-q"])
        #expect(outcome.status == 65 && outcome.lines[0].hasPrefix("p2 against 5 peer owners"))
        #expect(outcome.messages.count == 2 && outcome.messages[0].hasPrefix("trafficscope: \(path): line 14: sni \"not a host\" is no host name"))
    }

    @Test("one file that is not there does not stop the others") func missing() throws {
        let outcome = try Program.run(["compare", "--connections", scratch.path + "/nothing", list(), "--subject", "p2", "-q"])
        #expect(outcome.status == 66 && outcome.messages.count == 1 && outcome.lines[0].hasPrefix("p2 against"))
        let nothing = try Program.run(["compare", "--connections", scratch.file("letter", Array("dear all\n".utf8)), "--subject", "p2"])
        #expect(nothing.status == 65 && nothing.output.isEmpty && nothing.error.contains("no row could be read"))
    }

    @Test("what does not go together is a usage error", arguments: [
        ["--subject", "p9"], ["--subject", "p2", "--baseline", "p9"], [], ["--subject", "p2", "--format", "html"], ["--subject", "p2", "--app", "x"],
        ["--subject", "p2", "--study", "x"], ["--subject", "p2", "--ask", "analytics_bytes_up_per_min"], ["--subject", "p2", "--join"],
        ["--subject", "p2", "--watch-country", "China"],
    ]) func usage(_ arguments: [String]) throws {
        let outcome = try Program.run(["compare", "--connections", list()] + arguments)
        #expect(outcome.status == 64 && outcome.output.isEmpty && outcome.error.hasPrefix("trafficscope: "), "\(outcome.error)")
    }

    @Test("metrics --connections lists what --ask may name") func metrics() throws {
        let outcome = try Program.run(["metrics", "--connections", "--format", "csv"])
        #expect(outcome.status == 0 && outcome.lines.count == 1 + 18 && outcome.lines[1].hasPrefix("analytics_share_of_connections,"))
    }

    @Test("--fail-on ends with 1") func refused() throws {
        let outcome = try Program.run(["compare", "--connections", list(), "--subject", "p2", "-q", "--fail-on", "novel"])
        #expect(outcome.status == 1 && outcome.error.contains("p2: --fail-on novel: it is so") && !outcome.output.isEmpty)
    }
}
