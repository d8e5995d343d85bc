import TrafficCore

/// A capture of the command line, with the app that it is of.
struct LabelledCapture {
    var path: CapturePath
    var app: AppIdentity?
    var source: AttributionSource
}

/// Finds the captures that the arguments mean. One that cannot be found is told at once and does not stop the others.
struct CaptureList {
    var captures: [LabelledCapture] = []
    var status = ExitStatus.done

    /// - Parameter app: the app of all of them, if the user named one.
    init(_ arguments: [String], app: AppIdentity?, catalog: AppCatalog) {
        var seen: Set<String> = []
        for argument in arguments {
            do {
                for path in try CaptureDiscovery.captures(under: argument) where seen.insert(path.path).inserted {
                    captures.append(Self.label(path, app: app, catalog: catalog))
                }
            } catch {
                Talk.error(error.description)
                note(ExitStatus(error.kind))
            }
        }
    }

    private static func label(_ path: CapturePath, app: AppIdentity?, catalog: AppCatalog) -> LabelledCapture {
        if let app { return LabelledCapture(path: path, app: app, source: .option) }
        guard !path.isStandardInput, let found = FolderConvention.app(given: path.given, file: path.path, catalog: catalog) else {
            return LabelledCapture(path: path, app: nil, source: .unattributed)
        }
        return LabelledCapture(path: path, app: catalog.identity(orUnknown: found.alias), source: found.source)
    }

    /// The first trouble decides the exit code.
    mutating func note(_ status: ExitStatus) {
        if self.status == .done { self.status = status }
    }
}

/// Gives every flow its app and its destination, then hands it on.
struct FlowLabelling<Next: FlowSink>: FlowSink {
    var next: Next
    var classifier: DestinationClassifier
    let app: AppIdentity?
    let source: AttributionSource

    mutating func flow(_ record: consuming FlowRecord, bursts: [Burst]) {
        record.app = app?.id
        record.attribution = source
        classifier.classify(&record, app: app)
        next.flow(record, bursts: bursts)
    }
}
