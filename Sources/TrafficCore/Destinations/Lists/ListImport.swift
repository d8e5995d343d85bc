/// Reads the user's own copies of destination lists and keeps them, brought to one form, in the user's data folder.
public struct ListImport {
    public struct Options: Sendable {
        /// What all files are; nil: told by their content.
        public var kind: ListKind?
        /// Name of the list that all files make; nil: the kind's or the file's.
        public var name: String?
        /// What filter lists and hosts files are about, a category of `data/destinations.tsv`; nil: told by their title.
        public var category: String?
        /// Before the compiled-in catalogue.
        public var isPreferred = false
        public init() {}
    }

    /// Largest file, and the largest sum of all files, octets.
    public static let fileLimit = 1 << 28, totalLimit = 1 << 31

    /// The lists that were imported.
    public private(set) var lists: [ListDescription] = []
    /// What is wrong, "FILE: line N: …"; the rest was imported.
    public private(set) var problems: [String] = []
    /// What the user may want to do about a list that is sound.
    public private(set) var notes: [String] = []
    private let options: Options
    private var drafts: [String: Draft] = [:]
    /// Files of bare host names with no sign of their kind, to be read when all others are.
    private var undecided: [ListFiles.Found] = []
    private var domainListFolders: Set<String> = []
    private var total = 0

    /// A list under way.
    private struct Draft {
        var description: ListDescription
        var reader: any ListReader
        var rows = ListRows()
        var digests: [String] = []
        var newest = 0
    }

    public init(options: Options = Options()) { self.options = options }

    /// Why a path could not be read at all.
    public struct Failure: Error, Sendable {
        public enum Kind: Sendable { case noInput, noPermission, badData, inputOutput, usage }
        public var kind: Kind
        public var message: String
        init(_ kind: Kind, _ message: String) { (self.kind, self.message) = (kind, message) }
        init(_ path: String, _ failure: ListFiles.Failure) {
            let kind: Kind = switch failure.code {
            case 0: .badData
            case 2: .noInput            // ENOENT
            case 1, 13: .noPermission   // EPERM, EACCES
            default: .inputOutput
            }
            self.init(kind, "\(path): \(failure.message)")
        }
    }

    /// Reads a file, or what lies below a folder.
    public mutating func read(_ path: String) throws(Failure) {
        let files: [ListFiles.Found]
        do throws(ListFiles.Failure) { files = try ListFiles.files(below: path) } catch { throw Failure(path, error) }
        let isFolder = files.first?.path != path
        var known = 0
        for file in files {
            guard let source = try source(file) else { continue }
            if let kind = options.kind {
                add(source, ListDetection.form(of: source, as: kind), file)
            } else {
                switch ListDetection.form(of: source) {
                case .form(let form): add(source, form, file)
                case .bareHosts: undecided.append(file)
                case .unknown: continue     // a README beside a list
                }
            }
            known += 1
        }
        guard known > 0 else {
            let what = isFolder ? "no file in it is" : "not"
            throw Failure(.badData, "\(path): \(what) a destination list of a known form; name the form with --kind")
        }
    }

    private mutating func source(_ file: ListFiles.Found) throws(Failure) -> ListSource? {
        guard file.octets <= Self.fileLimit, total + file.octets <= Self.totalLimit else {
            let limit = file.octets > Self.fileLimit ? Self.fileLimit : Self.totalLimit
            problems.append("\(file.path): larger than \(limit) octets; it is left out")
            return nil
        }
        total += file.octets
        do throws(ListFiles.Failure) { return ListSource(path: file.path, octets: try ListFiles.read(file)) } catch {
            throw Failure(file.path, error)
        }
    }

