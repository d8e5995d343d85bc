/// The network operator that announces an address (RFC 1930).
public struct AutonomousSystem: Hashable, Sendable {
    /// 1 to 4,294,967,295.
    public var number: UInt32 { about.value.number }
    /// As the database has it, such as "CLOUDFLARENET"; nil when it has none.
    public var name: String? { about.value.name }
    /// Most of its addresses are announced from many places, by `data/asn_owners.tsv`.
    var isAnycast: Bool { about.value.isAnycast }
    /// Its owner rents machines out, by `data/asn_owners.tsv`.
    var isCloud: Bool { about.value.isCloud }
    /// What is known of an address in it that has no name.
    var unnamed: Shared<NamedDestination> { about.value.unnamed }

    private struct About: Sendable {
        var number: UInt32
        var name: String?
        var isAnycast = false, isCloud = false
        var unnamed = NamedDestination.unknown
    }
    /// Shared by all addresses of the system, which are many: one word, and nothing is made for each of them.
    private let about: Shared<About>

    public init(number: UInt32, name: String? = nil) {
        var about = About(number: number, name: name)
        if let owner = ASNOwners.builtIn[number] {
            (about.isAnycast, about.isCloud) = (owner.isAnycast, owner.isCloud)
            if !owner.isCloud { about.unnamed = Shared(NamedDestination(owner, of: "AS" + String(number))) }
        }
        self.about = Shared(about)
    }

    public static func == (a: AutonomousSystem, b: AutonomousSystem) -> Bool {
        a.about === b.about || (a.number == b.number && a.name == b.name)
    }
    public func hash(into hasher: inout Hasher) { hasher.combine(number) }

    /// "AS64500"
    public var label: String { "AS" + String(number) }
}

/// Why the country of an address's network says little of where data go.
public enum PlaceNote: String, Sendable, CaseIterable {
    /// The address is announced from many places: the nearest machine answers.
    case anycast
    /// The machine, or the network, is rented out: who rents it may sit anywhere.
    case sharedHosting = "shared_hosting"
}

/// What the network of an address tells: where it is, who announces it, and what that is worth.
public struct NetworkPlace: Hashable, Sendable {
    /// ISO 3166-1 alpha-2; nil when unknown, never guessed.
    public var country: String?
    public var system: AutonomousSystem?
    public var note: PlaceNote?

    public init(country: String? = nil, system: AutonomousSystem? = nil, note: PlaceNote? = nil) {
        (self.country, self.system, self.note) = (country, system, note)
    }
}

/// The same as each flow has it: the country as its code (`GeoCode`), and one reference.
struct AddressNetwork: Sendable {
    var country: UInt16 = 0
    var note: PlaceNote?
    var system: AutonomousSystem?
}

/// Networks of public resolvers and time servers that are announced from many places, by their operators' word. Databases of
/// countries do not say so, and not every machine has one of autonomous systems.
enum AnycastNetworks {
    /// Whether `address` lies in one. Of an IPv4 address its /24 counts, of an IPv6 address its /48.
    static func contain(_ address: IPAddress) -> Bool {
        // Asked for nearly every address, and hardly ever true: few first octets are in it at all.
        if address.family == .v4 {
            return firstOctets[Int(address.low >> 24 & 0xff)] && v4.contains(UInt32(truncatingIfNeeded: address.low >> 8))
        }
        return v6.contains(address.high >> 16)
    }

    private static let firstOctets: [Bool] = {
        var octets = [Bool](repeating: false, count: 256)
        for network in v4 { octets[Int(network >> 16)] = true }
        return octets
    }()

    private static let v4: Set<UInt32> = Set([
        "1.0.0.0", "1.1.1.0", "162.159.200.0",                                       // Cloudflare: resolver, time
        "8.8.4.0", "8.8.8.0", "216.239.32.0", "216.239.34.0", "216.239.35.0", "216.239.36.0", "216.239.38.0",  // Google
        "9.9.9.0", "149.112.112.0",                                                  // Quad9
        "208.67.220.0", "208.67.222.0",                                              // OpenDNS
        "94.140.14.0", "94.140.15.0",                                                // AdGuard DNS
        "185.228.168.0", "185.228.169.0",                                            // CleanBrowsing
        "76.76.2.0", "76.76.10.0",                                                   // Control D
        "45.90.28.0", "45.90.30.0",                                                  // NextDNS
        "223.5.5.0", "223.6.6.0",                                                    // AliDNS
        "119.29.29.0",                                                               // DNSPod
        "77.88.8.0",                                                                 // Yandex DNS
    ].compactMap { IPAddress($0).map { UInt32(truncatingIfNeeded: $0.low >> 8) } })

    private static let v6: Set<UInt64> = Set([
        "2606:4700:4700::", "2001:4860:4860::", "2001:4860:4806::", "2620:fe::", "2620:119:35::", "2620:119:53::", "2a10:50c0::",
        "2a0d:2a00:1::", "2a0d:2a00:2::", "2606:1a40::", "2606:1a40:1::", "2a07:a8c0::", "2a07:a8c1::", "2400:3200::", "2402:4e00::",
    ].compactMap { IPAddress($0).map { $0.high >> 16 } })
}
