import Dispatch
import Synchronization
import TrafficCore
import TrafficStore

/// The app against a cohort of the store, again and again while it is captured; beside whoever shows it.
final class LiveComparison: Sendable {
    private struct State {
        var isBusy = false
        var due = 0.0
        var latest: Comparison?
        var note: String?
    }
    let cohort: String
    private let peers: ComparisonRun.Side
    private let app: AppIdentity
    private let catalogue: DestinationCatalogue
    private let options: ComparisonOptions
    private let state = Mutex(State())
    private let worker = DispatchQueue(label: "comparison", qos: .utility)

    /// Seconds between two comparisons, at least; they take at most a tenth of the time.
    private static let pace = 5.0

    /// Reads the cohort.
    init(_ cohort: String, store: Store, app: AppIdentity, catalogue: DestinationCatalogue) throws(CommandFailure) {
        var captures: [ProfiledCapture] = [], damage: [String] = []
        try stored { () throws(Store.Failure) in
            try store.forEachCapture(of: cohort) { captures.append($0) } damage: { damage.append($0) }
        }
        Talk.problems(damage)
        // What is captured is no peer of itself.
        captures.removeAll { $0.app.id == app.id }
        (self.cohort, self.app, self.catalogue) = (cohort, app, catalogue)
        peers = ComparisonRun.Side(captures, judge: ProfileJudge(catalogue: catalogue), role: "baseline")
        options = ComparisonOptions()
        state.withLock { $0.note = "against \(cohort): nothing to compare yet" }
    }

    /// The latest comparison, and why there is none.
    var latest: (Comparison?, String?) { state.withLock { ($0.latest, $0.latest == nil ? $0.note : nil) } }

    /// Compares `picture`, unless one before it still is, or it is too early.
    func update(_ picture: LivePicture) {
        let now = SystemCalls.seconds()
        let begins = state.withLock { state in
            guard !state.isBusy, now >= state.due else { return false }
            state.isBusy = true
            return true
        }
        guard begins else { return }
        worker.async {
            self.compare(picture.outcome())
            let end = SystemCalls.seconds()
            self.state.withLock { state in
                state.isBusy = false
                state.due = end + max(Self.pace, 10 * (end - now))
            }
        }
    }

    /// Compares what a capture came to. Also where one before it still is.
    @discardableResult
    func compare(_ outcome: CaptureProfileBuilder.Outcome) -> Comparison? {
        switch outcome {
        case .setAside(_, let wording):
            state.withLock { ($0.latest, $0.note) = (nil, "against \(cohort): not yet. \(wording)") }
            return nil
        case .observed(let profile):
            let subject = ComparisonRun.Side([ProfiledCapture(profile, app: app)], judge: ProfileJudge(catalogue: catalogue), role: "subject")
            var run = ComparisonRun(subjects: subject, peers: peers, catalogue: catalogue, evidence: AttributionEvidence(), status: .done)
            run.options = options
            let made = try? run.comparison(of: app.id)
            state.withLock { state in
                (state.latest, state.note) = (made, made == nil ? "against \(cohort): nothing to compare" : nil)
            }
            return made
        }
    }
}
