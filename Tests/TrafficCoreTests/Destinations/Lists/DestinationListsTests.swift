import Foundation
import Testing

@testable import TrafficCore

@Suite struct DestinationListsTests {
    private func catalogue(_ lists: DestinationLists) -> DestinationCatalogue {
        var catalogue = DestinationCatalogue()
        catalogue.lists = lists
        return catalogue
    }

    private static let preferring: ListImport.Options = {
        var options = ListImport.Options()
        options.isPreferred = true
        return options
    }()

    @Test("every kind of rule, with label boundaries; look-alikes never match")
    func rules() throws {
        try DestinationSamples.withFolder { folder in
            let lists = try ListSamples.lists([(ListSamples.own, "own.tsv"), (ListSamples.filterList, "privacy.txt"), (ListSamples.hosts, "ads"), (ListSamples.domainList, "data/ash")], in: folder)
            let catalogue = catalogue(lists)
            func check(_ name: String, _ rule: String?, _ owner: String?, line: SourceLocation = #_sourceLocation) {
                let answer = catalogue.lookup(name)
                #expect(answer.matchedRule == rule && answer.owner == owner, "\(name): \(answer)", sourceLocation: line)
            }
            check("own.example", "own.example", "Own")
            check("OWN.Example.", "own.example", "Own")
            check("a.b._c.own.example", "own.example", "Own")
            check("notown.example", nil, nil)
            check("own.example.invalid", nil, nil)
            check("log7.own.example", "log*.own.example", "Own Logs")
            check("x.log7.own.example", "own.example", "Own")
            check("only.own.example", "full:only.own.example", "Own Only")
            check("x.only.own.example", "own.example", "Own")
            check("x.stat.example", "stat.example", nil)
            check("ok.stat.example", nil, nil)
            check("deep.ok.stat.example", nil, nil)
            check("ad.example", "full:ad.example", nil)
            check("x.ad.example", nil, nil)
            check("cdn.ashtree-media.test", "keyword:ashtree", "ash")
            check("exact.ash.example", "full:exact.ash.example", "ash")
            #expect(catalogue.lookup("x.stat.example").category == "analytics" && catalogue.lookup("ad.example").category == "advertising")
        }
    }

    @Test("names that are none, or special: defined, and said") func names() throws {
        try DestinationSamples.withFolder { folder in
            let catalogue = catalogue(try ListSamples.lists([("host_suffix\towner\nпример.example\tPrimer\nown.example\tOwn\n", "own.tsv")], in: folder))
            #expect(catalogue.lookup("WWW.Пример.example").owner == "Primer" && catalogue.lookup("www.xn--e1afmkfd.example").owner == "Primer")
            #expect(catalogue.lookup("Пример.example").name == "xn--e1afmkfd.example")
            #expect(catalogue.lookup("straße.example").name == "xn--strae-oqa.example" && catalogue.lookup("a\u{0}б.example").note != nil)
            #expect(catalogue.lookup("а б.example").note?.contains("IDNA2008") == true)
            for text in ["a..own.example", ".own.example", "own.example..", "a b.own.example", String(repeating: "a", count: 64) + ".own.example", "1.2.3"] {
                let answer = catalogue.lookup(text)
                #expect(answer.note?.hasPrefix("no host name") == true && answer.owner == nil && answer.registrableDomain == nil, "\(text)")
            }
            let longest = String(repeating: "a.", count: 121) + "own.example"
            #expect(longest.utf8.count == 253 && catalogue.lookup(longest).owner == "Own" && catalogue.lookup(longest + ".").owner == "Own")
            #expect(catalogue.lookup("b." + longest).note != nil)
            #expect(catalogue.lookup("com").note?.hasPrefix("a public suffix") == true && catalogue.lookup("localhost").note == nil)
            #expect(catalogue.lookup("co.uk").note?.hasPrefix("a public suffix") == true && catalogue.lookup("co.uk").registrableDomain == nil)
            #expect(catalogue.lookup("[2001:db8::1]").note == nil && catalogue.lookup("192.0.2.1").sources.isEmpty)
        }
    }

