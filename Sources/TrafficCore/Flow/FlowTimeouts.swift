/// After how much silence a flow ends (DESIGN.md §7), nanoseconds: more than this, not exactly this.
public struct FlowTimeouts: Sendable, Equatable {
    public var tcp: Int64 = 3600 * 1_000_000_000
    public var udp: Int64 = 180 * 1_000_000_000
    public var quic: Int64 = 3600 * 1_000_000_000
    /// After FIN from both sides or RST: 2 MSL (RFC 9293 §3.4.2), so that late segments still find their flow.
    public var ended: Int64 = 240 * 1_000_000_000
    public init() {}

    /// A silence that ends no flow, whatever it is.
    @inline(__always)
    var harmless: Int64 { min(min(tcp, udp), min(quic, ended)) }

    @inline(__always)
    func silence(of flow: borrowing Flow) -> Int64 {
        if flow.key.isTCP { return flow.isEnding ? ended : tcp }
        return flow.isQUIC ? quic : udp
    }
}

/// Which flows may be due when: lists of flow indices, one a second of the clock, chained through the flows themselves.
/// A flow is put by its deadline as of then; when its list comes up and it had packets since, it is put again.
struct TimerWheel: ~Copyable {
    static var buckets: Int { 4096 }
    static var tick: Int64 { 1_000_000_000 }
    private var heads = [Int32](repeating: -1, count: TimerWheel.buckets)
    /// The next tick to look at; nil before the first packet.
    private var current: Int64? {
        didSet {
            // Times near the end of 64 bits occur in damaged captures: no later one is due then.
            let next = current.map { ($0 + 1).multipliedReportingOverflow(by: Self.tick) }
            dueFrom = next.map { $0.overflow ? .max : $0.partialValue } ?? .max
        }
    }
    /// The first time behind that tick.
    private var dueFrom = Int64.max

    /// Whether `takeDue` has anything to do at `now`.
    @inline(__always)
    func isDue(_ now: Int64) -> Bool { now >= dueFrom }

    mutating func insert(_ index: Int32, deadline: Int64, now: Int64, into flows: inout ChunkedArray<Flow>) {
        let nowTick = now / Self.tick
        let start = current ?? nowTick
        if current == nil { current = start }
        let tick = min(max(deadline / Self.tick, start), start + Int64(Self.buckets - 1))
        // `%` of a negative tick is negative: times before 1970 exist in damaged captures.
        let bucket = Int32(truncatingIfNeeded: ((tick % Int64(Self.buckets)) + Int64(Self.buckets)) % Int64(Self.buckets))
        let head = heads[Int(bucket)]
        flows[Int(index)].bucket = bucket
        flows[Int(index)].previous = -1
        flows[Int(index)].next = head
        if head >= 0 { flows[Int(head)].previous = index }
        heads[Int(bucket)] = index
    }

    mutating func remove(_ index: Int32, from flows: inout ChunkedArray<Flow>) {
        let (previous, next, bucket) = (flows[Int(index)].previous, flows[Int(index)].next, flows[Int(index)].bucket)
        guard bucket >= 0 else { return }
        if previous >= 0 { flows[Int(previous)].next = next } else { heads[Int(bucket)] = next }
        if next >= 0 { flows[Int(next)].previous = previous }
        flows[Int(index)].bucket = -1
    }

    /// Takes all flows of the ticks before `now`'s, at most one whole turn of the wheel.
    mutating func takeDue(_ now: Int64, from flows: inout ChunkedArray<Flow>) -> [Int32] {
        guard let start = current else { return [] }
        let stop = now / Self.tick
        var due: [Int32] = []
        var tick = max(start, stop - Int64(Self.buckets))
        while tick < stop {
            let bucket = Int(((tick % Int64(Self.buckets)) + Int64(Self.buckets)) % Int64(Self.buckets))
            var index = heads[bucket]
            heads[bucket] = -1
            while index >= 0 {
                due.append(index)
                let next = flows[Int(index)].next
                flows[Int(index)].bucket = -1
                index = next
            }
            tick += 1
        }
        current = max(start, stop)
        return due
    }
}
