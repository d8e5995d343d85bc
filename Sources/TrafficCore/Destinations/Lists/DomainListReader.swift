/// v2fly's domain-list-community: the folder `data`, whose files are named for the owners of the domains in them. A file that another
/// includes is a part of that one's company; collections (`category-…`, `geolocation-…`) own nothing.
struct DomainListReader: ListReader {
    private struct Rule {
        var row: ListRow
        /// The pattern is a regular expression.
        var isSignature = false
        var path: String
        var line: Int
    }
    private var rules: [String: [Rule]] = [:]
    /// Which owners' files include a file.
    private var parents: [String: Set<String>] = [:]

    mutating func read(_ source: ListSource, _ form: ListForm, into rows: inout ListRows) {
        let name = source.name.lowercased()
        let (owner, category) = Self.meaning(of: name)
        var own: [Rule] = []
        for line in TextLines(source.octets) {
            let words = line.text.prefix { $0 != 0x23 }.split(whereSeparator: TextLines.isBlank).map(\.text)
            guard let rule = words.first else { continue }
            let (kind, value) = Self.parts(rule)
            if kind == "include" {
                if let owner, let included = Self.meaning(of: value.lowercased()).owner, included != owner {
                    parents[included, default: []].insert(owner)
                }
                continue
            }
            var row = ListRow(value)
            row.owner = owner ?? ""
            row.category = words.dropFirst().contains("@ads") ? "advertising" : category
            if owner == nil { row.label = name }
            if owner == nil, row.category.isEmpty {     // "cn", "geolocation-!cn": where a site is used, not whose it is
                rows.skip()
                continue
            }
            switch kind {
            case "", "domain": row.match = .suffix
            case "full": row.match = .full
            case "keyword": row.match = .keyword
            case "regexp":
                own.append(Rule(row: row, isSignature: true, path: source.path, line: line.number))
                continue
            default:
                rows.malformed(
                    source.path, line: line.number, "\(ListRows.quoted(kind)) is no kind of rule: domain, full, keyword, regexp, include")
                continue
            }
            own.append(Rule(row: row, path: source.path, line: line.number))
        }
        rules[name, default: []] += own
    }

    mutating func finish(into rows: inout ListRows) {
        // The owners' own files first, so that a collection's copy of a rule takes nothing from them.
        let names = rules.keys.sorted { ($0.hasPrefix("category-") ? 1 : 0, $0) < ($1.hasPrefix("category-") ? 1 : 0, $1) }
        for name in names {
            for rule in rules[name] ?? [] {
                var row = rule.row
                if !row.owner.isEmpty { row.ownerParent = root(of: row.owner) }
                if rule.isSignature {
                    rows.add(signature: row.pattern, like: row, rule.path, line: rule.line)
                } else {
                    rows.add(row, rule.path, line: rule.line)
                }
            }
        }
    }

    /// The company at the top: as long as exactly one other includes it.
    private func root(of owner: String) -> String {
        var root = owner
        for _ in 0..<8 {
            guard let above = parents[root], above.count == 1, let next = above.first, next != owner else { break }
            root = next
        }
        return root
    }

    private static func parts(_ rule: String) -> (kind: String, value: String) {
        guard let colon = rule.firstIndex(of: ":") else { return ("", rule) }
        return (String(rule[..<colon]).lowercased(), String(rule[rule.index(after: colon)...]))
    }

    /// Whose file it is, by its name, and what all of it is for; no owner for a collection.
    private static func meaning(of name: String) -> (owner: String?, category: String) {
        if name.hasPrefix("category-") {
            let topic = name.dropFirst("category-".count)
            let topics = [("ads", "advertising"), ("cdn", "content-cdn"), ("doh", "dns-resolver")]
            return (nil, topics.first { topic.hasPrefix($0.0) }?.1 ?? "")
        }
        let others: Set = ["cn", "private", "win-spy", "win-update", "win-extra"]
        if name.hasPrefix("geolocation-") || name.hasPrefix("tld-") || others.contains(name) {
            return (nil, "")
        }
        if name.hasSuffix("-ads") || name.hasSuffix("-ad") {
            return (String(name[..<(name.lastIndex(of: "-") ?? name.endIndex)]), "advertising")
        }
        return (name, "")
    }
}
