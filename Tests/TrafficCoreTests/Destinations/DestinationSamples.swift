import Foundation
import Testing

@testable import TrafficCore

/// Flow records and files that the tests of this folder share.
enum DestinationSamples {
    static func flow(
        from originator: String = "10.0.0.2", port: UInt16 = 50000, to responder: String = "198.51.100.7", service responderPort: UInt16 = 443,
        sni: String? = nil, hosts: [String] = [], dns: String? = nil, ech: Bool = false, serviceName: String? = nil,
        phone: PhoneSide = .unknown, links: (UInt64?, UInt64?) = (nil, nil)
    ) throws -> FlowRecord {
        let zero = Directional(forward: 0, reverse: 0)
        var record = FlowRecord(
            capture: CaptureIdentity(name: "x", id: String(repeating: "0", count: 64), timeDigits: 6), firstFrame: 1, lastFrame: 1,
            originator: Endpoint(address: try #require(IPAddress(originator)), port: port),
            responder: Endpoint(address: try #require(IPAddress(responder)), port: responderPort), transport: .tcp,
            vlan: nil, tunnel: nil, phone: phone, device: nil, originatorLinkAddress: links.0, responderLinkAddress: links.1,
            first: 0, last: 0, packets: zero, octets: zero, payload: zero, resent: zero, overlapConflict: zero, missing: zero,
            outOfOrder: zero, state: "SF", adus: Directional(forward: PayloadSizeCounts(), reverse: PayloadSizeCounts()))
        (record.serverName, record.httpHosts, record.dnsName) = (sni, hosts, dns)
        (record.encryptedClientHello, record.service) = (ech, serviceName)
        return record
    }

    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    /// Captures and their oracles, beside the repository; absent on most machines.
    static let shared = repository.deletingLastPathComponent().appending(path: "shared")

    /// The text of a file below `shared`; nil, with a loud word, when it is not there.
    static func sharedText(_ path: String) -> String? {
        let text = try? String(contentsOf: shared.appending(path: path), encoding: .utf8)
        if text == nil { print("SKIPPED: no ../shared/\(path)") }
        return text
    }

    /// Every name that tshark found in the captures beside the repository; empty, with a loud word, without them.
    static let namesOnTheWire: [String] = {
        var names: Set<String> = []
        let folder = shared.appending(path: "captures")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard file.lastPathComponent.hasSuffix(".oracle.json"), let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
            for piece in text.split(separator: "\"") where piece.contains(".") && piece.utf8.count < 300 { names.insert(String(piece)) }
        }
        if names.isEmpty { print("SKIPPED: no oracles in ../shared/captures") }
        return names.sorted()
    }()

    /// A new folder that is removed after `body`.
    static func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "trafficscope-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder.path())
    }

    /// Runs a program; its standard output, and the exit status.
    static func run(_ program: String, _ arguments: [String]) throws -> (output: String, status: Int32) {
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: output, as: UTF8.self), process.terminationStatus)
    }
}

/// Seeded random numbers: a failure can be run again.
struct DestinationRandom: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}