    @Test("one list: the nearest rule; owner and category each of the nearest that has one") func within() throws {
        try DestinationSamples.withFolder { folder in
            let text = "host_suffix\towner\tcategory\nlab.example\tLab\tadvertising\nads.lab.example\t\tanalytics\nx.ads.lab.example\tSub\t\n"
            let catalogue = catalogue(try ListSamples.lists([(text, "own.tsv")], in: folder))
            let middle = catalogue.lookup("a.ads.lab.example"), deep = catalogue.lookup("x.ads.lab.example")
            #expect(middle.owner == "Lab" && middle.category == "analytics" && middle.matchedRule == "ads.lab.example")
            #expect(deep.owner == "Sub" && deep.category == "analytics" && deep.matchedRule == "x.ads.lab.example")
        }
    }

    @Test("several lists: a fixed order, whatever the order of the imports; owner and category may be of two") func between() throws {
        let tables = [
            ("host_suffix\towner\nboth.example\tFirst\n", "a.tsv"), ("host_suffix\towner\tcategory\nboth.example\tSecond\tadvertising\n", "b.tsv"),
            ("[Adblock Plus 2.0]\n! Title: privacy\n||both.example^\n||only.example^\n", "z.txt"),
        ]
        for files in [tables, tables.reversed()] {
            try DestinationSamples.withFolder { folder in
                let catalogue = catalogue(try ListSamples.lists(files, in: folder))
                #expect(catalogue.lists.all.map(\.name) == ["a", "b", "z"])
                let answer = catalogue.lookup("x.both.example")
                #expect(answer.owner == "First" && answer.category == "advertising" && answer.source == "a,category:b" && answer.confidence == "low")
                #expect(answer.sources.map(\.list) == ["a", "b", "z"] && answer.isInConflict)
                let only = catalogue.lookup("only.example")
                #expect(only.owner == nil && only.category == "analytics" && only.source == "z" && !only.isInConflict)
            }
        }
    }

    @Test("the catalogue goes before lists, unless one is preferred; a study's own list before all") func precedence() throws {
        let text = "host_suffix\towner\tcategory\ntiktokv.com\tSomebody\tadvertising\n"
        try DestinationSamples.withFolder { folder in
            let plain = catalogue(try ListSamples.lists([(text, "own.tsv")], in: folder))
            let answer = plain.lookup("log-va.tiktokv.com")
            #expect(answer.owner == "ByteDance (TikTok)" && answer.category == "analytics" && answer.isInConflict)
            #expect(answer.sources.map(\.list) == ["trafficscope", "own"])
            var preferred = catalogue(try ListSamples.lists([(text, "own.tsv")], in: folder, options: Self.preferring))
            #expect(preferred.lookup("log-va.tiktokv.com").owner == "Somebody" && preferred.facts(for: "log-va.tiktokv.com")?.category == "advertising")
            #expect(preferred.lookup("www.reddit.com").owner == "Reddit", "what it does not have stays the catalogue's")
            let study = "host_suffix\tmatch\towner\towner_parent\towner_hq_country\tcategory\tshared\tconfidence\tsources\nlog-va.tiktokv.com\tsuffix\tStudy\t\tNL\tother\tno\tlow\tlab\n"
            let lists = preferred.lists
            preferred = DestinationCatalogue(tables: [try DestinationTable(Array(study.utf8), name: "s")])
            preferred.lists = lists
            #expect(preferred.lookup("log-va.tiktokv.com").owner == "Study")
            #expect(preferred.lookup("log-va.tiktokv.com").sources.map(\.list) == ["study", "own"])
        }
    }

