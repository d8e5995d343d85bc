import Foundation
import Testing

@testable import TrafficCore

@Suite struct LocationFileTests {
    static let forged = ForgedLocation(
        networks: [
            .init(prefix: "1.0.0.0/8", country: "AU", system: 0), .init(prefix: "1.0.0.0/24", country: "AU", system: 64_500, flags: 4),
            .init(prefix: "1.0.1.0/24", country: "CN", system: 64_501), .init(prefix: "1.0.1.128/25", country: "EU", system: 0),
            .init(prefix: "9.0.0.0/8", country: "\0\0", system: 4_200_000_000),
                .init(prefix: "2001:db8::/32", country: "DE", system: 64_500),
            .init(prefix: "2001:db8:1::/48", country: "FR", system: 64_501),
                .init(prefix: "2001:db8:1::1/128", country: "FR", system: 0, flags: 4),
        ],
        systems: [(64_500, "EXAMPLE-1"), (64_501, "Beispiel \u{fc}ber\u{1b}")])

    static func database(_ octets: [UInt8], in folder: String, cache: String? = nil) throws -> GeoDatabase {
        let path = folder + "/forged.db"
        try Data(octets).write(to: URL(filePath: path))
        return GeoDatabase(countries: GeoSource(path: path), systems: GeoSource(path: path), cacheFolder: cache)
    }

    static let first = AutonomousSystem(number: 64_500, name: "EXAMPLE-1"),
        second = AutonomousSystem(number: 64_501, name: "Beispiel \u{fc}ber")
    static let expected: [(String, NetworkPlace)] = [
        ("1.0.0.0", NetworkPlace(country: "AU", system: first, note: .anycast)),
            ("1.0.0.255", NetworkPlace(country: "AU", system: first, note: .anycast)),
        ("1.0.1.0", NetworkPlace(country: "CN", system: second)), ("1.0.1.127", NetworkPlace(country: "CN", system: second)),
        ("1.0.1.128", NetworkPlace()), ("1.0.2.0", NetworkPlace(country: "AU")), ("1.255.255.255", NetworkPlace(country: "AU")),
        ("2.0.0.0", NetworkPlace()), ("9.1.2.3", NetworkPlace(system: AutonomousSystem(number: 4_200_000_000))),
        ("2001:db8::", NetworkPlace(country: "DE", system: first)), ("2001:db8:1::", NetworkPlace(country: "FR", system: second)),
        ("2001:db8:1::1", NetworkPlace(country: "FR", note: .anycast)), ("2001:db8:1::2", NetworkPlace(country: "FR", system: second)),
        ("2001:db8:2::", NetworkPlace(country: "DE", system: first)), ("2001:db9::", NetworkPlace()),
        ("64:ff9b::1.0.1.1", NetworkPlace(country: "CN", system: second)),
            ("::ffff:1.0.0.1", NetworkPlace(country: "AU", system: first, note: .anycast)),
        ("10.0.0.1", NetworkPlace()), ("224.0.0.1", NetworkPlace()), ("fe80::1", NetworkPlace()),
    ]

