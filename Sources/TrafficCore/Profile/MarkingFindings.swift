// Findings about phases: where they come from, how well the clocks agree, and what the settle time left out.

extension Finding {
    static func marking(_ overview: CaptureOverview) -> [Finding] {
        guard let marking = overview.marking else { return [] }
        let name = overview.identity.name
        var findings = marking.notes.map { Finding("markers_note", .limit, "Markers: \($0).", capture: name) }
        if marking.isOutside {
            findings.append(Finding(
                "markers_outside", .problem, "No phase that the markers tell lies in the capture: a clock, a zone or a file is the wrong one.",
                advice: "Give the zone with --marker-zone, or by how much the phone's clock is ahead with --clock-offset.", capture: name))
        }
        if marking.source == .comments, marking.markers > 0 {
            findings.append(Finding(
                "markers_in_comments", .notice, "Its phases come from \(counted(marking.markers, "marker")) in its packets' comments.", capture: name))
        }
        if marking.hasDoubtfulEvents {
            findings.append(Finding(
                "event_clock", .limit,
                "The clock of the markers is \(marking.clock.wording): whether uploads follow key presses and the like within 2 s cannot be relied on.",
                advice: "Note instants that the capture sees too: {\"event\": \"sync\", \"note\": \"HOST\"} as the phone opens HOST, twice or more; or give --clock-offset SECONDS±UNCERTAINTY.",
                capture: name))
        }
        return findings
    }

    /// What fell into the settle time of background and idle stretches.
    static func settling(_ summary: InspectionSummary) -> [Finding] {
        var seconds: Set<Double> = [], amount = PhaseAmounts.Amount(), background = 0
        for overview in summary.overviews { if let settle = overview.marking?.settle, settle > 0 { seconds.insert(settle) } }
        guard !seconds.isEmpty else { return [] }
        for app in summary.apps {
            amount.add(app.phases.settling)
            background.addSaturating(app.phases[.background].up)
            background.addSaturating(app.phases[.idle].up)
        }
        let length = seconds.sorted().map { Finding.plain($0) + " s" }.joined(separator: " or ")
        return [Finding(
            "settle", .limit,
            "The first \(length) of each stretch of background and idle count in no phase: \(amount.up) B up in \(counted(amount.uploads, "upload")) fell into them, \(background) B up came after.")]
    }

    /// A number of seconds as a person writes it.
    static func plain(_ seconds: Double) -> String {
        let thousandths = (seconds * 1000).rounded() / 1000
        return thousandths == thousandths.rounded() && abs(thousandths) < 1e9 ? String(Int(thousandths)) : String(thousandths)
    }
}

extension MarkingAccount {
    /// Where the phases come from and by which clock: one sentence.
    public var sentence: String {
        let origin = switch source {
        case .file: "Phases from \(Finding.counted(markers, "marker")); their clock is \(clock.wording)"
        case .comments: "Phases from \(Finding.counted(markers, "marker")) in packet comments"
        case .study: "Phases as the study gives them"
        }
        return origin + (settle > 0 ? "; each stretch of background and idle begins \(Finding.plain(settle)) s late." : ".")
    }
}
