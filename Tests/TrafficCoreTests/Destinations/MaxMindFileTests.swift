import Foundation
import Testing

@testable import TrafficCore

@Suite struct MaxMindFileTests {
    typealias Value = ForgedValue

    static func country(_ code: String) -> Value { .map([("country", .map([("iso_code", .text(code))]))]) }

    static func database(_ octets: [UInt8], in folder: String, systems: Bool = false) throws -> GeoDatabase {
        let path = folder + "/forged.mmdb"
        try Data(octets).write(to: URL(filePath: path))
        return GeoDatabase(countries: GeoSource(path: path), systems: systems ? GeoSource(path: path) : nil, cacheFolder: nil)
    }

    @Test("every record size and IP version, to the first and last address", arguments: [24, 28, 32], [4, 6])
    func edges(_ bits: Int, _ version: Int) throws {
        var forged = ForgedMaxMind(recordBits: bits, ipVersion: version)
        forged.networks = [("1.0.0.0/8", Self.country("AU")), ("192.0.2.0/24", Self.country("DE")), ("198.51.100.7/32", Self.country("FR"))]
        if version == 6 { forged.networks += [("2001:db8::/32", Self.country("NL")), ("2600::1/128", Self.country("CA"))] }
        var expected: [(String, String?)] = [
            ("1.0.0.0", "AU"), ("1.255.255.255", "AU"), ("2.0.0.0", nil), ("0.255.255.255", nil), ("192.0.1.255", nil), ("192.0.2.0", "DE"),
            ("192.0.2.255", "DE"), ("192.0.3.0", nil), ("198.51.100.7", "FR"), ("198.51.100.6", nil), ("198.51.100.8", nil),
            ("64:ff9b::1.2.3.4", "AU"), ("::ffff:192.0.2.1", "DE"), ("10.0.0.1", nil), ("255.255.255.255", nil),
        ]
        expected += version == 4 ? [("2001:db8::1", nil)] : [
            ("2001:db8::", "NL"), ("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "NL"), ("2001:db9::", nil), ("2600::1", "CA"),
                ("2600::", nil), ("2600::2", nil),
        ]
        try DestinationSamples.withFolder { folder in
            let database = try Self.database(try forged.octets(), in: folder)
            for (text, country) in expected { #expect(try database.country(of: #require(IPAddress(text))) == country, "\(text)") }
            var description = GeoDescription()
            (description.path, description.date, description.edition) = (folder + "/forged.mmdb", "2025-06-15", "Forged-Country")
            description.rows = forged.networks.count
            #expect(database.description == description)
        }
    }

    struct Path: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var record: @Sendable () -> Value
        var country: String?
        var system: AutonomousSystem?
        var note: PlaceNote?
    }
    static let paths = [
        Path(testDescription: "GeoLite2-Country", record: { .map([
            ("continent", .map([("code", .text("EU"))])), ("country",
                .map([("geoname_id", .number(2_921_044)), ("iso_code", .text("DE"))])),
            ("registered_country", .map([("iso_code", .text("US"))])), ("traits", .map([("is_anycast", .boolean(true))]))]) },
             country: "DE", note: .anycast),
        Path(testDescription: "only registered", record: { .map([("registered_country", .map([("iso_code", .text("US"))]))]) },
            country: "US"),
        Path(testDescription: "None in country, known in registered", record: { .map([
            ("country", .map([("iso_code", .text("None"))])), ("registered_country", .map([("iso_code", .text("gb"))]))]) }, country: "GB"),
        Path(testDescription: "GeoLite2-ASN", record: { .map([
            ("autonomous_system_number", .number(64_500)), ("autonomous_system_organization", .text("Example"))]) },
             system: AutonomousSystem(number: 64_500, name: "Example")),
        Path(testDescription: "IPinfo Lite", record: { .map([
            ("asn", .text("AS64501")), ("as_name", .text("Example 2")), ("as_domain", .text("example.net")), ("country", .text("Germany")),
            ("country_code", .text("DE"))]) }, country: "DE", system: AutonomousSystem(number: 64_501, name: "Example 2")),
        Path(testDescription: "IPinfo country_asn", record: { .map([("country", .text("jp")), ("asn", .text("as4200000000")),
            ("name", .text("X"))]) },
             country: "JP", system: AutonomousSystem(number: 4_200_000_000, name: "X")),
        Path(testDescription: "UK, and a number without a name", record: { .map([("country_code", .text("UK")), ("asn", .number(1))]) },
             country: "GB", system: AutonomousSystem(number: 1)),
        Path(testDescription: "regions and placeholders", record: { .map([("country_code", .text("EU")), ("country", .text("??")),
            ("asn", .number(0))]) }),
        Path(testDescription: "wrong types", record: { .map([
            ("country", .number(49)), ("country_code", .map([])), ("asn", .text("AS")), ("autonomous_system_number", .text("x")),
            ("traits", .text("y")), ("registered_country", .map([("iso_code", .number(7))]))]) }),
        Path(testDescription: "too large", record: { .map([("asn", .number(1 << 32)), ("country", .map([("iso_code", .text("DEU"))]))]) }),
        Path(testDescription: "a name with controls", record: { .map([("asn", .number(9)), ("as_name", .text("a\u{1b}[31mb\n"))]) },
             system: AutonomousSystem(number: 9, name: "a[31mb")),
        Path(testDescription: "no map", record: { .text("DE") }),
    ]
    @Test(arguments: paths) func record(_ path: Path) throws {
        let forged = ForgedMaxMind(networks: [("203.0.113.0/24", path.record()), ("192.0.2.0/24", Self.country("CH")),
            ("192.0.3.0/24", .map([("asn", .number(5))]))])
        try DestinationSamples.withFolder { folder in
            let database = try Self.database(try forged.octets(), in: folder, systems: true)
            let address = try #require(IPAddress("203.0.113.9"))
            #expect(database.place(of: address) == NetworkPlace(country: path.country, system: path.system, note: path.note))
            #expect(database.country(of: address) == path.country && database.system(of: address) == path.system)
            let mapped = try #require(IPAddress("64:ff9b::203.0.113.9"))
            #expect(database.place(of: mapped) == database.place(of: address))
        }
    }

    @Test("pointers are followed once, and never in a circle") func pointers() throws {
        var forged = ForgedMaxMind()
        forged.prelude = ForgedMaxMind.octets(.text("DE")) + ForgedMaxMind.octets(.pointer(0)) + ForgedMaxMind.octets(Self.country("AT"))
            + ForgedMaxMind.octets(.text("iso_code"))
        let toPointer = 3, toMap = 8, toKey = forged.prelude.count - 9
        forged.networks = [
            ("192.0.2.0/24", .map([("country", .map([("iso_code", .pointer(0))]))])), ("192.0.3.0/24", .pointer(toMap)),
            ("192.0.4.0/24", .map([("country", .map([("iso_code", .pointer(toPointer))]))])),
                ("192.0.5.0/24", .map([("country_code", .pointer(1 << 30))])),
            // A key that is a pointer, as writers make them for keys that come again.
            ("192.0.6.0/24", .map([("country", .raw([0xe1] + ForgedMaxMind.octets(.pointer(toKey)) + ForgedMaxMind.octets(.text("IT"))))])),
        ]
        try DestinationSamples.withFolder { folder in
            let database = try Self.database(try forged.octets(), in: folder)
            for (text, country) in [("192.0.2.1", "DE"), ("192.0.3.1", "AT"), ("192.0.4.1", nil), ("192.0.5.1", nil), ("192.0.6.1", "IT")] {
                #expect(try database.country(of: #require(IPAddress(text))) == country, "\(text)")
            }
            #expect(database.description.problem == "\(folder)/forged.mmdb: 1 record cannot be read and left out")
        }
    }

    @Test("further ways to the IPv4 part are no networks") func aliases() throws {
        var forged = ForgedMaxMind(networks: [("192.0.2.0/24", Self.country("DE")), ("2a00::/16", Self.country("FR"))])
        let v4 = String(repeating: "0", count: 96)
        forged.aliases = [(String(repeating: "0", count: 80) + String(repeating: "1", count: 16), v4), ("0010000000000010", v4)]
        try DestinationSamples.withFolder { folder in
            let database = try Self.database(try forged.octets(), in: folder)
            for (text, country) in [("192.0.2.1", "DE"), ("::ffff:192.0.2.1", "DE"), ("2002:c000:201::1", nil), ("2a00::1", "FR")] {
                #expect(try database.country(of: #require(IPAddress(text))) == country, "\(text)")
            }
            #expect(database.description.problem == nil && database.description.rows == 2)
        }
    }

    /// A file whose tree is `tree`, of 32-bit records.
    static func file(tree: [Int], data: [UInt8] = [], nodes: Int? = nil) -> [UInt8] {
        tree.flatMap { ForgedMaxMind.word($0, octets: 4) } + [UInt8](repeating: 0, count: 16) + data
            + ForgedMaxMind(recordBits: 32).trailer(nodes: nodes ?? tree.count / 2)
    }

    @Test("what is broken is refused by name, place and cure") func refused() throws {
        func metadata(_ key: String, _ value: Value?) throws -> [UInt8] { try ForgedMaxMind(metadata: [key: value]).octets() }
        let marker: [UInt8] = [0xab, 0xcd, 0xef] + Array("MaxMind.com".utf8)
        // Every way through 127 nodes of which both sides lead to the next: 2^127 of them.
        var ladder = [1, 1]
        for node in 1..<127 { ladder += [node + 1, node + 1] }
        ladder += [128, 128]
        var cases: [(String, [UInt8], String)] = []
        cases.append(("a circle", Self.file(tree: [0, 0]), "deeper than an address has bits"))
        cases.append(("a circle further down", Self.file(tree: [1, 2, 2, 2, 1, 1]), "deeper than an address has bits"))
        cases.append(("shared nodes", Self.file(tree: ladder), "more branches than nodes"))
        cases.append(("a record within the separator", Self.file(tree: [1 + 3, 1]), "octet 0: node 0 points to octet -13"))
        cases.append(("a record behind the data", Self.file(tree: [1 << 30, 1]), "get the file anew"))
        cases.append(("a huge node count", Self.file(tree: [1, 1], nodes: 4_000_000_000),
            "a search tree of 4000000000 nodes needs 32000000000 octets"))
        cases.append(("no node", Self.file(tree: [], nodes: 0), "node_count 0"))
        cases.append(("no networks", Self.file(tree: [1, 1]), "no network in it has a country"))
        cases.append(("other version", try metadata("binary_format_major_version", .number(3)), "binary_format_major_version 3"))
        cases.append(("odd record size", try metadata("record_size", .number(26)), "records of 26 bits"))
        cases.append(("record size missing", try metadata("record_size", nil), "record_size nowhere"))
        cases.append(("IP version 5", try metadata("ip_version", .number(5)), "IP version 5"))
        cases.append(("node count is text", try metadata("node_count", .text("7")), "node_count nowhere"))
        cases.append(("no metadata map", [0x78] + marker + [0x41, 0x41], "metadata cannot be read"))
        cases.append(("only the marker", marker, "metadata cannot be read"))
        cases.append(("nothing", [], "neither a MaxMind DB"))
        try DestinationSamples.withFolder { folder in
            for (name, octets, reason) in cases {
                let database = try Self.database(octets, in: folder)
                #expect(try database.country(of: #require(IPAddress("192.0.2.1"))) == nil)
                let problem = database.description.problem ?? ""
                #expect(problem.hasPrefix(folder + "/forged.mmdb") && problem.contains(reason), "\(name): \(problem)")
            }
        }
    }

    @Test("maps in maps cost no stack, and a record no more than its share") func nesting() throws {
        // libmaxminddb 1.7.1 overflows its stack on this one.
        let deep: [UInt8] = [UInt8](repeating: 0, count: 0) + (0..<200_000).flatMap { _ in [0xe1, 0x40] as [UInt8] } + [0xe0]
        let wide: [UInt8] = [0xff, 0xff, 0xff, 0xff]     // a map of 16,843,036 members
        var forged = ForgedMaxMind()
        forged.networks = [
            ("192.0.2.0/24", .map([("a", .raw(deep)), ("country_code", .text("DE"))])), ("192.0.4.0/24", Self.country("FR")),
            ("192.0.3.0/24", .raw(wide)),
        ]
        let metadata: [String: Value?] = ["description": .raw((0..<20_000).flatMap { _ in [0xe1, 0x40] as [UInt8] } + [0xe0])]
        try DestinationSamples.withFolder { folder in
            let database = try Self.database(try forged.octets(), in: folder)
            #expect(try database.country(of: #require(IPAddress("192.0.2.1"))) == nil)
            #expect(try database.country(of: #require(IPAddress("192.0.4.1"))) == "FR")
            #expect(database.description.problem?.hasSuffix("2 records cannot be read and left out") == true)
            forged.metadata = metadata
            let other = try Self.database(try forged.octets(), in: folder)
            #expect(other.description.problem?.contains("metadata cannot be read") == true)
        }
    }

    @Test("no cut and no changed octet traps") func hostile() throws {
        var forged = ForgedMaxMind(recordBits: 28)
        forged.networks = Self.paths.enumerated().map { ("10\($0.offset % 10).0.\($0.offset).0/24", $0.element.record()) }
        forged.networks.append(("2001:db8::/48", Self.country("DE")))
        let whole = try forged.octets()
        func read(_ octets: [UInt8]) {
            guard let format = GeoFormat(octets) else { return }
            for field in [GeoField.country, .system] { _ = GeoCompiler.contents(octets, format, field, path: "x") }
        }
        for count in stride(from: 0, to: whole.count, by: 11) { read(Array(whole.prefix(count)) + whole.suffix(250)) }
        var random = SplitMix64(state: 15)
        for _ in 0..<300 {
            var copy = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                copy[Int.random(in: 0..<copy.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            read(copy)
        }
        for length in [1, 100, 1000] {
            read((0..<length).map { _ in UInt8.random(in: 0...255, using: &random) } + forged.trailer(nodes: length / 10))
        }
    }
}
