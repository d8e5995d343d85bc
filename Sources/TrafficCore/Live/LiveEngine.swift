/// What a live capture is analysed by, and where it is written.
public struct LiveAnalysis: Sendable {
    /// The app, as far as it is known beforehand.
    public var capture: LabelledCapture
    public var evidence = AttributionEvidence()
    public var options = InspectionOptions()
    public var recording: RecordingPlan?
    /// Name and version of the program that writes.
    public var program = "trafficscope"
    public var catalogue: DestinationCatalogue
    public var geography: GeoDatabase?

    public init(_ capture: LabelledCapture, catalogue: DestinationCatalogue, geography: GeoDatabase?) {
        (self.capture, self.catalogue, self.geography) = (capture, catalogue, geography)
    }
}

/// A live capture on its way: packets in; a recording, flows and sums out. One thread owns it. It is the way that files take, in pieces.
struct LiveEngine: ~Copyable {
    private let analysis: LiveAnalysis
    private let catalog = AppCatalog()
    private var run: InspectionRun
    private var labelling: FlowLabelling
    private var sums: Sums
    private var recorder: CaptureRecorder?
    private let gathered = GatheredEvidence()
    private var interfaces: [CaptureInterface] = []
    private(set) var markers: [Marker] = []
    private var marking: PhaseMarking
    /// When the oldest comment began to wait for a packet.
    private var waitsSince: Int64?
    private var counted = InterfaceStatistics()
    /// Packets that the analysis was too slow for.
    var dropped = 0
    /// Names that may still be learnt from a sender's blocks.
    private var namesLeft = CaptureFile.resolvedNameLimit
    private var packets = 0
    private var octets = 0
    /// Why the recording ended early.
    private(set) var problem: CaptureError?
    /// Told by the source since it was last asked.
    private(set) var said: [String] = []
    private var files: [String] = []

    /// What the flows come to.
    private struct Sums {
        var summary = InspectionSummary()
        var builder: CaptureProfileBuilder
        /// The phases that markers tell; nil when there are none. Made when a marker comes: it is looked at for each flow.
        var timeline: PhaseTimeline?

        mutating func add(_ record: FlowRecord, bursts: [Burst]) {
            summary.add(record, bursts: bursts, timeline: timeline)
            builder.add(record, bursts: bursts)
        }

        /// Counts a flow that has closed, and tells it. Rows of flows have no hint at unknown protocols, as `flows` keeps no sample.
        mutating func add(_ flow: inout ClosedFlow, _ each: (inout ClosedFlow) -> Void) {
            add(flow.record, bursts: flow.bursts)
            flow.record.facts.sampled = 0
            each(&flow)
        }

        /// - Parameter first: time of the capture's first packet.
        mutating func mark(_ timeline: PhaseTimeline, first: Int64?) {
            let hadPhases = self.timeline?.hasPhases ?? false
            self.timeline = timeline
            guard timeline.hasPhases, !hadPhases else { return }
            let opening = timeline.intervals.first
            if opening?.phase != .foreground || opening?.start ?? .min > first ?? .max { summary.leavePhases() }
        }
    }

    /// Bursts that are kept one by one, and the nanoseconds by which markers may come late.
    var foldLimit = 1 << 13
    private static var foldLag: Int64 { 10_000_000_000 }
    /// Nanoseconds that a comment waits for a packet to stand on.
    private static var patience: Int64 { 1_000_000_000 }

    /// - Throws: `CaptureError` when the recording cannot be made.
    init(_ analysis: LiveAnalysis, filter: String?, name: String, at time: Int64) throws(CaptureError) {
        self.analysis = analysis
        var recorder: CaptureRecorder?
        if let plan = analysis.recording { recorder = try CaptureRecorder(plan, program: analysis.program, filter: filter, at: time) }
        var run = try InspectionRun(CaptureIdentity(name: name, id: "", timeDigits: 9), analysis.options, InspectionControl())
        run.identifiesByFirstPacket = true
        run.begin(gathered)
        self.recorder = recorder
        self.run = run
        labelling = FlowLabelling(
            analysis.capture, classifier: DestinationClassifier(catalogue: analysis.catalogue, geography: analysis.geography), catalog: catalog,
            evidence: analysis.evidence)
        sums = Sums(
            builder: CaptureProfileBuilder(app: analysis.capture.app, onlyApp: true, geography: analysis.geography, catalogue: analysis.catalogue))
        marking = PhaseMarking([], clock: ClockOffset(uncertainty: 0, source: .capture), settle: analysis.capture.settle)
    }

    // MARK: What comes

