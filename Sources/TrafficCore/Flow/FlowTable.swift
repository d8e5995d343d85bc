/// The open flows: records in one array, found by key through an open-addressing index (SWIFT-PERFORMANCE.md §3). A
/// flow's handle is its place in `flows` for as long as it is open.
struct FlowTable: ~Copyable {
    var flows = ChunkedArray<Flow>()
    private var free: [Int32] = []
    /// The flow's hash above its place + 1, 0 for empty: a flow is touched only when it is the one. A power of two, at most
    /// half full; linear probing with backward-shift deletion.
    private var slots = [UInt64](repeating: 0, count: 1 << 12)
    private(set) var count = 0
    private let hash = FlowHash()

    @inline(__always)
    func hash(of key: FlowKey) -> UInt32 { hash(key) }

    /// The place of the flow with this key, -1 when there is none.
    @inline(__always)
    func find(_ key: FlowKey, hash: UInt32) -> Int {
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while true {
            let entry = slots[slot]
            if entry == 0 { return -1 }
            if UInt32(truncatingIfNeeded: entry >> 32) == hash {
                let place = Self.place(entry)
                if flows[place].key == key { return place }
            }
            slot = (slot + 1) & mask
        }
    }

    mutating func insert(_ flow: consuming Flow) -> Int {
        if (count + 1) * 2 > slots.count { grow() }
        let hash = flow.hash
        let place: Int
        if let reused = free.popLast() {
            place = Int(reused)
            flows[place] = flow
        } else {
            place = flows.count
            flows.append(flow)
        }
        put(place, hash)
        count += 1
        return place
    }

    mutating func remove(_ place: Int) {
        let mask = slots.count - 1
        var slot = Int(flows[place].hash) & mask
        while Self.place(slots[slot]) != place { slot = (slot + 1) & mask }
        // Shift back the entries behind it that would no longer be found.
        var hole = slot
        while true {
            slot = (slot + 1) & mask
            let entry = slots[slot]
            if entry == 0 { break }
            let home = Int(entry >> 32) & mask
            if (slot - home) & mask >= (slot - hole) & mask {
                slots[hole] = entry
                hole = slot
            }
        }
        slots[hole] = 0
        free.append(Int32(place))
        count -= 1
    }

    /// Places of all open flows, in no order.
    func openPlaces() -> [Int32] {
        var places: [Int32] = []
        places.reserveCapacity(count)
        for entry in slots where entry != 0 { places.append(Int32(Self.place(entry))) }
        return places
    }

    private mutating func put(_ place: Int, _ hash: UInt32) {
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = UInt64(hash) << 32 | UInt64(place + 1)
    }

    /// The place in an entry that is not empty; -1 in one that is.
    @inline(__always)
    private static func place(_ entry: UInt64) -> Int { Int(UInt32(truncatingIfNeeded: entry)) - 1 }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: old.count * 2)
        for entry in old where entry != 0 { put(Self.place(entry), UInt32(truncatingIfNeeded: entry >> 32)) }
    }
}
