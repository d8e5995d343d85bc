/// Everything that claims about one app are decided by.
public struct ClaimEvidence: Sendable {
    public var comparison: Comparison
    /// Of what the app sent, what could be read.
    public var ledger: Ledger
    /// Marked events by kind, over all captures.
    public var events: [String: Int]
    /// Kinds of planted values that were looked for, and whether one was found in an upload; nil: nothing was looked for.
    public var canaries: [String: Bool]?
    /// The same captures against a second set; nil: there is none.
    public var versus: VersusComparison?

    public init(comparison: Comparison, ledger: Ledger, events: [String: Int] = [:], canaries: [String: Bool]? = nil, versus: VersusComparison? = nil) {
        (self.comparison, self.ledger, self.events, self.canaries, self.versus) = (comparison, ledger, events, canaries, versus)
    }

    /// The answers to all claims, in their order.
    public func answers(to claims: [Claim]) -> [ClaimAnswer] { claims.map(answer) }

    /// - supported or refuted: the first of the two conditions that holds.
    /// - not testable: neither does, and something that the claim needs is missing, or what it is about was not measured.
    /// - not shown: neither does, and nothing is missing.
    public func answer(to claim: Claim) -> ClaimAnswer {
        var result = ClaimAnswer(
            id: claim.id, says: claim.says, origin: claim.origin, answer: .notTestable, because: [], missing: claim.needs.compactMap(missing), metrics: [],
            note: claim.note)
        let supported = claim.supported.map(evaluate) ?? Evaluation(holds: false), refuted = claim.refuted.map(evaluate) ?? Evaluation(holds: false)
        result.metrics = Self.unique((claim.supported.map(Self.metrics) ?? []) + (claim.refuted.map(Self.metrics) ?? []) + (claim.hint.map(Self.metrics) ?? []))
        if supported.holds == true {
            (result.answer, result.because) = (.supported, supported.because)
        } else if refuted.holds == true, result.missing.isEmpty {
            // Absence is only shown where everything was there to see it.
            (result.answer, result.because) = (.refuted, refuted.because)
        } else {
            let isMeasured = supported.holds != nil && (claim.refuted == nil || refuted.holds != nil)
            result.answer = result.missing.isEmpty && isMeasured ? .notShown : .notTestable
            result.because = Self.unique(supported.because + refuted.because)
            if !isMeasured, result.missing.isEmpty { result.missing.append("a measurement of " + result.metrics.joined(separator: ", ")) }
        }
        if let hint = claim.hint {
            let found = evaluate(hint)
            result.because += found.because.map { (found.holds == true ? "A lead, not the claim itself: " : "No lead either: ") + $0 }
        }
        // What was not seen was not seen in so much.
        if result.answer != .supported { result.because.append("Content could be looked at only " + ledger.quote + ".") }
        return result
    }

    /// True, false or open, and why.
    struct Evaluation {
        var holds: Bool?
        var because: [String] = []
    }

    private static func unique(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }

    // MARK: Needs

    /// What is missing of a need, in words; nil when it is there.
    private func missing(_ need: Claim.Need) -> String? {
        switch need {
        case .peers(let count):
            comparison.groups >= count ? nil : "\(count) independent peer owners (there are \(comparison.groups))"
        case .phase(let phase, let seconds):
            comparison.windows[phase] ?? 0 >= seconds
                ? nil : "\(seconds) s of \(phase.rawValue) in a common window (there are \(comparison.windows[phase] ?? 0))"
        case .events(let kind, let count):
            events[kind] ?? 0 >= count ? nil : "\(count) marked events \"\(kind)\" (there are \(events[kind] ?? 0))"
        case .canary(let kind): canaries?[kind] != nil ? nil : "a planted value of kind \"\(kind)\" that was looked for in decrypted uploads"
        case .readable(let share):
            ledger.readableShare ?? 0 >= share
                ? nil : "\(Numerals.short(100 * share)) % of the upload in readable form (it is \(Numerals.short(100 * (ledger.readableShare ?? 0))) %)"
        case .watchedCountries: comparison.options.watchedCountries.isEmpty ? "countries to watch for (--watch-country)" : nil
        case .versus(let what):
            versus?.by == what || (versus != nil && what == "any") ? nil : "a second set of captures of the app that differs in \(what) (--versus)"
        }
    }

    // MARK: Conditions

    private func evaluate(_ condition: Claim.Condition) -> Evaluation {
        switch condition {
        case .value(let name, let least, let most):
            guard let metric = metric(name), let value = metric.value else { return Evaluation(because: [name + ": not measured."]) }
            return Evaluation(
                holds: (least.map { value >= $0 } ?? true) && (most.map { value <= $0 } ?? true),
                because: ["\(name) is \(Numerals.amount(value, unit: metric.unit)) (peer median \(Numerals.amount(metric.peerMedian, unit: metric.unit)))."])
        case .metric(let name, let verdicts):
            guard let metric = metric(name), metric.value != nil else { return Evaluation(because: [name + ": not measured."]) }
            return Evaluation(holds: metric.verdict == .insufficient ? verdicts.contains(.insufficient) : verdicts.contains(metric.verdict), because: [name + ": " + metric.wording])
        case .family(let family, let verdicts):
            guard let result = comparison.families.first(where: { $0.family == family }) else { return Evaluation() }
            let p = result.p.map { ", p " + Numerals.short($0) } ?? ""
            return Evaluation(
                holds: result.tested == 0 ? nil : verdicts.contains(result.verdict),
                because: [
                    "The \(result.tested) of \(result.of) \(family.rawValue) metrics that could be tested are together \(result.verdict.rawValue)\(p), against \(comparison.groups) peer owners."
                ])
        case .overall(let verdicts): return Evaluation(holds: verdicts.contains(comparison.overall), because: [comparison.overallWording])
        case .canary(let kind, let isFound):
            guard let found = canaries?[kind] else { return Evaluation() }
            return Evaluation(holds: found == isFound, because: ["The planted value of kind \"\(kind)\" was \(found ? "" : "not ")found in an upload."])
        case .versus(let name, let differences):
            guard let versus, let row = versus.rows.first(where: { $0.metric == name }) else { return Evaluation() }
            return Evaluation(holds: row.difference == .notMeasured ? nil : differences.contains(row.difference.rawValue), because: [row.wording])
        case .all(let parts): return combined(parts.map(evaluate), isAll: true)
        case .any(let parts): return combined(parts.map(evaluate), isAll: false)
        }
    }

    /// Kleene's logic of three values.
    private func combined(_ parts: [Evaluation], isAll: Bool) -> Evaluation {
        let because = parts.flatMap(\.because)
        if parts.contains(where: { $0.holds == !isAll }) { return Evaluation(holds: !isAll, because: because) }
        return Evaluation(holds: parts.contains { $0.holds == nil } ? nil : isAll, because: because)
    }

    private func metric(_ name: String) -> MetricResult? { comparison.metrics.first { $0.name == name } }

    private static func metrics(_ condition: Claim.Condition) -> [String] {
        switch condition {
        case .value(let name, _, _), .metric(let name, _), .versus(let name, _): [name]
        case .family(let family, _): MetricCatalog.metrics.filter { $0.family == family }.map(\.name)
        case .overall, .canary: []
        case .all(let parts), .any(let parts): parts.flatMap(metrics)
        }
    }
}
