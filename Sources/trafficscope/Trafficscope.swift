import ArgumentParser

@main
struct Trafficscope: ParsableCommand {
    static let version = "0.1.0"
    static let configuration = CommandConfiguration(
        commandName: "trafficscope",
        abstract: "Measure what an app sends, where it goes, and whether apps like it do the same.",
        discussion: """
            A CAPTURE is a pcap or pcapng file, a folder of them, or - for standard input.
            Results go to standard output, messages to standard error.
            Exit codes: 0 done, 1 a --fail-on condition holds, 64 usage, 65 bad data (what could be read was still \
            output), 66 no input, 69 a needed service or library is missing, 74 I/O error, 77 no permission, 130 \
            ended by Ctrl-C with what was done.

            Example: trafficscope inspect tiktok.pcapng
            """,
        version: version,
        subcommands: [Inspect.self, Flows.self, Compare.self, Live.self, StudyCommand.self, BaselineCommand.self, StoreCommand.self, Metrics.self, Lookup.self, ListsCommand.self, Doctor.self])

    static func main() {
        SystemCalls.ignoreBrokenPipes()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let error as CommandFailure {
            if !error.message.isEmpty { Talk.error(error.message) }
            SystemCalls.leave(error.status)
        } catch {
            let status = exitCode(for: error).rawValue
            let text = fullMessage(for: error)
            if status == 0 {
                SystemCalls.writeStandardOutput(text + (text.hasSuffix("\n") ? "" : "\n"))
                SystemCalls.leave(.done)
            }
            Talk.usage(text)
            SystemCalls.leave(ExitStatus(rawValue: status) ?? .usage)
        }
        SystemCalls.leave(.done)
    }
}
