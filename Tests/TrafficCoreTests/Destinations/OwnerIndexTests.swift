import Testing

@testable import TrafficCore

@Suite struct OwnerIndexTests {
    static let rows = """
        tiktok.com\ts\tTikTok\tByteDance\tCN\tfirst-party-platform\tn\th\ta
        tiktokv.com\ts\tTikTok\tByteDance\tCN\tfirst-party-platform\tn\th\ta
        log*.tiktokv.com\tg\tTikTok\tByteDance\tCN\tanalytics\tn\th\ta
        log-sdk*.tiktokv.com\tg\tTikTok\tByteDance\tCN\tcrash-reporting\tn\th\ta
        log-exact.tiktokv.com\ts\tTikTok\tByteDance\tCN\tadvertising\tn\th\ta
        *-a*b*.glob.example\tg\tG\t\tUS\tanalytics\tn\tl\ta
        deep.er.example.net\ts\tDeep\t\tUS\tanalytics\ty\tm\ta
        example.net\ts\tShallow\t\tUS\tanalytics\tn\tl\ta
        xn--bcher-kva.example\ts\tBooks\t\tDE\tother\tn\tl\ta

        """
    static let index = OwnerIndex(rows: rows)

    @Test(arguments: [
        ("tiktok.com", "tiktok.com"), ("www.tiktok.com", "tiktok.com"), ("WWW.TikTok.COM", "tiktok.com"),
        ("tiktok.com.", "tiktok.com"), ("a.b.c.d.tiktok.com", "tiktok.com"), ("nottiktok.com", nil),
        ("tiktok.com.example.org", nil), ("tiktok.comm", nil), ("com", nil), ("iktok.com", nil),
        ("log-va.tiktokv.com", "log*.tiktokv.com"), ("log.tiktokv.com", "log*.tiktokv.com"),
        ("LOG-VA.tiktokv.com.", "log*.tiktokv.com"), ("x.log-va.tiktokv.com", "tiktokv.com"),
        ("alog.tiktokv.com", "tiktokv.com"), ("log-exact.tiktokv.com", "log-exact.tiktokv.com"),
        ("x.log-exact.tiktokv.com", "log-exact.tiktokv.com"), ("log-sdk-1.tiktokv.com", "log-sdk*.tiktokv.com"),
        ("log-va.tiktok.com", "tiktok.com"), ("q-axb.glob.example", "*-a*b*.glob.example"),
        ("-ab.glob.example", "*-a*b*.glob.example"), ("q-ax.glob.example", nil), ("glob.example", nil),
        ("a.deep.er.example.net", "deep.er.example.net"), ("er.example.net", "example.net"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"), ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("bücher.tiktok.com", "tiktok.com"),
        ("", nil), (".", nil), ("..", nil), (".tiktok.com", nil), ("a..tiktok.com", nil), ("tiktok.com..", nil),
        ("192.0.2.1", nil), ("2001:db8::1", nil), ("[::1]", nil), ("tiktok.com:443", nil), ("evil/.tiktok.com", nil),
        ("evil\0.tiktok.com", nil), ("a b.tiktok.com", nil), ("*.tiktok.com", nil), ("tiktok.com\n", nil),
    ] as [(String, String?)])
    func rule(_ name: String, _ expected: String?) {
        #expect(Self.index.row(for: name)?.rule == expected)
    }

    @Test func lengthsOfRFC1035() {
        let label = String(repeating: "a", count: 63)
        #expect(Self.index.row(for: label + ".tiktok.com")?.rule == "tiktok.com")
        #expect(Self.index.row(for: label + "a.tiktok.com") == nil)
        let long = String(repeating: "ab.", count: 81) + "tiktok.com"    // 243 + 10 octets
        #expect(long.utf8.count == 253)
        #expect(Self.index.row(for: long)?.rule == "tiktok.com")
        #expect(Self.index.row(for: long + ".")?.rule == "tiktok.com")
        #expect(Self.index.row(for: "a." + long) == nil)
        #expect(Self.index.row(for: String(repeating: "a", count: 1_000_000)) == nil)
    }

    @Test func rowsAreReadWhole() {
        #expect(Self.index.row(for: "deep.er.example.net") == DestinationRow(
            rule: "deep.er.example.net", match: .suffix, owner: "Deep", ownerParent: "Deep", ownerCountry: "US", category: "analytics",
            isShared: true, confidence: "medium", sources: "a"))
        #expect(Self.index.row(for: "tiktok.com")?.ownerParent == "ByteDance")
        #expect(Self.index.count == 9)
    }

    @Test("of two globs that fit, the longer counts, whichever comes first") func longerGlob() {
        let lines = ["log*.a.example", "log-sdk*.a.example"].map { "\($0)\tg\tA\t\tUS\tc\tn\tl\ts\n" }
        for rows in [lines.joined(), lines.reversed().joined()] {
            #expect(OwnerIndex(rows: rows).row(for: "log-sdk-1.a.example")?.rule == "log-sdk*.a.example")
        }
    }

    @Test func textThatIsNoTableHasNoRows() {
        for text in ["", "\n\n", "\t", "a", "a\tb", "a\ts\n", "\ts\tx", "*\tg\tx", String(repeating: "\t", count: 99)] {
            let index = OwnerIndex(rows: text)
            #expect(index.row(for: "a.b") == nil)
        }
        // The last row need not end with a line feed; of two rows the first counts.
        let index = OwnerIndex(rows: "a.b\ts\tA\t\tUS\tc\tn\tl\ts\na.b\ts\tB\t\tUS\tc\tn\tl\ts")
        #expect(index.row(for: "a.b")?.owner == "A")
        #expect(index.count == 1)
    }

    @Test("the index agrees with a plain search of the table, for names from the wire and made from the rows")
    func agreesWithPlainSearch() {
        let catalogue = DestinationCatalogue()
        let plain = PlainCatalogue(rows: catalogue.index.rows)
        var names = DestinationSamples.namesOnTheWire
        for (number, row) in catalogue.index.rows.enumerated() where number % 5 == 0 {
            let name = row.rule.replacing("*", with: "-x1")
            names += [name, "a." + name, "x" + name, name + ".example.invalid"]
        }
        for name in names {
            #expect(catalogue.row(for: name)?.rule == plain.rule(for: name), "\(name)")
        }
    }

    @Test("no text traps", arguments: 0..<20) func survives(seed: UInt64) {
        var random = DestinationRandom(state: seed)
        let alphabet = Array("..--*tiktokvcom:[]\0\u{7f}\u{80}é\u{1F600}AZ_ 0".unicodeScalars)
        for _ in 0..<500 {
            var text = ""
            for _ in 0..<Int.random(in: 0...40, using: &random) { text.unicodeScalars.append(alphabet.randomElement(using: &random) ?? "a") }
            for name in [text, text + ".tiktokv.com", "log" + text + ".tiktokv.com"] {
                _ = Self.index.row(for: name)
                _ = RegistrableDomain.of(name)
                _ = DestinationClassifier.hostName(name)
            }
        }
    }
}

