/// Amounts of any set of flows, as seen from the phone. Sums stop at `Int.max` instead of overflowing.
public struct TrafficSum: Sendable, Equatable {
    public var flows = 0
    public var packets = 0
    /// Octets of the innermost IP packets, both ways.
    public var octets = 0
    /// Transport payload octets, each once, phone → network. For flows of no known phone: from the originator.
    public var up = 0
    /// Network → phone; for flows of no known phone: from the responder.
    public var down = 0
    /// Of `up`, octets of bursts whose application payload was readable on the wire (METHOD.md §1, *Clear*).
    public var clearUp = 0
    /// ADUs by size class.
    public var sizesUp = PayloadSizeCounts()
    public var sizesDown = PayloadSizeCounts()
    /// Payload octets that were sent again, that the capture lacks; segments that came late; both ways.
    public var resent = 0
    public var missing = 0
    public var outOfOrder = 0
    /// Packets that were captured twice.
    public var duplicatePackets = 0
    /// Earliest and latest packet, nanoseconds since 1970; nil without a flow.
    public var first: Int64?
    public var last: Int64?

    public init() {}

    /// Of the upload, the share that was readable on the wire, 0…1; nil without an upload.
    public var clearShare: Double? { up > 0 ? min(1, Double(clearUp) / Double(up)) : nil }

    public mutating func add(_ other: TrafficSum) {
        flows.addSaturating(other.flows)
        packets.addSaturating(other.packets)
        octets.addSaturating(other.octets)
        up.addSaturating(other.up)
        down.addSaturating(other.down)
        clearUp.addSaturating(other.clearUp)
        for sizeClass in PayloadSizeClass.allCases {
            sizesUp.add(sizeClass, count: UInt32(truncatingIfNeeded: other.sizesUp[sizeClass]))
            sizesDown.add(sizeClass, count: UInt32(truncatingIfNeeded: other.sizesDown[sizeClass]))
        }
        resent.addSaturating(other.resent)
        missing.addSaturating(other.missing)
        outOfOrder.addSaturating(other.outOfOrder)
        duplicatePackets.addSaturating(other.duplicatePackets)
        if let time = other.first { first = min(first ?? time, time) }
        if let time = other.last { last = max(last ?? time, time) }
    }

    /// One flow with its bursts. `upIsForward`: the originator is the phone, or nothing says which side is.
    init(_ record: FlowRecord, bursts: [Burst], upIsForward: Bool) {
        flows = 1
        packets = record.packets.forward &+ record.packets.reverse
        octets = record.octets.forward &+ record.octets.reverse
        (up, down) = upIsForward ? (record.payload.forward, record.payload.reverse) : (record.payload.reverse, record.payload.forward)
        (sizesUp, sizesDown) = upIsForward ? (record.adus.forward, record.adus.reverse) : (record.adus.reverse, record.adus.forward)
        for burst in bursts where burst.clear { clearUp.addSaturating(upIsForward ? burst.forward : burst.reverse) }
        resent = record.resent.forward &+ record.resent.reverse
        missing = record.missing.forward &+ record.missing.reverse
        outOfOrder = record.outOfOrder.forward &+ record.outOfOrder.reverse
        duplicatePackets = record.duplicatePackets
        (first, last) = (record.first, record.last)
    }
}

extension Int {
    /// Adds a count that is not negative; at the end of the range it stays there.
    mutating func addSaturating(_ other: Int) {
        let (sum, overflow) = addingReportingOverflow(other)
        self = overflow ? .max : sum
    }
}
