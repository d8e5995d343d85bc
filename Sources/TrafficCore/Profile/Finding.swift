/// One thing that the reader of an inspection must know, in plain words with its numbers.
public struct Finding: Sendable {
    public enum Level: String, Sendable, Comparable {
        /// The numbers are not to be trusted, or something was not read.
        case problem
        /// Something about the traffic that matters.
        case notice
        /// What the numbers cannot say.
        case limit
        private var rank: Int { self == .problem ? 0 : self == .notice ? 1 : 2 }
        public static func < (a: Level, b: Level) -> Bool { a.rank < b.rank }
    }

    /// A device that may be the phone.
    public struct Candidate: Sendable, Equatable {
        public var device: String
        /// TLS, QUIC and HTTP flows that it opened.
        public var flows: Int
    }

    /// Stable name, such as "missing_octets".
    public var code: String
    public var level: Level
    /// Without host names and device addresses: those are in `hosts` and `candidates`, so that a report can redact them.
    public var sentence: String
    /// What to do about it; nil when nothing can be done.
    public var advice: String?
    public var hosts: [String] = []
    public var candidates: [Candidate] = []
    /// The capture it is about; nil for all.
    public var capture: String?

    init(_ code: String, _ level: Level, _ sentence: String, advice: String? = nil, capture: String? = nil) {
        (self.code, self.level, self.sentence, self.advice, self.capture) = (code, level, sentence, advice, capture)
    }

    static func all(of summary: InspectionSummary, hasMarkers: Bool) -> [Finding] {
        var findings: [Finding] = []
        for overview in summary.overviews { findings += Self.capture(overview) }
        findings += Self.traffic(summary)
        findings += Self.settling(summary)
        findings += Self.limits(summary, hasMarkers: hasMarkers)
        // Stable: within a level the order in which they were found.
        return findings.enumerated().sorted { a, b in
            a.element.level != b.element.level ? a.element.level < b.element.level : a.offset < b.offset
        }.map(\.element)
    }

    static func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        String(count) + " " + (count == 1 ? one : many ?? one + "s")
    }

    /// Whole per cent, but never 0 or 100 for what is neither.
    static func percent(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "0 %" }
        let share = Double(part) / Double(whole) * 100
        if part > 0, share < 1 { return "under 1 %" }
        if part < whole, share > 99 { return "over 99 %" }
        return String(Int(min(100, share.rounded()))) + " %"
    }
}
