import ArgumentParser
import TrafficCore
import TrafficReport
import TrafficStore

struct Live: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Capture a phone's traffic on an interface, watch it, and record it.",
        discussion: """
            The terminal shows rates, losses, apps, the newest destinations and, with --baseline, the metrics as they move. Keys note \
            what the person with the phone does: f foreground, b background, k key press, c copy, m a note. Where standard output is \
            no terminal, events come as one JSON object a line (docs/live.md). Ctrl-C ends it with a whole file and a summary.
            Capturing needs the right CAP_NET_RAW (netfilter's log: CAP_NET_ADMIN); all others are given up.
            Example: trafficscope live -i wlan0 -w run1.pcapng --duration 10m
            """)

    @Option(name: .shortAndLong, help: ArgumentHelp("Interface: wlan0, any, nflog:100; or tcp://host:port, tcp-listen://:port for a program that sends a capture.", valueName: "interface"))
    var interface: String

    @Option(name: .shortAndLong, help: ArgumentHelp("Record here, as pcapng.", valueName: "file"))
    var write: String?

    @Option(help: ArgumentHelp("Begin another file after so many octets (100MB, 1GB): NAME_00001_TIME.pcapng, NAME_00002_…", valueName: "size"), transform: LiveQuantity.octets)
    var rotate: Int64?

    @Option(help: ArgumentHelp("With --rotate: only the last n files stay.", valueName: "n"))
    var keep: Int?

    @Option(help: ArgumentHelp("End after this time: 90s, 10m, 2h.", valueName: "time"), transform: LiveQuantity.seconds)
    var duration: Double?

    @Option(help: ArgumentHelp("Compare with this cohort of the store while it is captured (trafficscope baseline list).", valueName: "cohort"))
    var baseline: String?

    @Option(help: ArgumentHelp("Keep the profile in this cohort of the store when it ends. (default: live, where -w is given; else none)", valueName: "cohort"))
    var profile: String?

    @Flag(help: "Keep no profile.")
    var noProfile = false

    enum Format: String, ExpressibleByArgument, CaseIterable { case auto, screen, ndjson }
    @Option(help: ArgumentHelp("screen, ndjson (events), or auto: screen on a terminal, else ndjson.", valueName: "format"))
    var format = Format.auto

    @Flag(help: "Show it in a browser too: a page on this machine alone (127.0.0.1 and ::1), at an address that is told, with buttons for markers.")
    var serve = false

    @Option(help: ArgumentHelp("With --serve: the port. (default: a free one)", valueName: "n"))
    var port: UInt16?

    @Option(help: ArgumentHelp("MiB of the kernel's ring, and of packets that wait for the analysis.", valueName: "mib"))
    var buffer = 64

    @Option(help: ArgumentHelp("Octets of a packet that are kept.", valueName: "n"))
    var snaplen = 262_144

    @Flag(inversion: .prefixedNo, help: "Take packets of other machines too, where the network brings them.")
    var promiscuous = true

    @Option(help: ArgumentHelp("First seconds of each stretch of background and idle that count in no phase. (default: 0)", valueName: "seconds"))
    var settle: Double?

    @Flag(help: "Show identifiers instead of redacting them.")
    var reveal = false

    @OptionGroup var storing: StoreOptions
    @OptionGroup var packets: PacketSelection
    @OptionGroup var apps: AppOptions
    @OptionGroup var outputs: OutputOptions

    func validate() throws {
        guard !interface.isEmpty, interface.utf8.count <= 255 else { throw ValidationError("-i takes the name of an interface.") }
        guard write != "-" else { throw ValidationError("-w takes a file: standard output is for what is seen.") }
        guard write != nil || (rotate == nil && keep == nil) else { throw ValidationError("--rotate and --keep are about the files of -w.") }
        guard keep == nil || rotate != nil else { throw ValidationError("--keep is about the files of --rotate.") }
        if let rotate { guard rotate >= 1 << 16 else { throw ValidationError("--rotate takes at least 64kib (65536 octets).") } }
        if let keep { guard keep >= 1, keep <= 100_000 else { throw ValidationError("--keep takes 1 to 100000.") } }
        guard buffer >= 1, buffer <= 1024 else { throw ValidationError("--buffer takes 1 to 1024 (MiB).") }
        guard snaplen >= 96, snaplen <= 262_144 else { throw ValidationError("--snaplen takes 96 to 262144 octets.") }
        if let settle { guard settle >= 0, settle <= 86_400 else { throw ValidationError("--settle takes 0 to 86400 seconds.") } }
        guard serve || port == nil else { throw ValidationError("--port is about the page of --serve.") }
        guard port != 0 else { throw ValidationError("--port takes 1 to 65535.") }
        guard !noProfile || profile == nil else { throw ValidationError("--profile and --no-profile contradict each other.") }
        if let profile { guard !profile.isEmpty, profile.utf8.count <= 200 else { throw ValidationError("A cohort's name has 1 to 200 octets.") } }
    }

    func run() throws {
        SystemCalls.useLargePages()
        SystemCalls.catchInterrupts(hangUp: true)
        let output = try Output(path: outputs.output)
        if let write, let path = outputs.output, SystemCalls.isSameFile(write, path) {
            throw CommandFailure(.usage, "-w and --output are the same file, \(write): one would destroy the other")
        }
        let hasTerminal = outputs.output == nil && output.isTerminal && SystemCalls.isTerminal(0)
        guard format != .screen || hasTerminal else {
            throw CommandFailure(.usage, "--format screen: standard input and output are no terminal; --format ndjson gives events")
        }
        let isScreen = format == .screen || (format == .auto && hasTerminal)
        let (analysis, status) = try makeAnalysis()
        // What is not there would be missed all the time.
        guard status == .done || status == .badData else { throw CommandFailure(status) }
        let comparison = try makeComparison(analysis)
        // A store that cannot be written is told now, not after an hour.
        let cohort = noProfile ? nil : profile ?? (write == nil ? nil : "live")
        let store = try cohort.map { _ in try storing.open(creates: true) }
        let source = LiveSource(settings), session = LiveSession(source)
        do throws(CaptureError) {
            try source.start {
                guard let problem = CapturePrivileges.keepOnly(for: settings.isConnection ? nil : interface) else { return }
                Talk.note("the rights that capturing does not need could not be given up: \(problem)", quiet: packets.quiet)
            }
        } catch { throw CommandFailure(error) }
        let watch = LiveWatch(
            session: session,
            setting: LiveReport.Setting(interface: interface, filter: packets.filter, cohort: baseline, start: LiveSession.now, reveal: reveal),
            comparison: comparison, output: output, duration: duration, isQuiet: packets.quiet)
        let page = serve ? try LiveService(session: session, setting: watch.setting, comparison: comparison, port: port ?? 0, said: watch.words) : nil
        if let page { watch.tellPage(page.address) }
        watch.start(analysis, sendsRows: !isScreen)
        // Where nobody reads any more, it is still recorded to its end, and its profile kept.
        var refusal: CommandFailure?
        do throws(CommandFailure) {
            if isScreen { try watch.showScreen(color: outputs.usesColor(output)) } else { try watch.sendEvents() }
        } catch { refusal = error }
        let result = try watch.finish()
        page?.stop()
        try keepProfile(of: result, in: cohort, store)
        let ending = LiveEnding(result: result, setting: watch.setting, comparison: comparison, leftOut: watch.rowsLeftOut)
        do throws(CommandFailure) {
            if refusal == nil, isScreen {
                try output.write(Array(ending.summary(packets: packets, apps: apps, width: output.width ?? 100, color: outputs.usesColor(output)).utf8))
            } else if refusal == nil {
                try output.write(ending.event())
            }
        } catch { refusal = error }
        if let problem = result.problem { throw CommandFailure(problem) }
        if let refusal { throw refusal }
        if let damage = result.reading.overview.damage { throw CommandFailure(.badData, damage) }
        throw CommandFailure(status)
    }

    private var settings: LiveSettings {
        var settings = LiveSettings(interface: interface)
        settings.filter = packets.filter
        (settings.ring, settings.queue) = (buffer << 20, buffer << 20)
        (settings.snapLength, settings.isPromiscuous) = (snaplen, promiscuous)
        return settings
    }

    private func makeAnalysis() throws -> (LiveAnalysis, ExitStatus) {
        let catalog = AppCatalog()
        let (evidence, status) = try apps.evidence(packets)
        // The app is told as for the file that is written.
        let files = write.map { [CapturePath(path: $0, given: $0)] } ?? []
        var capture = LabelledCapture(files, app: apps.identity(catalog), catalog: catalog)
        capture.settle = settle ?? 0
        var analysis = LiveAnalysis(capture, catalogue: .standard(), geography: Geography.standard())
        analysis.evidence = evidence
        analysis.options = packets.inspection
        analysis.options.filter = nil       // the source applies it
        analysis.recording = write.map { RecordingPlan(path: $0, rotate: rotate, keep: keep) }
        analysis.program = "trafficscope \(Trafficscope.version)"
        return (analysis, status)
    }

    private func makeComparison(_ analysis: LiveAnalysis) throws -> LiveComparison? {
        guard let baseline else { return nil }
        return try LiveComparison(
            baseline, store: try storing.open(creates: false), app: analysis.capture.app ?? AppIdentity(id: interface), catalogue: analysis.catalogue)
    }

    private func keepProfile(of result: LiveSession.Result, in cohort: String?, _ store: Store?) throws {
        guard let cohort, let store else { return }
        switch result.reading.outcome {
        case .setAside(_, let wording): Talk.note("no profile is kept. \(wording)", quiet: packets.quiet)
        case .observed(let profile):
            let app = result.reading.capture.app ?? AppIdentity(id: interface)
            var kept = ProfiledCapture(profile, app: apps.appOwner == nil ? AppIdentity(id: app.id) : app)
            // As the recording is named when it is read.
            kept.name = result.files.first.map { $0 + (result.files.count > 1 ? " and \(result.files.count - 1) more" : "") } ?? interface
            let addition = try stored { () throws(Store.Failure) in
                try store.add(kept, to: cohort, now: WallClock.secondsSince1970, tool: Trafficscope.version)
            }
            Talk.note("\(cohort): \(addition.rawValue) as a capture of \(app.id)", quiet: packets.quiet)
        }
    }
}

