import TrafficCore
import TrafficReport

/// The geographic data of the user's machine.
enum Geography {
    /// What is wrong with a file that the user named is told on standard error; that a standard one is missing is not.
    static func standard() -> GeoDatabase {
        let geography = GeoDatabase.standard()
        for problem in geography.problemsOfNamedFiles { Talk.error(problem) }
        return geography
    }

    /// Keeps a database of the user's (`lists import`) and says what it is good for.
    static func install(_ path: String) throws(CommandFailure) {
        guard let folder = GeoDatabase.standardDataFolder else {
            throw CommandFailure(.inputOutput, "nowhere to keep databases: set XDG_DATA_HOME or HOME")
        }
        let made: GeoInstallation
        do throws(GeoInstallationError) { made = try GeoDatabase.install(path, dataFolder: folder) } catch {
            throw CommandFailure(.badData, error.description)
        }
        for (what, about) in [("countries", made.countries), ("autonomous systems", made.systems)] {
            guard let about else { continue }
            Talk.error("\(path): now the source of \(what): \(about.rows) address ranges, of \(about.date ?? "unknown date")")
        }
    }

    /// Lines of `doctor`.
    static func checks() -> [SelfCheck] {
        let geography = GeoDatabase.standard()
        let countries = geography.description
        var checks = [SelfCheck(
            name: "countries", isFine: countries.rows > 0,
            detail: countries.rows > 0
                ? detail(countries, isFromCache: geography.isFromCache)
                : (countries.problem ?? "no network has a country") + "; apt-get install --no-install-recommends tor-geoipdb")]
        if let systems = geography.systemsDescription {
            checks.append(SelfCheck(
                name: "autonomous systems", isFine: systems.rows > 0,
                detail: systems.rows > 0
                    ? detail(systems, isFromCache: geography.areSystemsFromCache) : systems.problem ?? "no network has an AS"))
        } else {
            // Nothing but the AS depends on it: not installed is fine.
            checks.append(SelfCheck(
                name: "autonomous systems", isFine: true,
                detail: "not installed: no AS is known; apt-get install libloc-database, or set TRAFFICSCOPE_ASN to a MaxMind DB"))
        }
        return checks
    }

    private static func detail(_ about: GeoDescription, isFromCache: Bool) -> String {
        about.summary + ", of \(about.date ?? "unknown date"), \(about.rows) address ranges"
            + (isFromCache ? "; index from the cache" : "; index built now") + (about.problem.map { "; " + $0 } ?? "")
    }

    /// What a report says of them.
    static func provenance() -> [Provenance.List] {
        let geography = GeoDatabase.standard()
        let countries = geography.description, systems = geography.systemsDescription
        return [
            Provenance.List(name: "country of networks: " + (countries.rows > 0 ? countries.summary : "none installed"),
                date: countries.date),
            Provenance.List(
                name: "autonomous systems: " + (systems.flatMap { $0.rows > 0 ? $0.summary : nil } ?? "none installed"),
                    date: systems?.date),
        ]
    }
}
