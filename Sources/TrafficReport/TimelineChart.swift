import TrafficCore

/// One capture over time: what was sent in each cell, stacked by who receives it, behind it the phases.
struct TimelineChart {
    let timeline: CaptureTimeline
    private let largest: Int

    /// nil when nothing was sent or received.
    init?(_ timeline: CaptureTimeline) {
        self.timeline = timeline
        largest = timeline.cells.map { Self.sum($0) }.max() ?? 0
        guard largest > 0 else { return nil }
    }

    private static func sum(_ cell: CaptureTimeline.Cell) -> Int {
        cell.up.reduce(0) { $0.addingReportingOverflow($1).overflow ? .max : $0 + $1 }
    }

    func shows(_ kind: TrafficKind) -> Bool { timeline.cells.contains { $0.up[kind.rawValue] > 0 } }

    static func name(_ kind: TrafficKind) -> String {
        switch kind {
        case .firstParty: "the app’s own"
        case .tracker: "trackers"
        case .unknown: "unknown"
        case .other: "all else"
        }
    }

    private static let top = 34.0, height = 96.0, left = 0.0, width = 100.0

    private var cellText: String {
        let seconds = Double(timeline.width) / 1e9
        return seconds < 60 ? Quantity.significant(seconds) + " s" : Quantity.duration(nanoseconds: timeline.width)
    }

    func svg() -> String {
        let base = Self.top + Self.height, count = Double(timeline.cells.count), step = Self.width / max(1, count)
        return SVG(label: "Upload over time in " + timeline.capture + ", at most " + Quantity.octets(largest) + " in " + cellText + "; values in the table below", height: base + 24) { svg in
            phases(&svg, base: base)
            svg.line(x1: 0, y1: base, x2: 100, y2: base, class: "axis")
            for (index, cell) in timeline.cells.enumerated() where Self.sum(cell) > 0 {
                var y = base
                let sum = Self.sum(cell), whole = (Double(sum) / Double(largest)).squareRoot() * Self.height
                for kind in TrafficKind.allCases where cell.up[kind.rawValue] > 0 {
                    let part = max(1, Double(cell.up[kind.rawValue]) / Double(sum) * whole)
                    y -= part
                    svg.rectangle(
                        x: Double(index) * step, width: max(0.18, step * 0.86), y: y, height: part, class: "kind" + String(kind.rawValue),
                        title: at(index) + ": " + Quantity.octets(cell.up[kind.rawValue]) + " to " + Self.name(kind))
                }
            }
            var drawn: Set<Int> = []    // a tick each thousandth of the width is all that can be told apart
            for event in timeline.events where event >= timeline.first && event <= timeline.last {
                guard drawn.insert(Int(x(event) * 10)).inserted else { continue }
                svg.line(x1: x(event), y1: base + 2, x2: x(event), y2: base + 7, class: "event")
            }
            ticks(&svg, base: base)
            svg.text("most: " + Quantity.octets(largest) + " in " + cellText, x: 100, y: 12, anchor: .end, class: "tick")
        }.source
    }

    private func x(_ time: Int64) -> Double {
        let whole = max(1, Double(timeline.width) * Double(timeline.cells.count))
        // Cells begin at multiples of their width, the first one at or before the first packet.
        // In floating point: times at both ends of 64 bits occur in damaged captures.
        let lead = ((timeline.first % timeline.width) + timeline.width) % timeline.width
        return min(100, max(0, (Double(time) - Double(timeline.first) + Double(lead)) / whole * 100))
    }

    private func at(_ cell: Int) -> String {
        "+" + Quantity.duration(nanoseconds: since(cell))
    }

    /// Nanoseconds from the first cell to this one.
    private func since(_ cell: Int) -> Int64 {
        let (product, isOver) = Int64(cell).multipliedReportingOverflow(by: timeline.width)
        return isOver ? .max : product
    }

    private func phases(_ svg: inout SVG, base: Double) {
        var drawn: Set<Int> = []
        for interval in timeline.phases {
            guard let start = interval.start, let end = interval.end, end > start else { continue }
            let from = x(start), to = x(end)
            if to - from < 0.1, !drawn.insert(Int(from * 10)).inserted { continue }     // as with events
            svg.rectangle(x: from, width: max(0.1, to - from), y: Self.top - 12, height: base - Self.top + 12, class: "phase " + interval.phase.rawValue)
            if to - from > 14 { svg.text(interval.phase.rawValue, x: from, shift: 4, y: Self.top - 1, anchor: .start, class: "tick") }
        }
    }

    /// At most six round times.
    private func ticks(_ svg: inout SVG, base: Double) {
        let seconds = Double(timeline.width) * Double(timeline.cells.count) / 1e9
        let steps: [Double] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400, 604_800]
        let step = steps.first { seconds / $0 <= 6 } ?? (seconds / 6)
        var time = 0.0
        while time <= seconds, step > 0 {
            let place = time / seconds * 100
            let label = time < 60 ? Quantity.fixed(time, 0) + " s" : Quantity.duration(nanoseconds: Int64(min(time, 9e9) * 1e9)).replacing(" 0 s", with: "")
            if place <= 92 { svg.text(label, x: place, y: base + 18, anchor: place < 4 ? .start : .middle, class: "tick") }
            time += step
        }
    }

    /// The same in numbers: at most 60 rows of equal length.
    func rows() -> [(time: String, phase: String, up: [Int], down: Int)] {
        let per = max(1, (timeline.cells.count + 59) / 60)
        var rows: [(time: String, phase: String, up: [Int], down: Int)] = []
        var index = 0
        while index < timeline.cells.count {
            var up = [Int](repeating: 0, count: TrafficKind.allCases.count), down = 0
            for cell in timeline.cells[index..<min(index + per, timeline.cells.count)] {
                for kind in up.indices { up[kind] &+= cell.up[kind] }
                down &+= cell.down
            }
            if up.contains(where: { $0 > 0 }) || down > 0 {
                let middle = timeline.first &+ since(index)
                let phase = timeline.phases.first { ($0.start ?? .min) <= middle && middle < ($0.end ?? .max) }?.phase.rawValue ?? "–"
                rows.append((at(index), phase, up, down))
            }
            index += per
        }
        return rows
    }
}
