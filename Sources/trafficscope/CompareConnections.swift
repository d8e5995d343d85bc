import ArgumentParser
import TrafficCore
import TrafficReport

/// `compare --connections`: apps of a list, without captures.
extension Compare {
    func validateConnections() throws {
        guard study == nil else { throw ValidationError("--study brings captures: leave --study or --connections out.") }
        guard cohort == nil, subjectCohort == nil, versus.isEmpty, by == nil, claims.isEmpty else {
            throw ValidationError("--connections knows no captures: leave --cohort, --subject-cohort, --versus, --by and --claims out.")
        }
        guard !subject.isEmpty else { throw ValidationError("--connections takes --subject with at least one app of the list.") }
        guard format != .html else { throw ValidationError("--connections has no html: --format text, json or csv.") }
        guard apps.app == nil, apps.appMap.isEmpty, apps.idleCapture.isEmpty, !apps.inferApps else {
            throw ValidationError("--connections says which connection is of which app: leave --app, --app-map, --idle-capture and --infer-apps out.")
        }
        guard noted.markers.isEmpty, reading.filter == nil, reading.packets.phone.isEmpty, !reading.join, !reading.follow else {
            throw ValidationError("--connections has neither times nor packets: leave --markers, --filter, --phone, --join and --follow out.")
        }
        if let ask, !ConnectionMetrics.names.contains(ask) {
            throw ValidationError("--ask \(ask): no metric of connections; they are " + ConnectionMetrics.names.joined(separator: ", ") + ".")
        }
    }

    func runConnections(_ output: Output) throws {
        let list = try ConnectionList(connections)
        let chosen = try list.apps(named: subject, option: "--subject")
        let baseline = self.baseline.isEmpty ? list.apps : try list.apps(named: self.baseline, option: "--baseline")
        for app in baseline + chosen.filter({ subject in !baseline.contains { $0.id == subject.id } }) where app.isWithoutOwner {
            Talk.note("\(app.id): no owner is known, so it counts as a group of its own; data/apps.tsv names owners", quiet: reading.quiet)
        }
        var options = ComparisonOptions()
        (options.ask, options.seed) = (ask, seed ?? options.seed)
        options.watchedCountries = watchCountry.map { $0.uppercased() }.sorted()
        var comparisons: [ConnectionComparison] = []
        for app in chosen where !isInterrupted {
            comparisons.append(try ConnectionComparison(subject: app, peers: baseline, options: options))
        }
        let report = ConnectionReport(
            comparisons: comparisons, source: list.source, options: options,
            provenance: Provenances.make(inputs: list.inputs, options: described(options)), reveal: reveal)
        switch format {
        case .text, .html: try output.write(Array(report.terminal(width: output.width ?? 100, color: outputs.usesColor(output)).utf8))
        case .json: try output.write(report.json())
        case .csv: try output.write(report.csv())
        }
        guard list.status == .done else { throw CommandFailure(list.status) }
        guard comparisons.count == chosen.count else { throw CommandFailure(.interrupted) }
        for comparison in comparisons { try refuse(comparison) }
    }

    private func described(_ options: ComparisonOptions) -> [Provenance.Option] {
        [
            Provenance.Option("seed", String(options.seed)), Provenance.Option("ask", options.ask ?? "none"),
            Provenance.Option("watch countries", options.watchedCountries.isEmpty ? "none" : options.watchedCountries.joined(separator: " ")),
        ]
    }

    private func refuse(_ comparison: ConnectionComparison) throws(CommandFailure) {
        for condition in failOn {
            let holds = switch condition {
            case .above: comparison.overall == .above || comparison.primary?.verdict == .above
            case .insufficient: comparison.overall == .insufficient
            case .novel: comparison.owners.contains(where: \.isNovel)
            }
            if holds { throw CommandFailure(.refused, "\(comparison.subject.id): --fail-on \(condition.rawValue): it is so") }
        }
    }
}

/// The apps of all files of `--connections`.
struct ConnectionList {
    private(set) var apps: [ConnectionApp]
    private(set) var inputs: [Provenance.Input] = []
    private(set) var source: ConnectionReport.Source
    private(set) var status = ExitStatus.done
    private let catalog = AppCatalog()
    /// Largest file, octets: well beyond the rows that a table may have.
    private static let longestFile = 1 << 28

    /// Malformed rows are told and left out; then `status` says so.
    init(_ paths: [String]) throws(CommandFailure) {
        var table = ConnectionTable(), malformed = 0
        for path in paths {
            let octets: [UInt8]
            do throws(CommandFailure) { octets = try SystemCalls.readFile(path, limit: Self.longestFile) } catch {
                // One file that cannot be read does not stop the others.
                Talk.error(error.message)
                if status == .done { status = error.status }
                continue
            }
            let problems = table.read(octets, name: path)
            for problem in problems.first { Talk.error(problem) }
            if problems.count > problems.first.count { Talk.error("\(path): \(problems.count - problems.first.count) more rows are wrong") }
            if problems.count > 0, status == .done { status = .badData }
            malformed += problems.count
            inputs.append(Provenance.Input(path: path, sha256: ContentDigest.sha256(octets), role: "connections"))
        }
        guard table.rowCount > 0 else {
            throw CommandFailure(status == .done ? .badData : status, "--connections: no row could be read; docs/connections.md describes the columns")
        }
        apps = table.apps(catalog: catalog, classifier: DestinationClassifier(catalogue: .standard(), geography: Geography.standard()))
        source = ConnectionReport.Source(
            rows: table.rowCount, runs: table.runCount, apps: apps.count, hostMachineConnections: table.hostMachineConnections,
            malformedRows: malformed, notes: table.notes)
    }

    /// The apps that are meant, each once, in the order of the names.
    func apps(named names: [String], option: String) throws(CommandFailure) -> [ConnectionApp] {
        var chosen: [ConnectionApp] = []
        for name in names {
            let id = catalog.identity(orUnknown: name).id
            guard let app = apps.first(where: { $0.id == id }) else {
                let known = apps.prefix(60).map(\.id).joined(separator: ", ") + (apps.count > 60 ? ", …" : "")
                throw CommandFailure(.usage, "\(option) \(name): no app of the list; its apps are \(known)")
            }
            if !chosen.contains(where: { $0.id == id }) { chosen.append(app) }
        }
        return chosen
    }
}
