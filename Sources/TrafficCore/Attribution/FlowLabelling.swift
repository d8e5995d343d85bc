/// What attribution may use beside the captures.
public struct AttributionEvidence: Sendable {
    /// Which connection, user id or address is which app's, as files beside the capture say.
    public var appMap = AppMap()
    /// Names that the phone also asked when no app was used.
    public var idleDestinations: Set<String> = []
    /// Guess where nothing is known.
    public var infers = false
    public init() {}
}

/// Gives every flow of a capture its app, its destination and its phase (DESIGN.md §5, "Which app?").
///
/// What the capture itself says of a flow comes first, then files beside it, then what is known of all of the capture. Destinations
/// that only the phone's system asks are the system's, unless the capture says that an app sent the flow.
public struct FlowLabelling {
    private var classifier: DestinationClassifier
    private let app: AppIdentity?
    private let source: AttributionSource
    private let timeline: PhaseTimeline
    private let catalog: AppCatalog
    private let evidence: AttributionEvidence
    private let system = SystemCatalog.builtIn
    /// What labels and names were found to be.
    private var identities: [AppLabel: Sender] = [:]
    private var systemNames: [String: SystemTraffic.Kind?] = [:]
    private static var limit: Int { 8192 }
    /// nil unless guesses are asked for.
    private let inference: AppInference?
    private var held = HeldFlows()

    private enum Sender {
        case nobody, system(SystemTraffic.Kind, AppIdentity?), app(AppIdentity)
    }

    public init(
        _ capture: LabelledCapture, classifier: DestinationClassifier, catalog: AppCatalog = AppCatalog(),
        evidence: AttributionEvidence = AttributionEvidence()
    ) {
        (self.classifier, app, source, timeline) = (classifier, capture.app, capture.source, capture.timeline)
        (self.catalog, self.evidence) = (catalog, evidence)
        inference = evidence.infers ? AppInference(catalog) : nil
    }

    /// Labels a flow and passes it on: at once, or with `finish` where guesses need all flows of the capture.
    public mutating func take(_ flow: inout ClosedFlow, _ body: (inout ClosedFlow) -> Void) {
        label(&flow.record)
        guard inference != nil else { return body(&flow) }
        held.hold(flow)
        if held.isFull { finish(body) }
    }

    /// Passes on what was held back, in order.
    public mutating func finish(_ body: (inout ClosedFlow) -> Void) {
        guard inference != nil else { return }
        let guesses = held.inferByOthers()
        var flows = held.releaseAll()
        for index in flows.indices {
            if let guess = guesses[index] {
                (flows[index].record.app, flows[index].record.attribution) = (guess.app, guess.source)
                flows[index].record.attributionConfidence = .low
                classifier.classify(&flows[index].record, app: catalog.identity(orUnknown: guess.app))
            }
            body(&flows[index])
        }
    }

    mutating func label(_ record: inout FlowRecord) {
        if timeline.hasPhases { record.phase = timeline.phase(from: record.first, to: record.last) }
        if record.labels != nil || !evidence.appMap.isEmpty, let sender = attribute(&record) {
            classifier.classify(&record, app: sender)
            return
        }
        guard record.attribution == .unattributed, record.system == nil else {
            classifier.classify(&record, app: nil)
            return
        }
        classifier.classify(&record, app: app)
        if let kind = systemKind(of: record) {
            (record.system, record.attribution, record.attributionConfidence) = (kind, .system, .medium)
            classifier.classify(&record, app: nil)
        } else if let (guess, source) = guess(record) {
            (record.app, record.attribution, record.attributionConfidence) = (guess.id, source, source == .userAgent ? .medium : .low)
            classifier.classify(&record, app: guess)
        } else if isWhole(record) {
            (record.app, record.attribution) = (app?.id, source)
        } else if app != nil {
            // Where the capture says whose packets are, its name says nothing of the others.
            classifier.classify(&record, app: nil)
        }
    }

