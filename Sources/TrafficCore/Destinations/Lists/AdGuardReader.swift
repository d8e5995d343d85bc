/// AdGuard's companiesdb: `trackers.json` with `companies.json`, or `trackers.csv`.
struct AdGuardReader: ListReader {
    private var categories: [String: String] = [:]
    private var companies: [String: String] = [:]
    private var trackers: [String: (name: String, category: String, company: String)] = [:]
    private var domains: [(domain: String, tracker: String, category: String?, path: String, line: Int)] = []

    /// Their numbers where the file with the names is not there (`trackers.csv` alone).
    private static let knownCategories = [
        "0": "audio_video_player", "1": "comments", "2": "customer_interaction", "3": "pornvertising", "4": "advertising", "5": "essential",
        "6": "site_analytics", "7": "social_media", "8": "misc", "9": "cdn", "10": "hosting", "11": "unknown", "12": "extensions",
        "13": "email", "14": "consent", "15": "telemetry", "101": "mobile_analytics",
    ]

    mutating func read(_ source: ListSource, _ form: ListForm, into rows: inout ListRows) {
        if form == .adguardDomains { return readTable(source, &rows) }
        Self.json(source, into: &rows) { (cursor, rows) throws(JSONError) in
            try cursor.object { (cursor, key) throws(JSONError) in
                switch key {
                case "timeUpdated": rows.date = try cursor.string().flatMap(ListDate.day) ?? rows.date
                case "categories":
                    try cursor.object { (cursor, id) throws(JSONError) in
                        if let name = try cursor.string() { categories[id] = name }
                    }
                case "companies":
                    try cursor.object { (cursor, id) throws(JSONError) in
                        try cursor.object { (cursor, key) throws(JSONError) in
                            if key == "name" { companies[id] = try cursor.string() } else { try cursor.skip() }
                        }
                    }
                case "trackers": try cursor.object { (cursor, id) throws(JSONError) in try tracker(id, &cursor) }
                case "trackerDomains":
                    try cursor.object { (cursor, domain) throws(JSONError) in
                        let line = cursor.line
                        guard let tracker = try cursor.string() else {
                            return rows.malformed(source.path, line: line, "a domain without a tracker")
                        }
                        domains.append((domain, tracker, nil, source.path, line))
                    }
                default: try cursor.skip()
                }
            }
        }
    }

    private mutating func tracker(_ id: String, _ cursor: inout JSONCursor) throws(JSONError) {
        var name = "", category = "", company = ""
        try cursor.object { (cursor, key) throws(JSONError) in
            switch key {
            case "name": name = try cursor.string() ?? ""
            case "categoryId": category = try cursor.scalar() ?? ""
            case "companyId": company = try cursor.string() ?? ""
            default: try cursor.skip()
            }
        }
        trackers[id] = (name, category, company)
    }

    /// `domain;tracker_id;category_id`
    private mutating func readTable(_ source: ListSource, _ rows: inout ListRows) {
        for line in TextLines(source.octets) where !line.text.isEmpty {
            let cells = line.text.split(separator: 0x3b, omittingEmptySubsequences: false).map { $0.text.trimmed }
            if cells.first == "domain" { continue }
            guard cells.count == 3 else {
                rows.malformed(source.path, line: line.number, "not domain;tracker_id;category_id")
                continue
            }
            domains.append((cells[0], cells[1], cells[2], source.path, line.number))
        }
    }

    mutating func finish(into rows: inout ListRows) {
        for (domain, id, given, path, line) in domains {
            let tracker = trackers[id], number = given ?? tracker?.category ?? ""
            let category = categories[number] ?? Self.knownCategories[number] ?? ""
            var row = ListRow(domain)
            row.category = ListCategories.category(.adguard, [category])
            row.label = (tracker?.name ?? id) + (category.isEmpty ? "" : " (\(category))")
            row.owner = tracker.flatMap { companies[$0.company] } ?? CompanyName.ofProduct(tracker?.name ?? id) ?? ""
            rows.add(row, path, line: line)
        }
    }
}
