/// A binary tree over the bits of addresses, as files of MaxMind and of libloc hold it.
protocol AddressTree {
    /// What holds below `node` unless something deeper says otherwise; `inherited` is what held above it.
    mutating func code(at node: Int, inherited: UInt32) throws(GeoFileError) -> UInt32
    /// Where the next bit of an address leads.
    func branch(_ node: Int, bit: Int) throws(GeoFileError) -> AddressBranch
    /// What the file says of the networks with this record; 0 for nothing.
    mutating func code(ofRecord record: Int) throws(GeoFileError) -> UInt32
}

enum AddressBranch {
    case node(Int)
    case record(Int)
    /// Nothing deeper: what was inherited holds.
    case end
}

/// Turns an address tree into ranges, by walking it from the lowest address to the highest.
///
/// A hostile tree may lead in circles, or share its nodes so that there are more ways than octets: the way is no longer
/// than an address has bits, and the steps are counted against the number of nodes.
struct AddressTreeWalk<Tree: AddressTree> {
    var tree: Tree
    private(set) var ranges = GeoRanges()
    private var stepsLeft: Int

    /// - Parameter nodes: how many the file has; a walk takes at most four times as many steps (MaxMind's trees lead to
    ///   their IPv4 part by several ways).
    init(_ tree: Tree, nodes: Int) { (self.tree, stepsLeft) = (tree, nodes * 4 + 1 << 16) }

    private struct Waiting {
        var branch: AddressBranch
        var depth: Int
        var high: UInt64, low: UInt64
        var inherited: UInt32
    }

    /// Where the first `bits` of an address lead, and what holds there.
    mutating func descend(high: UInt64, low: UInt64, bits: Int) throws(GeoFileError) -> (branch: AddressBranch, inherited: UInt32) {
        var branch = AddressBranch.node(0), inherited: UInt32 = 0
        for depth in 0..<bits {
            guard case .node(let node) = branch else { break }
            inherited = try tree.code(at: node, inherited: inherited)
            let word = depth < 64 ? high >> UInt64(63 - depth) : low >> UInt64(127 - depth)
            branch = try tree.branch(node, bit: Int(word & 1))
        }
        return (branch, inherited)
    }

    /// Appends the ranges of a family: all below `root`. The node `skipped` and what is below it stay out: in IPv6 these
    /// are the ways to IPv4.
    mutating func walk(_ family: IPAddress.Family, from root: (branch: AddressBranch, inherited: UInt32), skipping skipped: Int? = nil)
        throws(GeoFileError) {
        let bits = family == .v4 ? 32 : 128
        var waiting = [Waiting(branch: root.branch, depth: 0, high: 0, low: 0, inherited: root.inherited)]
        while let next = waiting.popLast() {
            stepsLeft -= 1
            guard stepsLeft >= 0 else { throw GeoFileError("the search tree has more branches than nodes; get the file anew") }
            switch next.branch {
            case .end:
                append(family, next, next.inherited)
            case .record(let record):
                append(family, next, try tree.code(ofRecord: record))
            case .node(let node):
                if node == skipped {
                    append(family, next, 0)
                    continue
                }
                let inherited = try tree.code(at: node, inherited: next.inherited)
                guard next.depth < bits else {
                    // A node may be of one address, but leads no further.
                    guard case (.end, .end) = (try tree.branch(node, bit: 0), try tree.branch(node, bit: 1)) else {
                        throw GeoFileError("the search tree is deeper than an address has bits (node \(node)); get the file anew")
                    }
                    append(family, next, inherited)
                    continue
                }
                // The high bit comes last off the stack, so that starts ascend.
                for bit in [1, 0] {
                    var child = Waiting(
                        branch: try tree.branch(node, bit: bit), depth: next.depth + 1, high: next.high, low: next.low,
                            inherited: inherited)
                    if bit == 1 {
                        let place = bits - 1 - next.depth
                        if place >= 64 { child.high |= 1 << UInt64(place - 64) } else { child.low |= 1 << UInt64(place) }
                    }
                    waiting.append(child)
                }
            }
            guard !ranges.isFull else { throw GeoFileError("more than \(GeoRanges.limit) address ranges") }
        }
    }

    private mutating func append(_ family: IPAddress.Family, _ place: Waiting, _ code: UInt32) {
        ranges.append(family, high: place.high, low: place.low, code: code)
    }
}
