import Testing
import TrafficReport

@Suite struct EscapingTests {
    private func json(_ text: String) -> String {
        var octets: [UInt8] = []
        Escaping.appendJSON(text, to: &octets)
        return String(decoding: octets, as: UTF8.self)
    }

    private func csv(_ text: String) -> String {
        var octets: [UInt8] = []
        Escaping.appendCSV(text, to: &octets)
        return String(decoding: octets, as: UTF8.self)
    }

    @Test(arguments: [
        ("plain.example", #""plain.example""#), ("", #""""#), (#"a"b\c"#, #""a\"b\\c""#), ("a\nb\rc\td", #""a\nb\rc\td""#),
        // JSON asks only for the first two; what a terminal obeys or what turns text around is escaped too, and reads the same.
        ("\u{0}\u{1f}\u{7f}", "\"\\u0000\\u001f\\u007f\""), ("a\u{9b}2J\u{202e}b\u{2066}\u{200f}c", "\"a\\u009b2J\\u202eb\\u2066\\u200fc\""), ("\u{2014}\u{a0}", "\"\u{2014}\u{a0}\""), ("é\u{2028}😀", "\"é\u{2028}😀\""),
    ]) func jsonStrings(_ text: String, _ expected: String) { #expect(json(text) == expected) }

    @Test("CSV shows what a terminal would obey, and leaves line breaks to its quotation marks", arguments: [
        ("e\u{1b}[2Jvil", #"e\u{1b}[2Jvil"#), ("a\u{9b}b", #"a\u{9b}b"#), ("x\u{202e}y", #"x\u{202e}y"#), ("a\nb", "\"a\nb\""), ("\u{2014}é", "\u{2014}é"),
    ]) func csvControls(_ text: String, _ expected: String) { #expect(csv(text) == expected) }

    @Test("a string of every control character needs no more room than promised") func worstCaseJSON() {
        #expect(json(String(repeating: "\u{1}", count: 5000)).utf8.count == 5000 * 6 + 2)
    }

    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("two\r\nlines", "\"two\r\nlines\""),
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"), ("\rx", "\"'\rx\""), ("=a,b", "\"'=a,b\""),
    ]) func csvCells(_ text: String, _ expected: String) { #expect(csv(text) == expected) }

    @Test(arguments: [
        ("plain", "plain"), ("a\u{1b}[31mb", "a\\u{1b}[31mb"), ("x\u{202e}y", "x\\u{202e}y"), ("line\nbreak", "line\\u{a}break"),
        ("\u{9b}31m", "\\u{9b}31m"), ("zero\u{200b}width", "zero\\u{200b}width"), ("čeština 日本", "čeština 日本"),
    ]) func terminalText(_ text: String, _ expected: String) { #expect(Escaping.terminal(text) == expected) }

    @Test(arguments: [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"), ("a&b \"c\" 'd'", "a&amp;b &quot;c&quot; &#39;d&#39;"),
        ("\u{202e}gnp", "\\u{202e}gnp"), ("a\u{0}b", "a\\u{0}b"),
    ]) func htmlText(_ text: String, _ expected: String) { #expect(Escaping.html(text) == expected) }
}
