/// A statement about an app, what decides it and what evidence that needs (docs/claims.md).
public struct Claim: Sendable {
    public var id: String
    /// The statement.
    public var says: String
    /// Who made it and when; nil when nobody in particular.
    public var origin: String?
    public var needs: [Need] = []
    public var supported: Condition?
    public var refuted: Condition?
    /// What points to it without deciding it.
    public var hint: Condition?
    /// What an answer does not say.
    public var note: String?

    /// Evidence without which a claim can be neither shown nor called not shown.
    public enum Need: Sendable, Equatable {
        /// Independent peer owners.
        case peers(Int)
        /// Seconds of a phase in the common window.
        case phase(Phase, seconds: Int)
        /// Marked events of one kind, in all captures.
        case events(kind: String, count: Int)
        /// Known values of this kind, planted on the phone.
        case canary(String)
        /// Share of the upload that could be read, 0…1.
        case readable(Double)
        /// Countries to watch for (`--watch-country`).
        case watchedCountries
        /// A second set of captures of the app that differs in this: "version", "platform", "region", or anything.
        case versus(String)
    }

    /// What is true, false or, where something was not measured, open.
    public indirect enum Condition: Sendable, Equatable {
        /// The subject's value of a metric is in a range.
        case value(metric: String, atLeast: Double?, atMost: Double?)
        /// The verdict on a metric, on a family or overall is one of these.
        case metric(String, verdicts: [Verdict])
        case family(MetricFamily, verdicts: [Verdict])
        case overall([Verdict])
        /// A planted value of this kind was found in an upload, or was looked for and not found.
        case canary(String, isFound: Bool)
        /// How the captures differ from a second set in a metric.
        case versus(metric: String, differences: [String])
        case all([Condition])
        case any([Condition])
    }
}

/// What the evidence says of a claim.
public struct ClaimAnswer: Sendable, Equatable {
    public enum Answer: String, Sendable, CaseIterable {
        case supported, refuted
        /// Everything that it takes was there, and it does not show either way.
        case notShown = "not_shown"
        case notTestable = "not_testable"
    }

    public var id: String
    public var says: String
    public var origin: String?
    public var answer: Answer
    /// With numbers.
    public var because: [String]
    /// Evidence that is missing, in words; empty where nothing is.
    public var missing: [String]
    /// Metrics that it rests on.
    public var metrics: [String]
    public var note: String?
}
