/// The lists that the user has imported, ready to be asked. A value: what is imported or removed later does not change it.
public struct DestinationLists: Sendable {
    /// In the order in which they are believed.
    public let all: [ListDescription]
    /// What is wrong with single files, in words.
    public let problems: [String]
    /// Whether the index was read from the cache folder, not made from the lists.
    public let isFromCache: Bool
    private let index: ListIndex?

    /// No lists.
    public init() { self.init([], [], isFromCache: false, nil) }

    private init(_ all: [ListDescription], _ problems: [String], isFromCache: Bool, _ index: ListIndex?) {
        (self.all, self.problems, self.isFromCache, self.index) = (all, problems, isFromCache, index)
    }

    /// The lists in the user's own folder; index below $XDG_CACHE_HOME, else ~/.cache.
    public static func standard() -> DestinationLists {
        guard let folder = standardFolder else { return DestinationLists() }
        return DestinationLists(folder: folder, cacheFolder: GeoDatabase.standardCacheFolder)
    }

    /// `trafficscope/lists` below $XDG_DATA_HOME, which must be absolute to count (XDG Base Directory Specification), else below
    /// ~/.local/share; nil when neither can be told.
    public static var standardFolder: String? {
        if let folder = GeoIndexLibrary.environment("XDG_DATA_HOME"), folder.hasPrefix("/") { return folder + "/trafficscope/lists" }
        return GeoIndexLibrary.environment("HOME").map { $0 + "/.local/share/trafficscope/lists" }
    }

    /// How a stored list's file ends.
    static let fileEnding = ".list"

    /// Reads the index of the lists in `folder` from `cacheFolder`, or makes it; without a cache folder, in memory. An index that is
    /// harmed, cut or of other lists is made anew.
    public init(folder: String, cacheFolder: String?) {
        let stored = Self.stored(in: folder)
        guard !stored.isEmpty else {
            self.init()
            return
        }
        let identity = stored.map { "\($0.path)\n\($0.stamp.octets)\n\($0.stamp.modified)" }.joined(separator: "\n")
        let key = Self.hash(identity), digits = String(key, radix: 16)
        let cached = cacheFolder.map { $0 + "/lists-" + String(repeating: "0", count: 16 - digits.count) + digits + ".index" }
        if let cached, let stamp = GeoIndexLibrary.stamp(cached), stamp.octets % 8 == 0, stamp.octets < 1 << 33,
            let words = GeoIndexLibrary.words(of: cached, count: stamp.octets / 8), let index = ListIndex(words: words, key: key),
            let note = Self.parse(index.noteText, identity: identity), note.lists.count == index.lists {
            self.init(note.lists, note.problems, isFromCache: true, index)
            return
        }
        let (words, lists, problems) = Self.compile(stored, key: key, identity: identity)
        self.init(lists, problems, isFromCache: false, ListIndex(words: GeoWords(words), key: key))
        if let cacheFolder, let cached, GeoIndexLibrary.makeFolder(cacheFolder) { _ = GeoIndexLibrary.replace(cached, with: words) }
    }

    private typealias Stored = (path: String, stamp: GeoIndexLibrary.FileStamp)

    private static func stored(in folder: String) -> [Stored] {
        guard GeoIndexLibrary.isFolder(folder), let files = try? ListFiles.files(below: folder) else { return [] }
        return files.filter { $0.path.hasSuffix(fileEnding) }.prefix(ListIndex.listLimit).compactMap { file in
            GeoIndexLibrary.stamp(file.path).map { (file.path, $0) }
        }
    }

    private static func compile(
        _ stored: [Stored], key: UInt64, identity: String
    ) -> (words: [UInt64], lists: [ListDescription], problems: [String]) {
        var parts: [ListIndex.Part] = [], problems: [String] = []
        for (path, stamp) in stored {
            guard stamp.octets < 1 << 31, let octets = GeoIndexLibrary.octets(of: path, count: stamp.octets) else {
                problems.append("\(path): cannot be read")
                continue
            }
            guard let (description, body) = StoredList.head(of: octets) else {
                problems.append("\(path): is no imported list; remove the file, or import the list again")
                continue
            }
            guard StoredList.isWhole(octets, description, body: body) else {
                problems.append("\(path): is damaged, and left out; import the list again, or remove it")
                continue
            }
            parts.append(ListIndex.Part(description: description, octets: octets, body: body))
        }
        parts.sort { ListDescription.precedes($0.description, $1.description) }
        let lists = parts.map(\.description)
        var all = problems
        let words = ListIndex.pack(parts, key: key) { harmed in
            all += harmed
            return (lists.map(StoredList.note) + [all.joined(separator: "\n"), identity]).joined(separator: "\0")
        }
        return (words, lists, all)
    }

    /// Reads a note back; nil when it is of other files whose key happens to be the same.
    private static func parse(_ note: String, identity: String) -> (lists: [ListDescription], problems: [String])? {
        let fields = note.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
        guard fields.count >= 2, fields[fields.count - 1] == identity else { return nil }
        let lists = fields.dropLast(2).compactMap(StoredList.description)
        guard lists.count == fields.count - 2 else { return nil }
        return (lists, fields[fields.count - 2].split(separator: "\n").map(String.init))
    }

    /// FNV-1a, 64 bits: names files, guards nothing.
    private static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for octet in text.utf8 { hash = (hash ^ UInt64(octet)) &* 0x0000_0100_0000_01b3 }
        return hash ^ ListIndex.magic
    }

    /// Removes indexes of lists from `cacheFolder`: those of lists as they were before are of no use.
    public static func forgetIndexes(cacheFolder: String?) {
        guard let cacheFolder, GeoIndexLibrary.isFolder(cacheFolder), let files = try? ListFiles.files(below: cacheFolder) else { return }
        for file in files where file.path.hasPrefix(cacheFolder + "/lists-") && file.path.hasSuffix(".index") {
            _ = try? ListFiles.remove(file.path)
        }
    }

    // MARK: Asking

    public var isEmpty: Bool { all.isEmpty }

    /// Whether a list comes before the compiled-in catalogue.
    var hasPreferred: Bool { all.first?.isPreferred ?? false }

    /// What each list says of `name`, a canonical host name; those that say nothing are left out. In the order of `all`.
    func answers(for name: String) -> [ListAnswer] {
        guard let index else { return [] }
        var answers: [ListAnswer] = [], hits = index.hits(name)[...]
        while let first = hits.first {
            let own = hits.prefix { $0.list == first.list }
            hits = hits.dropFirst(own.count)
            guard first.list < all.count, !own.contains(where: { $0.row.match == .exception }) else { continue }
            answers.append(ListAnswer(all[first.list], own.map(\.row)))
        }
        return answers
    }
}
