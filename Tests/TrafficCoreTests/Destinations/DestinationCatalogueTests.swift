import Foundation
import Testing

@testable import TrafficCore

@Suite struct DestinationCatalogueTests {
    static let catalogue = DestinationCatalogue()

    @Test("every row of the table is in the program, as the table has it") func rowsAreTheTable() throws {
        let table = try String(contentsOf: DestinationSamples.repository.appending(path: "data/destinations.tsv"), encoding: .utf8)
        let lines = table.split(separator: "\n").filter { !$0.hasPrefix("#") }.dropFirst()
        #expect(Self.catalogue.index.count == lines.count)
        #expect(Self.catalogue.index.malformedLines == 0)
        for line in lines {
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            try #require(cells.count == 10)
            let name = cells[0].replacing("*", with: "")
            let row = try #require(Self.catalogue.row(for: name), "\(name)")
            // "log*.x" stands for "log.x" too, where no row of that exact name wins.
            if row.match.rawValue == cells[1] {
                #expect([row.rule, row.owner, row.ownerParent, row.ownerCountry, row.category, row.isShared ? "yes" : "no", row.confidence,
                         row.sources] == [cells[0]] + cells[2...8], "\(name)")
            }
        }
    }

    @Test func rowsAreSound() {
        let rows = Self.catalogue.index.rows
        #expect(rows.count > 2500)
        #expect(Set(rows.map { "\($0.match) \($0.rule)" }).count == rows.count)
        for row in rows {
            #expect(row.ownerCountry.utf8.count == 2 && row.ownerCountry.utf8.allSatisfy { (0x41...0x5a).contains($0) }, "\(row)")
            #expect(!row.owner.isEmpty && !row.category.isEmpty && !row.sources.isEmpty, "\(row)")
            let labels = row.rule.split(separator: ".", omittingEmptySubsequences: false)
            #expect(labels.count >= 2 && labels[0].contains("*") == (row.match == .glob) && !labels.dropFirst().contains { $0.contains("*") })
            // A row for a public suffix would give a company all that others registered below it. These are companies' own
            // suffixes, from the list's private section.
            let ofCompanies: Set<String> = ["googleapis.com", "googlecode.com", "withgoogle.com"]
            if row.match == .suffix, !row.isShared, !ofCompanies.contains(row.rule) {
                #expect(RegistrableDomain.of(row.rule) != nil, "\(row.rule)")
            }
        }
    }

    @Test func generatedFilesAreFresh() throws {
        let script = DestinationSamples.repository.appending(path: "scripts/generate-catalogue").path()
        guard let result = try? DestinationSamples.run("/usr/bin/python3", [script, "--check"]) else {
            print("SKIPPED: no python3")
            return
        }
        #expect(result.status == 0)
    }

    @Test("nine tenths of the named octets in the captures of apps have an owner") func coverage() throws {
        guard let names = DestinationSamples.sharedText("captures/apps/NAMES.tsv") else { return }
        var all = 0, owned = 0
        for line in names.split(separator: "\n").dropFirst() {
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard cells.count == 5, ["tls_sni", "quic_sni", "http_host", "dns_query"].contains(cells[1]),
                let name = DestinationClassifier.hostName(cells[2]), let octets = Int(cells[4])
            else { continue }
            all += octets
            if Self.catalogue.row(for: name) != nil { owned += octets }
        }
        print("named octets with an owner: \(owned) of \(all)")
        #expect(owned * 10 >= all * 9)
    }

    @Test func companies() {
        #expect(Self.catalogue.company(named: "meta")?.ownerParent == "Meta Platforms")
        #expect(Self.catalogue.company(named: "BYTEDANCE")?.owner == "ByteDance")
        #expect(Self.catalogue.company(named: "Alphabet")?.ownerParent == "Alphabet")
        #expect(Self.catalogue.company(named: "Nobody Ltd") == nil)
    }

    @Test func lookup() {
        let answer = Self.catalogue.lookup("Log-VA.tiktokv.com.")
        #expect(answer.query == "Log-VA.tiktokv.com.")
        #expect(answer.registrableDomain == "tiktokv.com")
        #expect([answer.owner, answer.ownerParent, answer.ownerCountry, answer.category, answer.matchedRule]
            == ["ByteDance (TikTok)", "ByteDance", "CN", "analytics", "log*.tiktokv.com"])
        let unknown = Self.catalogue.lookup("nottiktok.com")
        #expect(unknown.registrableDomain == "nottiktok.com" && unknown.owner == nil && unknown.source == nil)
        #expect(Self.catalogue.lookup("") == LookupAnswer(query: ""))
        #expect(Self.catalogue.lookup("192.0.2.1") == LookupAnswer(query: "192.0.2.1"))
    }
}
