/// Writes packets and captures from their fields: a second, independent description of every format, for tests.
/// It shares no code with the program, so that both cannot be wrong in the same way by accident.
public enum Forge {}

/// Order of the octets of a number.
public enum ForgedOrder: Sendable, CaseIterable, CustomStringConvertible {
    case little, big
    public var description: String { self == .little ? "little-endian" : "big-endian" }

    /// `value` in `count` octets.
    public func octets(_ value: UInt64, _ count: Int) -> [UInt8] {
        let bigEndian = (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - $0))) }
        return self == .big ? bigEndian : bigEndian.reversed()
    }
    public func u16(_ value: Int) -> [UInt8] { octets(UInt64(truncatingIfNeeded: value), 2) }
    public func u32(_ value: Int) -> [UInt8] { octets(UInt64(truncatingIfNeeded: value), 4) }
    public func u64(_ value: UInt64) -> [UInt8] { octets(value, 8) }
}

extension Forge {
    /// Numbers in network order; higher bits are dropped.
    public static func be16(_ value: Int) -> [UInt8] { ForgedOrder.big.u16(value) }
    public static func be24(_ value: Int) -> [UInt8] { ForgedOrder.big.octets(UInt64(truncatingIfNeeded: value), 3) }
    public static func be32(_ value: Int) -> [UInt8] { ForgedOrder.big.u32(value) }
    public static func be64(_ value: UInt64) -> [UInt8] { ForgedOrder.big.u64(value) }

    /// Octets from hexadecimal text; everything that is no digit is passed over.
    public static func hex(_ text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    public static func hexText(_ octets: [UInt8]) -> String {
        octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// `octets` cut into pieces of `size`, the last one shorter.
    public static func pieces(_ octets: [UInt8], of size: Int) -> [[UInt8]] {
        stride(from: 0, to: octets.count, by: size).map { Array(octets[$0..<min($0 + size, octets.count)]) }
    }

    /// The internet checksum (RFC 1071).
    public static func checksum(_ octets: [UInt8]) -> Int {
        var sum = 0
        for (index, octet) in octets.enumerated() { sum += index % 2 == 0 ? Int(octet) << 8 : Int(octet) }
        while sum > 0xffff { sum = (sum & 0xffff) + sum >> 16 }
        return ~sum & 0xffff
    }
}

/// A small seeded generator (Steele, Lea, Flood 2014): the same seed gives the same test.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64
    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }

    public mutating func octets(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}
