import Dispatch
import Synchronization

/// One capture, read and boiled down to what reports and comparisons need.
public struct CaptureReading: Sendable {
    public var capture: LabelledCapture
    public var overview: CaptureOverview
    public var summary: InspectionSummary
    public var outcome: ObservedCaptureBuilder.Outcome
}

/// Reads several captures, each by one thread; the results come in the order of the captures, whatever the threads.
public enum CaptureBatch {
    /// - Parameters:
    ///   - threads: captures read at the same time, at least 1.
    ///   - control: a fresh one for each capture.
    public static func read(
        _ captures: [LabelledCapture], options: InspectionOptions, geography: GeoDatabase?, threads: Int,
        control: @escaping @Sendable () -> InspectionControl
    ) -> [Result<CaptureReading, CaptureError>] {
        let results = Mutex([Result<CaptureReading, CaptureError>?](repeating: nil, count: captures.count))
        let nextIndex = Atomic<Int>(0)
        let catalogue = DestinationCatalogue()
        DispatchQueue.concurrentPerform(iterations: max(1, min(threads, captures.count))) { _ in
            while true {
                let index = nextIndex.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < captures.count else { return }
                let classifier = DestinationClassifier(catalogue: catalogue, geography: geography)
                let result = Result { () throws(CaptureError) in
                    try read(captures[index], options, classifier, geography, control())
                }
                results.withLock { $0[index] = result }
            }
        }
        return results.withLock { $0.compactMap { $0 } }
    }

    private static func read(
        _ capture: LabelledCapture, _ options: InspectionOptions, _ classifier: DestinationClassifier, _ geography: GeoDatabase?,
        _ control: InspectionControl
    ) throws(CaptureError) -> CaptureReading {
        let content = try CaptureContent(capture.path)
        var labelling = FlowLabelling(capture, classifier: classifier)
        var summary = InspectionSummary(), builder = ObservedCaptureBuilder(app: capture.app, geography: geography)
        let overview = try Inspection.read(content, options: options, control: control) { flow in
            labelling.label(&flow.record)
            summary.add(flow.record, bursts: flow.bursts)
            builder.add(flow.record, bursts: flow.bursts)
        }
        let outcome = builder.finish(overview: overview)
        return CaptureReading(capture: capture, overview: overview, summary: summary, outcome: outcome)
    }
}
