import Glibc

/// SplitMix64 (Steele, Lea, Flood, *Fast Splittable Pseudorandom Number Generators*; METHOD.md §8). Every random number
/// of the method comes from here, so that a seed gives the same report on every machine.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A generator whose initial state is `state`, the seed.
    init(state: UInt64) { self.state = state }

    /// The generator of METHOD.md §8's `stream`: one of its own for each purpose, so that asking for one more result
    /// leaves the others as they were.
    package init(seed: UInt64, label: String) { state = seed ^ Self.fnv1a64(label.utf8) }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform in 0..<n; n = 0 is taken as 1. Rejects the last (2⁶⁴ mod n) outputs; n = 1 still draws one.
    mutating func index(_ n: UInt64) -> UInt64 { index(Bound(n)) }

    /// Uniform in 0..<n, for array indices; anything below 1 is taken as 1.
    package mutating func index(_ n: Int) -> Int { index(Bound(n)) }

    /// A number of choices with the largest output that is taken for one: worth keeping where many are drawn.
    struct Bound: Sendable {
        fileprivate let n: UInt64
        fileprivate let largest: UInt64

        init(_ n: UInt64) {
            self.n = max(1, n)
            largest = UInt64.max - (UInt64.max % self.n + 1) % self.n
        }
        init(_ n: Int) { self.init(UInt64(max(1, n))) }
    }

    mutating func index(_ bound: Bound) -> Int { Int(index(bound) as UInt64) }

    private mutating func index(_ bound: Bound) -> UInt64 {
        while true {
            let x = next()
            if x <= bound.largest { return x % bound.n }
        }
    }

    /// Uniform in [0, 1): the top 53 bits.
    package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Exponential with mean 1.
    package mutating func exponential() -> Double { -log(1.0 - unit()) }

    /// Fisher-Yates, from the last position down.
    mutating func shuffle(_ values: inout [Int]) {
        for i in stride(from: values.count - 1, to: 0, by: -1) { values.swapAt(i, index(i + 1)) }
    }

    /// k of 0..<n without replacement (partial Fisher-Yates from the front), ascending. k is cut to n.
    mutating func subset(of n: Int, taking k: Int) -> [Int] {
        var values = Array(0..<max(0, n))
        let k = min(max(0, k), values.count)
        for i in 0..<k { values.swapAt(i, i + index(values.count - i)) }
        return values[..<k].sorted()
    }

    private static func fnv1a64(_ bytes: String.UTF8View) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
