import Glibc
import TrafficCore

/// Random numbers of the model's distributions, each cohort from a stream of its own, so that one more cohort or another
/// thread changes no other number.
struct RandomSource {
    private var bits: SplitMix64
    /// Box and Muller's method makes normal numbers in pairs.
    private var spareNormal: Double?

    init(seed: UInt64, label: String) { bits = SplitMix64(seed: seed, label: label) }

    /// Uniform in [0, 1).
    mutating func unit() -> Double { bits.unit() }

    mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * bits.unit() }

    /// Uniform in 0..<n.
    mutating func index(_ n: Int) -> Int { bits.index(n) }

    mutating func isTrue(_ probability: Double) -> Bool { bits.unit() < probability }

    /// Exponential with mean 1.
    mutating func exponential() -> Double { bits.exponential() }

    /// Standard normal.
    mutating func normal() -> Double {
        if let spare = spareNormal {
            spareNormal = nil
            return spare
        }
        let radius = (-2 * log(1 - bits.unit())).squareRoot()
        let angle = 2 * Double.pi * bits.unit()
        spareNormal = radius * sin(angle)
        return radius * cos(angle)
    }

    /// e to a normal number with mean log(median).
    mutating func logNormal(median: Double, spread: Double) -> Double { median * exp(spread * normal()) }

    /// Gamma with scale 1 (Marsaglia and Tsang, *A Simple Method for Generating Gamma Variables*).
    mutating func gamma(_ shape: Double) -> Double {
        if shape < 1 { return gamma(shape + 1) * pow(1 - bits.unit(), 1 / shape) }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let v = pow(1 + c * x, 3)
            if v > 0, log(1 - bits.unit()) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
        }
    }

    /// Standard deviation 1, with the tails asked for.
    mutating func effect(_ tails: Tails) -> Double {
        guard let degrees = tails.degrees else { return normal() }
        let student = normal() / (2 * gamma(degrees / 2) / degrees).squareRoot()
        return student / (degrees / (degrees - 2)).squareRoot()
    }

    mutating func poisson(_ mean: Double) -> Int {
        // Beyond this the normal distribution differs by less than any figure here could show.
        if mean > 400 { return Int(max(0, min(1e15, (mean + mean.squareRoot() * normal()).rounded()))) }
        var count = 0
        var time = exponential()
        while time < mean {
            count += 1
            time += exponential()
        }
        return count
    }

    mutating func binomial(_ n: Int, _ probability: Double) -> Int {
        var count = 0
        for _ in 0..<n where isTrue(probability) { count += 1 }
        return count
    }

    /// Number of trials up to the first success, at least 1.
    mutating func geometric(_ probability: Double) -> Int {
        var count = 1
        while !isTrue(probability) { count += 1 }
        return count
    }
}

/// How far apps lie from their kind's centre: how heavy the tails of their effects are.
enum Tails: String {
    case normal, student5 = "t5", student3 = "t3"

    /// Degrees of freedom of Student's t.
    var degrees: Double? {
        switch self {
        case .normal: nil
        case .student5: 5
        case .student3: 3
        }
    }
}
