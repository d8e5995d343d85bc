/// One file of a list, as it was found.
struct ListSource {
    /// As given, or found below a given folder; for messages.
    var path: String
    var octets: [UInt8]

    /// The last part of the path.
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    /// The name without its last extension.
    var stem: String {
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
        return String(name[..<dot])
    }
}

/// Reads the files of one list, in any order, and turns them into rows. What only several files together say is put together in `finish`.
protocol ListReader {
    init()
    mutating func read(_ source: ListSource, _ form: ListForm, into rows: inout ListRows)
    mutating func finish(into rows: inout ListRows)
}

extension ListReader {
    mutating func finish(into rows: inout ListRows) {}

    /// Reads one JSON text with `body`. Where the text is harmed, what came before counts, and the place is told.
    static func json(
        _ source: ListSource, into rows: inout ListRows, _ body: (inout JSONCursor, inout ListRows) throws(JSONError) -> Void
    ) {
        var cursor = JSONCursor(source.octets)
        do throws(JSONError) {
            try body(&cursor, &rows)
            try cursor.end()
        } catch {
            rows.malformed(source.path, line: error.line, "\(error.problem) (column \(error.column)); what comes before it counts")
        }
    }
}

extension ListKind {
    var reader: any ListReader {
        switch self {
        case .own: OwnTableReader()
        case .trackerRadar: TrackerRadarReader()
        case .trackerData: TrackerDataReader()
        case .disconnect: DisconnectReader()
        case .ghostery: GhosteryReader()
        case .adguard: AdGuardReader()
        case .exodus: ExodusReader()
        case .xray: XRayReader()
        case .domainListCommunity: DomainListReader()
        case .filterList: FilterListReader()
        case .hosts: HostsReader()
        }
    }
}
