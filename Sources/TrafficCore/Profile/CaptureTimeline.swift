/// Who receives traffic, as coarsely as a picture over time can show it.
public enum TrafficKind: Int, Sendable, CaseIterable {
    /// The app's own maker.
    case firstParty
    /// Analytics, advertising, crash reports.
    case tracker
    /// Names and addresses that no list knows.
    case unknown
    /// Delivery networks, the system, push and all else.
    case other

    init(_ category: MetricCategory) {
        switch category {
        case .firstParty: self = .firstParty
        case .analytics, .advertising, .crash: self = .tracker
        case .unknown: self = .unknown
        case .push, .os, .content, .other: self = .other
        }
    }
}

/// When one capture's phone sent and received, in cells of equal length, with its phases.
public struct CaptureTimeline: Sendable {
    public struct Cell: Sendable {
        /// Octets sent in the cell, by `TrafficKind.rawValue`.
        public var up = [Int](repeating: 0, count: TrafficKind.allCases.count)
        public var down = 0
    }
    /// The capture's name.
    public var capture: String
    public var app: String?
    /// First and last packet, or marker beyond it; nanoseconds since 1970.
    public var first: Int64
    public var last: Int64
    /// Both ends known; empty when nothing tells phases.
    public var phases: [PhaseTimeline.Interval]
    /// Marked events, nanoseconds since 1970.
    public var events: [Int64]
    /// Nanoseconds a cell.
    public var width: Int64
    /// From `first` on, without gaps.
    public var cells: [Cell]
}

/// Collects a timeline while a capture is read: the length of the capture is known only at the end, so cells double when
/// they become too many.
struct TimelineCells: Sendable {
    private var width: Int64 = 250_000_000
    private var cells: [Int64: CaptureTimeline.Cell] = [:]
    /// Cells kept at most.
    private static var limit: Int { 4096 }
    /// Cells of a finished timeline: what a page's width can show.
    private static var shown: Int64 { 240 }

    mutating func add(up: Int, down: Int, kind: TrafficKind, at time: Int64) {
        let key = Self.floor(time, width)
        cells[key, default: CaptureTimeline.Cell()].up[kind.rawValue].addSaturating(up)
        cells[key]?.down.addSaturating(down)
        while cells.count > Self.limit { double() }
    }

    private mutating func double() {
        guard width <= Int64.max / 4 else { return }
        width *= 2
        var merged: [Int64: CaptureTimeline.Cell] = [:]
        for (key, cell) in cells {
            let place = Self.floor(key, 2)
            for kind in cell.up.indices { merged[place, default: CaptureTimeline.Cell()].up[kind].addSaturating(cell.up[kind]) }
            merged[place, default: CaptureTimeline.Cell()].down.addSaturating(cell.down)
        }
        cells = merged
    }

    /// Cells of equal length from `first` to `last`; empty when that is longer than can be told.
    func finished(first: Int64, last: Int64) -> (width: Int64, cells: [CaptureTimeline.Cell]) {
        let (length, isOver) = last.subtractingReportingOverflow(first)
        guard !isOver, length >= 0, !cells.isEmpty else { return (width, []) }
        var copy = self
        while length / copy.width >= Self.shown, copy.width <= Int64.max / 4 { copy.double() }
        let start = Self.floor(first, copy.width)
        var result = [CaptureTimeline.Cell](repeating: CaptureTimeline.Cell(), count: Int(Self.floor(last, copy.width) - start) + 1)
        for (key, cell) in copy.cells where key >= start && key - start < Int64(result.count) { result[Int(key - start)] = cell }
        return (copy.width, result)
    }

    private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
