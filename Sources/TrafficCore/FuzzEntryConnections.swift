// Where the fuzzer of lists of connections comes in.

extension FuzzEntry {
    /// A file of `compare --connections`. What was read is classified and compared. Traps on purpose where that fails: only the fuzzer and its
    /// test call it.
    public static func connections(_ octets: [UInt8]) {
        var table = ConnectionTable()
        let problems = table.read(octets, name: "f")
        precondition(problems.first.count == min(problems.count, ConnectionProblems.limit))
        precondition(table.rowCount <= octets.count && table.runCount <= table.rowCount, "more rows than octets, or runs without rows")
        precondition(table.read(octets, name: "g").count == 0, "the same file was read twice")
        let apps = table.apps(classifier: DestinationClassifier(geography: nil))
        precondition(apps.reduce(0) { $0 + $1.runs.count } == table.runCount, "a run was lost")
        guard let subject = apps.first, apps.count <= 12, table.runCount <= 24 else { return }
        var options = ComparisonOptions()
        (options.draws, options.bootstrapReplicates, options.minimumGroups, options.watchedCountries) = (3, 3, 2, ["CN"])
        guard let comparison = try? ConnectionComparison(subject: subject, peers: Array(apps.dropFirst()), options: options) else {
            // Stops on purpose: the options are our own, and in range. Only the fuzzer and its test call this.
            preconditionFailure("options that are in range were refused")
        }
        for metric in comparison.metrics {
            if let value = metric.value { precondition(value.isFinite && value >= 0, "a value that is none") }
            if let p = metric.p { precondition(p > 0 && p <= 1, "a p that is none") }
        }
    }
}
