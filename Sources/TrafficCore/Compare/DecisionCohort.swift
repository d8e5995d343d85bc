/// The apps that METHOD.md §3.1 leaves for a decision, by group, with what was set aside (reference: `prepare`).
struct DecisionCohort: Sendable {
    var subject: DecisionApp
    /// Peer apps by group; groups, and apps in a group, in order of their ids' bytes.
    var groups: [[DecisionApp]]
    /// k: captures of each app that a draw takes; 0 when nothing can be compared.
    var capturesPerApp: Int
    /// What was left out, merged or set aside, in words, sorted.
    var notes: [String]

    init(_ table: DecisionTable, alpha: Double) {
        var notes: [String] = []
        let subject = DecisionApp(
            id: table.subject.id, group: table.subject.group, captures: Self.usable(table.subject, notes: &notes),
            metrics: table.metrics)
        var order: [UTF8Key] = []
        var merged: [UTF8Key: DecisionTable.App] = [:]
        for app in table.peers {
            let key = UTF8Key(app.id)
            if UTF8Key(app.group) == UTF8Key(subject.group) || key == UTF8Key(subject.id) {
                notes.append("left out, same owner as the subject: \(app.id)")
            } else if merged[key] != nil {
                merged[key]?.captures += app.captures
                notes.append("merged repeated app: \(app.id)")
            } else {
                merged[key] = app
                order.append(key)
            }
        }
        let apps = order.compactMap { merged[$0] }.map {
            DecisionApp(id: $0.id, group: $0.group, captures: Self.usable($0, notes: &notes), metrics: table.metrics)
        }
        self.init(subject: subject, apps: apps.filter { !$0.captures.isEmpty }, alpha: alpha, notes: notes)
    }

    /// What is decided on.
    var metrics: [Metric] { subject.metrics }

    /// Chooses k and drops the apps that have fewer captures.
    private init(subject: DecisionApp, apps: [DecisionApp], alpha: Double, notes: [String]) {
        var notes = notes
        let owners = Set(apps.map { UTF8Key($0.group) }).count
        // 80 % of the owners stay, and not fewer than alpha needs unless there were fewer anyway.
        let needed = max(ceilShare(0.8, of: owners), Int(min(Double(owners), Self.groupsForAbove(alpha: alpha))))
        // Owners with an app of at least q captures become fewer as q grows.
        var most: [UTF8Key: Int] = [:]
        for app in apps { most[UTF8Key(app.group), default: 0] = max(most[UTF8Key(app.group)] ?? 0, app.captures.count) }
        let reach = most.values.sorted(by: >)
        var k = 0
        if !apps.isEmpty {
            k = needed > 0 ? min(subject.captures.count, reach[needed - 1]) : subject.captures.count
        }
        for app in apps where app.captures.count < k { notes.append("set aside, fewer than \(k) captures: \(app.id)") }
        var groups: [[DecisionApp]] = []
        let kept = k > 0 ? apps.filter { $0.captures.count >= k } : []
        for app in kept.sorted(by: { ($0.sortKey) < ($1.sortKey) }) {
            if let last = groups.last, UTF8Key(last[0].group) == UTF8Key(app.group) {
                groups[groups.count - 1].append(app)
            } else {
                groups.append([app])
            }
        }
        (self.subject, self.groups, capturesPerApp) = (subject, groups, k)
        self.notes = notes.sorted { UTF8Key($0) < UTF8Key($1) }
    }

    /// The same question without one of the subject's captures (METHOD.md §3.10).
    func without(subjectCapture: Int, alpha: Double) -> DecisionCohort {
        DecisionCohort(subject: subject.without(capture: subjectCapture), apps: groups.flatMap { $0 }, alpha: alpha, notes: [])
    }

    /// Smallest number of groups with which `above` is possible at all: 1/alpha - 1, rounded up.
    static func groupsForAbove(alpha: Double) -> Double { (1 / alpha - 1e-9).rounded(.up) - 1 }

    /// Captures that measured something, each id once, in order of the ids' bytes.
    private static func usable(_ app: DecisionTable.App, notes: inout [String]) -> [[MetricPair]] {
        var seen: Set<UTF8Key> = []
        var kept: [(key: UTF8Key, pairs: [MetricPair])] = []
        for capture in app.captures where seen.insert(UTF8Key(capture.id)).inserted {
            if capture.isMeasured {
                kept.append((UTF8Key(capture.id), capture.pairs))
            } else {
                notes.append("capture set aside, nothing measured: \(app.id) \(capture.id)")
            }
        }
        return kept.sorted { $0.key < $1.key }.map(\.pairs)
    }
}

extension DecisionApp {
    fileprivate var sortKey: (UTF8Key, UTF8Key) { (UTF8Key(group), UTF8Key(id)) }
}
