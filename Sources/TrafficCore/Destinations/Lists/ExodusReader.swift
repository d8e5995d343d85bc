/// Exodus Privacy's trackers: `network_signature` is a regular expression over hosts, which is translated or refused, never run.
/// `name` is a product, not a company: the owner is what the catalogue knows by the beginning of that name.
struct ExodusReader: ListReader {
    mutating func read(_ source: ListSource, _ form: ListForm, into rows: inout ListRows) {
        Self.json(source, into: &rows) { (cursor, rows) throws(JSONError) in
            try cursor.object { (cursor, key) throws(JSONError) in
                guard key == "trackers" else { return try cursor.skip() }
                if try cursor.kind() == .array {
                    try cursor.array { (cursor) throws(JSONError) in try tracker(&cursor, source.path, &rows) }
                } else {
                    try cursor.object { (cursor, _) throws(JSONError) in try tracker(&cursor, source.path, &rows) }
                }
            }
        }
    }

    private func tracker(_ cursor: inout JSONCursor, _ path: String, _ rows: inout ListRows) throws(JSONError) {
        var name = "", signature = "", labels: [String] = [], line = cursor.line
        let isObject = try cursor.object { (cursor, key) throws(JSONError) in
            switch key {
            case "name": name = try cursor.string() ?? ""
            case "network_signature":
                line = cursor.line
                signature = try cursor.string() ?? ""
            case "categories": labels = try cursor.strings()
            default: try cursor.skip()
            }
        }
        guard isObject else { return rows.malformed(path, line: line, "a tracker that is no object") }
        guard !signature.isEmpty else { return }
        var row = ListRow("")
        row.category = ListCategories.category(.exodus, labels)
        row.label = name + (labels.isEmpty ? "" : " (\(labels.joined(separator: ", ")))")
        row.owner = CompanyName.ofProduct(name) ?? ""
        rows.add(signature: signature, like: row, path, line: line)
    }
}
