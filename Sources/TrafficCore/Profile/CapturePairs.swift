/// Numerator and denominator of one metric in one capture; (0, 0) where it could not be measured.
struct MetricPair: Sendable, Equatable {
    var numerator = 0.0
    var denominator = 0.0
}

/// METHOD.md's stage A for one capture: the pair of every metric (§2; reference: `capture_pairs`). Those that depend on the other
/// apps, novel owners and the distance of sizes, are put in by `pairs(novel:pooledSizes:)`.
struct CapturePairs: Sendable {
    var id: String
    /// By `MetricID.rawValue`.
    private var known = [MetricPair](repeating: MetricPair(), count: MetricID.allCases.count)
    /// Minutes of all common phases; nil when the capture does not reach each of them.
    private var minutes: Double?
    /// Octets up, all and to each owner that is not first-party, by number.
    private var total = 0.0
    private var thirdParties: [(owner: Int, up: Double)] = []
    /// Normalised; nil with too few uploads.
    private var sizes: SizeDistribution?
    /// Owners that are contacted at regular intervals in the background, by number.
    private(set) var periodic: [(owner: Int, beacon: Beaconing)] = []
    /// The capture reaches a background window that beacons can be looked for in.
    private(set) var isBeaconMeasured = false

    /// An upload of this many octets is a large one: a photograph, not an event.
    static let largeBurst = 65536
    /// Uploads that a distribution of sizes needs.
    static let minimumSizes = 30
    /// Seconds of background that looking for beacons needs.
    static let minimumBeaconWindow = 60

    /// - Parameters:
    ///   - rows: Of `capture`, those inside the common windows, in any order.
    ///   - windows: The common windows, whole seconds.
    ///   - countryNames: By country number; gives the entropy's order of summing.
    ///   - beaconNulls: Kept from capture to capture.
    init(
        _ capture: CohortBasis.Capture, rows: [CohortBasis.Row], windows: [Phase: Int], countryNames: [String], beaconNulls: inout BeaconNulls
    ) {
        id = capture.id
        func reached(_ phase: Phase) -> Int? {
            guard let window = windows[phase], capture.seconds[phase] ?? 0 >= Double(window) else { return nil }
            return window
        }
        let foreground = reached(.foreground)
        let background = reached(.background)
        let idle = reached(.idle)
        let common = Phase.allCases.filter { windows[$0] != nil }
        if !common.isEmpty, common.allSatisfy({ reached($0) != nil }) {
            // Whole seconds are added, then divided once (METHOD.md §1).
            let minutes = Double(common.reduce(0) { $0 + (windows[$1] ?? 0) }) / 60
            self.minutes = minutes
            fillAllPhases(rows, of: capture, minutes: minutes, countryNames: countryNames)
        }
        if let background {
            let inBackground = rows.filter { $0.phase == .background }
            fillBackground(inBackground, of: capture, seconds: background, beaconNulls: &beaconNulls)
            if let foreground {
                let backgroundRate = Self.up(inBackground) / (Double(background) / 60)
                let foregroundRate = Self.up(rows.filter { $0.phase == .foreground }) / (Double(foreground) / 60)
                self[.backgroundShareOfUploadRate] = (backgroundRate, backgroundRate + foregroundRate)
            }
        }
        if let idle {
            self[.idleBytesUpPerMinute] = (Self.up(rows.filter { $0.phase == .idle }), Double(idle) / 60)
        }
        if let foreground, capture.events.count >= EventLock.minimumEvents {
            let lock = EventLock([
                .init(length: Double(foreground), events: capture.events.filter { $0 < Double(foreground) },
                      uploads: capture.foreground.filter { $0.time < Double(foreground) }.map { ($0.time, $0.up) })
            ])
            if let excess = lock.excessPerEvent { self[.eventLockedUploadExcess] = (max(0, excess), 1) }
        }
    }

    /// The pair of every metric, by `MetricID.rawValue`.
    /// - Parameters:
    ///   - novel: Owners that no app of another group contacts.
    ///   - pooledSizes: Normalised sizes of the other groups; all zero when there are none.
    func pairs(novel: Set<Int>, pooledSizes: SizeDistribution) -> [MetricPair] {
        guard let minutes else { return known }
        var pairs = known
        let novelUp = thirdParties.reduce(0) { novel.contains($1.owner) ? $0 + $1.up : $0 }
        pairs[MetricID.novelDestinationBytesUpPerMinute.rawValue] = MetricPair(numerator: novelUp, denominator: minutes)
        pairs[MetricID.novelDestinationShareOfBytesUp.rawValue] = MetricPair(numerator: novelUp, denominator: total)
        if let sizes, pooledSizes.total > 0 {
            pairs[MetricID.payloadSizeW1ToPeers.rawValue] = MetricPair(numerator: sizes.wasserstein1(to: pooledSizes), denominator: 1)
        }
        return pairs
    }

