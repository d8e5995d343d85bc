/// What is known of an imported list as a whole.
public struct ListDescription: Hashable, Sendable {
    /// Under which it is stored and shown: lower-case letters, digits, `.`, `_` and `-`.
    public var name: String
    public var kind: ListKind
    /// Day of the list, such as "2026-07-21"; nil when nothing tells it.
    public var date: String?
    /// Whether the list itself says its date; else it is that of its newest file.
    public var isDateItsOwn = false
    /// As the list says, else its publisher's; nil when unknown.
    public var licence: String?
    public var files = 0
    /// Rules that are looked up.
    public var rows = 0
    /// Lines and entries that were not what the format says; they are left out.
    public var malformed = 0
    /// Sound rules that are about something else than hosts.
    public var skipped = 0
    /// Rules that could not be taken over as they are.
    public var refused = 0
    /// SHA-256 of its file; of several over theirs in order of their paths; 64 hexadecimal digits.
    public var sha256 = ""
    /// Comes before the built-in catalogue.
    public var isPreferred = false

    public init(name: String, kind: ListKind) { (self.name, self.kind) = (name, kind) }

    /// "of 2026-07-21", "of 2026-07-21 (the file's)", "of unknown date"
    public var dateText: String { date.map { $0 + (isDateItsOwn ? "" : " (the file's)") } ?? "unknown" }

    /// Order of the lists: those preferred, then by kind, then by name.
    static func precedes(_ a: ListDescription, _ b: ListDescription) -> Bool {
        if a.isPreferred != b.isPreferred { return a.isPreferred }
        return a.kind.rank != b.kind.rank ? a.kind.rank < b.kind.rank : a.name.precedes(b.name)
    }

    /// A name as files can have it: what cannot stand in one becomes `-`; "" when nothing is left.
    public static func cleaned(_ name: String) -> String {
        let octets = name.utf8.map { octet in
            switch HostName.lower(octet) {
            case let lower where lower &- 0x61 < 26 || octet &- 0x30 < 10 || octet == 0x2e || octet == 0x5f: lower
            default: UInt8(0x2d)
            }
        }
        let text = String(decoding: octets.drop { $0 == 0x2e || $0 == 0x2d }.prefix(64), as: UTF8.self)
        return text
    }
}

/// An imported list as it is kept: a head of `key<TAB>value` lines, an empty line, then a rule a line: pattern, kind of match,
/// owner, parent, country, category, the list's own words, shared; separated by tabulators, each line ended by a line feed.
enum StoredList {
    static let magic = "trafficscope-list\t1\n"
    /// Longest text of a cell, octets.
    private static let longestCell = 200