    private mutating func add(_ source: ListSource, _ form: ListForm, _ file: ListFiles.Found) {
        let kind = form.kind
        if form == .domainList { domainListFolders.insert(Self.folder(file.path)) }
        let cleaned = ListDescription.cleaned(options.name ?? (kind.isOfManyFiles ? kind.rawValue : source.stem))
        let name = cleaned.isEmpty ? kind.rawValue : cleaned
        // Files of two kinds that would share a name are two lists.
        let id = "\(name)\n\(kind.rawValue)"
        var draft = drafts[id] ?? Draft(description: ListDescription(name: name, kind: kind), reader: kind.reader)
        drafts[id] = nil
        draft.digests.append(MessageDigest.sha256(source.octets))
        draft.newest = max(draft.newest, file.modified)
        if let octets = form.octetsOfRule { draft.rows.expect(source.octets.count / octets) }
        draft.reader.read(source, form, into: &draft.rows)
        drafts[id] = draft
    }

    private static func folder(_ path: String) -> String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "" }

    /// Puts the lists together and writes them into `folder`, each in the place of one with the same name.
    public mutating func finish(folder: String) throws(Failure) {
        for file in undecided {
            guard let source = try source(file) else { continue }
            add(source, domainListFolders.contains(Self.folder(file.path)) ? .domainList : .hosts, file)
        }
        undecided = []
        let ids = drafts.keys.sorted { $0.precedes($1) }
        if options.name != nil, ids.count > 1 {
            let kinds = ids.compactMap { drafts[$0]?.description.kind.rawValue }
            let forms = kinds.joined(separator: ", ")
            throw Failure(.usage, "--name names one list, but the files are of several forms (\(forms)); import them one by one")
        }
        guard GeoIndexLibrary.makeFolder(folder) else {
            throw Failure(.inputOutput, "\(folder): the folder cannot be made; set XDG_DATA_HOME to one that can")
        }
        for id in ids {
            guard let draft = drafts[id] else { continue }
            try write(draft, to: folder, isAlone: ids.filter { $0.hasPrefix(draft.description.name + "\n") }.count == 1)
        }
        drafts = [:]
    }

    private mutating func write(_ draft: Draft, to folder: String, isAlone: Bool) throws(Failure) {
        var draft = draft
        draft.reader.finish(into: &draft.rows)
        if let category = options.category { draft.rows.commonCategory = category }
        problems += draft.rows.problems
        var description = draft.description
        if !isAlone { description.name = ListDescription.cleaned(description.name + "-" + description.kind.rawValue) }
        if draft.rows.malformed > draft.rows.problems.count {
            problems.append("\(description.name): \(draft.rows.malformed - draft.rows.problems.count) more malformed lines are left out")
        }
        (description.isDateItsOwn, description.isPreferred) = (draft.rows.date != nil, options.isPreferred)
        description.date = draft.rows.date ?? (draft.newest > 0 ? EpochTime.day(seconds: draft.newest) : nil)
        description.licence = draft.rows.licence ?? description.kind.licence
        (description.files, description.rows) = (draft.digests.count, draft.rows.rows.count)
        (description.malformed, description.skipped, description.refused) = (draft.rows.malformed, draft.rows.skipped, draft.rows.refused)
        description.sha256 = draft.digests.count == 1 ? draft.digests[0] : MessageDigest.sha256(Array(draft.digests.joined().utf8))
        guard !draft.rows.isEmpty else {
            problems.append("\(description.name): no rule about a host in it; nothing is imported")
            return
        }
        let octets = StoredList.octets(description, draft.rows.rows, commonCategory: draft.rows.commonCategory)
        let path = folder + "/" + description.name + DestinationLists.fileEnding
        do throws(ListFiles.Failure) { try ListFiles.replace(path, with: octets) } catch { throw Failure(path, error) }
        lists.append(description)
        if draft.rows.commonCategory.isEmpty, description.kind == .filterList || description.kind == .hosts {
            notes.append("\(description.name): its title does not say what it is about, so its hosts get no category; --category does")
        }
    }

    /// Removes the list of this name; false when there is none.
    public static func remove(_ name: String, folder: String) throws(Failure) -> Bool {
        guard name == ListDescription.cleaned(name), !name.isEmpty else { return false }
        let path = folder + "/" + name + DestinationLists.fileEnding
        do throws(ListFiles.Failure) { return try ListFiles.remove(path) } catch { throw Failure(path, error) }
    }
}
