// Where the fuzzer of destination lists comes in.

extension FuzzEntry {
    /// A file of a destination list. The first octet says what it is taken for: one of the forms, or what its content tells. What was
    /// read is stored, read back and asked. Traps on purpose where that fails: only the fuzzer and its test call it.
    public static func lists(_ octets: [UInt8]) {
        guard let first = octets.first else { return }
        let kinds = ListKind.allCases
        let source = ListSource(path: "data/f", octets: Array(octets.dropFirst()))
        let form: ListForm
        if Int(first) % 16 < kinds.count {
            form = ListDetection.form(of: source, as: kinds[Int(first) % 16])
        } else if case .form(let found) = ListDetection.form(of: source) {
            form = found
        } else {
            return
        }
        var rows = ListRows(), reader = form.kind.reader
        reader.read(source, form, into: &rows)
        reader.finish(into: &rows)
        precondition(rows.problems.count <= min(rows.malformed, ListRows.problemLimit), "problems beyond the limit")
        for row in rows.rows where row.match != .keyword && row.match != .glob {
            precondition(HostName.canonical(row.pattern) == row.pattern, "a rule for no host")
        }
        var description = ListDescription(name: "f", kind: form.kind)
        (description.date, description.licence, description.rows) = (rows.date, rows.licence, rows.rows.count)
        let stored = StoredList.octets(description, rows.rows, commonCategory: rows.commonCategory)
        // Stops on purpose: the octets were written by us a line above. Only the fuzzer and its test call this.
        guard let (again, body) = StoredList.head(of: stored) else { preconditionFailure("a list that cannot be read back") }
        precondition(again.rows == rows.rows.count && again.kind == form.kind)
        var harmed: [String] = []
        let words = ListIndex.pack([ListIndex.Part(description: again, octets: stored, body: body)], key: 7) { problems in
            harmed = problems
            return ""
        }
        precondition(harmed.isEmpty, "a rule was stored that is none")
        // On purpose, as above.
        guard let index = ListIndex(words: GeoWords(words), key: 7) else { preconditionFailure("an index that cannot be read back") }
        for row in rows.rows.prefix(50) {
            let name = row.match == .glob ? row.pattern.replacing("*", with: "") : row.pattern
            guard HostName.canonical(name) == name else { continue }
            let isFound = index.hits(name).contains { $0.row.pattern == row.pattern && $0.row.match == row.match }
            precondition(isFound, "a rule that is not found")
            // Labels are compared whole.
            let isLookAlike = index.hits("x" + name).contains { $0.row.pattern == name && $0.row.match == row.match }
            precondition(!isLookAlike || row.match == .keyword, "a look-alike")
        }
    }
}
