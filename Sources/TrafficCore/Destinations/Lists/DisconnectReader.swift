/// Disconnect's `services.json` and `entities.json`, also with all octets in reverse (TrackerControl's asset).
struct DisconnectReader: ListReader {
    mutating func read(_ source: ListSource, _ form: ListForm, into rows: inout ListRows) {
        var source = source
        if Self.isReversed(source.octets) { source.octets.reverse() }
        Self.json(source, into: &rows) { (cursor, rows) throws(JSONError) in
            try cursor.object { (cursor, key) throws(JSONError) in
                switch key {
                case "categories":
                    try cursor.object { (cursor, category) throws(JSONError) in
                        try cursor.array { (cursor) throws(JSONError) in
                            try cursor.object { (cursor, name) throws(JSONError) in
                                try organization(name, category: category, &cursor, source.path, &rows)
                            }
                        }
                    }
                case "entities":
                    try cursor.object { (cursor, name) throws(JSONError) in
                        try cursor.object { (cursor, key) throws(JSONError) in
                            guard key == "properties" || key == "resources" else { return try cursor.skip() }
                            try domains(owner: name, category: nil, &cursor, source.path, &rows)
                        }
                    }
                default: try cursor.skip()
                }
            }
        }
    }

    /// `{homepageURL: [domain]}`; other members hold strings ("performance", "dnt") and say nothing of hosts.
    private func organization(
        _ name: String, category: String, _ cursor: inout JSONCursor, _ path: String, _ rows: inout ListRows
    ) throws(JSONError) {
        try cursor.object { (cursor, _) throws(JSONError) in
            guard try cursor.kind() == .array else { return try cursor.skip() }
            try domains(owner: name, category: category, &cursor, path, &rows)
        }
    }

    private func domains(
        owner: String, category: String?, _ cursor: inout JSONCursor, _ path: String, _ rows: inout ListRows
    ) throws(JSONError) {
        try cursor.array { (cursor) throws(JSONError) in
            let line = cursor.line
            guard let domain = try cursor.string() else { return rows.malformed(path, line: line, "a domain that is no string") }
            var row = ListRow(domain)
            row.owner = owner
            if let category { (row.category, row.label) = (ListCategories.category(.disconnect, [category]), category) }
            rows.add(row, path, line: line)
        }
    }

    /// A text that begins with the end of an object and ends with its beginning.
    static func isReversed(_ octets: [UInt8]) -> Bool {
        func isSpace(_ octet: UInt8) -> Bool { octet == 0x0a || TextLines.isBlank(octet) }
        return octets.first { !isSpace($0) } == 0x7d && octets.last { !isSpace($0) } == 0x7b
    }
}
