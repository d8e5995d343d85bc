extension VectorFile {
    /// `decide`: stage B on a table of pairs.
    static func decide(_ input: JSONValue) throws -> JSONValue {
        guard let value = input["table"] else { throw VectorFileError("\"table\" is missing") }
        let options = try self.options(input["options"] ?? .null)
        let table = DecisionTable(
            windows: try windows(value["windows"] ?? .null),
            subject: try tableApp(value["subject"] ?? .null),
            peers: try value.list("peers").map(tableApp))
        let decision = try Decision(table, options: options)
        let metrics = decision.metrics.map { JSONValue.Member(key: $0.name, value: output(of: $0)) }
        let families = decision.families.map { JSONValue.Member(key: $0.family.rawValue, value: output(of: $0)) }
        return .members([
            "groups": .integer(decision.groups), "captures_used": .integer(decision.capturesUsed),
            "smallest_p": .finite(decision.smallestP), "metrics": .object(metrics), "families": .object(families),
            "notes": .array(decision.notes.map(JSONValue.string)), "fragile": .bool(decision.isFragile),
            "primary": decision.primary.map(output) ?? .null, "short_window": .bool(!decision.shortPhases.isEmpty),
            "short_phases": .array(decision.shortPhases.map { .string($0.rawValue) }),
            "subject_captures": .integer(decision.subjectCaptures), "few_captures": .bool(decision.hasFewCaptures),
            "verdict": .string(decision.overall.rawValue),
        ])
    }

    private static func output(of result: MetricResult) -> JSONValue {
        var members: KeyValuePairs<String, JSONValue> = [
            "verdict": .string(result.verdict.rawValue), "reason": .text(result.reason?.rawValue), "value": .finite(result.value),
            "lead": .bool(result.isLead), "peer_median": .finite(result.peerMedian), "ratio": .finite(result.ratio),
            "low": .finite(result.ratioLow), "high": .finite(result.ratioHigh),
            "at_most_kappa": result.isAtMostKappa.map(JSONValue.bool) ?? .null,
        ]
        var all = members.map { JSONValue.Member(key: $0.key, value: $0.value) }
        guard result.p != nil else { return .object(all) }
        members = [
            "p": .finite(result.p), "p_adjusted": .finite(result.pAdjusted), "p_adjusted_low": .finite(result.pAdjustedLow),
            "percentile": .finite(result.percentile), "share_below_upper": .finite(result.shareBelowUpper),
            "share_at_or_below_lower": .finite(result.shareAtOrBelowLower),
            "detectable_ratio": .finite(result.detectableRatio), "lead_p": .finite(result.leadP),
        ]
        all += members.map { JSONValue.Member(key: $0.key, value: $0.value) }
        return .object(all)
    }

    private static func output(of result: FamilyResult) -> JSONValue {
        .members([
            "verdict": .string(result.verdict.rawValue), "tested": .integer(result.tested), "of": .integer(result.of),
            "p": .finite(result.p), "share_below_upper": .finite(result.shareBelowUpper),
            "most_unusual": .text(result.mostUnusual),
        ])
    }

    private static func output(of result: PrimaryResult) -> JSONValue {
        .members([
            "metric": .string(result.metric), "verdict": .string(result.verdict.rawValue),
            "reason": .text(result.reason?.rawValue), "value": .finite(result.value), "peer_median": .finite(result.peerMedian),
            "p": .finite(result.p), "p_low": .finite(result.pLow), "detectable_ratio": .finite(result.detectableRatio),
        ])
    }

    private static func options(_ value: JSONValue) throws -> ComparisonOptions {
        var options = ComparisonOptions()
        func whole(_ key: String, _ fallback: Int) throws -> Int { try value[key].map { try $0.octets() } ?? fallback }
        options.alpha = try value.number("alpha", default: options.alpha)
        options.many = try value.number("many", default: options.many)
        options.kappa = try value.number("kappa", default: options.kappa)
        options.scaleFloor = try value.number("scale_floor", default: options.scaleFloor)
        options.minimumGroups = try whole("min_groups", options.minimumGroups)
        options.draws = try whole("draws", options.draws)
        options.bootstrapReplicates = try whole("boot", options.bootstrapReplicates)
        options.seed = try value.seed("seed", default: options.seed)
        if let ask = value["ask"], ask != .null { options.ask = try ask.text() }
        return options
    }

    private static func windows(_ value: JSONValue) throws -> [Phase: Double] {
        var windows: [Phase: Double] = [:]
        for phase in Phase.allCases {
            if let seconds = value[phase.rawValue], seconds != .null { windows[phase] = try seconds.number() }
        }
        return windows
    }

    private static func tableApp(_ value: JSONValue) throws -> DecisionTable.App {
        let captures = try value.list("captures").map { capture in
            guard case .object(let members)? = capture["pairs"] else { throw VectorFileError("\"pairs\" is no object") }
            var result = DecisionTable.Capture(id: try capture.text("id"), pairs: [])
            result.pairs = Array(repeating: MetricPair(), count: MetricID.allCases.count)
            for member in members {
                let (numerator, denominator) = try member.value.pair()
                if let id = MetricID(name: member.key) {
                    result.pairs[id.rawValue] = MetricPair(numerator: numerator, denominator: denominator)
                }
                // A metric of another version was measured too.
                if denominator > 0 { result.isMeasured = true }
            }
            return result
        }
        return DecisionTable.App(id: try value.text("id"), group: try value.text("group"), captures: captures)
    }

    /// `cohort_table`: stage A on records.
    static func cohortTable(_ input: JSONValue) throws -> JSONValue {
        let watched = try input["watch"].map { $0 == .null ? [] : try $0.list().map { try $0.text() } } ?? []
        let cohort = Cohort(
            subject: try observedApp(input["subject"] ?? .null), peers: try input.list("peers").map(observedApp), watched: watched)
        let windows = Phase.allCases.compactMap { phase in
            cohort.windows[phase].map { JSONValue.Member(key: phase.rawValue, value: .integer($0)) }
        }
        return .members([
            "windows": .object(windows), "subject": output(of: cohort.table.subject),
            "peers": .array(cohort.table.peers.map(output)),
        ])
    }

    private static func output(of app: DecisionTable.App) -> JSONValue {
        .members([
            "id": .string(app.id), "group": .string(app.group),
            "captures": .array(app.captures.map { capture in
                let pairs = zip(MetricCatalog.metrics, capture.pairs).map { metric, pair in
                    JSONValue.Member(
                        key: metric.name, value: .array([.finite(pair.numerator), .finite(pair.denominator)]))
                }
                return .members(["id": .string(capture.id), "pairs": .object(pairs)])
            }),
        ])
    }

    private static func observedApp(_ value: JSONValue) throws -> ObservedApp {
        ObservedApp(
            id: try value.text("id"), group: try value.text("group"),
            captures: try value.list("captures").map { capture in
                let events = capture["events"] ?? .null
                return ObservedCapture(
                    id: try capture.text("id"), seconds: try windows(capture["seconds"] ?? .null),
                    records: try capture.list("records").map(record), events: events == .null ? [] : try events.numbers())
            })
    }

    private static func record(_ value: JSONValue) throws -> UploadRecord {
        func text(_ key: String) throws -> String {
            let member = value[key] ?? .null
            return member == .null ? "" : try member.text()
        }
        let category = MetricCategory(rawValue: try value.text("category")) ?? .other
        let phase = Phase(rawValue: try value.text("phase"))
        let isFirst = value["party"].map { $0 == .string("first") } ?? (category == .firstParty)
        // The vectors know no jurisdiction: the network's country stands for it. A phase that METHOD.md does not have is
        // in no window.
        let country = try text("country")
        return UploadRecord(
            time: phase == nil ? .infinity : try value.number("t"), phase: phase ?? .foreground, owner: try text("owner"),
            domain: try text("domain"), category: category, isFirstParty: isFirst, country: country, jurisdiction: country,
            up: try (value["up"] ?? .null).octets(), down: try (value["down"] ?? .null).octets(),
            clear: value["clear"] == .bool(true))
    }
}
