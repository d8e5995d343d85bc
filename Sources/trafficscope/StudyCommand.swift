import ArgumentParser
import TrafficCore
import TrafficReport

struct StudyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study",
        abstract: "A study folder: all its subjects against its baseline.",
        discussion: "docs/study.md describes study.yaml and markers.",
        subcommands: [StudyRun.self])
}

struct StudyRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Compare every subject of a study with its baseline; write two pages and the data for each.",
        discussion: """
            For each subject the output folder gets SUBJECT.comparison and SUBJECT.inspection, each as .html and .json.
            Example: trafficscope study run captures/study -o out/study
            """)

    @Argument(help: ArgumentHelp("The study's folder, with study.yaml in it.", valueName: "dir"))
    var study: String

    @Option(name: .shortAndLong, help: ArgumentHelp("Folder for the results, made when it is not there. (default: DIR/out)", valueName: "folder"))
    var output: String?

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

    func run() throws {
        SystemCalls.useLargePages()
        SystemCalls.catchInterrupts()
        let folder = try StudyFolder(study, clocks: clocks, quiet: reading.quiet)
        let target = output ?? Study.path("out", below: folder.folder)
        var run = try ComparisonRun(folder, subjects: folder.study.subjects, reading: reading)
        run.attribution = clocks.described
        run.options.ask = ask ?? folder.study.ask
        run.options.seed = seed ?? folder.study.seed ?? run.options.seed
        try SystemCalls.createFolder(target)
        let screen = try Output(path: nil)
        var said = "", names: Set<String> = []
        for subject in run.subjectIDs {
            let report = try run.report(of: subject, reading: reading, reveal: reveal)
            let page = try run.inspection(of: subject, reading: reading, reveal: reveal)
            var name = Self.fileName(subject)
            while !names.insert(name).inserted { name += "_" }      // two ids may differ in what a file's name cannot have
            let base = Study.path(name, below: target)
            try Output(path: base + ".comparison.html").write(report.html())
            try Output(path: base + ".comparison.json").write(report.json())
            try Output(path: base + ".inspection.html").write(page.html())
            try Output(path: base + ".inspection.json").write(page.json())
            said += report.verdictLines(width: screen.width ?? 100) + "  \(base).comparison.html and .json, .inspection.html and .json\n\n"
        }
        // Last: nothing that is written depends on whether somebody reads this (`| head`).
        try screen.write(Array(said.utf8))
        throw CommandFailure(run.status)
    }

    /// An app id as a file's name: nothing in it leads to another folder.
    static func fileName(_ id: String) -> String {
        let safe = id.unicodeScalars.map { scalar in
            scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || [".", "-", "_"].contains(scalar) ? Character(scalar) : "_"
        }
        let name = String(safe.prefix(120))
        return name.allSatisfy { $0 == "." } ? "app" : name
    }
}