    @Test("the app's own domains go before lists that are not preferred") func ownDomains() throws {
        let text = "host_suffix\towner\tcategory\nown.example\tSomebody\tanalytics\n"
        let app = AppIdentity(id: "train", owner: "Trains", ownDomains: ["own.example"])
        try DestinationSamples.withFolder { folder in
            for (options, owner) in [(ListImport.Options(), app.owner), (Self.preferring, "Somebody")] {
                var classifier = DestinationClassifier(catalogue: catalogue(try ListSamples.lists([(text, "own.tsv")], in: folder, options: options)), geography: nil)
                var record = try DestinationSamples.flow(sni: "www.own.example")
                classifier.classify(&record, app: app)
                #expect(record.destination?.owner == owner && record.destination?.category == "analytics" && record.party == .first)
                #expect(record.destination?.listSource == (owner == "Somebody" ? "own" : "own domains of the app,category:own"))
            }
        }
    }

    @Test("two independent witnesses make an owner sure; one work in two lists is one witness") func confidence() throws {
        let radar = #"{"domain": "w.example", "owner": {"name": "W Inc.", "displayName": "W"}, "categories": ["Analytics"], "resources": []}"#
        let tds = #"{"trackers": {"w.example": {"owner": {"name": "W Inc.", "displayName": "W"}, "default": "block", "categories": ["Analytics"]}}, "domains": {}}"#
        let services = #"{"categories": {"Analytics": [{"w, inc": {"https://w.example/": ["w.example"]}}]}}"#
        try DestinationSamples.withFolder { folder in
            let one = catalogue(try ListSamples.lists([(radar, "w.example.json"), (tds, "a-tds.json")], in: folder)).lookup("w.example")
            #expect(one.confidence == "low" && one.source == "tracker-radar,a-tds")
            let two = catalogue(try ListSamples.lists([(services, "services.json")], in: folder)).lookup("w.example")
            #expect(two.confidence == "high" && two.source == "tracker-radar,a-tds,disconnect" && !two.isInConflict)
        }
    }

