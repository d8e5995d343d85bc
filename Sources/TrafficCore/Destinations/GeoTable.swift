import Synchronization

/// One field of a geographic database, looked up by address.
///
/// A file is compiled once into an index in the cache folder and read from there as long as its path, size and time are the
/// same. An index that is harmed, cut or of another version is made anew; without a writable folder it is made in memory.
/// Without a file, or with one that is refused, everything is unknown; the description says why.
final class GeoTable: Sendable {
    private let index: GeoIndex?
    let description: GeoDescription
    /// Whether the index was read from the cache folder, not made from the file.
    let isFromCache: Bool

    /// Systems that addresses were found in, by code in blocks of 256: codes are dense, and few of them are asked for.
    private let systems = Mutex<[[AutonomousSystem?]]>([])

    private typealias File = (path: String, family: IPAddress.Family, stamp: GeoIndexLibrary.FileStamp?)

    init(source: GeoSource, field: GeoField, cacheFolder: String?) {
        let files: [File] = [(source.path, IPAddress.Family.v4), (source.companion, .v6)].map { path, family in
            (path, family, GeoIndexLibrary.stamp(path))
        }
        guard files.contains(where: { $0.stamp != nil }) else {
            (index, isFromCache) = (nil, false)
            var description = GeoDescription()
            let what = field == .country ? "countries" : "autonomous systems"
            description.problem = "\(source.path): no such file: \(what) are unknown"
            self.description = description
            return
        }
        let identity = field.rawValue + "\n"
            + files.map { "\($0.path)\n\($0.stamp?.octets ?? -1)\n\($0.stamp?.modified ?? -1)" }.joined(separator: "\n")
        let key = Self.hash(identity)
        let digits = String(key, radix: 16)
        let name = field.indexPrefix + String(repeating: "0", count: 16 - digits.count) + digits + ".index"
        let cached = cacheFolder.map { $0 + "/" + name }
        if let cached, let index = Self.load(cached, key: key), let description = Self.parse(index.note, identity: identity) {
            (self.index, self.description, isFromCache) = (index, description, true)
            return
        }
        let (contents, isKept) = GeoCompiler.contents(of: files.filter { $0.stamp != nil }, field: field)
        let note = (contents.description.note + [identity]).map { $0.split(separator: "\0").joined() }.joined(separator: "\0")
        let words = GeoIndex.pack(key: key, contents, field: field, note: note)
        index = GeoIndex(words: words, key: key)
        isFromCache = false
        description = contents.description
        if isKept, let cacheFolder, let cached, GeoIndexLibrary.makeFolder(cacheFolder) { _ = GeoIndexLibrary.replace(cached, with: words) }
    }

    /// 0 for unknown, and for addresses that are not on the public internet.
    func code(of address: IPAddress) -> UInt32 { address.isLocal || address.isMulticast ? 0 : code(ofPublic: address) }

    /// nil where none is known.
    func system(of address: IPAddress) -> (system: AutonomousSystem, isAnycast: Bool)? {
        address.isLocal || address.isMulticast ? nil : system(ofPublic: address)
    }

    /// The same for an address that is neither local nor multicast.
    func code(ofPublic address: IPAddress) -> UInt32 {
        guard let index else { return 0 }
        return address.family == .v4
            ? index.code(v4: UInt32(truncatingIfNeeded: address.low)) : index.code(v6High: address.high, low: address.low)
    }

    func system(ofPublic address: IPAddress) -> (system: AutonomousSystem, isAnycast: Bool)? {
        let code = code(ofPublic: address)
        guard code > 0, let index, let isAnycast = index.isAnycast(system: code) else { return nil }
        let block = Int(code >> 8), place = Int(code & 0xff)
        let known: AutonomousSystem? = systems.withLock { systems in
            if block < systems.count, !systems[block].isEmpty, let known = systems[block][place] { return known }
            guard let found = index.system(code), found.number != 0 else { return nil }
            let made = AutonomousSystem(number: found.number, name: found.name)
            while systems.count <= block { systems.append([]) }
            if systems[block].isEmpty { systems[block] = [AutonomousSystem?](repeating: nil, count: 256) }
            systems[block][place] = made
            return made
        }
        return known.map { ($0, isAnycast) }
    }

