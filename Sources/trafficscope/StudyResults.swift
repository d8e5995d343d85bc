import TrafficCore
import TrafficReport

/// Everything that a run of a study writes, made in memory.
struct StudyResults {
    struct File {
        var name: String
        var octets: [UInt8]
    }
    private(set) var files: [File] = []
    /// One paragraph a subject.
    private(set) var verdicts: [UInt8] = []
    let manifest: StudyManifest
    let status: ExitStatus

    /// - Parameter cache: nil: every capture is read.
    init(_ folder: StudyFolder, options: StudyOptions, cache: StudyCache?) throws {
        var run = try ComparisonRun(folder, subjects: folder.study.subjects, reading: options.reading, cache: cache)
        run.command = ["trafficscope", "study", "run", "."] + options.words
        run.attribution = options.clocks.described
        run.claims = try ClaimList.all([])
        run.options.ask = options.ask ?? folder.study.ask
        run.options.seed = options.seed ?? folder.study.seed ?? run.options.seed
        var said = "", names: Set<String> = [], manifest = run.manifest(name: folder.study.name, words: options.words, reading: options.reading)
        for subject in run.subjectIDs {
            let report = try run.report(of: subject, reading: options.reading, reveal: options.reveal)
            let page = try run.inspection(of: subject, reading: options.reading, reveal: options.reveal)
            var name = Self.fileName(subject)
            while !names.insert(name).inserted { name += "_" }      // two ids may differ in what a file's name cannot have
            files += [
                File(name: name + ".comparison.html", octets: report.html()), File(name: name + ".comparison.json", octets: report.json()),
                File(name: name + ".inspection.html", octets: page.html()), File(name: name + ".inspection.json", octets: page.json()),
            ]
            said += report.verdictLines(width: 100) + "  \(name).comparison.html and .json, .inspection.html and .json\n\n"
        }
        verdicts = Array(said.utf8)
        files.append(File(name: "verdicts.txt", octets: verdicts))
        manifest.outputs = files.map { StudyManifest.File(path: $0.name, role: "", sha256: ContentDigest.sha256($0.octets)) }
        files.append(File(name: StudyManifest.fileName, octets: manifest.json()))
        self.manifest = manifest
        status = run.status
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
