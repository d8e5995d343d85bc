import Dispatch
import Synchronization

/// One capture, read and boiled down to what reports and comparisons need.
public struct CaptureReading: Sendable {
    public var capture: LabelledCapture
    /// Of all its files together.
    public var overview: CaptureOverview
    /// Of each file.
    public var parts: [CaptureOverview]
    public var summary: InspectionSummary
    public var outcome: CaptureProfileBuilder.Outcome
    /// What it holds that tells the phone's clock, where that was asked.
    var clockEvidence = ClockEvidence(nil)

    /// With the account of its markers in the overviews, where reports look for it.
    func accounted() -> CaptureReading {
        var reading = self
        let account = MarkingAccount(of: self)
        reading.overview.marking = account
        if !parts.isEmpty { reading.parts[0].marking = account }
        if account?.hasDoubtfulEvents ?? false, case .observed(var profile) = outcome {
            profile.flags = (profile.flags + ["event_clock"]).sorted { $0.precedes($1) }
            reading.outcome = .observed(profile)
        }
        return reading
    }
}

/// Reads several captures, each by one thread; the results come in the order of the captures, whatever the threads.
public enum CaptureBatch {
    /// - Parameters:
    ///   - threads: captures read at the same time, at least 1.
    ///   - control: a fresh one for each capture.
    public static func read(
        _ captures: [LabelledCapture], options: InspectionOptions, catalogue: DestinationCatalogue = DestinationCatalogue(),
        geography: GeoDatabase?, evidence: AttributionEvidence = AttributionEvidence(), threads: Int, control: @escaping @Sendable () -> InspectionControl
    ) -> [Result<CaptureReading, CaptureError>] {
        let catalog = AppCatalog()
        @Sendable func labelling(_ capture: LabelledCapture, _ classifier: DestinationClassifier) -> FlowLabelling {
            FlowLabelling(capture, classifier: classifier, catalog: catalog, evidence: evidence)
        }
        let results = Mutex([Result<CaptureReading, CaptureError>?](repeating: nil, count: captures.count))
        let nextIndex = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: max(1, min(threads, captures.count))) { _ in
            while true {
                let index = nextIndex.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < captures.count else { return }
                let classifier = DestinationClassifier(catalogue: catalogue, geography: geography)
                let result = Result { () throws(CaptureError) in
                    // Markers in the capture itself, and the phone's clock, are known only at its end: then it is read again.
                    var first = try read(captures[index], options, labelling(captures[index], classifier), catalogue, geography, control)
                    let (again, needsReading) = MarkingFollowUp.capture(after: first, evidence: first.clockEvidence, catalog: catalog, options: options)
                    if needsReading { return try read(again, options, labelling(again, classifier), catalogue, geography, control).accounted() }
                    first.capture = again
                    return first.accounted()
                }
                results.withLock { $0[index] = result }
            }
        }
        return results.withLock { $0.compactMap { $0 } }
    }

    private static func read(
        _ capture: LabelledCapture, _ options: InspectionOptions, _ given: FlowLabelling, _ catalogue: DestinationCatalogue, _ geography: GeoDatabase?,
        _ control: () -> InspectionControl
    ) throws(CaptureError) -> CaptureReading {
        var labelling = given
        var summary = InspectionSummary(), builder = CaptureProfileBuilder(app: capture.app, onlyApp: true, geography: geography, catalogue: catalogue)
        var clock = ClockEvidence(capture.marking?.clock.source == .unknown ? capture.marking : nil)
        var options = options
        if !capture.phones.isEmpty { options.phones = capture.phones }
        let parts = try Inspection.read(capture.files, options: options, control: control()) { flow in
            labelling.take(&flow) { flow in
                clock.take(flow.record)
                summary.add(flow.record, bursts: flow.bursts, timeline: capture.timeline)
                builder.add(flow.record, bursts: flow.bursts)
            }
        }
        labelling.finish { flow in
            clock.take(flow.record)
            summary.add(flow.record, bursts: flow.bursts, timeline: capture.timeline)
            builder.add(flow.record, bursts: flow.bursts)
        }
        var timeline = capture.timeline
        if !timeline.hasPhases, parts.count > 1 {
            // The pauses between the files of a run were not observed.
            timeline = PhaseTimeline(parts.map { PhaseTimeline.Interval(phase: .foreground, start: $0.span?.start, end: $0.span?.end) })
        }
        let overview = CaptureOverview.joined(parts)
        summary.close(overview, timeline: timeline)
        var exposure = capture.exposure
        if !exposure.isEmpty, let span = overview.span {
            // What the person knows of the phase holds the settle time too.
            for (phase, seconds) in timeline.settledSeconds(first: span.start, last: span.end) { exposure[phase] = exposure[phase].map { max(0, $0 - seconds) } }
        }
        let outcome = builder.finish(overview: overview, timeline: timeline, exposure: exposure, ledger: summary.wholeLedger)
        return CaptureReading(capture: capture, overview: overview, parts: parts, summary: summary, outcome: outcome, clockEvidence: clock)
    }
}
