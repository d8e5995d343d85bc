import TrafficCore
import TrafficReport

/// `compare` of several sets of captures: apps side by side, or one app's captures against others of it.
extension Compare {
    /// The subject's captures against others of it; with a baseline, what comes of it answers claims alone.
    func compareVersus(_ run: inout ComparisonRun, _ subjects: [String], _ output: Output) throws {
        guard subjects.count == 1 else { throw CommandFailure(.usage, "--versus: one app at a time (\(subjects.joined(separator: ", ")))") }
        // The subject's own identity, with the owner and domains that a study or an option gives it: by the same lists: both sets are judged alike.
        let catalog = AppCatalog()
        var list = CaptureList(versus, app: run.identity(of: subjects[0]), catalog: catalog, joins: reading.join)
        try list.addMarkers(noted, catalog: catalog)
        let readings = try list.read(reading, catalogue: run.catalogue, evidence: run.evidence, hashesFiles: true)
        guard !readings.isEmpty else { throw CommandFailure(list.status, list.status == .done ? "no capture of --versus could be read" : "") }
        run.note(list.status)
        run.addVersus(readings, subject: subjects[0], by: by ?? "any", names: (subject.joined(separator: " "), versus.joined(separator: " ")))
        guard baseline.isEmpty, cohort == nil, study == nil else { return }
        let report = run.versusReport(of: subjects[0], reading: reading, reveal: reveal)
        switch format {
        case .text: try output.write(Array((report?.terminal(width: output.width ?? 100, color: outputs.usesColor(output)) ?? "").utf8))
        case .json: try output.write(report?.json() ?? [])
        case .csv: try output.write(report?.csv() ?? [])
        case .html: break   // refused by validate()
        }
        throw CommandFailure(run.status)
    }

    /// Several subjects, side by side.
    func compareAll(_ run: inout ComparisonRun, _ output: Output) throws {
        let league = try run.league(reading: reading, reveal: reveal)
        switch format {
        case .text: try output.write(Array(league.terminal(width: output.width ?? 100, color: outputs.usesColor(output)).utf8))
        case .json: try output.write(league.json())
        case .csv: try output.write(league.csv())
        case .html: throw CommandFailure(.usage, "--format html is a page about one app: name one, or let trafficscope study run make a page for each")
        }
        guard run.status == .done else { throw CommandFailure(run.status) }
        for comparison in league.comparisons { try refuse(comparison) }
    }
}
