import Foundation
import Testing

@testable import TrafficCore

/// The reference implementation's vectors, which lie beside the repository; the tests that need them say so when absent.
private let vectorsURL = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "shared/method/vectors.json")
private let vectorsExist = FileManager.default.fileExists(atPath: vectorsURL.path)

/// Places where `answer` is further from `expected` than METHOD.md §8 allows; `notes` are not compared.
private func differences(_ expected: JSONValue, _ answer: JSONValue, tolerance: Double, at place: String = "") -> [String] {
    switch (expected, answer) {
    case (.array(let a), .array(let b)) where a.count == b.count:
        return zip(a, b).enumerated().flatMap { differences($1.0, $1.1, tolerance: tolerance, at: "\(place)[\($0)]") }
    case (.object(let a), .object(let b)):
        let keys = Set(a.map(\.key) + b.map(\.key)).subtracting(["notes"]).sorted()
        return keys.flatMap { key -> [String] in
            guard let x = expected[key], let y = answer[key] else { return ["\(place).\(key) is only on one side"] }
            return differences(x, y, tolerance: tolerance, at: "\(place).\(key)")
        }
    default:
        if let x = try? expected.number(), let y = try? answer.number() {
            return abs(x - y) <= tolerance * max(1, abs(x)) ? [] : ["\(place): \(y), not \(x)"]
        }
        return expected == answer ? [] : ["\(place): \(answer), not \(expected)"]
    }
}

@Suite struct VectorFileTests {
    @Test("every reference vector is answered within its tolerance", .enabled(if: vectorsExist, "../shared/method/vectors.json is absent"))
    func reference() throws {
        let file = [UInt8](try Data(contentsOf: vectorsURL))
        let vectors = try #require(try JSONReader.value(of: file)["vectors"]?.list())
        let answers = try #require(try JSONReader.value(of: VectorFile.answers(to: file))["answers"]?.list())
        #expect(vectors.count >= 155)
        try #require(answers.count == vectors.count)
        for (vector, answer) in zip(vectors, answers) {
            #expect(answer["id"] == vector["id"])
            let output = try #require(answer["output"], "\(String(describing: answer["error"]))")
            let expected = try #require(vector["expected"])
            let tolerance = try #require(vector["tolerance"]).number()
            let id = try vector.text("id")
            let found = differences(expected, output, tolerance: tolerance)
            #expect(found.isEmpty, "\(id): \(found.prefix(3))")
        }
    }

    @Test("a difference above the tolerance is seen") func comparisonCanFail() {
        let expected = JSONValue.members(["a": .array([.number(1000), .null]), "notes": .null])
        let near = JSONValue.members(["a": .array([.number(1000.5), .null])])
        #expect(differences(expected, near, tolerance: 1e-3).isEmpty)
        #expect(differences(expected, near, tolerance: 1e-4).count == 1)
        #expect(differences(expected, .members(["a": .array([.number(1000), .integer(0)])]), tolerance: 1).count == 1)
    }

    private func answers(_ text: String) throws -> [JSONValue] {
        try #require(try JSONReader.value(of: VectorFile.answers(to: Array(text.utf8)))["answers"]?.list())
    }

    @Test("an unusable vector gets an error and the others an answer")
    func badVectors() throws {
        let found = try answers(
            """
            {"vectors":[{"id":"a","function":"no_such_thing","input":{}},
            {"id":2,"function":"quantiles","input":{"values":[],"q":[0.5]}},
            {"id":"c","function":"decide","input":{"table":{"subject":{"id":"s","group":"g","captures":[]},"peers":[]},
             "options":{"ask":"nothing"}}},
            {"id":"d","function":"subset","input":{"seed":"5","n":3,"k":4}},
            {"id":"e","function":"index","input":{"seed":"5","n":"0","count":1}},
            {"id":"f","function":"mad","input":{"values":[1,2,4]}}]}
            """)
        #expect(found.count == 6)
        #expect(found[..<5].allSatisfy { $0["output"] == nil && $0["error"] != nil })
        #expect(found[1]["id"] == .integer(2))
        #expect(try found[2].text("error").contains("analytics_bytes_up_per_min"))
        #expect(found[5]["output"] == .number(1))
    }

    @Test("a file that is no vector file is an error that names the place", arguments: [
        ("{\"vectors\":[\n{\"id\":}]}", "line 2, column 7"), ("[1]", "vectors"), ("", "line 1, column 1"),
        ("{\"vectors\":[{\"function\":\"mad\"}]}", "vectors[0]"), ("{\"vectors\":[{\"id\":1}]}", "vectors[0]"),
    ])
    func malformed(_ text: String, _ place: String) {
        let error = #expect(throws: VectorFileError.self) { try VectorFile.answers(to: Array(text.utf8)) }
        #expect(error?.description.contains(place) == true)
    }

    @Test("huge and negative amounts make no infinity and no NaN")
    func finiteOutput() throws {
        var peers: [String] = []
        for i in 0..<20 {
            let x = ["1e308", "-1e308", "0", "5e-324", "1e300"][i % 5]
            peers.append(
                """
                {"id":"p\(i)","group":"g\(i)","captures":[{"id":"1","pairs":{"analytics_bytes_up_per_min":[\(x),1e-300],
                "upload_download_ratio":[\(x),1e308],"crash_bytes_up_per_min":[-100,1]}},{"id":"2",
                "pairs":{"analytics_bytes_up_per_min":[\(x),10],"crash_bytes_up_per_min":[\(x),1e308]}}]}
                """)
        }
        let subject = peers[0].replacing("\"p0\",\"group\":\"g0\"", with: "\"s\",\"group\":\"own\"")
        let text =
            #"{"vectors":[{"id":1,"function":"decide","input":{"table":{"subject":"# + subject + ",\"peers\":["
            + peers.joined(separator: ",") + #"]},"options":{"draws":10}}}]}"#
        let output = try #require(try answers(text)[0]["output"])
        #expect(output["groups"] == .integer(20))
        var written: [UInt8] = []
        output.write(into: &written)
        let words = String(decoding: written, as: UTF8.self)
        #expect(!words.contains("nan") && !words.contains("inf"))
    }
}
