/// Both endpoints of a flow in a fixed order, and its transport: integers only, compared word by word.
struct FlowKey: Equatable {
    private(set) var lowHigh: UInt64
    private(set) var lowLow: UInt64
    private(set) var highHigh: UInt64
    private(set) var highLow: UInt64
    /// Ports in the same order as the addresses, transport, IP version.
    private(set) var rest: UInt64

    /// The key of a packet, and whether its sender is the key's first endpoint.
    @inline(__always)
    static func of(_ packet: borrowing DecodedPacket) -> (key: FlowKey, senderIsLow: Bool) {
        let source = packet.source, destination = packet.destination
        let senderIsLow: Bool
        if source.low != destination.low {
            senderIsLow = source.low < destination.low
        } else if source.high != destination.high {
            senderIsLow = source.high < destination.high
        } else {
            senderIsLow = packet.sourcePort <= packet.destinationPort
        }
        let ports = senderIsLow
            ? UInt64(packet.sourcePort) << 16 | UInt64(packet.destinationPort)
            : UInt64(packet.destinationPort) << 16 | UInt64(packet.sourcePort)
        let rest = ports << 16 | UInt64(source.family.rawValue) << 8 | (packet.isTCP ? 6 : 17)
        let (low, high) = senderIsLow ? (source, destination) : (destination, source)
        return (FlowKey(lowHigh: low.high, lowLow: low.low, highHigh: high.high, highLow: high.low, rest: rest), senderIsLow)
    }

    private init(lowHigh: UInt64, lowLow: UInt64, highHigh: UInt64, highLow: UInt64, rest: UInt64) {
        (self.lowHigh, self.lowLow, self.highHigh, self.highLow, self.rest) = (lowHigh, lowLow, highHigh, highLow, rest)
    }

    var isTCP: Bool { rest & 0xff == 6 }
    private var isV6: Bool { rest >> 8 & 0xff == 6 }

    /// The endpoint with the lower address (`true`) or the other.
    func endpoint(low: Bool) -> Endpoint {
        let (high, bits) = low ? (lowHigh, lowLow) : (highHigh, highLow)
        return Endpoint(
            address: isV6 ? IPAddress(v6High: high, low: bits) : IPAddress(v4: UInt32(truncatingIfNeeded: bits)), port: port(low: low))
    }

    func port(low: Bool) -> UInt16 { UInt16(truncatingIfNeeded: low ? rest >> 32 : rest >> 16) }
}

/// A keyed hash over flow keys: the packets come from an adversary, who must not be able to choose collisions.
/// The seed is drawn at random for every run and never shows in any output.
struct FlowHash {
    private let seeds: (UInt64, UInt64, UInt64)

    init() {
        var random = SystemRandomNumberGenerator()
        seeds = (random.next(), random.next(), random.next())
    }

    @inline(__always)
    func callAsFunction(_ key: FlowKey) -> UInt32 {
        var hash = Self.fold(key.lowLow ^ seeds.0, key.highLow ^ seeds.1)
        hash = Self.fold(hash ^ key.rest, seeds.2 ^ key.lowHigh)
        hash = Self.fold(hash ^ key.highHigh, seeds.0 &+ seeds.2)
        return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
    }

    @inline(__always)
    private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b | 1)
        return product.high ^ product.low ^ a
    }
}
