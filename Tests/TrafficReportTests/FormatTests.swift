import Testing
@testable import TrafficReport

@Suite struct FormatTests {
    // MARK: JSON

    @Test func jsonStructure() {
        var json = JSONWriter()
        json.object { json in
            json.member("a", 1)
            json.array("b", of: [1.5, 2, .infinity]) { $0.number($1) }
            json.object("c") { _ in }
            json.member("d", orNull: Optional<String>.none)
            json.member("e", ifKnown: Optional<Int>.none)
            json.member("f", nanoseconds: -1_500_000_000, digits: 3)
            json.array("g") { json in
                json.object { $0.member("h", true) }
                json.array { _ in }
            }
        }
        #expect(json.text == #"{"a":1,"b":[1.5,2,null],"c":{},"d":null,"f":-1.500,"g":[{"h":true},[]]}"#)
    }

    @Test func prettyJSON() {
        var json = JSONWriter(pretty: true)
        json.object { json in
            json.member("a", "x")
            json.array("b") { $0.number(1) }
            json.array("c") { _ in }
        }
        #expect(json.text == "{\n  \"a\": \"x\",\n  \"b\": [\n    1\n  ],\n  \"c\": []\n}")
    }

    @Test(arguments: [(Int.min, "-9223372036854775808"), (Int.max, "9223372036854775807"), (0, "0"), (-7, "-7"), (10, "10"), (100, "100"), (12_345, "12345")])
    func digits(_ value: Int, _ expected: String) {
        var octets: [UInt8] = []
        Decimal.append(value, to: &octets)
        #expect(String(decoding: octets, as: UTF8.self) == expected)
    }

    @Test(arguments: [
        (Int64(1_594_339_200_000_001_000), 6, "1594339200.000001"), (1_594_339_200_000_001_999, 6, "1594339200.000001"), (5, 9, "0.000000005"),
        (1_000_000_000, 0, "1"), (-1, 9, "-0.000000001"), (Int64.min, 9, "-9223372036.854775808"), (Int64.max, 20, "9223372036.854775807"),
    ]) func seconds(_ nanoseconds: Int64, _ digits: Int, _ expected: String) {
        var octets: [UInt8] = []
        Decimal.appendSeconds(nanoseconds: nanoseconds, digits: digits, to: &octets)
        #expect(String(decoding: octets, as: UTF8.self) == expected)
    }

    // MARK: Numbers for people

    @Test(arguments: [
        (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1440, "1.4 kB"), (9960, "10 kB"), (12_345, "12 kB"), (999_499, "999 kB"), (999_600, "1.0 MB"),
        (5_000_000_000, "5.0 GB"), (Int.max, "9223372 TB"),
    ]) func octets(_ count: Int, _ expected: String) { #expect(Quantity.octets(count) == expected) }

    @Test(arguments: [(0.0, "0"), (0.04761904, "0.0476"), (3.14159, "3.14"), (12.34, "12.3"), (123.4, "123"), (1234.5, "1235"), (1e-7, "<0.00001"), (0.5, "0.5"), (-2.0, "-2")])
    func significantDigits(_ value: Double, _ expected: String) { #expect(Quantity.significant(value) == expected) }

    @Test(arguments: [(0.5, 0, "1"), (1.125, 2, "1.13"), (-0.004, 2, "0.00"), (1.05, 1, "1.1"), (12.0, 3, "12.000"), (Double.nan, 2, "nan"), (1e300, 2, "1e+300")])
    func fixedPlaces(_ value: Double, _ places: Int, _ expected: String) { #expect(Quantity.fixed(value, places) == expected) }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1\u{202f}000"), (1_234_567, "1\u{202f}234\u{202f}567"), (-1000, "-1\u{202f}000")])
    func groupedDigits(_ count: Int, _ expected: String) { #expect(Quantity.grouped(count) == expected) }

    @Test(arguments: [
        (Int64(0), "1970-01-01 00:00:00.000"), (1_594_339_200_123_999_999, "2020-07-10 00:00:00.123"), (-1, "1969-12-31 23:59:59.999"),
        (951_782_400_000_000_000, "2000-02-29 00:00:00.000"), (4_107_542_400_000_000_000, "2100-03-01 00:00:00.000"),
        (Int64.max, "2262-04-11 23:47:16.854"), (Int64.min, "1677-09-21 00:12:43.145"),
    ]) func calendar(_ nanoseconds: Int64, _ expected: String) { #expect(UTCTime.text(nanoseconds: nanoseconds, digits: 3) == expected) }

    // MARK: Terminal

    @Test(arguments: [("abc", 3), ("日本", 4), ("e\u{301}", 1), ("😀", 2), ("", 0)])
    func displayWidth(_ text: String, _ columns: Int) { #expect(Terminal.width(text) == columns) }

    @Test(arguments: [("abcdef", 4, "abc…"), ("abcd", 4, "abcd"), ("日本語", 4, "日…"), ("abc", 0, ""), ("é", 1, "é")])
    func cutting(_ text: String, _ columns: Int, _ expected: String) {
        #expect(Terminal.cut(text, to: columns) == expected)
        #expect(Terminal.width(Terminal.cut(text, to: columns)) <= columns)
    }

    @Test func tablesAlignByWidth() {
        let table = Terminal.table([.init("name", maximum: 6), .init("n", right: true)], [["日本", "1"], ["a\u{1b}[2J", "22"], ["longer name", "3"]])
        #expect(table == "name     n\n日本     1\na\\u{1…  22\nlonge…   3\n")
    }

    @Test func coloursOnlyWhenAsked() {
        #expect(!Terminal.table([.init("a")], [["b"]]).contains("\u{1b}"))
        #expect(Terminal.table([.init("a")], [["b"]], color: true).contains("\u{1b}[2m"))
    }

    @Test func wrapping() { #expect(Terminal.wrap("one two three four", to: 9, indent: 2) == "one two\n  three\n  four") }

    // MARK: HTML

    @Test func htmlEscapesTextAndAttributes() {
        var html = HTML()
        html.element("p", ["title": "\"><script>", "class": nil]) { $0.name("<b>") }
        #expect(html.source == "<p title=\"&quot;&gt;&lt;script&gt;\"><bdi>&lt;b&gt;</bdi></p>\n")
    }
}
