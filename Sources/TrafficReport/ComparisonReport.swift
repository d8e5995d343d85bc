import TrafficCore

/// The answer to "like many other apps, or anything additional?" with all that it rests on: as text, JSON, CSV, and one
/// self-contained page. The numbers are those of `Comparison`; this only shows them, beside what the inspection of the
/// same captures found (METHOD.md §3.11: shown whatever the verdict).
public struct ComparisonReport: Sendable {
    public let comparison: Comparison
    let subject: InspectionSummary
    let peers: [Peer]
    let provenance: Provenance
    let reveal: Bool
    /// What the evidence says of claims.
    let claims: [ClaimAnswer]

    /// A peer app and what its captures hold.
    struct Peer: Sendable {
        var app: String
        var group: String
        var summary: InspectionSummary
    }

    /// - Parameters:
    ///   - subjectSummary: of all the subject's captures, after `finish`.
    ///   - peerSummaries: one an app, after `finish`. Apps of the subject's own group are left out, as in the comparison.
    public init(
        comparison: Comparison, subjectSummary: InspectionSummary,
        peerSummaries: [(app: String, group: String, summary: InspectionSummary)], provenance: Provenance, reveal: Bool = false,
        claims: [ClaimAnswer] = []
    ) {
        self.claims = claims
        self.comparison = comparison
        subject = subjectSummary
        peers = peerSummaries.filter { $0.group != comparison.subject.group && $0.app != comparison.subject.id }
            .map { Peer(app: $0.app, group: $0.group, summary: $0.summary) }
            .sorted { a, b in
                a.group == b.group ? a.app.utf8.lexicographicallyPrecedes(b.app.utf8) : a.group.utf8.lexicographicallyPrecedes(b.group.utf8)
            }
        self.provenance = provenance
        self.reveal = reveal
    }

    /// Whether METHOD.md could measure anything at all.
    var isMeasured: Bool { comparison.metrics.contains { $0.value != nil } }

    /// Flags of DESIGN.md §6, in its order.
    var flags: [String] {
        var flags: [String] = []
        if comparison.hasShortWindow { flags.append("short_window") }
        if comparison.hasFewCaptures { flags.append("few_captures") }
        if comparison.isFragile { flags.append("fragile") }
        if let sensitivity = comparison.sensitivity, !sensitivity.isRobust { flags.append("not_robust") }
        let overviews = subject.overviews + peers.flatMap(\.summary.overviews)
        let stored = Set(subject.storedFlags + peers.flatMap(\.summary.storedFlags))
        if overviews.contains(where: \.isTimeImplausible) || stored.contains("time_implausible") { flags.append("time_implausible") }
        if overviews.contains(where: { $0.phoneReason == "ambiguous" }) { flags.append("phone_ambiguous") }
        if overviews.contains(where: { $0.synthetic != nil }) || stored.contains("synthetic") { flags.append("synthetic") }
        if comparison.hasDoubtfulEvents { flags.append("event_clock") }
        return flags
    }
}
