import Foundation
import Testing

@testable import TrafficCore

/// What the network of an address adds to a destination, its owner and its party.
@Suite struct NetworkPlaceTests {
    static let forged = ForgedLocation(
        networks: [
            .init(prefix: "149.154.160.0/20", country: "GB", system: 62_041),
                .init(prefix: "157.240.0.0/16", country: "US", system: 32_934),
            .init(prefix: "52.0.0.0/8", country: "US", system: 16_509), .init(prefix: "104.16.0.0/12", country: "US", system: 13_335),
            .init(prefix: "5.0.0.0/8", country: "DE", system: 64_500),
        ],
        systems: [(13_335, "CLOUDFLARENET"), (16_509, "AMAZON-02"), (32_934, "FACEBOOK"), (62_041, "Telegram"), (64_500, "EXAMPLE")])

    static func withGeography(_ body: (GeoDatabase) throws -> Void) throws {
        try DestinationSamples.withFolder { folder in
            try body(try LocationFileTests.database(try forged.octets(), in: folder))
        }
    }

    @Test("an address without a name has the owner of its AS, unless that rents machines out") func owners() throws {
        try Self.withGeography { geography in
            var classifier = DestinationClassifier(geography: geography)
            func classified(_ address: String, sni: String? = nil, app: String? = nil) throws -> FlowRecord {
                var record = try DestinationSamples.flow(to: address, sni: sni)
                classifier.classify(&record, app: app.map(AppCatalog().identity(orUnknown:)))
                return record
            }
            let meta = try classified("157.240.1.1", app: "instagram")
            #expect(meta.destination?.owner == "Meta Platforms" && meta.destination?.ownerCountry == "US" && meta.party == .first)
            #expect(meta.destination?.confidence == "low" && meta.destination?.listSource == "asn"
                && meta.destination?.matchedRule == "AS32934")
            #expect(meta.destination?.system?.number == 32_934 && meta.destination?.system?.name == "FACEBOOK"
                && meta.destination?.placeNote == nil)
            #expect(try classified("157.240.1.1", app: "reddit").party == .third)
            #expect(try classified("157.240.1.1").party == .unknown)
            // Where the network stands and where the owner sits are two facts.
            let telegram = try classified("149.154.167.51")
            #expect(telegram.destination?.country == "GB" && telegram.destination?.ownerCountry == "AE")
            // A rented network names nobody.
            let rented = try classified("52.1.2.3", app: "amazon")
            #expect(rented.destination?.owner == nil && rented.party == .unknown && rented.destination?.placeNote == .sharedHosting)
            let anycast = try classified("104.16.1.1")
            #expect(anycast.destination?.owner == nil && anycast.destination?.placeNote == .anycast
                && anycast.destination?.system?.number == 13_335)
            let unlisted = try classified("5.1.1.1")
            #expect(unlisted.destination?.owner == nil && unlisted.destination?.system?.name == "EXAMPLE"
                && unlisted.destination?.placeNote == nil)
            // A name is a better witness than an address.
            let named = try classified("157.240.1.1", sni: "unknown.invalid")
            #expect(named.destination?.owner == nil && named.destination?.system?.number == 32_934)
            #expect(try classified("5.1.1.1", sni: "d111111abcdef8.cloudfront.net").destination?.placeNote == .sharedHosting)
            for address in ["192.168.1.1", "224.0.0.251", "ff02::fb", "fd00::1"] {
                let local = try classified(address, sni: "d111111abcdef8.cloudfront.net").destination
                #expect(local?.country == nil && local?.system == nil && local?.placeNote == nil)
            }
            #expect(try classified("64:ff9b::157.240.1.1").destination?.system?.number == 32_934)
        }
    }

    @Test("statistics count the AS of an address, not whose it is (METHOD.md §1)") func statistics() throws {
        try Self.withGeography { geography in
            var classifier = DestinationClassifier(geography: geography), record = try DestinationSamples.flow(to: "157.240.1.1")
            classifier.classify(&record, app: nil)
            let party = RemoteParty(ProfileDestination(responderOf: record), app: nil, classifier: &classifier)
            #expect(party.owner == "AS32934" && party.domain == "AS32934" && party.country == "US" && party.category == .unknown)
            var summary = DestinationSummary(try #require(record.destination), party: record.party)
            summary.add(record, TrafficSum())
            #expect(summary.holder == "AS32934" && summary.owner == "Meta Platforms" && summary.countedOwner == nil)
            #expect(summary.systems == [AutonomousSystem(number: 32_934, name: "FACEBOOK")])
        }
    }

    @Test("public resolvers are anycast, whatever databases are there") func resolvers() throws {
        let database = GeoDatabase(countries: GeoSource(path: "/nonexistent"), cacheFolder: nil)
        for (text, note) in [("8.8.8.8", PlaceNote.anycast), ("1.1.1.1", .anycast), ("9.9.9.9", .anycast),
            ("2606:4700:4700::1111", .anycast),
                             ("2001:4860:4860::8844", .anycast), ("64:ff9b::8.8.4.4", .anycast), ("8.8.9.8", nil),
                                 ("2001:4860:4861::1", nil)] {
            #expect(try database.place(of: #require(IPAddress(text))) == NetworkPlace(note: note), "\(text)")
        }
        #expect(database.systemsDescription == nil && database.problemsOfNamedFiles.isEmpty)
    }

    @Test func lookup() throws {
        try Self.withGeography { geography in
            let answer = DestinationCatalogue().lookup("[64:ff9b::157.240.1.1]", geography: geography)
            #expect(answer.owner == "Meta Platforms" && answer.ownerCountry == "US" && answer.country == "US" && answer.confidence == "low")
            #expect(answer.source == "asn" && answer.system == AutonomousSystem(number: 32_934, name: "FACEBOOK")
                && answer.placeNote == nil)
            let rented = DestinationCatalogue().lookup("52.0.0.1", geography: geography)
            #expect(rented.owner == nil && rented.system?.number == 16_509 && rented.placeNote == .sharedHosting)
        }
    }

    @Test("the table of owners is whole") func ownerTable() {
        #expect(ASNOwners.builtIn.count > 100 && ASNOwners.builtIn.count == ASNOwners.builtInRows.split(separator: "\n").count)
        #expect(ASNOwners.builtIn[54_115]?.isCloud == false && ASNOwners.builtIn[13_335]?.isAnycast == true
            && ASNOwners.builtIn[64_500] == nil)
        #expect(ASNOwners.builtIn[20_049]?.ownerParent == "Microsoft")
    }

    @Test("a database that is installed is found first, and what is broken changes nothing") func installation() throws {
        try DestinationSamples.withFolder { folder in
            let file = folder + "/x.db", data = folder + "/data"
            try Data(try Self.forged.octets()).write(to: URL(filePath: file))
            let made = try GeoDatabase.install(file, dataFolder: data)
            #expect(made.format == .location && made.countries?.date == "2022-10-29" && made.systems?.licence == "CC BY-SA 4.0")
            #expect(made.paths == [data + "/geo/country", data + "/geo/asn"] && GeoDatabase.isDatabase(file))
            func open() -> GeoDatabase {
                GeoDatabase(countries: .installed(.country, dataFolder: data), systems: .installed(.system, dataFolder: data),
                    cacheFolder: nil)
            }
            #expect(try open().system(of: #require(IPAddress("5.0.0.1")))?.number == 64_500)
            // Only countries: the systems stay as they are. And once more over what is there.
            let country = folder + "/c.mmdb"
            try Data(try ForgedMaxMind(networks: [("5.0.0.0/8",
                MaxMindFileTests.country("FR"))]).octets()).write(to: URL(filePath: country))
            for _ in 0..<2 { #expect(try GeoDatabase.install(country, dataFolder: data).paths == [data + "/geo/country"]) }
            #expect(try open().place(of: #require(IPAddress("5.0.0.1"))) == NetworkPlace(country: "FR",
                system: .init(number: 64_500, name: "EXAMPLE")))
            for _ in 0..<2 { #expect(try GeoDatabase.install(file, dataFolder: data).paths.count == 2) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: data + "/geo").sorted() == ["asn", "country"])
            #expect(try FileManager.default.attributesOfItem(atPath: data + "/geo/asn")[.posixPermissions] as? Int == 0o600)
            for (octets, reason) in [([], "neither a MaxMind DB"), (Array("LOCDBXX\u{1}".utf8), "get it anew"),
                (MaxMindFileTests.file(tree: [0, 0]), "bits"),
                                     (MaxMindFileTests.file(tree: [1, 1]), "no network in it has a country")] as [([UInt8], String)] {
                try Data(octets).write(to: URL(filePath: file))
                do {
                    _ = try GeoDatabase.install(file, dataFolder: data)
                    Issue.record("\(reason): installed")
                } catch {
                    #expect("\(error)".hasPrefix(file) && "\(error)".contains(reason), "\(error)")
                }
            }
            #expect(throws: GeoInstallationError.self) { _ = try GeoDatabase.install(folder + "/nothing", dataFolder: data) }
            #expect(try open().country(of: #require(IPAddress("5.0.0.1"))) == "DE")
        }
    }
}
