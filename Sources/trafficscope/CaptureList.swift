import TrafficCore

/// The captures that arguments mean. One that cannot be found is told at once and does not stop the others.
struct CaptureList {
    var captures: [LabelledCapture] = []
    private(set) var status = ExitStatus.done

    /// - Parameters:
    ///   - app: the app of all of them, if the user named one.
    ///   - joins: files of one folder, or given by themselves, are one capture.
    init(_ arguments: [String], app: AppIdentity?, catalog: AppCatalog, joins: Bool = false) {
        var seen: Set<String> = [], paths: [CapturePath] = []
        for argument in arguments {
            do throws(CaptureError) {
                for path in try CaptureDiscovery.captures(under: argument) where seen.insert(path.path).inserted {
                    paths.append(path)
                }
            } catch {
                tell(error)
            }
        }
        captures = CaptureRing.captures(paths, joins: joins).map { LabelledCapture($0, app: app, catalog: catalog) }
    }

    /// Files of one name in several of the given folders, where nobody knows an app of that name: right for a folder a day, wrong for a
    /// folder an app.
    func tellSharedNames(catalog: AppCatalog, quiet: Bool) {
        var folders: [String: Set<String>] = [:]
        for capture in captures where capture.source == .stem {
            guard let app = capture.app?.id, !catalog.knows(app), let file = capture.files.first, file.path != file.given else { continue }
            folders[app, default: []].insert(file.given)
        }
        let names = folders.filter { $1.count > 1 }.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard !names.isEmpty else { return }
        let some = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
        Talk.note("\(some): taken for apps, since files in several of the folders are called so; where each folder is an app, give the folder above them", quiet: quiet)
    }

    /// Captures that are known already.
    init(_ captures: [LabelledCapture]) { self.captures = captures }

    /// Gives every capture the phases that its markers tell: the files of `--markers` are for all of them; else a file
    /// NAME.markers.ndjson or NAME.markers.csv beside a capture NAME.pcapng is its own. A capture without either is left to what its
    /// packets' comments say.
    mutating func addMarkers(_ options: MarkerOptions, catalog: AppCatalog) throws(CommandFailure) {
        let zone = options.clocks.markerZone
        var shared: [MarkerReading] = []
        for path in options.markers { shared.append(try Self.markers(path, zone)) }
        for index in captures.indices {
            let capture = captures[index]
            captures[index].settle = options.clocks.settle ?? 0
            var readings = shared
            if options.markers.isEmpty, let file = capture.files.first, !file.isStandardInput, !file.isConnection,
                let beside = Self.markersBeside(file.path).first(where: { SystemCalls.exists($0) }) {
                readings = [try Self.markers(beside, zone)]
            }
            guard !readings.isEmpty else { continue }
            let near = readings.contains(where: \.needsYear) ? Inspection.firstTime(of: capture.files) : nil
            var markers: [Marker] = [], notes: [String] = []
            for reading in readings {
                let (known, said) = try StudyFolder.checked { () throws(StudyError) in try reading.resolved(near: near) }
                markers += known
                notes += said
            }
            guard !markers.isEmpty else { continue }
            var marking = PhaseMarking(
                markers, clock: options.clocks.clockOffset ?? ClockOffset(), settle: options.clocks.settle ?? 0, notes: notes)
            // Markers that name one app alone are about the app of the capture, whatever its folder calls it.
            let isOne = options.markers.isEmpty && Set(markers.compactMap(\.app)).count == 1
            if !isOne { marking = marking.naming(capture.app, byLastPart: true, catalog: catalog) }
            captures[index].mark(marking, .file)
        }
    }

    private static func markers(_ path: String, _ zone: Int?) throws(CommandFailure) -> MarkerReading {
        let octets = try SystemCalls.readFile(path, limit: 1 << 28)
        return try StudyFolder.checked { () throws(StudyError) in try MarkerFile.read(octets, name: path, zone: zone) }
    }

    static func markersBeside(_ capture: String) -> [String] {
        let slash = capture.lastIndex(of: "/").map { capture.index(after: $0) } ?? capture.startIndex
        return ["ndjson", "csv"].map { capture[..<slash] + FolderConvention.stem(String(capture[slash...])) + ".markers." + $0 }
    }

    /// Tells the error; the first one decides the exit code.
    mutating func tell(_ error: CaptureError) {
        Talk.error(error.description)
        note(ExitStatus(error.kind))
    }

    /// Tells what ended the reading of a capture early, if anything did.
    mutating func tellDamage(_ overview: CaptureOverview) {
        guard let damage = overview.damage else { return }
        Talk.error(damage)
        note(overview.isStopped ? .interrupted : .badData)
    }

    mutating func note(_ status: ExitStatus) {
        if self.status == .done { self.status = status }
    }

    /// The names of all destinations; of those without one, their addresses.
    mutating func destinations(_ progress: Progress) throws(CommandFailure) -> Set<String> {
        var names: Set<String> = []
        defer { progress.finish() }
        var options = InspectionOptions()
        options.keepsBursts = false
        for capture in captures {
            var labelling = FlowLabelling(capture, classifier: DestinationClassifier(geography: nil))
            do throws(CaptureError) {
                let parts = try Inspection.read(capture.files, options: options, control: progress.control()) { flow in
                    labelling.take(&flow) { flow in
                        if let name = flow.record.idleDestination, names.count < 1_000_000 { names.insert(name) }
                    }
                }
                for part in parts { tellDamage(part) }
            } catch { tell(error) }
        }
        return names
    }

    /// Reads all captures, telling what went wrong with each.
    mutating func read(
        _ reading: ReadingOptions, catalogue: DestinationCatalogue = .standard(),
        evidence: AttributionEvidence = AttributionEvidence(), hashesFiles: Bool, progress given: Progress? = nil
    ) throws(CommandFailure) -> [CaptureReading] {
        var options = reading.inspection
        options.hashesFiles = hashesFiles
        if let expression = options.filter {
            do throws(CaptureError) { _ = try PacketFilter(expression) } catch { throw CommandFailure(error) }
        }
        let progress = given ?? Progress(total: CaptureDiscovery.octets(of: captures.flatMap(\.files)), options: reading)
        defer { if given == nil { progress.finish() } }
        let results = CaptureBatch.read(
            captures, options: options, catalogue: catalogue, geography: Geography.standard(), evidence: evidence, threads: reading.threads
        ) {
            progress.control()
        }
        var readings: [CaptureReading] = []
        for result in results {
            switch result {
            case .success(let reading):
                readings.append(reading)
                for part in reading.parts { tellDamage(part) }
            case .failure(let error): tell(error)
            }
        }
        return readings
    }
}
