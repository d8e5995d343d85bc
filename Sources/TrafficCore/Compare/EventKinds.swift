/// Uploads after one kind of marked event, of the subject alone: a description. The tested metric pools all kinds (METHOD.md §5).
public struct EventKindUploads: Sendable, Equatable {
    /// "keypress", "copy", "photo", …
    public var kind: String
    /// Events inside the foreground window, at least ten, and captures that have any.
    public var events: Int
    public var captures: Int
    /// Events with an upload within 2 s after them.
    public var answered: Int
    /// log2 per event by which uploads after the events exceed those after rotated events; may be negative.
    public var excessPerEvent: Double
    /// Of the rotation test for this kind alone; of several kinds none is corrected for.
    public var p: Double

    /// - Parameter window: the common window of the foreground, seconds; nil: nothing is told.
    static func all(of app: CohortBasis.App, window: Int?) -> [EventKindUploads] {
        guard let window else { return [] }
        let length = Double(window)
        var byKind: [String: [EventLock.Capture]] = [:]
        for capture in app.captures where capture.seconds[.foreground] ?? 0 >= length && capture.eventKinds.count == capture.events.count {
            let uploads = capture.foreground.filter { $0.time < length }.map { ($0.time, $0.up) }
            var times: [String: [Double]] = [:]
            for (event, kind) in zip(capture.events, capture.eventKinds) where event < length {
                // A file may hold any number of kinds; people use a handful.
                if times[kind] != nil || times.count < kindLimit { times[kind, default: []].append(event) }
            }
            for (kind, events) in times { byKind[kind, default: []].append(.init(length: length, events: events, uploads: uploads)) }
        }
        return byKind.sorted { UTF8Key($0.key) < UTF8Key($1.key) }.compactMap { kind, captures in
            let lock = EventLock(captures)
            guard let p = lock.p, let excess = lock.excessPerEvent else { return nil }
            return EventKindUploads(
                kind: kind, events: lock.events, captures: captures.count, answered: captures.reduce(0) { $0 + answered($1) }, excessPerEvent: excess, p: p)
        }
    }

    private static var kindLimit: Int { 32 }

    private static func answered(_ capture: EventLock.Capture) -> Int {
        let times = capture.uploads.filter { $0.octets > 0 }.map(\.time).sorted()
        return capture.events.count { event in
            var low = 0, high = times.count
            while low < high {
                let middle = (low + high) / 2
                if times[middle] <= event { low = middle + 1 } else { high = middle }
            }
            return low < times.count && times[low] <= event + EventLock.window
        }
    }
}
