import ArgumentParser
import TrafficCore
import TrafficReport

struct StudyInit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Begin a study: write a study.yaml with comments, and put the captures in that lie there.",
        discussion: """
            Captures below the folder are listed by app, as their folders or names tell it; markers beside them are named. What is to be
            filled in by hand is marked. An existing study.yaml is never overwritten.
            Example: trafficscope study init studies/video --subject com.example.video
            """)

    @Argument(help: ArgumentHelp("The study's folder, made when it is not there.", valueName: "dir"))
    var study: String

    @Option(help: ArgumentHelp("The app that is asked about, by id.", valueName: "id"))
    var subject: String?

    func run() throws {
        let file = Study.path("study.yaml", below: study)
        guard !SystemCalls.exists(file) else { throw CommandFailure(.inputOutput, "\(file): it is there already; nothing was changed") }
        try SystemCalls.createFolder(study)
        let catalog = AppCatalog()
        var found: [LabelledCapture] = []
        do throws(CaptureError) {
            found = CaptureRing.captures(try CaptureDiscovery.captures(under: study), joins: false)
                .map { LabelledCapture($0, app: nil, catalog: catalog) }
        } catch where error.kind == .noInput {
            // A folder without captures yet.
        } catch { throw CommandFailure(error) }
        let text = StudyTemplate(folder: study, captures: found, subject: subject, catalog: catalog).text
        try Output(path: file).write(Array(text.utf8))
        Talk.error("\(file): written, with \(found.count) captures; fill in what is marked, then: trafficscope study run \(study)")
    }
}

/// The first study.yaml of a folder.
struct StudyTemplate {
    let text: String

    init(folder: String, captures: [LabelledCapture], subject: String?, catalog: AppCatalog) {
        var ids: [String] = []
        for capture in captures { if let id = capture.app?.id, !ids.contains(id) { ids.append(id) } }
        let asked = subject ?? ids.first ?? "com.example.app"
        let peers = ids.filter { $0 != asked }
        var lines = [
            "# A study: which app is asked about, against which peers, on what captures. docs/study.md describes every key.",
            "name: \(Self.quoted(folder.split(separator: "/").last.map(String.init) ?? "study"))", "",
            "# The app in question; subjects: [ … ] for several." + (subject == nil ? "   (fill in)" : ""),
            "subject: \(Self.quoted(asked))", "",
            "# Peers of the same kind (use, reach, region, time), chosen before the subject is looked at. At least 5 owners to say",
            "# \"within\", 19 to say \"above\". Without this line every other app of the captures is one.",
            (peers.isEmpty ? "# baseline: [org.peer.one, org.peer.two]" : "baseline: [\(peers.map(Self.quoted).joined(separator: ", "))]"), "",
            "# One metric named before anybody looks at the captures is the strongest question; trafficscope metrics lists them.",
            "# ask: background_bytes_up_per_min", "", "seed: \(ComparisonOptions().seed)", "", "apps:",
        ]
        for id in [asked] + peers {
            let known = catalog.identity(forAlias: id)
            lines.append("  - id: \(Self.quoted(id))")
            if let owner = known?.owner {
                lines.append("    owner: \(Self.quoted(owner))")
                if let parent = known?.ownerParent, parent != owner { lines.append("    owner_parent: \(Self.quoted(parent))") }
            } else {
                lines.append("    # owner: (fill in) Apps of one owner count as one peer; without an owner the app is a group of its own.")
            }
            lines.append("    # domains: [example.com]      # names that the maker runs: first party")
        }
        lines += [
            "", "devices:", "  - id: phone-1", "    platform: android", "    # os: \"14\"", "    # region: EU",
            "    # addresses: [10.0.0.2]        # the phone in the captures; without it: found by who opens the connections",
            "    # clock_offset: 0               # seconds by which the phone's clock is ahead of the captures'", "", "captures:",
        ]
        for capture in captures {
            let files = capture.files.map { Self.quoted(Self.relative($0.path, folder)) }
            lines.append("  - app: \(Self.quoted(capture.app?.id ?? "(fill in)"))")
            lines.append("    device: phone-1")
            lines.append("    files: [\(files.joined(separator: ", "))]")
            if let markers = capture.files.first.flatMap({ CaptureList.markersBeside($0.path).first { SystemCalls.exists($0) } }) {
                lines.append("    markers: \(Self.quoted(Self.relative(markers, folder)))")
            } else {
                lines.append("    # markers: run1.markers.ndjson # what was done when; without it all is foreground, and clause B stays open")
            }
        }
        if captures.isEmpty {
            lines += ["  - app: \(Self.quoted(asked))", "    device: phone-1", "    files: [app/run1.pcapng]   # (fill in)", "    # markers: app/run1.markers.ndjson"]
        }
        text = lines.joined(separator: "\n") + "\n"
    }

    private static func relative(_ path: String, _ folder: String) -> String {
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
    }

    /// A YAML double-quoted scalar where the text is not plain.
    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) || $0 == 0x2e || $0 == 0x2f || $0 == 0x5f || $0 == 0x2d }
            && text.utf8.first.map { (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) } ?? false
            && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
        guard !isPlain else { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\" + String(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0x7f: quoted += "\\x" + String(scalar.value >> 4, radix: 16) + String(scalar.value & 15, radix: 16)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
