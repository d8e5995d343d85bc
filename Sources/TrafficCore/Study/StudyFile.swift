/// Reads `study.yaml` (DESIGN.md §6).
public enum StudyFile {
    private static let topKeys: Set<String> = [
        "name", "subject", "subjects", "baseline", "ask", "seed", "apps", "devices", "captures", "lists", "settle", "marker_zone", "canaries", "keylogs", "policy",
    ]
    private static let appKeys: Set<String> = ["id", "label", "owner", "owner_parent", "owner_country", "kind", "domains"]
    private static let deviceKeys: Set<String> = ["id", "platform", "os", "region", "addresses", "macs", "clock_offset", "clock_uncertainty"]
    private static let captureKeys: Set<String> = ["app", "version", "region", "device", "file", "files", "markers", "phases", "exposure"]

    /// - Parameter name: of the file, for messages.
    /// - Throws: `StudyError` with line and cure.
    public static func read(_ octets: [UInt8], name: String) throws(StudyError) -> Study {
        let root = try StudyNode.root(octets, file: name).mapping("a mapping with the keys \(topKeys.sorted().joined(separator: ", "))")
        var study = Study()
        study.notes = root.unknownKeys(known: topKeys)
        study.name = try root["name"]?.text()
        study.subjects = try (root["subjects"] ?? root["subject"])?.texts() ?? []
        study.baseline = try root["baseline"]?.texts() ?? []
        study.lists = try root["lists"]?.texts() ?? []
        if let ask = root["ask"] {
            let metrics = try ask.texts()
            guard metrics.count == 1 else { throw ask.error("one metric can be named before looking, not \(metrics.count) (METHOD.md §3.12)") }
            guard MetricID(name: metrics[0]) != nil else { throw ask.error("\(metrics[0]) is no metric; trafficscope metrics lists them") }
            study.ask = metrics[0]
        }
        if let seed = root["seed"] {
            guard let value = UInt64(try seed.text()) else { throw seed.error("should be a whole number, 0 to 2^64 - 1") }
            study.seed = value
        }
        if let settle = root["settle"] { study.settle = try seconds(settle) }
        if let zone = root["marker_zone"] {
            guard let value = EpochTime.zone(try zone.text()) else { throw zone.error("should be a zone such as \"+02:00\" or UTC") }
            study.markerZone = value
        }
        for node in try root["apps"]?.elements() ?? [] { try readApp(node, into: &study) }
        for node in try root["devices"]?.elements() ?? [] { try readDevice(node, into: &study) }
        for node in try root["captures"]?.elements() ?? [] { try readCapture(node, into: &study) }
        for key in ["canaries", "keylogs", "policy"] where root[key] != nil {
            study.notes.append(StudyError(name, root[key]?.line, "\(key) is read by no command yet and left out").description)
        }
        try check(study, root)
        return study
    }

    private static func readApp(_ node: StudyNode, into study: inout Study) throws(StudyError) {
        _ = try node.mapping("an app: id, owner, kind, domains")
        study.notes += node.unknownKeys(known: appKeys)
        guard let id = try node["id"]?.text() else { throw node.error("an app needs an id") }
        guard !study.apps.contains(where: { $0.id == id }) else { throw node.error("\(id) is described twice") }
        let owner = try node["owner"]?.text()
        var domains: [String] = []
        for element in try node["domains"]?.elements() ?? [] {
            domains.append(try ownDomain(element))
        }
        study.apps.append(AppIdentity(
            id: id, owner: owner, ownerParent: try node["owner_parent"]?.text() ?? owner, kind: try node["kind"]?.text() ?? "", ownDomains: domains))
        study.labels[id] = try node["label"]?.text()
    }

    /// A name below which all is the app's own.
    private static func ownDomain(_ node: StudyNode) throws(StudyError) -> String {
        let text = try node.text()
        guard let domain = HostName.canonical(text.utf8.allSatisfy { $0 < 0x80 } ? text : InternationalName.ascii(text) ?? "") else {
            throw node.error("\(text) is no host name")
        }
        // Some public suffixes are one company's own (googleapis.com).
        guard RegistrableDomain.of(domain) != nil || DestinationCatalogue().row(for: domain).map({ !$0.isShared && $0.rule == domain }) ?? false else {
            throw node.error("\(text) is a public suffix: names below it belong to many; give the app's own names")
        }
        return domain
    }

