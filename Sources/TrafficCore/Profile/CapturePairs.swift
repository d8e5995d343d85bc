/// Numerator and denominator of one metric in one capture; (0, 0) where it could not be measured.
struct MetricPair: Sendable, Equatable {
    var numerator = 0.0
    var denominator = 0.0
}

/// A record inside the common windows, with its names as numbers of one `NameTable`.
struct WindowedRecord: Sendable {
    var time: Double
    var phase: Phase
    var owner: Int
    var domain: Int
    var country: Int
    var category: MetricCategory
    var isFirstParty: Bool
    /// The owner's seat is in the list of watched countries.
    var isWatched: Bool
    /// Octets.
    var up: Int
    var down: Int
    var clear: Bool

    var isTracker: Bool { category == .analytics || category == .advertising || category == .crash }
}

/// METHOD.md's stage A for one capture: the pair of every metric (§2; reference: `capture_pairs`).
struct CapturePairs: Sendable {
    /// By `MetricID.rawValue`.
    private(set) var pairs = [MetricPair](repeating: MetricPair(), count: MetricID.allCases.count)

    /// An upload of this many octets is a large one: a photograph, not an event.
    static let largeBurst = 65536
    /// Uploads that a distribution of sizes needs.
    static let minimumSizes = 30
    /// Seconds of background that looking for beacons needs.
    static let minimumBeaconWindow = 60

    /// - Parameters:
    ///   - seconds: Exposure of the capture in each phase.
    ///   - records: Its attributable records inside the common windows, in any order.
    ///   - events: Marked events, seconds of the foreground phase.
    ///   - windows: The common windows, whole seconds.
    ///   - novel: Owners that no app of another group contacts.
    ///   - pooledSizes: Normalised sizes of the other groups; all zero when there are none.
    ///   - countryNames: By country number; gives the entropy's order of summing.
    ///   - beaconNulls: Kept from capture to capture.
    init(seconds: [Phase: Double], records: [WindowedRecord], events: [Double], windows: [Phase: Int], novel: Set<Int>,
         pooledSizes: SizeDistribution, countryNames: [String], beaconNulls: inout BeaconNulls) {
        func reached(_ phase: Phase) -> Int? {
            guard let window = windows[phase], seconds[phase] ?? 0 >= Double(window) else { return nil }
            return window
        }
        let foreground = reached(.foreground)
        let background = reached(.background)
        let idle = reached(.idle)
        let common = Phase.allCases.filter { windows[$0] != nil }
        if !common.isEmpty, common.allSatisfy({ reached($0) != nil }) {
            // Whole seconds are added, then divided once (METHOD.md §1).
            let minutes = Double(common.reduce(0) { $0 + (windows[$1] ?? 0) }) / 60
            fillAllPhases(records, minutes: minutes, novel: novel, pooledSizes: pooledSizes, countryNames: countryNames)
        }
        let foregroundRecords = records.filter { $0.phase == .foreground }
        if let background {
            let inBackground = records.filter { $0.phase == .background }
            fillBackground(inBackground, seconds: background, beaconNulls: &beaconNulls)
            if let foreground {
                let backgroundRate = Self.up(inBackground) / (Double(background) / 60)
                let foregroundRate = Self.up(foregroundRecords) / (Double(foreground) / 60)
                self[.backgroundShareOfUploadRate] = (backgroundRate, backgroundRate + foregroundRate)
            }
        }
        if let idle {
            self[.idleBytesUpPerMinute] = (Self.up(records.filter { $0.phase == .idle }), Double(idle) / 60)
        }
        if let foreground, events.count >= EventLock.minimumEvents {
            let lock = EventLock([
                .init(length: Double(foreground), events: events.filter { $0 < Double(foreground) },
                      uploads: foregroundRecords.map { ($0.time, Double($0.up)) })
            ])
            if let excess = lock.excessPerEvent { self[.eventLockedUploadExcess] = (max(0, excess), 1) }
        }
    }

    private subscript(_ metric: MetricID) -> (numerator: Double, denominator: Double) {
        get { (pairs[metric.rawValue].numerator, pairs[metric.rawValue].denominator) }
        set { pairs[metric.rawValue] = MetricPair(numerator: newValue.numerator, denominator: newValue.denominator) }
    }

