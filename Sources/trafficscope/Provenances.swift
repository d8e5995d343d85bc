import TrafficCore
import TrafficReport

/// What a result rests on, as every report states it.
enum Provenances {
    /// - Parameter lists: of a study, which come before the imported ones and the built-in one.
    static func make(inputs: [Provenance.Input], lists: [Provenance.List] = [], options: [Provenance.Option]) -> Provenance {
        let geography = GeoDatabase.standard().description
        return Provenance(
            toolVersion: Trafficscope.version, command: ["trafficscope"] + CommandLine.arguments.dropFirst(), inputs: inputs,
            lists: lists + DestinationLists.standard().all.map(Provenance.List.init) + [
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
    /// "2023-02-09" of seconds since 1970.
    static func day(_ seconds: Int) -> String { EpochTime.day(seconds: seconds) }
}
