import Testing

@testable import TrafficCore

@Suite struct JSONReaderTests {
    private func read(_ text: String) throws -> JSONValue { try JSONReader.value(of: Array(text.utf8)) }

    @Test("64-bit integers are exact") func integers() throws {
        #expect(try read("[9223372036854775807,-9223372036854775808,18446744073709551615]")
            == .array([.integer(.max), .integer(.min), .unsigned(.max)]))
        #expect(try read("18446744073709551616") == .number(18_446_744_073_709_551_616))
        #expect(try read("1.0") == .number(1))
        #expect(try read("-0.5e-3") == .number(-0.0005))
    }

    @Test("strings keep their characters") func strings() throws {
        #expect(try read(#""a\"\\\/\b\f\n\r\té\u00e9\ud83d\ude00é""#) == .string("a\"\\/\u{8}\u{C}\n\r\téé😀é"))
        #expect(try read(#""\ud83dx""#) == .string("\u{FFFD}x"))
        #expect(try read(#""\ud83d\u0041""#) == .string("\u{FFFD}A"))
    }

    @Test("what is written reads back the same", arguments: [
        #"{"a":[1,2.5,null,true,false,"x\u0001\"\\"],"b":{},"c":[]}"#, "[1e-300,0.1,123456789012]", #""""#,
    ])
    func roundTrip(_ text: String) throws {
        let value = try read(text)
        var written: [UInt8] = []
        value.write(into: &written)
        #expect(try JSONReader.value(of: written) == value)
    }

    @Test("anything but JSON is refused", arguments: [
        "", " ", "{", "[", "[1", "[1,]", "[,1]", "{\"a\"}", "{\"a\":1,}", "{a:1}", "01", "-", "1.", "1e", ".5", "+1", "nul", "NaN",
        "Infinity", "\"", "\"\\x\"", "\"\\u12g4\"", "\"\\u+123\"", "\"\u{1}\"", "1 2", "[1]]", "'a'", "tru", "\"\\", "\"\\u12",
    ])
    func refuses(_ text: String) {
        #expect(throws: JSONError.self) { try read(text) }
    }

    @Test("bytes that are no UTF-8 are refused") func notText() {
        #expect(throws: JSONError.self) { try JSONReader.value(of: [0x22, 0xC3, 0x28, 0x22]) }
    }

    @Test("deep nesting is refused before it fills the stack") func deep() throws {
        #expect(throws: JSONError.self) { try read(String(repeating: "[", count: 100_000)) }
        let allowed = JSONReader.maximumDepth
        #expect(throws: Never.self) {
            try read(String(repeating: "[", count: allowed) + String(repeating: "]", count: allowed))
        }
    }

    @Test("an error names line and column") func place() {
        let error = #expect(throws: JSONError.self) { try read("{\n  \"a\": x}") }
        #expect(error?.line == 2 && error?.column == 8)
    }

    @Test("no prefix traps") func prefixes() {
        let text = Array(#"{"a":[1,-2.5e+3,null,true],"b":"\u00e9\ud83d\ude00"}"#.utf8)
        for count in 0..<text.count { #expect(throws: JSONError.self) { try JSONReader.value(of: Array(text.prefix(count))) } }
    }
}
