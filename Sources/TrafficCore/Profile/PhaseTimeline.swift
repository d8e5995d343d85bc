/// When an app was in which phase, by the capture's clock; and what was marked in between (METHOD.md §1, §5).
public struct PhaseTimeline: Sendable, Equatable {
    /// A stretch of one phase. nil at either end: as far as the capture goes.
    public struct Interval: Sendable, Equatable {
        public var phase: Phase
        public var start: Int64?
        public var end: Int64?
        public init(phase: Phase, start: Int64?, end: Int64?) { (self.phase, self.start, self.end) = (phase, start, end) }
    }

    /// What was marked beside phases.
    public struct Event: Sendable, Equatable {
        /// Nanoseconds since 1970, by the capture's clock.
        public var time: Int64
        /// "keypress", "copy", "photo", …
        public var kind: String
        public init(time: Int64, kind: String) { (self.time, self.kind) = (time, kind) }
    }

    /// In order of time, apart from each other.
    public private(set) var intervals: [Interval]
    /// What was marked beside phases (key presses, copies, …), in order of time.
    public private(set) var marked: [Event] = []
    /// The beginnings of phases that count in none (`settle`), in order of time.
    private var settling: [Interval] = []
    /// For each interval: seconds of its phase in the intervals before it, and the number of changes of phase before it.
    private var before: [Double] = []
    private var changes: [Int] = []

    /// Stretches of phases as given; the later of two that overlap begins where the earlier ends.
    public init(_ intervals: [Interval]) {
        self.intervals = intervals.enumerated().sorted { a, b in
            (a.element.start ?? .min, a.offset) < (b.element.start ?? .min, b.offset)
        }.map(\.element)
        for index in self.intervals.indices.dropLast() {
            let next = self.intervals[index + 1].start ?? .min
            self.intervals[index].end = min(self.intervals[index].end ?? .max, next)
        }
        countUp()
    }

    /// The phases that markers tell of one app on one device.
    ///
    /// `foreground`, `background` and `idle` (also `screen_off`) begin a phase, `end` and `stop` end the last one. Another
    /// app's `foreground` puts this one in the background; what else is noted of another app or device is not about this
    /// one. Before a first `background` or `idle` the app was in the foreground from the capture's start; before a first
    /// `foreground` nothing is known. Without any of them all is foreground.
    ///
    /// - Parameters:
    ///   - isOwn: whether a marker's `app` is this one.
    ///   - device: this one's id, where markers name theirs.
    ///   - clockOffset: nanoseconds by which the markers' clock is ahead of the capture's.
    public init(_ markers: [Marker], device: String? = nil, clockOffset: Int64 = 0, isOwn: (String) -> Bool) {
        intervals = []
        // Stable: of two at the same instant the later line counts.
        let ordered = markers.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
        var open: Interval?
        var isFirst = true
        for marker in ordered {
            if let device, let named = marker.device, named != device { continue }
            let (time, isOver) = marker.time.subtractingReportingOverflow(clockOffset)
            guard !isOver else { continue }
            let isOwn = marker.app.map(isOwn) ?? true
            let phase: Phase?
            switch marker.event {
            case "foreground": phase = isOwn ? .foreground : .background
            case "background" where isOwn: phase = .background
            case "idle", "screen_off": phase = .idle
            case "end", "stop": phase = nil
            default:
                if isOwn, !Self.structural.contains(marker.event) { marked.append(Event(time: time, kind: marker.event)) }
                continue
            }
            if isFirst, isOwn, phase == .background || phase == .idle { open = Interval(phase: .foreground, start: nil, end: nil) }
            isFirst = false
            if var interval = open {
                if interval.phase == phase { continue }
                interval.end = time
                if interval.start ?? .min < time { intervals.append(interval) }
            }
            open = phase.map { Interval(phase: $0, start: time, end: nil) }
        }
        if let open { intervals.append(open) }
        countUp()
    }

    /// Noted for people, no event of the phone's use.
    private static let structural: Set<String> = ["start", "screen_on", "note", "sync"]

    /// Whether any phase is told.
    public var hasPhases: Bool { !intervals.isEmpty || !settling.isEmpty }

    /// Times of all that was marked beside phases, sorted.
    public var events: [Int64] { marked.map(\.time) }

    /// Lets the first `seconds` of each stretch of background and idle count in no phase: what an app still sends then is the
    /// tail of its use. A stretch that began before anything was known has no beginning, and one that goes on from the same
    /// phase has none either.
    public mutating func settle(seconds: Double) {
        guard seconds > 0, seconds < 1e9 else { return }
        let length = Int64((seconds * 1e9).rounded())
        var kept: [Interval] = []
        for interval in intervals {
            guard interval.phase != .foreground, let start = interval.start,
                kept.last.map({ $0.phase != interval.phase || $0.end != start }) ?? true
            else {
                kept.append(interval)
                continue
            }
            let (settled, isOver) = start.addingReportingOverflow(length)
            let begin = isOver ? Int64.max : settled, end = interval.end ?? .max
            settling.append(Interval(phase: interval.phase, start: start, end: min(begin, end)))
            if begin < end { kept.append(Interval(phase: interval.phase, start: begin, end: interval.end)) }
        }
        intervals = kept
        countUp()
    }

