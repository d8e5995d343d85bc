/// Where the network of an address is and who announces it, from files that the user has: text of Debian's tor-geoipdb,
/// databases of IPFire's libloc, and MaxMind DBs of any maker (docs/data.md).
///
/// Each fact has a file of its own, is compiled once into an index (`GeoTable`), and is read when it is first asked for.
public struct GeoDatabase: Sendable {
    private let countries: LazyGeoTable?
    private let systems: LazyGeoTable?
    /// Whether the user named the file, by the environment or by installing it.
    private var areCountriesNamed = false, areSystemsNamed = false

    /// The database that the user's environment asks for. Countries: TRAFFICSCOPE_GEOIP, else what `install` put below
    /// $XDG_DATA_HOME, else Debian's tor-geoipdb, else its libloc-database. Autonomous systems: TRAFFICSCOPE_ASN, else what
    /// `install` put there, else Debian's libloc-database. A variable that says `none` leaves the fact unknown. Indexes lie
    /// below $XDG_CACHE_HOME, else ~/.cache.
    public static func standard() -> GeoDatabase {
        func named(_ variable: String, _ field: GeoField) -> GeoSource? {
            if let path = GeoIndexLibrary.environment(variable) { return GeoSource(path: path) }
            let installed = standardDataFolder.map { GeoSource.installed(field, dataFolder: $0) }
            return installed.flatMap { $0.exists ? $0 : nil }
        }
        func isOff(_ variable: String) -> Bool { GeoIndexLibrary.environment(variable) == "none" }
        let countries = named("TRAFFICSCOPE_GEOIP", .country), systems = named("TRAFFICSCOPE_ASN", .system)
        var database = GeoDatabase(
            countries: isOff("TRAFFICSCOPE_GEOIP") ? nil : countries ?? [.tor, .libloc].first { $0.exists } ?? .tor,
            systems: isOff("TRAFFICSCOPE_ASN") ? nil : systems ?? (GeoSource.libloc.exists ? .libloc : nil),
            cacheFolder: standardCacheFolder)
        (database.areCountriesNamed, database.areSystemsNamed) = (countries != nil, systems != nil)
        return database
    }

    /// What is wrong with the files that the user named, in words; reads these files, and no others.
    public var problemsOfNamedFiles: [String] {
        [areCountriesNamed ? description.problem : nil, areSystemsNamed ? systemsDescription?.problem : nil].compactMap(\.self)
    }

    /// `trafficscope` below $XDG_CACHE_HOME, which must be absolute to count (XDG Base Directory Specification), else
    /// below ~/.cache; nil when neither can be told.
    public static var standardCacheFolder: String? { standardFolder("XDG_CACHE_HOME", "/.cache") }

    /// `trafficscope` below $XDG_DATA_HOME, which must be absolute to count, else below ~/.local/share; nil when neither can
    /// be told.
    public static var standardDataFolder: String? { standardFolder("XDG_DATA_HOME", "/.local/share") }

    private static func standardFolder(_ variable: String, _ below: String) -> String? {
        if let folder = GeoIndexLibrary.environment(variable), folder.hasPrefix("/") { return folder + "/trafficscope" }
        return GeoIndexLibrary.environment("HOME").map { $0 + below + "/trafficscope" }
    }

    /// - Parameters:
    ///   - countries: the file with countries; nil: they are unknown.
    ///   - systems: the file with autonomous systems; nil: they are unknown.
    ///   - cacheFolder: where indexes are kept; nil: in memory only.
    public init(countries: GeoSource?, systems: GeoSource? = nil, cacheFolder: String?) {
        self.countries = countries.map { LazyGeoTable(source: $0, field: .country, cacheFolder: cacheFolder) }
        self.systems = systems.map { LazyGeoTable(source: $0, field: .system, cacheFolder: cacheFolder) }
    }

    /// Of the countries' file; of no file when none is asked for.
    public var description: GeoDescription { countries?.table.description ?? GeoDescription() }
    /// Of the autonomous systems' file; nil when none is installed or asked for.
    public var systemsDescription: GeoDescription? { systems?.table.description }
    /// Whether the index of countries was read from the cache folder, not made from the file.
    public var isFromCache: Bool { countries?.table.isFromCache ?? false }
    /// The same of the autonomous systems' index.
    public var areSystemsFromCache: Bool { systems?.table.isFromCache ?? false }

    /// ISO 3166-1 alpha-2 code of the network of `address`; nil when unknown and for addresses that are not on the public
    /// internet. Of an address that has an IPv4 address inside (NAT64) that one counts. Never guessed.
    public func country(of address: IPAddress) -> String? {
        countries.flatMap { GeoCode.text($0.table.code(of: address.embeddedIPv4 ?? address)) }
    }

    /// The system that announces `address`; nil as for `country`.
    public func system(of address: IPAddress) -> AutonomousSystem? {
        systems?.table.system(of: address.embeddedIPv4 ?? address)?.system
    }

    /// All that is known of the network of `address`, and whether its country says little: the files say that it is anycast,
    /// or it is one of a known resolver, or of a system that is anycast or rented out (`data/asn_owners.tsv`).
    public func place(of address: IPAddress) -> NetworkPlace {
        let network = network(of: address)
        return NetworkPlace(country: GeoCode.text(UInt32(network.country)), system: network.system, note: network.note)
    }

    func network(of address: IPAddress) -> AddressNetwork {
        let address = address.embeddedIPv4 ?? address
        guard !address.isLocal, !address.isMulticast else { return AddressNetwork() }
        let code = countries?.table.code(ofPublic: address) ?? 0
        var network = AddressNetwork(country: UInt16(truncatingIfNeeded: code & ~GeoCode.anycast)), isAnycast = code & GeoCode.anycast != 0
        if let found = systems?.table.system(ofPublic: address) {
            network.system = found.system
            if found.isAnycast { isAnycast = true }
        }
        if isAnycast || network.system?.isAnycast == true || AnycastNetworks.contain(address) {
            network.note = .anycast
        } else if network.system?.isCloud == true {
            network.note = .sharedHosting
        }
        return network
    }
}
