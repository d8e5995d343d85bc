/// All payload of one flow, both ways, without a pause of 500 ms or more (METHOD.md §1). Its time is its start.
/// One half of the narrow waist (the other is `FlowRecord`): everything that counts by phase or minute reads these.
public struct Burst: Sendable, Equatable {
    /// First and last packet with payload, nanoseconds since 1970-01-01T00:00:00Z.
    public var start: Int64
    public var end: Int64
    /// Unique transport payload octets from the originator, and from the responder; handshakes included.
    public var forward: Int
    public var reverse: Int
    /// Application payload readable on the wire; DNS, mDNS, NTP, DHCP and SSDP excepted (METHOD.md §1).
    public var clear: Bool

    public init(start: Int64, end: Int64, forward: Int, reverse: Int, clear: Bool) {
        (self.start, self.end, self.forward, self.reverse, self.clear) = (start, end, forward, reverse, clear)
    }

    /// The pause that ends a burst, and an ADU: 500 ms in nanoseconds.
    public static let pause: Int64 = 500_000_000
}
