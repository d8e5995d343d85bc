import TrafficCore

/// The captures that arguments mean. One that cannot be found is told at once and does not stop the others.
struct CaptureList {
    var captures: [LabelledCapture] = []
    private(set) var status = ExitStatus.done

    /// - Parameter app: the app of all of them, if the user named one.
    init(_ arguments: [String], app: AppIdentity?, catalog: AppCatalog) {
        var seen: Set<String> = []
        for argument in arguments {
            do throws(CaptureError) {
                for path in try CaptureDiscovery.captures(under: argument) where seen.insert(path.path).inserted {
                    captures.append(LabelledCapture(path, app: app, catalog: catalog))
                }
            } catch {
                tell(error)
            }
        }
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

    /// Reads all captures, telling what went wrong with each.
    mutating func read(_ reading: ReadingOptions, hashesFiles: Bool) throws(CommandFailure) -> [CaptureReading] {
        var options = reading.inspection
        options.hashesFiles = hashesFiles
        if let expression = options.filter {
            do throws(CaptureError) { _ = try PacketFilter(expression) } catch { throw CommandFailure(error) }
        }
        let progress = Progress(total: CaptureDiscovery.octets(of: captures.map(\.path)), options: reading)
        defer { progress.finish() }
        let results = CaptureBatch.read(captures, options: options, geography: GeoDatabase.standard(), threads: reading.threads) {
            progress.control()
        }
        var readings: [CaptureReading] = []
        for result in results {
            switch result {
            case .success(let reading):
                readings.append(reading)
                tellDamage(reading.overview)
            case .failure(let error): tell(error)
            }
        }
        return readings
    }
}
