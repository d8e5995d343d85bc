/// A capture with the app that it is of, how we know, and what is known of it beside its packets.
public struct LabelledCapture: Sendable {
    /// The files of one run, in order of time; one in most cases.
    public var files: [CapturePath]
    public var app: AppIdentity?
    public var source: AttributionSource
    /// When the app was in which phase; without phases all is foreground.
    public var timeline = PhaseTimeline([])
    /// The markers that `timeline` is made of; nil where stretches of phases, or nothing, tell it.
    public private(set) var marking: PhaseMarking?
    /// Where they came from.
    public private(set) var markingSource: MarkingAccount.Source?
    /// Seconds after a phase of background or idle began that count in no phase, for markers that are found in the capture.
    public var settle = 0.0
    /// Seconds observed by phase, where the person knows better than the packets tell.
    public var exposure: [Phase: Double] = [:]
    /// The phone's addresses, where this capture's own are known.
    public var phones: [PhoneAddress] = []

    public init(files: [CapturePath], app: AppIdentity?, source: AttributionSource) {
        (self.files, self.app, self.source) = (files, app, source)
    }

    /// Takes markers, and the phases that they tell.
    public mutating func mark(_ marking: PhaseMarking, _ source: MarkingAccount.Source) {
        (self.marking, markingSource, timeline) = (marking, source, marking.timeline)
    }

    /// Takes stretches of phases.
    public mutating func mark(_ intervals: [PhaseTimeline.Interval], settle: Double) {
        self.settle = settle
        guard !intervals.isEmpty else { return }
        (marking, markingSource, timeline) = (nil, .study, PhaseTimeline(intervals))
        timeline.settle(seconds: settle)
    }

    /// The app by the user's word, else by folder and file name (DESIGN.md §5); the number that a ring gives its files is no
    /// part of the name.
    public init(_ files: [CapturePath], app: AppIdentity?, catalog: AppCatalog) {
        let path = files.first.flatMap { $0.isStandardInput || $0.isConnection ? nil : $0 }
        if let app {
            self.init(files: files, app: app, source: .option)
        } else if let path, let found = FolderConvention.app(
            given: CaptureRing.nameWithoutNumber(path.given), file: CaptureRing.nameWithoutNumber(path.path), catalog: catalog) {
            self.init(files: files, app: catalog.identity(orUnknown: found.alias), source: found.source)
        } else {
            self.init(files: files, app: nil, source: .unattributed)
        }
    }
}
