import ArgumentParser
import TrafficCore
import TrafficReport
import TrafficStore

struct BaselineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baseline",
        abstract: "Cohorts of peer apps, kept as profiles: what compare --cohort compares with.",
        discussion: """
            A store holds what captures showed, by phase, time and destination, not the captures: docs/baseline.md. A cohort is a named
            set of captures in it; exported, it is one file that another laboratory imports.
            Example: trafficscope baseline add video-apps captures/peers
            """,
        subcommands: [BaselineAdd.self, BaselineList.self, BaselineShow.self, BaselineRemove.self, BaselineExport.self, BaselineImport.self])
}

struct BaselineAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Read captures and add what they show to a cohort.",
        discussion: """
            Each capture is added as a whole, when it was read, and known by its content: the same one again changes nothing. Which app a
            capture is of is told as for compare. With --study DIR, the captures of a study's baseline.
            Example: trafficscope baseline add video-apps captures/peers --platform android
            """)

    @Argument(help: ArgumentHelp("Name of the cohort; made when there is none.", valueName: "cohort"))
    var cohort: String

    @Argument(help: ArgumentHelp("Captures of peer apps: files or folders.", valueName: "capture"))
    var captures: [String] = []

    @Option(help: ArgumentHelp("A study: the captures of its baseline, with their apps, devices and markers.", valueName: "dir"))
    var study: String?

    @Flag(help: "With --study: its subjects too.")
    var withSubjects = false

    @Option(help: ArgumentHelp("Version of the app, for all these captures.", valueName: "version"))
    var appVersion: String?

    @Option(help: ArgumentHelp("System of the phone, such as android or ios.", valueName: "system"))
    var platform: String?

    @Option(help: ArgumentHelp("Where the phone was, such as EU or US.", valueName: "region"))
    var region: String?

    @OptionGroup var storing: StoreOptions
    @OptionGroup var reading: ReadingOptions
    @OptionGroup var apps: AppOptions
    @OptionGroup var noted: MarkerOptions

    func validate() throws {
        guard captures.isEmpty != (study == nil) else { throw ValidationError("Captures, or --study, are what is added.") }
        guard study == nil || (apps.app == nil && noted.markers.isEmpty) else {
            throw ValidationError("--study says which capture is of which app, and names its markers: leave --app and --markers out.")
        }
        guard !cohort.isEmpty, cohort.utf8.count <= 200 else { throw ValidationError("A cohort's name has 1 to 200 octets.") }
    }

    func run() throws {
        SystemCalls.useLargePages()
        SystemCalls.catchInterrupts()
        let store = try storing.open(creates: true)
        var list: CaptureList, catalogue = DestinationCatalogue.standard(), details: [String: Study.Details] = [:]
        if let study {
            let folder = try StudyFolder(study, clocks: noted.clocks, quiet: reading.quiet)
            list = CaptureList(try folder.captures(of: folder.study.peers + (withSubjects ? folder.study.subjects : [])))
            catalogue = folder.catalogue
            details = folder.details
        } else {
            let catalog = AppCatalog()
            list = CaptureList(captures, app: apps.identity(catalog), catalog: catalog, joins: reading.join)
            list.tellSharedNames(catalog: catalog, quiet: reading.quiet)
            try list.addMarkers(noted, catalog: catalog)
        }
        let (evidence, evidenceStatus) = try apps.evidence(reading.packets, progress: reading.progress)
        list.note(evidenceStatus)
        var counts: [Addition: Int] = [:], setAside = 0
        // A few at a time: what was read is in the store before more is.
        let captures = list.captures, progress = Progress(total: CaptureDiscovery.octets(of: captures.flatMap(\.files)), options: reading)
        defer { progress.finish() }
        for begin in stride(from: 0, to: captures.count, by: max(1, reading.threads)) {
            var part = CaptureList(Array(captures[begin..<min(captures.count, begin + max(1, reading.threads))]))
            for read in try part.read(reading, catalogue: catalogue, evidence: evidence, hashesFiles: true, progress: progress) {
                guard case .observed(let profile) = read.outcome else {
                    if case .setAside(_, let wording) = read.outcome { Talk.error("\(read.overview.identity.name): \(wording)") }
                    setAside += 1
                    continue
                }
                let addition = try add(read, profile, to: store, details[read.capture.files.first?.path ?? ""])
                counts[addition, default: 0] += 1
                if addition != .there { Talk.note("\(read.overview.identity.name): \(addition.rawValue) as a capture of \(read.capture.app?.id ?? "")", quiet: reading.quiet) }
            }
            list.note(part.status)
        }
        Talk.note(
            "\(cohort): \(counts[.added] ?? 0) added, \(counts[.there] ?? 0) already there, \(counts[.replaced] ?? 0) replaced, \(setAside) set aside",
            quiet: reading.quiet)
        throw CommandFailure(list.status)
    }

    private func add(_ read: CaptureReading, _ profile: CaptureProfile, to store: Store, _ details: Study.Details?) throws(CommandFailure) -> Addition {
        guard let app = read.capture.app else {
            throw CommandFailure(.usage, "\(read.overview.identity.name): of no known app; name it with --app")
        }
        // An owner of data/apps.tsv is looked up when apps are compared; one that was given is kept.
        let isGiven = read.capture.source == .study || apps.appOwner != nil
        var capture = ProfiledCapture(profile, app: isGiven ? app : AppIdentity(id: app.id))
        capture.name = read.overview.identity.name
        (capture.version, capture.platform) = (appVersion ?? details?.version, platform ?? details?.platform)
        (capture.system, capture.region) = (details?.system, region ?? details?.region)
        return try stored { () throws(Store.Failure) in
            try store.add(capture, to: cohort, now: WallClock.secondsSince1970, tool: Trafficscope.version)
        }
    }
}

