import TrafficCore
import TrafficReport

/// What a result rests on, as every report states it.
enum Provenances {
    /// - Parameter lists: of a study, which come before the built-in one.
    static func make(inputs: [Provenance.Input], lists: [Provenance.List] = [], options: [Provenance.Option]) -> Provenance {
        let geography = GeoDatabase.standard().description
        return Provenance(
            toolVersion: Trafficscope.version, command: ["trafficscope"] + CommandLine.arguments.dropFirst(), inputs: inputs,
            lists: lists + [
                Provenance.List(name: "trafficscope destination catalogue (\(DestinationCatalogue().index.count) rows)", date: nil),
                Provenance.List(name: "country of networks: " + (geography.rows > 0 ? geography.path : "none installed"), date: geography.date),
                Provenance.List(name: "public suffix list of libpsl", date: RegistrableDomain.listTime.map { Dates.day($0) }),
            ],
            options: options)
    }
}

extension Provenance.Input {
    init(_ overview: CaptureOverview, role: String) {
        self.init(path: overview.identity.name, sha256: overview.fileSHA256, role: role)
    }
}

/// Days as text, UTC.
enum Dates {
    /// "2023-02-09" of seconds since 1970, by the civil calendar (Howard Hinnant's days_from_civil, inverted).
    static func day(_ seconds: Int) -> String {
        let shifted = seconds / 86400 + 719_468
        let era = shifted / 146_097, dayOfEra = shifted % 146_097
        let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let civilMonth = month < 10 ? month + 3 : month - 9
        let civilYear = year + era * 400 + (civilMonth <= 2 ? 1 : 0)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(civilYear)-\(two(civilMonth))-\(two(day))"
    }
}