/// Amounts as options take them.
enum LiveQuantity {
    /// "100MB", "1GB", "65536": octets; units are decimal, with "i" binary.
    static func octets(_ text: String) throws -> Int64 {
        let units: [(String, Int64)] = [("kib", 1 << 10), ("mib", 1 << 20), ("gib", 1 << 30), ("kb", 1000), ("mb", 1_000_000), ("gb", 1_000_000_000), ("k", 1000), ("m", 1_000_000), ("g", 1_000_000_000), ("b", 1), ("", 1)]
        let lower = text.lowercased()
        for (unit, factor) in units where lower.hasSuffix(unit) {
            guard let count = Int64(lower.dropLast(unit.count)), count > 0, count <= 1 << 50 / factor else { continue }
            return count * factor
        }
        throw ValidationError("\(text): a size is a number with kB, MB or GB, such as 100MB.")
    }

    /// "90s", "10m", "2h", "90".
    static func seconds(_ text: String) throws -> Double {
        let units: [(String, Double)] = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400), ("", 1)]
        for (unit, factor) in units where text.hasSuffix(unit) {
            guard let count = Double(text.dropLast(unit.count)), count > 0, count * factor <= 31_536_000 else { continue }
            return count * factor
        }
        throw ValidationError("\(text): a time is a number with s, m or h, such as 10m.")
    }
}
