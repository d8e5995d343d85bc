import TrafficCore
import TrafficReport

/// What a study's folder of results remembers of the last run: whether anything changed since, and profiles of the baseline's captures.
/// Nothing in it enters a result that reading everything again would not give.
struct StudyCache {
    /// A capture of the baseline that was read before.
    struct Known {
        var capture: ProfiledCapture
        /// Its files.
        var inputs: [Provenance.Input]
    }

    private let folder: String
    private let study: StudyFolder
    /// Of all that decides how captures are read, but for themselves.
    private let conditions: String
    private var stateFile: String { folder + "/.state" }
    private var profiles: String { folder + "/.profiles" }

    /// - Parameter words: `StudyOptions.words`.
    init(folder: String, study: StudyFolder, words: [String]) {
        (self.folder, self.study) = (folder, study)
        let lists = Provenances.make(inputs: [], lists: study.lists, options: []).lists
        conditions = ContentDigest.sha256(Array(
            ([Trafficscope.version, SystemCalls.signature(of: "/proc/self/exe") ?? "", String(ProfileCodec.version)] + words
                + lists.map { [$0.name, $0.date ?? "", $0.sha256 ?? ""].joined(separator: " ") }).joined(separator: "\n").utf8))
    }

    // MARK: Nothing changed

    /// Digest of the study, its options, and name, size and time of every file.
    private var state: String {
        var lines = [conditions] + study.inputs.map { $0.path + " " + $0.sha256 }
        for capture in study.study.captures {
            for file in capture.files { lines.append(file + " " + (SystemCalls.signature(of: Study.path(file, below: study.folder)) ?? "none")) }
        }
        return ContentDigest.sha256(Array(lines.joined(separator: "\n").utf8))
    }

    /// verdicts.txt, where all is as the last run left it.
    var unchangedVerdicts: [UInt8]? {
        func read(_ name: String) -> [UInt8]? {
            SystemCalls.exists(name) ? try? SystemCalls.readFile(name, limit: 1 << 30) : nil
        }
        guard let known = read(stateFile), known == Array(state.utf8), let octets = read(folder + "/" + StudyManifest.fileName),
            let manifest = try? StudyManifest(octets, name: StudyManifest.fileName)
        else { return nil }
        for file in manifest.outputs {
            guard let there = read(folder + "/" + file.path), ContentDigest.sha256(there) == file.sha256 else { return nil }
        }
        return read(folder + "/verdicts.txt")
    }

    func remember() throws(CommandFailure) { try Output(path: stateFile).write(Array(state.utf8)) }

    func forget() { SystemCalls.remove(stateFile) }

    // MARK: Profiles

    private func file(of capture: LabelledCapture) -> String? {
        var lines = [conditions]
        for file in capture.files {
            guard let signature = SystemCalls.signature(of: file.path) else { return nil }
            lines.append(file.path + " " + signature)
        }
        let app = capture.app ?? AppIdentity(id: "")
        lines += [app.id, app.owner ?? "", app.ownerParent ?? "", app.kind] + app.ownDomains
        lines += capture.timeline.intervals.map { "\($0.phase) \($0.start ?? .min) \($0.end ?? .max)" } + capture.timeline.marked.map { "\($0.time) \($0.kind)" }
        lines += [String(capture.settle), capture.marking.map { String(describing: $0) } ?? ""]
        lines += capture.exposure.map { "\($0.key) \($0.value)" }.sorted() + capture.phones.map { String(describing: $0) }
        return profiles + "/" + ContentDigest.sha256(Array(lines.joined(separator: "\n").utf8)).prefix(32)
    }

    /// The capture, where it was read before under the same conditions.
    func known(_ capture: LabelledCapture) -> Known? {
        guard let app = capture.app, let path = file(of: capture), SystemCalls.exists(path), let octets = try? SystemCalls.readFile(path, limit: 1 << 30),
            let end = octets.firstIndex(of: 0)
        else { return nil }
        let lines = String(decoding: octets[..<end], as: UTF8.self).split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        guard let profile = try? ProfileCodec.decode(Array(octets[(end + 1)...])), lines.allSatisfy({ $0.count == 2 }) else { return nil }
        var known = ProfiledCapture(profile, app: app)
        known.name = lines.first?[1]
        return Known(capture: known, inputs: lines.map { Provenance.Input(path: $0[1], sha256: $0[0], role: "baseline") })
    }

    /// Keeps what a capture gave; one that was set aside, or whose name has a control character, is read again each time.
    func keep(_ reading: CaptureReading) {
        guard case .observed(let profile) = reading.outcome, reading.parts.allSatisfy({ $0.damage == nil }), let path = file(of: reading.capture),
            reading.parts.allSatisfy({ $0.identity.name.utf8.allSatisfy { $0 >= 0x20 } })
        else { return }
        let head = reading.parts.map { $0.fileSHA256 + "\t" + $0.identity.name + "\n" }.joined()
        guard (try? SystemCalls.createFolder(profiles)) != nil, let output = try? Output(path: path + ".new") else { return }
        guard (try? output.write(Array(head.utf8) + [0] + ProfileCodec.encode(profile))) != nil else { return }
        SystemCalls.rename(path + ".new", path)
    }
}