    /// Gives open ends the capture's first and last packet, and without any phase makes all of it foreground.
    public mutating func close(first: Int64, last: Int64) {
        if !hasPhases { intervals = [Interval(phase: .foreground, start: first, end: last)] }
        for index in intervals.indices {
            let start = intervals[index].start ?? first
            intervals[index].start = start
            intervals[index].end = max(start, intervals[index].end ?? last)
        }
        countUp()
    }

    private mutating func countUp() {
        (before, changes) = ([], [])
        var sums = [Double](repeating: 0, count: Phase.allCases.count), changed = 0
        for (index, interval) in intervals.enumerated() {
            if index > 0, intervals[index - 1].phase != interval.phase { changed += 1 }
            before.append(sums[interval.phase.order])
            changes.append(changed)
            sums[interval.phase.order] += Self.seconds(interval)
        }
    }

    /// The phase at `time`, and seconds of exposure since that phase began: several stretches of one phase count on. nil
    /// outside of all phases. The timeline must be closed.
    public func place(_ time: Int64) -> (phase: Phase, seconds: Double)? {
        guard let index = index(at: time) else { return nil }
        let (since, isOver) = time.subtractingReportingOverflow(intervals[index].start ?? .min)
        return isOver ? nil : (intervals[index].phase, before[index] + Double(since) / 1e9)
    }

    /// The phase at `time`, whether the timeline is closed or not.
    public func phase(at time: Int64) -> Phase? { index(at: time).map { intervals[$0].phase } }

    /// Whether `time` lies at the beginning of a phase where it counts in none.
    public func isSettling(at time: Int64) -> Bool {
        guard let place = Self.last(of: settling, from: time) else { return false }
        return time < settling[place].end ?? .max
    }

    /// Seconds of each phase's stretches that count in none, within the capture.
    public func settledSeconds(first: Int64, last: Int64) -> [Phase: Double] {
        var sums: [Phase: Double] = [:]
        for interval in settling {
            sums[interval.phase, default: 0] += Self.seconds(Interval(
                phase: interval.phase, start: max(first, interval.start ?? first), end: min(last, interval.end ?? last)))
        }
        return sums
    }

    /// Whether phases are told and all of them lie before `first` or after `last`; an open end reaches as far as there is time.
    public func isOutside(first: Int64, last: Int64) -> Bool {
        hasPhases && (intervals + settling).allSatisfy { $0.start ?? .min > last || $0.end ?? .max < first }
    }

    /// The phase that begins and ends a stretch without another in between; nil when there is none.
    public func phase(from first: Int64, to last: Int64) -> Phase? {
        guard let begin = index(at: first), let end = index(at: last), changes[begin] == changes[end] else { return nil }
        return intervals[begin].phase
    }

    /// The interval that `time` lies in.
    private func index(at time: Int64) -> Int? {
        guard let place = Self.last(of: intervals, from: time) else { return nil }
        // The end of a phase belongs to it, where none begins at that instant: the capture's last packet is there.
        let end = intervals[place].end ?? .max
        return time < end || (time == end && !isSettling(at: time)) ? place : nil
    }

    /// The last interval that begins at or before `time`.
    private static func last(of intervals: [Interval], from time: Int64) -> Int? {
        var low = 0, high = intervals.count
        while low < high {
            let middle = (low + high) / 2
            if intervals[middle].start ?? .min <= time { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? low - 1 : nil
    }

    /// Exposure in each phase, seconds.
    public var seconds: [Phase: Double] {
        var sums: [Phase: Double] = [:]
        for interval in intervals { sums[interval.phase, default: 0] += Self.seconds(interval) }
        return sums
    }

    /// Marked events inside the foreground, as seconds since it began.
    public var foregroundEvents: [Double] { foregroundMarks.map(\.seconds) }

    /// The same with what each was.
    var foregroundMarks: [(seconds: Double, kind: String)] {
        marked.compactMap { event in place(event.time).flatMap { $0.phase == .foreground ? ($0.seconds, event.kind) : nil } }
    }

    private static func seconds(_ interval: Interval) -> Double {
        guard let start = interval.start, let end = interval.end else { return 0 }
        let (length, isOver) = end.subtractingReportingOverflow(start)
        return isOver ? 0 : max(0, Double(length) / 1e9)
    }
}
