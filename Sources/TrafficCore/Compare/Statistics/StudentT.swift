import Glibc

/// Student's t (METHOD.md §3.9, leads): tail by the incomplete beta function, and the prediction of one more peer.
enum StudentT {
    /// P(T > t) with `degrees` of freedom.
    static func upperTail(_ t: Double, degrees: Double) -> Double {
        let x = t.isInfinite ? 0 : degrees / (degrees + t * t)
        let half = 0.5 * IncompleteBeta.regularised(x, a: degrees / 2, b: 0.5)
        return t >= 0 ? half : 1 - half
    }

    /// Upper p of `x` as one more of `peers`, on log2(1 + x/c) with a standard deviation of at least `floor`.
    /// Model-based: it makes a lead, never a verdict. 1 with fewer than 3 peers.
    static func predictionP(_ x: Double, peers: [Double], offset: Double, floor: Double) -> Double {
        guard peers.count >= 3 else { return 1 }
        let y = peers.map { RobustScore.logScale($0, offset: offset) }
        let n = Double(y.count)
        let mean = y.reduce(0, +) / n
        let variance = y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
        let deviation = max(floor, variance.squareRoot())
        guard deviation > 0 else { return 1 }
        let t = (RobustScore.logScale(x, offset: offset) - mean) / (deviation * (1 + 1 / n).squareRoot())
        return upperTail(t, degrees: n - 1)
    }
}