    @Test("a harmed or foreign index is made anew, and a harmed list is told") func damage() throws {
        try DestinationSamples.withFolder { folder in
            let files = FileManager.default
            let first = try ListSamples.lists([(ListSamples.own, "own.tsv")], in: folder)
            #expect(!first.isFromCache)
            func open() -> DestinationLists { DestinationLists(folder: folder + "lists", cacheFolder: folder + "cache") }
            #expect(open().isFromCache && open().all == first.all)
            let index = try #require(try files.contentsOfDirectory(atPath: folder + "cache").first).description
            let path = folder + "cache/" + index, whole = try Data(contentsOf: URL(filePath: path))
            for place in stride(from: 0, to: whole.count, by: max(1, whole.count / 40)) {
                var harmed = whole
                harmed[place] ^= 0x40
                try harmed.write(to: URL(filePath: path))
                #expect(!open().isFromCache && catalogue(open()).lookup("own.example").owner == "Own")
            }
            for count in [0, 8, whole.count - 8] {
                try whole.prefix(count).write(to: URL(filePath: path))
                #expect(catalogue(open()).lookup("own.example").owner == "Own")
            }
            let stored = folder + "lists/own.list"
            #expect(try files.attributesOfItem(atPath: stored)[.posixPermissions] as? Int == 0o600)
            var text = try String(contentsOfFile: stored, encoding: .utf8)
            let octets = Array(text.utf8)
            for place in stride(from: 0, to: octets.count, by: 7) {
                var harmed = octets
                harmed[place] ^= 1
                try Data(harmed).write(to: URL(filePath: stored))
                #expect(open().isEmpty && open().problems.count == 1, "\(place)")
            }
            // Cut at the end of a line; as an earlier version wrote it, which had no checksum.
            try Data(octets[...(octets.dropLast().lastIndex(of: 0x0a) ?? 0)]).write(to: URL(filePath: stored))
            #expect(open().problems == ["\(stored): is damaged, and left out; import the list again, or remove it"])
            let earlier = text.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("checksum\t") }.joined(separator: "\n")
            try earlier.write(toFile: stored, atomically: false, encoding: .utf8)
            #expect(open().problems.isEmpty && catalogue(open()).lookup("own.example").owner == "Own")
            text = earlier + "own2.example\ts\tX\n"
            try text.write(toFile: stored, atomically: false, encoding: .utf8)
            #expect(open().isEmpty && open().problems.count == 1)
            try "not a list".write(toFile: stored, atomically: false, encoding: .utf8)
            #expect(open().isEmpty && open().problems.count == 1)
            #expect(DestinationLists(folder: folder + "nowhere", cacheFolder: nil).isEmpty)
            #expect(DestinationLists(folder: folder + "lists", cacheFolder: "/proc/none").problems.count == 1, "no folder for the index")
        }
    }

    @Test("what a list is: date, licence, digest, counts") func descriptions() throws {
        try DestinationSamples.withFolder { folder in
            let lists = try ListSamples.lists([
                (ListSamples.filterList, "privacy.txt"), (ListSamples.disconnectServices, "services.json"), (ListSamples.disconnectEntities, "entities.json"),
            ], in: folder).all
            #expect(lists.map(\.name) == ["disconnect", "privacy"] && lists.map(\.files) == [2, 1])
            #expect(lists[1].date == "2031-02-03" && lists[1].isDateItsOwn && lists[1].licence == "https://list.example/licence")
            #expect(lists[0].date != nil && !lists[0].isDateItsOwn && lists[0].licence == "CC BY-NC-SA 4.0")
            #expect(lists[1].sha256 == MessageDigest.sha256(Array(ListSamples.filterList.utf8)) && lists[0].sha256.utf8.count == 64)
            #expect(lists[1].rows == 3 && lists[1].malformed == 1 && lists[1].skipped == 8)
        }
    }

    @Test("bare hosts are v2fly's beside v2fly's files, else a hosts file") func bareHosts() throws {
        try DestinationSamples.withFolder { folder in
            let lists = try ListSamples.lists([(ListSamples.domainList, "data/ash"), ("willow.example\n", "data/willow")], in: folder)
            #expect(lists.all.map(\.kind) == [.domainListCommunity] && catalogue(lists).lookup("x.willow.example").ownerParent == "ash")
        }
        try DestinationSamples.withFolder { folder in
            let lists = try ListSamples.lists([("willow.example\n", "blocked.txt")], in: folder)
            #expect(lists.all.map(\.kind) == [.hosts] && catalogue(lists).lookup("x.willow.example").matchedRule == nil)
        }
    }

    @Test("names of companies: case, legal forms and parents aside", arguments: [
        ("Google LLC", "google", true), ("Alphabet", "GOOGLE", true), ("Twitter, Inc.", "X (Twitter)", true), ("Acme", "Acme GmbH", true),
        ("Acme", "Acme Labs", false), ("Facebook", "Google", false), ("Co", "Company", false),
    ]) func companies(_ a: String, _ b: String, _ isSame: Bool) {
        #expect(CompanyName.isSame(CompanyName.spelled(owner: a, parent: ""), CompanyName.spelled(owner: b, parent: "")) == isSame)
    }

    @Test func days() {
        for text in ["2031-02-03T04:05:06Z", "03 Feb 2031 10:30 UTC", "February 3, 2031", "203102031030", "20310203", "2031/2/3"] { #expect(ListDate.day(text) == "2031-02-03", "\(text)") }
        for text in ["", "%timestamp%", "soon", "99999999", "1.2.3", "2031-13-01"] { #expect(ListDate.day(text) == nil, "\(text)") }
        #expect(EpochTime.day(seconds: 0) == "1970-01-01" && EpochTime.day(seconds: -1) == "1969-12-31" && EpochTime.day(seconds: 951_782_400) == "2000-02-29")
    }
}
