/// What one source says of a name: the compiled-in catalogue, a study's list, or a list that the user imported.
public struct ListAnswer: Hashable, Sendable {
    /// Name of the list; "trafficscope" for the catalogue.
    public var list: String
    /// Day of the list, such as "2026-07-21"; nil for the catalogue and where nothing tells it.
    public var date: String?
    public var licence: String?
    /// The rule that has the name: "tiktokv.com" with all below, "log*.tiktokv.com", "full:host", "keyword:text".
    public var rule: String
    public var owner: String?
    public var ownerParent: String?
    /// Seat of the owner, ISO 3166-1 alpha-2.
    public var ownerCountry: String?
    /// A category of `data/destinations.tsv`.
    public var category: String?
    /// The list's own words, where they say more.
    public var label: String?
    public var isShared = false
    /// Sources that take what they say from the same work are one witness.
    var witness: String
    /// How sure the catalogue is, and of whom it has it; nil for lists.
    var confidence: String?
    var sources: String
    /// Believed before what the app's own domains say.
    var isBeforeOwnDomains = true

    /// An imported list's answer out of the rules that have the name, the nearest first. Owner and category are each of the nearest
    /// rule that has one.
    init(_ list: ListDescription, _ rows: [ListRow]) {
        (self.list, date, licence, witness, sources) = (list.name, list.date, list.licence, list.kind.witness, list.name)
        rule = rows.first.map { ListRow.text($0.pattern, $0.match) } ?? ""
        isBeforeOwnDomains = list.isPreferred
        if let named = rows.first(where: { !$0.owner.isEmpty }) {
            let company = CompanyName.spelled(owner: named.owner, parent: named.ownerParent)
            (owner, ownerParent) = (company.owner, company.parent)
            ownerCountry = named.ownerCountry.isEmpty ? nil : named.ownerCountry
            isShared = named.isShared
        }
        category = rows.first { !$0.category.isEmpty }?.category
        label = rows.first { !$0.label.isEmpty }?.label
    }

    /// The catalogue's answer, or that of a study's list.
    init(_ row: DestinationRow, list: String) {
        (self.list, rule, owner, ownerParent) = (list, row.rule, row.owner, row.ownerParent)
        (ownerCountry, category) = (row.ownerCountry.isEmpty ? nil : row.ownerCountry, row.category.isEmpty ? nil : row.category)
        (isShared, confidence, sources, witness) = (row.isShared, row.confidence, row.sources, list)
    }

    /// The owner as names are compared.
    var company: CompanyName.Company? { owner.map { CompanyName.Company(owner: $0, parent: ownerParent ?? $0) } }
}

/// What all sources together say of a name: owner and category are each of the first source that has one.
public struct DestinationFacts: Hashable, Sendable {
    public var owner: String?
    public var ownerParent: String?
    public var ownerCountry: String?
    public var category: String?
    public var isShared = false
    public var confidence: String?
    /// Who names the owner, comma-separated; `category:NAME` only supports the category.
    public var sources: String?
    public var rule: String?
    /// The owner is of a source that is believed before the app's own domains.
    var isOwnerBeforeOwnDomains = false

    /// Facts of a row alone.
    init(_ row: DestinationRow) { self.init(first: ListAnswer(row, list: "")) }

    private init(first answer: ListAnswer) {
        (owner, ownerParent, ownerCountry, category) = (answer.owner, answer.ownerParent, answer.ownerCountry, answer.category)
        (isShared, confidence, sources, rule) = (answer.isShared, answer.confidence, answer.sources, answer.rule)
        isOwnerBeforeOwnDomains = answer.isBeforeOwnDomains
    }

    /// - Parameter answers: in the order in which they are believed; nil when there is none.
    init?(_ answers: [ListAnswer]) {
        guard let named = answers.first(where: { $0.owner != nil }) ?? answers.first else { return nil }
        self.init(first: named)
        if let filed = answers.first(where: { $0.category != nil }) {
            category = filed.category
            if filed.list != named.list { sources = (named.owner == nil ? "" : named.sources + ",") + "category:" + filed.list }
        }
        let company = named.company
        let agreeing = answers.filter { answer in
            guard let company, let other = answer.company else { return false }
            return CompanyName.isSame(company, other)
        }
        if ownerCountry == nil { ownerCountry = agreeing.first { $0.ownerCountry != nil }?.ownerCountry }
        guard named.confidence == nil else { return }
        // As docs/data.md has it for the catalogue's rows: two independent sources for the owner, and support for the category.
        let others = agreeing.filter { $0.list != named.list }
        if !others.isEmpty {
            let support = sources?.split(separator: ",").dropFirst().map(String.init) ?? []
            sources = ([named.sources] + others.map(\.list) + support).joined(separator: ",")
        }
        let witnesses = Set(agreeing.map(\.witness))
        let filing = Set(answers.filter { $0.category != nil && $0.category == category }.map(\.witness))
        confidence = witnesses.count < 2 ? "low" : filing.count < 2 ? "medium" : "high"
    }
}

extension DestinationCatalogue {
    /// What every source says of `name`, in the order in which they are believed: a study's own list, imported lists that are
    /// preferred, the compiled-in catalogue, the other imported lists (docs/data.md).
    public func answers(for name: String) -> [ListAnswer] {
        guard let canonical = HostName.canonical(name) else { return [] }
        let own = index.find(canonical).flatMap { offset in
            index.row(at: offset).map { row in
                let isStudys = offset < studyOctets
                return (answer: ListAnswer(row, list: isStudys ? "study" : "trafficscope"), isStudys: isStudys)
            }
        }
        guard !lists.isEmpty else { return own.map { [$0.answer] } ?? [] }
        let listed = lists.answers(for: canonical)
        let preferred = listed.filter(\.isBeforeOwnDomains), others = listed.filter { !$0.isBeforeOwnDomains }
        guard let own else { return preferred + others }
        return own.isStudys ? [own.answer] + preferred + others : preferred + [own.answer] + others
    }

    /// What is known of `name`; nil when no source has it.
    func facts(for name: String) -> DestinationFacts? {
        if !lists.hasPreferred {
            // The catalogue's rows have owner and category: nothing behind it is asked.
            if let row = row(for: name), !row.category.isEmpty { return DestinationFacts(row) }
            if lists.isEmpty { return row(for: name).map(DestinationFacts.init) }
        }
        return DestinationFacts(answers(for: name))
    }

    /// Whether two sources that name an owner of `name` name different companies. Letter case, legal forms ("Inc.") and subsidiaries of
    /// one parent aside.
    static func areInConflict(_ answers: [ListAnswer]) -> Bool {
        let companies = answers.compactMap(\.company)
        return companies.indices.contains { index in
            companies[..<index].contains { !CompanyName.isSame($0, companies[index]) }
        }
    }
}
