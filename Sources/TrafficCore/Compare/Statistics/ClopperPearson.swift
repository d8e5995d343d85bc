/// One-sided Clopper-Pearson bounds of a share (METHOD.md §3.5). `successes` may be fractional: a mean over draws.
enum ClopperPearson {
    /// Upper bound of the share behind `successes` of `n`; 1 where all are, or n is 0.
    static func upper(_ successes: Double, of n: Double, level: Double = 0.95) -> Double {
        let s = max(0, successes)
        return n <= 0 || s >= n ? 1 : IncompleteBeta.inverse(level, a: s + 1, b: n - s)
    }

    /// Lower bound; 0 where none are, or n is 0.
    static func lower(_ successes: Double, of n: Double, level: Double = 0.95) -> Double {
        let s = min(successes, n)
        return n <= 0 || s <= 0 ? 0 : IncompleteBeta.inverse(1 - level, a: s, b: n - s + 1)
    }
}
