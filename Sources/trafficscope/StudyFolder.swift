import TrafficCore
import TrafficReport

/// A study with all the files that it names, read.
struct StudyFolder {
    let study: Study
    /// Where its paths begin.
    let folder: String
    private let file: String
    let catalogue: DestinationCatalogue
    private let markers: [String: MarkerReading]
    private let clocks: MarkerClockOptions
    /// Study, lists and markers with their SHA-256, for the report.
    private(set) var inputs: [Provenance.Input] = []
    private(set) var lists: [Provenance.List] = []

    /// - Parameter path: a folder with `study.yaml`, or the file itself.
    init(_ path: String, clocks: MarkerClockOptions, quiet: Bool) throws(CommandFailure) {
        let file = Self.file(of: path)
        (self.file, folder) = (file, Self.folder(of: path))
        let octets = try SystemCalls.readFile(file, limit: 4 << 20)
        let study = try Self.checked { () throws(StudyError) in try StudyFile.read(octets, name: file) }
        for note in study.notes { Talk.note(note, quiet: quiet) }
        inputs.append(Provenance.Input(path: file, sha256: ContentDigest.sha256(octets), role: "study"))
        var tables: [DestinationTable] = []
        for name in study.lists {
            let path = Study.path(name, below: folder), octets = try SystemCalls.readFile(path, limit: 1 << 28)
            let table = try Self.checked { () throws(StudyError) in try DestinationTable(octets, name: path) }
            for problem in table.problems { Talk.error(problem) }
            tables.append(table)
            lists.append(Provenance.List(name: "\(path) (\(table.count) rows)", date: nil, sha256: ContentDigest.sha256(octets)))
        }
        var catalogue = tables.isEmpty ? DestinationCatalogue() : DestinationCatalogue(tables: tables)
        catalogue.lists = .standard()
        var markers: [String: MarkerReading] = [:]
        let zone = clocks.markerZone ?? study.markerZone
        for name in study.captures.compactMap(\.markers) where markers[name] == nil {
            let path = Study.path(name, below: folder), octets = try SystemCalls.readFile(path, limit: 1 << 28)
            markers[name] = try Self.checked { () throws(StudyError) in try MarkerFile.read(octets, name: path, zone: zone) }
            inputs.append(Provenance.Input(path: path, sha256: ContentDigest.sha256(octets), role: "markers"))
        }
        (self.study, self.markers, self.clocks, self.catalogue) = (study, markers, clocks, catalogue)
    }

    private static func file(of path: String) -> String {
        path.hasSuffix(".yaml") || path.hasSuffix(".yml") ? path : Study.path("study.yaml", below: path)
    }

    /// Where the paths of the study at `path` begin.
    static func folder(of path: String) -> String {
        let file = file(of: path)
        return file.lastIndex(of: "/").map { String(file[..<$0]) } ?? ""
    }

    /// The same, with its folder as the working folder: its paths are then its own, wherever it lies.
    func entered() throws(CommandFailure) -> StudyFolder {
        guard !folder.isEmpty else { return self }
        let name = file.utf8.dropFirst(folder.utf8.count + 1)
        try SystemCalls.changeFolder(folder)
        return try StudyFolder(String(name) ?? "study.yaml", clocks: clocks, quiet: true)
    }

    func captures(of apps: [String]) throws(CommandFailure) -> [LabelledCapture] {
        try Self.checked { () throws(StudyError) in
            try study.captures(of: apps, below: folder, markers: markers, clock: clocks.clockOffset, settle: clocks.settle)
        }
    }

    /// What the study says of its captures beside their packets, by the path of their first file.
    var details: [String: Study.Details] {
        Dictionary(study.captures.map { capture in
            let device = study.devices.first { $0.id == capture.device }
            return (
                Study.path(capture.files.first ?? "", below: folder),
                Study.Details(version: capture.version, platform: device?.platform, system: device?.os, region: capture.region ?? device?.region))
        }) { first, _ in first }
    }

    /// The one subject that the user means.
    func subject(_ named: String?) throws(CommandFailure) -> String {
        if let named {
            guard study.subjects.contains(named) else {
                throw CommandFailure(.usage, "--subject \(named): no subject of this study; its subjects are \(study.subjects.joined(separator: ", "))")
            }
            return named
        }
        guard study.subjects.count == 1 else {
            throw CommandFailure(.usage, "the study has several subjects: name one with --subject (\(study.subjects.joined(separator: ", "))), or use trafficscope study run")
        }
        return study.subjects[0]
    }

    static func checked<Value>(_ body: () throws(StudyError) -> Value) throws(CommandFailure) -> Value {
        do throws(StudyError) { return try body() } catch { throw CommandFailure(.badData, error.description) }
    }
}
