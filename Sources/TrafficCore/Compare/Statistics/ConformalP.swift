/// Rank p-values (METHOD.md §3.4, §9): exact for a subject that is exchangeable with its peers, whatever the
/// distribution.
enum ConformalP {
    /// (1 + #{peer ≥ x})/(n + 1). Ties count against the subject's being unusual.
    static func upper(_ x: Double, among peers: some Sequence<Double>) -> Double {
        var count = 0
        var n = 0
        for peer in peers {
            n += 1
            if isAtLeast(peer, x) { count += 1 }
        }
        return Double(1 + count) / Double(n + 1)
    }

    /// The same on -x: (1 + #{peer ≤ x})/(n + 1).
    static func lower(_ x: Double, among peers: some Sequence<Double>) -> Double {
        var count = 0
        var n = 0
        for peer in peers {
            n += 1
            if isAtLeast(x, peer) { count += 1 }
        }
        return Double(1 + count) / Double(n + 1)
    }

    /// Ties broken by u in [0, 1): (#{peer > x} + u (1 + #{peer = x}))/(n + 1). Exactly uniform, and not used in a
    /// verdict, since a report must not change by a coin.
    static func randomised(_ x: Double, among peers: [Double], u: Double) -> Double {
        let above = peers.count { isAbove($0, x) }
        let ties = peers.count { isAtLeast($0, x) } - above
        return (Double(above) + u * Double(1 + ties)) / Double(peers.count + 1)
    }
}