    /// Whether what is said of all of the capture holds for this flow. Where the capture, or a file, says of single flows whose they
    /// are, the capture's name and folder say nothing of the others.
    private func isWhole(_ record: borrowing FlowRecord) -> Bool {
        if source == .option || source == .study { return true }
        guard record.labels == nil, evidence.appMap.isEmpty else { return false }
        return inference == nil || app?.owner != nil
    }

    private func guess(_ record: borrowing FlowRecord) -> (AppIdentity, AttributionSource)? {
        guard let inference, !isWhole(record) || source == .unattributed, record.phone != .responder,
            let found = inference.guess(record)
        else { return nil }
        return (found.app, found.source)
    }

    // MARK: What is said of this flow

    /// Takes the app from labels or from the app map; returns it. nil when neither names an app, or they contradict each other.
    private mutating func attribute(_ record: inout FlowRecord) -> AppIdentity? {
        var senders = Senders(), packets = 0, place: AppLabel.Place?
        for share in record.labels ?? [] {
            guard senders.take(sender(share.label)) else { continue }
            packets += share.packets
            place = place ?? share.label.place
        }
        if let place {
            record.attribution = AttributionSource(place)
            let all = record.packets.forward.addingReportingOverflow(record.packets.reverse).partialValue
            record.attributionConfidence = packets >= all / 2 ? .high : .medium
            return settle(&record, senders)
        }
        guard !evidence.appMap.isEmpty, let match = evidence.appMap.match(record) else { return nil }
        for label in match.labels { _ = senders.take(sender(label)) }
        guard !senders.isEmpty else { return nil }
        (record.attribution, record.attributionConfidence) = (.appMap, match.confidence)
        return settle(&record, senders)
    }

    /// Whom the labels of one flow name.
    private struct Senders {
        var apps: [AppIdentity] = []
        var system: (kind: SystemTraffic.Kind, sender: AppIdentity?)?
        var isEmpty: Bool { apps.isEmpty && system == nil }

        /// False when it is nobody.
        mutating func take(_ sender: Sender) -> Bool {
            switch sender {
            case .nobody: return false
            case .system(let kind, let identity): system = system ?? (kind, identity)
            case .app(let app): if !apps.contains(where: { $0.id == app.id }) { apps.append(app) }
            }
            return true
        }
    }

    private func settle(_ record: inout FlowRecord, _ senders: Senders) -> AppIdentity? {
        if senders.apps.count > 1 {
            (record.attribution, record.attributionConfidence) = (.conflict, nil)
            record.appCandidates = senders.apps.map(\.id).sorted { $0.precedes($1) }
            return nil
        }
        if let app = senders.apps.first {
            record.app = app.id
            return app
        }
        guard let system = senders.system else { return nil }
        record.app = system.sender?.id
        record.system = SystemTraffic(system.kind, .sender)
        return nil
    }

    private mutating func sender(_ label: AppLabel) -> Sender {
        if let known = identities[label] { return known }
        let named = evidence.appMap.completed(label)
        let identity = catalog.identity(of: named)
        let made: Sender = system.kind(ofSender: named).map { .system($0, identity) } ?? identity.map(Sender.app) ?? .nobody
        if identities.count >= Self.limit { identities.removeAll(keepingCapacity: true) }
        identities[label] = made
        return made
    }

    // MARK: The system

    private mutating func systemKind(of record: borrowing FlowRecord) -> SystemTraffic? {
        if let kind = SystemCatalog.kind(ofService: record.facts.service) { return SystemTraffic(kind, .service) }
        guard let source = record.destination?.nameSource, let name = record.destination?.name else { return nil }
        if source != .address {
            let kind: SystemTraffic.Kind?
            if let known = systemNames[name] {
                kind = known
            } else {
                kind = system.kind(ofDestination: name)
                if systemNames.count >= Self.limit { systemNames.removeAll(keepingCapacity: true) }
                systemNames[name] = kind
            }
            if let kind { return SystemTraffic(kind, .destination) }
        }
        // What the app's own maker gets is the app's, though it may have run in the idle capture too.
        guard !evidence.idleDestinations.isEmpty, record.party != .first, evidence.idleDestinations.contains(name) else { return nil }
        return SystemTraffic(.idle, .idleCapture)
    }
}
