/// Whom a flow's phone talks to, in the words of METHOD.md §1's records.
struct RemoteParty: Hashable, Sendable {
    var owner: String
    var domain: String
    var category: MetricCategory
    var isFirstParty: Bool
    var country: String
    var jurisdiction: String
    /// A list, or the app's own domains, says whose it is: `owner` is no stand-in.
    var isOwnerKnown = false

    /// Owner of all that has no name on the internet: machines in the phone's own network, multicast, broadcast.
    /// One owner, not one a house: the router at home is no company that an app could newly send data to.
    static let localNetwork = "local network"

    /// What the lists of `classifier` say of a destination, as seen from `app`.
    ///
    /// A name that no list has counts as its registrable domain, an address without a name as its AS, else its /24 (IPv4)
    /// or /48 (IPv6): so unknown destinations can be novel one by one.
    init(_ destination: ProfileDestination, app: AppIdentity?, classifier: inout DestinationClassifier) {
        let service = destination.service.isEmpty ? nil : destination.service
        guard !destination.name.isEmpty else {
            self.init(unnamed: destination, service: service, app: app)
            return
        }
        let (named, isListed, party) = classifier.judged(destination.name, isCover: destination.isCover, app: app)
        let isFirst = party == .first
        if destination.reach != .internet, named.owner == nil, !isFirst, HostName.isLocal(destination.name) {
            self.init(unnamed: destination, service: service, app: app)
            return
        }
        let category = isListed ? named.category : ServiceCategory(service: service).category ?? named.category
        let domain = named.registrableDomain ?? named.name
        self.init(
            owner: named.owner ?? domain, domain: domain, category: MetricCategory(catalogueCategory: category, isFirstParty: isFirst),
            isFirstParty: isFirst, country: destination.country, jurisdiction: named.ownerCountry ?? "", isOwnerKnown: named.owner != nil)
    }

    /// A machine known by its address alone.
    private init(unnamed destination: ProfileDestination, service: String?, app: AppIdentity?) {
        guard destination.reach == .internet else {
            // Group addresses have no single receiver, and the network's own services belong to the network: no app's data
            // go to a company there. Anything else that is sent to a machine nearby stays unknown and is counted.
            let isService = service.map(Self.networkServices.contains) ?? Self.networkPorts.contains(destination.port)
            self.init(
                owner: Self.localNetwork, domain: Self.localNetwork, category: destination.reach == .group || isService ? .os : .unknown,
                isFirstParty: false, country: "", jurisdiction: "")
            return
        }
        // The owner that an AS tells is for readers; METHOD.md counts the AS itself.
        let network = destination.system == 0 ? destination.block : "AS" + String(destination.system)
        let operatedBy = destination.system == 0 ? nil : ASNOwners.builtIn[destination.system].flatMap { $0.isCloud ? nil : $0 }
        let isFirst = operatedBy.map { DestinationClassifier.party(of: $0.ownerParent, app: app) == .first } ?? false
        self.init(
            owner: network, domain: network,
            category: MetricCategory(catalogueCategory: ServiceCategory(service: service).category, isFirstParty: isFirst),
            isFirstParty: isFirst, country: destination.country, jurisdiction: operatedBy?.ownerCountry ?? "")
    }

    init(
        owner: String, domain: String, category: MetricCategory, isFirstParty: Bool, country: String, jurisdiction: String, isOwnerKnown: Bool = false
    ) {
        (self.owner, self.domain, self.category, self.isFirstParty) = (owner, domain, category, isFirstParty)
        (self.country, self.jurisdiction, self.isOwnerKnown) = (country, jurisdiction, isOwnerKnown)
    }

    /// Services by which a network looks after itself.
    private static let networkServices: Set<String> = [
        "dns", "mdns", "llmnr", "nbns", "netbios", "ntp", "dhcp", "dhcpv6", "ssdp", "upnp", "igmp", "nat-pmp", "pcp",
    ]
    /// The same by port (IANA), where the content was not recognised.
    private static let networkPorts: Set<UInt16> = [53, 67, 68, 123, 137, 138, 546, 547, 1900, 5351, 5353, 5355]
}
