import ArgumentParser
import TrafficCore
import TrafficReport

struct StudyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study",
        abstract: "A study folder: all its subjects against its baseline.",
        discussion: "docs/study.md describes study.yaml, markers and the manifest.",
        subcommands: [StudyInit.self, StudyRun.self, StudyVerify.self])
}
