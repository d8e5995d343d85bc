import Testing

@testable import TrafficCore

@Suite struct StudyFileTests {
    static let whole = """
        name: test
        subject: example.a
        baseline: [example.b, example.c]
        ask: background_bytes_up_per_min
        seed: 7
        settle: 2.5
        marker_zone: "+02:00"
        lists: list.tsv
        apps:
          - id: example.a
            label: A
            owner: A Works
            kind: video
            domains: [A.example.]
          - {id: example.b, owner: B, owner_parent: B Group}
        devices:
          - {id: p1, platform: android, os: "14", addresses: [10.0.0.2, "fd00::2"], macs: ["02:00:5e:10:00:02"], clock_offset: 1.5, clock_uncertainty: 0.2}
        captures:
          - {app: example.a, version: 1.0, device: p1, files: [a/run1.pcapng.gz], markers: a/run1.ndjson}
          - {app: example.b, file: b.pcap, phases: background, exposure: 90}
          - app: example.c
            files: [c1.pcap, /abs/c2.pcap]
            phases:
              - {phase: foreground, from: 1594389802, to: "2020-07-10T14:04:22Z"}
              - {phase: idle, from: "2020-07-10T14:04:22Z"}
        """

    private static func read(_ text: String) throws(StudyError) -> Study { try StudyFile.read(Array(text.utf8), name: "study.yaml") }

    @Test("an app's own domains are names of somebody, in any script") func ownDomains() throws {
        func domains(_ text: String) throws(StudyError) -> [String]? {
            try Self.read(Self.whole.replacing("[A.example.]", with: "[\"\(text)\"]")).apps.first?.ownDomains
        }
        #expect(try domains("Bücher.example.") == ["xn--bcher-kva.example"] && domains("googleapis.com") == ["googleapis.com"])
        for text in ["com", "co.uk", "example", "s3.amazonaws.com", "github.io", "a b", "192.0.2.1"] {
            #expect(throws: StudyError.self, "\(text)") { try domains(text) }
        }
    }

    @Test("all that DESIGN.md names")
    func reads() throws {
        let study = try Self.read(Self.whole)
        #expect(study.subjects == ["example.a"] && study.baseline == ["example.b", "example.c"] && study.seed == 7)
        #expect(study.ask == "background_bytes_up_per_min" && study.lists == ["list.tsv"] && study.notes.isEmpty)
        #expect(study.app("example.a") == AppIdentity(id: "example.a", owner: "A Works", kind: "video", ownDomains: ["a.example"]))
        #expect(study.app("example.b").group == "B Group")
        #expect(study.devices[0].addresses.count == 3 && study.devices[0].clock == ClockOffset(seconds: 1.5, uncertainty: 0.2, source: .study))
        #expect(study.settle == 2.5 && study.markerZone == 7200)
        #expect(study.captures.map(\.line) == [19, 20, 21])
        #expect(study.captures[1].phases == [.init(phase: .background, start: nil, end: nil)] && study.captures[1].exposure == [.foreground: 90])
        #expect(study.captures[2].phases.map(\.end) == [1_594_389_862_000_000_000, nil])
    }

    @Test("captures with app, phone, phases and paths below the study's folder")
    func captures() throws {
        let study = try Self.read(Self.whole)
        let markers = MarkerReading(.ndjson, name: "m", markers: [
            Marker(time: 2_500_000_000, event: "foreground"), Marker(time: 62_500_000_000, event: "background", app: "A"),
        ])
        let captures = try study.captures(of: ["example.a", "example.c"], below: "dir", markers: ["a/run1.ndjson": markers])
        #expect(captures.map { $0.files.map(\.path) } == [["dir/a/run1.pcapng.gz"], ["dir/c1.pcap", "/abs/c2.pcap"]])
        #expect(captures[0].source == .study && captures[0].phones.count == 3)
        #expect(captures[0].timeline.intervals.map(\.start) == [1_000_000_000, 63_500_000_000], "the clock of the phone is 1.5 s ahead; the background settles for 2.5 s")
        #expect(captures[1].timeline.intervals.count == 2)
    }

