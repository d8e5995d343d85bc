/// By how much the clock that markers were written by is ahead of the capture's, and how well that is known.
public struct ClockOffset: Sendable, Equatable {
    /// How it is known, the surest first.
    public enum Source: String, Sendable {
        /// The markers stand in the capture itself: there is one clock.
        case capture
        /// `clock_offset` of the study file, or `--clock-offset`.
        case study, option
        /// Hosts that `sync` markers name, where the phone contacted them in the capture.
        case syncMarkers = "sync_markers"
        /// Transmit times of the phone's own NTP requests.
        case ntp
        /// Nothing tells: 0 is used.
        case unknown
    }

    /// Seconds; negative where the markers' clock is behind.
    public var seconds: Double
    /// Seconds to either side; nil when it is not known.
    public var uncertainty: Double?
    public var source: Source
    /// Sync markers or NTP requests that it rests on.
    public var observations: Int

    public init(seconds: Double = 0, uncertainty: Double? = nil, source: Source = .unknown, observations: Int = 0) {
        (self.seconds, self.uncertainty, self.source, self.observations) = (seconds, uncertainty, source, observations)
    }

    /// Offsets beyond this are no clock's, and would overflow nanoseconds.
    public static let limit = 1e9

    /// "0.35", "-0.4±0.05" or "-0.4+-0.05": seconds and their uncertainty, as a person gives them.
    public init?(_ text: String) {
        let parts = text.replacing("+-", with: "±").split(separator: "±", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let seconds = Double(parts[0]), abs(seconds) < Self.limit else { return nil }
        var uncertainty: Double?
        if parts.count == 2 {
            guard let value = Double(parts[1]), value >= 0, value < Self.limit else { return nil }
            uncertainty = value
        }
        self.init(seconds: seconds, uncertainty: uncertainty, source: .option)
    }

    /// Nanoseconds.
    public var nanoseconds: Int64 { abs(seconds) < 9e9 ? Int64((seconds * 1e9).rounded()) : 0 }

    /// Whether uploads can be told to follow events within `window` seconds (METHOD.md §5): an uncertainty of more than half of it
    /// moves events out of their windows. What a person gave without an uncertainty is believed.
    public func canLockEvents(window: Double) -> Bool {
        switch source {
        case .capture: true
        case .study, .option: (uncertainty ?? 0) <= window / 2
        case .syncMarkers, .ntp: uncertainty.map { $0 <= window / 2 } ?? false
        case .unknown: false
        }
    }

    /// "0.42 s ahead of the capture's (± 0.05 s, from 4 sync markers)".
    public var wording: String {
        let milliseconds = (seconds * 1000).rounded() / 1000
        var text = milliseconds == 0 ? "the same as the capture's" : "\(abs(milliseconds)) s \(seconds > 0 ? "ahead of" : "behind") the capture's"
        let bound = uncertainty.map { "± \(($0 * 1000).rounded(.up) / 1000) s" } ?? "uncertainty not known"
        switch source {
        case .capture: return "the capture's own"
        case .unknown: return "not known to agree with the capture's"
        case .study: text += " (\(bound), by the study file)"
        case .option: text += " (\(bound), by --clock-offset)"
        case .syncMarkers: text += " (\(bound), from \(Finding.counted(observations, "sync marker")))"
        case .ntp: text += " (\(bound), from \(Finding.counted(observations, "NTP request")))"
        }
        return text
    }
}
