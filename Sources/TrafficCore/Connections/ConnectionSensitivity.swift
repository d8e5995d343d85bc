/// Whether the answer hangs on one choice of the cohort: the same comparison without each peer owner, and without each run of
/// an app that has several. Novel owners are found anew each time. Description: no verdict is changed by it.
public struct ConnectionSensitivity: Sendable {
    /// What was left out.
    public enum LeftOut: Sendable, Equatable {
        /// All apps of a peer owner.
        case owner(String)
        /// One run.
        case run(app: String, run: String)

        public var description: String {
            switch self {
            case .owner(let name): "without the peer owner \(name)"
            case .run(let app, let run): "without \(run) of \(app)"
            }
        }
    }

    /// A verdict that another choice turns.
    public struct Change: Sendable, Equatable {
        /// nil for the overall verdict.
        public var metric: String?
        public var from: Verdict
        public var to: Verdict
    }

    /// A choice that turns a verdict.
    public struct Choice: Sendable, Equatable {
        public var leftOut: LeftOut
        /// The overall verdict first, then metrics of clauses A and B, then the others.
        public var changes: [Change]
        public var turnsOverall: Bool { changes.contains { $0.metric == nil } }
    }

    /// Comparisons made without one owner, and without one run.
    public private(set) var ownersTried = 0
    public private(set) var runsTried = 0
    public private(set) var choices: [Choice] = []
    /// Owners or runs beyond `limit`, which were not tried.
    public private(set) var untried = 0

    /// Comparisons that are made at most: each takes as long as the first.
    public static let limit = 250

    /// No choice that was tried turns the overall verdict; false when none could be tried.
    public var isRobust: Bool { ownersTried + runsTried > 0 && !choices.contains(where: \.turnsOverall) }

    /// "Robust: …", "Not robust: …" or why it could not be asked.
    public var sentence: String {
        let tried = "\(ownersTried) comparisons without one peer owner and \(runsTried) without one run"
        guard ownersTried + runsTried > 0 else { return "Whether it hangs on one choice could not be tried: there are no peers to leave out." }
        let runs = runsTried == 0 ? " There is one run of each app: what another would say is not known." : ""
        let rest = untried == 0 ? "" : " \(untried) more choices were not tried."
        let turning = choices.filter(\.turnsOverall)
        guard !turning.isEmpty else { return "Robust: none of \(tried) turns the overall verdict." + runs + rest }
        let named = turning.prefix(8).map { choice in
            choice.leftOut.description + (choice.changes.first { $0.metric == nil }.map { " it is \($0.to.rawValue)" } ?? "")
        }
        let more = turning.count > 8 ? " and \(turning.count - 8) others" : ""
        return "Not robust: of \(tried), \(turning.count) turn the overall verdict: " + named.joined(separator: "; ") + more + "." + runs + rest
    }

    init(subject: ConnectionApp, peers: [ConnectionApp], decision: Decision, options: ComparisonOptions) throws {
        // Apps that were not used change nothing but novelty; only what was used is left out.
        let owners = decision.cohort.groups.compactMap { $0.first?.group }
        let used = Set(decision.cohort.groups.joined().map { UTF8Key($0.id) })
        for owner in owners where decision.capturesUsed > 0 {
            guard hasRoom() else { continue }
            ownersTried += 1
            let rest = peers.filter { UTF8Key($0.group) != UTF8Key(owner) }
            try compare(.owner(owner), subject: subject, peers: rest, with: decision, options: options)
        }
        for run in subject.runs where decision.capturesUsed > 0 && subject.runs.count > 1 {
            guard hasRoom() else { continue }
            runsTried += 1
            try compare(.run(app: subject.id, run: run.id), subject: subject.without(run), peers: peers, with: decision, options: options)
        }
        for (index, peer) in peers.enumerated() where peer.runs.count > 1 && used.contains(UTF8Key(peer.id)) {
            for run in peer.runs {
                guard hasRoom() else { continue }
                runsTried += 1
                var rest = peers
                rest[index] = peer.without(run)
                try compare(.run(app: peer.id, run: run.id), subject: subject, peers: rest, with: decision, options: options)
            }
        }
    }

    private mutating func hasRoom() -> Bool {
        guard ownersTried + runsTried < Self.limit else {
            untried += 1
            return false
        }
        return true
    }

    private mutating func compare(
        _ leftOut: LeftOut, subject: ConnectionApp, peers: [ConnectionApp], with whole: Decision, options: ComparisonOptions
    ) throws {
        let cohort = ConnectionCohort(subject: subject, peers: peers, watched: options.watchedCountries)
        let less = try Decision(verdictsOf: cohort.table, options: options)
        var changes: [Change] = []
        if less.overall != whole.overall { changes.append(Change(metric: nil, from: whole.overall, to: less.overall)) }
        let clauses = zip(whole.metrics, less.metrics).filter { $0.0.family != .exploratory }
        let others = zip(whole.metrics, less.metrics).filter { $0.0.family == .exploratory }
        for (before, after) in clauses + others where before.verdict != after.verdict {
            changes.append(Change(metric: before.name, from: before.verdict, to: after.verdict))
        }
        if !changes.isEmpty { choices.append(Choice(leftOut: leftOut, changes: changes)) }
    }
}

extension ConnectionApp {
    fileprivate func without(_ run: ConnectionRun) -> ConnectionApp {
        var app = self
        app.runs.removeAll { UTF8Key($0.id) == UTF8Key(run.id) }
        return app
    }
}
