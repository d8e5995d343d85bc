/// Octets of streams that a dissector cannot take yet: the beginning of something unfinished, and segments behind a
/// hole. Only flows that have any own an entry; all of them together are bounded.
struct PendingSegments: ~Copyable {
    struct Stream {
        /// Octets that came in order and were not used up.
        var carry: [UInt8] = []
        /// How many octets the dissector wants to see.
        var wanted = 0
        /// Segments behind a hole, by position, apart.
        var segments: [(position: Int64, octets: [UInt8])] = []
        var held = 0
    }

    private var streams: [Stream] = []
    private var free: [Int32] = []
    /// Octets held for all streams together, and the most of them.
    private(set) var held = 0
    let limit: Int

    /// Octets, and segments, behind a hole that one direction may hold before the hole is given up.
    private static var streamLimit: Int { 1 << 18 }
    private static var segmentLimit: Int { 256 }
    /// The largest unfinished thing a dissector may ask to be kept.
    private static var carryLimit: Int { 1 << 17 }

    init(limit: Int) { self.limit = limit }

    mutating func open() -> Int32 {
        if let index = free.popLast() { return index }
        streams.append(Stream())
        return Int32(streams.count - 1)
    }

    mutating func release(_ index: inout Int32) {
        guard index >= 0 else { return }
        held -= streams[Int(index)].held
        streams[Int(index)] = Stream()
        free.append(index)
        index = -1
    }

    // MARK: In order

    func hasCarry(_ index: Int32) -> Bool { index >= 0 && !streams[Int(index)].carry.isEmpty }

    /// Keeps `octets` until `wanted` are there; `false` when that is more than may be kept.
    mutating func carry(_ octets: Span<UInt8>, wanted: Int, in index: Int32) -> Bool {
        guard wanted <= Self.carryLimit, held + octets.count <= limit else { return false }
        streams[Int(index)].carry.append(copying: octets)
        streams[Int(index)].wanted = wanted
        add(octets.count, to: index)
        return true
    }

    /// Puts back what `takeCarry` took, until `wanted` octets are there; `false` when that is more than may be kept.
    mutating func restoreCarry(_ octets: consuming [UInt8], wanted: Int, in index: Int32) -> Bool {
        guard wanted <= Self.carryLimit else { return false }
        let count = octets.count
        streams[Int(index)].carry = octets
        streams[Int(index)].wanted = wanted
        add(count, to: index)
        return true
    }

    /// Takes the carried octets out when there are as many as were wanted.
    mutating func takeCarry(_ index: Int32) -> [UInt8]? {
        guard streams[Int(index)].carry.count >= streams[Int(index)].wanted else { return nil }
        var taken: [UInt8] = []
        swap(&taken, &streams[Int(index)].carry)
        add(-taken.count, to: index)
        return taken
    }

    /// Takes the carried octets out, however few.
    mutating func takeAllCarry(_ index: Int32) -> [UInt8]? {
        guard hasCarry(index) else { return nil }
        streams[Int(index)].wanted = 0
        return takeCarry(index)
    }

    mutating func dropCarry(_ index: Int32) {
        guard index >= 0 else { return }
        add(-streams[Int(index)].carry.count, to: index)
        streams[Int(index)].carry = []
    }

    /// Appends to what is carried, which is not empty.
    mutating func extendCarry(_ octets: Span<UInt8>, in index: Int32) -> Bool {
        guard streams[Int(index)].carry.count + octets.count <= Self.carryLimit, held + octets.count <= limit else { return false }
        streams[Int(index)].carry.append(copying: octets)
        add(octets.count, to: index)
        return true
    }

    // MARK: Out of order

    func isWaiting(_ index: Int32) -> Bool { index >= 0 && !streams[Int(index)].segments.isEmpty }

    /// Keeps a segment behind a hole. Returns octets that differ from what was held for the same positions.
    mutating func insert(_ octets: Span<UInt8>, at position: Int64, in index: Int32) -> Int {
        guard octets.count > 0, held + octets.count <= limit else { return 0 }
        var conflicts = 0
        var list = streams[Int(index)].segments
        streams[Int(index)].segments = []
        defer { streams[Int(index)].segments = list }
        var place = list.count
        while place > 0, list[place - 1].position > position { place -= 1 }
        if place > 0 {
            let before = list[place - 1], offset = position - before.position
            if offset < before.octets.count {
                let shared = min(octets.count, before.octets.count - Int(offset))
                for step in 0..<shared where before.octets[Int(offset) + step] != octets[step] { conflicts += 1 }
                if shared == octets.count { return conflicts }
            }
        }
        list.insert((position, octets.copied()), at: place)
        add(octets.count, to: index)
        return conflicts
    }

    /// The first held segment, if it begins at or before `position` (`anywhere`: wherever it begins).
    mutating func takeFirst(_ index: Int32, reaching position: Int64, anywhere: Bool = false) -> (position: Int64, octets: [UInt8])? {
        guard index >= 0, let first = streams[Int(index)].segments.first, anywhere || first.position <= position else { return nil }
        streams[Int(index)].segments.removeFirst()
        add(-first.octets.count, to: index)
        return first
    }

    /// Whether a hole that `end` lies behind can be given up: the receiver has acknowledged it, so it reached it and was
    /// not captured, and will not be sent again. A little is waited for unless `atOnce`, since some captures have
    /// acknowledgments before the data.
    func isLost(_ index: Int32, acknowledged end: Int64, atOnce: Bool = false) -> Bool {
        guard index >= 0, let first = streams[Int(index)].segments.first else { return false }
        return end >= first.position && (atOnce || streams[Int(index)].segments.count >= Self.lostAfter)
    }
    /// Segments behind a hole that is acknowledged before it is given up.
    private static var lostAfter: Int { 8 }

    /// More is held behind the hole than may be.
    func isFull(_ index: Int32) -> Bool {
        index >= 0 && (streams[Int(index)].held > Self.streamLimit || streams[Int(index)].segments.count > Self.segmentLimit || held >= limit)
    }

    private mutating func add(_ octets: Int, to index: Int32) {
        streams[Int(index)].held += octets
        held += octets
    }
}
