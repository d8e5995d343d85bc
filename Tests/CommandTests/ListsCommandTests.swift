import Foundation
import PacketForge
import Testing

/// `lists` and `lookup` as a user runs them, each test with a data folder of its own.
@Suite struct ListsCommandTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func run(_ arguments: String...) throws -> Program.Outcome {
        try Program.run(arguments, environment: ["XDG_DATA_HOME": scratch.path + "/data", "XDG_CACHE_HOME": scratch.path + "/cache"])
    }

    private func objects(_ outcome: Program.Outcome) throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [[String: Any]])
    }

    private func own(_ rows: String, name: String = "own.tsv") -> String {
        scratch.file(name, Array(("host_suffix\tmatch\towner\tcategory\n" + rows).utf8))
    }

    @Test("import, list, look up, remove") func wholeWay() throws {
        let imported = try run("lists", "import", own("lab.example\tsuffix\tLab Inc.\tanalytics\ngoogle-analytics.com\tsuffix\tLab\t\n"), "--format", "json")
        #expect(imported.status == 0 && imported.error.isEmpty, "\(imported.error)")
        #expect(try objects(imported).first?["rows"] as? Int == 2)
        let listed = try objects(run("lists", "list", "--format", "json"))
        #expect(listed.map { $0["name"] as? String } == ["own"] && listed[0]["kind"] as? String == "tsv" && (listed[0]["sha256"] as? String)?.count == 64)
        let answer = try objects(run("lookup", "a.lab.example", "--format", "json"))[0]
        let keys = ["query", "registrable_domain", "owner", "owner_parent", "owner_country", "category", "source", "confidence"]
        #expect(keys.allSatisfy { answer.keys.contains($0) } && answer["owner"] as? String == "Lab Inc." && answer["source"] as? String == "own")
        let both = try objects(run("lookup", "google-analytics.com", "--format", "json"))[0]
        #expect(both["owner"] as? String == "Google" && both["conflict"] as? Bool == true)
        #expect((both["sources"] as? [[String: Any]])?.map { $0["list"] as? String } == ["trafficscope", "own"])
        #expect(try run("lookup", "google-analytics.com").text.contains("google-analytics.com: the sources name different owners"))
        #expect(try run("doctor").text.contains("list own"))
        #expect(try run("lists", "remove", "own").status == 0)
        #expect(try run("lookup", "a.lab.example", "--format", "ndjson").text.contains("\"owner\":null"))
        let gone = try run("lists", "remove", "own", "../own")
        #expect(gone.status == 66 && gone.messages.count == 2 && gone.messages[0].hasPrefix("trafficscope: own: no such list"))
    }

    @Test("a malformed line is told with file and line, the rest is loaded, and the exit code is 65") func malformed() throws {
        let path = own("lab.example\tsuffix\tLab\tanalytics\nnot a host\tsuffix\tLab\tanalytics\n")
        let outcome = try run("lists", "import", path)
        #expect(outcome.status == 65 && outcome.messages == ["trafficscope: \(path): line 3: \"not a host\" is no host name"])
        #expect(try run("lookup", "lab.example", "--format", "csv").text.contains("Lab"))
        let harmed = scratch.file("x-tds.json", Array(#"{"trackers": {"t.example": {"owner": {"name": "T"}, "default": "block"}, "#.utf8))
        let cut = try run("lists", "import", harmed)
        #expect(cut.status == 65 && cut.messages.count == 1 && cut.error.contains("x-tds.json: line 1: "), "\(cut.error)")
        #expect(try run("lookup", "t.example", "--format", "csv").text.contains(",T,"))
    }

    @Test("what cannot be imported says why") func refused() throws {
        let nothing = try run("lists", "import", scratch.path + "/nothing.json")
        #expect(nothing.status == 66 && nothing.messages.count == 1 && nothing.error.contains("nothing.json: cannot be opened"))
        let letter = try run("lists", "import", scratch.file("letter.txt", Array("dear all,\nthis is no list\n".utf8)))
        #expect(letter.status == 65 && letter.messages.count == 1 && letter.error.contains("--kind"), "\(letter.error)")
        let two = try run("lists", "import", own("a.example\t\tA\t\n"), scratch.file("h", Array("0.0.0.0 h.example\n".utf8)), "--name", "mine")
        #expect(two.status == 64 && two.error.contains("--name"))
        for arguments in [["--kind", "csv"], ["--name", "../x"], ["--category", "spying"]] {
            let outcome = try Program.run(["lists", "import", own("a.example\t\tA\t\n")] + arguments)
            #expect(outcome.status == 64 && outcome.error.hasPrefix("trafficscope: "), "\(outcome.error)")
        }
        #expect(try run("lists", "list").messages == ["trafficscope: no list is imported; trafficscope lists import FILE does"])
    }

    @Test("a folder, another kind than the content says, a preferred list") func options() throws {
        scratch.file("folder/a.txt", Array("[Adblock Plus 2.0]\n! Title: trackers\n||abp.example^\n".utf8))
        scratch.file("folder/deep/hosts", Array("0.0.0.0 hosts.example\n".utf8))
        scratch.file("folder/README", Array("words about the lists\n".utf8))
        let folder = try run("lists", "import", scratch.path + "/folder", "--format", "csv", "--category", "advertising")
        #expect(folder.status == 0 && folder.error.isEmpty && folder.lines.count == 3, "\(folder.error)")
        #expect(try run("lookup", "hosts.example", "--format", "csv").text.contains("advertising"))
        let bare = scratch.file("bare", Array("bare.example\n".utf8))
        #expect(try run("lists", "import", bare, "--kind", "v2fly", "--name", "mine").status == 0)
        #expect(try run("lookup", "x.bare.example", "--format", "csv").text.contains("bare"))
        #expect(try run("lists", "import", "--prefer", own("google-analytics.com\t\tMine\tadvertising\n")).status == 0)
        #expect(try objects(run("lookup", "google-analytics.com", "--format", "json"))[0]["owner"] as? String == "Mine")
    }

    @Test("flows are judged by imported lists, and reports name them") func captures() throws {
        let capture = scratch.file("sample.pcap", sampleCapture)
        let before = try run("flows", "--format", "ndjson", capture)
        #expect(try run("lists", "import", own("plain.example\t\tPlain Owner\tadvertising\n")).status == 0)
        let after = try run("flows", "--format", "ndjson", capture)
        #expect(!before.text.contains("Plain Owner") && after.text.contains("\"owner\":\"Plain Owner\"") && after.text.contains("\"category\":\"advertising\""))
        let report = try run("inspect", "--format", "json", capture)
        #expect(report.status == 0 && report.text.contains("\"name\": \"own (tsv)\"") && report.text.contains("\"rows\": 1"))
    }
}
