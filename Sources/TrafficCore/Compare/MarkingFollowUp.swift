/// What the first reading of a capture tells of its own phases: markers in its packets' comments, and how the phone's clock stands to
/// its own. Who knows nothing else reads it a second time with that.
enum MarkingFollowUp {
    /// The capture as it is now known, and whether that changes its phases.
    static func capture(
        after reading: CaptureReading, evidence: ClockEvidence, catalog: AppCatalog, options: InspectionOptions
    ) -> (LabelledCapture, needsReading: Bool) {
        var capture = reading.capture
        let canReadAgain = !options.follows && !capture.files.contains { $0.isStandardInput || $0.isConnection } && !reading.parts.contains(where: \.isStopped)
        let comments = reading.parts.flatMap(\.notes.markers)
        if var marking = capture.marking, let source = capture.markingSource {
            if !comments.isEmpty { marking.notes.append("\(Finding.counted(comments.count, "marker")) in its packets' comments are not used: markers were given") }
            guard marking.clock.source == .unknown else {
                capture.mark(marking, source)
                return (capture, false)
            }
            let (clock, notes) = evidence.estimate()
            marking.notes += notes
            guard clock.nanoseconds == 0 || canReadAgain else {
                marking.notes.append("the clock is \(clock.wording), which is not applied: it is known only at the end of a capture that can be read once")
                capture.mark(marking, source)
                return (capture, false)
            }
            marking.clock = clock
            capture.mark(marking, source)
            return (capture, clock.nanoseconds != 0)
        }
        guard !comments.isEmpty, !capture.timeline.hasPhases else { return (capture, false) }
        var (markers, unread) = Marker.read(comments)
        // Events alone tell no phase: all is foreground, from the capture's start.
        guard !markers.isEmpty else { return (capture, false) }
        var notes = unread > 0 ? ["\(Finding.counted(unread, "packet comment")) that begin with marker: are none"] : []
        guard canReadAgain else {
            notes.append("\(Finding.counted(markers.count, "marker")) in its packets' comments are not used: they are known only at the end of a capture that can be read once")
            markers = []
            capture.mark(PhaseMarking(markers, clock: ClockOffset(uncertainty: 0, source: .capture), settle: capture.settle, notes: notes), .comments)
            return (capture, false)
        }
        let marking = PhaseMarking(markers, clock: ClockOffset(uncertainty: 0, source: .capture), settle: capture.settle, notes: notes)
        capture.mark(marking.naming(capture.app, byLastPart: true, catalog: catalog), .comments)
        return (capture, true)
    }
}

extension MarkingAccount {
    /// nil when nothing tells the capture's phases.
    init?(of reading: CaptureReading) {
        let capture = reading.capture
        guard let source = capture.markingSource else { return nil }
        self.init(
            source: source, markers: capture.marking?.markers.count ?? 0, clock: capture.marking?.clock ?? ClockOffset(uncertainty: 0, source: .capture),
            settle: capture.marking?.settle ?? capture.settle, notes: capture.marking?.notes ?? [])
        guard let span = reading.overview.span else { return }
        var timeline = capture.timeline
        // Before open ends are closed: they would always reach into the capture.
        isOutside = capture.timeline.isOutside(first: span.start, last: span.end)
        timeline.close(first: span.start, last: span.end)
        events = timeline.foregroundMarks.count
    }
}
