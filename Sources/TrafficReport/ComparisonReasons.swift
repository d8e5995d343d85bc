import TrafficCore

/// Why there is no verdict, and what could not be answered, in ordinary words.
struct ComparisonReasons: Sendable {
    /// Sentences that say why the answer is "insufficient"; empty when it is not.
    let why: [String]
    /// What the captures cannot answer, each with what to do about it.
    let unanswered: [(question: String, because: String, remedy: String)]

    init(_ report: ComparisonReport) {
        let comparison = report.comparison
        why = comparison.overall == .insufficient ? Self.why(report) : []
        unanswered = Self.unanswered(comparison)
    }

    /// Independent peer owners needed before "above" can be said: 1/(G + 1) must not exceed alpha (METHOD.md §3.9).
    static func ownersForAbove(_ options: ComparisonOptions) -> Int {
        guard options.alpha > 0, options.alpha.isFinite else { return 19 }
        return Int(max(1, min(1e6, (1 / options.alpha - 1e-9).rounded(.up) - 1)))
    }

    private static func why(_ report: ComparisonReport) -> [String] {
        let comparison = report.comparison, options = comparison.options
        var why: [String] = []
        let used = comparison.peers.filter { $0.setAside == nil }
        if comparison.windows.isEmpty {
            why.append(
                "There is no common window. Captures are compared over the same length of time, at least 10 s; at least half of the subject's captures and at least one capture of 80 % of the peer apps must reach it. These do not.")
            let seconds = report.subject.overviews.compactMap(\.exposureSeconds)
            if let longest = seconds.max() {
                why.append("The longest capture of " + comparison.subject.id + " lasts " + Quantity.fixed(longest, 1) + " s.")
            }
        }
        let need = options.minimumGroups
        if comparison.groups < need {
            why.append(
                (comparison.groups == 0 ? "None" : String(comparison.groups)) + " of the " + String(need)
                    + " independent peer owners that the method needs to say “within” could be used. Apps of one owner count as one; “above” needs " + String(ownersForAbove(options)) + ".")
        }
        let forAbove = ownersForAbove(options)
        if comparison.groups < forAbove, comparison.groups >= need {
            why.append(
                "“Above” cannot be said with fewer than " + String(forAbove) + " peer owners: with "
                    + String(comparison.groups) + " the highest app of an ordinary cohort would look the same in "
                    + Quantity.percent(comparison.smallestP) + " of cases.")
        }
        for clause in ["A", "B"] {
            let family: MetricFamily = clause == "A" ? .analytics : .additional
            guard let result = comparison.families.first(where: { $0.family == family }), result.verdict == .insufficient else { continue }
            if comparison.groups < need { continue }  // said above
            if result.tested < result.of, !comparison.windows.isEmpty {
                why.append(
                    "Clause " + clause + ": only " + String(result.tested) + " of its " + String(result.of)
                        + " metrics could be measured on the subject and on enough peers"
                        + (Double(result.tested) < 0.75 * Double(result.of) ? ", and “within” needs three in four." : "."))
            } else if result.tested == result.of {
                why.append("Clause " + clause + ": every metric was measured, but the result lies between usual and unusual.")
            }
        }
        if used.count < comparison.peers.count {
            why.append(Quantity.count(comparison.peers.count - used.count, "peer app was", "peer apps were") + " set aside; the list is below.")
        }
        return why
    }

    private static func unanswered(_ comparison: Comparison) -> [(question: String, because: String, remedy: String)] {
        var rows: [(question: String, because: String, remedy: String)] = []
        func isMissing(_ name: String) -> Bool { comparison.metrics.first { $0.name == name }.map { $0.value == nil } ?? true }
        if comparison.windows[.background] == nil, isMissing("background_bytes_up_per_min") {
            rows.append((
                "What does the app send in the background?",
                "No capture says when the app was in the background.",
                "Record at least 60 s in the foreground and 60 s in the background, and note the times as markers."))
        }
        if isMissing("beaconing_destination_count") {
            rows.append((
                "Does it report at regular intervals?",
                "A period of P seconds shows only after some ten beats in the background.",
                "Leave the app in the background for ten minutes or more, with markers."))
        }
        if isMissing("event_locked_upload_excess") {
            rows.append((
                "Does it upload when keys are pressed, text is copied or a photo is shared?",
                "It takes ten of them marked in the foreground of a capture, for the app and for four in five peers; there are fewer.",
                "Mark at least ten of them a capture, with their times, while recording (docs/study.md)."))
        }
        if comparison.windows[.idle] == nil, isMissing("idle_bytes_up_per_min") {
            rows.append((
                "What does it send while the phone lies idle?", "No capture has an idle phase.",
                "Let the phone lie with the screen off for some minutes, with a marker."))
        }
        rows.append((
            "What is in the encrypted traffic?", "Amounts, destinations and times were compared, never content.",
            "Decrypt a capture of a phone of your own with a key log."))
        return rows
    }
}
