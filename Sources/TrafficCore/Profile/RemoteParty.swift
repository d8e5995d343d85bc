/// Whom a flow's phone talks to, in the words of METHOD.md §1's records.
struct RemoteParty: Hashable {
    var owner: String
    var domain: String
    var category: MetricCategory
    var isFirstParty: Bool
    var country: String
    var jurisdiction: String

    /// Owner of all that has no name on the internet: machines in the phone's own network, multicast, broadcast.
    /// One owner, not one a house: the router at home is no company that an app could newly send data to.
    static let localNetwork = "local network"

    /// The responder of `record`, as its destination says; by its address alone when it was not classified.
    ///
    /// A name that no list has counts as its registrable domain, an address without a name as its AS, else its /24 (IPv4)
    /// or /48 (IPv6): so unknown destinations can be novel one by one.
    init(responderOf record: FlowRecord) {
        let address = record.responder.address
        let isFirst = record.party == .first
        guard let destination = record.destination, !Self.isLocal(destination, isFirst: isFirst) else {
            self.init(address: address, port: record.responder.port, service: record.service, country: nil)
            return
        }
        let isUnnamed = destination.nameSource == .address
        let name = isUnnamed
            ? Self.block(of: address, system: destination.system?.number) : destination.registrableDomain ?? destination.name
        // The owner that an AS tells is for readers; METHOD.md counts the AS itself.
        self.init(
            owner: isUnnamed ? name : destination.owner ?? name, domain: name,
            category: MetricCategory(catalogueCategory: destination.category, isFirstParty: isFirst), isFirstParty: isFirst,
            country: destination.country ?? "", jurisdiction: destination.ownerCountry ?? "")
    }

    private init(owner: String, domain: String, category: MetricCategory, isFirstParty: Bool, country: String, jurisdiction: String) {
        (self.owner, self.domain, self.category) = (owner, domain, category)
        (self.isFirstParty, self.country, self.jurisdiction) = (isFirstParty, country, jurisdiction)
    }

    /// A machine nearby that has no owner and no name on the internet.
    private static func isLocal(_ destination: Destination, isFirst: Bool) -> Bool {
        destination.owner == nil && !isFirst && isOffInternet(destination.address)
            && (destination.nameSource == .address || HostName.isLocal(destination.name))
    }

    /// A machine known by its address alone: the one that began a flow towards the phone, or an unnamed responder.
    /// - Parameter port: its port, or that of the service it was asked for.
    init(address: IPAddress, port: UInt16, service: String?, country: String?, system: UInt32? = nil) {
        jurisdiction = ""
        isFirstParty = false
        if Self.isOffInternet(address) {
            (owner, domain, self.country) = (Self.localNetwork, Self.localNetwork, "")
            // Group addresses have no single receiver, and the network's own services belong to the network: no app's data
            // go to a company there. Anything else that is sent to a machine nearby stays unknown and is counted.
            let isService = service.map(Self.networkServices.contains) ?? Self.networkPorts.contains(port)
            category = address.isMulticast || address.isBroadcast || isService ? .os : .unknown
        } else {
            owner = Self.block(of: address, system: system)
            domain = owner
            self.country = country ?? ""
            category = service == "dns" || service == "ntp" ? .os : .unknown
        }
    }

    private static func isOffInternet(_ address: IPAddress) -> Bool {
        let address = address.embeddedIPv4 ?? address
        return address.isLocal || address.isMulticast || address.isBroadcast
    }

    /// Services by which a network looks after itself.
    private static let networkServices: Set<String> = [
        "dns", "mdns", "llmnr", "nbns", "netbios", "ntp", "dhcp", "dhcpv6", "ssdp", "upnp", "igmp", "nat-pmp", "pcp",
    ]
    /// The same by port (IANA), where the content was not recognised.
    private static let networkPorts: Set<UInt16> = [53, 67, 68, 123, 137, 138, 546, 547, 1900, 5351, 5353, 5355]

    /// "AS64500", "192.0.2.0/24" or "2001:db8:1::/48". Of NAT64 addresses the IPv4 address inside counts.
    static func block(of address: IPAddress, system: UInt32?) -> String {
        if let system, system != 0 { return "AS" + String(system) }
        let address = address.embeddedIPv4 ?? address
        return address.family == .v4
            ? IPAddress(v4: UInt32(truncatingIfNeeded: address.low) & 0xffff_ff00).description + "/24"
            : IPAddress(v6High: address.high & 0xffff_ffff_ffff_0000, low: 0).description + "/48"
    }
}
