import Testing

@testable import TrafficCore

@Suite struct MarkerFileTests {
    private func read(_ text: String) throws -> [Marker] { try MarkerFile.read(Array(text.utf8), name: "m.ndjson") }
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

    @Test("no text traps", arguments: 0..<200) func survives(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let seedText = Array(#"{"t": "2020-07-10T14:03:22+02:00", "event": "background", "app": "\u0041"}"#.utf8)
        var octets = seedText
        for _ in 0..<6 { octets[Int(random.next() % UInt64(octets.count))] = UInt8(truncatingIfNeeded: random.next()) }
        _ = try? MarkerFile.read(Array(octets.prefix(Int(random.next() % UInt64(octets.count + 1)))), name: "x")
    }
}
