import TrafficCore

extension ConnectionReport {
    /// Name and version of the JSON form (docs/schema/connections.schema.json).
    public static let schemaName = "trafficscope.connections"
    public static let schemaVersion = 1

    public func json() -> [UInt8] {
        var json = JSONWriter(pretty: true)
        var redaction = Redaction(reveal: reveal)
        json.object { json in
            json.object("schema") { json in
                json.member("name", Self.schemaName)
                json.member("version", Self.schemaVersion)
            }
            provenance.write(to: &json, &redaction)
            json.member("seed", String(options.seed))
            json.object("options") { json in
                json.member("alpha", options.alpha)
                json.member("many", options.many)
                json.member("minimum_groups", options.minimumGroups)
                json.member("draws", options.draws)
                json.member("ask", orNull: options.ask)
                json.strings("watched_countries", options.watchedCountries)
                json.member("reveal", reveal)
            }
            json.object("list") { json in
                json.member("rows", source.rows)
                json.member("runs", source.runs)
                json.member("apps", source.apps)
                json.member("host_machine_connections", source.hostMachineConnections)
                json.member("malformed_rows", source.malformedRows)
                json.strings("notes", source.notes)
            }
            json.array("subjects", of: comparisons) { json, comparison in
                json.object { Self.write(comparison, to: &$0, redaction) }
            }
            json.strings("unanswered", ConnectionComparison.unanswered)
        }
        return json.octets + [0x0a]
    }

    private static func write(_ comparison: ConnectionComparison, to json: inout JSONWriter, _ redaction: Redaction) {
        ComparisonReport.write(comparison.subject, to: &json)
        json.member("overall", comparison.overall.rawValue)
        json.member("wording", comparison.overallWording)
        json.key("primary")
        if let primary = comparison.primary { json.object { ComparisonReport.write(primary, to: &$0) } } else { json.null() }
        json.strings("flags", flags(comparison))
        json.member("connections", comparison.connections)
        json.member("system_connections", comparison.systemConnections)
        json.object("cohort") { json in
            json.member("groups", comparison.groups)
            json.member("runs_used", comparison.runsUsed)
            json.member("subject_runs", comparison.subjectRuns)
            json.member("smallest_p", comparison.smallestP)
        }
        json.object("families") { json in
            for family in comparison.families { json.object(family.family.rawValue) { ComparisonReport.write(family, to: &$0) } }
        }
        json.array("metrics", of: comparison.metrics) { json, metric in json.object { ComparisonReport.write(metric, to: &$0) } }
        json.object("sensitivity") { write(comparison.sensitivity, to: &$0) }
        json.array("owners", of: comparison.owners) { json, owner in json.object { write(owner, to: &$0, redaction) } }
        json.array("baseline", of: comparison.peers) { json, peer in json.object { ComparisonReport.write(peer, to: &$0) } }
        json.strings("remarks", comparison.remarks)
        json.strings("notes", comparison.notes)
    }

    private static func write(_ sensitivity: ConnectionSensitivity, to json: inout JSONWriter) {
        json.member("robust", sensitivity.isRobust)
        json.member("wording", sensitivity.sentence)
        json.member("owners_tried", sensitivity.ownersTried)
        json.member("runs_tried", sensitivity.runsTried)
        json.member("untried", sensitivity.untried)
        json.array("choices", of: sensitivity.choices) { json, choice in
            json.object { json in
                switch choice.leftOut {
                case .owner(let owner): json.member("owner", owner)
                case .run(let app, let run):
                    json.member("app", app)
                    json.member("run", run)
                }
                json.array("changes", of: choice.changes) { json, change in
                    json.object { json in
                        json.member("metric", orNull: change.metric)
                        json.member("from", change.from.rawValue)
                        json.member("to", change.to.rawValue)
                    }
                }
            }
        }
    }

    private static func write(_ owner: ContactedOwner, to json: inout JSONWriter, _ redaction: Redaction) {
        json.member("owner", owner.owner)
        json.strings("domains", owner.domains.map { redaction.host($0) })
        json.strings("categories", owner.categories.map(\.rawValue))
        json.member("seat", orNull: owner.seat.isEmpty ? nil : owner.seat)
        json.member("first_party", owner.isFirstParty)
        json.member("connections", owner.connections)
        json.member("runs", owner.runs)
        json.member("peer_owners", owner.peerOwners)
        json.member("novel", owner.isNovel)
        json.member("unknown", owner.isUnknown)
    }

    /// One row a subject and metric; unknown is an empty cell.
    public func csv() -> [UInt8] {
        var csv = CSV(columns: [
            "app", "overall", "robust", "metric", "unit", "family", "value", "peer_median", "verdict", "reason", "p", "p_adjusted",
            "p_adjusted_low", "share_below_upper", "ratio", "detectable_ratio", "below", "peers_measured", "wording",
        ])
        for comparison in comparisons {
            for metric in comparison.metrics {
                csv.row { row in
                    row.cell(comparison.subject.id)
                    row.cell(comparison.overall.rawValue)
                    row.cell(comparison.sensitivity.isRobust ? "true" : "false")
                    row.cell(metric.name)
                    row.cell(metric.unit)
                    row.cell(metric.family.rawValue)
                    row.cell(metric.value)
                    row.cell(metric.peerMedian)
                    row.cell(metric.verdict.rawValue)
                    row.cell(metric.reason?.rawValue)
                    for number in [
                        metric.p, metric.pAdjusted, metric.pAdjustedLow, metric.shareBelowUpper, metric.ratio, metric.detectableRatio,
                        metric.below, metric.peersMeasured,
                    ] { row.cell(number) }
                    row.cell(metric.wording)
                }
            }
        }
        return csv.octets
    }
}
