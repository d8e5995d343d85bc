/// The X-Ray project's list: an array of companies with their domains and parents.
struct XRayReader: ListReader {
    mutating func read(_ source: ListSource, _ form: ListForm, into rows: inout ListRows) {
        Self.json(source, into: &rows) { (cursor, rows) throws(JSONError) in
            try cursor.array { (cursor) throws(JSONError) in
                var row = ListRow(""), domains: [String] = [], parent = "", root = ""
                let line = cursor.line
                let isObject = try cursor.object { (cursor, key) throws(JSONError) in
                    switch key {
                    case "owner_name": row.owner = try cursor.string() ?? ""
                    case "parent": parent = try cursor.string() ?? ""
                    case "root_parent": root = try cursor.string() ?? ""
                    case "country": row.ownerCountry = ListCountry.code(try cursor.string())
                    case "doms": domains = try cursor.strings()
                    default: try cursor.skip()
                    }
                }
                guard isObject, !row.owner.isEmpty else { return rows.malformed(source.path, line: line, "a company without owner_name") }
                row.ownerParent = root.isEmpty ? parent : root
                for domain in domains {
                    row.pattern = domain
                    rows.add(row, source.path, line: line)
                }
            }
        }
    }
}
