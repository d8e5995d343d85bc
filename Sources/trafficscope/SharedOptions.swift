import ArgumentParser
import TrafficCore
import TrafficReport

/// When to do a thing that only a person at a terminal wants.
enum When: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

/// What of a capture is looked at, and by what limits: options of every sub-command that takes packets.
struct PacketSelection: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("Only packets that this BPF expression accepts (pcap-filter(7)).", valueName: "bpf"))
    var filter: String?

    @Option(help: ArgumentHelp("The phone under test, by IP or MAC address; repeatable. auto: the device that opens 90 % of the TLS, QUIC and HTTP flows. (default: auto)", valueName: "ip|mac|auto"))
    var phone: [String] = []

    @Option(help: ArgumentHelp("Open flows held at once; beyond it the ones nearest to their end are closed and counted.", valueName: "n"))
    var maxFlows = FlowLimits().flows

    @Option(help: ArgumentHelp("MiB of out-of-order and unfinished stream data held at once.", valueName: "mib"))
    var maxReassembly = FlowLimits().reassembly >> 20

    @Flag(help: "Verify TCP and UDP checksums; inspect tells how many are wrong. Those that a network card was still to fill in are no fault.")
    var checksums = false

    @Flag(name: .shortAndLong, help: "No notes on standard error; errors are still told.")
    var quiet = false

    func validate() throws {
        guard maxFlows >= 16, maxFlows <= 1 << 26 else { throw ValidationError("--max-flows takes 16 to 67108864.") }
        guard maxReassembly >= 1, maxReassembly <= 1 << 16 else { throw ValidationError("--max-reassembly takes 1 to 65536 (MiB).") }
        for text in phone where text != "auto" && PhoneAddress(text) == nil {
            throw ValidationError("--phone \(text): neither an IP address, a MAC address (02:00:5e:10:00:01) nor auto.")
        }
    }

    var inspection: InspectionOptions {
        var options = InspectionOptions()
        options.filter = filter
        options.phones = phone.compactMap { PhoneAddress($0) }
        options.verifiesChecksums = checksums
        options.limits.flows = maxFlows
        options.limits.reassembly = maxReassembly << 20
        return options
    }

    /// For the report: what changes the result.
    var described: [Provenance.Option] {
        [
            Provenance.Option("filter", filter ?? "none"), Provenance.Option("phone", phone.isEmpty ? "auto" : phone.joined(separator: " ")),
            Provenance.Option("max flows", String(maxFlows)), Provenance.Option("max reassembly", "\(maxReassembly) MiB"),
        ]
    }
}

/// Options of every sub-command that reads captures.
struct ReadingOptions: ParsableArguments {
    @OptionGroup var packets: PacketSelection

    @Option(help: ArgumentHelp("Captures that inspect and compare read at the same time; flows reads one after the other. Output does not depend on it.", valueName: "n"))
    var threads = 1

    @Flag(help: "Files of one folder, and files given by themselves, are one capture, joined in order of time. (The files of a dumpcap ring always are.)")
    var join = false

    @Flag(help: "Wait at the end of a file that is being written, until Ctrl-C.")
    var follow = false

    @Option(help: ArgumentHelp("Progress on standard error for work over 2 s: auto (on a terminal), always, never.", valueName: "when"))
    var progress = When.auto

    func validate() throws {
        guard threads >= 1, threads <= 256 else { throw ValidationError("--threads takes 1 to 256.") }
        guard !(join && follow) else { throw ValidationError("--follow reads one file; --join joins several.") }
    }

    var filter: String? { packets.filter }
    var quiet: Bool { packets.quiet }
    var described: [Provenance.Option] { packets.described }

    var inspection: InspectionOptions {
        var options = packets.inspection
        options.follows = follow
        return options
    }
}

/// What the person with the phone noted (DESIGN.md §6, markers).
struct MarkerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("What was done when: NDJSON {\"t\": …, \"event\": \"background\"}, CSV with a header, adb logcat or dumpsys usagestats; repeatable. (default: NAME.markers.ndjson or .csv beside a capture NAME.pcapng, else markers in its packets' comments)", valueName: "file"))
    var markers: [String] = []

    @OptionGroup var clocks: MarkerClockOptions
}