struct BaselineList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The cohorts of the store.", discussion: "Example: trafficscope baseline list --format json")

    @Option(help: ArgumentHelp("text, json, ndjson or csv.", valueName: "format"))
    var format = ListingFormat.text
    @OptionGroup var storing: StoreOptions
    @OptionGroup var outputs: OutputOptions

    func run() throws {
        let store = try storing.open(creates: false), output = try Output(path: outputs.output)
        let cohorts = try stored { () throws(Store.Failure) in try store.cohorts() }
        try output.write(
            Listing(
                columns: [.init("name", title: "cohort"), .init("apps", title: "apps"), .init("captures", title: "captures"), .init("note", title: "note")],
                rows: cohorts.map { [.text($0.name), .integer($0.apps), .integer($0.captures), .text($0.note)] }),
            format, outputs)
    }
}

struct BaselineShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "The captures of a cohort.", discussion: "Example: trafficscope baseline show video-apps")

    @Argument(help: ArgumentHelp("Name of the cohort.", valueName: "cohort"))
    var cohort: String
    @Option(help: ArgumentHelp("text, json, ndjson or csv.", valueName: "format"))
    var format = ListingFormat.text
    @OptionGroup var storing: StoreOptions
    @OptionGroup var outputs: OutputOptions

    func run() throws {
        let store = try storing.open(creates: false), output = try Output(path: outputs.output), catalog = AppCatalog()
        var rows: [[Listing.Cell]] = [], damage: [String] = []
        let kept = try stored { () throws(Store.Failure) in try store.summaries(of: cohort) }
        let byID = Dictionary(kept.map { ($0.id, $0) }) { first, _ in first }
        try stored { () throws(Store.Failure) in
            try store.forEachCapture(of: cohort) { capture in
                let profile = capture.profile, row = byID[profile.id], known = catalog.identity(forAlias: capture.app.id)
                rows.append([
                    .text(capture.app.id), Listing.Cell(capture.app.owner ?? known?.owner), .text(profile.id), Listing.Cell(capture.name),
                    Listing.Cell(capture.version), Listing.Cell(capture.platform), Listing.Cell(capture.system), Listing.Cell(capture.region),
                    Listing.Cell(UInt64(exactly: row?.recorded ?? 0).flatMap(CivilDay.text(secondsSince1970:))),
                    .number(profile.seconds[.foreground] ?? 0), .number(profile.seconds[.background] ?? 0), .number(profile.seconds[.idle] ?? 0),
                    .integer(profile.destinations.count), .integer(profile.totals.reduce(0) { $0.addingReportingOverflow($1.up).partialValue }),
                    Listing.Cell(row?.tool),
                ])
            } damage: { damage.append($0) }
        }
        try output.write(
            Listing(
                columns: [
                    .init("app", title: "app"), .init("owner", title: "owner"), .init("capture", title: nil), .init("name", title: "file"),
                    .init("version", title: "version"), .init("platform", title: "platform"), .init("system", title: nil), .init("region", title: "region"),
                    .init("recorded", title: "recorded"), .init("foreground_seconds", title: "foreground s"),
                    .init("background_seconds", title: "background s"), .init("idle_seconds", title: "idle s"),
                    .init("destinations", title: "destinations"), .init("payload_up", title: "up"), .init("tool", title: nil),
                ], rows: rows),
            format, outputs)
        Talk.problems(damage)
        if !damage.isEmpty { throw CommandFailure(.badData) }
    }
}