    @Test("the smallest network decides, in memory and out of the cache") func networks() throws {
        try DestinationSamples.withFolder { folder in
            for isFromCache in [false, true] {
                let database = try Self.database(try Self.forged.octets(), in: folder, cache: folder + "/cache")
                if isFromCache {
                    // Written anew, the file has another time: only the second start after that reads the index.
                    _ = (database.description, database.systemsDescription)
                }
                let asked = isFromCache
                    ? GeoDatabase(countries: GeoSource(path: folder + "/forged.db"), systems: GeoSource(path: folder + "/forged.db"),
                        cacheFolder: folder + "/cache")
                    : database
                for (text, place) in Self.expected { #expect(try asked.place(of: #require(IPAddress(text))) == place, "\(text)") }
                #expect(asked.isFromCache == isFromCache && asked.areSystemsFromCache == isFromCache)
                var description = GeoDescription()
                (description.path, description.date, description.licence) = (folder + "/forged.db", "2022-10-29", "CC BY-SA 4.0")
                (description.edition, description.rows) = ("Forged", asked.systemsDescription?.rows ?? 0)
                #expect(asked.systemsDescription == description && description.rows > 5)
            }
        }
    }

    @Test("a harmed index of systems is made anew") func harmedIndex() throws {
        try DestinationSamples.withFolder { folder in
            let path = folder + "/forged.db", cache = folder + "/cache"
            try Data(try Self.forged.octets()).write(to: URL(filePath: path))
            func open() -> GeoDatabase { GeoDatabase(countries: GeoSource(path: path), systems: GeoSource(path: path), cacheFolder: cache) }
            _ = open().systemsDescription
            // The countries were never asked for, and cost nothing.
            let files = try FileManager.default.contentsOfDirectory(atPath: cache)
            #expect(files.count == 1 && files[0].hasPrefix("asn-"))
            let file = URL(filePath: cache + "/" + files[0]), whole = try Data(contentsOf: file)
            var harmed: [Data] = stride(from: 0, to: whole.count, by: 27).map { whole.prefix($0) }
            for octet in stride(from: 0, to: whole.count, by: 23) {
                var copy = whole
                copy[octet] ^= 0x10
                harmed.append(copy)
            }
            for copy in harmed {
                try copy.write(to: file)
                let database = open()
                #expect(try database.system(of: #require(IPAddress("1.0.1.1"))) == Self.second)
                #expect(!database.areSystemsFromCache)
                #expect(try Data(contentsOf: file) == whole)
            }
        }
    }

    @Test("what is broken is refused by name, place and cure") func refused() throws {
        let whole = try Self.forged.octets()
        let tree = Int(whole[44]) << 24 | Int(whole[45]) << 16 | Int(whole[46]) << 8 | Int(whole[47])
        func changed(_ place: Int, _ octets: [UInt8]) -> [UInt8] {
            var copy = whole
            copy.replaceSubrange(place..<(place + octets.count), with: octets)
            return copy
        }
        let cases: [(String, [UInt8], String)] = [
            ("cut within the header", Array(whole.prefix(40)), "octet 40: the file ends within its header"),
            // libloc 0.9.16 ends the program on this one.
            ("cut behind the header", Array(whole.prefix(5000)), "the file is cut: get it anew"),
            ("cut within a part", whole.dropLast(3), "the file is cut: get it anew"),
            ("other version", changed(7, [2]), "octet 7: version 2"),
            ("no tree", changed(48, [0, 0, 0, 0]), "no search tree"),
            ("a circle", changed(tree, [0, 0, 0, 1] + [0, 0, 0, 1]).enumerated().map { $0.offset == tree + 12 + 3 ? 1 : $0.element },
                "bits"),
            ("a node beyond the tree", changed(tree, [0, 0xff, 0, 0]), "node 16711680 of"),
            ("a network beyond the table", changed(tree + 8, [0, 0xff, 0, 0]), "network 16711680 of"),
            ("a huge part", changed(44, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), "4294967295 octets at 4294967295"),
        ]
        try DestinationSamples.withFolder { folder in
            for (name, octets, reason) in cases {
                let database = try Self.database(octets, in: folder)
                #expect(try database.place(of: #require(IPAddress("1.0.1.1"))) == NetworkPlace())
                for problem in [database.description.problem ?? "", database.systemsDescription?.problem ?? ""] {
                    #expect(problem.hasPrefix(folder + "/forged.db") && problem.contains(reason), "\(name): \(problem)")
                }
            }
        }
    }

    @Test("no cut and no changed octet traps") func hostile() throws {
        let whole = try Self.forged.octets()
        var random = SplitMix64(state: 16)
        for _ in 0..<200 {
            var copy = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Bool.random(using: &random) ? Int.random(in: 0..<68, using: &random)
                    : Int.random(in: 8192..<copy.count, using: &random)
                copy[place] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { copy.removeLast(Int.random(in: 0..<copy.count - 7, using: &random)) }
            for field in [GeoField.country, .system] { _ = GeoCompiler.contents(copy, .location, field, path: "x") }
        }
    }
}
