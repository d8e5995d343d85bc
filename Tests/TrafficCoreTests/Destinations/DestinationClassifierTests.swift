import Testing

@testable import TrafficCore

@Suite struct DestinationClassifierTests {
    static let catalog = AppCatalog()
    static func classified(_ record: FlowRecord, app: String? = nil) -> FlowRecord {
        var classifier = DestinationClassifier(geography: nil), record = record
        classifier.classify(&record, app: app.map(catalog.identity(orUnknown:)))
        return record
    }

    @Test func bestName() throws {
        func check(_ record: FlowRecord, _ name: String, _ source: Destination.NameSource, line: SourceLocation = #_sourceLocation) {
            let destination = Self.classified(record).destination
            #expect(destination?.name == name && destination?.nameSource == source, sourceLocation: line)
        }
        check(try DestinationSamples.flow(sni: "A.Reddit.com", hosts: ["b.example"], dns: "c.example"), "a.reddit.com", .sni)
        check(try DestinationSamples.flow(hosts: ["192.0.2.1", "[::1]:80", "", "b.example:8080"], dns: "c.example"), "b.example", .host)
        check(try DestinationSamples.flow(sni: "192.0.2.9", dns: "c.example."), "c.example", .dns)
        check(try DestinationSamples.flow(sni: "a b", hosts: ["x:y"]), "198.51.100.7", .address)
        check(try DestinationSamples.flow(sni: "cover.example", dns: "real.example", ech: true), "real.example", .dns)
        check(try DestinationSamples.flow(sni: "reddit.com", dns: "reddit.com", ech: true), "reddit.com", .sni)
        check(try DestinationSamples.flow(sni: "www.reddit.com", ech: true), "www.reddit.com", .sni)
    }

    @Test("a cover name has no owner") func coverName() throws {
        let record = Self.classified(try DestinationSamples.flow(sni: "www.reddit.com", ech: true), app: "reddit")
        #expect(record.destination?.owner == nil && record.destination?.matchedRule == nil && record.party == .unknown)
        #expect(record.destination?.registrableDomain == "reddit.com")
    }

    @Test func factsOfTheRow() throws {
        let destination = try #require(Self.classified(try DestinationSamples.flow(sni: "log-va.tiktokv.com")).destination)
        #expect(destination.owner == "ByteDance (TikTok)" && destination.ownerParent == "ByteDance" && destination.ownerCountry == "CN")
        #expect(destination.category == "analytics" && destination.matchedRule == "log*.tiktokv.com" && !destination.isShared)
        #expect(destination.confidence == "high" && destination.listSource?.isEmpty == false && destination.registrableDomain == "tiktokv.com")
    }

    @Test(arguments: [
        ("www.reddit.com", "reddit", Party.first), ("graph.facebook.com", "instagram", .first), ("graph.facebook.com", "reddit", .third),
        ("log-va.tiktokv.com", "com.zhiliaoapp.musically", .first), ("d111111abcdef8.cloudfront.net", "amazon", .infrastructure),
        ("connectivitycheck.gstatic.com", "reddit", .platform), ("connectivitycheck.gstatic.com", "gmail", .first),
        ("www.cd.cz", "mujvlak", .first), ("notcd.cz", "mujvlak", .unknown), ("unknown.invalid", "reddit", .unknown),
        ("graph.facebook.com", "cp", .unknown), ("graph.facebook.com", nil, .unknown), ("graph.facebook.com", "sites", .unknown),
    ] as [(String, String?, Party)])
    func party(_ name: String, _ app: String?, _ expected: Party) throws {
        #expect(Self.classified(try DestinationSamples.flow(sni: name), app: app).party == expected)
    }

    @Test("a CNAME lends its owner to nobody") func cloaking() throws {
        var record = try DestinationSamples.flow(dns: "metrics.unknown-shop.invalid")
        record.dnsAliases = ["unknown-shop.sc.omtrdc.net"]
        let destination = Self.classified(record).destination
        #expect(destination?.name == "metrics.unknown-shop.invalid" && destination?.owner == nil)
    }

    @Test("behind a name that has no owner, is the app's own or lies on rented machines, the CNAME tells whose machine it is", arguments: [
        ("metrics.unknown-shop.invalid", nil, ["x.unknown-shop.invalid", "unknown-shop.sc.omtrdc.net"], "Adobe"),
        ("metrics.reddit.com", "reddit", ["reddit.sc.omtrdc.net"], "Adobe"),          // cloaking: it stays first party
        ("metrics.reddit.com", "instagram", ["reddit.sc.omtrdc.net"], nil),           // a third party's own affair
        ("www.reddit.com", "reddit", ["x.reddit.com"], nil),
        ("www.unknown-shop.invalid", nil, ["d111111abcdef8.cloudfront.net", "unknown-shop.sc.omtrdc.net"], "Adobe"),
        ("www.unknown-shop.invalid", nil, ["d111111abcdef8.cloudfront.net"], "Amazon"),
        ("www.unknown-shop.invalid", nil, ["x.invalid", "192.0.2.1", "", "a..b"], nil),
    ] as [(String, String?, [String], String?)])
    func aliasOwner(_ name: String, _ app: String?, _ aliases: [String], _ expected: String?) throws {
        var record = try DestinationSamples.flow(sni: name, dns: name)
        let without = Self.classified(record, app: app)
        record.dnsAliases = aliases
        let answer = Self.classified(record, app: app)
        #expect(answer.destination?.aliasOwner?.owner.hasPrefix(expected ?? "-") ?? (expected == nil), "\(answer.destination?.aliasOwner as Any)")
        #expect(answer.party == without.party && answer.destination?.owner == without.destination?.owner)
        // The chain is behind the name that DNS gave, and no other.
        record.dnsName = "other.invalid"
        #expect(Self.classified(record, app: app).destination?.aliasOwner == nil)
    }

    @Test("resolvers and clocks are known by their service") func services() throws {
        #expect(Self.classified(try DestinationSamples.flow(serviceName: "dns")).destination?.category == "dns-resolver")
        #expect(Self.classified(try DestinationSamples.flow(serviceName: "ntp")).destination?.category == "time-connectivity-check")
        #expect(Self.classified(try DestinationSamples.flow(sni: "www.reddit.com", serviceName: "dns")).destination?.category == "first-party-platform")
        #expect(Self.classified(try DestinationSamples.flow(serviceName: "tls")).destination?.category == nil)
    }

    @Test("the cache changes no answer, even when it overflows") func cacheIsInvisible() throws {
        var classifier = DestinationClassifier(geography: nil)
        let app = Self.catalog.identity(orUnknown: "reddit"), other = Self.catalog.identity(orUnknown: "instagram")
        for number in 0..<5000 {
            for (app, party) in [(app, Party.first), (other, .third), (app, .first)] {
                var record = try DestinationSamples.flow(sni: "h\(number).reddit.com")
                classifier.classify(&record, app: app)
                #expect(record.party == party && record.destination?.name == "h\(number).reddit.com")
            }
        }
        // Same name, other address, service or source of the name: other answers.
        for (address, service, sni) in [("198.51.100.1", "tls", true), ("198.51.100.2", "tls", true), ("198.51.100.2", "dns", true),
                                        ("198.51.100.2", "dns", false)] {
            var record = try DestinationSamples.flow(to: address, sni: sni ? "a.invalid" : nil, dns: "a.invalid", serviceName: service)
            classifier.classify(&record, app: app)
            #expect(record.destination?.address.description == address && record.destination?.nameSource == (sni ? .sni : .dns))
            #expect(record.destination?.category == (service == "dns" ? "dns-resolver" : nil))
        }
    }
}
