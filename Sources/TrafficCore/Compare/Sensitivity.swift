/// The answers that a sensitivity analysis compares.
public struct VerdictSet: Sendable, Equatable {
    public var overall = Verdict.insufficient
    public var analytics = Verdict.insufficient
    public var additional = Verdict.insufficient
    public var primary: Verdict?
    /// By metric's name, of those that are above or below.
    public var outside: [String: Verdict] = [:]

    public init() {}

    init(_ decision: Decision) {
        overall = decision.overall
        for family in decision.families {
            if family.family == .analytics { analytics = family.verdict }
            if family.family == .additional { additional = family.verdict }
        }
        primary = decision.primary?.verdict
        for metric in decision.metrics where metric.verdict == .above || metric.verdict == .below { outside[metric.name] = metric.verdict }
    }

    /// What a report says first is the same.
    func agrees(with other: VerdictSet) -> Bool {
        overall == other.overall && analytics == other.analytics && additional == other.additional && primary == other.primary
    }
}

/// Would the answer be another one, had the study been made a little differently? A verdict that hangs on one peer, one capture or one
/// convention is told with what it hangs on.
public struct Sensitivity: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        /// A peer owner is left out.
        case peer = "without_peer"
        /// A capture of the subject is left out.
        case capture = "without_capture"
        /// What apps send to analytics hosts of their own counts as first-party.
        case platformAnalytics = "platform_analytics_not_counted"
        /// Imported lists are not asked who destinations are; the built-in catalogue and a study's own lists are.
        case lists = "without_imported_lists"
        /// Only flows with a label of their own count, or all that the phone sent.
        case strict = "strict_attribution"
        case loose = "loose_attribution"
    }

    public struct Choice: Sendable {
        public var kind: Kind
        /// The owner, or the capture's id; "" for the other kinds.
        public var name: String
        public var verdicts: VerdictSet
        /// Another overall verdict, clause or answer to the question named before.
        public var flips: Bool
    }

    /// Verdicts as they are, with as many draws as the other choices had.
    public var base: VerdictSet
    public var choices: [Choice]
    /// No choice changes what is said first.
    public var isRobust: Bool { !choices.contains(where: \.flips) }

    /// Metrics that are above or below, each with the choices under which it is not any more.
    public var fragileMetrics: [(metric: String, choices: [Choice])] {
        base.outside.keys.sorted { $0.precedes($1) }.compactMap { name in
            let changed = choices.filter { $0.verdicts.outside[name] != base.outside[name] }
            return changed.isEmpty ? nil : (name, changed)
        }
    }

    /// Of choices that were made elsewhere.
    init(base: VerdictSet, choices: [Choice]) { (self.base, self.choices) = (base, choices) }

    /// Draws of one decision: with hundreds of peers to leave out, fewer of each.
    static func draws(groups: Int, options: ComparisonOptions) -> Int { min(options.draws, max(25, 8_000 / max(1, groups))) }

    /// - Parameters:
    ///   - subject: one of `own`.
    ///   - catalogue: the lists that the comparison was made with.
    ///   - options: those of the comparison.
    public init(subject: CohortAssembly.App, own: CohortAssembly, cohort: CohortAssembly, catalogue: DestinationCatalogue, options: ComparisonOptions) {
        var options = options
        let id = subject.observed.id
        func basis(_ judge: ProfileJudge) -> ComparisonBasis {
            var judge = judge
            func judged(_ app: CohortAssembly.App) -> ObservedApp {
                ObservedApp(id: app.observed.id, group: app.observed.group, captures: app.profiles.map { judge.judge($0, app: app.identity) })
            }
            return ComparisonBasis(subjects: [judged(subject)], peers: cohort.apps.map(judged), watchedCountries: options.watchedCountries)
        }
        var standard = ComparisonBasis(
            subjects: [subject.observed], peers: cohort.apps.map(\.observed), watchedCountries: options.watchedCountries)
        let groups = standard.groups.filter { UTF8Key($0) != UTF8Key(subject.observed.group) }
        options.draws = Self.draws(groups: groups.count, options: options)
        let base = standard.verdicts(of: id, options: options)
        self.base = base
        choices = []
        func choice(_ kind: Kind, _ name: String, _ verdicts: VerdictSet) -> Choice {
            Choice(kind: kind, name: name, verdicts: verdicts, flips: !verdicts.agrees(with: base))
        }
        for group in groups { choices.append(choice(.peer, group, standard.verdicts(of: id, withoutGroup: group, options: options))) }
        let captures = standard.capturesInUse(of: id)
        if captures.count > 1 {
            for (number, name) in captures.enumerated() {
                choices.append(choice(.capture, name, standard.verdicts(of: id, withoutCapture: number, options: options)))
            }
        }
        var others: [(Kind, ProfileJudge)] = [(.platformAnalytics, ProfileJudge(catalogue: catalogue, countsFirstPartyAnalytics: false))]
        if !catalogue.lists.isEmpty {
            var less = catalogue
            less.lists = DestinationLists()
            others.append((.lists, ProfileJudge(catalogue: less)))
        }
        let profiles = subject.profiles + cohort.apps.flatMap(\.profiles)
        // Where nothing is labelled, and nothing is the system's, there is no stricter and no looser way.
        if profiles.contains(where: { $0.destinations.contains { $0.sender == .labelled } }) {
            others.append((.strict, ProfileJudge(catalogue: catalogue, attribution: .strict)))
        }
        if profiles.contains(where: { $0.destinations.contains { $0.sender == .system || $0.sender == .other } }) {
            others.append((.loose, ProfileJudge(catalogue: catalogue, attribution: .loose)))
        }
        for (kind, judge) in others {
            var other = basis(judge)
            choices.append(choice(kind, "", other.verdicts(of: id, options: options)))
        }
    }
}
