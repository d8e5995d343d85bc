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
                Column("asn", title: "AS"), Column("as_name", title: "AS name"), Column("place_note", title: "place"),
                Column("shared", title: nil), Column("rule", title: "rule"), Column("name", title: nil), Column("conflict", title: nil),
                Column("note", title: answers.contains { $0.note != nil } ? "note" : nil), Column("sources", title: nil),
            ],
            rows: answers.map { answer in
                [
                    .text(answer.query), Cell(answer.registrableDomain), Cell(answer.owner), Cell(answer.ownerParent), Cell(answer.ownerCountry),
                    Cell(answer.category), Cell(answer.source), Cell(answer.confidence), Cell(answer.country),
                    answer.system.map { .integer(Int($0.number)) } ?? .unknown, Cell(answer.system?.name), Cell(answer.placeNote?.rawValue),
                    answer.owner == nil || answer.source == "asn" ? .unknown : .bool(answer.isShared), Cell(answer.matchedRule), Cell(answer.name),
                    .bool(answer.isInConflict), Cell(answer.note), .objects(answer.sources.map(Self.members)),
                ]
            })
    }

    private static func members(_ answer: ListAnswer) -> [Member] {
        [
            Member("list", .text(answer.list)), Member("date", Cell(answer.date)), Member("licence", Cell(answer.licence)),
            Member("rule", .text(answer.rule)), Member("owner", Cell(answer.owner)), Member("owner_parent", Cell(answer.ownerParent)),
            Member("owner_country", Cell(answer.ownerCountry)), Member("category", Cell(answer.category)),
            Member("label", Cell(answer.label)),
        ]
    }

    /// What every source says of the names that more than one knows, one a row; nil when there is none.
    public static func sources(_ answers: [LookupAnswer]) -> Listing? {
        let several = answers.filter { $0.sources.count > 1 }
        guard !several.isEmpty else { return nil }
        return Listing(
            columns: [
                Column("query", title: "query"), Column("list", title: "source"), Column("date", title: "of"),
                Column("rule", title: "rule"), Column("owner", title: "owner"), Column("category", title: "category"), Column("label", title: "in its words"),
            ],
            rows: several.flatMap { answer in
                answer.sources.map { source in
                    [
                        .text(answer.query), .text(source.list), Cell(source.date), .text(source.rule), Cell(source.owner),
                        Cell(source.category), Cell(source.label),
                    ]
                }
            })
    }

    /// Imported lists, in the order in which they are believed.
    public init(lists: [ListDescription]) {
        self.init(
            columns: [
                Column("name", title: "list"), Column("kind", title: "form"), Column("date", title: "of"),
                Column("date_of", title: "date by"), Column("licence", title: "licence"), Column("files", title: nil), Column("rows", title: "rules"),
                Column("malformed", title: "malformed"), Column("skipped", title: "not of hosts"), Column("refused", title: "refused"),
                Column("preferred", title: "preferred"), Column("sha256", title: nil),
            ],
            rows: lists.map { list in
                [
                    .text(list.name), .text(list.kind.rawValue), Cell(list.date),
                    list.date == nil ? .unknown : .text(list.isDateItsOwn ? "list" : "file"), Cell(list.licence), .integer(list.files), .integer(list.rows), .integer(list.malformed), .integer(list.skipped),
                    .integer(list.refused), .bool(list.isPreferred), .text(list.sha256),
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
