import ArgumentParser
import TrafficCore
import TrafficReport

struct ListsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lists",
        abstract: "Destination lists of your own: who is behind a host, by the lists that others publish.",
        discussion: """
            Lists are imported from files that you have; nothing is downloaded. docs/data.md tells the forms and which list is believed.
            Example: trafficscope lists import services.json entities.json
            """,
        subcommands: [ListsImport.self, ListsList.self, ListsRemove.self])
}

struct ListsImport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Read lists and geographic databases from files and folders and keep what they say.",
        discussion: """
            Forms, told by the content: \(ListKind.allCases.map(\.rawValue).joined(separator: ", ")). A list of the same name is replaced. \
            A MaxMind DB (.mmdb) or libloc database becomes the source of countries, of autonomous systems, or of both. \
            Lines that are malformed are told and left out, and the exit code is 65.
            Example: trafficscope lists import easyprivacy.txt
            """)

    @Argument(help: ArgumentHelp("Files of lists, or folders of them.", valueName: "file|folder"))
    var paths: [String]

    @Option(help: ArgumentHelp(
        "The form of all files: \(ListKind.allCases.map(\.rawValue).joined(separator: ", ")). (default: told by the content)",
        valueName: "form"))
    var kind: ListKind?

    @Option(help: ArgumentHelp(
        "Name of the list that the files make. (default: the form's for lists of several files, else the file's)", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp(
        "What a filter list or hosts file is about, a category of data/destinations.tsv. (default: told by its title)",
        valueName: "category"))
    var category: String?

    @Flag(help: "Believe the list before the built-in catalogue.")
    var prefer = false

    @Option(help: ArgumentHelp("text, json, ndjson or csv.", valueName: "format"))
    var format = ListingFormat.text

    @OptionGroup var outputs: OutputOptions

    func validate() throws {
        if let name, ListDescription.cleaned(name) != name || name.isEmpty {
            throw ValidationError("--name \(name): a name has at most 64 lower-case letters, digits, . _ and -, the first no . and no -.")
        }
        if let category, !DestinationCatalogue.isCategory(category) {
            let known = DestinationCatalogue.categories.joined(separator: ", ")
            throw ValidationError("--category \(category): no such category; there are \(known).")
        }
    }

    func run() throws {
        let output = try Output(path: outputs.output), folder = try ListsFolder.path()
        var options = ListImport.Options()
        (options.kind, options.name, options.category, options.isPreferred) = (kind, name, category, prefer)
        var work = ListImport(options: options), status = ExitStatus.done
        for path in paths {
            if GeoDatabase.isDatabase(path) {
                do throws(CommandFailure) { try Geography.install(path) } catch {
                    Talk.error(error.message)
                    if status == .done { status = error.status }
                }
                continue
            }
            do throws(ListImport.Failure) { try work.read(path) } catch {
                Talk.error(error.message)
                if status == .done { status = ListsFolder.status(error) }
            }
        }
        do throws(ListImport.Failure) { try work.finish(folder: folder) } catch {
            for problem in work.problems { Talk.error(problem) }
            throw CommandFailure(ListsFolder.status(error), error.message)
        }
        for problem in work.problems { Talk.error(problem) }
        if status == .done, !work.problems.isEmpty { status = .badData }
        for note in work.notes { Talk.error(note) }
        // Made now, so that the next command does not wait for it.
        if !work.lists.isEmpty {
            DestinationLists.forgetIndexes(cacheFolder: GeoDatabase.standardCacheFolder)
            for problem in DestinationLists.standard().problems { Talk.error(problem) }
            try output.write(Listing(lists: work.lists), format, outputs)
        }
        throw CommandFailure(status)
    }
}

extension ListKind: ExpressibleByArgument {}

struct ListsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The imported lists, in the order in which they are believed.",
        discussion: "Example: trafficscope lists list --format json")

    @Option(help: ArgumentHelp("text, json, ndjson or csv.", valueName: "format"))
    var format = ListingFormat.text

    @OptionGroup var outputs: OutputOptions

    func run() throws {
        let output = try Output(path: outputs.output), lists = DestinationLists.standard()
        for problem in lists.problems { Talk.error(problem) }
        if lists.isEmpty, format == .text {
            Talk.error("no list is imported; trafficscope lists import FILE does")
        } else {
            try output.write(Listing(lists: lists.all), format, outputs)
        }
        if !lists.problems.isEmpty { throw CommandFailure(.badData) }
    }
}

struct ListsRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Forget imported lists.",
        discussion: "Example: trafficscope lists remove easyprivacy")

    @Argument(help: ArgumentHelp("Names of lists, as trafficscope lists list shows them.", valueName: "name"))
    var names: [String]

    func run() throws {
        let folder = try ListsFolder.path()
        var status = ExitStatus.done
        for name in names {
            do throws(ListImport.Failure) {
                guard try !ListImport.remove(name, folder: folder) else { continue }
                let known = DestinationLists.standard().all.map(\.name)
                Talk.error("\(name): no such list; " + (known.isEmpty ? "none is imported" : "there are \(known.joined(separator: ", "))"))
                if status == .done { status = .noInput }
            } catch {
                Talk.error(error.message)
                if status == .done { status = ListsFolder.status(error) }
            }
        }
        DestinationLists.forgetIndexes(cacheFolder: GeoDatabase.standardCacheFolder)
        throw CommandFailure(status)
    }
}

/// Where the lists lie, and exit codes of what went wrong with them.
enum ListsFolder {
    static func path() throws(CommandFailure) -> String {
        guard let folder = DestinationLists.standardFolder else {
            throw CommandFailure(.inputOutput, "nowhere to keep lists: set XDG_DATA_HOME or HOME")
        }
        return folder
    }

    static func status(_ failure: ListImport.Failure) -> ExitStatus {
        switch failure.kind {
        case .noInput: .noInput
        case .noPermission: .noPermission
        case .badData: .badData
        case .inputOutput: .inputOutput
        case .usage: .usage
        }
    }
}
