/// One rule of an imported list, brought to the form that all lists have here.
struct ListRow: Hashable, Sendable {
    enum Match: UInt8, Sendable {
        /// The name and every name below it.
        case suffix = 0x73      // s
        /// This name alone.
        case full = 0x66        // f
        /// Names with as many labels, whose first label fits a pattern with `*`.
        case glob = 0x67        // g
        /// Names that hold this text.
        case keyword = 0x6b     // k
        /// The name and every name below it are none of the list's, whatever its other rules say.
        case exception = 0x78   // x
    }
    /// A host name in lower case and punycode, a glob, or the text of a keyword.
    var pattern: String
    var match: Match
    /// "" where the list does not say, as in all that follow.
    var owner = ""
    var ownerParent = ""
    /// ISO 3166-1 alpha-2.
    var ownerCountry = ""
    /// A category of `data/destinations.tsv`.
    var category = ""
    /// The list's own words, where they say more than the category: its category, the product.
    var label = ""
    var isShared = false

    init(_ pattern: String, _ match: Match = .suffix) { (self.pattern, self.match) = (pattern, match) }

    /// The rule as reports show it.
    static func text(_ pattern: String, _ match: Match) -> String {
        switch match {
        case .suffix, .glob: pattern
        case .full: "full:" + pattern
        case .keyword: "keyword:" + pattern
        case .exception: "not:" + pattern
        }
    }
}

/// The rows of one list as they are gathered from its files. A rule that comes again adds what it says and the first did not.
struct ListRows {
    private(set) var rows: [ListRow] = []
    private var places: [Key: Int] = [:]
    /// The first faults, "FILE: line N: …".
    private(set) var problems: [String] = []
    /// Lines or entries that are not what their format says.
    private(set) var malformed = 0
    /// Rules that are sound but not about hosts alone: paths, conditions, cosmetic rules.
    private(set) var skipped = 0
    /// Rules that are not taken over: patterns that cannot be had without guessing, public suffixes, too many keywords.
    private(set) var refused = 0
    private var keywords = 0, globs = 0, signatures = 0
    /// What the list says of itself.
    var date: String?
    var licence: String?
    var title: String?
    /// Category of rows without one, for lists that are of one kind throughout.
    var commonCategory = ""

    /// A list beyond this many rules is none.
    static let limit = 2_000_000
    /// Each keyword is looked for in every name, and each glob in every name below its parent.
    static let keywordLimit = 1024, globLimit = 1024
    /// Regular expressions that are translated.
    static let signatureLimit = 20_000
    /// Faults told one by one.
    static let problemLimit = 20

    private struct Key: Hashable {
        var pattern: String
        var match: ListRow.Match
    }

    var isEmpty: Bool { rows.isEmpty }

    /// Makes room for the rules of a file, so that the table does not grow step by step.
    mutating func expect(_ rules: Int) {
        let count = min(Self.limit, rows.count + rules)
        rows.reserveCapacity(count)
        places.reserveCapacity(count)
    }

    /// Tells a line or an entry that is not what it should be; it is left out.
    mutating func malformed(_ path: String, line: Int?, _ problem: String) {
        malformed += 1
        if problems.count < Self.problemLimit {
            problems.append(path + (line.map { ": line \($0)" } ?? "") + ": " + problem)
        }
    }

    mutating func skip() { skipped += 1 }
    mutating func refuse() { refused += 1 }

    /// Takes `row` when its pattern, as the list writes it, is a host name (or a glob, or a keyword).
    mutating func add(_ row: consuming ListRow, _ path: String, line: Int?) {
        switch row.match {
        case .keyword:
            guard keywords < Self.keywordLimit, let keyword = ListHost.keyword(row.pattern) else { return refuse() }
            row.pattern = keyword
        case .glob:
            guard let pattern = ListHost.glob(row.pattern) else {
                let pattern = Self.quoted(row.pattern)
                return malformed(path, line: line, "\(pattern) is no pattern of a host: a * in its first label, and two more labels")
            }
            guard globs < Self.globLimit else { return refuse() }
            row.pattern = pattern
        case .suffix, .full, .exception:
            switch ListHost(row.pattern) {
            case .name(let name): row.pattern = name
            case .address: return skip()
            case .publicSuffix:
                if row.match == .suffix { return refuse() }
                return
            case .malformed: return malformed(path, line: line, "\(Self.quoted(row.pattern)) is no host name")
            }
        }
        insert(row)
    }

