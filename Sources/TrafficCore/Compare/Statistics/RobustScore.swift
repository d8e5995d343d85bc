import Glibc

/// Median and robust scales of one metric over all apps of a draw, the subject among them (METHOD.md §3.3).
struct RobustScore: Sendable {
    /// Median of the values.
    var center: Double
    /// The largest of: the floor, 1.4826 MAD, (90 % point - median)/1.2816.
    var scale: Double
    /// The same on the negated values, for the low side.
    var lowScale: Double

    private static let normalMAD = 1.4826
    /// 90 % point of the standard normal distribution.
    private static let normalNinetieth = 1.2815515655446004

    /// Of the values that are there, ascending; centre 0 and the floor as scale when there are none.
    init(sorted v: [Double], floor: Double) {
        guard !v.isEmpty else {
            (center, scale, lowScale) = (0, floor, floor)
            return
        }
        let middle = Quantiles.median(sorted: v)
        let spread = max(floor, Self.normalMAD * Quantiles.medianAbsoluteDeviation(sorted: v, around: middle))
        center = middle
        scale = max(spread, (Quantiles.quantile(sorted: v, 0.9) - middle) / Self.normalNinetieth)
        lowScale = max(spread, (Quantiles.quantileOfNegated(sorted: v, 0.9) + middle) / Self.normalNinetieth)
    }

    /// The same of values in any order.
    init(of values: [Double], floor: Double) { self.init(sorted: values.sorted(), floor: floor) }

    /// Distance above the centre in scales; 0 where the value is missing.
    func upper(_ value: Double?) -> Double { value.map { scale > 0 ? ($0 - center) / scale : 0 } ?? 0 }

    /// Distance below the centre in scales of the low side; 0 where the value is missing.
    func lower(_ value: Double?) -> Double { value.map { lowScale > 0 ? (center - $0) / lowScale : 0 } ?? 0 }

    /// y = log2(1 + x/c), never negative, capped far above any traffic so that nothing overflows (METHOD.md §3.3, §8).
    static func logScale(_ x: Double, offset: Double) -> Double { log2(1 + min(1e280, max(0, x) / offset)) }

    /// (x - median)/(1.4826 MAD) of the peers; nil where the MAD is 0. Described only, never tested.
    static func plain(_ x: Double, peers: [Double]) -> Double? {
        let v = peers.sorted()
        let scale = normalMAD * Quantiles.medianAbsoluteDeviation(sorted: v)
        return scale > 0 ? (x - Quantiles.median(sorted: v)) / scale : nil
    }
}
