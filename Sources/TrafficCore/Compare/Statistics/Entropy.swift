import Glibc

/// Shannon entropy (METHOD.md §2, destination_country_entropy).
enum Entropy {
    /// In bits, of weights that need not sum to 1; 0 where nothing has weight.
    static func bits(_ weights: [Double]) -> Double {
        let total = weights.reduce(0, +)
        guard total > 0, total.isFinite else { return 0 }
        var sum = 0.0
        for weight in weights where weight > 0 { sum += weight / total * log2(weight / total) }
        return 0 - sum
    }
}
