import Testing

@testable import TrafficCore

@Suite struct DestinationTableTests {
    static let header = "host_suffix\tmatch\towner\towner_parent\towner_hq_country\tcategory\tshared\tconfidence\tsources\torigin\n"

    @Test("rows come before the built-in ones, and are found like them")
    func reads() throws {
        let text = "# a study's list\n" + Self.header
            + "lab.example\tsuffix\tLab\tLab\tNL\tanalytics\tno\tlow\tlab\town\r\nlog*.google.com\tglob\tLab\tLab Group\tNL\tadvertising\tyes\thigh\tlab\town\n"
        let table = try DestinationTable(Array(text.utf8), name: "list.tsv")
        #expect(table.count == 2 && table.problems.isEmpty)
        let catalogue = DestinationCatalogue(tables: [table])
        #expect(catalogue.row(for: "a.lab.example")?.category == "analytics")
        #expect(catalogue.row(for: "notlab.example") == nil)
        let glob = try #require(catalogue.row(for: "log7.google.com"))
        #expect(glob.ownerParent == "Lab Group" && glob.isShared && glob.confidence == "high")
        #expect(catalogue.row(for: "tiktokv.com")?.owner.hasPrefix("ByteDance") == true, "the built-in list is still there")
    }

    @Test("a malformed line is told with its number; the rest counts")
    func malformed() throws {
        let text = Self.header + "a b\tsuffix\tX\t\t\t\tno\tlow\tlab\town\nok.example\tsuffix\tX\tX\tNL\tanalytics\tno\tlow\tlab\town\nx.example\tprefix\tX\n\tsuffix\tX\ny.example\tsuffix\nb*lone\tglob\tX\na.b*.example\tglob\tX\n"
        let table = try DestinationTable(Array(text.utf8), name: "list.tsv")
        #expect(table.count == 1)
        #expect(table.problems.map { $0.split(separator: " ")[0] } == ["list.tsv:2:", "list.tsv:4:", "list.tsv:5:", "list.tsv:6:", "list.tsv:7:", "list.tsv:8:"])
        #expect(throws: StudyError.self) { try DestinationTable(Array("a\tb\n".utf8), name: "x") }
        #expect(throws: StudyError.self) { try DestinationTable([], name: "x") }
    }

    @Test("of many malformed lines the first are told, the others counted")
    func manyMalformed() throws {
        let text = Self.header + String(repeating: "x\ty\n", count: 500) + "ok.example\tsuffix\tX\n"
        let table = try DestinationTable(Array(text.utf8), name: "list.tsv")
        #expect(table.count == 1)
        #expect(table.problems.count == DestinationTable.problemLimit + 1)
        #expect(table.problems.last == "list.tsv: \(500 - DestinationTable.problemLimit) more lines are left out")
    }
}
