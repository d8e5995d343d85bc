import Testing

@testable import TrafficCore

@Suite struct FlowLabellingTests {
    private let catalog = AppCatalog(rows: """
        weather\tweather,org.weatherly\tWeatherly\tWeatherly\tweather\t
        pix\tpix,com.peerpix\tPeerPix\tPeerPix\tsocial\t
        """)

    private func record(_ labels: [AppLabel]?, server: String = "a.example", packets: Int = 4) -> FlowRecord {
        var record = EngineReading.nothing
        record.facts.serverName = server
        record.facts.service = .tls
        (record.service, record.state, record.phone) = ("tls", "SF", .originator)
        record.packets = Directional(forward: packets, reverse: packets)
        record.labels = labels.map { $0.map { AppLabelShare(label: $0, packets: 4, octets: 100) } }
        return record
    }

    private func labelled(
        _ given: FlowRecord, app: String? = "capture", source: AttributionSource = .stem, _ change: (inout AttributionEvidence) -> Void = { _ in }
    ) -> FlowRecord {
        var evidence = AttributionEvidence()
        change(&evidence)
        let capture = LabelledCapture(files: [], app: app.map { AppIdentity(id: $0) }, source: source)
        let classifier = DestinationClassifier(catalogue: DestinationCatalogue(rows: ""), geography: nil)
        var labelling = FlowLabelling(capture, classifier: classifier, catalog: catalog, evidence: evidence)
        var flow = ClosedFlow(record: given, bursts: []), result: [FlowRecord] = []
        labelling.take(&flow) { result.append($0.record) }
        labelling.finish { result.append($0.record) }
        return result.count == 1 ? result[0] : EngineReading.nothing
    }

    @Test("labels go before the capture's name; the app is the catalogue's, else what the label calls it")
    func labels() {
        let known = labelled(record([AppLabel(place: .appBlock, uid: 10303, package: "org.weatherly", name: "Weatherly")]))
        #expect(known.app == "weather" && known.attribution == .appBlock && known.attributionConfidence == .high)
        #expect(labelled(record([AppLabel(place: .trailer, uid: 10400, name: "Mail é")])).app == "Mail é")
        #expect(labelled(record([AppLabel(place: .netfilterLog, uid: 10400)])).app == "uid-10400")
        let few = labelled(record([AppLabel(place: .packetTap, process: "Pix")], packets: 40))
        #expect(few.app == "pix" && few.attributionConfidence == .medium)
    }

    @Test("a labelled capture's name says nothing of flows without label; the user's word does")
    func unlabelled() {
        let byName = labelled(record([]))
        #expect(byName.app == nil && byName.attribution == .unattributed)
        #expect(labelled(record([]), source: .option).app == "capture")
        #expect(labelled(record(nil)).app == "capture")
    }

    @Test("labels of two apps are a conflict, of two processes of one app none; the system beside an app is not the sender")
    func conflict() {
        let two = labelled(record([AppLabel(place: .packetTap, process: "pix"), AppLabel(place: .packetTap, process: "weather")]))
        #expect(two.app == nil && two.attribution == .conflict && two.appCandidates == ["pix", "weather"] && two.attributionConfidence == nil)
        let one = labelled(record([AppLabel(place: .packetTap, pid: 1, process: "pix"), AppLabel(place: .packetTap, pid: 2, process: "pix")]))
        #expect(one.app == "pix" && one.attribution == .packetTap)
        let system = labelled(record([AppLabel(place: .netfilterLog, uid: 1000)]))
        #expect(system.app == "uid-1000" && system.system == SystemTraffic(.osService, .sender) && system.attribution == .netfilterLog)
    }

    @Test("what only systems ask is the system's, unless the capture says that an app asked")
    func system() {
        let name = "connectivitycheck.gstatic.com"
        let told = labelled(record(nil, server: name))
        #expect(told.app == nil && told.system == SystemTraffic(.connectivityCheck, .destination) && told.attribution == .system)
        #expect(labelled(record([AppLabel(place: .packetTap, process: "pix")], server: name)).app == "pix")
        var clock = record(nil)
        clock.facts.service = .ntp
        #expect(labelled(clock).system == SystemTraffic(.time, .service))
    }

    @Test("what the phone asks when nobody uses it is the system's, but not the app's own machines")
    func idle() {
        let told = labelled(record(nil, server: "sync.example")) { $0.idleDestinations = ["sync.example"] }
        #expect(told.system == SystemTraffic(.idle, .idleCapture) && told.app == nil)
        #expect(labelled(record(nil, server: "other.example")) { $0.idleDestinations = ["sync.example"] }.app == "capture")
        // An address that resolves names may be somebody's machine as well.
        var nameless = record(nil)
        (nameless.facts.serverName, nameless.responder) = (nil, Endpoint(address: IPAddress(v4: 0xc0a8_0101), port: 53))
        let asked = labelled(nameless).idleDestination
        #expect(asked == "192.168.1.1 \(nameless.transport.name) 53")
        #expect(labelled(nameless) { $0.idleDestinations = [asked ?? ""] }.system == SystemTraffic(.idle, .idleCapture))
        nameless.responder.port = 80
        #expect(labelled(nameless) { $0.idleDestinations = [asked ?? "", "192.168.1.1"] }.system == nil)
    }

    @Test("guesses only where asked for, and marked")
    func inference() {
        var agent = record(nil)
        agent.facts.userAgent = "Weather/3.1 (Android 14)"
        #expect(labelled(agent).app == "capture")
        let guessed = labelled(agent) { $0.infers = true }
        #expect(guessed.app == "weather" && guessed.attribution == .userAgent && guessed.attribution.isInferred)
        // A label is evidence: no guess is made.
        var both = record([AppLabel(place: .packetTap, process: "pix")])
        both.facts.userAgent = "Weather/3.1"
        #expect(labelled(both) { $0.infers = true }.app == "pix")
        #expect(labelled(record(nil)) { $0.infers = true }.attribution == .unattributed)
        for comment in ["okhttp/4.9 like Weather", "curl/7.0 (Weather)", "MyNotes/1.0 (weather/2; pix)"] {
            agent.facts.userAgent = comment
            #expect(labelled(agent) { $0.infers = true }.attribution != .userAgent, "\(comment)")
        }
    }
}
