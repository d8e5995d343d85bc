/// Time since a phase began, cut as METHOD.md's windows need it: at 10, 20, 30 and 60 s, then every minute up to an hour.
///
/// A window of `CommonWindow.ladder` ends with a cell, so what a phase holds by cells holds every window too.
public enum TimeCell {
    /// Ends of the cells, seconds, ascending; the last cell, `edges.count`, has no end.
    public static let edges: [Double] = [10, 20, 30] + (1...60).map { Double(60 * $0) }

    /// The cell of a time in seconds. A time before the phase lies in the cell of its minute: -1, -2, …, not below -2^30.
    static func cell(of time: Double) -> Int32 {
        guard time >= 0 else {
            // By the exact remainder: a division may round up into the next minute.
            let rest = time.truncatingRemainder(dividingBy: 60)
            return Int32(max(-0x4000_0000, ((time - rest) / 60).rounded() - (rest < 0 ? 1 : 0)))
        }
        var low = 0, high = edges.count
        while low < high {
            let middle = (low + high) / 2
            if time < edges[middle] { high = middle } else { low = middle + 1 }
        }
        return Int32(low)
    }

    /// The minute that a cell lies in; the first four share one.
    static func minute(of cell: Int32) -> Int32 { cell < 0 ? cell : max(0, cell - 3) }

    /// Number of cells that a window of so many seconds, one of `CommonWindow.ladder`, takes from a phase.
    static func cells(in window: Int) -> Int32 { Int32(edges.firstIndex(of: Double(window)).map { $0 + 1 } ?? 0) }
}