    /// Takes what a batch holds. `each` gets every flow that closes.
    mutating func take(_ batch: borrowing PacketBatch, _ each: (inout ClosedFlow) -> Void) {
        batch.forEach { packet in
            // What cannot be recorded any more is not analysed either: both tell the same.
            guard problem == nil else { return }
            packets += 1
            octets.addSaturating(packet.record.wireLength)
            record(packet)
            run.take(packet)
            count(each)
        } notice: { notice in
            take(notice)
            count(each)
        }
    }

    private mutating func record(_ packet: borrowing PacketView) {
        do throws(CaptureError) { try recorder?.write(packet) } catch { problem = error }
    }

    private mutating func take(_ notice: PacketBatch.Notice) {
        switch notice {
        case .idle(let time):
            run.advance(to: time)
            write { recorder throws(CaptureError) in try recorder?.note(PcapngBlocks.idleComment, at: time) }
        case .away(let time): note(PcapngBlocks.awayComment, at: time)
        case .back(let time): note(PcapngBlocks.backComment, at: time)
        case .said(let text):
            said.append(text)
            let time = LiveInterface.now
            write { recorder throws(CaptureError) in try recorder?.note("trafficscope: " + text, at: time) }
        case .counted(let statistics):
            counted = statistics
            recorder?.take(statistics, dropped: dropped)
        case .interface(let interface, let name):
            interfaces.append(interface)
            run.setTimeDigits(9)
            recorder?.add(interface, name: name)
        case .block(let type, let body): take(type, body)
        }
    }

    /// That the interface was away, as whoever reads the recording has it too.
    private mutating func note(_ comment: String, at time: Int64) {
        gathered.take([comment], at: time)
        write { recorder throws(CaptureError) in try recorder?.note(comment, at: time) }
    }

    /// What the sender of a capture wrote between its packets: it is evidence, and written too.
    private mutating func take(_ type: PcapngBlockType, _ body: [UInt8]) {
        let order = SectionOrder(isSwapped: false)
        switch type {
        case .custom where body.count >= 4 && body.span.u32(0, order) == CaptureApp.enterprise:
            run.noteSynthetic("PCAPdroid")
            if let app = CaptureApp(body.span.extracting(4..<body.count), order, section: 0) { gathered.evidence.add(app) }
        case .processInformation:
            if let process = CaptureProcess(body.span, order, section: 0) { gathered.evidence.add(process) }
        case .nameResolution:
            let names = resolvedNames(body.span, order, limit: namesLeft)
            namesLeft -= names.count
            for (address, name) in names { run.learn(name, for: address) }
        case .decryptionSecrets:
            if let secrets = CaptureSecrets(body.span, order, section: 0, packetsBefore: packets) { gathered.evidence.add(secrets) }
        default: break
        }
        recorder?.add(block: type, body)
    }

    private mutating func write(_ body: (inout CaptureRecorder?) throws(CaptureError) -> Void) {
        guard problem == nil else { return }
        do throws(CaptureError) { try body(&recorder) } catch { problem = error }
    }

    /// Counts the flows that have closed.
    @inline(__always)
    private mutating func count(_ each: (inout ClosedFlow) -> Void) {
        run.takeClosed { flow in
            labelling.take(&flow) { flow in sums.add(&flow, each) }
        }
    }

    // MARK: Markers

    /// Notes what the person with the phone did. It stands on the next packet of the recording, with its own time.
    mutating func mark(_ marker: Marker) {
        guard markers.count < CaptureNotes.markerLimit else { return }
        markers.append(marker)
        marking = PhaseMarking(markers, clock: ClockOffset(uncertainty: 0, source: .capture), settle: analysis.capture.settle)
            .naming(analysis.capture.app, byLastPart: true, catalog: catalog)
        sums.mark(marking.timeline, first: run.engine.overview.first)
        recorder?.comment(marker.comment, at: marker.time)
        if waitsSince == nil { waitsSince = LiveInterface.now }
    }

    /// Called now and then: hands what is recorded to the system, and folds what is long past.
    mutating func rest() {
        let now = LiveInterface.now
        if sums.builder.unfoldedBursts > foldLimit { fold() }
        if let since = waitsSince, now - since >= Self.patience {
            waitsSince = nil
            write { recorder throws(CaptureError) in try recorder?.noteWaiting(at: now) }
        }
        write { recorder throws(CaptureError) in try recorder?.flush() }
    }

    private mutating func fold() {
        let overview = run.engine.overview
        guard let first = overview.first, let last = overview.last else { return }
        let start = min(counted.start ?? first, first)
        let (limit, isOver) = last.subtractingReportingOverflow(Self.foldLag)
        guard !isOver else { return }
        sums.builder.fold(before: limit, timeline: sums.timeline.flatMap { $0.hasPhases ? $0 : nil }, start: start, now: last)
    }

