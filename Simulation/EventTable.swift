import Glibc
import TrafficCore

/// METHOD.md §7: are uploads that follow events found, in 300 s of foreground with 30 events?
enum EventTable {
    private static let length = 300.0
    private static let events = 30
    /// As METHOD.md's table has them; reports use 999.
    private static let rotations = 199
    private static let statedSeries = 300

    private enum Events: String, Sendable, CaseIterable { case random, typing, regular }
    private enum Uploads: String, Sendable, CaseIterable { case poisson = "Poisson", bursty, timer }

    private struct Case: Sendable {
        var name: String
        var events: Events
        var uploads: Uploads
        /// Share of the events that an upload of about so many octets follows.
        var answered = 0.0
        var size = 0.0
        /// Everything typed is sent every 30 s.
        var isBatched = false
        var stated: Double?
    }

    /// Where nothing is there METHOD.md gives a range over the uploads; the test promises 0.01.
    private static let cases: [Case] = {
        var cases: [Case] = []
        for events in Events.allCases {
            for uploads in Uploads.allCases {
                cases.append(Case(
                    name: "nothing there, events \(events), uploads \(uploads.rawValue)", events: events, uploads: uploads))
            }
        }
        for (answered, size, random, typing) in [
            (1.0, 500.0, 1.000, 0.943), (0.5, 500, 0.897, 0.730), (0.2, 500, 0.190, 0.247), (0.2, 5000, 0.357, 0.580),
        ] {
            for (events, stated) in [(Events.random, random), (.typing, typing)] {
                cases.append(Case(
                    name: "\(plain(100 * answered)) % of events answered with ~\(plain(size)) B, events \(events)",
                    events: events, uploads: .bursty, answered: answered, size: size, stated: stated))
            }
        }
        cases.append(Case(
            name: "typed text batched and sent every 30 s", events: .random, uploads: .bursty, isBatched: true, stated: 0.003))
        return cases
    }()

    static func measure(_ run: Replication) async -> ResultTable {
        var table = ResultTable(title: "Event-locked uploads, 30 events in 300 s", columns: ["P(locked)"])
        for entry in cases {
            let share = await run.share(run.cohorts, "events " + entry.name) { random in
                let events = times(entry.events, random: &random)
                let uploads = uploads(entry, after: events, random: &random)
                let lock = MethodUnderTest.eventLockP(length: length, events: events, uploads: uploads, rotations: rotations)
                return lock?.isLocked ?? false
            }
            table.rows.append(.init(name: entry.name, figures: [
                Figure(share, stated: entry.stated.map { Stated(value: $0, count: statedSeries) },
                       ceiling: entry.answered == 0 ? 0.01 : nil)
            ]))
        }
        return table
    }

    private static func times(_ events: Events, random: inout RandomSource) -> [Double] {
        switch events {
        case .random: return (0..<Self.events).map { _ in length * random.unit() }
        case .typing:
            // Three stretches of quick key presses.
            return (0..<3).flatMap { _ in
                var time = (length - 20) * random.unit()
                return (0..<Self.events / 3).map { _ in
                    time += 0.4 * random.exponential()
                    return wrapped(time)
                }
            }
        case .regular:
            let start = 10 * random.unit()
            return (0..<Self.events).map { wrapped(10 * Double($0) + start) }
        }
    }

    private static func uploads(
        _ entry: Case, after events: [Double], random: inout RandomSource
    ) -> [(time: Double, octets: Double)] {
        var starts: [Double] = []
        switch entry.uploads {
        case .poisson: starts = (0..<random.poisson(60)).map { _ in length * random.unit() }
        case .bursty:
            for _ in 0..<12 {
                let visit = length * random.unit()
                for _ in 0..<random.poisson(6) { starts.append(wrapped(visit + 3 * random.exponential())) }
            }
        case .timer:
            let start = 10 * random.unit()
            for beat in 0..<30 { starts.append(wrapped(10 * Double(beat) + start + 0.3 * random.normal())) }
        }
        var uploads = starts.map { (time: $0, octets: exp(6.5 + 1.6 * random.normal())) }
        for event in events where random.isTrue(entry.answered) {
            uploads.append((wrapped(event + random.uniform(0.1, 1.2)), random.logNormal(median: entry.size, spread: 0.5)))
        }
        if entry.isBatched { uploads += stride(from: 15, to: length, by: 30).map { ($0, 4000) } }
        return uploads
    }

    /// On the circle that the test rotates the events on.
    private static func wrapped(_ time: Double) -> Double {
        let rest = fmod(time, length)
        return rest < 0 ? rest + length : rest
    }
}
