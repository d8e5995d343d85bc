import Glibc
import TrafficCore

/// One metric as a strip: every peer a dot, the subject a diamond on a line of its own, so nothing can hide anything.
/// The scale is METHOD.md §2's y = log2(1 + x/c): near linear below the offset c, logarithmic above. Exact zeros, which
/// many metrics are full of, stand in a lane of their own on the left.
struct DotStrip {
    private struct Dot {
        var x: Double
        var row: Int
        var title: String
    }

    private let metric: MetricResult
    private let subject: String
    private let offset: Double
    private let top: Double  // y of the largest value
    private var zeros: [String] = []
    private var dots: [Dot] = []
    private var rows = 0

    /// nil when neither subject nor peers have a value.
    init?(_ metric: MetricResult, subject: String) {
        self.metric = metric
        self.subject = subject
        let known = metric.peers.compactMap(\.value) + (metric.value.map { [$0] } ?? [])
        guard !known.isEmpty else { return nil }
        let definition = MetricID(name: metric.name)?.definition
        offset = max(definition?.offset ?? 1, 1e-9)
        var top = 0.0
        for value in known where value.isFinite { top = max(top, Self.scaled(value, offset)) }
        self.top = top
        place(metric.peers)
    }

    private static func scaled(_ value: Double, _ offset: Double) -> Double { log2(1 + max(0, min(value, 1e300)) / offset) }

    // MARK: Places

    private static let laneCentre = 1.5, laneEnd = 14.0, scaleStart = 17.0, scaleEnd = 97.0
    private static let columnsInLane = 4
    private static let dotSize = 8.0

    private var hasLane: Bool { !zeros.isEmpty || metric.value == 0 || top == 0 }

    private func x(_ value: Double) -> Double {
        guard top > 0, value > 0 else { return hasLane ? Self.laneCentre : 3 }
        let start = hasLane ? Self.scaleStart : 3
        return start + (Self.scaleEnd - start) * Self.scaled(value, offset) / top
    }

    /// Dots closer than their size go one above the other, whatever the width of the page (320 px and more).
    private mutating func place(_ peers: [PeerValue]) {
        func title(_ peer: PeerValue) -> String {
            peer.app + (peer.group == peer.app ? "" : " (" + peer.group + ")") + ": "
                + MetricText.value(peer.value, metric.unit, name: metric.name)
        }
        for peer in peers where peer.value == 0 { zeros.append(title(peer)) }
        let others = peers.filter { $0.value.map { $0.isFinite && $0 != 0 } ?? false }
            .sorted { a, b in (a.value ?? 0) < (b.value ?? 0) }  // stable in Swift: equal values keep the peers' order
        var ends: [Double] = []
        for peer in others {
            let place = x(peer.value ?? 0)
            let row = ends.firstIndex { $0 <= place } ?? ends.count
            if row == ends.count { ends.append(0) }
            ends[row] = place + 2.7
            dots.append(Dot(x: place, row: row, title: title(peer)))
        }
        rows = max(ends.count, (zeros.count + Self.columnsInLane - 1) / Self.columnsInLane)
    }

    // MARK: Picture

    func svg() -> String {
        // Many equal values overlap a little rather than make the strip a tower.
        let pitch = max(4, min(Self.dotSize + 1, 110 / Double(max(1, rows))))
        let stack = max(24, Double(rows) * pitch + 6)
        let head = 30.0, base = head + stack
        let label = MetricText.plain(metric.name) + ": " + subject + " " + MetricText.value(metric.value, metric.unit, name: metric.name)
            + " among " + Quantity.count(zeros.count + dots.count, "peer") + "; values in the table below"
        return SVG(label: label, height: base + 24) { svg in
            axis(&svg, head: head, base: base)
            // Behind the dots: a peer with the same value stays visible.
            if let value = metric.value, value.isFinite { svg.line(x1: x(value), y1: 16, x2: x(value), y2: base, class: "subject-line") }
            for (index, title) in zeros.enumerated() {
                let column = index % Self.columnsInLane, row = index / Self.columnsInLane
                svg.dot(x: Self.laneCentre, shift: 0.01 + Double(column) * (Self.dotSize + 0.5), y: base - 7 - Double(row) * pitch, radius: 3.8,
                        class: "peer", title: title)
            }
            for dot in dots { svg.dot(x: dot.x, y: base - 7 - Double(dot.row) * pitch, radius: 3.8, class: "peer", title: dot.title) }
            marker(&svg)
        }.source
    }

    private func axis(_ svg: inout SVG, head: Double, base: Double) {
        if hasLane {
            svg.line(x1: 0, y1: base, x2: Self.laneEnd, y2: base, class: "axis")
            svg.text("0", x: Self.laneCentre, y: base + 16, class: "tick")
        }
        guard top > 0 else { return }
        if let low = metric.peerLow, let high = metric.peerHigh, high > low {
            let from = low > 0 ? x(low) : 0.2, to = max(x(high), from + 0.5)
            svg.rectangle(x: from, width: to - from, y: head - 2, height: base - head + 2, class: "range")
        }
        let start = hasLane ? Self.scaleStart : 1
        svg.line(x1: start, y1: base, x2: 99, y2: base, class: "axis")
        if !hasLane { svg.text("0", x: 3, y: base + 16, class: "tick") }
        for tick in ticks() {
            svg.line(x1: x(tick), y1: head, x2: x(tick), y2: base, class: "grid")
            // The last label ends with the chart.
            svg.text(MetricText.tick(tick, metric.unit, name: metric.name), x: x(tick) > 88 ? min(100, x(tick) + 3) : x(tick), y: base + 16, anchor: x(tick) > 88 ? .end : .middle, class: "tick")
        }
        if let median = metric.peerMedian, x(median) <= 99 {
            svg.line(x1: x(median), y1: head - 2, x2: x(median), y2: base, class: "median")
        }
    }

    private func marker(_ svg: inout SVG) {
        guard let value = metric.value, value.isFinite else { return }
        let place = x(value)
        let shown = MetricText.value(value, metric.unit, name: metric.name)
        svg.diamond(x: place, y: 14, radius: 7, class: "subject", title: subject + ": " + shown)
        let isLeft = place < 50
        // Its name stands in the legend and in the title: on a telephone there is no room for it here.
        svg.text(
            "this app " + shown, x: place, shift: isLeft ? 12 : -12, y: 18.5,
            anchor: isLeft ? .start : .end, class: "subject-label")
    }

    /// Round values, powers of ten first, none closer than a label is wide on a telephone.
    private func ticks() -> [Double] {
        let isCount = ["owners", "domains", "destinations"].contains(metric.unit)
        let largest = offset * (exp2(min(top, 1000)) - 1)
        var chosen: [Double] = []
        for multiple in [1.0, 2, 5] {
            var power = 1e-9
            while power <= largest, power < 1e18 {
                let value = multiple * power
                power *= 10
                if value > largest * 1.0001 || (isCount && value < 0.99) { continue }
                let place = x(value)
                // Where the scale is near linear a label says nothing, and none may touch the "0".
                let isClear = value >= offset / 5 && place >= (hasLane ? Self.scaleStart + 5 : 14)
                    && chosen.allSatisfy { abs(x($0) - place) >= 15 }
                if isClear, place <= 97.5 { chosen.append(value) }
            }
        }
        return chosen.sorted()
    }
}