    mutating func takeSaid() -> [String] {
        defer { said = [] }
        return said
    }

    // MARK: What is seen

    /// The capture as if it ended now.
    mutating func picture() -> LivePicture {
        var sums = sums, classified = labelling
        let phone = run.showOpen { flow in
            classified.label(&flow.record)
            sums.add(flow.record, bursts: flow.bursts)
        }
        labelling = classified      // what it has learnt is of use to the next
        var summary = sums.summary
        var overview = run.engine.overview
        (overview.phone, overview.phoneReason) = phone
        let now = LiveInterface.now
        overview.awaySeconds = gathered.awaySeconds(in: ObservedSpan(start: counted.start ?? now, end: now))
        summary.close(overview, timeline: marking.timeline)
        summary.finish(overviews: [overview])
        return LivePicture(
            time: LiveInterface.now, overview: overview, summary: summary, openFlows: run.engine.openFlows, packets: packets, octets: octets, counted: counted,
            dropped: dropped, files: recorder?.files ?? files, markers: markers, builder: sums.builder, timeline: marking.timeline)
    }

    /// Ends the capture: all flows close, the recording is a whole file.
    mutating func finish(at now: Int64 = LiveInterface.now, _ each: (inout ClosedFlow) -> Void) -> CaptureReading {
        recorder?.take(counted, dropped: dropped)
        write { recorder throws(CaptureError) in try recorder?.finish(at: now) }
        // As the files of the recording say it together.
        var written = counted
        (written.start, written.end, written.delivered) = (counted.start ?? recorder?.spans.first?.start, now, UInt64(packets))
        if dropped > 0 { written.lostBySystem = (written.lostBySystem ?? 0) &+ UInt64(dropped) }
        let isComplete = problem == nil && recorder?.isComplete ?? false
        files = recorder?.files ?? []
        let spans = isComplete ? recorder?.spans ?? [] : []
        recorder = nil
        var span = InterfaceStatistics()
        (span.start, span.end) = (written.start, written.end)
        for number in interfaces.indices { gathered.evidence.add(number == 0 ? written : span, ofInterface: number) }
        var part = run.engine.overview
        part.format = "pcapng"
        part.linkTypes = interfaces.map(\.linkType)
        part.dropped = gathered.evidence.dropped
        part.notes = run.notes(with: gathered)
        if let first = part.first, let last = part.last {
            part.observed = gathered.evidence.observed(interfaces: interfaces.count, packets: packets, first: first, last: last)
        }
        part.awaySeconds = gathered.awaySeconds(in: part.observed)
        var parts = [part]
        run.finish(&parts) { flow in
            labelling.take(&flow) { flow in sums.add(&flow, each) }
        }
        labelling.finish { flow in sums.add(&flow, each) }
        // What is not all in the files has an id of its own, made of its first packet.
        if isComplete, packets > 0, let id = CaptureContent.captureID(of: files) { parts[0].identity.id = id }
        parts[0].fileOctets = files.reduce(0) { $0 + Int64(GeoIndexLibrary.stamp($1)?.octets ?? 0) }
        return reading(parts, spans)
    }

    private mutating func reading(_ given: [CaptureOverview], _ spans: [ObservedSpan]) -> CaptureReading {
        var parts = given
        var timeline = marking.timeline
        // As whoever reads the files of the ring has it.
        if !timeline.hasPhases, spans.count > 1 {
            timeline = PhaseTimeline(spans.map { PhaseTimeline.Interval(phase: .foreground, start: $0.start, end: $0.end) })
        }
        sums.summary.close(parts[0], timeline: timeline)
        let outcome = sums.builder.finish(overview: parts[0], timeline: timeline, ledger: sums.summary.wholeLedger)
        var capture = analysis.capture
        if !markers.isEmpty { capture.mark(marking, .comments) }
        parts[0].damage = Inspection.unsupportedLink(parts[0])
        return CaptureReading(capture: capture, overview: parts[0], parts: parts, summary: sums.summary, outcome: outcome).accounted()
    }

    /// Files of the recording, those of a ring that are left.
    var recordedFiles: [String] { files }
}

extension Marker {
    /// As a packet's comment has it, with its own time.
    var comment: String {
        var text = "marker: {\"t\":\"\(EpochTime.decimal(time))\",\"event\":\(Self.quoted(event))"
        for (key, value) in [("app", app), ("device", device), ("note", note)] {
            if let value { text += ",\"\(key)\":\(Self.quoted(value))" }
        }
        return text + "}"
    }

    /// A JSON string (RFC 8259 §7).
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\" + String(scalar)
            case "\u{0}"..<"\u{20}", "\u{7f}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
