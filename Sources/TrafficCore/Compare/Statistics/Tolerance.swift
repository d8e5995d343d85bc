// Comparisons of METHOD.md §8. The last bits of log2 differ between machines and must not decide a rank.

private let tolerance = 1e-9

/// a ≥ b, or less by no more than 1e-9 of the larger magnitude (at least 1).
@inline(__always)
func isAtLeast(_ a: Double, _ b: Double) -> Bool { a >= b - tolerance * max(1, abs(a), abs(b)) }

/// The least value that `isAtLeast` takes for x: v ≥ this exactly where isAtLeast(v, x). Between it and x the larger magnitude is |x|, or
/// differs from it by a part in 10⁹ of a part in 10⁹.
@inline(__always)
func leastAtLeast(_ x: Double) -> Double { x - tolerance * max(1, abs(x)) }

/// The largest v with isAtLeast(x, v).
@inline(__always)
func largestAtMost(_ x: Double) -> Double { x + tolerance * max(1, abs(x)) }

/// a > b by more than the tolerance of `isAtLeast`.
@inline(__always)
func isAbove(_ a: Double, _ b: Double) -> Bool { !isAtLeast(b, a) }

/// value ≤ limit, for p-values and shares against their fixed limits.
@inline(__always)
func isWithinLimit(_ value: Double, _ limit: Double) -> Bool { value <= limit + tolerance }

/// share · n, rounded up: how many of n are at least that share.
func ceilShare(_ share: Double, of n: Int) -> Int { Int((share * Double(n) - tolerance).rounded(.up)) }

extension Double {
    /// nil for an infinity or NaN: outputs are finite or missing (METHOD.md §8).
    var finite: Double? { isFinite ? self : nil }
}
