import TrafficCore

extension Listing {
    /// Every metric of METHOD.md §2.
    public init(metrics: [Metric]) {
        self.init(
            columns: [
                Column("name", title: "metric"), Column("unit", title: "unit"), Column("family", title: "family"),
                Column("low_value_reported", title: nil), Column("offset", title: nil), Column("formula", title: "formula"),
                Column("phase", title: nil), Column("clause", title: nil), Column("bears_on", title: "bears on"),
            ],
            rows: metrics.map { metric in
                [
                    .text(metric.name), .text(metric.unit), .text(metric.family.rawValue), .bool(metric.isTwoSided), .number(metric.offset),
                    .text(metric.formula), Cell(metric.phase?.rawValue), .text(metric.clause.rawValue), .text(metric.bearsOn),
                ]
            })
    }

    /// What is known of destinations (DESIGN.md §6, *Lookup*).
    public init(answers: [LookupAnswer]) {
        self.init(
            columns: [
                Column("query", title: "query"), Column("registrable_domain", title: "registrable domain"), Column("owner", title: "owner"),
                Column("owner_parent", title: nil), Column("owner_country", title: "seat"), Column("category", title: "category"),
                Column("source", title: "source"), Column("confidence", title: "confidence"), Column("country", title: "network in"),
                Column("shared", title: nil), Column("rule", title: "rule"),
            ],
            rows: answers.map { answer in
                [
                    .text(answer.query), Cell(answer.registrableDomain), Cell(answer.owner), Cell(answer.ownerParent), Cell(answer.ownerCountry),
                    Cell(answer.category), Cell(answer.source), Cell(answer.confidence), Cell(answer.country),
                    answer.owner == nil ? .unknown : .bool(answer.isShared), Cell(answer.matchedRule),
                ]
            })
    }

    /// Checks of `doctor`.
    public init(checks: [SelfCheck]) {
        self.init(
            columns: [Column("check", title: "check"), Column("fine", title: "fine"), Column("detail", title: "detail")],
            rows: checks.map { [.text($0.name), .bool($0.isFine), .text($0.detail)] })
    }
}

/// One thing that results depend on, and whether it is there.
public struct SelfCheck: Sendable {
    public var name: String
    public var isFine: Bool
    public var detail: String
    public init(name: String, isFine: Bool, detail: String) { (self.name, self.isFine, self.detail) = (name, isFine, detail) }
}
