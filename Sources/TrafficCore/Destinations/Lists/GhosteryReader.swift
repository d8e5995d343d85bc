/// Ghostery TrackerDB: the folder of `.eno` files (`db/patterns`, `db/organizations`), or its export `trackerdb.json`.
struct GhosteryReader: ListReader {
    private struct Organization {
        var name = ""
        var country = ""
    }
    private struct Pattern {
        var name = "", category = "", organization = "", path = ""
        /// Hosts and filters with the lines that they stand in.
        var domains: [(text: String, line: Int)] = [], filters: [(text: String, line: Int)] = []
    }
    private var organizations: [String: Organization] = [:]
    private var patterns: [Pattern] = []

    mutating func read(_ source: ListSource, _ form: ListForm, into rows: inout ListRows) {
        if form == .ghosteryExport {
            Self.json(source, into: &rows) { (cursor, rows) throws(JSONError) in
                try cursor.object { (cursor, key) throws(JSONError) in
                    switch key {
                    case "organizations": try cursor.object { (cursor, id) throws(JSONError) in try organization(id, &cursor) }
                    case "patterns": try cursor.object { (cursor, _) throws(JSONError) in try pattern(&cursor, source.path) }
                    default: try cursor.skip()
                    }
                }
            }
        } else {
            readEno(source, isOrganization: form == .ghosteryOrganization, &rows)
        }
    }

    private mutating func organization(_ id: String, _ cursor: inout JSONCursor) throws(JSONError) {
        var organization = Organization()
        try cursor.object { (cursor, key) throws(JSONError) in
            switch key {
            case "name": organization.name = try cursor.string() ?? ""
            case "country": organization.country = ListCountry.code(try cursor.string())
            default: try cursor.skip()
            }
        }
        organizations[id] = organization
    }

    private mutating func pattern(_ cursor: inout JSONCursor, _ path: String) throws(JSONError) {
        var pattern = Pattern()
        pattern.path = path
        try cursor.object { (cursor, key) throws(JSONError) in
            let line = cursor.line
            switch key {
            case "name": pattern.name = try cursor.string() ?? ""
            case "category": pattern.category = try cursor.string() ?? ""
            case "organization": pattern.organization = try cursor.string() ?? ""
            case "domains": pattern.domains = try cursor.strings().map { ($0, line) }
            case "filters": pattern.filters = try cursor.strings().map { ($0, line) }
            default: try cursor.skip()
            }
        }
        patterns.append(pattern)
    }

    /// Lines `field: value`, and blocks between two lines `--- name`.
    private mutating func readEno(_ source: ListSource, isOrganization: Bool, _ rows: inout ListRows) {
        var pattern = Pattern(), country = "", block: String?, opened = 0
        pattern.path = source.path
        for line in TextLines(source.octets) where !line.text.isEmpty {
            let text = line.text.text
            if text.hasPrefix("--") {
                let name = String(text.drop { $0 == "-" }).trimmed
                (block, opened) = (block == nil ? name : nil, line.number)
            } else if let block {
                if block == "domains" { pattern.domains.append((text, line.number)) }
                if block == "filters" { pattern.filters.append((text, line.number)) }
            } else if !text.hasPrefix("#"), let colon = text.firstIndex(of: ":") {
                let value = String(text[text.index(after: colon)...]).trimmed
                switch text[..<colon].lowercased() {
                case "name": pattern.name = value
                case "category": pattern.category = value
                case "organization": pattern.organization = value
                case "country": country = ListCountry.code(value)
                default: break
                }
            }
        }
        if let block { rows.malformed(source.path, line: opened, "the block \(ListRows.quoted(block)) has no end") }
        if isOrganization {
            organizations[source.stem] = Organization(name: pattern.name, country: country)
        } else {
            patterns.append(pattern)
        }
    }

    mutating func finish(into rows: inout ListRows) {
        for pattern in patterns {
            let owner = organizations[pattern.organization]
            var row = ListRow("")
            row.category = ListCategories.category(.ghostery, [pattern.category])
            row.label = pattern.name + (pattern.category.isEmpty ? "" : " (\(pattern.category))")
            if let owner, !owner.name.isEmpty {
                (row.owner, row.ownerCountry) = (owner.name, owner.country)
            } else {
                row.owner = CompanyName.ofProduct(pattern.name) ?? ""
            }
            for (domain, line) in pattern.domains {
                row.pattern = domain
                rows.add(row, pattern.path, line: line)
            }
            for (filter, line) in pattern.filters { FilterListReader.add(filter, like: row, pattern.path, line: line, &rows) }
        }
    }
}
