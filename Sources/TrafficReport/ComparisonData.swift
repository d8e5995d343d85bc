import TrafficCore

extension ComparisonReport {
    /// Name and version of the JSON form (docs/schema/comparison.schema.json).
    public static let schemaName = "trafficscope.comparison"
    public static let schemaVersion = 1

    // MARK: JSON

    public func json() -> [UInt8] {
        var json = JSONWriter(pretty: true)
        var redaction = Redaction(reveal: reveal)
        json.object { json in
            json.object("schema") { json in
                json.member("name", Self.schemaName)
                json.member("version", Self.schemaVersion)
            }
            provenance.write(to: &json, &redaction)
            json.member("seed", String(comparison.options.seed))
            json.object("options") { write(comparison.options, to: &$0) }
            json.object("subject") { Self.write(comparison.subject, to: &$0) }
            json.array("baseline", of: comparison.peers) { json, peer in json.object { Self.write(peer, to: &$0) } }
            json.member("overall", comparison.overall.rawValue)
            json.member("wording", comparison.overallWording)
            json.key("primary")
            if let primary = comparison.primary { json.object { Self.write(primary, to: &$0) } } else { json.null() }
            json.strings("flags", flags)
            json.object("cohort") { json in
                json.member("groups", comparison.groups)
                json.member("captures_used", comparison.capturesUsed)
                json.member("subject_captures", comparison.subjectCaptures)
                json.member("smallest_p", comparison.smallestP)
                json.object("windows") { json in
                    for phase in Phase.allCases {
                        if let seconds = comparison.windows[phase] { json.member(phase.rawValue, seconds) }
                    }
                }
                json.strings("short_phases", comparison.shortPhases.map(\.rawValue))
            }
            json.object("families") { json in
                for family in comparison.families { json.object(family.family.rawValue) { Self.write(family, to: &$0) } }
            }
            json.array("metrics", of: comparison.metrics) { json, metric in json.object { Self.write(metric, to: &$0) } }
            json.array("novel", of: comparison.novel) { json, novel in json.object { Self.write(novel, to: &$0, redaction) } }
            json.strings("missing_owners", comparison.missingOwners)
            writeSensitivity(to: &json, redaction)
            writeClaims(to: &json)
            json.array("periodic", of: comparison.periodic) { json, row in json.object { Self.write(row, to: &$0, redaction) } }
            json.array("event_kinds", of: comparison.eventKinds) { json, row in json.object { Self.write(row, to: &$0) } }
            json.array("phases", of: comparison.phases) { json, phase in json.object { Self.write(phase, to: &$0) } }
            json.object("upload_sizes") { Self.write(comparison.sizes, to: &$0) }
            writeOwners(to: &json)
            json.key("ledger")
            subject.ledger.write(to: &json)
            json.strings("remarks", comparison.remarks)
            json.strings("notes", comparison.notes)
            json.strings("limits", limits)
        }
        return json.octets + [0x0a]
    }

    /// What the numbers cannot say: reasons, unanswered questions, findings of the subject's captures.
    var limits: [String] {
        let reasons = ComparisonReasons(self)
        var limits = reasons.why
        for row in reasons.unanswered { limits.append(row.question + " " + row.because) }
        limits += FindingLine.lines(subject.findings.filter { $0.level != .notice && $0.code != "no_markers" }, captures: subject.overviews.count).map(\.sentence)
        return limits
    }

    private func write(_ options: ComparisonOptions, to json: inout JSONWriter) {
        json.member("alpha", options.alpha)
        json.member("many", options.many)
        json.member("minimum_groups", options.minimumGroups)
        json.member("draws", options.draws)
        json.member("bootstrap_replicates", options.bootstrapReplicates)
        json.member("kappa", options.kappa)
        json.member("scale_floor", options.scaleFloor)
        json.member("ask", orNull: options.ask)
        json.strings("watched_countries", options.watchedCountries)
        for option in provenance.options { json.member(option.name, option.value) }
        json.member("reveal", reveal)
    }

    static func write(_ member: CohortMember, to json: inout JSONWriter) {
        json.member("app", member.id)
        json.member("group", member.group)
        json.member("captures", member.captures)
        json.member("set_aside", ifKnown: member.setAside)
    }

    static func write(_ primary: PrimaryResult, to json: inout JSONWriter) {
        json.member("metric", primary.metric)
        json.member("verdict", primary.verdict.rawValue)
        json.member("reason", orNull: primary.reason?.rawValue)
        json.member("value", orNull: primary.value)
        json.member("peer_median", orNull: primary.peerMedian)
        json.member("p", orNull: primary.p)
        json.member("p_low", orNull: primary.pLow)
        json.member("detectable_ratio", orNull: primary.detectableRatio)
        json.member("wording", primary.wording)
    }

    static func write(_ family: FamilyResult, to json: inout JSONWriter) {
        json.member("verdict", family.verdict.rawValue)
        json.member("tested", family.tested)
        json.member("of", family.of)
        json.member("p", orNull: family.p)
        json.member("share_below_upper", orNull: family.shareBelowUpper)
        json.member("most_unusual", orNull: family.mostUnusual)
    }

