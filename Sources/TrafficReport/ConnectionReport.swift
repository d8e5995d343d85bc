import TrafficCore

/// What a list of connections says of one app or several, as text, JSON and CSV (docs/connections.md).
public struct ConnectionReport: Sendable {
    /// The list that was read.
    public struct Source: Sendable {
        public var rows: Int
        public var runs: Int
        public var apps: Int
        /// Of the machine beside the phone: in no measure.
        public var hostMachineConnections: Int
        public var malformedRows: Int
        /// In words: files that were given twice.
        public var notes: [String]
        public init(rows: Int, runs: Int, apps: Int, hostMachineConnections: Int, malformedRows: Int, notes: [String]) {
            (self.rows, self.runs, self.apps) = (rows, runs, apps)
            (self.hostMachineConnections, self.malformedRows, self.notes) = (hostMachineConnections, malformedRows, notes)
        }
    }

    /// One a subject, in the order asked for.
    public let comparisons: [ConnectionComparison]
    let source: Source
    let options: ComparisonOptions
    let provenance: Provenance
    let reveal: Bool

    public init(
        comparisons: [ConnectionComparison], source: Source, options: ComparisonOptions, provenance: Provenance, reveal: Bool = false
    ) {
        (self.comparisons, self.source, self.options) = (comparisons, source, options)
        (self.provenance, self.reveal) = (provenance, reveal)
    }

    static func flags(_ comparison: ConnectionComparison) -> [String] {
        var flags: [String] = []
        if comparison.hasFewRuns { flags.append("few_captures") }
        if comparison.isFragile { flags.append("fragile") }
        if !comparison.sensitivity.isRobust { flags.append("not_robust") }
        return flags
    }
}
