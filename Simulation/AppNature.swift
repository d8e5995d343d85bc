import Glibc

/// The categories of traffic in the model, in the order of its arrays.
enum ModelCategory: Int, CaseIterable {
    case analytics, advertising, crash, firstParty, content, unknown
    static let trackers: [ModelCategory] = [.analytics, .advertising, .crash]
}

/// How a kind of apps is spread: METHOD.md §7's model, and what §10 changes in it.
struct Population {
    /// Share of the apps that have the category at all.
    var presence = [0.95, 0.6, 0.7, 1.0, 0.95, 0.5]
    /// Median octets up a minute, of apps that have it.
    var median = [3000.0, 2000, 100, 20000, 8000, 300]
    /// Spread between apps, in powers of e.
    var spread = [1.1, 1.3, 1.0, 1.2, 1.0, 1.5]
    var tails = Tails.student5
    /// Spread between captures of one app that all its traffic shares.
    var captureSpread = 0.4
    /// Spread between captures of one app of each category by itself.
    var categorySpread = 0.5

    /// Presence and spreads as 72 captures of 18 real apps show them (METHOD.md §10): more zeros, calmer repeats.
    static let asCaptured = Population(
        presence: [0.6, 0.4, 0.5, 1.0, 0.95, 1.0], spread: [1.1, 1.3, 1.0, 1.2, 1.0, 2.3], captureSpread: 0.2,
        categorySpread: 0.24)
}

/// What an app is like in all its captures.
struct AppNature {
    /// Octets up a minute in the foreground, by category.
    private(set) var rates: [Double] = []
    /// Background rate as a share of the foreground's, by category.
    private(set) var backgroundRatios: [Double] = []
    private(set) var contacts: OwnerContacts
    /// Octets of a request to a tracker.
    private(set) var requestSize: Double
    /// Large uploads a minute.
    private(set) var largeRate: Double
    /// Weights and centres (log2 of octets) of three kinds of uploads.
    private(set) var sizeKinds: [(weight: Double, center: Double)]
    /// Share of the upload in clear.
    private(set) var clearShare: Double
    /// Owners contacted at regular intervals.
    private(set) var beacons: Int
    /// Log2 per event by which uploads follow events.
    private(set) var eventExcess: Double
    /// Traffic of the start-up, as a multiple of a minute's.
    private(set) var startUp: Double

    private let activity: Double
    private let effects: [Double]
    private let presence: [Bool]
    private let backgroundPresence: [Bool]
    private let backgroundLevel: Double

    init(_ population: Population, random: inout RandomSource) {
        let categories = ModelCategory.allCases
        activity = 0.6 * random.normal()
        effects = categories.map { population.spread[$0.rawValue] * random.effect(population.tails) }
        presence = categories.map { random.isTrue(population.presence[$0.rawValue]) }
        backgroundPresence = categories.map { _ in random.isTrue(0.75) }
        backgroundLevel = random.effect(population.tails)
        contacts = OwnerContacts(appetite: random.logNormal(median: 1, spread: 0.5), random: &random)
        requestSize = random.logNormal(median: 1200, spread: 0.6)
        largeRate = random.logNormal(median: 0.06, spread: 1.1)
        let mixture = [2.0, 3, 1.5].map { random.gamma($0) }
        let total = mixture.reduce(0, +)
        sizeKinds = zip(mixture, [7.0, 10.5, 15]).map { ($0 / total, $1 + 0.6 * random.normal()) }
        clearShare = random.isTrue(0.35) ? random.logNormal(median: 0.005, spread: 1.2) : 0
        beacons = random.poisson(0.7 * random.gamma(0.8))
        eventExcess = max(0, 0.5 + 0.8 * random.normal())
        startUp = random.logNormal(median: 4, spread: 0.5)
        setRates(population, around: effects, random: &random)
    }

    /// Another app of the same owner: nearly the same amounts, the same destinations.
    func sibling(_ population: Population, random: inout RandomSource) -> AppNature {
        var app = self
        app.setRates(population, around: effects.map { $0 + 0.25 * random.normal() }, random: &random)
        return app
    }

    private mutating func setRates(_ population: Population, around effects: [Double], random: inout RandomSource) {
        rates = zip(presence, zip(population.median, effects)).map { isThere, level in
            isThere ? level.0 * exp(level.1 + activity) : 0
        }
        backgroundRatios = backgroundPresence.map { isThere in
            let ratio = random.logNormal(median: 0.08 * exp(backgroundLevel), spread: 0.5)
            return isThere ? ratio : 0
        }
    }
}