    private subscript(_ metric: MetricID) -> (numerator: Double, denominator: Double) {
        get { (known[metric.rawValue].numerator, known[metric.rawValue].denominator) }
        set { known[metric.rawValue] = MetricPair(numerator: newValue.numerator, denominator: newValue.denominator) }
    }

    private mutating func fillAllPhases(
        _ rows: [CohortBasis.Row], of capture: CohortBasis.Capture, minutes: Double, countryNames: [String]
    ) {
        var down = 0.0
        var byCategory: [MetricCategory: Double] = [:]
        var trackers = 0.0
        var trackerRequests = 0
        var trackerDomains: Set<Int> = []
        var thirdParties: [Int: Double] = [:]
        var largeBursts = 0
        var clear = 0.0
        var watched = 0.0
        var thirdPartyAnalytics = 0.0
        var byCountry: [Int: Double] = [:]
        var uploads = 0
        for row in rows {
            total += row.up
            down += row.down
            byCategory[row.category, default: 0] += row.up
            byCountry[row.country, default: 0] += row.up
            uploads.addSaturating(row.uploads)
            for size in capture.sizes[row.sizes] where Int(size.bin) >= Self.firstLargeBin { largeBursts.addSaturating(size.count) }
            if row.clear { clear += row.up }
            if row.isWatched { watched += row.up }
            if row.isTracker {
                trackers += row.up
                trackerRequests.addSaturating(row.uploads)
                trackerDomains.insert(row.domain)
            }
            if !row.isFirstParty {
                thirdParties[row.owner, default: 0] += row.up
                if row.category == .analytics { thirdPartyAnalytics += row.up }
            }
        }
        self.thirdParties = thirdParties.sorted { $0.key < $1.key }.map { (owner: $0.key, up: $0.value) }
        func up(_ category: MetricCategory) -> Double { byCategory[category] ?? 0 }
        let countries = byCountry.sorted { UTF8Key(countryNames[$0.key]) < UTF8Key(countryNames[$1.key]) }

        self[.analyticsBytesUpPerMinute] = (up(.analytics), minutes)
        self[.analyticsShareOfBytesUp] = (up(.analytics), total)
        self[.trackerRequestsPerMinute] = (Double(trackerRequests), minutes)
        self[.thirdPartyOwnerCount] = (Double(thirdParties.count), 1)
        self[.unexplainedBytesUpPerMinute] = (up(.unknown), minutes)
        self[.largeUploadBurstsPerMinute] = (Double(largeBursts), minutes)
        self[.cleartextShareOfBytesUp] = (clear, total)
        self[.advertisingBytesUpPerMinute] = (up(.advertising), minutes)
        self[.crashBytesUpPerMinute] = (up(.crash), minutes)
        self[.trackerShareOfBytesUp] = (trackers, total)
        self[.trackerDomainCount] = (Double(trackerDomains.count), 1)
        self[.firstPartyBytesUpPerMinute] = (up(.firstParty), minutes)
        self[.uploadDownloadRatio] = (total, down)
        self[.unexplainedShareOfBytesUp] = (up(.unknown), total)
        self[.cleartextBytesUpPerMinute] = (clear, minutes)
        self[.destinationCountryEntropy] = (Entropy.bits(countries.map(\.value)), 1)
        self[.watchCountryShareOfBytesUp] = (watched, total)
        self[.thirdPartyAnalyticsBytesUpPerMinute] = (thirdPartyAnalytics, minutes)
        self[.thirdPartyAnalyticsShareOfBytesUp] = (thirdPartyAnalytics, total)
        if uploads >= Self.minimumSizes { sizes = capture.sizes(of: rows).normalised }
    }

    /// `SizeDistribution.bin(of:)` has an edge there.
    private static let firstLargeBin = SizeDistribution.bin(of: largeBurst)

    private mutating func fillBackground(
        _ rows: [CohortBasis.Row], of capture: CohortBasis.Capture, seconds: Int, beaconNulls: inout BeaconNulls
    ) {
        let minutes = Double(seconds) / 60
        self[.backgroundBytesUpPerMinute] = (Self.up(rows), minutes)
        self[.backgroundTrackerBytesUpPerMinute] = (Self.up(rows.filter(\.isTracker)), minutes)
        let active = Set(rows.filter { $0.uploads > 0 }.map { TimeCell.minute(of: $0.cell) })
        self[.backgroundActiveMinuteShare] = (Double(active.count), Double((seconds + 59) / 60))
        guard seconds >= Self.minimumBeaconWindow else { return }
        isBeaconMeasured = true
        var times: [Int: [Double]] = [:]
        for burst in capture.background where burst.time < Double(seconds) { times[burst.owner, default: []].append(burst.time) }
        for (owner, times) in times {
            let beacon = Beaconing(times: times, nulls: &beaconNulls)
            if beacon.verdict == .periodic { periodic.append((owner, beacon)) }
        }
        periodic.sort { $0.owner < $1.owner }
        self[.beaconingDestinationCount] = (Double(periodic.count), 1)
    }

    private static func up(_ rows: [CohortBasis.Row]) -> Double { rows.reduce(0) { $0 + $1.up } }
}