    private static func readDevice(_ node: StudyNode, into study: inout Study) throws(StudyError) {
        _ = try node.mapping("a device: id, platform, os, addresses, macs, clock_offset")
        study.notes += node.unknownKeys(known: deviceKeys)
        guard let id = try node["id"]?.text() else { throw node.error("a device needs an id") }
        guard !study.devices.contains(where: { $0.id == id }) else { throw node.error("\(id) is described twice") }
        var device = Study.Device(id: id, platform: try node["platform"]?.text(), os: try node["os"]?.text())
        device.region = try node["region"]?.text()
        for key in ["macs", "addresses"] {
            for element in try node[key]?.elements() ?? [] {
                guard let address = PhoneAddress(try element.text()) else {
                    throw element.error("\(try element.text()) is neither an IP nor a MAC address")
                }
                device.addresses.append(address)
            }
        }
        if let offset = try node["clock_offset"]?.number() {
            guard abs(offset) < ClockOffset.limit else { throw node.error("clock_offset is in seconds") }
            device.clock = ClockOffset(seconds: offset, source: .study)
        }
        if let uncertainty = node["clock_uncertainty"] {
            guard device.clock != nil else { throw uncertainty.error("goes with clock_offset") }
            device.clock?.uncertainty = try seconds(uncertainty)
        }
        study.devices.append(device)
    }

    private static func readCapture(_ node: StudyNode, into study: inout Study) throws(StudyError) {
        _ = try node.mapping("a capture: app, files, device, markers or phases")
        study.notes += node.unknownKeys(known: captureKeys)
        guard let app = try node["app"]?.text() else { throw node.error("a capture needs an app") }
        guard let files = try (node["files"] ?? node["file"])?.texts(), !files.isEmpty else { throw node.error("a capture needs files") }
        var capture = Study.Capture(files: files, app: app, line: node.line ?? 0)
        capture.version = try node["version"]?.text()
        capture.region = try node["region"]?.text()
        capture.markers = try node["markers"]?.text()
        if let device = node["device"] {
            capture.device = try device.text()
            guard study.devices.contains(where: { $0.id == capture.device }) else { throw device.error("\(try device.text()) is not among the devices") }
        }
        if let phases = node["phases"] { capture.phases = try readPhases(phases) }
        guard capture.markers == nil || capture.phases.isEmpty else { throw node.error("markers or phases, not both: they would contradict each other") }
        if let exposure = node["exposure"] { capture.exposure = try readExposure(exposure) }
        study.captures.append(capture)
    }

    /// `background` for the whole capture, or a list of `{phase, from, to}`.
    private static func readPhases(_ node: StudyNode) throws(StudyError) -> [PhaseTimeline.Interval] {
        if node.isScalar { return [.init(phase: try phase(node), start: nil, end: nil)] }
        var intervals: [PhaseTimeline.Interval] = []
        for element in try node.elements() {
            _ = try element.mapping("a phase: {phase: background, from: 2020-07-10T14:03:22Z, to: …}")
            guard let name = element["phase"] else { throw element.error("phase is missing") }
            let start = try time(element["from"]), end = try time(element["to"])
            if let start, let end, end < start { throw element.error("ends before it begins") }
            intervals.append(.init(phase: try phase(name), start: start, end: end))
        }
        return intervals
    }

    private static func phase(_ node: StudyNode) throws(StudyError) -> Phase {
        guard let phase = Phase(rawValue: try node.text()) else {
            throw node.error("\(try node.text()) is no phase; phases are \(Phase.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return phase
    }

    private static func time(_ node: StudyNode?) throws(StudyError) -> Int64? {
        guard let node else { return nil }
        let text = try node.text()
        if let time = EpochTime.nanoseconds(rfc3339: text) ?? Double(text).flatMap({ EpochTime.nanoseconds(seconds: $0) }) { return time }
        throw node.error("\"\(text)\" is no time with a zone; write 2020-07-10T14:03:22+02:00, or seconds since 1970")
    }

    /// Seconds of foreground, or seconds by phase.
    private static func readExposure(_ node: StudyNode) throws(StudyError) -> [Phase: Double] {
        guard node.isMapping else { return [.foreground: try seconds(node)] }
        var exposure: [Phase: Double] = [:]
        for phase in Phase.allCases {
            if let value = node[phase.rawValue] { exposure[phase] = try seconds(value) }
        }
        return exposure
    }

    private static func seconds(_ node: StudyNode) throws(StudyError) -> Double {
        let value = try node.number()
        guard value >= 0, value < 1e9 else { throw node.error("should be seconds, 0 or more") }
        return value
    }

    private static func check(_ study: Study, _ root: StudyNode) throws(StudyError) {
        guard !study.captures.isEmpty else { throw root.error("captures is missing: a study needs captures") }
        guard !study.subjects.isEmpty else { throw root.error("subject is missing: the app that is asked about") }
        let recorded = Set(study.captures.map(\.app))
        for (key, ids) in [("subject", study.subjects), ("baseline", study.baseline)] {
            for id in ids where !recorded.contains(id) {
                throw (root[key] ?? root["subjects"] ?? root).error("\(id) has no capture in this study")
            }
        }
        if let both = study.subjects.first(where: study.baseline.contains) {
            throw (root["baseline"] ?? root).error("\(both) is a subject and cannot be its own peer")
        }
        guard Set(study.subjects).count == study.subjects.count else { throw (root["subjects"] ?? root).error("a subject is named twice") }
    }
}
