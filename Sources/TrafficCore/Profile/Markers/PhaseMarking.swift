/// The markers of one capture and how they are to be understood: made before it is read, and again once it is known how the
/// markers' clock stands to the capture's.
public struct PhaseMarking: Sendable {
    public var markers: [Marker]
    /// Whether a marker's `app` is the capture's, among the names in `markers`; nil: all names are, or there is only one.
    public var ownNames: Set<String>?
    /// The phone's id in the study, where markers name theirs.
    public var device: String?
    /// `.unknown` until something tells.
    public var clock: ClockOffset
    /// Seconds after a phase of background or idle began that count in no phase.
    public var settle: Double
    /// What was inferred on reading the markers.
    public var notes: [String]

    public init(
        _ markers: [Marker], ownNames: Set<String>? = nil, device: String? = nil, clock: ClockOffset = ClockOffset(), settle: Double = 0, notes: [String] = []
    ) {
        (self.markers, self.ownNames, self.device, self.clock, self.settle, self.notes) = (markers, ownNames, device, clock, settle, notes)
    }

    /// The phases by the clock that is known so far.
    public var timeline: PhaseTimeline {
        var timeline = PhaseTimeline(markers, device: device, clockOffset: clock.nanoseconds) { ownNames?.contains($0) ?? true }
        timeline.settle(seconds: settle)
        return timeline
    }

    /// The same with the names that are the app's: its id, another name that the catalogue has for it, or one of `labels`.
    ///
    /// Where no marker names the app, but others, all of the capture would be background: that is said.
    public func naming(_ app: AppIdentity?, labels: Set<String> = [], byLastPart: Bool, catalog: AppCatalog) -> PhaseMarking {
        guard let app else { return self }
        var marking = self
        let names = Set(markers.lazy.filter { $0.event == "foreground" || $0.event == "background" }.compactMap(\.app))
            .union(markers.lazy.compactMap(\.app))
        marking.ownNames = names.filter { name in
            name == app.id || labels.contains(name) || catalog.identity(orUnknown: name).id == app.id
                || (byLastPart && name.split(separator: ".").last.map(String.init) == app.id)
        }
        let others = names.subtracting(marking.ownNames ?? [])
        if marking.ownNames?.isEmpty ?? true, !others.isEmpty, !markers.contains(where: { $0.app == nil && $0.event == "foreground" }) {
            let some = others.sorted { $0.precedes($1) }.prefix(5).joined(separator: ", ")
            marking.notes.append("no marker names the app \(app.id) (they name \(some)\(others.count > 5 ? ", …" : "")): all that they tell is background; --app says which app it is")
        }
        return marking
    }
}

/// Where a capture's phases came from, and how well they fit it: for reports.
public struct MarkingAccount: Sendable, Equatable {
    public enum Source: String, Sendable {
        /// A file of markers.
        case file
        /// Comments of the capture's own packets.
        case comments
        /// Stretches that the study file names.
        case study
    }

    public var source: Source
    public var markers: Int
    public var clock: ClockOffset
    /// Seconds that each stretch of background and idle began late.
    public var settle: Double
    /// Marked events inside the foreground.
    public var events: Int
    /// Every phase that is told lies before the capture, or after it.
    public var isOutside = false
    public var notes: [String]

    public init(source: Source, markers: Int, clock: ClockOffset, settle: Double = 0, events: Int = 0, notes: [String] = []) {
        (self.source, self.markers, self.clock, self.settle, self.events, self.notes) = (source, markers, clock, settle, events, notes)
    }

    /// Events are tested, and the clock is not known well enough for it (METHOD.md §5).
    public var hasDoubtfulEvents: Bool { events >= EventLock.minimumEvents && !clock.canLockEvents(window: EventLock.window) }
}
