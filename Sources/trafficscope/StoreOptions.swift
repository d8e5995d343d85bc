import ArgumentParser
import TrafficCore
import TrafficStore

/// Where profiles of captures are kept.
struct StoreOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The store. (default: $XDG_DATA_HOME/trafficscope/store.sqlite)", valueName: "file"))
    var store: String?

    /// - Parameter creates: makes the store where it is not there.
    func open(creates: Bool) throws(CommandFailure) -> Store {
        guard let path = store ?? Self.standardPath else {
            throw CommandFailure(.inputOutput, "nowhere to keep the store: set XDG_DATA_HOME or HOME, or name it with --store")
        }
        return try stored { () throws(Store.Failure) in try Store(path: path, creates: creates) }
    }

    private static var standardPath: String? {
        let folder = SystemCalls.environment("XDG_DATA_HOME").flatMap { $0.isEmpty ? nil : $0 }
            ?? SystemCalls.environment("HOME").flatMap { $0.isEmpty ? nil : $0 + "/.local/share" }
        return folder.map { $0 + "/trafficscope/store.sqlite" }
    }
}

/// What the store says went wrong, as the command's.
func stored<Value>(_ body: () throws(Store.Failure) -> Value) throws(CommandFailure) -> Value {
    do throws(Store.Failure) { return try body() } catch {
        let status: ExitStatus =
            switch error.kind {
            case .notThere, .unknown: .noInput
            case .newer, .damaged: .badData
            case .noPermission: .noPermission
            case .inputOutput: .inputOutput
            }
        throw CommandFailure(status, error.description)
    }
}

extension Talk {
    /// The first of many problems, and how many more there are.
    static func problems(_ problems: [String]) {
        for problem in problems.prefix(20) { error(problem) }
        if problems.count > 20 { error("… and \(problems.count - 20) more") }
    }
}

/// The day and second that it is.
enum WallClock {
    static var secondsSince1970: Int { SystemCalls.wallSeconds() }
}
