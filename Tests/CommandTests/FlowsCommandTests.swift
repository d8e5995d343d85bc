import Foundation
import PacketForge
import Testing

@Suite struct FlowsCommandTests {
    private let scratch: Scratch
    private let capture: String

    init() throws {
        scratch = try Scratch()
        capture = scratch.file("sample.pcap", sampleCapture)
    }

    private func rows(_ outcome: Program.Outcome) throws -> [[String: Any]] {
        try outcome.lines.map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return try #require(object as? [String: Any])
        }
    }

    /// An error as DEVELOPERS.md has it: one line, the program's name first.
    private func expectOneError(_ outcome: Program.Outcome, status: Int32, naming words: String...) {
        #expect(outcome.status == status, "\(outcome.error)")
        #expect(outcome.messages.count == 1, "\(outcome.error)")
        #expect(outcome.error.hasPrefix("trafficscope: "))
        #expect(!outcome.error.hasPrefix("trafficscope: Error"))
        for word in words { #expect(outcome.error.contains(word), "\(outcome.error)") }
    }

    @Test("one JSON object a flow, keys in order, values as captured")
    func ndjson() throws {
        let outcome = try Program.run(["flows", "--format", "ndjson", capture])
        #expect(outcome.status == 0 && outcome.error.isEmpty)
        let rows = try rows(outcome)
        #expect(rows.count == sampleFlows)
        #expect(rows.compactMap { $0["service"] as? String }.sorted() == ["dns", "http", "quic", "tls"])
        let tls = try #require(rows.first { $0["service"] as? String == "tls" })
        #expect(tls["server_name"] as? String == "app.example.com" && tls["proto"] as? String == "tcp" && tls["state"] as? String == "SF")
        #expect(tls["dport"] as? Int == 443 && tls["packets_fwd"] as? Int == 5 && tls["phone"] as? String == "originator")
        #expect((tls["flow_id"] as? String)?.hasSuffix("-3") == true)
        for line in outcome.lines {
            #expect(line.hasPrefix("{\"flow_id\":"))
            let keys = ["flow_id", "capture", "src", "sport", "dst", "dport", "proto", "first", "last", "first_frame", "last_frame", "packets_fwd", "packets_rev", "bytes_fwd", "bytes_rev", "payload_fwd", "payload_rev", "state"]
            let places = keys.compactMap { line.range(of: "\"\($0)\":")?.lowerBound }
            #expect(places.count == keys.count && places == places.sorted(), "\(line)")
        }
        // 2023-11-14T22:13:20.1Z in microseconds, exact.
        #expect(outcome.lines.contains { $0.contains("\"first\":1700000000.100000,") })
    }

    @Test("table and CSV have a row for each flow too")
    func otherFormats() throws {
        let csv = try Program.run(["flows", "--format", "csv", capture])
        #expect(csv.status == 0 && csv.lines.count == sampleFlows + 1 && csv.text.hasPrefix("flow_id,capture,"))
        let table = try Program.run(["flows", capture])
        #expect(table.status == 0 && table.text.contains("app.example.com") && !table.output.contains(0x1b), "no colours in a pipe")
    }

    @Test("file, folder, pipe and redirect tell the same")
    func places() throws {
        scratch.file("folder/deep/app.pcap", sampleCapture)
        scratch.file("folder/notes.txt", Array("no capture".utf8))
        let file = try rows(Program.run(["flows", "--format", "ndjson", capture]))
        let folder = try rows(Program.run(["flows", "--format", "ndjson", scratch.path + "/folder"]))
        #expect(file.count == sampleFlows && folder.map { $0["flow_id"] as? String } == file.map { $0["flow_id"] as? String })
        let pipe = try Program.shell("cat \"$1\" | \"$0\" flows --format ndjson -", [capture])
        let redirect = try Program.shell("\"$0\" flows --format ndjson - < \"$1\"", [capture])
        #expect(pipe.status == 0 && pipe.output == redirect.output && pipe.lines.count == sampleFlows)
        #expect(try rows(pipe).map { $0["flow_id"] as? String } == file.map { $0["flow_id"] as? String })
    }

    @Test("the same input gives the same octets, also from pcapng")
    func repeated() throws {
        let first = try Program.run(["flows", "--format", "ndjson", capture])
        for _ in 0..<3 { #expect(try Program.run(["flows", "--format", "ndjson", capture]).output == first.output) }
        let ng = ForgedPcapng(order: .big)
        let other = scratch.file("sample.pcapng", ng.section() + ng.interface() + samplePackets().flatMap { ng.enhanced($0) })
        let rows = try rows(Program.run(["flows", "--format", "ndjson", other])), expected = try self.rows(first)
        #expect(rows.map { $0["payload_fwd"] as? Int } == expected.map { $0["payload_fwd"] as? Int })
        #expect(rows.map { $0["first"] as? Double } == expected.map { $0["first"] as? Double })
    }

    @Test("a closed pipe ends quietly")
    func closedPipe() throws {
        let packets = (0..<3000).map { ForgedPacket(ForgedPath(phonePort: 1000 + $0, serverPort: 9999).udp(payload: [1]), at: ForgedPacket.start + Int64($0)) }
        let large = scratch.file("large.pcap", ForgedPcap().file(packets))
        let outcome = try Program.shell("set -o pipefail; \"$0\" flows --format ndjson \"$1\" | head -n 1", [large])
        #expect(outcome.status == 0 && outcome.lines.count == 1 && outcome.error.isEmpty)
        let none = try Program.shell("set -o pipefail; \"$0\" flows \"$1\" | true", [large])
        #expect(none.status == 0 && none.error.isEmpty)
    }

    @Test("what is not there, and what is no capture")
    func noCapture() throws {
        expectOneError(try Program.run(["flows", scratch.path + "/nothing.pcap"]), status: 66, naming: "nothing.pcap")
        expectOneError(try Program.run(["flows", scratch.file("empty.pcap", [])]), status: 65, naming: "empty.pcap")
        expectOneError(try Program.run(["flows", scratch.file("text.pcap", Array("a letter, not a capture\n".utf8))]), status: 65, naming: "text.pcap")
        scratch.file("other/notes.txt", Array("hello".utf8))
        expectOneError(try Program.run(["flows", scratch.path + "/other"]), status: 66, naming: "other")
        expectOneError(try Program.shell("\"$0\" flows - < /dev/null"), status: 65)
        expectOneError(try Program.shell("printf 'some text that is no capture' | \"$0\" flows -"), status: 65)
        var usb = ForgedPcap()
        usb.link = 189
        expectOneError(try Program.run(["flows", scratch.file("usb.pcap", usb.file(samplePackets()))]), status: 65, naming: "usb.pcap", "189")
        expectOneError(try Program.run(["flows", scratch.file("usb-empty.pcap", usb.header)]), status: 65, naming: "189")
    }

    @Test("one interface of an unsupported link type: the others are read, and the exit code tells")
    func mixedLinkTypes() throws {
        let ng = ForgedPcapng(), packets = samplePackets()
        let octets = ng.section() + ng.interface(link: 1) + ng.interface(link: 189) + packets.flatMap { ng.enhanced($0) } + ng.enhanced(packets[0], interface: 1)
        let outcome = try Program.run(["flows", "--format", "ndjson", scratch.file("mixed.pcapng", octets)])
        expectOneError(outcome, status: 65, naming: "mixed.pcapng", "1 of \(packets.count + 1)")
        #expect(outcome.lines.count == sampleFlows)
    }

    @Test("every row before the damage, then one line and 65")
    func damage() throws {
        let whole = try Program.run(["flows", "--format", "ndjson", capture])
        let extra = ForgedPcap().record(ForgedPacket(ForgedPath(phonePort: 7).udp(payload: [1])))
        let cut = scratch.file("cut.pcap", sampleCapture + extra.dropLast(3))
        let outcome = try Program.run(["flows", "--format", "ndjson", cut])
        expectOneError(outcome, status: 65, naming: "cut.pcap", "packet \(samplePackets().count + 1)", "offset 0x\(String(sampleCapture.count, radix: 16))")
        #expect(outcome.lines.count == whole.lines.count)
        #expect(try rows(outcome).map { $0["payload_fwd"] as? Int } == rows(whole).map { $0["payload_fwd"] as? Int })
    }

    @Test("a bad file does not stop the good ones")
    func badAmongGood() throws {
        let bad = scratch.file("bad.pcap", Array("x".utf8))
        let outcome = try Program.run(["flows", "--format", "ndjson", bad, capture, scratch.path + "/missing.pcap"])
        #expect(outcome.lines.count == sampleFlows && outcome.messages.count == 2 && outcome.status != 0)
        #expect(outcome.messages.allSatisfy { $0.hasPrefix("trafficscope: ") })
    }

    @Test("the filter is libpcap's, and a wrong one is a usage error")
    func filter() throws {
        let outcome = try Program.run(["flows", "--format", "ndjson", "--filter", "udp port 53", capture])
        #expect(outcome.status == 0 && outcome.lines.count == 1 && outcome.text.contains("\"service\":\"dns\""))
        #expect(try Program.run(["flows", "-f", "tcp and not tcp", "--format", "ndjson", capture]).lines.isEmpty)
        let wrong = try Program.run(["flows", "-f", "tcp porrt 80", capture])
        #expect(wrong.status == 64 && wrong.error.hasPrefix("trafficscope: "))
        #expect(wrong.error.contains("tcp porrt 80"))
    }

    @Test("usage errors are 64, on standard error, and name what was wrong", arguments: [
        ["--nonsense"], ["--format", "poem"], ["--phone", "my-phone"], ["--max-flows", "3"], ["--max-flows", "many"], ["--app-owner", "x"], ["--threads", "0"],
    ])
    func usage(_ arguments: [String]) throws {
        let outcome = try Program.run(["flows"] + arguments + [capture])
        #expect(outcome.status == 64 && outcome.output.isEmpty && outcome.error.hasPrefix("trafficscope: "), "\(outcome.error)")
        #expect(outcome.error.contains(arguments[0]) || outcome.error.contains(arguments.last ?? ""))
    }

    @Test("without a capture it is a usage error; an unknown sub-command too")
    func noArguments() throws {
        #expect(try Program.run(["flows"]).status == 64)
        #expect(try Program.run(["dance"]).status == 64)
    }

    @Test("help and version go to standard output", arguments: [["--help"], ["--version"], ["flows", "--help"]])
    func help(_ arguments: [String]) throws {
        let outcome = try Program.run(arguments)
        #expect(outcome.status == 0 && !outcome.output.isEmpty && outcome.error.isEmpty)
    }

    @Test("an output file is its owner's alone, and holds what standard output would")
    func outputFile() throws {
        let path = scratch.path + "/rows.ndjson"
        let outcome = try Program.shell("umask 000; exec \"$0\" flows --format ndjson -o \"$2\" \"$1\"", [capture, path])
        #expect(outcome.status == 0 && outcome.output.isEmpty)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect([UInt8](FileManager.default.contents(atPath: path) ?? Data()) == (try Program.run(["flows", "--format", "ndjson", capture]).output))
        // A file that was there before, open to all, is so no longer; a device keeps its mode.
        let device = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.posixPermissions] as? Int
        let again = try Program.shell("chmod 666 \"$2\"; \"$0\" flows -o \"$2\" \"$1\" && exec \"$0\" flows -o /dev/null \"$1\"", [capture, path])
        #expect(again.status == 0)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.attributesOfItem(atPath: "/dev/null")[.posixPermissions] as? Int == device)
        expectOneError(try Program.run(["flows", "-o", scratch.path + "/no/such/folder", capture]), status: 74, naming: "no/such/folder")
    }

    @Test("control characters of a file's name reach neither the terminal nor the rows")
    func controlCharacters() throws {
        let name = "\u{1b}[31mred\u{7}\nline\u{202e}.pcap"
        let bad = try Program.run(["flows", scratch.file(name, Array("x".utf8))])
        #expect(bad.status == 65 && bad.messages.count == 1)
        let good = scratch.file("good/" + name, sampleCapture)
        let table = try Program.run(["flows", good]), json = try Program.run(["flows", "--format", "ndjson", good])
        #expect(table.status == 0 && json.status == 0)
        for text in [bad.error, table.text, table.error] { #expect(!text.unicodeScalars.contains(where: isDeceptive)) }
        // JSON keeps the name, and its octets below 0x20 only as escapes.
        #expect(!json.output.contains { $0 < 0x20 && $0 != 0x0a })
        #expect(try rows(json).allSatisfy { ($0["capture"] as? String)?.hasSuffix(name) == true })
    }

    @Test("names in the capture cannot send control characters either")
    func hostileNames() throws {
        var connection = ForgedConnection(ForgedPath(serverPort: 80))
        connection.open()
        connection.send(Forge.httpRequest("GET", "/\u{1b}]0;x\u{7}", host: "e\u{1b}[2Jvil.example", fields: [("User-Agent", "a\u{9b}31m\u{202e}")]))
        connection.send(fromPhone: false, Forge.httpResponse(type: "text/\u{8}html", body: [1]))
        let dns = ForgedPath(phonePort: 9, serverPort: 53).udp(payload: Forge.dnsQuery("\u{1b}[1m.example\"',;"))
        let path = scratch.file("hostile.pcap", ForgedPcap().file(connection.packets + [ForgedPacket(dns, at: ForgedPacket.start)]))
        let table = try Program.run(["flows", path]), json = try Program.run(["flows", "--format", "ndjson", path])
        #expect(!table.text.unicodeScalars.contains(where: isDeceptive))
        #expect(!json.output.contains { $0 < 0x20 && $0 != 0x0a })
        #expect(try rows(json).count == 2)
        #expect(try rows(json).contains { $0["user_agent"] as? String == "a\u{9b}31m\u{202e}" })
    }

    /// Would act on a terminal instead of being seen.
    private func isDeceptive(_ scalar: Unicode.Scalar) -> Bool {
        (scalar.value < 0x20 && scalar != "\n") || (0x7f...0x9f).contains(scalar.value) || scalar.value == 0x202e
    }

    @Test("the phone is found, or given, or not told")
    func phone() throws {
        func sides(_ arguments: [String]) throws -> Set<String> {
            Set(try rows(Program.run(["flows", "--format", "ndjson"] + arguments + [capture])).compactMap { $0["phone"] as? String })
        }
        #expect(try sides([]) == ["originator"])
        #expect(try sides(["--phone", "203.0.113.9"]) == ["responder"])
        #expect(try sides(["--phone", "02:00:00:00:00:11"]) == ["originator"])
        #expect(try sides(["--phone", "198.51.100.1"]) == ["unknown"] || sides(["--phone", "198.51.100.1"]).isEmpty)
    }
}
