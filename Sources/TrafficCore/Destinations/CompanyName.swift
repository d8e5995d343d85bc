/// Names of companies as lists write them, compared with each other and with the catalogue's spelling.
enum CompanyName {
    /// A company as the catalogue spells it.
    struct Company: Hashable, Sendable {
        var owner: String
        var parent: String
    }

    /// Legal forms that stand behind a name and say nothing of whose it is.
    private static let forms: Set<String> = [
        "inc", "incorporated", "llc", "ltd", "limited", "corp", "corporation", "co", "company", "gmbh", "ag", "se", "kg", "sa", "sas",
        "sarl", "srl", "spa", "bv", "nv", "plc", "pte", "pty", "oy", "oyj", "ab", "as", "asa", "aps", "kk", "lp", "llp", "ooo", "pjsc",
    ]

    /// `name` in lower case, without punctuation and without the legal form at its end: "Google LLC", "google" → "google".
    static func key(_ name: String) -> String {
        let plain = name.lowercased().filter { $0 != "." && $0 != "'" && $0 != "’" }
        var words = plain.split { !($0.isLetter || $0.isNumber) }.map(String.init)
        while words.count > 1, let last = words.last, forms.contains(last) { words.removeLast() }
        return words.joined(separator: " ")
    }

    /// The keys under which a name may stand elsewhere: the whole, and the parts of "X (Twitter)" and "Square / Block".
    static func keys(_ name: String) -> Set<String> {
        let parts = name.split { $0 == "(" || $0 == ")" || $0 == "/" }
        return Set(([key(name)] + (parts.count > 1 ? parts.map { key(String($0)) } : [])).filter { !$0.isEmpty })
    }

    private struct Known: Sendable {
        var companies: [String: Company] = [:]
        /// Companies with so many rows that the beginning of a product's name is believed to mean them.
        var large: [String: Company] = [:]
    }

    /// The catalogue's companies by key. Made when the first name of a list is asked about; a few milliseconds.
    private static let known: Known = {
        var known = Known(), counts: [String: Int] = [:], parents: [String: Company] = [:]
        for line in DestinationCatalogue.builtInRows.utf8.split(separator: 0x0a) {
            let cells = line.split(separator: 0x09, maxSplits: 4, omittingEmptySubsequences: false)
            guard cells.count == 5 else { continue }
            let owner = String(Substring(cells[2])), parent = cells[3].isEmpty ? owner : String(Substring(cells[3]))
            counts[owner, default: 0] += 1
            guard counts[owner] == 1 else { continue }
            let key = CompanyName.key(owner)
            if known.companies[key] == nil { known.companies[key] = Company(owner: owner, parent: parent) }
            parents[CompanyName.key(parent)] = Company(owner: parent, parent: parent)
        }
        for company in known.companies.values.sorted(by: { $0.owner.precedes($1.owner) }) {
            for key in keys(company.owner) where known.companies[key] == nil { known.companies[key] = company }
        }
        known.large = known.companies.filter { counts[$0.value.owner, default: 0] >= 10 }
        known.companies.merge(parents) { owner, _ in owner }
        return known
    }()

    /// The catalogue's company of this name; nil when it has none.
    static func company(_ name: String) -> Company? { name.isEmpty ? nil : known.companies[key(name)] }

    /// The owner of a product: the company of that very name, else a large one whose name it begins with ("Google Firebase Analytics").
    static func ofProduct(_ name: String) -> String? {
        if let company = company(name) { return company.owner }
        var words = key(name).split(separator: " ")
        while words.count > 1 {
            words.removeLast()
            if let company = known.large[words.joined(separator: " ")] { return company.owner }
        }
        return nil
    }

    /// Owner and parent of a list in the catalogue's spelling where it knows them, so that first party can be told.
    static func spelled(owner: String, parent: String) -> Company {
        if let company = company(owner) { return company }
        if let above = company(parent) { return Company(owner: owner, parent: above.parent) }
        return Company(owner: owner, parent: parent.isEmpty ? owner : parent)
    }

    /// Whether two owners are one company: the same parent, or one is the other's. Letter case and legal forms aside.
    static func isSame(_ a: Company, _ b: Company) -> Bool {
        !keys(a.owner).union(keys(a.parent)).isDisjoint(with: keys(b.owner).union(keys(b.parent)))
    }
}
