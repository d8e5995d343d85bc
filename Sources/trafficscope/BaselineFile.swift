import ArgumentParser
import TrafficCore
import TrafficReport
import TrafficStore

struct BaselineExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a cohort as one file that others can import.",
        discussion: """
            The file has no names of files and no addresses of phones. A host that fewer than two apps contact may be one person's: it is
            cut to its domain, or left out where nobody else contacts that and no list knows it, unless --all-hosts. docs/baseline.md
            describes the form.
            Example: trafficscope baseline export video-apps -o video-apps.ndjson
            """)

    @Argument(help: ArgumentHelp("Name of the cohort.", valueName: "cohort"))
    var cohort: String
    @Flag(help: "Keep hosts that fewer than two apps contact.")
    var allHosts = false
    @OptionGroup var storing: StoreOptions
    @OptionGroup var outputs: OutputOptions

    func run() throws {
        let store = try storing.open(creates: false), output = try Output(path: outputs.output)
        var captures: [ProfiledCapture] = [], damage: [String] = [], rare = RareNames(), removed: Set<String> = []
        try stored { () throws(Store.Failure) in
            try store.forEachCapture(of: cohort) { captures.append($0) } damage: { damage.append($0) }
        }
        guard damage.isEmpty else {
            Talk.problems(damage)
            throw CommandFailure(.badData)
        }
        if !allHosts {
            for capture in captures { rare.add(capture) }
            let catalogue = DestinationCatalogue()
            captures = captures.map { rare.withheld($0, catalogue: catalogue, removed: &removed) }
        }
        try output.write(ProfileDocument.line(
            ProfileDocument.Header(cohort: cohort, captures: captures.count, rareNames: removed.count, tool: Trafficscope.version)))
        for capture in captures { try output.write(ProfileDocument.line(capture)) }
    }
}

struct BaselineImport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Read cohorts that others exported into the store.",
        discussion: "A line that is wrong is told and left out, and the exit code is 65.\nExample: trafficscope baseline import video-apps.ndjson")

    @Argument(help: ArgumentHelp("Files that baseline export wrote; - is standard input.", valueName: "file"))
    var files: [String]
    @Option(name: .customLong("as"), help: ArgumentHelp("Name of the cohort here. (default: the one it was exported with)", valueName: "cohort"))
    var cohort: String?
    @Flag(name: .shortAndLong, help: "No notes on standard error; errors are still told.")
    var quiet = false
    @OptionGroup var storing: StoreOptions

    func run() throws {
        let store = try storing.open(creates: true)
        var status = ExitStatus.done
        for file in files {
            let octets = try SystemCalls.readFile(file, limit: 1 << 32)
            let lines = octets.split(separator: 0x0a, omittingEmptySubsequences: false)
            let header = try StudyFolder.checked { () throws(StudyError) in
                try ProfileDocument.header(Array(lines.first ?? []), name: file)
            }
            let name = cohort ?? header.cohort
            var counts: [Addition: Int] = [:], wrong = 0
            for (number, line) in lines.enumerated().dropFirst() where !line.isEmpty {
                do throws(StudyError) {
                    let capture = try ProfileDocument.capture(Array(line), name: file, line: number + 1)
                    let addition = try Self.add(capture, to: name, store)
                    counts[addition, default: 0] += 1
                } catch {
                    wrong += 1
                    if wrong <= 20 { Talk.error(error.description) }
                }
            }
            if wrong > 20 { Talk.error("\(file): \(wrong - 20) more lines are wrong") }
            if wrong > 0 { status = .badData }
            Talk.note(
                "\(name): \(counts[.added] ?? 0) added, \(counts[.there] ?? 0) already there, \(counts[.replaced] ?? 0) replaced", quiet: quiet)
        }
        throw CommandFailure(status)
    }

    private static func add(_ capture: ProfiledCapture, to cohort: String, _ store: Store) throws(StudyError) -> Addition {
        do throws(Store.Failure) {
            return try store.add(capture, to: cohort, now: WallClock.secondsSince1970, tool: Trafficscope.version)
        } catch { throw StudyError(cohort, nil, error.description) }
    }
}
