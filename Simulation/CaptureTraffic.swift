import Glibc

/// How long each phase of a capture lasts, minutes.
struct PhaseMinutes {
    var foreground = 5.0
    var background = 5.0
    var idle = 5.0
    var total: Double { foreground + background + idle }
}

/// What one capture of one app shows, as sums.
struct CaptureTraffic {
    /// Octets up by category.
    var foreground: [Double]
    var background: [Double]
    var idle: [Double]
    var minutes: PhaseMinutes
    var owners: Int
    var requestSize: Double
    var largeUploads: Int
    var clearShare: Double
    var beacons: Int
    var eventExcess: Double
    /// Octets of 300 uploads.
    var sizes: [Int]
    /// log2 of octets to the peers' sizes; known once the cohort is whole.
    var sizeGap = 0.0
    /// Start-up and steady traffic over steady traffic, in the foreground.
    var boost: Double
    /// This capture's factor on the analytics of an app at the population's centre.
    var centreFactor: Double

    private static let uploads = 300
    private static let sizeSpreads = [1.0, 1.3, 1.5]

    init(of app: AppNature, _ population: Population, minutes: PhaseMinutes, random: inout RandomSource) {
        let factor = exp(population.captureSpread * random.normal())
        let spread = population.categorySpread
        func noise() -> Double { factor * exp(spread * random.normal() - spread * spread / 2) }
        self.minutes = minutes
        let boost = 1 + app.startUp * (1 - exp(-minutes.foreground)) / minutes.foreground
        self.boost = boost
        foreground = app.rates.map { ($0 * boost * minutes.foreground * noise()).rounded(.down) }
        // In the background some captures see nothing of a category; the mean stays.
        let quiet = zip(app.rates, app.backgroundRatios).map { $0 * $1 }
        background = quiet.map { ($0 * minutes.background * noise() * (random.isTrue(0.7) ? 1 / 0.7 : 0)).rounded(.down) }
        idle = quiet.map { (0.5 * $0 * minutes.idle * noise() * (random.isTrue(0.5) ? 1 / 0.5 : 0)).rounded(.down) }
        centreFactor = noise()
        owners = random.binomial(app.contacts.count, 0.8)
        requestSize = app.requestSize * exp(-0.2 * random.normal())
        largeUploads = random.poisson(app.largeRate * minutes.total * factor)
        clearShare = min(0.9, app.clearShare * exp(0.4 * random.normal()))
        beacons = random.binomial(app.beacons, 0.75)
        eventExcess = max(0, app.eventExcess + 0.3 * random.normal())
        sizes = (0..<Self.uploads).map { _ in Self.size(app.sizeKinds, random: &random) }
    }

    private static func size(_ kinds: [(weight: Double, center: Double)], random: inout RandomSource) -> Int {
        var rest = random.unit()
        var kind = 0
        while kind < kinds.count - 1, rest >= kinds[kind].weight {
            rest -= kinds[kind].weight
            kind += 1
        }
        let log2Size = kinds[kind].center + sizeSpreads[kind] * random.normal()
        return Int(exp2(min(31.9, max(0, log2Size))))
    }
}
