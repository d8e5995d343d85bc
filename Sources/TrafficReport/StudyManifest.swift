import TrafficCore

/// What a study's results were made of, and what came out, so that anybody can do it again and compare (docs/study.md).
public struct StudyManifest: Sendable, Equatable {
    public static let fileName = "manifest.json"
    public static let schemaName = "trafficscope.manifest"
    public static let schemaVersion = 1

    public struct File: Sendable, Equatable {
        /// Below the study's folder, or the results'.
        public var path: String
        /// "study", "markers", "list", "subject", "baseline"; "" of results.
        public var role: String
        public var sha256: String
        public init(path: String, role: String, sha256: String) { (self.path, self.role, self.sha256) = (path, role, sha256) }
    }

    /// A list or database beside the study's own.
    public struct List: Sendable, Equatable {
        public var name: String
        public var date: String?
        public var sha256: String?
    }

    public var tool: String
    public var name: String?
    /// Options of the run, as words of a command line.
    public var words: [String]
    public var seed: String
    public var inputs: [File]
    public var lists: [List]
    public var outputs: [File] = []

    public init(name: String?, words: [String], seed: UInt64, provenance: Provenance) {
        (self.name, self.words, self.seed, tool) = (name, words, String(seed), provenance.toolVersion)
        inputs = provenance.inputs.map { File(path: $0.path, role: $0.role, sha256: $0.sha256) }
        lists = provenance.lists.map { List(name: $0.name, date: $0.date, sha256: $0.sha256) }
    }

    public func json() -> [UInt8] {
        var json = JSONWriter(pretty: true)
        json.object { json in
            json.object("schema") { json in
                json.member("name", Self.schemaName)
                json.member("version", Self.schemaVersion)
            }
            json.object("tool") { json in
                json.member("name", "trafficscope")
                json.member("version", tool)
            }
            json.member("study", orNull: name)
            json.strings("options", words)
            json.member("seed", seed)
            json.array("inputs", of: inputs) { json, file in
                json.object { json in
                    json.member("path", file.path)
                    json.member("role", file.role)
                    json.member("sha256", file.sha256)
                }
            }
            json.array("lists", of: lists) { json, list in
                json.object { json in
                    json.member("name", list.name)
                    json.member("date", orNull: list.date)
                    json.member("sha256", orNull: list.sha256)
                }
            }
            json.array("outputs", of: outputs) { json, file in
                json.object { json in
                    json.member("path", file.path)
                    json.member("sha256", file.sha256)
                }
            }
        }
        return json.octets + [0x0a]
    }

    /// - Throws: `StudyError` where the octets are no manifest, or one of a newer version.
    public init(_ octets: [UInt8], name file: String) throws(StudyError) {
        let facts = try ManifestFacts.read(octets, name: file, schema: Self.schemaName, version: Self.schemaVersion)
        (tool, name, words, seed) = (facts.tool, facts.name, facts.options, facts.seed)
        inputs = facts.inputs.map { File(path: $0.path, role: $0.role, sha256: $0.sha256) }
        lists = facts.lists.map { List(name: $0.name, date: $0.date, sha256: $0.sha256) }
        outputs = facts.outputs.map { File(path: $0.path, role: "", sha256: $0.sha256) }
        // A result's name leads nowhere else.
        if let odd = outputs.first(where: { $0.path.isEmpty || $0.path.contains("/") || $0.path.hasPrefix(".") }) {
            throw StudyError(file, nil, "outputs: \(odd.path) is no file of the results' folder")
        }
    }

    /// In words, what another run was made of or gave that this one was not or did not; empty when nothing.
    public func differences(from other: StudyManifest) -> [String] {
        var words: [String] = []
        if tool != other.tool { words.append("trafficscope \(other.tool) made the results, this is \(tool)") }
        if seed != other.seed { words.append("seed \(other.seed) became \(seed)") }
        words += Self.changes(inputs, other.inputs, "input")
        let mine = Dictionary(lists.map { ($0.name, $0) }) { first, _ in first }, theirs = Dictionary(other.lists.map { ($0.name, $0) }) { first, _ in first }
        for list in other.lists where mine[list.name] == nil { words.append("list \(list.name): not used any more") }
        for list in lists where theirs[list.name] != list {
            words.append("list \(list.name): " + (theirs[list.name] == nil ? "new" : "of another date or content"))
        }
        return words + Self.changes(outputs, other.outputs, "result")
    }

    private static func changes(_ mine: [File], _ theirs: [File], _ what: String) -> [String] {
        let known = Dictionary(theirs.map { ($0.path, $0.sha256) }) { first, _ in first }, now = Dictionary(mine.map { ($0.path, $0.sha256) }) { first, _ in first }
        return theirs.filter { now[$0.path] == nil }.map { "\(what) \($0.path): not there any more" }
            + mine.filter { known[$0.path] != $0.sha256 }.map { "\(what) \($0.path): " + (known[$0.path] == nil ? "new" : "other content") }
    }
}
