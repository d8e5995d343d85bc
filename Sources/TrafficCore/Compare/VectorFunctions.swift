extension VectorFile {
    /// Outputs and lists in one vector end here, so that no number in a file can fill the memory.
    private static let largestCount = 1_000_000

    /// One function of METHOD.md §8 on one input.
    static func output(of function: String, _ input: JSONValue) throws -> JSONValue {
        switch function {
        case "splitmix64", "stream":
            var random =
                function == "stream"
                ? SplitMix64(seed: try input.seed("seed"), label: try input.text("label"))
                : SplitMix64(state: try input.seed("seed"))
            return .array((0..<(try count(input, "count"))).map { _ in .string(hex(random.next())) })
        case "index":
            var random = SplitMix64(state: try input.seed("seed"))
            let n = try input.seed("n")
            guard n > 0 else { throw VectorFileError("\"n\" must be above 0") }
            return .array((0..<(try count(input, "count"))).map { _ in .string(String(random.index(n))) })
        case "unit", "exponential":
            var random = SplitMix64(state: try input.seed("seed"))
            return .array((0..<(try count(input, "count"))).map { _ in
                .number(function == "unit" ? random.unit() : random.exponential())
            })
        case "shuffle":
            var random = SplitMix64(state: try input.seed("seed"))
            var values = Array(0..<(try count(input, "n")))
            random.shuffle(&values)
            return .array(values.map(JSONValue.integer))
        case "subset":
            var random = SplitMix64(state: try input.seed("seed"))
            let n = try count(input, "n")
            let k = try count(input, "k")
            guard k <= n else { throw VectorFileError("\"k\" is above \"n\"") }
            return .array(random.subset(of: n, taking: k).map(JSONValue.integer))
        case "metric_category": return try metricCategory(input)
        case "choose_phone": return try choosePhone(input)
        case "choose_window":
            let peers = try input.list("peers").map { try $0.numbers() }
            let window = CommonWindow.choose(subject: try input.numbers("subject"), peers: peers)
            return window.map(JSONValue.integer) ?? .null
        case "decide": return try decide(input)
        case "cohort_table": return try cohortTable(input)
        default: return try statistic(function, input)
        }
    }

    /// The small statistics.
    private static func statistic(_ function: String, _ input: JSONValue) throws -> JSONValue {
        switch function {
        case "quantiles":
            let values = try sample(input, "values")
            return .array(try input.numbers("q").map { q in
                guard (0...1).contains(q) else { throw VectorFileError("\"q\" must be between 0 and 1") }
                return .finite(Quantiles.quantile(sorted: values, q))
            })
        case "mad": return .finite(Quantiles.medianAbsoluteDeviation(sorted: try sample(input, "values")))
        case "conformal_p": return .finite(ConformalP.upper(try input.number("x"), among: try input.numbers("peers")))
        case "conformal_p_random":
            return .finite(
                ConformalP.randomised(try input.number("x"), among: try input.numbers("peers"), u: try input.number("u")))
        case "robust_z": return .finite(RobustScore.plain(try input.number("x"), peers: try sample(input, "peers")))
        case "cp_upper", "cp_lower":
            let s = try input.number("s")
            let n = try input.number("n")
            let level = try input.number("level", default: 0.95)
            return .finite(
                function == "cp_upper" ? ClopperPearson.upper(s, of: n, level: level) : ClopperPearson.lower(s, of: n, level: level))
        case "t_sf": return .finite(StudentT.upperTail(try input.number("t"), degrees: try input.number("df")))
        case "holm": return .array(MultipleTesting.holm(try input.numbers("p")).map { .finite($0) })
        case "benjamini_hochberg":
            return .array(MultipleTesting.benjaminiHochberg(try input.numbers("p")).map { .finite($0) })
        case "entropy_bits": return .finite(Entropy.bits(try input.numbers("weights")))
        case "size_bin":
            return .array(try input.list("sizes").map { .integer(SizeDistribution.bin(of: try $0.octets())) })
        case "size_distances":
            let a = SizeDistribution(sizes: try input.list("a").map { try $0.octets() }).normalised
            let b = SizeDistribution(sizes: try input.list("b").map { try $0.octets() }).normalised
            return .members([
                "wasserstein1": .finite(a.wasserstein1(to: b)), "ks": .finite(a.kolmogorovSmirnov(to: b)),
                "energy": .finite(a.energyDistance(to: b)), "jensen_shannon": .finite(a.jensenShannon(to: b)),
            ])
        case "z_scores":
            let y = try input.list("y").map { $0 == .null ? nil : try $0.number() }
            let score = RobustScore(of: y.compactMap(\.self), floor: try input.number("floor"))
            return .members([
                "upper": .array(y.map { .finite(score.upper($0)) }), "center": .finite(score.center),
                "scale": .finite(score.scale), "lower": .array(y.map { .finite(score.lower($0)) }),
                "scale_lower": .finite(score.lowScale),
            ])
        case "beacon_test":
            let test = Beaconing(
                times: try input.numbers("times"), gap: try input.number("gap", default: Beaconing.gap),
                draws: try count(input, "draws", default: Beaconing.draws), seed: try input.seed("seed", default: 1),
                minimumIntervals: try count(input, "min_intervals", default: Beaconing.minimumIntervals))
            return .members([
                "verdict": .string(test.verdict.rawValue), "intervals": .integer(test.intervals), "score": .finite(test.score),
                "statistic": .finite(test.statistic), "p": .finite(test.p), "period": .finite(test.period),
            ])
        case "event_lock":
            let test = EventLock(
                try input.list("captures").map { capture in
                    .init(length: try capture.number("length"), events: try capture.numbers("events"),
                          uploads: try capture.list("uploads").map { try $0.pair() }.map { ($0.0, $0.1) })
                },
                window: try input.number("w", default: EventLock.window),
                rotations: try count(input, "rotations", default: EventLock.rotations),
                offset: try input.number("c", default: EventLock.offset))
            return .members([
                "verdict": .string(test.verdict.rawValue), "events": .integer(test.events), "p": .finite(test.p),
                "excess_per_event": .finite(test.excessPerEvent),
            ])
        default: throw VectorFileError("unknown function \"\(function)\"")
        }
    }

    private static func metricCategory(_ input: JSONValue) throws -> JSONValue {
        let isFirst = try input.text("party") == "first"
        return .array(try input.list("categories").map {
            let category = MetricCategory(catalogueCategory: $0 == .null ? nil : try $0.text(), isFirstParty: isFirst)
            return .string(category.rawValue)
        })
    }

    private static func choosePhone(_ input: JSONValue) throws -> JSONValue {
        guard case .object(let members)? = input["flows_opened"] else { throw VectorFileError("\"flows_opened\" is no object") }
        let given = input["given"] ?? .null
        let choice = PhoneChoice(
            flowsOpened: try members.map { ($0.key, try $0.value.octets()) }, given: given == .null ? nil : try given.text())
        return .members(["phone": .text(choice.phone), "reason": .string(choice.reason)])
    }

    private static func count(_ input: JSONValue, _ key: String, default fallback: Int? = nil) throws -> Int {
        if let fallback, input[key] == nil { return fallback }
        let value = try (input[key] ?? .null).octets()
        guard (0...largestCount).contains(value) else { throw VectorFileError("\"\(key)\" must be from 0 to \(largestCount)") }
        return value
    }

    /// Sorted numbers, at least one.
    private static func sample(_ input: JSONValue, _ key: String) throws -> [Double] {
        let values = try input.numbers(key).sorted()
        guard !values.isEmpty else { throw VectorFileError("\"\(key)\" is empty") }
        return values
    }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return "0x" + String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension JSONValue {
    func number() throws -> Double {
        switch self {
        case .integer(let value): return Double(value)
        case .unsigned(let value): return Double(value)
        case .number(let value): return value
        default: throw VectorFileError("a number was expected")
        }
    }

    /// A whole number; larger ones are held at the largest, fractions are cut.
    func octets() throws -> Int {
        switch self {
        case .integer(let value): return value
        case .unsigned: return .max
        case .string(let text):
            guard let value = Int(text) else { throw VectorFileError("a whole number was expected") }
            return value
        case .number(let value):
            guard !value.isNaN else { throw VectorFileError("a whole number was expected") }
            return Int(exactly: value.rounded(.towardZero)) ?? (value < 0 ? .min : .max)
        default: throw VectorFileError("a whole number was expected")
        }
    }

    func text() throws -> String {
        guard case .string(let text) = self else { throw VectorFileError("text was expected") }
        return text
    }

    func list() throws -> [JSONValue] {
        guard case .array(let values) = self else { throw VectorFileError("an array was expected") }
        return values
    }

    func numbers() throws -> [Double] { try list().map { try $0.number() } }

    func pair() throws -> (Double, Double) {
        let values = try numbers()
        guard values.count == 2 else { throw VectorFileError("a pair of numbers was expected") }
        return (values[0], values[1])
    }

    func number(_ key: String) throws -> Double { try named(key) { try $0.number() } }
    func number(_ key: String, default fallback: Double) throws -> Double {
        self[key] == nil ? fallback : try number(key)
    }
    func numbers(_ key: String) throws -> [Double] { try named(key) { try $0.numbers() } }
    func text(_ key: String) throws -> String { try named(key) { try $0.text() } }
    func list(_ key: String) throws -> [JSONValue] { try named(key) { try $0.list() } }

    /// A 64-bit seed, as number or decimal text; larger and negative ones count modulo 2⁶⁴.
    func seed(_ key: String, default fallback: UInt64? = nil) throws -> UInt64 {
        if let fallback, self[key] == nil { return fallback }
        return try named(key) { value in
            switch value {
            case .integer(let seed): return UInt64(truncatingIfNeeded: seed)
            case .unsigned(let seed): return seed
            case .string(let text):
                let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
                guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { break }
                let magnitude = digits.utf8.reduce(UInt64(0)) { $0 &* 10 &+ UInt64($1 - 0x30) }
                return text.first == "-" ? 0 &- magnitude : magnitude
            default: break
            }
            throw VectorFileError("a seed was expected")
        }
    }

    /// The member, with its name in whatever error it makes.
    private func named<Value>(_ key: String, _ read: (JSONValue) throws -> Value) throws -> Value {
        guard let value = self[key] else { throw VectorFileError("\"\(key)\" is missing") }
        do { return try read(value) } catch { throw VectorFileError("\"\(key)\": \(error)") }
    }
}
