import TrafficCore

/// A finding as it is listed: the same finding about several captures is one line.
struct FindingLine {
    let finding: Finding
    let sentence: String

    /// - Parameter captures: how many were read; with one its name says nothing.
    static func lines(_ findings: [Finding], captures: Int) -> [FindingLine] {
        var counts: [String: Int] = [:]
        for finding in findings { counts[finding.code, default: 0] += 1 }
        var lines: [FindingLine] = [], seen: Set<String> = []
        for finding in findings where seen.insert(finding.code).inserted {
            var sentence = finding.sentence
            if captures > 1, let capture = finding.capture {
                let others = (counts[finding.code] ?? 1) - 1
                sentence = capture + (others > 0 ? " (and " + Quantity.count(others, "more capture") + " alike)" : "") + ": " + sentence
            }
            lines.append(FindingLine(finding: finding, sentence: sentence))
        }
        return lines
    }
}
