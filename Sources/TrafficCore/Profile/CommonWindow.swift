/// The part of a phase that subject and peers can be compared on (METHOD.md §1, *Common window*).
public enum CommonWindow {
    /// Possible windows, whole seconds, ascending.
    public static let ladder = [10, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 2700, 3600]
    /// A window below this many seconds compares start-ups only and is flagged.
    public static let shortest = 60

    /// The largest window, seconds, that at least half of the subject's captures and at least one capture of 80 % of the
    /// peers reach; nil when there is none.
    /// - Parameters:
    ///   - subject: Exposure of each of the subject's captures in the phase, seconds.
    ///   - peers: The same for each peer app.
    public static func choose(subject: [Double], peers: [[Double]]) -> Int? {
        let needed = ceilShare(0.8, of: peers.count)
        return ladder.last { window in
            let seconds = Double(window)
            let reached = subject.count { $0 >= seconds }
            guard reached > 0, 2 * reached >= subject.count else { return false }
            return peers.count { $0.contains { $0 >= seconds } } >= needed
        }
    }
}