    @Test("what is wrong names its line", arguments: [
        ("subject: a\n", "study.yaml:1: captures is missing"), ("captures: [{app: a, file: x}]\n", "study.yaml:1: subject is missing"),
        ("subject: b\ncaptures: [{app: a, file: x}]\n", "study.yaml:1: subject: b has no capture"),
        ("subject: a\nask: nonsense\ncaptures: [{app: a, file: x}]\n", "study.yaml:2: ask: nonsense is no metric"),
        ("subject: a\nask: [crash_bytes_up_per_min, x]\ncaptures: [{app: a, file: x}]\n", "study.yaml:2: ask: one metric"),
        ("subject: a\ncaptures:\n  - {app: a, file: x, phases: nope}\n", "study.yaml:3: captures[0].phases: nope is no phase"),
        ("subject: a\ncaptures:\n  - {app: a, file: x, device: d}\n", "study.yaml:3: captures[0].device: d is not among the devices"),
        ("subject: a\ncaptures:\n  - {app: a, file: x, markers: m, phases: idle}\n", "study.yaml:3: captures[0]: markers or phases"),
        ("subject: a\ncaptures:\n  - {app: a}\n", "study.yaml:3: captures[0]: a capture needs files"),
        ("subject: a\nmarker_zone: Berlin\ncaptures: [{app: a, file: x}]\n", "study.yaml:2: marker_zone: should be a zone such as"),
        ("subject: a\nsettle: -1\ncaptures: [{app: a, file: x}]\n", "study.yaml:2: settle: should be seconds"),
        ("subject: a\ndevices:\n  - {id: d, clock_uncertainty: 1}\ncaptures: [{app: a, file: x}]\n", "study.yaml:3: devices[0].clock_uncertainty: goes with clock_offset"),
        ("subject: a\nsubject: b\n", "study.yaml"), ("a: [1, 2\n", "study.yaml:"), ("", "study.yaml: the file is empty"), ("- a\n", "study.yaml:1: should be a mapping"),
        ("subject: a\nbaseline: [a]\ncaptures: [{app: a, file: x}]\n", "study.yaml:2: baseline: a is a subject"),
        ("subject: a\ncaptures:\n  - {app: a, file: x, phases: [{phase: idle, from: 2020-07-10T14:03:22}]}\n", "study.yaml:3: captures[0].phases[0].from: \"2020-07-10T14:03:22\" is no time with a zone"),
    ]) func refuses(_ text: String, _ beginning: String) {
        do throws(StudyError) {
            _ = try Self.read(text)
            Issue.record("it was taken")
        } catch { #expect(error.description.hasPrefix(beginning), "\(error.description)") }
    }

    @Test("a slip of the pen is told, and stops nothing")
    func notes() throws {
        let study = try Self.read("subject: a\ncaptures:\n  - {app: a, file: x, marker: y}\npolicy: p\n")
        #expect(study.notes.count == 2)
        #expect(study.notes[0].hasPrefix("study.yaml:3: marker is not known here"))
    }

    @Test("aliases that multiply, and depth without end, cost nothing")
    func bombs() {
        var bomb = "x0: &x0 [a,a,a,a,a,a,a,a,a,a]\n"
        for level in 1..<12 { bomb += "x\(level): &x\(level) [" + Array(repeating: "*x\(level - 1)", count: 10).joined(separator: ",") + "]\n" }
        for text in [bomb + "subject: a\ncaptures: *x11\n", "a: " + String(repeating: "[", count: 100_000), String(repeating: "a: &a\n ", count: 5000)] {
            #expect(throws: StudyError.self) { try Self.read(text) }
        }
    }

    @Test("no text traps", arguments: 0..<300) func survives(seed: UInt64) {
        var random = SplitMix64(state: seed)
        var octets = Array(Self.whole.utf8)
        for _ in 0..<8 { octets[Int(random.next() % UInt64(octets.count))] = UInt8(truncatingIfNeeded: random.next() % 128) }
        _ = try? StudyFile.read(octets, name: "x")
        _ = try? StudyFile.read(Array(octets.prefix(Int(random.next() % UInt64(octets.count)))), name: "x")
    }
}
