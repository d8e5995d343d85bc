import Glibc

/// Whether all figures together agree with METHOD.md's. Of many figures some lie more than two errors away by chance, so
/// one alone differs only far beyond, and the number of those beyond two errors is looked at too.
struct Agreement {
    /// Deviation in errors that chance does not explain: of 300 figures one lies beyond it in 2 % of the runs.
    static let limit = 4.0
    /// Errors above what is promised that chance does not explain. Nearer, since only one side counts and most rates lie
    /// below their promise.
    static let ceilingLimit = 3.0

    private var compared = 0
    private var far = 0
    private var differing = 0

    mutating func add(_ figures: [Figure]) {
        for figure in figures {
            switch figure.mark {
            case .none: continue
            case .ok: break
            case .far: far += 1
            case .differs:
                far += 1
                differing += 1
            }
            compared += 1
        }
    }

    /// Most figures beyond two errors that chance explains. Figures of one row share their cohorts and go together, so
    /// their number varies about twice as much as if they did not.
    private var mostFar: Int {
        let share = erfc(2 / 2.0.squareRoot())
        let n = Double(compared)
        return Int((n * share + 2 * 2.33 * (n * share * (1 - share)).squareRoot()).rounded(.up))
    }

    var holds: Bool { differing == 0 && far <= mostFar }

    var text: String {
        "\(compared) figures: \(far) more than 2 errors from METHOD.md's or above the promise (chance explains up to \(mostFar)), "
            + "\(differing) that differ (more than \(fixed(Self.limit, 0)) errors away, or \(fixed(Self.ceilingLimit, 0)) above the "
            + "promise): " + (holds ? "ok" : "DIFFERS")
    }
}