    static func write(_ metric: MetricResult, to json: inout JSONWriter) {
        json.member("name", metric.name)
        json.member("value", orNull: metric.value)
        json.member("unit", metric.unit)
        json.member("verdict", metric.verdict.rawValue)
        json.member("reason", orNull: metric.reason?.rawValue)
        json.member("lead", metric.isLead)
        json.member("family", metric.family.rawValue)
        json.member("peer_median", orNull: metric.peerMedian)
        json.member("peer_5_percent", orNull: metric.peerLow)
        json.member("peer_95_percent", orNull: metric.peerHigh)
        json.member("p", orNull: metric.p)
        json.member("p_adjusted", orNull: metric.pAdjusted)
        json.member("p_adjusted_low", orNull: metric.pAdjustedLow)
        json.member("percentile", orNull: metric.percentile)
        json.member("share_below_upper", orNull: metric.shareBelowUpper)
        json.member("share_at_or_below_lower", orNull: metric.shareAtOrBelowLower)
        json.member("ratio", orNull: metric.ratio)
        json.member("ratio_low", orNull: metric.ratioLow)
        json.member("ratio_high", orNull: metric.ratioHigh)
        json.key("at_most_kappa")
        if let isAtMost = metric.isAtMostKappa { json.bool(isAtMost) } else { json.null() }
        json.member("detectable_ratio", orNull: metric.detectableRatio)
        json.member("lead_p", orNull: metric.leadP)
        json.member("below", orNull: metric.below)
        json.member("peers_measured", orNull: metric.peersMeasured)
        json.member("wording", metric.wording)
        json.array("peers", of: metric.peers) { json, peer in
            json.object { json in
                json.member("app", peer.app)
                json.member("group", peer.group)
                json.member("value", orNull: peer.value)
            }
        }
    }

    private static func write(_ novel: NovelDestination, to json: inout JSONWriter, _ redaction: Redaction) {
        json.member("owner", novel.owner)
        json.strings("domains", novel.domains.map { redaction.host($0) })
        json.member("bytes_up", novel.up)
        json.member("bytes_down", novel.down)
        json.strings("phases", novel.phases.map(\.rawValue))
        json.member("first_time", novel.firstTime)
        json.member("unknown", novel.isUnknown)
        json.member("novel", novel.isNovel)
    }

    private static func write(_ row: PeriodicDestination, to json: inout JSONWriter, _ redaction: Redaction) {
        json.member("owner", row.owner)
        json.strings("domains", row.domains.map { redaction.host($0) })
        json.member("captures", row.captures)
        json.member("captures_measured", row.capturesMeasured)
        json.member("period_seconds", row.period)
        json.member("statistic", row.statistic)
        json.member("p", row.p)
        json.member("beats", ifKnown: row.beats?.rawValue)
    }

    private static func write(_ row: EventKindUploads, to json: inout JSONWriter) {
        json.member("kind", row.kind)
        json.member("events", row.events)
        json.member("captures", row.captures)
        json.member("answered", row.answered)
        json.member("excess_per_event", row.excessPerEvent)
        json.member("p", row.p)
    }

    private static func write(_ phase: PhaseComparison, to json: inout JSONWriter) {
        json.member("phase", phase.phase.rawValue)
        json.member("seconds", phase.seconds)
        json.array("measures", of: phase.measures) { json, measure in
            json.object { json in
                json.member("name", measure.name)
                json.member("unit", measure.unit)
                json.member("value", orNull: measure.value)
                json.member("peer_median", orNull: measure.peerMedian)
                json.member("peer_5_percent", orNull: measure.peerLow)
                json.member("peer_95_percent", orNull: measure.peerHigh)
            }
        }
    }

    /// Cumulated shares of uploads at each bin edge, of the subject and of the pooled peers.
    private static func write(_ sizes: SizeCurves, to json: inout JSONWriter) {
        json.member("uploads", sizes.uploads)
        json.array("log2_octets", of: sizes.subject.isEmpty ? [] : sizes.edges) { $0.number($1) }
        json.array("subject", of: sizes.subject) { $0.number($1) }
        json.array("peers", of: sizes.pooled) { $0.number($1) }
    }

    private func writeOwners(to json: inout JSONWriter) {
        json.array("owners", of: ComparisonFacts(self).owners) { json, owner in
            json.object { json in
                json.member("owner", owner.name)
                json.member("known", owner.isKnown)
                json.member("owner_parent", ifKnown: owner.summary.ownerParent)
                json.member("owner_country", ifKnown: owner.summary.ownerCountry)
                json.strings("categories", owner.summary.categories)
                json.strings("parties", owner.summary.parties.map(\.rawValue))
                json.strings("countries", owner.countries)
                json.member("payload_up", owner.summary.sum.up)
                json.member("payload_down", owner.summary.sum.down)
                json.strings("peers", owner.peers)
            }
        }
    }

    // MARK: CSV

    /// One row a metric, METHOD.md's order; unknown is an empty cell.
    public func csv() -> [UInt8] {
        var csv = CSV(columns: [
            "name", "unit", "family", "value", "peer_median", "verdict", "reason", "lead", "p", "p_adjusted", "p_adjusted_low",
            "percentile", "share_below_upper", "ratio", "ratio_low", "ratio_high", "detectable_ratio", "below", "peers_measured",
            "wording",
        ])
        for metric in comparison.metrics {
            csv.row { row in
                row.cell(metric.name)
                row.cell(metric.unit)
                row.cell(metric.family.rawValue)
                row.cell(metric.value)
                row.cell(metric.peerMedian)
                row.cell(metric.verdict.rawValue)
                row.cell(metric.reason?.rawValue)
                row.cell(metric.isLead ? "true" : "false")
                for number in [
                    metric.p, metric.pAdjusted, metric.pAdjustedLow, metric.percentile, metric.shareBelowUpper, metric.ratio,
                    metric.ratioLow, metric.ratioHigh, metric.detectableRatio, metric.below, metric.peersMeasured,
                ] { row.cell(number) }
                row.cell(metric.wording)
            }
        }
        return csv.octets
    }
}
