import Foundation
import PacketForge
import Testing

/// The built program, run as a user runs it.
enum Program {
    struct Outcome {
        var status: Int32
        var output: [UInt8]
        var error: String
        var text: String { String(decoding: output, as: UTF8.self) }
        /// Without their ends, LF or CR LF.
        var lines: [String] { text.split(whereSeparator: \.isNewline).map(String.init) }
        /// Lines on standard error.
        var messages: [String] { error.split(separator: "\n").map(String.init) }
    }

    /// Beside the test bundle, in the same build folder.
    static let path: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("trafficscope").path
    }()

    /// A folder that lives as long as the test process, for indexes that the program makes once.
    private static let cache = (try? Scratch())?.path ?? "/tmp"

    /// - Parameter environment: goes before the tests' own.
    static func run(_ arguments: [String], input: FileHandle? = nil, environment: [String: String] = [:]) throws -> Outcome {
        try start(path, arguments, input: input, environment: environment)
    }

    /// By a shell, with the program as "$0" and `arguments` as "$@".
    static func shell(_ script: String, _ arguments: [String] = []) throws -> Outcome {
        try start("/bin/bash", ["-c", script, path] + arguments, input: nil)
    }

    private static func start(_ executable: String, _ arguments: [String], input: FileHandle?, environment: [String: String] = [:]) throws -> Outcome {
        let scratch = try Scratch(), output = scratch.file("output", []), error = scratch.file("error", [])
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        // Databases and lists that a machine may have or not must not change what the tests see.
        let own = ["XDG_CACHE_HOME": cache, "XDG_DATA_HOME": cache, "TRAFFICSCOPE_ASN": "none", "LC_ALL": "C.UTF-8"]
        process.environment = ProcessInfo.processInfo.environment.merging(own) { $1 }.merging(environment) { $1 }
        process.standardInput = input ?? FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: error)
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit, "ended by a signal")
        return Outcome(status: process.terminationStatus, output: [UInt8](FileManager.default.contents(atPath: output) ?? Data()),
                       error: String(decoding: FileManager.default.contents(atPath: error) ?? Data(), as: UTF8.self))
    }
}

/// A folder of its own, gone with its last user.
final class Scratch {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "trafficscope-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, with the folders above it, and returns its path.
    @discardableResult
    func file(_ name: String, _ octets: [UInt8]) -> String {
        let full = path + "/" + name
        try? FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: full).deletingLastPathComponent().path, withIntermediateDirectories: true)
        _ = FileManager.default.createFile(atPath: full, contents: Data(octets))
        return full
    }
}

/// A capture of a phone: DNS, TLS, QUIC, HTTP and two flows of nothing known.
func samplePackets() -> [ForgedPacket] {
    var packets: [ForgedPacket] = []
    let resolver = ForgedPath(phonePort: 41000, serverPort: 53), start = ForgedPacket.start
    packets.append(ForgedPacket(resolver.udp(payload: Forge.dnsQuery("app.example.com")), at: start))
    packets.append(ForgedPacket(resolver.udp(fromPhone: false, payload: Forge.dnsResponse("app.example.com", addresses: [Forge.serverV4])), at: start + 20_000_000))
    var tls = ForgedConnection(ForgedPath(phonePort: 41001), at: start + 100_000_000)
    tls.open()
    tls.send(Forge.record(ForgedClientHello(host: "app.example.com").message))
    tls.send(fromPhone: false, Forge.record(Forge.serverHello()) + Forge.record(Forge.padding(2000), type: 23))
    tls.close()
    var http = ForgedConnection(ForgedPath(phonePort: 41002, serverPort: 80), at: start + 2_000_000_000)
    http.open()
    http.send(Forge.httpRequest("GET", "/i?id=1", host: "plain.example"))
    http.send(fromPhone: false, Forge.httpResponse(body: Forge.padding(3000)))
    http.close()
    packets += tls.packets + http.packets
    packets.append(ForgedPacket(ForgedPath(phonePort: 41003).udp(payload: Forge.quicInitial(ForgedClientHello(host: "quic.example"))), at: start + 3_000_000_000))
    packets.append(ForgedPacket(ForgedPath(phonePort: 41004, serverPort: 9999).udp(payload: [1, 2, 3]), at: start + 4_000_000_000))
    packets.append(ForgedPacket(ForgedPath(phonePort: 41005, serverPort: 9998).udp(payload: [1, 2, 3]), at: start + 5_000_000_000))
    return packets
}

let sampleCapture = ForgedPcap().file(samplePackets())
let sampleFlows = 6