    static func octets(_ description: ListDescription, _ rows: [ListRow], commonCategory: String) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(rows.count * 64)
        let onlyHosts = description.kind == .filterList || description.kind == .hosts
        for row in rows {
            octets += row.pattern.utf8
            octets += [0x09, row.match.rawValue, 0x09]
            append(row.owner, to: &octets)
            append(row.ownerParent == row.owner ? "" : row.ownerParent, to: &octets)
            append(row.ownerCountry, to: &octets)
            append(row.category.isEmpty && onlyHosts && row.match != .exception ? commonCategory : row.category, to: &octets)
            append(row.label, to: &octets)
            octets.append(row.isShared ? 0x79 : 0x6e)
            octets.append(0x0a)
        }
        var start = Array(magic.utf8)
        for (key, value) in head(description) { start += "\(key)\t\(value)\n".utf8 }
        start += "\(checksumKey)\t\(checksum(start[...], octets[...]))\n\n".utf8
        return start + octets
    }

    /// The last line of a head: of all before it, and of the rules.
    private static let checksumKey = "checksum"

    /// FNV-1a over eight octets at a time, 64 bits: it tells damage, and guards against nobody.
    private static func checksum(_ head: ArraySlice<UInt8>, _ body: ArraySlice<UInt8>) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for part in [head, body] {
            let span = part.span
            var index = 0
            while index + 8 <= span.count {
                hash = (hash ^ UInt64(littleEndian: span.word(at: index))) &* 0x0000_0100_0000_01b3
                index += 8
            }
            while index < span.count {
                hash = (hash ^ UInt64(span[index])) &* 0x0000_0100_0000_01b3
                index += 1
            }
            hash = (hash ^ UInt64(span.count)) &* 0x0000_0100_0000_01b3
            hash ^= hash >> 32
        }
        return String(hash, radix: 16)
    }

    /// Whether a stored list is as it was written; one without a checksum has as many rules as it says.
    static func isWhole(_ octets: [UInt8], _ description: ListDescription, body: Int) -> Bool {
        guard let line = octets[..<max(0, body - 2)].lastIndex(of: 0x0a) else { return false }
        let last = octets[(line + 1)..<max(line + 1, body - 2)]
        guard last.starts(with: (checksumKey + "\t").utf8) else {
            return last.starts(with: "preferred\t".utf8) && octets.last == 0x0a && octets[body...].reduce(0) { $0 + ($1 == 0x0a ? 1 : 0) } == description.rows
        }
        return last.dropFirst(checksumKey.utf8.count + 1).elementsEqual(checksum(octets[...line], octets[body...]).utf8)
    }

    /// A cell and the tabulator behind it. Control characters would be seen as the file's own.
    private static func append(_ text: String, to octets: inout [UInt8]) {
        let cell = text.utf8Span.span
        var isPlain = cell.count <= longestCell
        for index in cell.indices where cell[index] < 0x20 || cell[index] == 0x7f { isPlain = false }
        if isPlain {    // nearly every one
            octets += text.utf8
            octets.append(0x09)
            return
        }
        var count = 0
        for octet in text.utf8 {
            // Not in the middle of a character.
            if count >= longestCell, octet & 0xc0 != 0x80 { break }
            octets.append(octet < 0x20 || octet == 0x7f ? 0x20 : octet)
            count += 1
        }
        octets.append(0x09)
    }

    private static func head(_ description: ListDescription) -> [(String, String)] {
        let licence = (description.licence ?? "").unicodeScalars.map { $0.value < 0x20 ? " " : String($0) }.joined()
        return [
            ("name", description.name), ("kind", description.kind.rawValue), ("date", description.date ?? ""),
            ("own-date", description.isDateItsOwn ? "yes" : "no"), ("licence", String(licence.prefix(longestCell))),
            ("files", String(description.files)), ("rows", String(description.rows)), ("malformed", String(description.malformed)),
            ("skipped", String(description.skipped)), ("refused", String(description.refused)), ("sha256", description.sha256),
            ("preferred", description.isPreferred ? "yes" : "no"),
        ]
    }

    /// The head of a stored list, and where its rules begin; nil when it is none.
    static func head(of octets: [UInt8]) -> (description: ListDescription, body: Int)? {
        guard octets.starts(with: magic.utf8) else { return nil }
        var fields: [String: String] = [:], position = magic.utf8.count
        while position < octets.count, octets[position] != 0x0a {
            guard position < 16384, let end = octets[position...].firstIndex(of: 0x0a),
                let tab = octets[position..<end].firstIndex(of: 0x09)
            else { return nil }
            fields[octets[position..<tab].text] = octets[(tab + 1)..<end].text
            position = end + 1
        }
        guard position < octets.count, let name = fields["name"], name == ListDescription.cleaned(name), !name.isEmpty,
            let kind = fields["kind"].flatMap(ListKind.init(rawValue:))
        else { return nil }
        func text(_ key: String) -> String? { fields[key].flatMap { $0.isEmpty ? nil : $0 } }
        func number(_ key: String) -> Int { max(0, fields[key].flatMap { Int($0) } ?? 0) }
        var description = ListDescription(name: name, kind: kind)
        (description.date, description.isDateItsOwn, description.licence) = (text("date"), fields["own-date"] == "yes", text("licence"))
        (description.files, description.rows, description.malformed) = (number("files"), number("rows"), number("malformed"))
        (description.skipped, description.refused) = (number("skipped"), number("refused"))
        (description.sha256, description.isPreferred) = (fields["sha256"] ?? "", fields["preferred"] == "yes")
        return (description, position + 1)
    }

    /// A head as one text for an index, and back.
    static func note(_ description: ListDescription) -> String { head(description).map { "\($0.0)\t\($0.1)\n" }.joined() }
    static func description(note: String) -> ListDescription? { head(of: Array((magic + note + "\n").utf8))?.description }
}
