/// What an address alone tells.
final class AddressPlace: Sendable {
    let address: IPAddress
    let network: NetworkPlace
    /// The destination when no name of it is known.
    let unnamed: Destination

    init(address: IPAddress, geography: GeoDatabase?) {
        self.address = address
        network = geography?.place(of: address) ?? NetworkPlace()
        unnamed = Destination(unnamed: address, system: network.system)
    }
}

extension Destination {
    /// An address of which no name is known. Its autonomous system gives it an owner where that rents to nobody
    /// (`data/asn_owners.tsv`): with low confidence, since machines of others may stand there as well.
    init(unnamed address: IPAddress, system: AutonomousSystem?) {
        var named = NamedDestination(name: address.description)
        if let system, let known = system.owner, !known.isCloud {
            (named.owner, named.ownerParent, named.ownerCountry) = (known.owner, known.ownerParent, known.ownerCountry)
            (named.confidence, named.listSource, named.matchedRule) = ("low", "asn", system.label)
        }
        self.init(named, nameSource: .address, address: address)
    }

    /// Puts in what the network of the address tells.
    mutating func put(_ place: NetworkPlace) {
        country = place.country
        system = place.system
        // Of a rented machine the country may be right, and still says nothing of whoever rents it.
        placeNote = place.note ?? (isShared && !address.isLocal && !address.isMulticast ? .sharedHosting : nil)
    }
}

extension LookupAnswer {
    /// Puts in what is known of an address.
    mutating func put(_ address: IPAddress, _ place: NetworkPlace) {
        (country, system, placeNote) = (place.country, place.system, place.note)
        let destination = Destination(unnamed: address, system: place.system)
        (owner, ownerParent, ownerCountry) = (destination.owner, destination.ownerParent, destination.ownerCountry)
        (source, confidence, matchedRule) = (destination.listSource, destination.confidence, destination.matchedRule)
    }
}
