import Testing

@testable import TrafficCore

/// Each publisher's form, by one small file that was written for this test.
@Suite struct ListFormatTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var text: String
        var form: ListForm
    }
    static let forms = [
        Case(testDescription: "tracker-radar/domains/US/rad.example.json", text: ListSamples.radarDomain, form: .radarDomain),
        Case(testDescription: "entities/Rad.json", text: ListSamples.radarEntity, form: .radarEntity),
        Case(testDescription: "domain_map.json", text: ListSamples.radarDomainMap, form: .radarDomainMap),
        Case(testDescription: "entity_map.json", text: ListSamples.radarEntityMap, form: .radarEntityMap),
        Case(testDescription: "categorized_trackers.csv", text: ListSamples.radarCategories, form: .radarCategories),
        Case(testDescription: "x-tds.json", text: ListSamples.trackerData, form: .trackerData),
        Case(testDescription: "services.json", text: ListSamples.disconnectServices, form: .disconnectServices),
        Case(testDescription: "disconnect-blacklist.reversed.json", text: String(ListSamples.disconnectServices.reversed()), form: .disconnectServices),
        Case(testDescription: "entities.json", text: ListSamples.disconnectEntities, form: .disconnectEntities),
        Case(testDescription: "db/patterns/hum_stat.eno", text: ListSamples.ghosteryPattern, form: .ghosteryPattern),
        Case(testDescription: "db/organizations/hum.eno", text: ListSamples.ghosteryOrganization, form: .ghosteryOrganization),
        Case(testDescription: "hum.eno", text: ListSamples.ghosteryOrganization, form: .ghosteryOrganization),
        Case(testDescription: "trackerdb.json", text: ListSamples.ghosteryExport, form: .ghosteryExport),
        Case(testDescription: "trackers.json", text: ListSamples.adguardTrackers, form: .adguardTrackers),
        Case(testDescription: "companies.json", text: ListSamples.adguardCompanies, form: .adguardCompanies),
        Case(testDescription: "trackers.csv", text: ListSamples.adguardDomains, form: .adguardDomains),
        Case(testDescription: "exodus.json", text: ListSamples.exodus, form: .exodus),
        Case(testDescription: "xray-blacklist.json", text: ListSamples.xray, form: .xray),
        Case(testDescription: "easyprivacy.txt", text: ListSamples.filterList, form: .filterList),
        Case(testDescription: "hosts", text: ListSamples.hosts, form: .hosts),
        Case(testDescription: "own.tsv", text: ListSamples.own, form: .ownTable),
        Case(testDescription: "data/ash", text: ListSamples.domainList, form: .domainList),
    ]
    @Test("a form is told by its content, whatever the file is called", arguments: forms)
    func detection(_ c: Case) {
        #expect(ListDetection.form(of: ListSamples.source(c.text, c.testDescription)) == .form(c.form))
        if !c.testDescription.contains("/"), c.form != .ghosteryOrganization {
            #expect(ListDetection.form(of: ListSamples.source(c.text, "file")) == .form(c.form))
        }
        #expect(ListDetection.form(of: ListSamples.source("\u{feff}" + c.text, c.testDescription)) == .form(c.form) || c.testDescription.contains("reversed"))
    }

    @Test func unknownFiles() {
        for text in ["", "\n\n", "hello there, this is a letter", "{}", "[]", "{\"a\": 1}", "\u{0}\u{1}\u{ff}", "# only a comment"] {
            #expect(ListDetection.form(of: ListSamples.source(text, "f")) == .unknown, "\(text)")
        }
        #expect(ListDetection.form(of: ListSamples.source("a.example\nb.example\n", "f")) == .bareHosts)
    }

    private func row(_ rows: ListRows, _ pattern: String, _ match: ListRow.Match = .suffix) -> ListRow? {
        rows.rows.first { $0.pattern == pattern && $0.match == match }
    }

    @Test func trackerRadar() {
        let rows = ListSamples.rows([
            (ListSamples.radarDomainMap, "build-data/generated/domain_map.json"), (ListSamples.radarCategories, "categorized_trackers.csv"),
            (ListSamples.radarDomain, "domains/US/rad.example.json"), (ListSamples.radarEntity, "entities/Rad.json"), (ListSamples.radarEntityMap, "entity_map.json"),
        ])
        #expect(rows.malformed == 0 && rows.rows.count == 6)
        let domain = row(rows, "rad.example")
        #expect(domain?.owner == "Rad" && domain?.ownerParent == "Rad, Inc." && domain?.category == "analytics")
        #expect(row(rows, "rad2.example")?.owner == "Rad" && row(rows, "rad2.example")?.category == "content-cdn", "owner and category of two files")
        #expect(row(rows, "rad3.example")?.owner == "Rad" && row(rows, "rad4.example")?.owner == "Rad" && row(rows, "rad5.example")?.category == "advertising")
        #expect(row(rows, "metrics.shop.example", .full)?.owner == "Rad", "a cloaked host is that of what it leads to")
    }

    @Test func trackerData() {
        let rows = ListSamples.rows([(ListSamples.trackerData, "android-tds.json")])
        #expect(rows.malformed == 0 && rows.rows.count == 3)
        #expect(row(rows, "track.example")?.category == "analytics" && row(rows, "track-cdn.example")?.owner == "Track")
        #expect(row(rows, "t.cloaked.example", .full)?.label == "CNAME of x.track.example")
    }

    @Test func disconnect() {
        for services in [ListSamples.disconnectServices, String(ListSamples.disconnectServices.reversed())] {
            let rows = ListSamples.rows([(services, "services.json"), (ListSamples.disconnectEntities, "entities.json")])
            #expect(rows.malformed == 0 && rows.rows.count == 4)
            #expect(row(rows, "ads.acme.example")?.category == "advertising", "of two categories the first in our order")
            #expect(row(rows, "acme-cdn.example")?.owner == "Acme Ads" && row(rows, "acme-cdn.example")?.category == "")
        }
    }

    @Test func ghostery() {
        for files in [[(ListSamples.ghosteryPattern, "db/patterns/hum_stat.eno"), (ListSamples.ghosteryOrganization, "db/organizations/hum.eno")],
                      [(ListSamples.ghosteryExport, "trackerdb.json")]] {
            let rows = ListSamples.rows(files)
            #expect(rows.malformed == 0 && rows.rows.count == 2)
            let hum = row(rows, "f.hum.example")
            #expect(hum?.owner == "Hum Labs" && hum?.ownerCountry == "GB" && hum?.category == "analytics" && hum?.label == "Hum Stat (site_analytics)")
        }
    }

    @Test func adguard() {
        let rows = ListSamples.rows([(ListSamples.adguardTrackers, "trackers.json"), (ListSamples.adguardCompanies, "companies.json"), (ListSamples.adguardDomains, "trackers.csv")])
        #expect(rows.date == "2031-02-03" && rows.rows.count == 2 && rows.malformed == 0)
        #expect(row(rows, "plum.example")?.owner == "Plum Ltd" && row(rows, "plum.example")?.category == "analytics")
        #expect(row(rows, "pear.example")?.category == "advertising")
    }

    @Test("signatures are translated, hostile ones refused and counted") func exodus() {
        let rows = ListSamples.rows([(ListSamples.exodus, "trackers.json")])
        #expect(rows.rows.map(\.pattern) == ["oak.example", "oaks.example", "elm.example"] && rows.refused == 2 && rows.malformed == 0)
        #expect(row(rows, "oak.example")?.category == "crash-reporting" && row(rows, "oak.example")?.owner == "", "a product is no company")
    }

    @Test func xray() {
        let rows = ListSamples.rows([(ListSamples.xray, "xray-blacklist.json")])
        #expect(row(rows, "fir2.example")?.ownerParent == "Fir Holding" && row(rows, "fir.example")?.ownerCountry == "GB")
    }

    @Test func filterList() {
        let rows = ListSamples.rows([(ListSamples.filterList, "x.txt")])
        #expect(rows.rows.map(\.pattern) == ["stat.example", "tele.example", "ok.stat.example"] && rows.rows[2].match == .exception)
        #expect(rows.skipped == 8 && rows.malformed == 1 && rows.problems == ["x.txt: line 15: \"not a host\" is no host name"])
        #expect(rows.date == "2031-02-03" && rows.licence == "https://list.example/licence" && rows.commonCategory == "analytics")
    }

    @Test func hosts() {
        let rows = ListSamples.rows([(ListSamples.hosts, "hosts")])
        #expect(rows.rows.map(\.pattern) == ["ad.example", "ad2.example", "ad3.example"] && rows.rows.allSatisfy { $0.match == .full })
        #expect(rows.date == "2031-02-03" && rows.commonCategory == "advertising" && rows.malformed == 0)
        #expect(ListSamples.rows([("a.example\n*\n", "f")], kind: .hosts).problems == ["f: line 2: \"*\" is no host name"])
    }

    @Test func domainList() {
        let rows = ListSamples.rows([
            ("include:ash\nads.elsewhere.example\n", "data/category-ads-all"), (ListSamples.domainList, "data/ash"), ("domain:willow.example @cn\nother:x\n", "data/willow"),
        ])
        #expect(row(rows, "ash.example")?.owner == "ash" && row(rows, "ads.ash.example")?.category == "advertising")
        #expect(row(rows, "exact.ash.example", .full) != nil && row(rows, "ashtree", .keyword) != nil)
        #expect(row(rows, "m.ash2.example", .full) != nil && rows.refused == 1)
        #expect(row(rows, "willow.example")?.ownerParent == "ash", "what a company's file includes is a part of it")
        #expect(row(rows, "ads.elsewhere.example")?.category == "advertising" && row(rows, "ads.elsewhere.example")?.owner == "")
        #expect(rows.problems == ["data/willow: line 2: \"other\" is no kind of rule: domain, full, keyword, regexp, include"])
    }

    @Test func ownTable() {
        let rows = ListSamples.rows([(ListSamples.own + "\nx.example\tprefix\tX\t\t\tads\nx.example\t\t\t\t\t\ny.example\t\tY\t\tNLD\t\nz.example\t\tZ\t\t\tads\n", "own.tsv")])
        #expect(rows.rows.count == 3 && rows.date == "2031-02-03" && rows.licence == "CC0-1.0" && rows.malformed == 4)
        #expect(rows.problems.map { $0.prefix(15) } == ["own.tsv: line 7", "own.tsv: line 8", "own.tsv: line 9", "own.tsv: line 10"].map { $0.prefix(15) })
        #expect(row(rows, "only.own.example", .full)?.isShared == true)
    }

    @Test("harmed JSON: what comes before the harm counts, and the place is told")
    func harmed() {
        let whole = ListSamples.trackerData
        let cut = String(whole.prefix(whole.count - 60))
        let rows = ListSamples.rows([(cut, "t.json")], kind: .trackerData)
        #expect(row(rows, "track.example") != nil && rows.malformed == 1)
        #expect(rows.problems.first?.hasPrefix("t.json: line 5: ") == true, "\(rows.problems)")
        let deep = ListSamples.rows([("{\"trackers\": " + String(repeating: "[", count: 100_000), "d.json")], kind: .trackerData)
        #expect(deep.problems == ["d.json: line 1: nested deeper than 32 (column 45); what comes before it counts"])
    }

    @Test("no prefix of a list traps, and none gives a row that is none", arguments: forms)
    func prefixes(_ c: Case) {
        let octets = Array(c.text.utf8)
        for count in stride(from: 0, through: octets.count, by: 3) {
            let source = ListSource(path: c.testDescription, octets: Array(octets.prefix(count)))
            _ = ListDetection.form(of: source)
            var rows = ListRows(), reader = c.form.kind.reader
            reader.read(source, c.form, into: &rows)
            reader.finish(into: &rows)
            for row in rows.rows where row.match == .suffix || row.match == .full { #expect(HostName.canonical(row.pattern) == row.pattern) }
        }
    }

    @Test("what the fuzzer promises, on lists with a few octets changed", arguments: forms)
    func mutations(_ c: Case) {
        var random = DestinationRandom(state: UInt64(c.text.utf8.count))
        let letters = Array("\"{}[]:,.*|^$@#!- \n\tx0".utf8) + [0x00, 0xff, 0xc3]
        for round in 0..<60 {
            var octets = [UInt8(round % 16)] + Array(c.text.utf8)
            for _ in 0..<(round % 6) {
                let place = Int.random(in: 1..<octets.count, using: &random), letter = letters[Int.random(in: 0..<letters.count, using: &random)]
                if Bool.random(using: &random) { octets[place] = letter } else { octets.insert(letter, at: place) }
            }
            FuzzEntry.lists(octets)
        }
    }

    @Test("patterns as lists write them", arguments: [
        ("ad*.example.com", "ad*.example.com"), ("*AD*.Example.COM", "*ad*.example.com"), ("log*.пример.example", "log*.xn--e1afmkfd.example"),
        // Of another script, or octets that are no UTF-8: a part of a label has no punycode.
        ("é*.a.example", nil), ("log*\u{fffd}.own.example", nil),
        // 251 octets are a name; 301 can match none.
        (String(repeating: "a", count: 49) + "*." + String(repeating: String(repeating: "b", count: 60) + ".", count: 4) + "example", nil),
        (String(repeating: "a", count: 63) + "*.a.example", nil), ("*.a.example", nil), ("a*b", nil), ("a*.com", nil), ("a*.b*.example", nil),
    ] as [(String, String?)])
    func glob(_ text: String, _ expected: String?) {
        #expect(ListHost.glob(text) == expected)
    }

    @Test("hosts as lists write them", arguments: [
        ("Example.COM.", "example.com"), ("*.example.com", "example.com"), (".example.com", "example.com"), ("пример.example", "xn--e1afmkfd.example"),
        ("com", nil), ("co.uk", nil), ("b.github.io", "b.github.io"), ("github.io", "github.io"), ("192.0.2.1", nil), ("a..b", nil), ("a_b.example", "a_b.example"),
        (String(repeating: "a", count: 64) + ".example", nil), ("", nil), ("exam ple.com", nil),
    ] as [(String, String?)])
    func host(_ text: String, _ expected: String?) {
        if case .name(let name) = ListHost(text) { #expect(name == expected) } else { #expect(expected == nil) }
    }
}
