/// Corrections for many p-values. Holm serves the leads (METHOD.md §3.9); Benjamini-Hochberg is described only.
enum MultipleTesting {
    /// Holm's step-down adjusted p-values, in the order given.
    static func holm(_ p: [Double]) -> [Double] {
        var adjusted = p
        var running = 0.0
        for (rank, i) in ascending(p).enumerated() {
            running = max(running, min(1, Double(p.count - rank) * p[i]))
            adjusted[i] = running
        }
        return adjusted
    }

    /// Benjamini and Hochberg's step-up adjusted p-values, in the order given.
    static func benjaminiHochberg(_ p: [Double]) -> [Double] {
        var adjusted = p
        var running = 1.0
        for (rank, i) in ascending(p).enumerated().reversed() {
            running = min(running, p[i] * Double(p.count) / Double(rank + 1))
            adjusted[i] = running
        }
        return adjusted
    }

    private static func ascending(_ p: [Double]) -> [Int] { p.indices.sorted { (p[$0], $0) < (p[$1], $1) } }
}
