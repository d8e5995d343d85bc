/// What a report says of the geographic data it used.
public struct GeoDescription: Hashable, Sendable {
    /// The files read, joined by ", "; "" when there is none.
    public var path = ""
    /// Day on which the data was made, from its comments, such as "2026-06-25".
    public var date: String?
    public var licence: String?
    /// Address ranges with a country or `??`.
    public var rows = 0
    /// What is wrong, in words: no file, malformed lines. nil when nothing is.
    public var problem: String?

    public init() {}
}

/// Country of the network of an address, from the text files of Debian's tor-geoipdb.
///
/// The text is compiled once into an index in the cache folder and read from there as long as path, size and time of the
/// text are the same. An index that is harmed, cut or of another version is made anew; without a writable folder it
/// is made in memory. Without text every country is unknown; that is no error.
public struct GeoDatabase: Sendable {
    private let index: GeoIndex?
    public let description: GeoDescription
    /// Whether the index was read from the cache folder, not made from the text.
    public let isFromCache: Bool

    /// The text files: `ipv4` and `ipv6` in tor's format; one may be missing.
    public struct Source: Hashable, Sendable {
        public var ipv4: String
        public var ipv6: String
        public init(ipv4: String, ipv6: String) { (self.ipv4, self.ipv6) = (ipv4, ipv6) }

        /// Where Debian's tor-geoipdb puts them.
        public static let debian = Source(ipv4: "/usr/share/tor/geoip", ipv6: "/usr/share/tor/geoip6")

        /// `path` is a folder with `geoip` and `geoip6`, or the IPv4 file, whose name with a 6 behind it is the IPv6 file.
        public init(path: String) {
            let base = GeoIndexLibrary.isFolder(path) ? (path.hasSuffix("/") ? path : path + "/") + "geoip" : path
            self.init(ipv4: base, ipv6: base + "6")
        }
    }

    /// The database that the user's environment asks for: text from TRAFFICSCOPE_GEOIP (see `Source.init(path:)`), else
    /// Debian's; index below $XDG_CACHE_HOME, else ~/.cache.
    public static func standard() -> GeoDatabase {
        let source = GeoIndexLibrary.environment("TRAFFICSCOPE_GEOIP").map(Source.init(path:)) ?? .debian
        return GeoDatabase(source: source, cacheFolder: standardCacheFolder)
    }

    /// `trafficscope` below $XDG_CACHE_HOME, which must be absolute to count (XDG Base Directory Specification), else
    /// below ~/.cache; nil when neither can be told.
    public static var standardCacheFolder: String? {
        if let folder = GeoIndexLibrary.environment("XDG_CACHE_HOME"), folder.hasPrefix("/") { return folder + "/trafficscope" }
        return GeoIndexLibrary.environment("HOME").map { $0 + "/.cache/trafficscope" }
    }

    /// Reads the index of `source` from `cacheFolder`, or makes it; without a folder, in memory.
    public init(source: Source, cacheFolder: String?) {
        let files = [(source.ipv4, IPAddress.Family.v4), (source.ipv6, .v6)].map { path, family in
            (path: path, family: family, stamp: GeoIndexLibrary.stamp(path))
        }
        guard files.contains(where: { $0.stamp != nil }) else {
            (index, isFromCache) = (nil, false)
            var description = GeoDescription()
            description.problem = "no geographic data at \(source.ipv4) or \(source.ipv6): countries are unknown"
            self.description = description
            return
        }
        let identity = files.map { "\($0.path)\n\($0.stamp?.octets ?? -1)\n\($0.stamp?.modified ?? -1)" }.joined(separator: "\n")
        let key = Self.hash(identity)
        let digits = String(key, radix: 16)
        let name = "geoip-" + String(repeating: "0", count: 16 - digits.count) + digits + ".index"
        let cached = cacheFolder.map { $0 + "/" + name }
        if let cached, let index = Self.load(cached, key: key), let description = Self.parse(index.note, identity: identity) {
            (self.index, self.description, isFromCache) = (index, description, true)
            return
        }
        let (words, description) = Self.compile(files.filter { $0.stamp != nil }, key: key, identity: identity)
        index = GeoIndex(words: words, key: key)
        isFromCache = false
        self.description = description
        if let cacheFolder, let cached, GeoIndexLibrary.makeFolder(cacheFolder) { _ = GeoIndexLibrary.replace(cached, with: words) }
    }

    /// ISO 3166-1 alpha-2 code of the network of `address`; nil when unknown and for addresses that are not on the public
    /// internet. Of an address that has an IPv4 address inside (NAT64) that one counts. Never guessed.
    public func country(of address: IPAddress) -> String? {
        if let inside = address.embeddedIPv4 { return country(of: inside) }
        guard let index, !address.isLocal, !address.isMulticast else { return nil }
        let code = address.family == .v4
            ? index.code(v4: UInt32(truncatingIfNeeded: address.low)) : index.code(v6High: address.high, low: address.low)
        guard code != 0 else { return nil }
        return String(decoding: [UInt8(code >> 8), UInt8(truncatingIfNeeded: code)], as: UTF8.self)
    }

    // MARK: Index

    private static func load(_ path: String, key: UInt64) -> GeoIndex? {
        // An index is smaller than its text; more than a gigabyte was not written by this program.
        guard let stamp = GeoIndexLibrary.stamp(path), stamp.octets % 8 == 0, stamp.octets < 1 << 30,
            let words = GeoIndexLibrary.words(of: path, count: stamp.octets / 8)
        else { return nil }
        return GeoIndex(words: words, key: key)
    }

    private typealias File = (path: String, family: IPAddress.Family, stamp: GeoIndexLibrary.FileStamp?)

    private static func compile(_ files: [File], key: UInt64, identity: String) -> ([UInt64], GeoDescription) {
        var text = GeoText(), problems: [String] = []
        for file in files {
            guard let stamp = file.stamp, stamp.octets < 1 << 30, let octets = GeoIndexLibrary.octets(of: file.path, count: stamp.octets)
            else {
                problems.append("\(file.path): cannot be read")
                continue
            }
            text.read(octets, family: file.family, path: file.path)
        }
        var description = GeoDescription()
        description.path = files.map(\.path).joined(separator: ", ")
        (description.date, description.licence, description.rows) = (text.date, text.licence, text.rows)
        problems += text.problems
        description.problem = problems.isEmpty ? nil : problems.joined(separator: "; ")
        let fields = [description.path, description.date ?? "", description.licence ?? "", String(description.rows),
                      description.problem ?? ""]
        let note = (fields.map { $0.split(separator: "\0").joined() } + [identity]).joined(separator: "\0")
        return (GeoIndex.pack(key: key, v4: text.v4, v6: text.v6, note: note), description)
    }

    /// Reads a note back; nil when it is of other sources whose key happens to be the same.
    private static func parse(_ note: String, identity: String) -> GeoDescription? {
        let fields = note.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 6, fields[5] == identity else { return nil }
        var description = GeoDescription()
        (description.path, description.rows) = (fields[0], Int(fields[3]) ?? 0)
        description.date = fields[1].isEmpty ? nil : fields[1]
        description.licence = fields[2].isEmpty ? nil : fields[2]
        description.problem = fields[4].isEmpty ? nil : fields[4]
        return description
    }

    /// FNV-1a, 64 bits: names files, guards nothing.
    private static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for octet in text.utf8 { hash = (hash ^ UInt64(octet)) &* 0x0000_0100_0000_01b3 }
        return hash ^ GeoIndex.magic
    }
}
