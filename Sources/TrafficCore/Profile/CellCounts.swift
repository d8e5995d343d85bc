/// Bursts counted by phase, time cell, destination and whether they were in clear; each as it comes.
struct CellCounts {
    private struct Key: Hashable {
        var phase: Int
        var cell: Int32
        var destination: Int
        var clear: Bool
    }
    private var places: [Key: Int] = [:]
    private var cells: [CaptureProfile.Cell] = []
    /// Of each cell: uploads by the bin of their size.
    private var bins: [[UInt8: Int]] = []

    mutating func add(_ burst: ProfileCells.PlacedBurst) {
        let key = Key(phase: burst.phase.order, cell: TimeCell.cell(of: burst.time), destination: burst.destination, clear: burst.clear)
        let place = place(key) {
            CaptureProfile.Cell(
                phase: burst.phase, cell: key.cell, destination: key.destination, clear: key.clear, bursts: 0, uploads: 0, up: 0, down: 0,
                first: burst.time, sizes: 0..<0)
        }
        cells[place].bursts.addSaturating(1)
        cells[place].up.addSaturating(burst.up)
        cells[place].down.addSaturating(burst.down)
        cells[place].first = min(cells[place].first, burst.time)
        guard burst.up > 0 else { return }
        cells[place].uploads.addSaturating(1)
        bins[place][UInt8(SizeDistribution.bin(of: burst.up)), default: 0] += 1
    }

    /// Adds all that `other` counted.
    mutating func add(_ other: CellCounts) {
        for (key, index) in other.places {
            let cell = other.cells[index]
            let place = place(key) {
                CaptureProfile.Cell(
                    phase: cell.phase, cell: cell.cell, destination: cell.destination, clear: cell.clear, bursts: 0, uploads: 0, up: 0, down: 0,
                    first: cell.first, sizes: 0..<0)
            }
            cells[place].bursts.addSaturating(cell.bursts)
            cells[place].uploads.addSaturating(cell.uploads)
            cells[place].up.addSaturating(cell.up)
            cells[place].down.addSaturating(cell.down)
            cells[place].first = min(cells[place].first, cell.first)
            for (bin, count) in other.bins[index] { bins[place][bin, default: 0].addSaturating(count) }
        }
    }

    private mutating func place(_ key: Key, _ make: () -> CaptureProfile.Cell) -> Int {
        if let place = places[key] { return place }
        places[key] = cells.count
        cells.append(make())
        bins.append([:])
        return cells.count - 1
    }

    /// The cells in a profile's order, each with its sizes by bin.
    /// - Parameter number: of a destination in the profile, by that in these counts.
    func sorted(number: (Int) -> Int) -> [(CaptureProfile.Cell, [(UInt8, Int)])] {
        var all: [(cell: CaptureProfile.Cell, place: Int)] = []
        for (place, cell) in cells.enumerated() {
            var cell = cell
            cell.destination = number(cell.destination)
            all.append((cell, place))
        }
        all.sort { a, b in
            (a.cell.phase.order, a.cell.cell, a.cell.destination, a.cell.clear ? 1 : 0) < (b.cell.phase.order, b.cell.cell, b.cell.destination, b.cell.clear ? 1 : 0)
        }
        return all.map { ($0.cell, bins[$0.place].sorted { $0.key < $1.key }.map { ($0.key, $0.value) }) }
    }
}