struct BaselineRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take captures out of a cohort, or remove the cohort.",
        discussion: """
            Without --app and --capture the whole cohort goes. Captures that no cohort has any more are deleted.
            Example: trafficscope baseline remove video-apps --app com.example.app
            """)

    @Argument(help: ArgumentHelp("Name of the cohort.", valueName: "cohort"))
    var cohort: String
    @Option(help: ArgumentHelp("Only captures of this app.", valueName: "id"))
    var app: String?
    @Option(help: ArgumentHelp("Only the capture whose id begins so.", valueName: "id"))
    var capture: String?
    @Flag(name: .shortAndLong, help: "No notes on standard error; errors are still told.")
    var quiet = false
    @OptionGroup var storing: StoreOptions

    func validate() throws {
        if let capture, capture.utf8.count < 6 { throw ValidationError("--capture takes at least 6 digits of the id.") }
    }

    func run() throws {
        let store = try storing.open(creates: false)
        let removed = try stored { () throws(Store.Failure) in try store.remove(from: cohort, app: app, capture: capture) }
        guard removed > 0 || (app == nil && capture == nil) else { throw CommandFailure(.noInput, "\(cohort): no such capture in it") }
        Talk.note("\(cohort): \(removed) captures taken out", quiet: quiet)
    }
}

struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "The store of captures' profiles.", subcommands: [StorePurge.self])
}

struct StorePurge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge", abstract: "Delete captures that were added long ago, from every cohort and from the disk.",
        discussion: "Example: trafficscope store purge --older-than 90d --dry-run")

    @Option(help: ArgumentHelp("Age: a number of days (90d), hours (12h) or weeks (8w).", valueName: "age"))
    var olderThan: String
    @Flag(help: "Go by when captures were recorded, not by when they were added.")
    var recorded = false
    @Flag(help: "Only say how many there are.")
    var dryRun = false
    @Flag(name: .shortAndLong, help: "No notes on standard error; errors are still told.")
    var quiet = false
    @OptionGroup var storing: StoreOptions

    /// Seconds.
    private var age: Int? {
        guard let unit = olderThan.last, let count = Int(olderThan.dropLast()), count >= 0, count <= 1_000_000 else { return nil }
        switch unit {
        case "h": return count * 3600
        case "d": return count * 86_400
        case "w": return count * 7 * 86_400
        default: return nil
        }
    }

    func validate() throws {
        guard age != nil else { throw ValidationError("--older-than \(olderThan): a number with h, d or w, such as 90d.") }
    }

    func run() throws {
        let store = try storing.open(creates: false), limit = WallClock.secondsSince1970 - (age ?? 0)
        let count = try stored { () throws(Store.Failure) in
            try store.purge(addedBefore: recorded ? nil : limit, recordedBefore: recorded ? limit : nil, onlyCounts: dryRun)
        }
        Talk.note("\(count) captures " + (dryRun ? "would be deleted" : "deleted"), quiet: quiet)
    }
}
