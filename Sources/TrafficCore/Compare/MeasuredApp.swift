/// What one app's captures say inside common windows, whoever it is compared with.
struct MeasuredApp: Sendable {
    var id: String
    var group: String
    var captures: [CapturePairs]
    /// Numbers of the owners that are not first-party.
    var contacted: Set<Int>
    /// Numbers of all owners.
    var owners: Set<Int>
    /// Normalised sizes of all its uploads.
    var sizes: SizeDistribution
    /// `PhaseMeasures` of each phase with a window; a phase that no capture reaches is absent.
    var phases: [Phase: [Double]] = [:]

    init(_ app: CohortBasis.App, limits: WindowLimits, countryNames: [String], beaconNulls: inout BeaconNulls) {
        (id, group, captures, contacted, owners) = (app.id, app.group, [], [], [])
        var sizes = SizeDistribution(), measures: [Phase: (sums: [Double], captures: Int)] = [:]
        for capture in app.captures {
            let rows = capture.rows(in: limits)
            for row in rows {
                owners.insert(row.owner)
                if !row.isFirstParty { contacted.insert(row.owner) }
            }
            sizes += capture.sizes(of: rows)
            for (phase, window) in limits.windows where capture.seconds[phase] ?? 0 >= Double(window) {
                var entry = measures[phase] ?? ([Double](repeating: 0, count: PhaseMeasures.names.count), 0)
                PhaseMeasures.add(rows.filter { $0.phase == phase }, to: &entry.sums)
                entry.captures += 1
                measures[phase] = entry
            }
            captures.append(CapturePairs(capture, rows: rows, windows: limits.windows, countryNames: countryNames, beaconNulls: &beaconNulls))
        }
        self.sizes = sizes.normalised
        for (phase, entry) in measures {
            phases[phase] = PhaseMeasures.means(entry.sums, captures: entry.captures, window: limits.windows[phase] ?? 0)
        }
    }
}
