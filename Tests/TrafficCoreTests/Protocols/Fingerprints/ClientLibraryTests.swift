import Foundation
import Testing

@testable import TrafficCore

@Suite struct ClientLibraryTests {
    private static let captures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../../captures").standardizedFileURL

    @Test("what hellos of phones and programs are", arguments: [
        ("t13d1713h1_5b57614c22b0_eca864cca44a", "Android Conscrypt", ClientLibrary.Kind.system),
        ("t13d1513h2_8daaf6152771_eca864cca44a", "OkHttp on Android Conscrypt", .app),
        ("t13d1516h2_8daaf6152771_02713d6af862", "Chromium or Cronet (BoringSSL)", .browser),
        ("q13d0311h3_55b375c5d22e_5a1f323ef56d", "Chromium or Cronet (BoringSSL)", .browser),
        ("t13d3112h2_e8f1e7e78f70_b26ce05bbdd6", "OpenSSL 3", .tool),
    ])
    func known(ja4: String, name: String, kind: ClientLibrary.Kind) throws {
        let library = try #require(ClientLibrary.of(ja4: ja4))
        #expect(library.name == name)
        #expect(library.kind == kind)
        #expect(!library.source.isEmpty)
    }

    @Test("server name, ALPN and their number of extensions do not change the library")
    func firstPart() {
        let library = ClientLibrary.of(ja4: "t13d3112h2_e8f1e7e78f70_b26ce05bbdd6")
        #expect(library != nil)
        #expect(ClientLibrary.of(ja4: "t13i3111h1_e8f1e7e78f70_b26ce05bbdd6") == library)
        #expect(ClientLibrary.of(ja4: "t13i311000_e8f1e7e78f70_b26ce05bbdd6") == library)
    }

    @Test("transport and version do")
    func transportAndVersion() {
        #expect(ClientLibrary.of(ja4: "q13d3112h2_e8f1e7e78f70_b26ce05bbdd6") == nil)
        #expect(ClientLibrary.of(ja4: "t12d3112h2_e8f1e7e78f70_b26ce05bbdd6") == nil)
    }

    @Test("unknown extensions on suites that are one library's alone are that library, probably")
    func anyExtensions() throws {
        let library = try #require(ClientLibrary.of(ja4: "t13d3113h2_e8f1e7e78f70_000000000001"))
        #expect(library.name == "OpenSSL, probably")
    }

    @Test("suites that several libraries share say nothing alone", arguments: [
        "t13d1516h2_8daaf6152771_000000000001", "t13d1715h2_5b57614c22b0_000000000001", "q13d0310h3_55b375c5d22e_000000000001",
    ])
    func sharedSuites(ja4: String) { #expect(ClientLibrary.of(ja4: ja4) == nil) }

    @Test("what is no JA4 has no library", arguments: [
        "", "t13d3112h2", "t13d3112h2_e8f1e7e78f70", "t13d3112h2_e8f1e7e78f70_*", "t13*_e8f1e7e78f70_b26ce05bbdd6",
        "t13d3112h2-e8f1e7e78f70-b26ce05bbdd6", "t13d3112h2_e8f1e7e78f70_b26ce05bbdd6_", "ü3d3112h2_e8f1e7e78f70_b26ce05bbdd6",
        "T13D3112H2_E8F1E7E78F70_B26CE05BBDD6",
    ])
    func noFingerprint(text: String) { #expect(ClientLibrary.of(ja4: text) == nil) }

    @Test("every row of the table is read, and found by a fingerprint of its own")
    func table() {
        let rows = ClientLibrary.builtInRows.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        #expect(rows.count > 90)
        #expect(Set(rows.map { $0[0] }).count == rows.count)
        for row in rows {
            let ja4 = row[0].replacingOccurrences(of: "*_", with: "d0000h2_").replacingOccurrences(of: "*", with: "ffffffffffff")
            #expect(ClientLibrary.of(ja4: ja4)?.name == row[1], "\(row[0])")
        }
    }

    @Test("malformed rows are left out")
    func malformedRows() {
        let rows = "t13*_000000000001_*\tA\tapp\tlab\nt13*_000000000002_*\tB\tapp\nt13*_000000000003_*\tC\tpet\tlab\n\n"
        #expect(ClientLibrary.library("t13*_000000000001_*", in: rows) == ClientLibrary(name: "A", kind: .app, source: "lab"))
        #expect(ClientLibrary.library("t13*_000000000002_*", in: rows) == nil)
        #expect(ClientLibrary.library("t13*_000000000003_*", in: rows) == nil)
        #expect(ClientLibrary.library("t13*_00000000000", in: rows) == nil)
    }

    @Test("every connection of the recorded clients is the library that it was recorded from")
    func recordedClients() throws {
        let folder = Self.captures.appendingPathComponent("clients")
        let table = try String(contentsOf: folder.appendingPathComponent("clients.tsv"), encoding: .utf8)
        let path = folder.appendingPathComponent("clients.pcap.gz").path
        var fingerprints: [String: String] = [:]
        _ = try Inspection.read(CaptureContent(CapturePath(path: path, given: path))) { flow in
            guard let ja4 = flow.record.ja4 else { return }
            fingerprints[(ja4.hasPrefix("q") ? "quic " : "tcp ") + String(flow.record.originator.port)] = ja4
        }
        // source_port, transport, server_name, client, client_version, tls_version, library, kind
        let rows = table.split(separator: "\n").filter { !$0.hasPrefix("#") }.dropFirst()
            .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        #expect(rows.count > 100)
        for row in rows {
            let ja4 = try #require(fingerprints["\(row[1]) \(row[0])"], "\(row[3]): no hello from port \(row[0])")
            let library = ClientLibrary.of(ja4: ja4)
            #expect(library?.name == row[6], "\(row[3]): \(ja4)")
            #expect(library?.kind.rawValue == row[7], "\(row[3]): \(ja4)")
        }
    }
}
