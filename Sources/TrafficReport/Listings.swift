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
                Column("asn", title: "AS"), Column("as_name", title: "AS name"), Column("place_note", title: "note"),
                Column("shared", title: nil), Column("rule", title: "rule"),
            ],
            rows: answers.map { answer in
                [
                    .text(answer.query), Cell(answer.registrableDomain), Cell(answer.owner), Cell(answer.ownerParent), Cell(answer.ownerCountry),
                    Cell(answer.category), Cell(answer.source), Cell(answer.confidence), Cell(answer.country),
                    answer.system.map { .integer(Int($0.number)) } ?? .unknown, Cell(answer.system?.name), Cell(answer.placeNote?.rawValue),
                    answer.owner == nil || answer.source == "asn" ? .unknown : .bool(answer.isShared), Cell(answer.matchedRule),
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

extension InspectionReport {
    /// One row an app and destination, with how many ADUs of each size class went each way; traffic of no known phone has
    /// `phone` false, its `payload_up` is the originator's.
    public var destinations: Listing {
        let redaction = Redaction(reveal: reveal)
        let sizes = PayloadSizeClass.allCases.filter { $0 != .empty }
        func row(_ app: AppSummary, _ destination: DestinationSummary, isPhoneKnown: Bool) -> [Listing.Cell] {
            [
                Listing.Cell(app.app), .bool(isPhoneKnown),
                .text(destination.isOthers ? "others" : redaction.host(destination.name, registrableDomain: destination.registrableDomain)),
                .text(destination.nameSource.rawValue), Listing.Cell(destination.registrableDomain), Listing.Cell(destination.owner),
                Listing.Cell(destination.ownerParent), Listing.Cell(destination.ownerCountry), Listing.Cell(destination.category),
                Listing.Cell(destination.party?.rawValue),
                destination.countries.isEmpty ? .unknown : .text(destination.countries.joined(separator: " ")),
                destination.systems.isEmpty ? .unknown : .text(destination.systems.map(\.label).joined(separator: " ")),
                Listing.Cell(destination.placeNote?.rawValue),
                .integer(destination.sum.flows), .integer(destination.sum.packets), .integer(destination.sum.octets),
                .integer(destination.sum.up), .integer(destination.sum.down), .integer(destination.sum.clearUp),
            ] + sizes.map { .integer(destination.sum.sizesUp[$0]) } + sizes.map { .integer(destination.sum.sizesDown[$0]) }
        }
        return Listing(
            columns: ([
                "app", "phone", "destination", "destination_source", "registrable_domain", "owner", "owner_parent", "owner_country",
                "category", "party", "countries", "systems", "place_note", "flows", "packets", "bytes", "payload_up", "payload_down", "clear_up",
            ] + sizes.map { "up_" + $0.name } + sizes.map { "down_" + $0.name }).map { Listing.Column($0, title: $0) },
            rows: summary.apps.flatMap { app in
                app.destinations.map { row(app, $0, isPhoneKnown: true) } + app.unknownPhoneDestinations.map { row(app, $0, isPhoneKnown: false) }
            })
    }
}