    private mutating func fillAllPhases(_ records: [WindowedRecord], minutes: Double, novel: Set<Int>,
                                        pooledSizes: SizeDistribution, countryNames: [String]) {
        var total = 0.0
        var down = 0.0
        var byCategory: [MetricCategory: Double] = [:]
        var trackers = 0.0
        var trackerRequests = 0
        var trackerDomains: Set<Int> = []
        var thirdPartyOwners: Set<Int> = []
        var novelUp = 0.0
        var largeBursts = 0
        var clear = 0.0
        var watched = 0.0
        var thirdPartyAnalytics = 0.0
        var byCountry: [Int: Double] = [:]
        var sizes: [Int] = []
        for record in records {
            let up = Double(record.up)
            total += up
            down += Double(record.down)
            byCategory[record.category, default: 0] += up
            byCountry[record.country, default: 0] += up
            if record.up > 0 { sizes.append(record.up) }
            if record.up >= Self.largeBurst { largeBursts += 1 }
            if record.clear { clear += up }
            if record.isWatched { watched += up }
            if record.isTracker {
                trackers += up
                if record.up > 0 { trackerRequests += 1 }
                trackerDomains.insert(record.domain)
            }
            if !record.isFirstParty {
                thirdPartyOwners.insert(record.owner)
                if novel.contains(record.owner) { novelUp += up }
                if record.category == .analytics { thirdPartyAnalytics += up }
            }
        }
        func up(_ category: MetricCategory) -> Double { byCategory[category] ?? 0 }
        let countries = byCountry.sorted { UTF8Key(countryNames[$0.key]) < UTF8Key(countryNames[$1.key]) }

        self[.analyticsBytesUpPerMinute] = (up(.analytics), minutes)
        self[.analyticsShareOfBytesUp] = (up(.analytics), total)
        self[.trackerRequestsPerMinute] = (Double(trackerRequests), minutes)
        self[.thirdPartyOwnerCount] = (Double(thirdPartyOwners.count), 1)
        self[.unexplainedBytesUpPerMinute] = (up(.unknown), minutes)
        self[.novelDestinationBytesUpPerMinute] = (novelUp, minutes)
        self[.largeUploadBurstsPerMinute] = (Double(largeBursts), minutes)
        self[.cleartextShareOfBytesUp] = (clear, total)
        self[.advertisingBytesUpPerMinute] = (up(.advertising), minutes)
        self[.crashBytesUpPerMinute] = (up(.crash), minutes)
        self[.trackerShareOfBytesUp] = (trackers, total)
        self[.trackerDomainCount] = (Double(trackerDomains.count), 1)
        self[.firstPartyBytesUpPerMinute] = (up(.firstParty), minutes)
        self[.uploadDownloadRatio] = (total, down)
        self[.unexplainedShareOfBytesUp] = (up(.unknown), total)
        self[.novelDestinationShareOfBytesUp] = (novelUp, total)
        self[.cleartextBytesUpPerMinute] = (clear, minutes)
        self[.destinationCountryEntropy] = (Entropy.bits(countries.map(\.value)), 1)
        self[.watchCountryShareOfBytesUp] = (watched, total)
        self[.thirdPartyAnalyticsBytesUpPerMinute] = (thirdPartyAnalytics, minutes)
        self[.thirdPartyAnalyticsShareOfBytesUp] = (thirdPartyAnalytics, total)
        if sizes.count >= Self.minimumSizes, pooledSizes.total > 0 {
            let own = SizeDistribution(sizes: sizes).normalised
            self[.payloadSizeW1ToPeers] = (own.wasserstein1(to: pooledSizes), 1)
        }
    }

    private mutating func fillBackground(_ records: [WindowedRecord], seconds: Int, beaconNulls: inout BeaconNulls) {
        let minutes = Double(seconds) / 60
        self[.backgroundBytesUpPerMinute] = (Self.up(records), minutes)
        self[.backgroundTrackerBytesUpPerMinute] = (Self.up(records.filter(\.isTracker)), minutes)
        let active = Set(records.filter { $0.up > 0 }.map { Self.minute(of: $0.time) })
        self[.backgroundActiveMinuteShare] = (Double(active.count), Double((seconds + 59) / 60))
        guard seconds >= Self.minimumBeaconWindow else { return }
        var times: [Int: [Double]] = [:]
        for record in records { times[record.owner, default: []].append(record.time) }
        let periodic = times.values.count { Beaconing(times: $0, nulls: &beaconNulls).verdict == .periodic }
        self[.beaconingDestinationCount] = (Double(periodic), 1)
    }

    private static func up(_ records: [WindowedRecord]) -> Double { records.reduce(0) { $0 + Double($1.up) } }

    /// The minute that a time in seconds lies in; negative for times before the phase.
    private static func minute(of time: Double) -> Double {
        // By the exact remainder: a division may round up into the next minute.
        let rest = time.truncatingRemainder(dividingBy: 60)
        return ((time - rest) / 60).rounded() - (rest < 0 ? 1 : 0)
    }
}
