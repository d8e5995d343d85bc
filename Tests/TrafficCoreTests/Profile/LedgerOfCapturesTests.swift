import Foundation
import Testing

@testable import TrafficCore

/// The ledger adds up on every capture that lies in the repository or beside it.
@Suite struct LedgerOfCapturesTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../..").standardizedFileURL
    private static let captures = root.deletingLastPathComponent().appendingPathComponent("shared/captures")

    private static func files(under folder: URL) -> [String] {
        ((try? CaptureDiscovery.captures(under: folder.path)) ?? []).map(\.path)
    }

    @Test("classes and total, counted apart, are equal; the total is IP packets less their headers", arguments: [
        "captures/clients", "captures/shop", "captures/notes", "captures/study",
    ]) func own(folder: String) throws {
        try check(Self.files(under: Self.root.appendingPathComponent(folder)), atLeast: 1)
    }

    @Test("so they are on captures of real apps and protocols", arguments: [
        "apps", "attribution", "decryption", "malformed", "protocols", "study",
    ]) func shared(set: String) throws {
        let files = Self.files(under: Self.captures.appendingPathComponent(set))
        guard !files.isEmpty else {
            print("SKIPPED: the ledger of real captures (\(set)): no ../shared/captures beside the repository")
            return
        }
        try check(files, atLeast: set == "malformed" ? 1 : files.count * 9 / 10)
    }

    private func check(_ files: [String], atLeast: Int) throws {
        var read = 0, flows = 0, plain = 0
        for file in files {
            // What is no capture at all is another test's.
            guard let summary = try? LedgerHarness.summary(of: file) else { continue }
            read += 1
            #expect(summary.ledger.isBalanced, "\(file): \(summary.ledger.octets) B, \(summary.ledger.classified) B in classes")
            for app in summary.apps { #expect(app.ledger.isBalanced, "\(file), \(app.app ?? "unattributed")") }
            #expect(!summary.findings.contains { $0.code == "ledger_wrong" }, "\(file)")
            // Told in yet another way: of IPv4 without options or fragments each packet's header has 20 octets.
            _ = try? Inspection.read(CaptureContent(CapturePath(path: file, given: file))) { flow in
                let record = flow.record
                // Whoever the phone is, and where nothing tells.
                for side in [\Directional<Int>.forward, \.reverse] {
                    let payload = record.payload[keyPath: side] - (record.transport == .udp ? record.copied[keyPath: side] : 0)
                    let classes = record.headers[keyPath: side] + record.resent[keyPath: side] + payload
                    #expect(record.networkPayload[keyPath: side] == classes, "\(file) \(record.flowID)")
                }
                guard record.duplicatePackets == 0, record.originator.address.family == .v4 else { return }
                for (octets, packets, payload) in [
                    (record.octets.forward, record.packets.forward, record.networkPayload.forward),
                    (record.octets.reverse, record.packets.reverse, record.networkPayload.reverse),
                ] where packets > 0 {
                    flows += 1
                    if octets - 20 * packets == payload { plain += 1 }
                }
            }
        }
        #expect(read >= atLeast && plain * 100 >= flows * 95, "\(plain) of \(flows)")
    }
}
