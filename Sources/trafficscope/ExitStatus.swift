import TrafficCore

/// Exit codes (DESIGN.md §5; sysexits.h).
enum ExitStatus: Int32 {
    case done = 0
    case refused = 1
    case usage = 64
    case badData = 65
    case noInput = 66
    case unavailable = 69
    case inputOutput = 74
    case noPermission = 77
    /// Ended by Ctrl-C with what was done until then (128 + SIGINT, as shells have it).
    case interrupted = 130

    init(_ kind: CaptureError.Kind) {
        switch kind {
        case .noInput: self = .noInput
        case .badData: self = .badData
        case .inputOutput: self = .inputOutput
        case .noPermission: self = .noPermission
        case .unavailable: self = .unavailable
        case .usage: self = .usage
        }
    }
}

/// Ends the command with a message and an exit code; an empty message was already given.
struct CommandFailure: Error {
    var status: ExitStatus
    var message: String

    init(_ status: ExitStatus, _ message: String = "") { (self.status, self.message) = (status, message) }
    init(_ error: CaptureError) { self.init(ExitStatus(error.kind), error.description) }
}

/// Messages for the person, on standard error.
enum Talk {
    /// "trafficscope: MESSAGE". File names and the like come from outside: control characters are shown, not sent.
    static func error(_ message: String) { SystemCalls.writeError("trafficscope: " + escaped(message) + "\n") }

    static func note(_ message: String, quiet: Bool) {
        if !quiet { error(message) }
    }

    /// Argument errors and their usage lines, several lines long.
    static func usage(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard var first = lines.first else { return }
        if first.hasPrefix("Error: ") { first.removeFirst("Error: ".count) }
        let rest = lines.dropFirst().map { escaped($0) + "\n" }.joined()
        SystemCalls.writeError("trafficscope: " + escaped(first) + "\n" + rest)
    }

    private static func escaped(_ text: String) -> String {
        String(text.unicodeScalars.map { scalar -> String in
            let isControl = scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
            return isControl ? "\\u{" + String(scalar.value, radix: 16) + "}" : String(scalar)
        }.joined())
    }
}
