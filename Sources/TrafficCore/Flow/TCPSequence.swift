// Sequence space without its wrap: 64-bit positions whose low 32 bits are the sequence number (RFC 9293 §3.4).

extension FlowSide {
    /// The position of `sequence` that is nearest to what this side sent last.
    @inline(__always)
    func position(of sequence: UInt32) -> Int64 {
        end &+ Int64(Int32(bitPattern: sequence &- UInt32(truncatingIfNeeded: end)))
    }

    /// Where the first segment seen begins; far enough from 0 that earlier octets have positive positions too.
    @inline(__always)
    mutating func begin(at sequence: UInt32) {
        hasSequence = true
        end = 1 << 40 + Int64(sequence)
        base = end
    }

    /// Counts `length` octets from `start`. Returns how many were not seen before.
    @inline(__always)
    mutating func count(_ length: Int, from start: Int64, in lists: inout RegionLists) -> Int {
        if start == end {
            end &+= Int64(length)
            payload &+= length
            return length
        }
        return countOutOfLine(length, from: start, in: &lists)
    }

    @inline(never)
    private mutating func countOutOfLine(_ length: Int, from start: Int64, in lists: inout RegionLists) -> Int {
        let stop = start + Int64(length), oldEnd = end
        let fresh: Int
        if start > end {
            // A hole: what came before becomes a region of its own, and the newest segment the one that grows.
            if base < end { lists.append(base..<end, to: &regions) }
            (base, end, fresh) = (start, stop, length)
        } else if start >= base {
            fresh = Int(max(0, stop - end))
            end = max(end, stop)
        } else {
            let merged = lists.insert(start..<stop, below: base..<end, in: &regions)
            (base, end, fresh) = (merged.top.lowerBound, merged.top.upperBound, merged.fresh)
        }
        payload += fresh
        resent += length - fresh
        if fresh > 0, start < oldEnd, stop <= oldEnd { outOfOrder &+= 1 }
        return fresh
    }

    /// Octets inside the stream that were never captured: holes between regions, and before the first one where a SYN
    /// tells where the stream begins.
    func missing(in lists: borrowing RegionLists) -> Int {
        var holes = 0, reach = origin
        lists.forEach(regions) { region in
            if reach > 0, region.lowerBound > reach { holes += Int(region.lowerBound - reach) }
            reach = max(reach, region.upperBound)
        }
        if base < end, reach > 0, base > reach { holes += Int(base - reach) }
        // Between the last octet and the FIN: only where something was seen before, and no further than a window reaches.
        let last = max(end, reach)
        if finish > last, hasSYN || base < end, finish - last <= 1 << 30 { holes += Int(finish - last) }
        return holes
    }
}

/// The regions of sequence space below the newest one, sorted and apart, for the few flows that have any.
struct RegionLists: ~Copyable {
    private var lists: [[Range<Int64>]] = []
    private var free: [Int32] = []
    /// Regions that one side may have; beyond it the two lowest become one and the hole between them is forgotten.
    private static var limit: Int { 4096 }

    mutating func append(_ region: Range<Int64>, to list: inout Int32) {
        open(&list)
        lists[Int(list)].append(region)
        shorten(list)
    }

    /// Adds `region`, which begins below `top`, and returns the new top region and how many octets were new.
    mutating func insert(_ region: Range<Int64>, below top: Range<Int64>, in list: inout Int32) -> (top: Range<Int64>, fresh: Int) {
        open(&list)
        let index = Int(list)
        if !top.isEmpty { lists[index].append(top) }
        // The first and the last known region that the new one touches.
        var low = 0, high = lists[index].count
        while low < high {
            let middle = (low + high) / 2
            if lists[index][middle].upperBound < region.lowerBound { low = middle + 1 } else { high = middle }
        }
        var stop = low, known: Int64 = 0
        var merged = region
        while stop < lists[index].count, lists[index][stop].lowerBound <= region.upperBound {
            let old = lists[index][stop]
            known += max(0, min(old.upperBound, region.upperBound) - max(old.lowerBound, region.lowerBound))
            merged = min(merged.lowerBound, old.lowerBound)..<max(merged.upperBound, old.upperBound)
            stop += 1
        }
        lists[index].replaceSubrange(low..<stop, with: CollectionOfOne(merged))
        let newTop = lists[index].removeLast()
        shorten(list)
        return (newTop, Int(Int64(region.count) - known))
    }

    func forEach(_ list: Int32, _ body: (Range<Int64>) -> Void) {
        guard list >= 0 else { return }
        for region in lists[Int(list)] { body(region) }
    }

    mutating func release(_ list: inout Int32) {
        guard list >= 0 else { return }
        lists[Int(list)] = []
        free.append(list)
        list = -1
    }

    private mutating func open(_ list: inout Int32) {
        guard list < 0 else { return }
        if let reused = free.popLast() {
            list = reused
        } else {
            list = Int32(lists.count)
            lists.append([])
        }
    }

    private mutating func shorten(_ list: Int32) {
        guard lists[Int(list)].count > Self.limit else { return }
        let first = lists[Int(list)].removeFirst()
        lists[Int(list)][0] = first.lowerBound..<lists[Int(list)][0].upperBound
    }
}
