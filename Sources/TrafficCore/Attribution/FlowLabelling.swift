/// What attribution may use beside the captures.
public struct AttributionEvidence: Sendable {
    /// Which connection, user id or address is which app's, as files beside the capture say.
    public var appMap = AppMap()
    /// What the phone also asked when no app was used, as `FlowRecord.idleDestination` has it.
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
    /// A reference, as everywhere here: copying an app for each flow costs more than looking its destination up.
    private let app: Shared<AppIdentity>?
    private let source: AttributionSource
    private let timeline: PhaseTimeline
    private let catalog: AppCatalog
    private let evidence: AttributionEvidence
    private let system = SystemCatalog.builtIn
    /// What labels and names were found to be.
    private var identities: [AppLabel: Identified] = [:]
    private static var limit: Int { 8192 }
    /// nil unless guesses are asked for.
    private let inference: AppInference?
    private var held = HeldFlows()

    private enum Sender {
        case nobody, system(SystemTraffic.Kind, String?), app(Shared<AppIdentity>)
    }

    /// A label with what the app map knows of it, and whom that names.
    private struct Identified {
        var label: Shared<AppLabel>
        var sender: Sender
    }

    public init(
        _ capture: LabelledCapture, classifier: DestinationClassifier, catalog: AppCatalog = AppCatalog(),
        evidence: AttributionEvidence = AttributionEvidence()
    ) {
        (self.classifier, app, source, timeline) = (classifier, capture.app.map { Shared($0) }, capture.source, capture.timeline)
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
        let receiver = classifier.receiver(of: &record)
        if record.labels != nil || !evidence.appMap.isEmpty, let sender = attribute(&record) {
            return classifier.classify(&record, receiver, app: sender)
        }
        guard record.attribution == .unattributed, record.system == nil else { return classifier.classify(&record, receiver, app: nil) }
        if let system = systemTraffic(record.facts.service, receiver) {
            (record.system, record.attribution, record.attributionConfidence) = (system, .system, .medium)
            return classifier.classify(&record, receiver, app: nil)
        }
        classifier.classify(&record, receiver, app: app)
        // Nothing more is asked where there is nothing to ask: to lend a record is to copy several hundred octets.
        if !evidence.idleDestinations.isEmpty, isAlsoIdle(record) {
            (record.system, record.attribution) = (SystemTraffic(.idle, .idleCapture), .system)
            record.attributionConfidence = .medium
            classifier.classify(&record, receiver, app: nil)
        } else if evidence.infers, let (guess, source) = guess(record) {
            (record.app, record.attribution, record.attributionConfidence) = (guess.id, source, source == .userAgent ? .medium : .low)
            classifier.classify(&record, app: guess)
        } else if isWhole(hasLabels: record.labels != nil) {
            (record.app, record.attribution) = (app?.value.id, source)
        } else if app != nil {
            // Where the capture says whose packets are, its name says nothing of the others.
            classifier.classify(&record, receiver, app: nil)
        }
    }

    /// Whether what is said of all of the capture holds for a flow, one with labels or without. Where the capture, or a file, says of
    /// single flows whose they are, the capture's name and folder say nothing of the others.
    private func isWhole(hasLabels: Bool) -> Bool {
        if source == .option || source == .study { return true }
        guard !hasLabels, evidence.appMap.isEmpty else { return false }
        return !evidence.infers || app?.value.owner != nil
    }

    private func guess(_ record: borrowing FlowRecord) -> (AppIdentity, AttributionSource)? {
        guard !isWhole(hasLabels: record.labels != nil) || source == .unattributed, record.phone != .responder,
            let found = inference?.guess(record)
        else { return nil }
        return (found.app, found.source)
    }

    // MARK: What is said of this flow

