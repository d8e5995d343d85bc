import Foundation
import Testing

@testable import TrafficCore

/// JA4 of real captures against the values that its authors expect, where the captures lie beside the repository.
@Suite struct PublishedJA4Tests {
    private static let captures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../../../shared/captures").standardizedFileURL

    @Test("every connection on which both implementations of the authors agree")
    func published() throws {
        guard let table = try? String(contentsOf: Self.captures.appendingPathComponent("ja4-expected.tsv"), encoding: .utf8) else {
            print("SKIPPED: JA4 of real captures: no ../shared/captures beside the repository")
            return
        }
        let rows = table.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        // file, proto, src, sport, dst, dport, sni, ja4, …, agree
        // The expected "99" for a protocol name that is no text is an older rule; the definition now takes the first and
        // last digit of its hexadecimal form, which `FingerprintTests` holds us to.
        let expected = rows.filter { $0.count >= 14 && $0[13] == "yes" && !$0[7].isEmpty && $0[0] != "tls-non-ascii-alpn.pcapng" }
        var compared = 0
        for (file, rows) in Dictionary(grouping: expected, by: { $0[0] }).sorted(by: { $0.key < $1.key }) {
            let path = ["protocols", "apps", "decryption"].map { Self.captures.appendingPathComponent($0).appendingPathComponent(file).path }
                .first { FileManager.default.fileExists(atPath: $0) }
            guard let path else { continue }
            var records: [FlowRecord] = []
            _ = try Inspection.read(CaptureContent(CapturePath(path: path, given: path))) { records.append($0.record) }
            for row in rows {
                let flows = records.filter {
                    $0.originator.address.description == row[2] && String($0.originator.port) == row[3]
                        && $0.responder.address.description == row[4] && String($0.responder.port) == row[5] && $0.ja4 != nil
                }
                #expect(flows.contains { $0.ja4 == row[7] }, "\(file) \(row[2]):\(row[3]): \(flows.compactMap(\.ja4))")
                compared += 1
            }
        }
        #expect(compared >= 50)
    }
}
