import Foundation
import Testing

@testable import TrafficCore

@Suite struct GeoDatabaseTests {
    static let ipv4 = """
        # Generated: Thu, 25 Jun 2026 04:33:59 GMT
        # License:   CC BY-SA 4.0
        16777216,16777471,AU
        16777472,16777727,CN
        16777728,16777983,CN
        16779000,16779000,JP
        3221225985,3221225985,??
        4026531840,4294967295,ZW

        """
    static let ipv6 = """
        2001::,2001:0:ffff:ffff:ffff:ffff:ffff:ffff,??
        2001:200::,2001:200:134:ffff:ffff:ffff:ffff:ffff,JP
        2001:200:135::,2001:200:135:0:0:0:0:7,US
        2001:200:135::8,2001:200:135::8,DE
        2a00:0:0:1::,2a00::1:ffff:ffff:ffff:ffff,CZ

        """
    static let expected: [(String, String?)] = [
        ("1.0.0.0", "AU"), ("1.0.0.255", "AU"), ("1.0.1.0", "CN"), ("1.0.2.255", "CN"), ("1.0.3.0", nil), ("0.255.255.255", nil),
        ("1.0.6.247", nil), ("1.0.6.248", "JP"), ("1.0.6.249", nil), ("192.0.2.1", nil), ("8.8.8.8", nil), ("255.255.255.255", "ZW"),
        ("64:ff9b::1.0.0.1", "AU"), ("::ffff:1.0.1.1", "CN"), ("10.0.0.1", nil), ("224.0.0.1", nil),
        ("2001::1", nil), ("2001:1::", nil), ("2001:200::", "JP"), ("2001:200:134:ffff:ffff:ffff:ffff:ffff", "JP"),
        ("2001:200:135::", "US"), ("2001:200:135::7", "US"), ("2001:200:135::8", "DE"), ("2001:200:135::9", nil),
        ("2001:200:135:1::", nil), ("2a00::1:0:0:0:0", "CZ"), ("2a00:0:0:1:ffff::", "CZ"), ("2a00:0:0:2::", nil), ("2fff::", nil),
        ("1fff::", nil), ("fe80::1", nil), ("ff02::fb", nil), ("fd00::1", nil),
    ]

    static func check(_ database: GeoDatabase, _ note: Comment? = nil) throws {
        for (text, country) in expected { #expect(try database.country(of: #require(IPAddress(text))) == country, note ?? "\(text)") }
    }

    static func write(_ folder: String, ipv4: String = ipv4, ipv6: String = ipv6) throws -> GeoSource {
        try ipv4.write(toFile: folder + "/geoip", atomically: false, encoding: .utf8)
        try ipv6.write(toFile: folder + "/geoip6", atomically: false, encoding: .utf8)
        return GeoSource(path: folder)
    }

    @Test func madeKeptAndReadAgain() throws {
        try DestinationSamples.withFolder { folder in
            let source = try Self.write(folder), cache = folder + "/a/b/trafficscope"
            let made = GeoDatabase(countries: source, cacheFolder: cache)
            #expect(!made.isFromCache)
            try Self.check(made)
            var description = GeoDescription()
            description.path = "\(source.path), \(source.companion)"
            (description.date, description.licence, description.rows) = ("2026-06-25", "CC BY-SA 4.0", 11)
            #expect(made.description == description)
            let kept = GeoDatabase(countries: source, cacheFolder: cache)
            #expect(kept.isFromCache && kept.description == description)
            try Self.check(kept)
            // Nobody else's business, and nothing left behind.
            let files = try FileManager.default.contentsOfDirectory(atPath: cache)
            #expect(files.count == 1 && files.allSatisfy { $0.hasPrefix("geoip-") && $0.hasSuffix(".index") })
            for (path, mode) in [(cache, 0o700), (cache + "/" + files[0], 0o600)] {
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == mode)
            }
            // Other text, other index.
            try (Self.ipv4 + "# longer\n").write(toFile: source.path, atomically: false, encoding: .utf8)
            #expect(!GeoDatabase(countries: source, cacheFolder: cache).isFromCache)
        }
    }

