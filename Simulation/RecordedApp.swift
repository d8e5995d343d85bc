import Glibc
import TrafficCore

/// An invented app down to single uploads, so that stage A has something to do: it finds common windows, novel owners,
/// sizes, beacons and uploads that follow events by itself.
struct RecordedApp {
    private let number: Int
    private let nature: AppNature
    private let population = Population()

    /// Uploads of one category in a minute are at most so many on average; larger ones in their place.
    private static let mostUploads = 6.0
    private static let events = 12
    private static let beaconPeriod = 20.0

    init(number: Int, random: inout RandomSource) {
        self.number = number
        nature = AppNature(population, random: &random)
    }

    /// - Parameters:
    ///   - minutes: Length of each capture's foreground; the background has five.
    ///   - planted: Only `nothing`, `analyticsTimes` and `hidden` are known here.
    func observed(minutes: [Double], planted: Planted = .nothing, random: inout RandomSource) -> ObservedApp {
        ObservedApp(
            id: ModelCohort.name("app", number), group: ModelCohort.name("owner", number),
            captures: minutes.enumerated().map { capture, minutes in
                observed("capture \(capture)", PhaseMinutes(foreground: minutes, idle: 0), planted, random: &random)
            })
    }

    private func observed(_ id: String, _ minutes: PhaseMinutes, _ planted: Planted, random: inout RandomSource) -> ObservedCapture {
        let factor = exp(population.captureSpread * random.normal())
        var records: [UploadRecord] = []
        for category in ModelCategory.allCases {
            let i = category.rawValue
            let spread = population.categorySpread
            var rate = nature.rates[i] * factor * exp(spread * random.normal() - spread * spread / 2)
            if category == .analytics, case .analyticsTimes(let times) = planted { rate *= times }
            let quiet = rate * nature.backgroundRatios[i] * (random.isTrue(0.7) ? 1 / 0.7 : 0)
            add(rate, category, .foreground, minutes: minutes.foreground, to: &records, random: &random)
            // The start-up: as much as in several minutes, in the first.
            add(rate * nature.startUp, category, .foreground, minutes: 1, to: &records, random: &random)
            add(quiet, category, .background, minutes: minutes.background, to: &records, random: &random)
        }
        for beacon in 0..<nature.beacons where random.isTrue(0.75) {
            var time = Self.beaconPeriod * random.unit()
            while time < 60 * minutes.background {
                records.append(record(.firstParty, .background, time: time, owner: "beacon \(number) \(beacon)", octets: 300))
                time += Self.beaconPeriod * (1 + random.uniform(-0.1, 0.1))
            }
        }
        if case .hidden(let share) = planted {
            let octets = Int(share * records.reduce(0) { $0 + Double($1.up) })
            let seconds = 60 * minutes.foreground
            for _ in 0..<10 {
                records.append(record(.unknown, .foreground, time: seconds * random.unit(), owner: "hidden", octets: octets / 10))
            }
        }
        let events = (0..<Self.events).map { _ in 60 * minutes.foreground * random.unit() }
        return ObservedCapture(
            id: id, seconds: [.foreground: 60 * minutes.foreground, .background: 60 * minutes.background], records: records,
            events: events)
    }

    /// Uploads at random times: what a shorter capture sees of them is what it would see of a longer one cut.
    private func add(_ rate: Double, _ category: ModelCategory, _ phase: Phase, minutes: Double, to records: inout [UploadRecord],
                     random: inout RandomSource) {
        let size = max(nature.requestSize, rate / Self.mostUploads)
        for _ in 0..<random.poisson(rate * minutes / size) {
            let octets = Int(min(1e12, size * exp(0.3 * random.normal() - 0.045)))
            records.append(record(
                category, phase, time: 60 * minutes * random.unit(), owner: owner(category, random: &random), octets: octets))
        }
    }

    private func owner(_ category: ModelCategory, random: inout RandomSource) -> String {
        if category == .firstParty { return "own \(number)" }
        if category == .content { return "cdn \(random.index(5))" }
        var rest = random.unit() * nature.contacts.weights.reduce(0) { $0 + $1.weight }
        for entry in nature.contacts.weights {
            rest -= entry.weight
            if rest <= 0 { return "third \(entry.owner)" }
        }
        return "third 0"
    }

    private func record(_ category: ModelCategory, _ phase: Phase, time: Double, owner: String, octets: Int) -> UploadRecord {
        UploadRecord(
            time: time, phase: phase, owner: owner, domain: owner, category: category.counted, isFirstParty: category == .firstParty,
            country: "", jurisdiction: "", up: max(1, octets), down: 0, clear: false)
    }
}

extension ModelCategory {
    /// As the metrics have it.
    fileprivate var counted: MetricCategory {
        switch self {
        case .analytics: .analytics
        case .advertising: .advertising
        case .crash: .crash
        case .firstParty: .firstParty
        case .content: .content
        case .unknown: .unknown
        }
    }
}
