import Testing

@testable import TrafficCore

@Suite struct MarkerFileTests {
    private func read(_ text: String) throws -> [Marker] { try MarkerFile.read(Array(text.utf8), name: "m.ndjson").resolved(near: nil).markers }
    private func problem(_ text: String) -> String? {
        do throws(StudyError) { _ = try MarkerFile.read(Array(text.utf8), name: "m.ndjson") } catch { return error.description }
        return nil
    }

    @Test("seconds and RFC 3339, empty lines, further members")
    func reads() throws {
        let markers = try read("""
            {"t": 1594389802.5, "event": "foreground", "app": "a", "device": "d", "note": "n", "more": [1]}

            {"t": "2020-07-10T16:03:23+02:00", "event": "background"}\r
            {"t": 1594389900, "event": "keypress"}
            """)
        #expect(markers == [
            Marker(time: 1_594_389_802_500_000_000, event: "foreground", app: "a", device: "d", note: "n"),
            Marker(time: 1_594_389_803_000_000_000, event: "background"),
            Marker(time: 1_594_389_900_000_000_000, event: "keypress"),
        ])
    }

    @Test("what is wrong names its line", arguments: [
        ("{\"t\": 1, \"event\": \"x\"}\n{\"t\": \"2020-07-10T14:03:22\", \"event\": \"x\"}", "m.ndjson:2: \"2020-07-10T14:03:22\" is no time with a zone"),
        ("\n\nnonsense", "m.ndjson:3: column 1"), ("{\"t\": 1}", "m.ndjson:1: a marker needs \"event\""),
        ("{\"event\": \"x\"}", "m.ndjson:1: a marker needs \"t\""), ("[1]", "m.ndjson:1: a marker is a JSON object"),
        ("{\"t\": 1594389802000, \"event\": \"x\"}", "m.ndjson:1: \"t\" is out of range"),
    ]) func refuses(_ text: String, _ beginning: String) throws {
        let said = try #require(problem(text))
        #expect(said.hasPrefix(beginning))
    }

    @Test("a time without a zone is read in the zone that is given")
    func zone() throws {
        let text = "{\"t\": \"2020-07-10T14:03:22\", \"event\": \"idle\"}"
        #expect(try MarkerFile.read(Array(text.utf8), name: "m", zone: 7200).resolved(near: nil).markers == [Marker(time: 1_594_382_602_000_000_000, event: "idle")])
    }

    // MARK: CSV

    @Test("a table by its header, whatever its separator, order and further columns", arguments: [
        "t,event,app,device,note\n1594389802.123456789,foreground,a,d,\"n, \"\"quoted\"\"\"\n2020-07-10T16:03:23+02:00,background,,,\n",
        "device;time;What;Event;note;app\r\nd;1594389802,123456789;x;foreground;\"n, \"\"quoted\"\"\";a\r\n\r\n;2020-07-10T16:03:23+02:00;;background;;\r\n",
        "\u{feff}timestamp\tevent\tnote\tapp\tdevice\n1594389802.123456789\tforeground\t\"n, \"\"quoted\"\"\"\ta\td\n2020-07-10T16:03:23+02:00\tbackground",
    ])
    func tables(_ text: String) throws {
        let reading = try MarkerFile.read(Array(text.utf8), name: "m")
        #expect(reading.form == .csv)
        #expect(try reading.resolved(near: nil).markers == [
            Marker(time: 1_594_389_802_123_456_789, event: "foreground", app: "a", device: "d", note: "n, \"quoted\""),
            Marker(time: 1_594_389_803_000_000_000, event: "background"),
        ])
    }

    @Test("what is wrong in a table names its line and the cure", arguments: [
        ("t,event\n1,a\n2020-07-10T14:03:22,b\n", "m.ndjson:3: \"2020-07-10T14:03:22\" is no time with a zone; write 2020-07-10T14:03:22+02:00, or seconds since 1970, or give the zone of all with --marker-zone"),
        ("t,event\n\"1\",\"a\nb\"\n2,\n", "m.ndjson:4: a marker needs an event"), ("t,event\n,x\n", "m.ndjson:2: a marker needs a time"),
        ("t,event\n1,\"x\n", "m.ndjson:2: a quote that begins here is never closed"), ("t,event\n1,x,y\n", "m.ndjson:2: 3 cells, but the header has 2"),
        ("time,what\n1,x\n", "m.ndjson:1: the header names no column event"), ("event;app\nx;y\n", "m.ndjson:1: the header names no time"),
        ("t,event\n1594389802000,x\n", "m.ndjson:2: \"1594389802000\" is no time"),
    ]) func refusesTables(_ text: String, _ beginning: String) throws {
        let said = try #require(problem(text))
        #expect(said.hasPrefix(beginning), "\(said)")
    }

    @Test("a packet comment or a line of a log: an event and a note, or an object", arguments: [
        ("background", Marker(time: 7, event: "background")), ("keypress  in the search field ", Marker(time: 7, event: "keypress", note: "in the search field ")),
        ("{\"event\": \"foreground\", \"app\": \"a\", \"t\": 3, \"note\": \"n\"}", Marker(time: 7, event: "foreground", app: "a", note: "n")),
        ("{\"app\": \"a\"}", nil), ("{broken", nil), ("", nil), ("  ", nil),
    ] as [(String, Marker?)])
    func texts(_ text: String, _ expected: Marker?) {
        let marker = Marker(text: text, time: 7)
        #expect(marker?.event == expected?.event && marker?.app == expected?.app && marker?.time == expected?.time)
        #expect(marker?.note?.trimmed == expected?.note?.trimmed)
    }

    @Test("no text traps", arguments: 0..<200) func survives(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let seedText = Array(#"{"t": "2020-07-10T14:03:22+02:00", "event": "background", "app": "\u0041"}"#.utf8)
        var octets = seedText
        for _ in 0..<6 { octets[Int(random.next() % UInt64(octets.count))] = UInt8(truncatingIfNeeded: random.next()) }
        _ = try? MarkerFile.read(Array(octets.prefix(Int(random.next() % UInt64(octets.count + 1)))), name: "x")
    }

    @Test("what the fuzzer promises, on files with a few octets changed", arguments: [
        "{\"t\": 1594389802.5, \"event\": \"foreground\"}\n{\"t\": 1594389862, \"event\": \"sync\", \"note\": \"example.com\"}\n", "t;event;app\n1594389802,5;foreground;\"com.example.app\"\n",
        LogcatTests.threadTime, LogcatTests.usage,
    ])
    func mutations(_ text: String) {
        var random = SplitMix64(state: UInt64(text.utf8.count))
        let letters = Array("\"{}[]:,;.-+ \n\t/019Z".utf8) + [0x00, 0xff, 0xc3]
        for round in 0..<120 {
            var octets = Array(text.utf8)
            for _ in 0..<(round % 7) {
                let place = Int(random.next() % UInt64(octets.count)), letter = letters[Int(random.next() % UInt64(letters.count))]
                if random.next() % 2 == 0 { octets[place] = letter } else { octets.insert(letter, at: place) }
            }
            if round % 5 == 4 { octets.removeLast(Int(random.next() % UInt64(octets.count))) }
            FuzzEntry.markers(octets)
        }
    }
}

extension String {
    fileprivate var trimmed: String { split(separator: " ").joined(separator: " ") }
}
