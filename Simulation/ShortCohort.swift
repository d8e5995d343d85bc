import Glibc
import TrafficCore

/// Invented apps in a short foreground window, where single requests and the start-up count (METHOD.md §7, *Windows under
/// one minute*). Presence and spread are those of real captures.
struct ShortCohort {
    /// The subject first. A capture shorter than the window has no pairs.
    private(set) var apps: [SimulatedApp] = []

    private static let presence = [0.6, 0.4, 0.5, 1, 0.95, 1]
    private static let spread = [1.1, 1.3, 1.0, 1.2, 1.0, 2.3]
    private static let median = Population().median
    /// Seconds in which an app has contacted two thirds of its owners.
    private static let ownerSeconds = 20.0

    /// - Parameter lengths: Seconds of each capture by app, or nil for captures that all reach the window.
    init(captures: [Int], window: Int, lengths: [[Double]]? = nil, planted: Planted, random: inout RandomSource) {
        let minutes = Double(window) / 60
        let natures = captures.indices.map { Nature(planted: $0 == 0 ? planted : .nothing, random: &random) }
        let novelShares = OwnerContacts.novelShares(natures.map(\.contacts))
        for (app, nature) in natures.enumerated() {
            var rows: [[SimulatedPair]] = []
            for capture in 0..<captures[app] {
                let pairs = Self.pairs(
                    nature, minutes: minutes, novelShare: novelShares[app], planted: app == 0 ? planted : .nothing, random: &random)
                let isLongEnough = lengths.map { $0[app][capture] >= Double(window) } ?? true
                rows.append(isLongEnough ? pairs : [])
            }
            apps.append(SimulatedApp(id: ModelCohort.name("app", app), group: ModelCohort.name("owner", app), captures: rows))
        }
    }

    private struct Nature {
        var rates: [Double]
        var requestSizes: [Double]
        var startUp: Double
        var contacts: OwnerContacts
        var largeRate: Double
        var clearShare: Double

        init(planted: Planted, random: inout RandomSource) {
            let activity = 0.6 * random.normal()
            rates = ModelCategory.allCases.map { category in
                let i = category.rawValue
                let level = ShortCohort.median[i] * exp(ShortCohort.spread[i] * random.effect(.student5) + activity)
                return random.isTrue(ShortCohort.presence[i]) ? level : 0
            }
            switch planted {
            case .analyticsTimes(let factor): rates[0] *= factor
            case .centreTimes(let factor): rates[0] = factor * ShortCohort.median[0]
            default: break
            }
            requestSizes = rates.map { _ in random.logNormal(median: 1200, spread: 0.6) }
            startUp = random.logNormal(median: 4, spread: 0.5)
            contacts = OwnerContacts(appetite: random.logNormal(median: 1, spread: 0.5), random: &random)
            largeRate = random.logNormal(median: 0.06, spread: 1.1)
            clearShare = random.isTrue(0.2) ? random.logNormal(median: 0.005, spread: 1.2) : 0
        }
    }

    private static func pairs(
        _ app: Nature, minutes: Double, novelShare: Double, planted: Planted, random: inout RandomSource
    ) -> [SimulatedPair] {
        let factor = exp(0.4 * random.normal())
        var requests: [Double] = []
        var up: [Double] = []
        for (rate, size) in zip(app.rates, app.requestSizes) {
            let steady = rate * factor * exp(0.5 * random.normal() - 0.125)
            let count = Double(random.poisson(steady * (minutes + app.startUp * (1 - exp(-minutes))) / size))
            requests.append(count)
            up.append((count * size * exp(0.3 * random.normal() / max(1, count).squareRoot())).rounded(.down))
        }
        let unknown = ModelCategory.unknown.rawValue
        var owners = Double(random.binomial(app.contacts.count, 0.8 * (1 - exp(-60 * minutes / ownerSeconds))))
        var novel = novelShare * (ModelCategory.trackers.reduce(up[unknown]) { $0 + up[$1.rawValue] })
        if case .hidden(let share) = planted {
            let extra = (share * up.reduce(0, +)).rounded(.down)
            up[unknown] += extra
            novel += extra
            if extra > 0 { owners += 1 }
        }
        let all = up.reduce(0, +)
        let trackerRequests = ModelCategory.trackers.reduce(0) { $0 + requests[$1.rawValue] }
        let large = Double(random.poisson(app.largeRate * minutes * factor))
        let clearShare = min(0.9, app.clearShare * exp(0.4 * random.normal()))
        return [
            SimulatedPair(.analyticsBytesUpPerMinute, up[0], minutes), SimulatedPair(.analyticsShareOfBytesUp, up[0], all),
            SimulatedPair(.trackerRequestsPerMinute, trackerRequests, minutes), SimulatedPair(.thirdPartyOwnerCount, owners, 1),
            SimulatedPair(.unexplainedBytesUpPerMinute, up[unknown], minutes),
            SimulatedPair(.novelDestinationBytesUpPerMinute, novel, minutes),
            SimulatedPair(.largeUploadBurstsPerMinute, large, minutes),
            SimulatedPair(.cleartextShareOfBytesUp, clearShare * all, all),
        ]
    }
}
