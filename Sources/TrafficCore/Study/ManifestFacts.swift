/// The members of a manifest file, read.
public struct ManifestFacts: Sendable {
    public struct File: Sendable {
        public var path: String
        public var role: String
        public var sha256: String
    }
    public struct List: Sendable {
        public var name: String
        public var date: String?
        public var sha256: String?
    }
    public var tool = ""
    public var name: String?
    public var options: [String] = []
    public var seed = ""
    public var inputs: [File] = []
    public var lists: [List] = []
    public var outputs: [File] = []

    /// - Throws: `StudyError` where the octets are no JSON of that schema, or of a newer version.
    public static func read(_ octets: [UInt8], name file: String, schema: String, version: Int) throws(StudyError) -> ManifestFacts {
        let value: JSONValue
        do throws(JSONError) { value = try JSONReader.value(of: octets) } catch {
            throw StudyError(file, nil, "column \(error.column): \(error.problem)")
        }
        guard value["schema"]?["name"] == .string(schema), case .integer(let found)? = value["schema"]?["version"] else {
            throw StudyError(file, nil, "no \(schema)")
        }
        guard found <= version else { throw StudyError(file, nil, "of version \(found); this program reads version \(version): use a newer one") }
        var facts = ManifestFacts()
        do {
            facts.tool = try value["tool"]?.text("version") ?? ""
            if let name = value["study"], name != .null { facts.name = try name.text() }
            facts.options = try value.list("options").map { try $0.text() }
            facts.seed = try value.text("seed")
            facts.inputs = try value.list("inputs").map { File(path: try $0.text("path"), role: try $0.text("role"), sha256: try $0.text("sha256")) }
            facts.outputs = try value.list("outputs").map { File(path: try $0.text("path"), role: "", sha256: try $0.text("sha256")) }
            facts.lists = try value.list("lists").map { list in
                func text(_ key: String) throws -> String? { try list[key].flatMap { $0 == .null ? nil : try $0.text() } }
                return List(name: try list.text("name"), date: try text("date"), sha256: try text("sha256"))
            }
        } catch let error as VectorFileError {
            throw StudyError(file, nil, error.description)
        } catch {
            throw StudyError(file, nil, "no \(schema)")
        }
        return facts
    }
}
