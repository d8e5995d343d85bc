import TrafficCore
import TrafficReport

/// Zeek's logs, each in its file of a folder; or the connection log alone on standard output.
final class ZeekFolder: FlowSink {
    private let logs: ZeekLogs
    private let folder: String?
    private var outputs: [ZeekLogs.Log: Output] = [:]
    private(set) var failure: CommandFailure?
    var flushes = false
    var needsExchanges: Bool { folder != nil }

    /// - Parameter folder: nil or "-" for standard output.
    init(_ folder: String?, json: Bool) throws(CommandFailure) {
        logs = ZeekLogs(json: json)
        self.folder = folder == "-" ? nil : folder
        if let folder = self.folder { try SystemCalls.createFolder(folder) }
    }

    func begin() throws(CommandFailure) { _ = try output(.conn) }

    /// As Zeek, a log that has nothing to say is not made.
    private func output(_ log: ZeekLogs.Log) throws(CommandFailure) -> Output {
        if let known = outputs[log] { return known }
        let made = try Output(path: folder.map { $0 + (($0.hasSuffix("/")) ? "" : "/") + log.rawValue + ".log" })
        outputs[log] = made
        try made.write { logs.header(log, into: &$0) }
        return made
    }

    func append(_ record: FlowRecord) {
        guard failure == nil else { return }
        do throws(CommandFailure) {
            for log in folder == nil ? [.conn] : ZeekLogs.Log.allCases {
                var rows: [UInt8] = []
                logs.append(record, in: log, to: &rows)
                guard !rows.isEmpty else { continue }
                let output = try output(log)
                try output.write { $0 += rows }
                if flushes { try output.flush() }
            }
        } catch {
            failure = error
            interrupt()     // nobody reads the rest
        }
    }

    func end() throws(CommandFailure) {
        for log in ZeekLogs.Log.allCases {
            guard let output = outputs[log] else { continue }
            try output.write { logs.footer(into: &$0) }
            try output.flush()
        }
    }
}
