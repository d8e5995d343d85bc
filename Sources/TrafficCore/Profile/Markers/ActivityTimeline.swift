/// Makes phases of what a phone tells of its activities. Android knows activities, not apps: one is paused also when the next one of
/// the same app opens.
struct ActivityTimeline {
    private struct Entry {
        var marker: Marker
        /// `marker.app` is a class until the packages of the log are known.
        var isClass = false
        var isPause = false
    }

    private var entries: [Entry] = []
    private var packages: Set<String> = []
    /// A pause that the same app's next activity ends within this time was none.
    private static var navigation: Int64 { 2_000_000_000 }
    /// Events that are looked at for it, and parts of a class's name that may be its package: more have no phone's.
    private static var lookAhead: Int { 64 }
    private static var depth: Int { 16 }

    var count: Int { entries.count }

    mutating func take(_ event: LogcatEvent, at time: Int64) {
        switch event {
        case .resumed(let package):
            packages.insert(package)
            entries.append(Entry(marker: Marker(time: time, event: "foreground", app: package)))
        case .paused(let package):
            packages.insert(package)
            entries.append(Entry(marker: Marker(time: time, event: "background", app: package), isPause: true))
        case .resumedClass(let name): entries.append(Entry(marker: Marker(time: time, event: "foreground", app: name), isClass: true))
        case .pausedClass(let name): entries.append(Entry(marker: Marker(time: time, event: "background", app: name), isClass: true, isPause: true))
        case .screen(let isOn): entries.append(Entry(marker: Marker(time: time, event: isOn ? "screen_on" : "screen_off")))
        case .noted(let text):
            // One that is no marker keeps its place: the caller counts lines.
            entries.append(Entry(marker: Marker(text: text, time: time) ?? Marker(time: time, event: "note", note: text)))
        }
    }

    /// The markers in order of time, each with the number of the event that it is of.
    func finish() -> [(marker: Marker, index: Int)] {
        var order = entries.indices.sorted { (entries[$0].marker.time, $0) < (entries[$1].marker.time, $1) }.map { (entry: entries[$0], index: $0) }
        for place in order.indices where order[place].entry.isClass {
            order[place].entry.marker.app = order[place].entry.marker.app.map { package(ofClass: $0) }
        }
        var kept: [(marker: Marker, index: Int)] = []
        kept.reserveCapacity(order.count)
        for place in order.indices {
            if order[place].entry.isPause, isNavigation(order, place) { continue }
            kept.append((order[place].entry.marker, order[place].index))
        }
        return kept
    }

    private func isNavigation(_ order: [(entry: Entry, index: Int)], _ place: Int) -> Bool {
        let pause = order[place].entry.marker
        for later in order[(place + 1)...].prefix(Self.lookAhead) {
            let (since, isOver) = later.entry.marker.time.subtractingReportingOverflow(pause.time)
            guard !isOver, since <= Self.navigation else { return false }
            if later.entry.marker.event == "screen_off" { return false }
            if later.entry.marker.event == "foreground" { return later.entry.marker.app == pause.app }
        }
        return false
    }

    /// The package of a class: the longest one of the log that the class's name begins with, else all before its last dot.
    private func package(ofClass name: String) -> String {
        var end = name.endIndex
        for _ in 0..<Self.depth {
            guard let dot = name[..<end].lastIndex(of: ".") else { break }
            if packages.contains(String(name[..<dot])) { return String(name[..<dot]) }
            end = dot
        }
        return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    }
}