/// How markers stand to captures (docs/study.md).
struct MarkerClockOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Zone of marker times that have none: +02:00, UTC.", valueName: "zone"), transform: MarkerClockOptions.zone)
    var markerZone: Int?

    @Option(parsing: .unconditional, help: ArgumentHelp("Seconds by which the markers' clock is ahead of the captures', and their uncertainty: 0.35±0.05 or 0.35+-0.05. A study's own clock_offset goes before. (default: from sync markers or the phone's NTP requests, else 0)", valueName: "seconds"), transform: MarkerClockOptions.clock)
    var clockOffset: ClockOffset?

    @Option(help: ArgumentHelp("First seconds of each stretch of background and idle that count in no phase: the tail of use. (default: the study's, else 0)", valueName: "seconds"))
    var settle: Double?

    func validate() throws {
        if let settle { guard settle >= 0, settle <= 86_400 else { throw ValidationError("--settle takes 0 to 86400 seconds.") } }
    }

    private static func zone(_ text: String) throws -> Int {
        guard let zone = EpochTime.zone(text) else { throw ValidationError("--marker-zone \(text): a zone is +02:00, -0530 or UTC; names of places change their zone in the year.") }
        return zone
    }

    private static func clock(_ text: String) throws -> ClockOffset {
        guard let offset = ClockOffset(text) else { throw ValidationError("--clock-offset \(text): seconds, such as 0.35, -2 or 0.35±0.05.") }
        return offset
    }

    /// For the report: what changes the result.
    var described: [Provenance.Option] {
        var options: [Provenance.Option] = []
        if let markerZone { options.append(Provenance.Option("marker zone", EpochTime.zoneText(markerZone))) }
        if let clockOffset { options.append(Provenance.Option("clock offset", clockOffset.uncertainty.map { "\(clockOffset.seconds)±\($0)" } ?? "\(clockOffset.seconds)")) }
        if let settle { options.append(Provenance.Option("settle", "\(settle)")) }
        return options
    }
}

/// Which app a capture is of (DESIGN.md §5).
struct AppOptions: ParsableArguments {
    @Option(help: ArgumentHelp("All captures are of this app: an id or an alias of data/apps.tsv.", valueName: "id"))
    var app: String?

    @Option(help: ArgumentHelp("Owner of the app given by --app.", valueName: "name"))
    var appOwner: String?

    @Option(help: ArgumentHelp("Which connection, user id or address is which app's: PCAPdroid's CSV, Android's packages.list, RustNet's JSONL, or a table with a header (docs/attribution.md); repeatable.", valueName: "file"))
    var appMap: [String] = []

    @Option(help: ArgumentHelp("A capture of the phone while nobody used it: what it asked then counts as its system's; repeatable.", valueName: "capture"))
    var idleCapture: [String] = []

    @Flag(help: "Guess the app of flows that nothing else tells, by user agent, owner, fingerprint and time; guesses are marked and kept apart.")
    var inferApps = false

    func validate() throws {
        guard appOwner == nil || app != nil else { throw ValidationError("--app-owner goes with --app.") }
    }

    /// The app that --app names.
    func identity(_ catalog: AppCatalog) -> AppIdentity? {
        guard let app else { return nil }
        var identity = catalog.identity(orUnknown: app)
        if let appOwner { (identity.owner, identity.ownerParent) = (appOwner, appOwner) }
        return identity
    }

    /// For the report: what changes the result.
    var described: [Provenance.Option] {
        var options: [Provenance.Option] = []
        if !appMap.isEmpty { options.append(Provenance.Option("app map", appMap.joined(separator: " "))) }
        if !idleCapture.isEmpty { options.append(Provenance.Option("idle capture", idleCapture.joined(separator: " "))) }
        if inferApps { options.append(Provenance.Option("apps", "guessed where nothing tells them")) }
        return options
    }

    /// What these options give beside the captures, and the exit code that damaged files ask for.
    func evidence(_ packets: PacketSelection, progress: When = .never) throws(CommandFailure) -> (AttributionEvidence, ExitStatus) {
        var evidence = AttributionEvidence(), status = ExitStatus.done
        evidence.infers = inferApps
        for path in appMap {
            let octets = try SystemCalls.readFile(path, limit: 1 << 28)
            let problems = AppMapFile.read(octets, name: path, into: &evidence.appMap)
            for problem in problems.first { Talk.error(problem.description) }
            if problems.count > problems.first.count { Talk.error("\(path): \(problems.count - problems.first.count) more lines are wrong") }
            if problems.count > 0 { status = .badData }
        }
        if !idleCapture.isEmpty {
            var list = CaptureList(idleCapture, app: nil, catalog: AppCatalog())
            evidence.idleDestinations = try list.destinations(Progress(
                total: CaptureDiscovery.octets(of: list.captures.flatMap(\.files)), isQuiet: packets.quiet, when: progress))
            if status == .done { status = list.status }
        }
        return (evidence, status)
    }
}

struct OutputOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("Write here, readable by you alone, instead of standard output.", valueName: "path"))
    var output: String?

    @Option(help: ArgumentHelp("Colours: auto (on a terminal, unless NO_COLOR is set), always, never.", valueName: "when"))
    var color = When.auto

    func usesColor(_ output: Output) -> Bool {
        switch color {
        case .always: true
        case .never: false
        case .auto: output.isTerminal && (SystemCalls.environment("NO_COLOR") ?? "").isEmpty
        }
    }
}