    @Test("a harmed index is made anew, whichever octet or length it is") func harmedIndex() throws {
        try DestinationSamples.withFolder { folder in
            let source = try Self.write(folder), cache = folder + "/cache"
            _ = GeoDatabase(countries: source, cacheFolder: cache).description
            let file = URL(filePath: cache + "/" + (try #require(try FileManager.default.contentsOfDirectory(atPath: cache).first)))
            let whole = try Data(contentsOf: file)
            var harmed: [Data] = [Data(), whole + Data(count: 8), whole + Data(count: 1)]
            for count in stride(from: 0, to: whole.count, by: 7) { harmed.append(whole.prefix(count)) }
            for octet in whole.indices {
                var copy = whole
                copy[octet] ^= 1 << UInt8(octet % 8)
                harmed.append(copy)
            }
            harmed.append(Data([0xff, 0xff, 0xff, 0xff]) + whole.dropFirst(4))
            for copy in harmed {
                try copy.write(to: file)
                let database = GeoDatabase(countries: source, cacheFolder: cache)
                #expect(!database.isFromCache)
                try Self.check(database)
                #expect(try Data(contentsOf: file) == whole)
            }
            // A folder in its place cannot be replaced, and does no harm.
            try FileManager.default.removeItem(at: file)
            try FileManager.default.createDirectory(at: file.appending(path: "x"), withIntermediateDirectories: true)
            try Self.check(GeoDatabase(countries: source, cacheFolder: cache))
        }
    }

    @Test func worksInMemoryWithoutAFolderToWriteTo() throws {
        try DestinationSamples.withFolder { folder in
            let source = try Self.write(folder)
            for cache in [nil, source.path + "/below/a/file", "/proc/nowhere", ""] as [String?] {
                let database = GeoDatabase(countries: source, cacheFolder: cache)
                #expect(!database.isFromCache && database.description.problem == nil)
                try Self.check(database)
            }
        }
    }

    @Test func withoutTextEverythingIsUnknown() throws {
        try DestinationSamples.withFolder { folder in
            let none = GeoDatabase(countries: .init(path: folder), cacheFolder: folder + "/cache")
            #expect(try none.country(of: #require(IPAddress("8.8.8.8"))) == nil)
            #expect(none.description.problem?.contains(folder) == true && none.description.rows == 0)
            try Self.ipv4.write(toFile: folder + "/geoip", atomically: false, encoding: .utf8)
            let half = GeoDatabase(countries: .init(path: folder), cacheFolder: folder + "/cache")
            #expect(try half.country(of: #require(IPAddress("1.0.0.1"))) == "AU")
            #expect(try half.country(of: #require(IPAddress("2001:200::1"))) == nil)
        }
    }

    @Test("a malformed line is counted, named and left out") func malformedLines() throws {
        try DestinationSamples.withFolder { folder in
            let good = "16777216,16777471,AU\n"
            let bad = ["x", ",,", "1,2", "1,2,3", "16777472,16777473,au", "16777473,16777472,AU", "1,2,AU", "99999999999,99999999999,AU",
                       "4294967296,4294967297,AU", "16777472,16777473,AUS", "16777472,16777473,AU,", "-1,2,AU", "\u{0}", "é,ü,AU"]
            let source = try Self.write(folder, ipv4: good + bad.joined(separator: "\n") + "\n16777472,16777473,NZ",
                                        ipv6: "::g,::1,AU\n1::2::3,4::,AU\n1:2:3:4:5:6:7:8:9,::,AU\n2::,3::,AU\r\n:,::,AU\n12345::,::,AU\n2:,3:,AU\n")
            let database = GeoDatabase(countries: source, cacheFolder: nil)
            #expect(database.description.rows == 3)
            #expect(database.description.problem ==
                "\(source.path):2: \(bad.count) malformed lines skipped, the first here; \(source.companion):1: 6 malformed lines skipped, the first here")
            #expect(try database.country(of: #require(IPAddress("1.0.1.1"))) == "NZ")
            #expect(try database.country(of: #require(IPAddress("2:1::"))) == "AU")
        }
    }

    @Test("Debian's files, against a search of the text in another language") func debian() throws {
        guard FileManager.default.fileExists(atPath: GeoSource.tor.path),
            let answers = try? DestinationSamples.run("/usr/bin/python3", ["-c", Self.search]), answers.status == 0
        else {
            print("SKIPPED: no tor-geoipdb or no python3")
            return
        }
        let database = GeoDatabase(countries: .tor, cacheFolder: nil)
        #expect(database.description.problem == nil && database.description.rows > 500_000)
        #expect(database.description.licence == "CC BY-SA 4.0")
        let lines = answers.output.split(separator: "\n")
        #expect(lines.count >= 2000)
        for line in lines {
            let cells = line.split(separator: " ")
            let address = try #require(IPAddress(String(cells[0])))
            guard !address.isLocal, !address.isMulticast, address.embeddedIPv4 == nil else { continue }
            // Regions are no countries, and the United Kingdom's code is GB.
            let country = ["??", "EU", "AP", "ZZ"].contains(cells[1]) ? nil : cells[1] == "UK" ? "GB" : String(cells[1])
            #expect(database.country(of: address) == country, "\(cells[0])")
        }
    }

    /// Prints 2,400 addresses, half of them at the edges of ranges, and their countries, by walking the lines.
    static let search = """
        import random, socket
        random.seed(20200710)
        for path, family, octets in (("/usr/share/tor/geoip", socket.AF_INET, 4), ("/usr/share/tor/geoip6", socket.AF_INET6, 16)):
            ranges = []
            for line in open(path):
                if line.startswith("#") or not line.strip(): continue
                low, high, code = line.strip().split(",")
                number = int if octets == 4 else (lambda t: int.from_bytes(socket.inet_pton(family, t), "big"))
                ranges.append((number(low), number(high), code))
            asked = []
            for low, high, code in random.sample(ranges, 150):
                asked += [low, high, max(0, low - 1), min(256 ** octets - 1, high + 1)]
            asked += [random.randint(ranges[0][0], ranges[-1][1]) for _ in range(300)]
            asked += [random.randint(low, high) for low, high, code in random.sample(ranges, 300)]
            asked.sort()
            position = 0
            for address in asked:
                while position < len(ranges) and ranges[position][1] < address: position += 1
                inside = position < len(ranges) and ranges[position][0] <= address
                print(socket.inet_ntop(family, address.to_bytes(octets, "big")), ranges[position][2] if inside else "??")
        """
}
