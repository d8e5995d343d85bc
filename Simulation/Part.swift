/// The tables that can be measured again.
enum Part: String, CaseIterable, Sendable {
    /// Error rates and power of the verdicts.
    case verdicts
    /// The metric named before anybody looked.
    case named
    /// Coverage of the percentile's bound and of the ratio's interval.
    case coverage
    case beacons
    case events
    /// Foreground windows under a minute.
    case short
    /// Tails, lengths, uneven numbers of captures, owners and siblings.
    case robustness
    /// Stages A and B from single records.
    case records
    /// How power goes with the number of peers; apps as real captures show them; busier subjects.
    case limits

    func tables(_ run: Replication) async -> [ResultTable] {
        switch self {
        case .verdicts: await VerdictTables.measure(run)
        case .named: [await NamedTable.measure(run)]
        case .coverage: [await PercentileTable.measure(run), await RatioTable.measure(run)]
        case .beacons: [await BeaconTable.measure(run), await BeaconTable.measureNulls(run)]
        case .events: [await EventTable.measure(run)]
        case .short: [await ShortWindowTable.measure(run)]
        case .robustness: await RobustnessTables.measure(run)
        case .records: [await RecordsTable.measure(run)]
        case .limits: await LimitTables.measure(run)
        }
    }
}
