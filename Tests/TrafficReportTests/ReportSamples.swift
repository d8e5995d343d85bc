@testable import TrafficCore
@testable import TrafficReport

/// Invented traffic and results, for tests and for looking at pages. Companies and names are made up.
enum ReportSamples {
    /// SplitMix64: the same numbers everywhere.
    struct Random {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
        mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }
        mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    }

    static let identity = CaptureIdentity(
        name: "captures/app/run1.pcap", id: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", timeDigits: 6)

    // MARK: Flow records

    /// A TCP flow of nothing but addresses: every optional field is unknown.
    static func bareRecord() -> FlowRecord {
        FlowRecord(
            capture: identity, firstFrame: 12, lastFrame: 40,
            originator: Endpoint(address: IPAddress(v4: 0x0a00_0001), port: 5000),
            responder: Endpoint(address: IPAddress(v4: 0x0102_0304), port: 443), transport: .tcp,
            first: 1_594_339_200_000_001_000, last: 1_594_339_201_500_000_000, packets: .init(forward: 3, reverse: 2),
            octets: .init(forward: 180, reverse: 120), payload: .init(forward: 30, reverse: 10), resent: .init(forward: 0, reverse: 0),
            overlapConflict: .init(forward: 0, reverse: 0), missing: .init(forward: 0, reverse: 0),
            outOfOrder: .init(forward: 0, reverse: 0), state: "SF",
            adus: .init(forward: PayloadSizeCounts(), reverse: PayloadSizeCounts()))
    }

    static var certificate: X509Certificate {
        var certificate = X509Certificate()
        (certificate.subject, certificate.issuer, certificate.commonName) = ("CN=api.example.org,O=Example \\\"A\\\"", "CN=Root", "api.example.org")
        (certificate.alternativeNames, certificate.notBefore, certificate.notAfter) = (["api.example.org", "*.example.org"], 1_577_836_800, 1_609_459_200)
        certificate.fingerprint = String(repeating: "ab", count: 32)
        return certificate
    }

    /// A QUIC flow over IPv6 with every field known.
    static func fullRecord() -> FlowRecord {
        var record = bareRecord()
        record.transport = .udp
        record.originator = Endpoint(address: IPAddress(v6High: 0x2001_0db8_0000_0000, low: 1), port: 50_000)
        record.responder = Endpoint(address: IPAddress(v6High: 0x2001_0db8_0000_0000, low: 2), port: 443)
        (record.vlan, record.tunnel, record.phone, record.device) = (7, "gre", .originator, "02:00:00:00:00:01")
        record.resent = .init(forward: 1, reverse: 2)
        record.overlapConflict = .init(forward: 3, reverse: 4)
        record.missing = .init(forward: 5, reverse: 6)
        record.outOfOrder = .init(forward: 7, reverse: 8)
        record.payloadSizing = .estimate
        (record.duplicatePackets, record.handshakeRoundTrip) = (9, 12_345_000)
        (record.service, record.serverName) = ("quic", "cover.example")
        record.destination = destination("api.example.org", owner: "Example \"A\" Ltd", category: "analytics", country: "NL", address: record.responder.address)
        record.destination?.ownerParent = "Example Holding"
        record.destination?.ownerCountry = "GB"
        record.destination?.system = AutonomousSystem(number: 64_500)
        record.destination?.placeNote = .anycast
        record.destination?.aliasOwner = AliasOwner(name: "edge.example.net", owner: "Edge", ownerParent: "Edge", category: "analytics", isShared: false)
        (record.alpn, record.version, record.encryptedClientHello) = (["h3", "h2"], "QUIC v1", true)
        (record.ja3, record.ja3s, record.ja4) = ("aa", "bb", "q13d0310h3_x_y")
        record.encryptedServerName = true
        record.facts.certificate = Shared(Self.certificate)
        record.facts.clientLibrary = Shared(ClientLibrary(name: "Example TLS", kind: .app, source: "lab"))
        record.facts.details.addLocalName("phone-of-ann")
        (record.facts.details.realm, record.facts.details.serverSoftware) = ("example.org", "Server 1")
        for anomaly in [ProtocolAnomaly.malformedCertificate, .missingOctets] { record.facts.anomalies.insert(anomaly) }
        record.facts.details.upgrade = "websocket"
        (record.facts.details.isCall, record.dnsAliases) = (true, ["edge.example.net"])
        (record.facts.isResumed, record.facts.details.continuesFrame) = (true, 3)
        record.labels = [AppLabelShare(
            label: AppLabel(place: .appBlock, uid: 10303, package: "org.example", name: "Example \"A\"", process: "main"), packets: 3, octets: 200)]
        (record.attributionConfidence, record.appCandidates, record.system) = (.high, ["a", "b"], SystemTraffic(.time, .service))
        record.userAgent = "Tool/1.0 (Phone; \"Model\")\n"
        record.dnsQueries = ["a.example", "b.example"]
        record.httpHosts = ["c.example"]
        (record.app, record.attribution, record.party) = ("com.example.app", .folder, .third)
        record.adus.forward.add(.event, count: 3)
        record.adus.forward.add(.blob)
        record.adus.reverse.add(.batch, count: 2)
        return record
    }

    static func destination(
        _ name: String, owner: String?, category: String?, country: String?, address: IPAddress = IPAddress(v4: 0x0102_0304)
    ) -> Destination {
        var destination = Destination(name: name, nameSource: .sni, address: address)
        let labels = name.split(separator: ".")
        destination.registrableDomain = labels.suffix(2).joined(separator: ".")
        (destination.owner, destination.ownerParent, destination.category, destination.country) = (owner, owner, category, country)
        return destination
    }

    // MARK: Inspections

    private static let hosts: [(name: String, owner: String?, category: String?, country: String?)] = [
        ("events.metrico.example", "Metrico", "analytics", "US"), ("sdk.adburst.example", "Adburst", "advertising", "IE"),
        ("crash.stackline.example", "Stackline", "crash-reporting", "DE"), ("edge12.fastnet.example", "Fastnet", "content-cdn", "NL"),
        ("push.platform.example", "Platform Inc", "push-messaging", "US"), ("graph.socialkit.example", "Socialkit", "social-sdk", "US"),
        ("d3a8f1c9b2e70a4d.cdn-cache.example", "Fastnet", "content-cdn", "NL"), ("flags.switchboard.example", "Switchboard", "feature-flags", "US"),
        ("time.platform.example", "Platform Inc", "time-connectivity-check", "US"),
    ]

    static func inspection(app: String, group: String, seed: UInt64, runs: Int = 3, seconds: Double = 64, extra: [FlowRecord] = []) -> InspectionSummary {
        var random = Random(state: seed), summary = InspectionSummary(), overviews: [CaptureOverview] = []
        for run in 0..<runs {
            var id = ""
            for _ in 0..<4 { id += String(String(random.next() | 1 << 63, radix: 16).prefix(16)) }
            let identity = CaptureIdentity(name: "study/\(app)/run\(run + 1).pcapng", id: id, timeDigits: 6)
            var overview = CaptureOverview(identity: identity)
            let start: Int64 = 1_594_339_200_000_000_000
            var frame = 1
            func flow(_ host: (name: String, owner: String?, category: String?, country: String?), party: Party, random: inout Random) -> FlowRecord {
                var record = bareRecord()
                record.capture = identity
                (record.firstFrame, record.lastFrame) = (frame, frame + 30)
                frame += 31
                (record.phone, record.device, record.service, record.version) = (.originator, "02:00:00:00:00:01", "tls", "TLS 1.3")
                record.serverName = host.name
                record.destination = destination(host.name, owner: host.owner, category: host.category, country: host.country)
                (record.app, record.attribution, record.party) = (app, .folder, party)
                record.payload = .init(forward: 500 + random.below(9000), reverse: 2000 + random.below(90_000))
                record.packets = .init(forward: 14, reverse: 17)
                record.octets = .init(forward: record.payload.forward + 560, reverse: record.payload.reverse + 680)
                record.adus.forward.add(.event, count: UInt32(1 + random.below(6)))
                record.adus.forward.add(.ping, count: UInt32(random.below(4)))
                if random.below(4) == 0 { record.adus.forward.add(.batch, count: 2) }
                if random.below(12) == 0 { record.adus.forward.add(.blob) }
                record.adus.reverse.add(.batch, count: 4)
                record.first = start + Int64(random.below(50)) * 1_000_000_000
                record.last = record.first + 3_000_000_000
                return record
            }
            for host in hosts where random.below(10) < 7 { add(flow(host, party: .third, random: &random)) }
            add(flow(("api.\(group.lowercased()).example", group, "first-party-platform", "CZ"), party: .first, random: &random))
            func add(_ record: FlowRecord) {
                summary.add(record, bursts: [Burst(start: record.first, end: record.last, forward: record.payload.forward, reverse: record.payload.reverse, clear: false)])
                overview.account.inFlows += record.packets.forward + record.packets.reverse
                overview.flows += 1
            }
            for var record in extra {
                (record.capture, record.app) = (identity, app)
                add(record)
            }
            overview.account.nonIP[0x0806] = 4
            overview.account.otherTransport[1] = 2
            overview.account.packets = overview.account.inFlows + 6
            (overview.first, overview.last) = (start, start + Int64(seconds * 1e9))
            (overview.phone, overview.phoneReason, overview.format) = ("02:00:00:00:00:01", "found", "pcapng")
            overview.fileOctets = 250_000
            overviews.append(overview)
        }
        summary.finish(overviews: overviews)
        return summary
    }

    /// Flows of the subject that no peer has: an unknown name, a hostile one, one in clear text.
    static func oddFlows() -> [FlowRecord] {
        func record(_ name: String, _ owner: String?, _ category: String?, _ country: String?, up: Int) -> FlowRecord {
            var record = bareRecord()
            (record.phone, record.device, record.service, record.version) = (.originator, "02:00:00:00:00:01", "tls", "TLS 1.2")
            record.destination = destination(name, owner: owner, category: category, country: country)
            record.party = owner == nil ? .unknown : .third
            record.payload = .init(forward: up, reverse: 4000)
            record.adus.forward.add(PayloadSizeClass(octets: up))
            return record
        }
        return [
            record("collect.quietmail.example", nil, nil, "SG", up: 81_220), record("log.trackora.example", "Trackora", "attribution", "CN", up: 24_100),
            record(hostileName, nil, nil, nil, up: 700),
            record("b\u{202e}moc.elpmaxe.evil.example", nil, nil, nil, up: 40),
        ]
    }

    static let hostileName = "<script>alert(\"x\")</script>'&.example"

    // MARK: Comparisons

    static let owners = [
        "Alderway", "Birchline", "Cobalt Labs", "Dunegrass", "Elmfield", "Fernbank", "Gorse & Sons", "Harebell", "Ironwood", "Juniper Row",
        "Kestrel", "Larkspur", "Mossgate", "Nettleton", "Oakapple", "Pinecrest", "Quillwort", "Rowanberry", "Sorrel", "Thistledown",
    ]

    static func report(peers count: Int = 20, measured: Bool = true, overall: Verdict = .insufficient, subject: String = "com.quietbird.messenger", reveal: Bool = false) -> ComparisonReport {
        var random = Random(state: 7)
        let peers = (0..<count).map { index in
            (app: "com.\(owners[index % owners.count].lowercased().filter(\.isLetter)).app", group: owners[index % owners.count])
        }
        var metrics: [MetricResult] = []
        for definition in MetricCatalog.metrics {
            let needsMarkers = definition.phase == .background || definition.phase == .idle || definition.name == "event_locked_upload_excess"
                || definition.name.hasPrefix("background") || definition.name == "watch_country_share_of_bytes_up"
            var metric = MetricResult(name: definition.name, unit: definition.unit, family: definition.family, verdict: .insufficient)
            metric.reason = .notMeasured
            metric.wording = "Insufficient evidence: not measured in enough captures (subject or fewer than 80 % of peers)."
            if measured, !needsMarkers { fill(&metric, definition, peers, &random) } else {
                metric.peers = peers.map { PeerValue(app: $0.app, group: $0.group, value: nil) }
            }
            metrics.append(metric)
        }
        let wording =
            switch overall {
            case .above: "Clause B does not hold on this baseline: unexplained_bytes_up_per_min is above the range of peers (p = 0.048)."
            case .within: "In amounts, destinations and timing the traffic is within the range of \(count) peer owners, both for analytics (clause A) and for anything additional (clause B). Content was not examined."
            default: "The captures neither support nor contradict the claim: clause A not decided, clause B not measured in enough captures."
            }
        var comparison = Comparison(
            subject: CohortMember(id: subject, group: "Quietbird", captures: 3),
            peers: peers.map { CohortMember(id: $0.app, group: $0.group, captures: 3) }, windows: measured ? [.foreground: 60] : [:],
            overall: overall, overallWording: wording, metrics: metrics, families: [], primary: nil, groups: measured ? count : 0,
            capturesUsed: measured ? 3 : 0, subjectCaptures: 3, smallestP: 1 / Double((measured ? count : 0) + 1), isFragile: false, hasShortWindow: false,
            shortPhases: [], hasFewCaptures: false, remarks: ["Error rate by design: an ordinary app is called 'above' in clause A or B at most 0.1 of the time."],
            notes: ["com.quietbird.calls: of the subject's own group, left out"], novel: [], missingOwners: [], options: ComparisonOptions())
        if measured {
            var base = VerdictSet(), other = VerdictSet()
            (base.overall, base.outside) = (overall, ["unexplained_bytes_up_per_min": .above])
            (other.overall, other.primary) = (.within, .below)
            comparison.sensitivity = Sensitivity(base: base, choices: [
                .init(kind: .peer, name: "Owner <b>", verdicts: base, flips: false), .init(kind: .loose, name: "", verdicts: other, flips: true),
            ])
            let item = NoveltyRanking.Item(
                kind: .owner, name: "u-4f3a9c1d7e.example.org", captures: 2, ofCaptures: 3, peers: 0, ofPeers: count, shareUpper: 0.139, up: 4711)
            comparison.ranking = NoveltyRanking(novel: [item], missing: [item], share: 0.1)
        }
        for family in MetricFamily.allCases {
            let all = metrics.filter { $0.family == family }
            var result = FamilyResult(family: family, verdict: family == .additional ? overall : .insufficient, tested: all.filter { $0.value != nil }.count, of: all.count)
            if measured { (result.p, result.shareBelowUpper, result.mostUnusual) = (0.238, 0.94, all.first?.name) }
            comparison.families.append(result)
        }
        if measured {
            comparison.novel = [
                NovelDestination(owner: "quietmail.example", domains: ["quietmail.example"], up: 81_220, down: 12_000, phases: [.foreground], firstTime: 12.4, isUnknown: true, isNovel: true)
            ]
        }
        if measured {
            let edges = (1...128).map { Double($0) * 0.25 }
            comparison.sizes = SizeCurves(
                edges: edges, subject: edges.map { min(1, $0 / 14) }, pooled: edges.map { min(1, $0 / 12) },
                peers: [.init(app: hostileName, shares: edges.map { min(1, $0 / 10) })], uploads: 120)
            comparison.periodic = [
                PeriodicDestination(owner: hostileName, domains: ["beat.trackora.example"], captures: 2, capturesMeasured: 3, period: 6.01, statistic: 0.97, p: 0.001)
            ]
            comparison.periodic[0].beats = .withinConnection
            comparison.eventKinds = [EventKindUploads(kind: hostileName, events: 14, captures: 2, answered: 9, excessPerEvent: -0.25, p: 0.31)]
            comparison.hasDoubtfulEvents = true
            comparison.phases = [
                PhaseComparison(phase: .foreground, seconds: 60, measures: [
                    .init(name: "bytes up", unit: "B/min", value: 5000, peerMedian: 4000, peerLow: 100, peerHigh: 9000),
                    .init(name: "companies contacted", unit: "owners", value: nil, peerMedian: nil, peerLow: nil, peerHigh: nil),
                ])
            ]
            comparison.windows[.background] = 60
        }
        let summary = inspection(app: subject, group: "Quietbird", seed: 99, seconds: measured ? 64 : 6.2, extra: oddFlows())
        let peerSummaries = peers.enumerated().map { index, peer in
            (app: peer.app, group: peer.group, summary: inspection(app: peer.app, group: peer.group, seed: UInt64(index) + 1, runs: 1))
        }
        let provenance = Provenance(
            toolVersion: "0.1.0", command: ["trafficscope", "compare", "--subject", "study/quietbird", "--baseline", "study", "--phone=10.0.0.7", "--format", "html"],
            inputs: summary.overviews.map { Provenance.Input($0.identity, role: "subject") } + peerSummaries.flatMap { $0.summary.overviews.map { Provenance.Input($0.identity, role: "baseline") } },
            lists: [.init(name: "destinations.tsv", date: "2026-11-21"), .init(name: "tor-geoipdb", date: "2026-10-02"), .init(name: "public suffix list", date: nil)],
            options: [.init("phone", "auto")])
        return ComparisonReport(comparison: comparison, subjectSummary: summary, peerSummaries: peerSummaries, provenance: provenance, reveal: reveal)
    }

    private static func fill(_ metric: inout MetricResult, _ definition: Metric, _ peers: [(app: String, group: String)], _ random: inout Random) {
        let zeroShare = random.unit() * 0.6
        let isCount = ["owners", "domains", "destinations"].contains(metric.unit)
        let isShare = metric.unit == "1" && metric.name != "upload_download_ratio"
        func draw(_ random: inout Random) -> Double {
            if random.unit() < zeroShare { return 0 }
            if isCount { return Double(random.below(12)) }
            if isShare { return random.unit() * random.unit() }
            let size = random.unit() * 3 + random.unit() * 2 - 1
            var value = definition.offset
            for _ in 0..<Int(size * 4 + 8) { value *= 1.35 }
            return value * (0.5 + random.unit())
        }
        metric.peers = peers.map { PeerValue(app: $0.app, group: $0.group, value: draw(&random)) }
        metric.value = definition.name == "unexplained_bytes_up_per_min" ? 81_000 : draw(&random)
        let sorted = metric.peers.compactMap(\.value).sorted()
        metric.peerMedian = sorted.isEmpty ? nil : sorted[sorted.count / 2]
        let below = sorted.filter { $0 < metric.value ?? 0 }.count
        (metric.below, metric.peersMeasured) = (Double(below), Double(sorted.count))
        metric.pAdjusted = min(1, Double(sorted.count - below + 1) / Double(sorted.count + 1) * 2)
        metric.shareBelowUpper = min(1, Double(below) / Double(max(1, sorted.count)) + 0.16)
        metric.ratio = ((metric.value ?? 0) + definition.offset) / ((metric.peerMedian ?? 0) + definition.offset)
        (metric.ratioLow, metric.ratioHigh) = ((metric.ratio ?? 0) * 0.6, (metric.ratio ?? 0) * 1.9)
        metric.detectableRatio = 14.2
        (metric.verdict, metric.reason) = (metric.shareBelowUpper ?? 1) <= 0.9 ? (.within, nil) : (.insufficient, .notDecided)
        if definition.name == "unexplained_bytes_up_per_min" { (metric.verdict, metric.reason, metric.pAdjusted) = (.above, nil, 0.048) }
        metric.wording = metric.verdict == .within
            ? "Within the range of peers: \(MetricText.value(metric.value, metric.unit, name: metric.name)), at or below at least 1 in 10 comparable apps (95 % confidence; \(below) of \(sorted.count) peer owners are lower)."
            : "Insufficient evidence: higher than \(below) of \(sorted.count) peer owners; neither usual nor unusual can be shown. Less than 14.2 times the peer median could not have been called above."
    }
}
