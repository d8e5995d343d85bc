/// What is known of one host name or address (`lookup`, DESIGN.md §6); nil where nothing is.
public struct LookupAnswer: Hashable, Sendable {
    public var query: String
    public var registrableDomain: String?
    public var owner: String?
    public var ownerParent: String?
    /// Seat of the owner, ISO 3166-1 alpha-2.
    public var ownerCountry: String?
    public var category: String?
    /// Who names the owner, comma-separated.
    public var source: String?
    public var confidence: String?
    /// Country of the network, for an address; ISO 3166-1 alpha-2.
    public var country: String?
    /// Who announces the address.
    public var system: AutonomousSystem?
    /// Why the country says little of where data go.
    public var placeNote: PlaceNote?
    public var matchedRule: String?
    public var isShared = false
    /// The name that was looked up, where it is not the query itself: punycode, lower case, without trailing dot.
    public var name: String?
    /// What every source says, in the order in which they are believed.
    public var sources: [ListAnswer] = []
    /// Two sources name different companies.
    public var isInConflict = false
    /// Why nothing was looked up, or what is special about the name; nil where nothing is.
    public var note: String?

    public init(query: String) { self.query = query }
}

extension DestinationCatalogue {
    /// What is known of `query`, a host name or an address (IPv6 also in brackets). Nothing is resolved.
    public func lookup(_ query: String, geography: GeoDatabase? = nil) -> LookupAnswer {
        var answer = LookupAnswer(query: query)
        let isBracketed = query.hasPrefix("[") && query.hasSuffix("]") && query.utf8.count > 2
        if let address = IPAddress(isBracketed ? String(query.dropFirst().dropLast()) : query) {
            answer.put(address, geography?.place(of: address) ?? NetworkPlace())
            return answer
        }
        guard let name = Self.name(of: query, into: &answer) else { return answer }
        if name != query { answer.name = name }
        answer.registrableDomain = RegistrableDomain.of(name)
        if answer.registrableDomain == nil, name.utf8.contains(0x2e) || PublicSuffixLibrary.isRegistrySuffix(name, mentions: true) {
            answer.note = "a public suffix: names below it belong to many"
        }
        answer.sources = answers(for: name)
        answer.isInConflict = Self.areInConflict(answer.sources)
        guard let facts = DestinationFacts(answer.sources) else { return answer }
        (answer.owner, answer.ownerParent, answer.ownerCountry) = (facts.owner, facts.ownerParent, facts.ownerCountry)
        (answer.category, answer.source, answer.confidence) = (facts.category, facts.sources, facts.confidence)
        (answer.matchedRule, answer.isShared) = (facts.rule, facts.isShared)
        return answer
    }

    /// The canonical host name that `query` means; nil, with a note, when it means none.
    private static func name(of query: String, into answer: inout LookupAnswer) -> String? {
        guard !query.isEmpty else { return nil }
        var text = query
        if !query.utf8.allSatisfy({ $0 < 0x80 }) {
            guard let ascii = InternationalName.ascii(query) else {
                answer.note = "no internationalised host name (IDNA2008)"
                return nil
            }
            text = ascii
        }
        guard let name = HostName.canonical(text) else {
            answer.note = "no host name: labels of 1 to 63 letters, digits, - and _, 253 octets in all, the last label no number"
            return nil
        }
        return name
    }
}
