extension NamedDestination {
    /// An address of which nothing is known.
    static let unknown = Shared(NamedDestination(name: nil))

    /// An address without a name in an autonomous system of which the owner is known (`data/asn_owners.tsv`) and rents to nobody: it is
    /// the owner's with low confidence, since machines of others may stand there as well.
    init(_ known: ASNOwners.Owner, of system: String) {
        self.init(name: nil)
        (owner, ownerParent, ownerCountry) = (known.owner, known.ownerParent, known.ownerCountry)
        (confidence, listSource, matchedRule) = ("low", "asn", system)
    }
}

extension LookupAnswer {
    /// Puts in what is known of an address.
    mutating func put(_ address: IPAddress, _ place: NetworkPlace) {
        (country, system, placeNote) = (place.country, place.system, place.note)
        guard let known = place.system?.unnamed.value else { return }
        (owner, ownerParent, ownerCountry) = (known.owner, known.ownerParent, known.ownerCountry)
        (source, confidence, matchedRule) = (known.listSource, known.confidence, known.matchedRule)
    }
}
