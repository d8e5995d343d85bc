/// DuckDuckGo's blocklists, `*-tds.json`: `trackers`, `entities`, `domains` and `cnames`. Whether a tracker is blocked by default is
/// no matter here: it is listed.
struct TrackerDataReader: ListReader {
    private var displayNames: [String: String] = [:]
    private var domains: [(domain: String, entity: String, path: String, line: Int)] = []
    private var aliases: [(host: String, target: String)] = []
    private typealias Purpose = (category: String, label: String)
    /// What trackers' categories come to, by how they are written: there are few combinations, and each is of many trackers.
    private var purposes: [String: Purpose] = [:]

    mutating func read(_ source: ListSource, _ form: ListForm, into rows: inout ListRows) {
        Self.json(source, into: &rows) { (cursor, rows) throws(JSONError) in
            try cursor.object { (cursor, key) throws(JSONError) in
                switch key {
                case "trackers":
                    try cursor.object { (cursor, domain) throws(JSONError) in try tracker(domain, &cursor, source.path, &rows) }
                case "entities":
                    try cursor.object { (cursor, name) throws(JSONError) in try entity(name, &cursor, source.path) }
                case "domains":
                    try cursor.object { (cursor, domain) throws(JSONError) in
                        let line = cursor.line
                        if let entity = try cursor.string() { domains.append((domain, entity, source.path, line)) }
                    }
                case "cnames":
                    try cursor.object { (cursor, host) throws(JSONError) in
                        if let target = try cursor.string() { aliases.append((host, target)) }
                    }
                default: try cursor.skip()
                }
            }
        }
    }

    private mutating func tracker(_ domain: String, _ cursor: inout JSONCursor, _ path: String, _ rows: inout ListRows) throws(JSONError) {
        var owner = OwnerMember(), purpose: Purpose = ("", "")
        let line = cursor.line
        let isObject = try cursor.object { (cursor, key) throws(JSONError) in
            switch key {
            case "owner": try owner.read(&cursor)
            case "categories": purpose = try self.purpose(&cursor)
            default: try cursor.skip()
            }
        }
        guard isObject else { return rows.malformed(path, line: line, "a tracker that is no object") }
        var row = ListRow(domain)
        owner.set(&row)
        (row.category, row.label) = purpose
        rows.add(row, path, line: line)
    }

    private mutating func purpose(_ cursor: inout JSONCursor) throws(JSONError) -> Purpose {
        let written = try cursor.skipped()
        if let known = purposes[written] { return known }
        var value = JSONCursor(Array(written.utf8))
        let labels = try value.strings()
        let made = (category: ListCategories.category(.trackerData, labels), label: labels.joined(separator: ", "))
        if purposes.count < 1024, written.utf8.count < 4096 { purposes[written] = made }
        return made
    }

    private mutating func entity(_ name: String, _ cursor: inout JSONCursor, _ path: String) throws(JSONError) {
        var displayName = "", listed: [String] = []
        let line = cursor.line
        try cursor.object { (cursor, key) throws(JSONError) in
            switch key {
            case "displayName": displayName = try cursor.string() ?? ""
            case "domains": listed = try cursor.strings()
            default: try cursor.skip()
            }
        }
        displayNames[name] = displayName
        domains += listed.map { ($0, name, path, line) }
    }

    mutating func finish(into rows: inout ListRows) {
        for (domain, entity, path, line) in domains {
            var row = ListRow(domain)
            (row.owner, row.ownerParent) = (displayNames[entity].flatMap { $0.isEmpty ? nil : $0 } ?? entity, entity)
            rows.add(row, path, line: line)
        }
        CloakedHosts.add(aliases, to: &rows)
    }
}
