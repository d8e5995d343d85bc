/// The closed bursts of open flows, chained newest first.
struct BurstArena: ~Copyable {
    private var bursts: [Burst] = []
    private var links: [Int32] = []
    private var free: Int32 = -1
    /// Bursts of all open flows together; beyond it a flow's newest burst absorbs the next, and only a flow without any
    /// gets one more: times become coarser, no octet is lost.
    static var limit: Int { 1 << 22 }

    /// Puts `burst` in front of the chain that begins at `head`.
    mutating func push(_ burst: Burst, onto head: inout Int32) {
        if free >= 0 {
            let slot = free
            free = links[Int(slot)]
            bursts[Int(slot)] = burst
            links[Int(slot)] = head
            head = slot
        } else if bursts.count < Self.limit || head < 0 {
            bursts.append(burst)
            links.append(head)
            head = Int32(bursts.count - 1)
        } else {
            bursts[Int(head)].forward += burst.forward
            bursts[Int(head)].reverse += burst.reverse
            bursts[Int(head)].end = max(bursts[Int(head)].end, burst.end)
        }
    }

    /// Takes the whole chain, oldest first.
    mutating func takeAll(_ head: inout Int32) -> [Burst] {
        var taken: [Burst] = []
        while head >= 0 {
            let slot = head
            taken.append(bursts[Int(slot)])
            head = links[Int(slot)]
            links[Int(slot)] = free
            free = slot
        }
        taken.reverse()
        return taken
    }

    /// The whole chain, oldest first; it stays.
    func all(from head: Int32) -> [Burst] {
        var chain: [Burst] = [], slot = head
        while slot >= 0 {
            chain.append(bursts[Int(slot)])
            slot = links[Int(slot)]
        }
        chain.reverse()
        return chain
    }
}
