/// Subjects and peers, prepared once for any number of comparisons.
public struct ComparisonBasis: Sendable {
    private var basis: CohortBasis
    private var subjects: [UTF8Key: Int] = [:]
    private var peers: [Int] = []
    /// Peers that were given more than once.
    private var notes: [String] = []

    /// - Parameters:
    ///   - subjects: Those of one id are one app; a capture counts once.
    ///   - peers: The same. A subject may be among them: it is no peer of its own.
    ///   - watchedCountries: those of `ComparisonOptions`.
    public init(subjects: [ObservedApp], peers: [ObservedApp], watchedCountries: [String] = []) {
        basis = CohortBasis(watched: watchedCountries)
        var unsaid: [String] = []
        for app in ObservedApp.merged(subjects, notes: &unsaid) { self.subjects[UTF8Key(app.id)] = basis.append(app) }
        for app in ObservedApp.merged(peers, notes: &notes) { self.peers.append(basis.append(app)) }
    }

    /// Compares a subject with the peers. Peers of its own group are left out and noted.
    /// - Parameter subject: Its id; without such an app nothing is measured.
    /// - Throws: `ComparisonError` when `options` are out of range or `options.ask` names no metric.
    public mutating func comparison(of subject: String, options: ComparisonOptions) throws -> Comparison {
        let own = place(of: subject)
        return try Comparison(subject: own, peers: peers, basis: &basis, notes: notes, options: options)
    }

    /// The verdicts alone, under other conditions.
    /// - Parameters:
    ///   - group: an owner that is left out of the peers.
    ///   - capture: one of the subject's usable captures, by number, that is left out.
    mutating func verdicts(of subject: String, withoutGroup group: String? = nil, withoutCapture capture: Int? = nil, options: ComparisonOptions)
        -> VerdictSet
    {
        let own = place(of: subject)
        let others = peers.filter { place in group.map { UTF8Key(basis.apps[place].group) != UTF8Key($0) } ?? true }
        let cohort = Cohort(subject: own, peers: others, basis: &basis)
        var apps = DecisionCohort(cohort.table, alpha: options.alpha)
        if let capture {
            guard capture < apps.subject.captures.count else { return VerdictSet() }
            apps = apps.without(subjectCapture: capture, alpha: options.alpha)
        }
        return VerdictSet(Decision(verdictsOf: apps, windows: cohort.table.windows, options: options, cache: &basis.decisions))
    }

    /// The groups of the peers that a comparison can use, in order.
    var groups: [String] {
        var seen: Set<UTF8Key> = []
        return peers.map { basis.apps[$0].group }.filter { seen.insert(UTF8Key($0)).inserted }.sorted { UTF8Key($0) < UTF8Key($1) }
    }

    /// Ids of the subject's captures that measured something, in the order in which `verdicts` counts them.
    mutating func capturesInUse(of subject: String) -> [String] {
        let cohort = Cohort(subject: place(of: subject), peers: peers, basis: &basis)
        var seen: Set<UTF8Key> = []
        return cohort.table.subject.captures.filter { $0.isMeasured && seen.insert(UTF8Key($0.id)).inserted }.map(\.id)
            .sorted { UTF8Key($0) < UTF8Key($1) }
    }

    private mutating func place(of subject: String) -> Int {
        if let known = subjects[UTF8Key(subject)] { return known }
        let place = basis.append(ObservedApp(id: subject, group: subject, captures: []))
        subjects[UTF8Key(subject)] = place
        return place
    }
}
