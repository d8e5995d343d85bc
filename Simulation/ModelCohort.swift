import Glibc
import TrafficCore

/// Invented apps of one kind with their captures; the first is the subject.
struct ModelCohort {
    private let population: Population
    private let captures: [[CaptureTraffic]]
    private let novelShares: [Double]

    var count: Int { captures.count }

    /// - Parameters:
    ///   - captures: Of each app.
    ///   - siblings: By app, the earlier app whose owner it shares.
    ///   - minutes: By app; nil is five minutes a phase for all.
    init(apps: Int, captures: Int, _ population: Population = Population(), siblings: [Int: Int] = [:],
         minutes: ((Int) -> PhaseMinutes)? = nil, random: inout RandomSource) {
        var natures: [AppNature] = []
        for app in 0..<apps {
            if let elder = siblings[app] {
                natures.append(natures[elder].sibling(population, random: &random))
            } else {
                natures.append(AppNature(population, random: &random))
            }
        }
        var traffic: [[CaptureTraffic]] = []
        for (app, nature) in natures.enumerated() {
            traffic.append((0..<captures).map { _ in
                CaptureTraffic(of: nature, population, minutes: minutes?(app) ?? PhaseMinutes(), random: &random)
            })
        }
        let gaps = MethodUnderTest.sizeGaps(traffic.map { $0.map(\.sizes) })
        for app in traffic.indices {
            for capture in traffic[app].indices { traffic[app][capture].sizeGap = gaps[app][capture] }
        }
        self.population = population
        self.captures = traffic
        novelShares = OwnerContacts.novelShares(natures.map(\.contacts))
    }

    /// One app as stage B takes it.
    /// - Parameters:
    ///   - group: Its owner; an app's own number when nil.
    ///   - used: Takes only the first so many captures.
    func app(_ number: Int, group: Int? = nil, planted: Planted = .nothing, used: Int = .max) -> SimulatedApp {
        SimulatedApp(id: Self.name("app", number), group: Self.name("owner", group ?? number),
                     captures: captures[number].prefix(used).map { pairs($0, novelShare: novelShares[number], planted: planted) })
    }

    /// The peers, each of an owner of its own.
    func peers() -> [SimulatedApp] { (1..<count).map { app($0) } }

    /// With leading zeros, so that names and numbers have one order.
    static func name(_ word: String, _ number: Int) -> String {
        word + " " + String(repeating: "0", count: 4 - String(number).count) + String(number)
    }

    /// What the capture's sums are to the metrics of families A and B.
    private func pairs(_ capture: CaptureTraffic, novelShare: Double, planted: Planted) -> [SimulatedPair] {
        let changed = changed(capture, planted)
        let (foreground, background, novel) = (changed.foreground, changed.background, changed.novel)
        let total = ModelCategory.allCases.map { foreground[$0.rawValue] + background[$0.rawValue] + changed.idle[$0.rawValue] }
        func up(_ category: ModelCategory) -> Double { total[category.rawValue] }
        let all = total.reduce(0, +)
        let minutes = capture.minutes.total
        let trackers = ModelCategory.trackers.reduce(0) { $0 + up($1) }
        let ordinaryThirdParty = trackers + up(.unknown) - novel
        return [
            SimulatedPair(.analyticsBytesUpPerMinute, up(.analytics), minutes),
            SimulatedPair(.analyticsShareOfBytesUp, up(.analytics), all),
            SimulatedPair(.trackerRequestsPerMinute, (trackers / capture.requestSize).rounded(), minutes),
            SimulatedPair(.thirdPartyOwnerCount, Double(capture.owners) + (novel > 0 ? 1 : 0), 1),
            SimulatedPair(.backgroundBytesUpPerMinute, background.reduce(0, +), capture.minutes.background),
            SimulatedPair(.unexplainedBytesUpPerMinute, up(.unknown), minutes),
            SimulatedPair(.novelDestinationBytesUpPerMinute, ordinaryThirdParty * novelShare + novel, minutes),
            SimulatedPair(.largeUploadBurstsPerMinute, Double(capture.largeUploads), minutes),
            SimulatedPair(.payloadSizeW1ToPeers, capture.sizeGap, 1),
            SimulatedPair(.cleartextShareOfBytesUp, capture.clearShare * all, all),
            SimulatedPair(.eventLockedUploadExcess, capture.eventExcess, 1),
            SimulatedPair(.beaconingDestinationCount, Double(capture.beacons), 1),
        ]
    }

    private func changed(_ capture: CaptureTraffic, _ planted: Planted)
        -> (foreground: [Double], background: [Double], idle: [Double], novel: Double)
    {
        var (foreground, background, idle, novel) = (capture.foreground, capture.background, capture.idle, 0.0)
        let analytics = ModelCategory.analytics.rawValue
        switch planted {
        case .nothing: break
        case .analyticsTimes(let factor):
            foreground[analytics] *= factor
            background[analytics] *= factor
            idle[analytics] *= factor
        case .centreTimes(let factor):
            let rate = factor * population.median[analytics] * capture.centreFactor
            foreground[analytics] = (rate * capture.boost * capture.minutes.foreground).rounded(.down)
            background[analytics] = (0.08 * rate * capture.minutes.background).rounded(.down)
            idle[analytics] = (0.04 * rate * capture.minutes.idle).rounded(.down)
        case .hidden(let share):
            novel = (share * (foreground + background + idle).reduce(0, +)).rounded(.down)
            foreground[ModelCategory.unknown.rawValue] += novel
        case .background(let rate):
            background[ModelCategory.firstParty.rawValue] += rate * capture.minutes.background
        case .busier(let factor):
            foreground = foreground.map { $0 * factor }
            background = background.map { $0 * factor }
            idle = idle.map { $0 * factor }
        }
        return (foreground, background, idle, novel)
    }
}
