/// DuckDuckGo Tracker Radar: `domains/REGION/DOMAIN.json`, `entities/NAME.json`, `domain_map.json`, `entity_map.json` and
/// `categorized_trackers.csv`. A domain that several regions have counts once, as the first of them has it.
struct TrackerRadarReader: ListReader {
    /// Cloaked hosts and what they are an alias of.
    private var aliases: [(host: String, target: String)] = []

    mutating func read(_ source: ListSource, _ form: ListForm, into rows: inout ListRows) {
        switch form {
        case .radarEntity: Self.json(source, into: &rows) { (cursor, rows) throws(JSONError) in try entity(&cursor, source.path, &rows) }
        case .radarDomainMap:
            Self.json(source, into: &rows) { (cursor, rows) throws(JSONError) in try domainMap(&cursor, source.path, &rows) }
        case .radarEntityMap:
            Self.json(source, into: &rows) { (cursor, rows) throws(JSONError) in
                try cursor.object { (cursor, _) throws(JSONError) in try entity(&cursor, source.path, &rows) }
            }
        case .radarCategories: categories(source, &rows)
        default: Self.json(source, into: &rows) { (cursor, rows) throws(JSONError) in try domain(&cursor, source.path, &rows) }
        }
    }

    private mutating func domain(_ cursor: inout JSONCursor, _ path: String, _ rows: inout ListRows) throws(JSONError) {
        var name: String?, owner = OwnerMember(), labels: [String] = [], targets: [(String, String)] = []
        let line = cursor.line
        let isObject = try cursor.object { (cursor, key) throws(JSONError) in
            switch key {
            case "domain": name = try cursor.string()
            case "owner": try owner.read(&cursor)
            case "categories": labels = try cursor.strings()
            case "cnames":
                try cursor.array { (cursor) throws(JSONError) in
                    var original: String?, resolved: String?
                    try cursor.object { (cursor, key) throws(JSONError) in
                        switch key {
                        case "original": original = try cursor.string()
                        case "resolved": resolved = try cursor.string()
                        default: try cursor.skip()
                        }
                    }
                    if let original, let resolved { targets.append((original, resolved)) }
                }
            default: try cursor.skip()
            }
        }
        guard isObject, let name else { return rows.malformed(path, line: line, "no \"domain\"") }
        var row = ListRow(name)
        owner.set(&row)
        row.category = ListCategories.category(.trackerRadar, labels)
        row.label = labels.joined(separator: ", ")
        rows.add(row, path, line: line)
        aliases += targets.map { (host: $0.0, target: $0.1) }
    }

    /// `{name, displayName, properties[domain]}`
    private func entity(_ cursor: inout JSONCursor, _ path: String, _ rows: inout ListRows) throws(JSONError) {
        var owner = OwnerMember(), domains: [String] = []
        let line = cursor.line
        let isObject = try cursor.object { (cursor, key) throws(JSONError) in
            switch key {
            case "name", "displayName": try owner.read(key, &cursor)
            case "properties": domains = try cursor.strings()
            default: try cursor.skip()
            }
        }
        guard isObject else { return rows.malformed(path, line: line, "an entity that is no object") }
        for domain in domains {
            var row = ListRow(domain)
            owner.set(&row)
            rows.add(row, path, line: line)
        }
    }

    /// `{domain: {entityName, displayName, aliases[]}}`
    private func domainMap(_ cursor: inout JSONCursor, _ path: String, _ rows: inout ListRows) throws(JSONError) {
        try cursor.object { (cursor, domain) throws(JSONError) in
            var owner = OwnerMember()
            let line = cursor.line
            let isObject = try cursor.object { (cursor, key) throws(JSONError) in
                switch key {
                case "entityName": try owner.read("name", &cursor)
                case "displayName": try owner.read(key, &cursor)
                default: try cursor.skip()
                }
            }
            guard isObject else { return rows.malformed(path, line: line, "a domain that is no object") }
            var row = ListRow(domain)
            owner.set(&row)
            rows.add(row, path, line: line)
        }
    }

    /// `domain,Ad Motivated Tracking,Advertising,…`; a cell `1` means yes.
    private func categories(_ source: ListSource, _ rows: inout ListRows) {
        var names: [String]?
        for line in TextLines(source.octets) where !line.text.isEmpty {
            let cells = line.text.split(separator: 0x2c, omittingEmptySubsequences: false).map { $0.text.trimmed }
            guard let known = names else {
                names = cells
                continue
            }
            guard cells.count <= known.count, let domain = cells.first else {
                rows.malformed(source.path, line: line.number, "more cells than columns")
                continue
            }
            let labels = zip(known, cells).dropFirst().filter { $0.1 == "1" }.map(\.0)
            var row = ListRow(domain)
            (row.category, row.label) = (ListCategories.category(.trackerRadar, labels), labels.joined(separator: ", "))
            rows.add(row, source.path, line: line.number)
        }
    }

    mutating func finish(into rows: inout ListRows) { CloakedHosts.add(aliases, to: &rows) }
}

/// A company as DuckDuckGo's files name it: `name` is its legal name, `displayName` how it is known.
struct OwnerMember {
    private var name = "", displayName = ""

    /// Reads an object `owner`.
    mutating func read(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.object { (cursor, key) throws(JSONError) in try read(key, &cursor) }
    }

    /// Reads one member of such an object.
    mutating func read(_ key: String, _ cursor: inout JSONCursor) throws(JSONError) {
        switch key {
        case "name": name = try cursor.string() ?? ""
        case "displayName": displayName = try cursor.string() ?? ""
        default: try cursor.skip()
        }
    }

    func set(_ row: inout ListRow) {
        row.owner = displayName.isEmpty ? name : displayName
        row.ownerParent = name
    }
}

/// Hosts that a list says are other names (CNAMEs) for a tracker's: each belongs to the owner of what it leads to.
enum CloakedHosts {
    static func add(_ aliases: [(host: String, target: String)], to rows: inout ListRows) {
        for (host, target) in aliases {
            guard var row = rows.suffixRow(covering: target) else { continue }
            row.pattern = host
            row.match = .full
            row.label = "CNAME of " + target
            // One that is no host name is no loss: the list says the same of its target.
            if case .name = ListHost(host) { rows.add(row, "", line: nil) }
        }
    }
}

extension String {
    /// Without blanks and quotes at both ends.
    var trimmed: String {
        func isBlank(_ octet: UInt8) -> Bool { octet == 0x20 || octet == 0x22 || octet == 0x09 || octet == 0x0d }
        guard let first = utf8.first, let last = utf8.last, isBlank(first) || isBlank(last) else { return self }
        var text = utf8[...]
        while let last = text.last, isBlank(last) { text.removeLast() }
        while let first = text.first, isBlank(first) { text.removeFirst() }
        return String(Substring(text))
    }
}
