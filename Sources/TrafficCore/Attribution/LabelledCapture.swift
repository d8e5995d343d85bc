/// A capture with the app that it is of, and how we know.
public struct LabelledCapture: Sendable {
    public var path: CapturePath
    public var app: AppIdentity?
    public var source: AttributionSource

    public init(path: CapturePath, app: AppIdentity?, source: AttributionSource) {
        (self.path, self.app, self.source) = (path, app, source)
    }

    /// The app by the user's word, else by folder and file name (DESIGN.md §5).
    public init(_ path: CapturePath, app: AppIdentity?, catalog: AppCatalog) {
        if let app {
            self.init(path: path, app: app, source: .option)
        } else if !path.isStandardInput, let found = FolderConvention.app(given: path.given, file: path.path, catalog: catalog) {
            self.init(path: path, app: catalog.identity(orUnknown: found.alias), source: found.source)
        } else {
            self.init(path: path, app: nil, source: .unattributed)
        }
    }
}

/// Gives every flow of a capture its app and its destination.
public struct FlowLabelling {
    private var classifier: DestinationClassifier
    private let app: AppIdentity?
    private let source: AttributionSource

    public init(_ capture: LabelledCapture, classifier: DestinationClassifier) {
        (self.classifier, app, source) = (classifier, capture.app, capture.source)
    }

    public mutating func label(_ record: inout FlowRecord) {
        record.app = app?.id
        record.attribution = source
        classifier.classify(&record, app: app)
    }
}
