/// Lists of apps' connections without their packets (docs/connections.md): whom an app called, run by run, and nothing of how
/// much or when.
public struct ConnectionTable: Sendable {
    /// A run of one app. Runs of one name in two files are two runs.
    struct Run: Hashable, Sendable {
        var app: String
        /// Index in `files`.
        var file: Int
        /// Version of the phone's system; "" when the file has none.
        var system: String
        /// "" when the file names no runs: then all rows of an app and system are one.
        var name: String
    }

    /// Connections of one run that are alike.
    struct Row: Sendable, Equatable {
        /// Index in `runs`.
        var run: Int
        /// Server name of the handshake, canonical; nil when none was sent.
        var serverName: String?
        var address: IPAddress?
        var transport: TransportProtocol?
        /// 1 to `mostConnections`.
        var connections: Int
    }

    /// Rows beyond this are left out, and told.
    public static let rowLimit = 1 << 20
    /// Apps and runs beyond these are left out, and told: every app of a cohort is compared with every other, run by run.
    public static let appLimit = 1000
    public static let runLimit = 10_000
    /// Largest multiplicity of a row.
    public static let mostConnections = 1_000_000_000

    public private(set) var files: [String] = []
    private(set) var runs: [Run] = []
    private(set) var rows: [Row] = []
    /// Connections of the machine beside the phone, which are in no measure.
    public private(set) var hostMachineConnections = 0
    /// Files that were given twice, in words.
    public private(set) var notes: [String] = []
    private var runNumbers: [Run: Int] = [:]
    private var apps: Set<String> = []
    private var digests: Set<String> = []

    public init() {}

    public var rowCount: Int { rows.count }
    public var runCount: Int { runs.count }

    /// Begins a file; false when one of the same octets was read already.
    mutating func begin(file: String, octets: [UInt8]) -> Bool {
        guard digests.insert(ContentDigest.sha256(octets)).inserted else {
            notes.append("\(file): the same octets as another file; it counts once")
            return false
        }
        files.append(file)
        return true
    }

    /// Adds a row of the latest file; false when there is no more room.
    mutating func add(_ cells: ConnectionColumns.Cells) -> Bool {
        guard !cells.isHostMachine else {
            hostMachineConnections += cells.connections
            return true
        }
        guard rows.count < Self.rowLimit, apps.count < Self.appLimit || apps.contains(cells.app) else { return false }
        let run = Run(app: cells.app, file: files.count - 1, system: cells.system, name: cells.run)
        let number = runNumbers[run] ?? runs.count
        if number == runs.count {
            guard number < Self.runLimit else { return false }
            apps.insert(cells.app)
            runNumbers[run] = number
            runs.append(run)
        }
        rows.append(Row(
            run: number, serverName: cells.serverName, address: cells.address, transport: cells.transport, connections: cells.connections))
        return true
    }
}

/// What is wrong with a list of connections.
public struct ConnectionProblems: Sendable {
    /// Problems that are told one by one; more are only counted.
    public static let limit = 20

    /// "FILE: line N: what is wrong, and the cure".
    public private(set) var first: [String] = []
    public private(set) var count = 0

    mutating func add(_ file: String, _ line: Int, _ problem: String) {
        count += 1
        if first.count < Self.limit { first.append("\(file): line \(line): \(problem)") }
    }
}
