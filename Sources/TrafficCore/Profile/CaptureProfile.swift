/// What one run of one app did: facts by phase, time and destination, from which any comparison can be made later without the capture
/// (DESIGN.md §6, *Profile*). Of the packets nothing is in it, of the phone no address.
public struct CaptureProfile: Sendable, Equatable {
    /// What was exchanged with one destination in one cell of one phase.
    public struct Cell: Sendable, Equatable {
        public var phase: Phase
        /// `TimeCell`.
        public var cell: Int32
        /// Place in `destinations`.
        public var destination: Int
        /// Application payload was readable on the wire (METHOD.md §1, *Clear*).
        public var clear: Bool
        /// Bursts, and those of them with an upload.
        public var bursts: Int
        public var uploads: Int
        /// Unique payload octets.
        public var up: Int
        public var down: Int
        /// Of the earliest burst, seconds since the phase began.
        public var first: Double
        /// Places in `sizes`: how large the uploads were.
        public var sizes: Range<Int>
    }

    /// Uploads in one bin of `SizeDistribution`.
    public struct SizeCount: Sendable, Equatable {
        public var bin: UInt8
        public var count: Int
    }

    /// One burst with its time, where METHOD.md §5–6 need it.
    public struct TimedBurst: Sendable, Equatable {
        /// Place in `destinations`.
        public var destination: Int
        /// Seconds since the phase began.
        public var time: Double
        /// Octets.
        public var up: Int
        /// Number of its flow in the capture, to tell bursts of one connection from connections; nil when not known.
        public var connection: Int?
    }

    /// What all flows to one destination have in sum, whatever the phase.
    public struct Total: Sendable, Equatable {
        public var flows = 0
        public var up = 0
        public var down = 0
        /// ADUs by size class.
        public var sizesUp = PayloadSizeCounts()
        public var sizesDown = PayloadSizeCounts()
    }

    /// Id of the capture: SHA-256, never a name.
    public var id: String
    /// When it began, nanoseconds since 1970.
    public var start: Int64
    /// Exposure in each phase, seconds.
    public var seconds: [Phase: Double]
    /// Marked events (key presses, …), seconds since the foreground began.
    public var events: [Double]
    /// What each of them was ("keypress", "copy", …); empty when not known.
    public var eventKinds: [String]
    /// In `ProfileDestination.precedes`' order, and of each its sums.
    public var destinations: [ProfileDestination]
    public var totals: [Total]
    /// By phase, cell, destination, clear.
    public var cells: [Cell]
    public var sizes: [SizeCount]
    /// All bursts in the background, by time.
    public var background: [TimedBurst]
    /// All bursts in the foreground, by time; empty where no event is marked.
    public var foreground: [TimedBurst]
    /// Of what the phone sent, what could be read.
    public var ledger = Ledger()
    /// Flags of DESIGN.md §6 that this capture raises, sorted.
    public var flags: [String] = []

    /// A capture in which nothing was seen.
    init(id: String, start: Int64, seconds: [Phase: Double], events: [Double] = [], eventKinds: [String] = []) {
        (self.id, self.start, self.seconds, self.events, self.eventKinds) = (id, start, seconds, events, eventKinds)
        (destinations, totals, cells, sizes, background, foreground) = ([], [], [], [], [], [])
    }
}

/// Puts bursts together to a profile's cells.
struct ProfileCells {
    /// A burst with its phase and time found.
    struct PlacedBurst {
        var destination: Int
        var phase: Phase
        var time: Double
        var up: Int
        var down: Int
        var clear: Bool
        var flow: Int?
    }

    private(set) var cells: [CaptureProfile.Cell] = []
    private(set) var sizes: [CaptureProfile.SizeCount] = []

    init(_ bursts: [PlacedBurst]) {
        var counts = CellCounts()
        for burst in bursts { counts.add(burst) }
        self.init(counts) { $0 }
    }

    /// - Parameter number: of a destination in the profile, by that in `counts`.
    init(_ counts: CellCounts, number: (Int) -> Int) {
        for (cell, bins) in counts.sorted(number: number) {
            var cell = cell
            let begin = sizes.count
            for (bin, count) in bins { sizes.append(CaptureProfile.SizeCount(bin: bin, count: count)) }
            cell.sizes = begin..<sizes.count
            cells.append(cell)
        }
    }
}
