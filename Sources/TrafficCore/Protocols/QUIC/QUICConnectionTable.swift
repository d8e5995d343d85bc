/// Connection IDs that QUIC endpoints chose in clear, and whose flow each is of: a phone that changes its network, or whose
/// NAT forgets it, goes on with the same ID at another address or port (RFC 9000 §9).
///
/// Bounded: two generations, and the older one goes when the newer is full.
struct QUICConnectionTable: ~Copyable {
    struct Entry {
        /// Number of the first packet of the connection's first flow.
        var firstFrame: Int
        var version: String?
        var serverName: String?
    }

    private var recent: [[UInt8]: Entry] = [:]
    private var older: [[UInt8]: Entry] = [:]
    /// Bit n: an ID of n octets is known.
    private var lengths: UInt32 = 0

    private static var limit: Int { 1 << 14 }
    /// Shorter ones may be anybody's.
    static var leastLength: Int { 4 }

    var isEmpty: Bool { lengths == 0 }

    mutating func learn(_ id: [UInt8], _ entry: Entry) {
        guard (Self.leastLength...20).contains(id.count) else { return }
        if recent.count >= Self.limit { (older, recent) = (recent, [:]) }
        lengths |= 1 << UInt32(id.count)
        recent[id] = entry
    }

    /// The connection that a datagram with a short header goes on with; nil for none (RFC 9000 §17.3: flags, then the ID that
    /// the receiver chose, without its length).
    func find(_ datagram: Span<UInt8>) -> Entry? {
        guard datagram.count >= 21, datagram[0] & 0xc0 == 0x40 else { return nil }
        for length in stride(from: 20, through: Self.leastLength, by: -1) where lengths & 1 << UInt32(length) != 0 && datagram.count > length {
            let id = datagram.extracting(1..<1 + length).copied()
            if let entry = recent[id] ?? older[id] { return entry }
        }
        return nil
    }
}