    private static func load(_ path: String, key: UInt64) -> GeoIndex? {
        // More than a gigabyte was not written by this program.
        guard let stamp = GeoIndexLibrary.stamp(path), stamp.octets % 8 == 0, stamp.octets < 1 << 30,
            let words = GeoIndexLibrary.words(of: path, count: stamp.octets / 8)
        else { return nil }
        return GeoIndex(words: words, key: key)
    }

    /// Reads a note back; nil when it is of other sources whose key happens to be the same.
    private static func parse(_ note: String, identity: String) -> GeoDescription? {
        let fields = note.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
        guard fields.last == identity else { return nil }
        return GeoDescription(note: fields.dropLast())
    }

    /// FNV-1a, 64 bits: names files, guards nothing.
    private static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for octet in text.utf8 { hash = (hash ^ UInt64(octet)) &* 0x0000_0100_0000_01b3 }
        return hash ^ GeoIndex.magic
    }
}

/// A table that is read when it is first asked, so that a start which needs none of it pays nothing.
final class LazyGeoTable: Sendable {
    private let source: GeoSource, field: GeoField, cacheFolder: String?
    private let made = Mutex<GeoTable?>(nil)

    init(source: GeoSource, field: GeoField, cacheFolder: String?) {
        (self.source, self.field, self.cacheFolder) = (source, field, cacheFolder)
    }

    var table: GeoTable {
        made.withLock { made in
            if let made { return made }
            let table = GeoTable(source: source, field: field, cacheFolder: cacheFolder)
            made = table
            return table
        }
    }
}

/// Reads the files of geographic data, whatever format they are of.
enum GeoCompiler {
    /// What one field of `files` says, and whether an index of it may be kept: not where a file could not be read, which may
    /// be another time without a change of the file.
    static func contents(of files: [(path: String, family: IPAddress.Family, stamp: GeoIndexLibrary.FileStamp?)], field: GeoField)
        -> (contents: GeoContents, isKept: Bool) {
        var text = GeoText(), problems: [String] = [], isKept = true
        var paths: [String] = []
        for file in files {
            paths.append(file.path)
            guard let stamp = file.stamp, stamp.octets < 1 << 30, let octets = GeoIndexLibrary.octets(of: file.path, count: stamp.octets)
            else {
                problems.append("\(file.path): cannot be read")
                isKept = false
                continue
            }
            guard let format = GeoFormat(octets) else {
                text.read(octets, family: file.family, path: file.path)
                continue
            }
            return (contents(octets, format, field, path: file.path), isKept)
        }
        var contents = GeoContents()
        contents.description.path = paths.joined(separator: ", ")
        if text.rows == 0, isKept {
            // Not one line of the kind: the lines' own problems say less than this.
            problems = ["\(contents.description.path): neither a MaxMind DB (no metadata at its end: cut?) nor a libloc database "
                + "nor text of tor-geoipdb; get the file anew"]
        } else if field == .system, isKept {
            problems = ["\(contents.description.path): text of tor-geoipdb has no autonomous systems; "
                + "give a libloc database or a MaxMind DB with them"]
        } else {
            contents.ranges = text.ranges
            let description = text
            (contents.description.date, contents.description.licence) = (description.date, description.licence)
            contents.description.rows = text.rows
            problems += text.problems
        }
        contents.description.problem = problems.isEmpty ? nil : problems.joined(separator: "; ")
        return (contents, isKept)
    }

    /// What one field of a file of this format says; nothing but the problem where it is broken. `path` is only named.
    static func contents(_ octets: [UInt8], _ format: GeoFormat, _ field: GeoField, path: String) -> GeoContents {
        var contents: GeoContents
        do {
            contents = try format == .location
                ? LocationFile.contents(octets, field: field) : MaxMindFile.contents(octets, field: field, path: path)
            if contents.description.rows == 0, contents.description.problem == nil {
                let what = field == .country ? "a country" : "an autonomous system"
                contents.description.problem = "\(path): no network in it has \(what); give another database"
            }
        } catch {
            contents = GeoContents()
            contents.description.problem = "\(path): " + error.reason
        }
        contents.description.path = path
        return contents
    }
}
