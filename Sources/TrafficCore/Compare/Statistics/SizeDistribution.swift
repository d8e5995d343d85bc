import Glibc

/// Payload sizes in 128 bins of a quarter of log2, and distances between such histograms (METHOD.md §2, *Sizes*).
struct SizeDistribution: Sendable, Equatable {
    static let bins = 128
    /// Width of a bin in log2 of octets.
    static let binWidth = 0.25

    /// One weight a bin.
    private(set) var weights: [Double]

    /// No sizes at all.
    init() { weights = Array(repeating: 0, count: Self.bins) }

    /// Counts of the sizes, octets.
    init(sizes: some Sequence<Int>) {
        self.init()
        for size in sizes { weights[Self.bin(of: size)] += 1 }
    }

    /// Counts more sizes of one bin.
    mutating func add(_ count: Double, bin: Int) { weights[min(max(0, bin), Self.bins - 1)] += count }

    var total: Double { weights.reduce(0, +) }

    /// Scaled to a total of 1; all zero if it was empty.
    var normalised: SizeDistribution {
        let total = total
        var result = SizeDistribution()
        if total > 0 { for i in weights.indices { result.weights[i] = weights[i] / total } }
        return result
    }

    static func += (a: inout SizeDistribution, b: SizeDistribution) {
        for i in a.weights.indices { a.weights[i] += b.weights[i] }
    }

    /// Without a part of it; what rounding leaves below zero is zero.
    func less(_ part: SizeDistribution) -> SizeDistribution {
        var result = self
        // Where nothing else was counted, the difference of equal numbers may be dust: 2^-40 of the part is nothing.
        for i in weights.indices {
            let rest = weights[i] - part.weights[i]
            result.weights[i] = rest > part.weights[i] * 0x1p-40 ? rest : 0
        }
        return result
    }

    static func / (a: SizeDistribution, divisor: Double) -> SizeDistribution {
        var result = a
        for i in a.weights.indices { result.weights[i] /= divisor }
        return result
    }

    /// Bin of a size in octets: floor(4 log2(size)); below 1 counts as 1, above the last bin as the last. Computed on
    /// integers, as the largest b with 2^b ≤ size⁴, so that no rounding moves a size across an edge.
    static func bin(of size: Int) -> Int {
        let s = UInt64(max(1, size))
        guard s < 1 << 32 else { return bins - 1 }
        let square = s * s
        let fourth = square.multipliedFullWidth(by: square)
        let bit = fourth.high > 0 ? 127 - fourth.high.leadingZeroBitCount : 63 - fourth.low.leadingZeroBitCount
        return min(bins - 1, bit)
    }

    /// Wasserstein-1 distance in log2 of octets: it moves with the size of a shift. The tested one.
    func wasserstein1(to other: SizeDistribution) -> Double {
        distributionGaps(to: other).reduce(0) { $0 + abs($1) } * Self.binWidth
    }

    /// Kolmogorov-Smirnov statistic, 0…1.
    func kolmogorovSmirnov(to other: SizeDistribution) -> Double {
        distributionGaps(to: other).reduce(0) { max($0, abs($1)) }
    }

    /// Energy distance: twice the integral of (F - G)², in log2 of octets.
    func energyDistance(to other: SizeDistribution) -> Double {
        2 * distributionGaps(to: other).reduce(0) { $0 + $1 * $1 } * Self.binWidth
    }

    /// Jensen-Shannon divergence in bits, 0…1.
    func jensenShannon(to other: SizeDistribution) -> Double {
        var sum = 0.0
        for (a, b) in zip(weights, other.weights) {
            let middle = 0.5 * (a + b)
            if a > 0 { sum += 0.5 * a * log2(a / middle) }
            if b > 0 { sum += 0.5 * b * log2(b / middle) }
        }
        return max(0, sum)
    }

    /// F - G at the upper edge of every bin.
    private func distributionGaps(to other: SizeDistribution) -> [Double] {
        var running = 0.0
        return zip(weights, other.weights).map { a, b in
            running += a - b
            return running
        }
    }
}
