/// Which app a connection, a user id or an address is of, by files that the user gives beside a capture (`--app-map`).
public struct AppMap: Sendable {
    /// One row about a connection or a machine.
    struct Entry: Sendable {
        /// 6 or 17; nil for both.
        var transport: UInt8?
        /// The phone's side; nil port for all of them.
        var address: IPAddress
        var port: UInt16?
        /// The other side, where the row says it.
        var remote: IPAddress?
        var remotePort: UInt16?
        /// When, nanoseconds since 1970; nil for always.
        var from: Int64?
        var to: Int64?
        var label: AppLabel
    }

    /// What rows say of one flow.
    struct Match {
        /// All that fit equally well.
        var labels: [AppLabel]
        var confidence: AttributionConfidence
    }

    private struct Local: Hashable {
        var address: IPAddress
        var port: UInt16?
    }
    private var entries: [Entry] = []
    private var byLocal: [Local: [Int32]] = [:]
    private var byUser: [Int32: AppLabel] = [:]

    public init() {}

    /// Rows of all files together.
    static var limit: Int { 2_000_000 }
    /// How much the clocks of a phone and of whoever captured may differ, and how late a connection may be noticed.
    private static var slack: Int64 { 2_000_000_000 }

    public var isEmpty: Bool { entries.isEmpty && byUser.isEmpty }
    /// Rows that were read.
    public var count: Int { entries.count + byUser.count }

    /// False when there are too many already.
    mutating func add(_ entry: Entry) -> Bool {
        guard count < Self.limit else { return false }
        byLocal[Local(address: entry.address, port: entry.port), default: []].append(Int32(entries.count))
        entries.append(entry)
        return true
    }

    /// Of two rows about one user id the first counts.
    mutating func add(uid: Int32, package: String?, name: String?) -> Bool {
        guard count < Self.limit else { return false }
        if byUser[uid] == nil { byUser[uid] = AppLabel(place: .map, uid: uid, package: package, name: name) }
        return true
    }

    /// The label with what the files know of its user id.
    func completed(_ label: AppLabel) -> AppLabel {
        guard let uid = label.uid, !byUser.isEmpty else { return label }
        // Users of 100,000 ids each; SDK sandboxes have their app's id and 10,000 (AID_SDK_SANDBOX_PROCESS_START).
        let id = uid % 100_000
        guard let row = byUser[uid] ?? byUser[id] ?? ((20_000..<30_000).contains(id) ? byUser[id - 10_000] : nil) else { return label }
        var label = label
        label.package = row.package ?? label.package
        label.name = row.name ?? label.name
        return label
    }

    /// The rows that fit a flow best: those with both ends before those with the phone's end, those before the phone's address
    /// alone; of these the ones nearest in time.
    func match(_ record: borrowing FlowRecord) -> Match? {
        let ends = [(record.originator, record.responder), (record.responder, record.originator)]
        let transport = record.transport.rawValue
        var best: [Int32] = [], bestRank = Int.max, bestDistance = Int64.max
        for (local, remote) in ends {
            for port in [local.port, nil] as [UInt16?] {
                for index in byLocal[Local(address: local.address, port: port)] ?? [] {
                    let entry = entries[Int(index)]
                    guard entry.transport ?? transport == transport, entry.remote ?? remote.address == remote.address,
                        entry.remotePort ?? remote.port == remote.port, let distance = Self.distance(entry, record.first, record.last)
                    else { continue }
                    let rank = entry.port == nil ? 2 : entry.remote == nil ? 1 : 0
                    if (rank, distance) < (bestRank, bestDistance) { (best, bestRank, bestDistance) = ([], rank, distance) }
                    if (rank, distance) == (bestRank, bestDistance) { best.append(index) }
                }
            }
        }
        guard !best.isEmpty else { return nil }
        var labels: [AppLabel] = []
        for index in best where !labels.contains(entries[Int(index)].label) { labels.append(entries[Int(index)].label) }
        return Match(labels: labels, confidence: bestRank == 0 ? .high : bestRank == 1 ? .medium : .low)
    }

    /// Nanoseconds between a row's time and the flow's, 0 where they overlap; nil when they are of different times.
    private static func distance(_ entry: Entry, _ first: Int64, _ last: Int64) -> Int64? {
        var distance: Int64 = 0
        if let from = entry.from, last < from { distance = from.subtractingReportingOverflow(last).partialValue }
        if let to = entry.to, first > to { distance = max(distance, first.subtractingReportingOverflow(to).partialValue) }
        return distance >= 0 && distance <= slack ? distance : nil
    }
}

/// A line of an app map that is none.
public struct AppMapProblem: Error, Sendable, CustomStringConvertible {
    public var file: String
    public var line: Int
    public var problem: String
    public var description: String { "\(file): line \(line): \(problem)" }
}