    /// Takes the app from labels or from the app map; returns it. nil when neither names an app, or they contradict each other.
    private mutating func attribute(_ record: inout FlowRecord) -> Shared<AppIdentity>? {
        var senders = Senders(), packets = 0, place: AppLabel.Place?
        for share in record.labels ?? [] {
            guard senders.take(identified(share.label)) else { continue }
            packets += share.packets
            place = place ?? share.label.place
        }
        if let place {
            if !evidence.appMap.isEmpty { record.mapped = senders.first }
            record.attribution = AttributionSource(place)
            let all = record.packets.forward.addingReportingOverflow(record.packets.reverse).partialValue
            record.attributionConfidence = packets >= all / 2 ? .high : .medium
            return settle(&record, senders)
        }
        guard !evidence.appMap.isEmpty, let match = evidence.appMap.match(record) else { return nil }
        for label in match.labels { _ = senders.take(identified(label)) }
        guard !senders.isEmpty else { return nil }
        (record.attribution, record.attributionConfidence, record.mapped) = (.appMap, match.confidence, senders.first)
        return settle(&record, senders)
    }

    /// Whom the labels of one flow name.
    private struct Senders {
        private var labels: [Shared<AppLabel>] = []
        private(set) var apps: [Shared<AppIdentity>] = []
        private(set) var system: (kind: SystemTraffic.Kind, sender: String?)?
        /// The label that named somebody first.
        private(set) var first: Shared<AppLabel>?
        var isEmpty: Bool { apps.isEmpty && system == nil }

        /// False when it is nobody.
        mutating func take(_ identified: Identified) -> Bool {
            switch identified.sender {
            case .nobody: return false
            case .system(let kind, let sender): system = system ?? (kind, sender)
            case .app(let app): take(app, identified.label)
            }
            first = first ?? identified.label
            return true
        }

        /// A user id without a name is the app that has one beside the same user id.
        private mutating func take(_ app: Shared<AppIdentity>, _ label: Shared<AppLabel>) {
            for (index, other) in labels.enumerated() {
                if apps[index].value.id == app.value.id { return }
                guard let uid = label.value.uid, other.value.uid == uid, other.value.isNameless || label.value.isNameless else { continue }
                if other.value.isNameless { (apps[index], labels[index]) = (app, label) }
                if other === first { first = labels[index] }
                return
            }
            apps.append(app)
            labels.append(label)
        }
    }

    private func settle(_ record: inout FlowRecord, _ senders: Senders) -> Shared<AppIdentity>? {
        if senders.apps.count > 1 {
            (record.attribution, record.attributionConfidence) = (.conflict, nil)
            record.appCandidates = senders.apps.map(\.value.id).sorted { $0.precedes($1) }
            return nil
        }
        if let app = senders.apps.first {
            record.app = app.value.id
            return app
        }
        guard let system = senders.system else { return nil }
        record.app = system.sender
        record.system = SystemTraffic(system.kind, .sender)
        return nil
    }

    private mutating func identified(_ label: AppLabel) -> Identified {
        if let known = identities[label] { return known }
        let named = evidence.appMap.completed(label)
        let identity = catalog.identity(of: named)
        let sender: Sender = system.kind(ofSender: named).map { .system($0, identity?.id) } ?? identity.map { .app(Shared($0)) } ?? .nobody
        let made = Identified(label: Shared(named), sender: sender)
        if identities.count >= Self.limit { identities.removeAll(keepingCapacity: true) }
        identities[label] = made
        return made
    }

    // MARK: The system

    /// What a phone's system sends for itself, whatever app is used: by the protocol, else by whom it is sent to.
    private mutating func systemTraffic(_ service: Service?, _ receiver: DestinationClassifier.Receiver) -> SystemTraffic? {
        if let kind = SystemCatalog.kind(ofService: service) { return SystemTraffic(kind, .service) }
        return classifier.systemKind(of: receiver, by: system).map { SystemTraffic($0, .destination) }
    }

    /// Whether the phone asked the destination when no app was used, too. What the app's own maker gets is the app's, though it may have
    /// run then as well.
    private func isAlsoIdle(_ record: borrowing FlowRecord) -> Bool {
        guard record.party != .first, let destination = record.idleDestination else { return false }
        return evidence.idleDestinations.contains(destination)
    }
}

extension FlowRecord {
    /// Whom a flow is to, as an idle capture tells of it: a name; an address without one only with transport and port, since a machine that
    /// resolves names may do something else as well. nil before the flow was classified.
    public var idleDestination: String? {
        guard let destination else { return nil }
        guard destination.nameSource == .address else { return destination.name }
        return "\(destination.name) \(transport.name) \((phone == .responder ? originator : responder).port)"
    }
}
