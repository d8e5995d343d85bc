import Foundation
import GRDB
import Testing

@testable import TrafficCore
@testable import TrafficStore

@Suite struct StoreTests {
    /// A folder of its own for each test.
    static func withStore(_ body: (Store, String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("store-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("a/store.sqlite").path
        try body(try Store(path: path, creates: true), path)
    }

    static func capture(_ number: Int, app: String = "app", up: Int = 100, owner: String? = nil) -> ProfiledCapture {
        let hex = String(number, radix: 16)
        var profile = CaptureProfile(
            id: String(repeating: "0", count: 64 - hex.count) + hex, start: 1_777_629_600_123_456_789, seconds: [.foreground: 61.5, .background: 300],
            events: [1, 2.25])
        var destination = ProfileDestination(address: IPAddress(v4: 0xc633_6407), port: 443, transport: .tcp)
        (destination.name, destination.nameSource, destination.country, destination.system) = ("api.example.com", .sni, "NL", 64_500)
        profile.destinations = [destination, ProfileDestination(address: IPAddress(v4: 0xc0a8_0101), port: 53, transport: .udp)]
        profile.totals = [CaptureProfile.Total(flows: 2, up: up, down: 7), CaptureProfile.Total(flows: 1, up: 30, down: 60)]
        let cells = ProfileCells([
            .init(destination: 0, phase: .foreground, time: 1.5, up: up, down: 7, clear: false),
            .init(destination: 0, phase: .background, time: 200, up: up, down: 0, clear: true),
            .init(destination: 1, phase: .foreground, time: 0.25, up: 30, down: 60, clear: false),
        ])
        (profile.cells, profile.sizes) = (cells.cells, cells.sizes)
        profile.background = [.init(destination: 0, time: 200, up: up)]
        profile.flags = ["synthetic"]
        var capture = ProfiledCapture(profile, app: AppIdentity(id: app, owner: owner, ownDomains: owner == nil ? [] : ["example.com"]))
        (capture.name, capture.version, capture.region) = ("x.pcap", "1.0", "EU")
        return capture
    }

    static func all(_ store: Store, _ cohort: String) throws -> [ProfiledCapture] {
        var captures: [ProfiledCapture] = [], damage: [String] = []
        try store.forEachCapture(of: cohort) { captures.append($0) } damage: { damage.append($0) }
        #expect(damage.isEmpty)
        return captures
    }

    @Test("what is added is there again, octet by octet, and the same capture twice is one") func adding() throws {
        try Self.withStore { store, path in
            let capture = Self.capture(1, owner: "Example Ltd")
            #expect(try store.add(capture, to: "c", now: 5, tool: "t") == .added)
            #expect(try store.add(capture, to: "c", now: 6, tool: "t") == .there)
            #expect(try store.add(capture, to: "d", now: 7, tool: "t") == .there)
            #expect(try Self.all(store, "c") == [capture] && Self.all(store, "d") == [capture])
            var changed = capture
            changed.profile.seconds[.idle] = 9
            #expect(try store.add(changed, to: "c", now: 8, tool: "t") == .replaced)
            // Replacing takes it out of no cohort.
            #expect(try Self.all(store, "d") == [changed])
            #expect(try store.cohorts().map(\.captures) == [1, 1])
            // Opened again, by its owner alone.
            let again = try Store(path: path, creates: false)
            #expect(try Self.all(again, "c") == [changed])
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test("one content is of one app") func oneApp() throws {
        try Self.withStore { store, _ in
            try store.add(Self.capture(1), to: "c", now: 1, tool: "t")
            #expect(throws: Store.Failure.self) { try store.add(Self.capture(1, app: "other"), to: "c", now: 1, tool: "t") }
            #expect(try Self.all(store, "c").map(\.app.id) == ["app"])
        }
    }

    @Test func removingAndPurging() throws {
        try Self.withStore { store, _ in
            for number in 1...4 { try store.add(Self.capture(number, app: number < 3 ? "a" : "b"), to: "c", now: number * 10, tool: "t") }
            try store.add(Self.capture(4, app: "b"), to: "d", now: 50, tool: "t")
            #expect(try store.remove(from: "c", app: "a") == 2)
            #expect(try store.summaries(of: "c").map(\.app) == ["b", "b"])
            #expect(try store.purge(addedBefore: 35, recordedBefore: nil, onlyCounts: true) == 1)
            #expect(try store.purge(addedBefore: 35, recordedBefore: nil, onlyCounts: false) == 1)
            #expect(try store.summaries(of: "c").count == 1)
            #expect(try store.remove(from: "c") == 1 && store.cohorts().map(\.name) == ["d"])
            #expect(try Self.all(store, "d").count == 1)
            #expect(throws: Store.Failure.self) { try store.summaries(of: "c") }
        }
    }

    @Test("a store of a newer program, and a file that is none, are refused in words") func foreign() throws {
        try Self.withStore { store, path in
            try store.write { try $0.execute(sql: "PRAGMA user_version = 99") }
            do throws(Store.Failure) {
                _ = try Store(path: path, creates: false)
                Issue.record("opened")
            } catch { #expect(error.kind == .newer && error.description.contains("version 99")) }
            let other = path + ".txt"
            try Data("no store at all, but long enough to be looked at as one".utf8).write(to: URL(fileURLWithPath: other))
            do throws(Store.Failure) {
                _ = try Store(path: other, creates: true)
                Issue.record("opened")
            } catch { #expect(error.kind == .damaged) }
            do throws(Store.Failure) {
                _ = try Store(path: path + ".none", creates: false)
                Issue.record("opened")
            } catch { #expect(error.kind == .notThere) }
        }
    }
}

@Suite struct ProfileCodecTests {
    @Test func thereAndBack() throws {
        let profile = StoreTests.capture(7).profile
        #expect(try ProfileCodec.decode(ProfileCodec.encode(profile)) == profile)
        let empty = CaptureProfile(id: "", start: .min + 1, seconds: [:])
        let back = try ProfileCodec.decode(ProfileCodec.encode(empty))
        #expect(back.seconds.isEmpty && back.cells.isEmpty)
    }

    @Test("damage anywhere is an error or another profile, never a trap") func damage() {
        let octets = ProfileCodec.encode(StoreTests.capture(7).profile)
        for end in 0..<octets.count { #expect(throws: ProfileCodec.Failure.self) { try ProfileCodec.decode(Array(octets[..<end])) } }
        for place in octets.indices {
            for value: UInt8 in [0, 1, 0x7f, 0x80, 0xff] {
                var changed = octets
                changed[place] = value
                _ = try? ProfileCodec.decode(changed)
            }
        }
        #expect(throws: ProfileCodec.Failure.newer(version: 9)) { try ProfileCodec.decode([9]) }
    }

    @Test("a portable file gives the same profile, without the file's name and the hour") func portable() throws {
        var capture = StoreTests.capture(7, owner: "Example Ltd")
        let line = ProfileDocument.line(capture)
        let back = try ProfileDocument.capture(Array(line.dropLast()), name: "f", line: 2)
        capture.name = nil
        capture.profile.start = capture.profile.start / 86_400_000_000_000 * 86_400_000_000_000
        #expect(back == capture)
        let header = ProfileDocument.Header(cohort: "c", captures: 1, rareNames: 2, tool: "t")
        #expect(try ProfileDocument.header(Array(ProfileDocument.line(header).dropLast()), name: "f") == header)
        #expect(throws: StudyError.self) { try ProfileDocument.header(Array(#"{"schema":{"name":"trafficscope.baseline","version":2},"cohort":"c"}"#.utf8), name: "f") }
        for (old, new) in [(#""destinations":["#, #""destinations":[1,"#), (#"[["foreground",0,0,"#, #"[["foreground",0,9,"#), (#""reach":"internet""#, #""reach":"moon""#)] {
            let text = String(decoding: line, as: UTF8.self), changed = text.replacingOccurrences(of: old, with: new)
            #expect(changed != text)
            #expect(throws: StudyError.self) { try ProfileDocument.capture(Array(changed.utf8.dropLast()), name: "f", line: 2) }
        }
    }

    @Test("a host of one app alone is cut to its domain, or left out") func rareNames() throws {
        func capture(_ app: String, _ names: [String]) -> ProfiledCapture {
            var capture = StoreTests.capture(1, app: app)
            capture.profile.destinations = names.map { name in
                var destination = ProfileDestination(address: IPAddress(v4: 0xc633_6407), port: 443, transport: .tcp)
                (destination.name, destination.nameSource) = (name, .sni)
                return destination
            }
            return capture
        }
        let captures = [capture("a", ["u1.shared.example", "only.mine.example", "graph.facebook.com", "both.example.org"]), capture("b", ["u2.shared.example", "both.example.org"])]
        var rare = RareNames(), removed: Set<String> = []
        for capture in captures { rare.add(capture) }
        let catalogue = DestinationCatalogue()
        let kept = captures.map { rare.withheld($0, catalogue: catalogue, removed: &removed) }
        #expect(kept[0].profile.destinations.map(\.name) == ["shared.example", "", "facebook.com", "both.example.org"])
        #expect(removed == ["u1.shared.example", "u2.shared.example", "only.mine.example", "graph.facebook.com"])
    }
}
