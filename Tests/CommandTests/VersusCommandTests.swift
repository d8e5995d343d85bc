import Foundation
import Testing

/// `compare --versus` on the study in captures/.
@Suite struct VersusCommandTests {
    private static let study = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("captures/study").path

    private func run(_ arguments: String...) throws -> Program.Outcome {
        try Program.run(["compare"] + arguments.map { $0.replacingOccurrences(of: "study/", with: Self.study + "/") })
    }

    private func rows(_ outcome: Program.Outcome) throws -> [String: [String: Any]] {
        let report = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any])
        let metrics = try #require(report["metrics"] as? [[String: Any]])
        return Dictionary(metrics.compactMap { row in (row["name"] as? String).map { ($0, row) } }) { first, _ in first }
    }

    @Test("an app against itself differs in nothing, and what is planted in another set is found")
    func differences() throws {
        let same = try run("--subject", "study/plainreel", "--versus", "study/plainreel", "--format", "json")
        #expect(same.status == 0, "\(same.error)")
        #expect(try rows(same).count > 20)
        for (metric, row) in try rows(same) { #expect(!["higher", "lower"].contains(row["difference"] as? String), "\(metric)") }
        // captures/study/README.md: hiddenreel uploads in bulk, the others do not. Three captures against six: 84 exchanges.
        let hidden = try run("--subject", "study/hiddenreel", "--versus", "study/plainreel", "study/quietreel", "--by", "version", "--format", "json")
        #expect(hidden.status == 0, "\(hidden.error)")
        let rows = try rows(hidden)
        for metric in ["large_upload_bursts_per_min", "unexplained_bytes_up_per_min"] {
            #expect(rows[metric]?["difference"] as? String == "higher", "\(rows[metric] ?? [:])")
        }
        #expect(rows["tracker_requests_per_min"]?["difference"] as? String == "similar")
    }

    @Test("folders of subjects are apps; files of one name in several of a baseline's folders are told")
    func folders() throws {
        let outcome = try run("--subject", "study/plainreel", "study/quietreel", "--baseline", "study/vidloop", "study/clipfern", "--format", "csv")
        #expect(outcome.status == 0, "\(outcome.error)")
        let apps = Set(outcome.lines.dropFirst().compactMap { $0.split(separator: ",").first.map(String.init) })
        #expect(apps == ["plainreel", "quietreel"], "\(outcome.text)")
        #expect(outcome.error.contains("run1, run2, run3: taken for apps"), "\(outcome.error)")
    }

    @Test("a damaged capture of the second set: what precedes the damage counts, and the exit code tells")
    func damage() throws {
        let scratch = try Scratch()
        let whole = try #require(FileManager.default.contents(atPath: Self.study + "/plainreel/run1.pcapng.gz"))
        let cut = scratch.file("plainreel/run1.pcapng.gz", [UInt8](whole.prefix(whole.count * 3 / 4)))
        let outcome = try run("--subject", "study/plainreel", "--versus", cut, "--format", "json")
        #expect(outcome.status == 65 && outcome.error.contains(cut), "\(outcome.error)")
        #expect(try !rows(outcome).isEmpty)
    }

    @Test("what the second set cannot do is told before a capture is read", arguments: [
        (["--versus", "b", "--format", "html"], "--versus without a baseline has no page"),
        (["--versus", "b", "--fail-on", "above"], "--baseline or --cohort"),
        (["--versus", "b", "--ask", "large_upload_bursts_per_min"], "--baseline or --cohort"),
        (["--by", "version", "--baseline", "b"], "--by says in what the captures of --versus differ"),
    ] as [([String], String)])
    func refusals(_ arguments: [String], _ words: String) throws {
        let outcome = try Program.run(["compare", "--subject", "/nonexistent"] + arguments)
        #expect(outcome.status == 64 && outcome.error.contains(words) && outcome.output.isEmpty, "\(outcome.status) \(outcome.error)")
    }
}