    /// Takes the hosts that a regular expression means, each like `row`.
    mutating func add(signature: String, like row: ListRow, _ path: String, line: Int?) {
        signatures += 1
        guard signatures <= Self.signatureLimit else { return refuse() }
        let (hosts, refused) = SignaturePattern.hosts(signature)
        self.refused += refused
        var row = row
        for host in hosts {
            (row.pattern, row.match) = (host.pattern, host.match)
            add(row, path, line: line)
        }
    }

    private mutating func insert(_ row: consuming ListRow) {
        let key = Key(pattern: row.pattern, match: row.match)
        if let place = places[key] {
            if rows[place].owner.isEmpty {
                (rows[place].owner, rows[place].ownerParent) = (row.owner, row.ownerParent)
                rows[place].ownerCountry = row.ownerCountry
            }
            if ListCategories.rank(row.category) < ListCategories.rank(rows[place].category) {
                (rows[place].category, rows[place].label) = (row.category, row.label)
            } else if rows[place].label.isEmpty {
                rows[place].label = row.label
            }
            return
        }
        guard rows.count < Self.limit else { return refuse() }
        if row.match == .keyword { keywords += 1 }
        if row.match == .glob { globs += 1 }
        places[key] = rows.count
        rows.append(row)
    }

    /// The row for exactly this name and what lies below, else of the nearest name above it; nil when there is none.
    func suffixRow(covering host: String) -> ListRow? {
        guard case .name(let name) = ListHost(host) else { return nil }
        var rest = name[...]
        while true {
            if let place = places[Key(pattern: String(rest), match: .suffix)] { return rows[place] }
            guard let dot = rest.firstIndex(of: ".") else { return nil }
            rest = rest[rest.index(after: dot)...]
        }
    }

    /// A piece of a file for a message: short, in quotes.
    static func quoted(_ text: String) -> String { "\"" + (text.utf8.count > 80 ? String(text.prefix(60)) + "…" : text) + "\"" }
}

/// A host as a list writes it.
enum ListHost {
    case name(String), address, publicSuffix, malformed

    /// Reads `text`: letter case, a dot or `*.` before it and a dot behind it aside; names of other scripts are brought to punycode.
    init(_ text: String) {
        var text = text
        if text.hasPrefix("*.") { text.removeFirst(2) } else if text.hasPrefix(".") { text.removeFirst() }
        if !text.utf8Span.isKnownASCII, !text.utf8.allSatisfy({ $0 < 0x80 }) {
            guard let ascii = InternationalName.ascii(text) else {
                self = .malformed
                return
            }
            text = ascii
        }
        guard let name = HostName.canonical(text) else {
            self = IPAddress(text) != nil ? .address : .malformed
            return
        }
        let dots = name.utf8.reduce(0) { $0 + ($1 == 0x2e ? 1 : 0) }
        // "com", "co.uk": a rule for everybody below says nothing of who it is. github.io is somebody's.
        self = dots == 0 || dots <= 3 && PublicSuffixLibrary.isRegistrySuffix(name) ? .publicSuffix : .name(name)
    }

    /// A pattern with `*` in its first label alone, above two more labels; nil when it is none. The first label is ASCII, since a part of
    /// a name of another script has no punycode; and the whole is no longer than a name can be.
    static func glob(_ text: String) -> String? {
        let text = text.lowercased()
        guard let dot = text.utf8.firstIndex(of: 0x2e) else { return nil }
        let first = text[..<dot], parent = String(text[text.index(after: dot)...])
        guard first.utf8.contains(0x2a), first.utf8.count <= HostName.longestLabel, first.utf8.contains(where: { $0 != 0x2a }),
            first.utf8.allSatisfy({ $0 < 0x80 }), HostName.canonical(first.split(separator: "*").joined() + ".x") != nil,
            case .name(let name) = ListHost(parent), first.utf8.count + 1 + name.utf8.count <= HostName.longest
        else { return nil }
        return first + "." + name
    }

    /// A text that can stand in a host name, at least four octets of it: shorter ones are in every other name.
    static func keyword(_ text: String) -> String? {
        let text = text.lowercased()
        let isFine = (4...HostName.longest).contains(text.utf8.count) && text.utf8.allSatisfy { octet in
            switch octet {
            case 0x2d, 0x2e, 0x5f, 0x30...0x39, 0x61...0x7a: true
            default: false
            }
        }
        return isFine ? text : nil
    }
}
