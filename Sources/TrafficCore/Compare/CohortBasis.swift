/// Apps whose captures were numbered once, for any number of comparisons among them: what a capture measures inside common windows
/// does not depend on whom it is compared with, novel owners and the distance of upload sizes excepted.
struct CohortBasis: Sendable {
    /// What went to one owner in one cell of a phase; names are numbers of `names` and `countries`.
    struct Row: Sendable {
        var phase: Phase
        var cell: Int32
        var owner: Int
        var domain: Int
        var country: Int
        var category: MetricCategory
        var isFirstParty: Bool
        /// The owner's seat is in the list of watched countries.
        var isWatched: Bool
        var clear: Bool
        var uploads: Int
        /// Octets.
        var up: Double
        var down: Double
        /// Of the earliest burst, seconds.
        var first: Double
        var sizes: Range<Int>

        var isTracker: Bool { category == .analytics || category == .advertising || category == .crash }
    }

    struct TimedUpload: Sendable {
        var owner: Int
        var time: Double
        var up: Double
        var connection: Int?
    }

    struct Capture: Sendable {
        var id: String
        var seconds: [Phase: Double]
        var events: [Double]
        var eventKinds: [String]
        /// Attributable ones.
        var rows: [Row]
        var sizes: [CaptureProfile.SizeCount]
        var background: [TimedUpload]
        var foreground: [TimedUpload]

        /// Rows inside the windows.
        func rows(in limits: WindowLimits) -> [Row] { rows.filter { limits.hold($0.phase, $0.cell) } }

        /// How many uploads of each size these rows have.
        func sizes(of rows: [Row]) -> SizeDistribution {
            var distribution = SizeDistribution()
            for row in rows { for size in sizes[row.sizes] { distribution.add(Double(size.count), bin: Int(size.bin)) } }
            return distribution
        }
    }

    struct App: Sendable {
        var id: String
        var group: String
        var captures: [Capture]
        /// Captures without one attributable record, and that there is no other, in words.
        var notes: [String]
    }

    /// Each with all its captures; a comparison names apps by their place.
    private(set) var apps: [App] = []
    private(set) var names = NameTable()
    private(set) var countries = NameTable()
    private let watched: Set<UTF8Key>
    private var measured: [WindowLimits: [Int: MeasuredApp]] = [:]
    private var beaconNulls = BeaconNulls()
    /// What the decisions have in common.
    var decisions = DecisionCache()

    /// - Parameter watched: Countries of `watch_country_share_of_bytes_up`.
    init(watched: [String]) { self.watched = Set(watched.map { UTF8Key($0) }) }

    /// Takes an app, and gives it a place.
    mutating func append(_ app: ObservedApp) -> Int {
        apps.append(prepared(app))
        return apps.count - 1
    }

    /// Puts other captures in an app's place.
    mutating func replace(_ place: Int, by app: ObservedApp) {
        apps[place] = prepared(app)
        for limits in measured.keys { measured[limits]?[place] = nil }
    }

    private mutating func prepared(_ app: ObservedApp) -> App {
        var notes: [String] = [], captures: [Capture] = []
        for capture in app.captures {
            // OS and push traffic is nobody's claim: a capture with nothing else failed, or the app did not run.
            if capture.amounts.contains(where: { capture.parties[$0.party].isAttributable }) {
                captures.append(numbered(capture))
            } else {
                notes.append("capture set aside, no attributable record: \(app.id) \(capture.id)")
            }
        }
        return App(id: app.id, group: app.group, captures: captures, notes: notes)
    }

    private mutating func numbered(_ capture: ObservedCapture) -> Capture {
        struct Numbers {
            var owner: Int, domain: Int, country: Int
            var isWatched: Bool
        }
        let numbers = capture.parties.map { party in
            Numbers(
                owner: names.number(of: party.owner), domain: names.number(of: party.domain), country: countries.number(of: party.country),
                isWatched: watched.contains(UTF8Key(party.jurisdiction)))
        }
        var rows: [Row] = []
        rows.reserveCapacity(capture.amounts.count)
        for amount in capture.amounts {
            let party = capture.parties[amount.party], number = numbers[amount.party]
            guard party.isAttributable else { continue }
            rows.append(Row(
                phase: amount.phase, cell: amount.cell, owner: number.owner, domain: number.domain, country: number.country,
                category: party.category, isFirstParty: party.isFirstParty, isWatched: number.isWatched, clear: amount.clear,
                uploads: amount.uploads, up: amount.up, down: amount.down, first: amount.first, sizes: amount.sizes))
        }
        func timed(_ bursts: [CaptureProfile.TimedBurst]) -> [TimedUpload] {
            bursts.compactMap { burst in
                guard capture.parties[burst.destination].isAttributable else { return nil }
                return TimedUpload(owner: numbers[burst.destination].owner, time: burst.time, up: Double(burst.up), connection: burst.connection)
            }
        }
        return Capture(
            id: capture.id, seconds: capture.seconds, events: capture.events, eventKinds: capture.eventKinds, rows: rows, sizes: capture.sizes,
            background: timed(capture.background), foreground: timed(capture.foreground))
    }

    /// What the apps at these places measure inside the windows, in their order; kept for the next comparison with the same windows.
    mutating func measured(_ places: [Int], in limits: WindowLimits) -> [MeasuredApp] {
        var known = measured[limits] ?? [:]
        let all = places.map { place in
            if let done = known[place] { return done }
            let new = MeasuredApp(apps[place], limits: limits, countryNames: countries.names, beaconNulls: &beaconNulls)
            known[place] = new
            return new
        }
        measured[limits] = known
        return all
    }
}

/// The common windows of a comparison (METHOD.md §1), as limits of time cells.
struct WindowLimits: Hashable, Sendable {
    /// Whole seconds by phase.
    let windows: [Phase: Int]
    private let foreground: Int32
    private let background: Int32
    private let idle: Int32

    init(_ windows: [Phase: Int]) {
        self.windows = windows
        func cells(_ phase: Phase) -> Int32 { windows[phase].map(TimeCell.cells(in:)) ?? .min }
        (foreground, background, idle) = (cells(.foreground), cells(.background), cells(.idle))
    }

    func hold(_ phase: Phase, _ cell: Int32) -> Bool {
        switch phase {
        case .foreground: cell < foreground
        case .background: cell < background
        case .idle: cell < idle
        }
    }
}
