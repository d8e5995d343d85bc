import Testing

@testable import TrafficCore

@Suite struct ConnectionTableTests {
    private func read(_ text: String) -> (table: ConnectionTable, problems: ConnectionProblems) {
        var table = ConnectionTable()
        let problems = table.read(Array(text.utf8), name: "f")
        return (table, problems)
    }

    private func names(_ table: ConnectionTable) -> [String?] { table.rows.map(\.serverName) }

    @Test("columns go by name, comments and unknown columns are passed over, the last cells may be empty") func tabs() {
        let (table, problems) = read(
            "# facts\r\nsni\tAPP\tja4\tproto\trun\tandroid\tdst_ip\tconnections\thost_machine\r\n"
                + "A.Example.\ta\tt13\t6\t01\t13\t192.0.2.1\t3\tno\r\n\r\n\ta\t\t17\t02\t13\t2001:db8::1\t\t\n# between\nb.example\tb\t\t\t\t\t\t\tyes\n")
        #expect(problems.count == 0)
        #expect(table.runs == [.init(app: "a", file: 0, system: "13", name: "01"), .init(app: "a", file: 0, system: "13", name: "02")])
        #expect(table.rows == [
            .init(run: 0, serverName: "a.example", address: IPAddress("192.0.2.1"), transport: .tcp, connections: 3),
            .init(run: 1, serverName: nil, address: IPAddress("2001:db8::1"), transport: .udp, connections: 1),
        ])
        #expect(table.hostMachineConnections == 1)
    }

    @Test("commas with quotes; with tabs a quote is a quote") func commas() {
        let (table, problems) = read("app,sni\n\"a, \"\"b\"\"\",x.example\nplain,\"y.example\"\n")
        #expect(problems.count == 0 && table.runs.map(\.app) == ["a, \"b\"", "plain"] && names(table) == ["x.example", "y.example"])
        #expect(read("app\tsni\n\"a\tx.example\n").table.runs.map(\.app) == ["\"a"])
    }

    struct Broken: CustomTestStringConvertible, Sendable {
        var testDescription: String { row }
        var row: String, said: String
    }
    static let broken = [
        Broken(row: "a,1,6,x.example", said: "4 cells, not 6"),
        Broken(row: ",1,6,x.example,,1", said: "no app"),
        Broken(row: "a,1,6,,,1", said: "neither sni nor dst_ip"),
        Broken(row: "a,1,6,not a host,,1", said: "sni \"not a host\" is no host name: leave the cell empty"),
        Broken(row: "a,1,6,x.example,192.0.2.999,1", said: "dst_ip \"192.0.2.999\" is no address"),
        Broken(row: "a,1,1,x.example,,1", said: "proto \"1\" is neither 6 (tcp) nor 17 (udp)"),
        Broken(row: "a,1,6,x.example,,0", said: "connections \"0\" is no whole number from 1 to 1000000000"),
        Broken(row: "a,1,6,x.example,,99999999999999999999", said: "is no whole number"),
        Broken(row: "a,1,6,x.example,,-1", said: "is no whole number"),
        Broken(row: "a,1,6,\"x.example,,1", said: "a quote is not closed"),
        Broken(row: "\"a\"b,1,6,x.example,,1", said: "text behind a closing quote"),
        Broken(row: String(repeating: "a", count: 201) + ",1,6,x.example,,1", said: "app is longer than 200 octets"),
        Broken(row: "a,1,6," + String(repeating: "x", count: 70_000) + ",,1", said: "longer than 65536 octets"),
    ]
    @Test("a malformed row is told with file, line and cure, the rest is loaded", arguments: broken) func malformed(_ broken: Broken) {
        let (table, problems) = read("app,run,proto,sni,dst_ip,connections\nfirst,1,6,x.example,,1\n" + broken.row + "\nlast,1,6,x.example,,1\n")
        #expect(problems.count == 1 && table.runs.map(\.app) == ["first", "last"])
        #expect(problems.first[0].hasPrefix("f: line 3: ") && problems.first[0].contains(broken.said), "\(problems.first)")
    }

    @Test("without a header nothing is read, and the cure is named", arguments: [
        "", "\n\n# only words\n", "a,b,c\nx,y,z\n", "app\tsni\tsni\na\tx.example\tx.example\n", "\u{feff}run,connections\n",
    ]) func headerless(_ text: String) {
        let (table, problems) = read(text)
        #expect(table.rowCount == 0 && problems.count == 1)
        #expect(problems.first[0].contains("no header: the first line names the columns") || problems.first[0].contains("two columns sni"))
    }

    @Test("a byte order mark is no part of the header") func byteOrderMark() {
        #expect(read("\u{feff}app,sni\na,x.example\n").table.rowCount == 1)
    }

    @Test("only the first problems are told, all are counted") func manyProblems() {
        let (_, problems) = read("app,sni\n" + String(repeating: "a,\n", count: 50))
        #expect(problems.count == 50 && problems.first.count == ConnectionProblems.limit)
    }

    @Test("a file of the same octets counts once; runs of one name in two files are two") func files() {
        var table = ConnectionTable()
        let one = Array("app,run,sni\na,1,x.example\n".utf8), other = Array("app,run,sni\na,1,y.example\n".utf8)
        for (octets, name) in [(one, "one"), (one, "again"), (other, "other")] { #expect(table.read(octets, name: name).count == 0) }
        #expect(table.rowCount == 2 && table.runCount == 2)
        #expect(table.notes == ["again: the same octets as another file; it counts once"])
        let apps = table.apps(catalog: AppCatalog(rows: ""), classifier: DestinationClassifier(geography: nil))
        #expect(apps.map(\.id) == ["a"] && apps[0].runs.map(\.id) == ["one: run 1", "other: run 1"])
    }

    @Test("more apps than are compared are left out, and told") func limits() {
        let rows = (0...ConnectionTable.appLimit).map { "a\($0),x.example\n" }.joined()
        let (table, problems) = read("app,sni\n" + rows + "more,x.example\n")
        #expect(table.runCount == ConnectionTable.appLimit && problems.count == 1 && problems.first[0].contains("the rest is left out"))
    }

    @Test("no file traps", arguments: 0..<40) func hostile(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let pieces = ["app", "sni", "dst_ip", "connections", "run", ",", "\t", "\n", "\"", "#", "x.example", "192.0.2.1", "7", "\u{fffd}", "\r", " "]
        var octets = Array((random.index(2) == 0 ? "app,sni,connections\n" : "app\tdst_ip\n").utf8)
        for _ in 0..<random.index(120) {
            if random.index(12) == 0 { octets.append(UInt8(random.index(256))) }
            octets += Array(pieces[random.index(pieces.count)].utf8)
        }
        FuzzEntry.connections(octets)
        for count in 1..<5 { FuzzEntry.connections(Array(octets.dropLast(count * 7))) }
    }

    @Test("owner, category and party are those of a flow; aliases are one app, and apps of one owner one group") func classified() throws {
        let catalog = AppCatalog(rows: "reel\treel,org.reel\tReel\tReel Group\tvideo\t\nclip\tclip\tClip\tReel Group\tvideo\town.example")
        let destinations = DestinationCatalogue(rows:
            "reel.example\ts\tReel\tReel Group\tCN\tfirst-party-platform\tn\tl\tx\nlog.reel.example\ts\tReel\tReel Group\tCN\tanalytics\tn\tl\tx\n"
                + "count.example\ts\tCount\t\tUS\tanalytics\tn\tl\tx\nos.example\ts\tPhones\t\tUS\tos-platform\tn\tl\tx\n")
        var table = ConnectionTable()
        let text = "app,run,sni,dst_ip,connections\nreel,1,www.reel.example,,1\norg.reel,1,log.reel.example,,2\nreel,1,count.example,,3\n"
            + "clip,1,a.own.example,,1\nclip,1,b.nobody.example,,1\nclip,1,,203.0.113.9,1\nclip,1,os.example,,1\nclip,1,b.nobody.example,,4\nodd,1,x.own.example,,1\n"
        #expect(table.read(Array(text.utf8), name: "f").count == 0)
        let apps = table.apps(catalog: catalog, classifier: DestinationClassifier(catalogue: destinations, geography: nil))
        #expect(apps.map(\.id) == ["clip", "odd", "reel"] && apps.map(\.isWithoutOwner) == [false, true, false])
        #expect(apps[0].group == "Reel Group" && apps[2].group == "Reel Group" && apps[1].group == "odd")
        #expect(apps[2].runs.map(\.id) == ["run 1", "run 1'"])
        let reel = apps[2].runs.flatMap(\.connections)
        #expect(reel.map(\.count) == [1, 3, 2])
        #expect(reel.map(\.party.category) == [.firstParty, .analytics, .analytics] && reel.map(\.party.isFirstParty) == [true, false, true])
        let clip = apps[0].runs.flatMap(\.connections)
        #expect(clip.map(\.party.owner) == ["Clip", "nobody.example", "203.0.113.0/24", "Phones"])
        #expect(clip.map(\.party.category) == [.firstParty, .unknown, .unknown, .os] && clip.map(\.count) == [1, 5, 1, 1])
        #expect(clip.map(\.isNamed) == [true, true, false, true])
    }
}
