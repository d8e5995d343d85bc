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

    /// Captures that are known already.
    init(_ captures: [LabelledCapture]) { self.captures = captures }

    /// Gives every capture the phases that its markers tell: `given` is for all of them; else a file NAME.markers.ndjson
    /// beside a capture NAME.pcapng is its own.
    mutating func addMarkers(_ given: [String]) throws(CommandFailure) {
        var shared: [Marker] = []
        for path in given { shared += try Self.markers(path) }
        for index in captures.indices {
            var markers = shared
            if given.isEmpty, let file = captures[index].files.first, !file.isStandardInput, !file.isConnection {
                let beside = Self.markersBeside(file.path)
                if SystemCalls.exists(beside) { markers = try Self.markers(beside) }
            }
            guard !markers.isEmpty else { continue }
            let id = captures[index].app?.id
            func isNamed(_ name: String) -> Bool { name == id || name.split(separator: ".").last.map(String.init) == id }
            // Markers that name one app alone are about the app of the capture, whatever its folder calls it.
            let names = Set(markers.compactMap(\.app)), isOne = names.count == 1 && given.isEmpty || id == nil
            captures[index].timeline = PhaseTimeline(markers) { isOne || isNamed($0) }
        }
    }

    private static func markers(_ path: String) throws(CommandFailure) -> [Marker] {
        let octets = try SystemCalls.readFile(path, limit: 1 << 28)
        return try StudyFolder.checked { () throws(StudyError) in try MarkerFile.read(octets, name: path) }
    }

    static func markersBeside(_ capture: String) -> String {
        let slash = capture.lastIndex(of: "/").map { capture.index(after: $0) } ?? capture.startIndex
        return capture[..<slash] + FolderConvention.stem(String(capture[slash...])) + ".markers.ndjson"
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
    mutating func destinations(_ reading: ReadingOptions) throws(CommandFailure) -> Set<String> {
        var names: Set<String> = []
        let progress = Progress(total: CaptureDiscovery.octets(of: captures.flatMap(\.files)), options: reading)
        defer { progress.finish() }
        var options = InspectionOptions()
        options.keepsBursts = false
        for capture in captures {
            var labelling = FlowLabelling(capture, classifier: DestinationClassifier(geography: nil))
            do throws(CaptureError) {
                let parts = try Inspection.read(capture.files, options: options, control: progress.control()) { flow in
                    labelling.take(&flow) { flow in
                        if let name = flow.record.destination?.name, names.count < 1_000_000 { names.insert(name) }
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
