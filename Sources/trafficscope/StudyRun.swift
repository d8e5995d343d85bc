import ArgumentParser
import TrafficCore
import TrafficReport

/// What decides the results of a study, beside its files.
struct StudyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The one metric named before looking at the captures. (default: the study's)", valueName: "metric"))
    var ask: String?

    @Option(help: ArgumentHelp("Seed of the draws. (default: the study's, else \(ComparisonOptions().seed))", valueName: "n"))
    var seed: UInt64?

    @Flag(help: "Show identifiers instead of redacting them.")
    var reveal = false

    @OptionGroup var reading: ReadingOptions
    @OptionGroup var clocks: MarkerClockOptions

    func validate() throws {
        if let ask, !MetricCatalog.names.contains(ask) {
            throw ValidationError("--ask \(ask): no such metric; trafficscope metrics lists them.")
        }
    }

    /// The words that give the same results again, in a fixed order.
    var words: [String] {
        var words: [String] = []
        if let ask { words += ["--ask", ask] }
        if let seed { words += ["--seed", String(seed)] }
        if reveal { words.append("--reveal") }
        if let filter = reading.filter { words += ["--filter", filter] }
        for phone in reading.packets.phone { words += ["--phone", phone] }
        if reading.packets.maxFlows != FlowLimits().flows { words += ["--max-flows", String(reading.packets.maxFlows)] }
        if reading.packets.maxReassembly != FlowLimits().reassembly >> 20 { words += ["--max-reassembly", String(reading.packets.maxReassembly)] }
        if reading.packets.checksums { words.append("--checksums") }
        for option in clocks.described { words += ["--" + option.name.replacing(" ", with: "-"), option.value] }
        return words
    }
}

struct StudyRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Compare every subject of a study with its baseline; write two pages and the data for each.",
        discussion: """
            For each subject the output folder gets SUBJECT.comparison and SUBJECT.inspection, each as .html and .json; then \
            verdicts.txt, and manifest.json with the digests of all that went in and came out. Where nothing changed since, nothing is \
            done again; of what did, only captures that are new are read for the baseline.
            Example: trafficscope study run captures/study -o out/study
            """)

    @Argument(help: ArgumentHelp("The study's folder, with study.yaml in it.", valueName: "dir"))
    var study: String

    @Option(name: .shortAndLong, help: ArgumentHelp("Folder for the results, made when it is not there. (default: DIR/out)", valueName: "folder"))
    var output: String?

    @Flag(help: "Do it all again, whatever is there.")
    var force = false

    @OptionGroup var options: StudyOptions

    func run() throws {
        SystemCalls.useLargePages()
        SystemCalls.catchInterrupts()
        let given = try StudyFolder(study, clocks: options.clocks, quiet: options.reading.quiet)
        let target = SystemCalls.absolute(output ?? Study.path("out", below: given.folder))
        try SystemCalls.createFolder(target)
        // From here on paths are the study's own: the results are the same wherever it lies.
        let folder = try given.entered()
        let cache = StudyCache(folder: target, study: folder, words: options.words)
        let screen = try Output(path: nil)
        if !force, let said = cache.unchangedVerdicts {
            Talk.note("nothing changed since the last run; --force does it again", quiet: options.reading.quiet)
            try screen.write(said)
            return
        }
        let results = try StudyResults(folder, options: options, cache: cache)
        for file in results.files { try Output(path: target + "/" + file.name).write(file.octets) }
        if results.status == .done { try cache.remember() } else { cache.forget() }
        // Last: nothing that is written depends on whether somebody reads this (`| head`).
        try screen.write(results.verdicts)
        throw CommandFailure(results.status)
    }
}

struct StudyVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Do a study again and say whether the results are the same, octet by octet, or what differs.",
        discussion: """
            Reads manifest.json in the results' folder, does everything again with the options that it names, and compares. Nothing is \
            written. Exit code 0: identical; 1: something differs.
            Example: trafficscope study verify captures/study -o out/study
            """)

    @Argument(help: ArgumentHelp("The study's folder, with study.yaml in it.", valueName: "dir"))
    var study: String

    @Option(name: .shortAndLong, help: ArgumentHelp("Folder of the results. (default: DIR/out)", valueName: "folder"))
    var output: String?

    @Option(help: ArgumentHelp("Captures read at the same time.", valueName: "n"))
    var threads = 1

    @Flag(name: .shortAndLong, help: "No notes on standard error; errors are still told.")
    var quiet = false

    func validate() throws {
        guard (1...256).contains(threads) else { throw ValidationError("--threads takes 1 to 256.") }
    }

    func run() throws {
        SystemCalls.useLargePages()
        SystemCalls.catchInterrupts()
        let target = SystemCalls.absolute(output ?? Study.path("out", below: StudyFolder.folder(of: study)))
        let octets = try SystemCalls.readFile(target + "/" + StudyManifest.fileName, limit: 1 << 28)
        let manifest = try StudyFolder.checked { () throws(StudyError) in
            try StudyManifest(octets, name: target + "/" + StudyManifest.fileName)
        }
        let options: StudyOptions
        do { options = try StudyOptions.parse(manifest.words + ["--threads", String(threads)] + (quiet ? ["--quiet"] : [])) } catch {
            throw CommandFailure(.badData, "\(target)/\(StudyManifest.fileName): its options are none of this program: \(manifest.words.joined(separator: " "))")
        }
        var differences: [String] = []
        for file in manifest.outputs {
            guard SystemCalls.exists(target + "/" + file.path) else {
                differences.append("\(file.path): it is not there any more")
                continue
            }
            let there = ContentDigest.sha256(try SystemCalls.readFile(target + "/" + file.path, limit: 1 << 30))
            if there != file.sha256 { differences.append("\(file.path): changed since it was written") }
        }
        let folder = try StudyFolder(study, clocks: options.clocks, quiet: quiet).entered()
        let results = try StudyResults(folder, options: options, cache: nil)
        differences += results.manifest.differences(from: manifest)
        let screen = try Output(path: nil)
        if differences.isEmpty, results.status == .done {
            try screen.write(Array("identical: \(manifest.inputs.count) inputs, \(manifest.outputs.count) results\n".utf8))
            return
        }
        try screen.write(Array((differences.isEmpty ? "" : "different:\n" + differences.map { "  " + Escaping.terminal($0) + "\n" }.joined()).utf8))
        throw CommandFailure(results.status == .done ? .refused : results.status)
    }
}
