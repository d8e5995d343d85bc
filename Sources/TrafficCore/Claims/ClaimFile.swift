/// Files of claims: YAML, `claims:` with a list of them (docs/claims.md).
public enum ClaimFile {
    private static let claimKeys: Set<String> = ["id", "says", "origin", "needs", "supported", "refuted", "hint", "note"]
    private static let needKeys: Set<String> = ["peers", "phases", "events", "canaries", "readable", "watched", "versus"]
    private static let conditionKeys: Set<String> = [
        "metric", "family", "overall", "verdict", "at_least", "at_most", "canary", "no_canary", "versus", "is", "all", "any",
    ]
    static let differences = ["higher", "lower", "similar", "not_shown"]

    /// Every claim, in the order of the file.
    /// - Parameter name: of the file, for messages.
    /// - Throws: `StudyError` with line and cure.
    public static func read(_ octets: [UInt8], name: String) throws(StudyError) -> [Claim] {
        let root = try StudyNode.root(octets, file: name).mapping("a mapping with the key claims")
        guard let list = root["claims"] else { throw root.error("claims is missing: a list of claims") }
        var claims: [Claim] = []
        for node in try list.elements(limit: 1000) {
            let claim = try read(node)
            guard !claims.contains(where: { $0.id == claim.id }) else { throw node.error("\(claim.id) is there twice") }
            claims.append(claim)
        }
        return claims
    }

    /// The claims that are compiled in (`data/claims.yaml`).
    public static func builtIn() throws(StudyError) -> [Claim] { try read(Array(builtInText.utf8), name: "claims.yaml") }

    private static func read(_ node: StudyNode) throws(StudyError) -> Claim {
        _ = try node.mapping("a claim: id, says, needs, supported, refuted")
        try refuseUnknown(node, claimKeys)
        guard let id = try node["id"]?.text(), !id.isEmpty else { throw node.error("a claim needs an id") }
        guard let says = try node["says"]?.text() else { throw node.error("a claim needs says: the statement") }
        var claim = Claim(id: id, says: says)
        (claim.origin, claim.note) = (try node["origin"]?.text(), try node["note"]?.text())
        if let needs = node["needs"] { claim.needs = try Self.needs(needs) }
        if let condition = node["supported"] { claim.supported = try Self.condition(condition, depth: 0) }
        if let condition = node["refuted"] { claim.refuted = try Self.condition(condition, depth: 0) }
        if let condition = node["hint"] { claim.hint = try Self.condition(condition, depth: 0) }
        guard claim.supported != nil || claim.refuted != nil else { throw node.error("a claim needs supported or refuted: what decides it") }
        return claim
    }

    private static func refuseUnknown(_ node: StudyNode, _ known: Set<String>) throws(StudyError) {
        // A condition with a misspelt key would decide something else.
        if let note = node.unknownKeys(known: known).first { throw StudyError(note) }
    }

    private static func needs(_ node: StudyNode) throws(StudyError) -> [Claim.Need] {
        _ = try node.mapping("a mapping such as {peers: 5, phases: {background: 60}}")
        try refuseUnknown(node, needKeys)
        var needs: [Claim.Need] = []
        if let peers = node["peers"] { needs.append(.peers(try whole(peers))) }
        if let phases = node["phases"] {
            for phase in Phase.allCases { if let seconds = phases[phase.rawValue] { needs.append(.phase(phase, seconds: try whole(seconds))) } }
            try refuseUnknown(phases, Set(Phase.allCases.map(\.rawValue)))
        }
        if let events = node["events"] { for (kind, count) in try events.members() { needs.append(.events(kind: kind, count: try whole(count))) } }
        for canary in try node["canaries"]?.texts() ?? [] { needs.append(.canary(canary)) }
        if let readable = node["readable"] {
            let share = try readable.number()
            guard (0...1).contains(share) else { throw readable.error("should be a share, 0 to 1") }
            needs.append(.readable(share))
        }
        if let watched = node["watched"], try watched.text() == "true" { needs.append(.watchedCountries) }
        if let versus = node["versus"] { needs.append(.versus(try versus.text())) }
        return needs
    }

    private static func whole(_ node: StudyNode) throws(StudyError) -> Int {
        guard let value = Int(exactly: try node.number()), value >= 0, value < 1_000_000_000 else { throw node.error("should be a whole number") }
        return value
    }

    private static func condition(_ node: StudyNode, depth: Int) throws(StudyError) -> Claim.Condition {
        guard depth < 8 else { throw node.error("conditions inside of conditions, more than 8 deep") }
        _ = try node.mapping("a condition such as {metric: background_bytes_up_per_min, at_least: 100}")
        try refuseUnknown(node, conditionKeys)
        for (key, make) in [("all", Claim.Condition.all), ("any", Claim.Condition.any)] {
            guard let list = node[key] else { continue }
            var parts: [Claim.Condition] = []
            for part in try list.elements(limit: 100) { parts.append(try condition(part, depth: depth + 1)) }
            return make(parts)
        }
        if let canary = node["canary"] { return .canary(try canary.text(), isFound: true) }
        if let canary = node["no_canary"] { return .canary(try canary.text(), isFound: false) }
        if let versus = node["versus"] { return .versus(metric: try metric(versus), differences: try words(node, "is", differences)) }
        if node["overall"] != nil { return .overall(try verdicts(node, "overall")) }
        if let family = node["family"] {
            guard let known = MetricFamily(rawValue: try family.text()) else {
                throw family.error("\(try family.text()) is no family; families are \(MetricFamily.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return .family(known, verdicts: try verdicts(node, "verdict"))
        }
        guard let name = node["metric"] else { throw node.error("a condition is about a metric, a family, overall, a canary or versus") }
        let metric = try metric(name)
        if node["verdict"] != nil { return .metric(metric, verdicts: try verdicts(node, "verdict")) }
        let least = try node["at_least"]?.number(), most = try node["at_most"]?.number()
        guard least != nil || most != nil else { throw node.error("what of \(metric)? verdict, at_least or at_most says it") }
        return .value(metric: metric, atLeast: least, atMost: most)
    }

    private static func metric(_ node: StudyNode) throws(StudyError) -> String {
        let name = try node.text()
        guard MetricID(name: name) != nil else { throw node.error("\(name) is no metric; trafficscope metrics lists them") }
        return name
    }

    private static func verdicts(_ node: StudyNode, _ key: String) throws(StudyError) -> [Verdict] {
        try words(node, key, ["above", "below", "within", "insufficient"]).compactMap(Verdict.init(rawValue:))
    }

    private static func words(_ node: StudyNode, _ key: String, _ known: [String]) throws(StudyError) -> [String] {
        guard let list = node[key] else { throw node.error("\(key) is missing: one of \(known.joined(separator: ", "))") }
        let words = try list.texts()
        if let odd = words.first(where: { !known.contains($0) }) { throw list.error("\(odd) is none of \(known.joined(separator: ", "))") }
        return words
    }
}
