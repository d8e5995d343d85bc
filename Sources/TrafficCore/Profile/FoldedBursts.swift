/// Bursts that are long past, counted: what remains of them in a profile, in bounded memory but for the times that a profile keeps
/// itself.
struct FoldedBursts {
    /// By destination's number in the builder.
    var totals: [Int: CaptureProfile.Total] = [:]
    var flowsWithoutPhone = 0
    var flowsBetweenPhones = 0
    /// Counted records by destination's number, and those in no phase.
    private(set) var records: [Int: Int] = [:]
    private(set) var recordsOutsidePhases = 0
    private(set) var counts = CellCounts()
    private(set) var background: [ProfileCells.PlacedBurst] = []
    private(set) var foreground: [ProfileCells.PlacedBurst] = []

    /// What came before any phase was marked. A first marker tells whether it was foreground or nothing is known of it.
    private struct Unphased {
        var records: [Int: Int] = [:]
        var counts = CellCounts()
        var foreground: [ProfileCells.PlacedBurst] = []
    }
    private var unphased = Unphased()

    /// Times that are kept: 64 MB. Further ones are counted in their cells alone.
    private static var timedLimit: Int { 1 << 20 }

    /// - Parameters:
    ///   - place: phase and seconds; nil outside of all phases.
    ///   - hasPhases: some were marked by then.
    mutating func add(_ burst: ProfileCells.PlacedBurst, isCounted: Bool, at place: (phase: Phase, seconds: Double)?, hasPhases: Bool) {
        guard let place else {
            if isCounted { recordsOutsidePhases += 1 }
            return
        }
        var burst = burst
        (burst.phase, burst.time) = (place.phase, place.seconds)
        let hasRoom = background.count + foreground.count + unphased.foreground.count < Self.timedLimit
        guard hasPhases else {
            if isCounted { unphased.records[burst.destination, default: 0] += 1 }
            unphased.counts.add(burst)
            if hasRoom { unphased.foreground.append(burst) }
            return
        }
        if isCounted { records[burst.destination, default: 0] += 1 }
        counts.add(burst)
        guard hasRoom else { return }
        switch burst.phase {
        case .background: background.append(burst)
        case .foreground: foreground.append(burst)
        case .idle: break
        }
    }

    /// At the end: what came before any phase counts as foreground, or in no phase.
    mutating func settle(keepsUnphased: Bool) {
        if keepsUnphased {
            counts.add(unphased.counts)
            foreground = unphased.foreground + foreground
            for (number, count) in unphased.records { records[number, default: 0] += count }
        } else {
            recordsOutsidePhases += unphased.records.values.reduce(0, +)
        }
        unphased = Unphased()
    }
}
