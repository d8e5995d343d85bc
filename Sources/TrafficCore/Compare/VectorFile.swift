/// Why a vector file, or one vector, cannot be answered.
public struct VectorFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, and at which place of the file.
    public var description: String
    init(_ description: String) { self.description = description }
}

/// Answers a file of test vectors by the code that `Comparison` uses (METHOD.md §8).
public enum VectorFile {
    /// Takes `{"vectors":[{id,function,input,…}]}`, gives `{"answers":[{"id":…,"output":…}]}` in the same order. A vector
    /// whose function is unknown or whose input cannot be used gets an `error` in place of its `output`.
    /// - Throws: `VectorFileError` when the file is no JSON or has no vectors, with the place.
    public static func answers(to json: [UInt8]) throws -> [UInt8] {
        let file: JSONValue
        do { file = try JSONReader.value(of: json) } catch { throw VectorFileError(error.description) }
        guard case .array(let vectors)? = file["vectors"] else {
            throw VectorFileError("line 1, column 1: expected an object with an array \"vectors\"")
        }
        var text = Array(#"{"answers":["#.utf8)
        for (i, vector) in vectors.enumerated() {
            guard let id = vector["id"] else { throw VectorFileError("vectors[\(i)] has no \"id\"") }
            guard case .string(let function)? = vector["function"] else {
                throw VectorFileError("vectors[\(i)] has no \"function\"")
            }
            let answer: JSONValue
            do {
                answer = .members(["id": id, "output": try output(of: function, vector["input"] ?? .null)])
            } catch {
                answer = .members(["id": id, "error": .string(String(describing: error))])
            }
            text += (i > 0 ? ",\n" : "\n").utf8
            answer.write(into: &text)
        }
        text += "\n]}\n".utf8
        return text
    }
}
