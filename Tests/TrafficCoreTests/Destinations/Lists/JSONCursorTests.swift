import Testing

@testable import TrafficCore

@Suite struct JSONCursorTests {
    private func skipped(_ text: String) -> Result<Int, JSONError> {
        var cursor = JSONCursor(Array(text.utf8))
        do throws(JSONError) {
            try cursor.skip()
            try cursor.end()
            return .success(cursor.line)
        } catch { return .failure(error) }
    }

    @Test("it takes and refuses what the reader of values takes and refuses", arguments: [
        "{}", "[]", "[1, -2.5e+3, true, false, null, \"a\\u00e9\\n\"]", "{\"a\": {\"b\": [[]]}}", " 1 ", "\"\\ud83d\\ude00\"", "", "{", "[1,]", "{\"a\"}",
        "{\"a\":1,}", "01", "1.", "-", "1e", "tru", "nul", "\"", "\"\\x\"", "\"\\u12\"", "[1] 2", "{a:1}", "\"\u{1}\"", "[\"\\\"\"]", "\"a\\", "\u{feff}1", "+1",
    ])
    func strict(_ text: String) {
        let expected = (try? JSONReader.value(of: Array(text.utf8))) != nil || text.hasPrefix("\u{feff}")
        if case .success = skipped(text) { #expect(expected, "\(text)") } else { #expect(!expected, "\(text)") }
    }

    @Test func places() {
        guard case .failure(let error) = skipped("{\"a\": 1,\n\"b\": [2,\n x]}") else { return #expect(Bool(false), "it is harmed") }
        #expect(error.line == 3 && error.column == 2)
        if case .failure(let error) = skipped(String(repeating: "[", count: 1000)) { #expect(error.problem == "nested deeper than 32") }
    }

    @Test func values() throws {
        var cursor = JSONCursor(Array(#"{"a": ["x", 1, "y"], "b": "\u00e9", "c": 101, "d": null}"#.utf8))
        var strings: [String] = [], texts: [String?] = []
        try cursor.object { (cursor, key) throws(JSONError) in
            switch key {
            case "a": strings = try cursor.strings()
            case "b": texts.append(try cursor.string())
            default: texts.append(try cursor.scalar())
            }
        }
        #expect(strings == ["x", "y"] && texts == ["é", "101", nil])
    }
}
