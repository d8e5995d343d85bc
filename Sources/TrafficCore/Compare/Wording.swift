/// METHOD.md §4's sentences, filled in.
struct Wording {
    var decision: Decision
    var options: ComparisonOptions
    var scope = Scope.captures

    /// What was compared, and what a verdict on it leaves open.
    struct Scope {
        /// As it begins "… is within the range of 20 peer owners".
        var compared: String
        var leftOpen: String
        /// What there was too little of.
        var evidence: String

        static let captures = Scope(
            compared: "In amounts, destinations and timing the traffic", leftOpen: "Content was not examined.", evidence: "The captures")
    }

    /// Peer owners with which `above` is possible at all.
    private var needed: String { Numerals.count(DecisionCohort.groupsForAbove(alpha: options.alpha)) }
    private var groups: Int { decision.groups }

    /// The sentence of one metric.
    func sentence(for result: MetricResult) -> String {
        sentence(result, verdict: result.verdict, reason: result.reason, p: result.pAdjusted, detectableRatio: result.detectableRatio)
    }

    /// The sentence of the question named before looking: the metric's, with the raw p.
    func sentence(for primary: PrimaryResult) -> String {
        guard let metric = decision.cohort.metrics.first(where: { $0.name == primary.metric }) else { return "" }
        let own = sentence(decision.metrics[metric.position], verdict: primary.verdict, reason: primary.reason, p: primary.p,
                           detectableRatio: primary.detectableRatio)
        let clause = decision.families.first { $0.family == (metric.clause == .a ? .analytics : .additional) }
        let isAlone = (primary.verdict == .above || primary.verdict == .below) && clause?.verdict != primary.verdict
        return "Named before looking: \(primary.metric). \(own)"
            + (isAlone ? " The clause as a whole is a separate, stricter test." : "")
    }

    private func sentence(_ result: MetricResult, verdict: Verdict, reason: InsufficiencyReason?, p: Double?,
                          detectableRatio: Double?) -> String {
        let amount = Numerals.amount(result.value, unit: result.unit)
        let below = Numerals.count(result.below)
        switch verdict {
        case .within:
            return "Within the range of peers: \(amount), at or below at least 1 in \(Numerals.short(1 / (1 - options.many))) "
                + "comparable apps (95 % confidence; \(below) of \(groups) peer owners are lower)."
        case .above:
            return "Above the range of peers: \(amount), \(Numerals.short(result.ratio)) times the peer median; an ordinary app "
                + "would stand out this much with probability at most \(Numerals.short(p))."
        case .below:
            return "Below the range of peers: \(amount), \(Numerals.short(result.ratio)) times the peer median."
        case .insufficient:
            switch reason ?? .notDecided {
            case .tooFewPeers:
                return "Insufficient evidence: \(groups) independent peer owners; at least \(options.minimumGroups) are needed to "
                    + "say 'within', \(needed) to say 'above'."
            case .notMeasured:
                return "Insufficient evidence: not measured in enough captures (subject or fewer than 80 % of peers)."
            case .notDecided:
                let limit =
                    detectableRatio.map {
                        "Less than \(Numerals.short($0)) times the peer median could not have been called above."
                    } ?? "With so few peer owners nothing could have been called above."
                return "Insufficient evidence: higher than \(below) of \(groups) peer owners; neither usual nor unusual can be "
                    + "shown. \(limit)"
            }
        }
    }

    /// The sentence of the overall verdict.
    var overall: String {
        let clauses: [(name: String, family: FamilyResult)] =
            decision.families.compactMap {
                switch $0.family {
                case .analytics: ("A", $0)
                case .additional: ("B", $0)
                case .exploratory: nil
                }
            }
        switch decision.overall {
        case .within:
            return "\(scope.compared) is within the range of \(groups) peer owners, both for analytics (clause A) and for "
                + "anything additional (clause B). \(scope.leftOpen)"
        case .below:
            let low = decision.metrics.filter { $0.verdict == .below && $0.family != .exploratory }.map(\.name)
            return "No more than the range of \(groups) peer owners; \(low.joined(separator: ", ")) are below it."
        case .above:
            return clauses.filter { $0.family.verdict == .above }.map {
                "Clause \($0.name) does not hold on this baseline: \($0.family.mostUnusual ?? "its largest score") is above the "
                    + "range of peers (p = \(Numerals.short($0.family.p)))."
            }.joined(separator: " ")
        case .insufficient:
            let reasons = clauses.filter { $0.family.verdict == .insufficient }.map { "clause \($0.name), \(reason($0.family))" }
            return "\(scope.evidence) neither support nor contradict the claim: \(reasons.joined(separator: "; "))."
        }
    }

    /// Why a family is insufficient.
    private func reason(_ family: FamilyResult) -> String {
        if family.p == nil, decision.groups < options.minimumGroups || decision.capturesUsed < 1 {
            return "\(groups) independent peer owners where at least \(options.minimumGroups) are needed"
        }
        if family.tested < ceilShare(0.75, of: family.of) {
            return "only \(family.tested) of \(family.of) metrics measured in enough captures"
        }
        return "neither usual nor unusual can be shown"
    }

    /// Flags, leads, sensitivity and error rate, in this order.
    var remarks: [String] {
        var remarks: [String] = []
        for seconds in Set(decision.shortPhases.compactMap { decision.windows[$0] }).sorted() {
            let phases = decision.shortPhases.filter { decision.windows[$0] == seconds }.map(\.rawValue)
                .joined(separator: " and ")
            remarks.append(
                "Short window: only the first \(Numerals.short(seconds)) s of \(phases) could be compared. Start-up traffic "
                    + "dominates; slow, rare or background reporting cannot show. Repeat with at least 1 minute.")
        }
        if decision.hasFewCaptures {
            remarks.append(
                "Few captures: \(decision.subjectCaptures) of the subject, at least \(Decision.advisedCaptures) are advised; one "
                    + "odd run can decide this result.")
        }
        for lead in decision.metrics where lead.isLead {
            remarks.append(
                "Lead, not a finding: \(lead.name) exceeds what \(groups) peers predict, but with fewer than \(needed) peer "
                    + "owners the highest app of an ordinary cohort looks the same too often.")
        }
        for result in decision.metrics where result.name.hasPrefix("third_party_analytics_") {
            remarks.append(
                "Third-party analytics only: \(Numerals.amount(result.value, unit: result.unit)), \(result.verdict.rawValue).")
        }
        let asked = options.ask == nil ? "" : " and on the named question at most \(Numerals.short(options.alpha)) of the time"
        remarks.append(
            "Error rate by design: an ordinary app is called 'above' in clause A or B at most "
                + "\(Numerals.short(2 * options.alpha)) of the time\(asked).")
        return remarks
    }
}
