import Glibc

/// Test of "uploads follow events" by rotating the events against the uploads (METHOD.md §5). No random numbers.
struct EventLock: Sendable, Equatable {
    enum Verdict: String, Sendable { case eventLocked = "event_locked", notShown = "not_shown", insufficient }

    /// The foreground window of one capture; all times in seconds, in [0, length).
    struct Capture: Sendable {
        var length: Double
        /// Marked events: key presses of one field, clipboard copies, a photo shared.
        var events: [Double]
        /// Time and octets up.
        var uploads: [(time: Double, octets: Double)]
    }

    var verdict: Verdict
    /// Number of events in all captures.
    var events: Int
    /// nil with too few events or too short a window, as is the next.
    var p: Double?
    /// log2 per event by which uploads after the events exceed those after rotated events; may be negative.
    var excessPerEvent: Double?

    static let window = 2.0
    static let rotations = 999
    static let offset = 64.0
    static let minimumEvents = 10
    private static let significantP = 0.01

    init(_ captures: [Capture], window: Double = window, rotations: Int = rotations, offset: Double = offset) {
        events = captures.reduce(0) { $0 + $1.events.count }
        verdict = .insufficient
        guard events >= Self.minimumEvents, rotations >= 1, captures.allSatisfy({ $0.length > 2 * window }) else { return }
        let series = captures.map { UploadSeries($0.uploads, length: $0.length) }
        var sums: [Double] = []
        var hits: [Double] = []
        for rotation in 0...rotations {
            var sum = 0.0
            var hit = 0.0
            for (capture, uploads) in zip(captures, series) {
                let shift = capture.length * Double(rotation) / Double(rotations + 1)
                for event in capture.events {
                    let octets = uploads.octets(after: event + shift, within: window)
                    // log2(1) is 0: most windows are empty and need no logarithm.
                    guard octets > 0 else { continue }
                    sum += log2(1 + octets / offset)
                    hit += 1
                }
            }
            sums.append(sum)
            hits.append(hit)
        }
        // The larger of the two standardised statistics; standardised over all rotations, so still a rank test.
        let larger = zip(Self.standardised(sums), Self.standardised(hits)).map { max($0, $1) }
        let p = ConformalP.upper(larger[0], among: larger.dropFirst())
        verdict = p <= Self.significantP ? .eventLocked : .notShown
        self.p = p
        excessPerEvent = (sums[0] - sums.dropFirst().reduce(0, +) / Double(rotations)) / Double(events)
    }

    private static func standardised(_ v: [Double]) -> [Double] {
        let n = Double(v.count)
        let mean = v.reduce(0, +) / n
        let deviation = (v.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot()
        return v.map { deviation > 1e-12 ? ($0 - mean) / deviation : 0 }
    }

    /// Uploads in order of time with their running sum, on a circle of the window's length.
    private struct UploadSeries {
        var times: [Double]
        /// `sums[i]`: octets of the first i uploads.
        var sums: [Double]
        var length: Double

        init(_ uploads: [(time: Double, octets: Double)], length: Double) {
            let sorted = uploads.sorted { $0 < $1 }
            times = sorted.map(\.time)
            sums = [0]
            for upload in sorted { sums.append(sums[sums.count - 1] + upload.octets) }
            self.length = length
        }

        /// Octets in the circular window (event, event + w].
        func octets(after event: Double, within w: Double) -> Double {
            var e = fmod(event, length)
            if e < 0 { e += length }
            let end = e + w
            var sum = upTo(min(end, length)) - upTo(e)
            if end > length { sum += upTo(end - length) }
            return max(0, sum)
        }

        /// Octets of all uploads at or before `time`.
        private func upTo(_ time: Double) -> Double {
            var low = 0
            var high = times.count
            while low < high {
                let middle = (low + high) / 2
                if times[middle] <= time { low = middle + 1 } else { high = middle }
            }
            return sums[low]
        }
    }
}
