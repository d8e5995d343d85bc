import Yams

/// A place in a YAML file, read strictly: what is asked for is there in the right form, or the error names the line.
struct StudyNode {
    let node: Node
    let file: String
    /// "captures[3].files", for messages.
    let place: String

    /// The root of a file. A file of a study is small: larger ones are refused before they are parsed.
    /// - Throws: `StudyError` where it is no YAML.
    static func root(_ octets: [UInt8], file: String) throws(StudyError) -> StudyNode {
        guard octets.count <= 4 << 20 else { throw StudyError(file, nil, "larger than 4 MiB; a study file is written by hand") }
        guard let text = String(validating: octets, as: UTF8.self) else { throw StudyError(file, nil, "not UTF-8 text") }
        do {
            guard let node = try Yams.compose(yaml: text) else { throw StudyError(file, nil, "the file is empty") }
            return StudyNode(node: node, file: file, place: "")
        } catch let error as YamlError {
            throw problem(error, file)
        } catch {
            throw error as? StudyError ?? StudyError(file, nil, "it cannot be read as YAML")
        }
    }

    private static func problem(_ error: YamlError, _ file: String) -> StudyError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            return StudyError(file, mark.line, problem)
        case .reader(let problem, _, _, _): return StudyError(file, nil, problem)
        case .duplicatedKeysInMapping(let keys, let context):
            return StudyError(file, context.mark.line, "repeated key: " + keys.map { String(describing: $0) }.joined(separator: ", "))
        default: return StudyError(file, nil, "it cannot be read as YAML")
        }
    }

    var line: Int? { node.mark?.line }

    func error(_ problem: String) -> StudyError { StudyError(file, line, (place.isEmpty ? "" : place + ": ") + problem) }

    var isScalar: Bool { node.scalar != nil }
    var isMapping: Bool { node.mapping != nil }

    // MARK: Parts

    /// The value of `key`; nil when there is none, or it is null.
    subscript(_ key: String) -> StudyNode? {
        guard let mapping = node.mapping, let value = mapping[Node(key)] else { return nil }
        if value.scalar?.string == "" || value.scalar?.string == "~" || value.scalar?.string == "null" { return nil }
        return StudyNode(node: value, file: file, place: place.isEmpty ? key : place + "." + key)
    }

    func mapping(_ wanted: String) throws(StudyError) -> StudyNode {
        guard node.mapping != nil else { throw error("should be \(wanted)") }
        return self
    }

    /// The elements of a list; a single value is a list of one.
    func elements(limit: Int = 10_000) throws(StudyError) -> [StudyNode] {
        guard let sequence = node.sequence else { return [self] }
        guard sequence.count <= limit else { throw error("more than \(limit) elements") }
        return sequence.enumerated().map { StudyNode(node: $1, file: file, place: place + "[\($0)]") }
    }

    func text() throws(StudyError) -> String {
        guard let scalar = node.scalar else { throw error("should be a text") }
        guard scalar.string.utf8.count <= 4096 else { throw error("longer than 4096 octets") }
        return scalar.string
    }

    func number() throws(StudyError) -> Double {
        guard let scalar = node.scalar, let value = Double(scalar.string), value.isFinite else { throw error("should be a number") }
        return value
    }

    func texts() throws(StudyError) -> [String] {
        var texts: [String] = []
        for element in try elements() { texts.append(try element.text()) }
        return texts
    }

    /// Keys and values of a mapping, in the file's order.
    func members(limit: Int = 1000) throws(StudyError) -> [(key: String, value: StudyNode)] {
        guard let mapping = node.mapping else { throw error("should be a mapping") }
        guard mapping.count <= limit else { throw error("more than \(limit) members") }
        return mapping.map { key, value in
            let name = key.scalar?.string ?? "?"
            return (name, StudyNode(node: value, file: file, place: place.isEmpty ? name : place + "." + name))
        }
    }

    /// Keys that nobody asks for: most often a slip of the pen.
    func unknownKeys(known: Set<String>) -> [String] {
        guard let mapping = node.mapping else { return [] }
        var notes: [String] = []
        for (key, _) in mapping {
            let name = key.scalar?.string ?? "?"
            guard !known.contains(name), notes.count < 20 else { continue }
            notes.append(StudyError(file, key.mark?.line, "\(name) is not known here and left out (known: \(known.sorted().joined(separator: ", ")))").description)
        }
        return notes
    }
}
