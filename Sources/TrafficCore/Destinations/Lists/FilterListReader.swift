/// EasyList's filter syntax (Adblock Plus, uBlock Origin, AdGuard): of it only what is about a host as a whole, `||host^` and its
/// exception `@@||host^`. Rules about paths, pages or single sites are no statement about a host and are passed over.
struct FilterListReader: ListReader {
    mutating func read(_ source: ListSource, _ form: ListForm, into rows: inout ListRows) {
        for line in TextLines(source.octets) {
            guard let first = line.text.first else { continue }
            if first == 0x21 || first == 0x23 || first == 0x5b {     // ! and # are comments, [Adblock Plus 2.0] is the head
                if line.number <= 64 { ListHeader.read(line.text, into: &rows) }
                continue
            }
            Self.add(line.text, like: ListRow(""), source.path, line: line.number, &rows)
        }
        if rows.commonCategory.isEmpty { rows.commonCategory = ListCategories.category(ofTitle: rows.title ?? source.stem) }
    }

    static func add(_ filter: String, like row: ListRow, _ path: String, line: Int, _ rows: inout ListRows) {
        add(Array(filter.utf8)[...], like: row, path, line: line, &rows)
    }

    /// Adds what `filter` says of a host to what `row` has already.
    static func add(_ filter: ArraySlice<UInt8>, like row: ListRow, _ path: String, line: Int, _ rows: inout ListRows) {
        var rest = filter
        let isException = rest.starts(with: [0x40, 0x40])
        if isException { rest = rest.dropFirst(2) }
        guard rest.starts(with: [0x7c, 0x7c]) else { return rows.skip() }
        rest = rest.dropFirst(2)
        guard let end = rest.firstIndex(of: 0x5e) else { return rows.skip() }
        let host = rest[..<end], behind = rest[(end + 1)...]
        // "||google.^" is any top-level domain; "||ads*.example^" and "||host/path^" are patterns over addresses of pages, "||host:8080^"
        // is about one port.
        guard let last = host.last, last != 0x2e, !host.contains(where: { $0 == 0x2f || $0 == 0x3a }), !host.dropFirst(2).contains(0x2a),
            host.first != 0x2a || host.starts(with: [0x2a, 0x2e])
        else { return rows.skip() }
        if !behind.isEmpty {
            // The options of nine in ten rules of lists of trackers need no second look.
            guard behind.first == 0x24,
                behind.elementsEqual(plainOptions) || isAboutHost(behind.dropFirst().text, isException: isException)
            else { return rows.skip() }
        }
        var row = row
        (row.pattern, row.match) = (host.text, isException ? .exception : .suffix)
        rows.add(row, path, line: line)
    }

    private static let plainOptions = Array("$third-party".utf8)

    /// Whether a filter with these options is still about every connection to the host.
    private static func isAboutHost(_ options: String, isException: Bool) -> Bool {
        options.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { option in
            let name = option.prefix { $0 != "=" }.lowercased()
            if isException { return ["third-party", "3p", "important", "all", "match-case"].contains(name) }
            // With a value: domain=, denyallow=, csp=, removeparam=, header= and others are conditions or change the request.
            if name.utf8.count != option.utf8.count { return ["redirect", "rewrite"].contains(name) }
            return !conditions.contains(name)
        }
    }

    private static let conditions: Set<String> = [
        "", "~third-party", "~3p", "1p", "first-party", "strict1p", "strict3p", "badfilter", "csp", "removeparam", "queryprune",
        "permissions", "inline-script", "inline-font", "elemhide", "ehide", "generichide", "ghide", "specifichide", "shide", "genericblock", "cookie",
        "stealth", "content", "extension", "jsinject", "urlblock", "popunder", "document", "doc",
    ]
}

/// What filter lists and hosts files say of themselves in their first comments.
enum ListHeader {
    /// Reads a comment such as "! Title: EasyPrivacy" or "# Date: 21 July 2026".
    static func read(_ line: ArraySlice<UInt8>, into rows: inout ListRows) {
        guard let colon = line.firstIndex(of: 0x3a) else { return }
        let key = line[..<colon].drop { $0 == 0x21 || $0 == 0x23 || $0 == 0x20 }.text.trimmed.lowercased()
        let value = line[(colon + 1)...].text.trimmed
        guard !value.isEmpty, !value.hasPrefix("%") else { return }
        switch key {
        case "title": rows.title = rows.title ?? value
        case "last modified", "last updated", "date", "updated", "timeupdated", "version": rows.date = rows.date ?? ListDate.day(value)
        case "licence", "license": rows.licence = rows.licence ?? value
        default: break
        }
    }
}

/// Days as lists write them.
enum ListDate {
    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// "2026-07-21" of "2026-07-21T10:30:00Z", "21 Jul 2026 10:30 UTC", "July 21, 2026" or "202607211030"; nil when there is no day in it.
    static func day(_ text: String) -> String? {
        let words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.prefix(8).map(String.init)
        if let first = words.first, let digits = Int(first), first.utf8.count >= 8, first.utf8.count <= 14 {
            let day = digits / power(first.utf8.count - 8)
            return make(day / 10000, day / 100 % 100, day % 100)
        }
        for index in words.indices.dropLast(2) {
            let three = words[index...index + 2].map { $0.hasSuffix("T") ? String($0.dropLast()) : $0 }
            let last = String(three[2].prefix { $0.isNumber })
            if three[0].utf8.count == 4, let year = Int(three[0]), let month = Int(three[1]), let day = Int(last) {
                return make(year, month, day)
            }
            if let day = Int(three[0]), let month = month(three[1]), let year = Int(three[2]) { return make(year, month, day) }
            if let month = month(three[0]), let day = Int(three[1]), let year = Int(three[2]) { return make(year, month, day) }
        }
        return nil
    }

    private static func month(_ word: String) -> Int? { months.firstIndex(of: String(word.lowercased().prefix(3))).map { $0 + 1 } }

    private static func power(_ exponent: Int) -> Int { (0..<exponent).reduce(1) { value, _ in value * 10 } }

    private static func make(_ year: Int, _ month: Int, _ day: Int) -> String? {
        guard (1990...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        return "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    }
}
