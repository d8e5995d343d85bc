/// Why a file could not be made one of the user's geographic databases: the file, the place, and what to do.
public struct GeoInstallationError: Error, Hashable, CustomStringConvertible {
    public var description: String
}

/// What `GeoDatabase.install` took from a file.
public struct GeoInstallation: Hashable, Sendable {
    public var format: GeoFormat
    /// Of the countries in it; nil when it has none, and those used before stay.
    public var countries: GeoDescription?
    /// Of the autonomous systems in it; nil when it has none.
    public var systems: GeoDescription?
    /// The files made, below the user's data folder.
    public var paths: [String] = []
}

extension GeoDatabase {
    /// Whether the content of `path` is that of a MaxMind DB or libloc database, broken or not. (Text of tor-geoipdb is used
    /// where it is, and never installed.)
    public static func isDatabase(_ path: String) -> Bool {
        guard let stamp = GeoIndexLibrary.stamp(path) else { return false }
        // A text is told by its beginning; the tree of a MaxMind DB begins with numbers, whose first octets are 0.
        if let start = GeoIndexLibrary.octets(of: path, count: min(stamp.octets, 4096)), start.allSatisfy({ $0 >= 0x09 }) {
            return start.starts(with: LocationFile.magic)
        }
        guard let octets = octets(path) else { return false }
        return GeoFormat(octets) != nil
    }

    /// Copies a MaxMind DB or libloc database to where `standard()` looks first: `geo/country` and `geo/asn` below
    /// `dataFolder`, whichever the file has, each in place of the one before, mode 0600.
    /// - Throws: when the file cannot be read, is no such database, is broken, has neither countries nor autonomous systems,
    ///   or cannot be copied. Nothing is changed then.
    public static func install(_ path: String, dataFolder: String) throws(GeoInstallationError) -> GeoInstallation {
        guard let octets = octets(path) else {
            throw GeoInstallationError(description: "\(path): cannot be read; is it a file of at most 1 GiB that you may read?")
        }
        guard let format = GeoFormat(octets) else {
            throw GeoInstallationError(
                description: "\(path): neither a MaxMind DB (no metadata at its end: cut?) nor a libloc database; get the file anew")
        }
        var installation = GeoInstallation(format: format), problem: String?, fields: [GeoField] = []
        for field in [GeoField.country, .system] {
            let found = GeoCompiler.contents(octets, format, field, path: path).description
            guard found.rows > 0 else {
                problem = problem ?? found.problem
                continue
            }
            fields.append(field)
            if field == .country { installation.countries = found } else { installation.systems = found }
        }
        guard !fields.isEmpty else { throw GeoInstallationError(description: problem ?? "\(path): no network in it has a country") }
        guard GeoIndexLibrary.makeFolder(dataFolder + "/geo") else {
            throw GeoInstallationError(description: "\(dataFolder)/geo: the folder cannot be made; set XDG_DATA_HOME to one that can")
        }
        for field in fields {
            let target = GeoSource.installed(field, dataFolder: dataFolder).path
            // A second name for the same octets where the file system has that, else a second copy.
            if let first = installation.paths.first, GeoIndexLibrary.link(first, to: target) {
                installation.paths.append(target)
                continue
            }
            guard GeoIndexLibrary.replace(target, with: octets) else {
                throw GeoInstallationError(description: "\(target): cannot be written; is there room for \(octets.count) octets?")
            }
            installation.paths.append(target)
        }
        return installation
    }

    private static func octets(_ path: String) -> [UInt8]? {
        guard let stamp = GeoIndexLibrary.stamp(path), stamp.octets < 1 << 30 else { return nil }
        return GeoIndexLibrary.octets(of: path, count: stamp.octets)
    }
}
