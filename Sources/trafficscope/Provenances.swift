import TrafficCore
import TrafficReport

/// What a result rests on, as every report states it.
enum Provenances {
    /// - Parameters:
    ///   - lists: of a study, which come before the imported ones and the built-in one.
    ///   - command: nil: as it was typed.
    static func make(inputs: [Provenance.Input], lists: [Provenance.List] = [], options: [Provenance.Option], command: [String]? = nil) -> Provenance {
        return Provenance(
            toolVersion: Trafficscope.version, command: command ?? ["trafficscope"] + CommandLine.arguments.dropFirst(), inputs: inputs,
            lists: lists + DestinationLists.standard().all.map(Provenance.List.init) + [
                Provenance.List(name: "trafficscope destination catalogue (\(DestinationCatalogue().index.count) rows)", date: nil),
            ] + Geography.provenance() + [
                Provenance.List(name: "public suffix list of libpsl", date: RegistrableDomain.listTime.flatMap { UInt64(exactly: $0).flatMap(CivilDay.text(secondsSince1970:)) }),
            ],
            options: options)
    }
}

extension Provenance.Input {
    init(_ overview: CaptureOverview, role: String) {
        self.init(path: overview.identity.name, sha256: overview.fileSHA256, role: role)
    }
}