/// The rules of the table's header, word for word, over all rows.
private struct PlainCatalogue {
    var suffixes: Set<String> = [], globs: [(first: [Substring], rest: String, rule: String)] = []

    init(rows: [DestinationRow]) {
        for row in rows {
            if row.match == .suffix {
                suffixes.insert(row.rule)
            } else {
                let labels = row.rule.split(separator: ".", maxSplits: 1)
                globs.append((labels[0].split(separator: "*", omittingEmptySubsequences: false), String(labels[1]), row.rule))
            }
        }
    }

    func rule(for name: String) -> String? {
        var name = name.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let isName = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count)
                && label.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x5f || $0 > 127 }
        }
        guard isName, name.utf8.count <= 253, labels.last.map({ Int($0) == nil }) ?? false else { return nil }
        if suffixes.contains(name) { return name }
        let rest = labels.dropFirst().joined(separator: ".")
        let fitting = globs.filter { $0.rest == rest && Self.fits(labels[0], $0.first) }.map(\.rule)
        if let best = fitting.max(by: { $0.utf8.count < $1.utf8.count }) { return best }
        for start in labels.indices.dropFirst() where suffixes.contains(labels[start...].joined(separator: ".")) {
            return labels[start...].joined(separator: ".")
        }
        return nil
    }

    private static func fits(_ label: Substring, _ pieces: [Substring]) -> Bool {
        guard let first = pieces.first, let last = pieces.last, label.hasPrefix(first) else { return false }
        var rest = label.dropFirst(first.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let found = rest.firstRange(of: piece) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}
