/// Packets on their way from who captures them to who analyses them, with what happened between them.
public struct PacketBatch: Sendable {
    /// What a source tells beside packets, in order with them.
    enum Notice: Sendable {
        /// No packet had come for a while at this time, nanoseconds since 1970.
        case idle(Int64)
        /// In the words for a person.
        case said(String)
        /// Counted by the source so far.
        case counted(InterfaceStatistics)
        /// A block without packets that the sender of a capture wrote: its type, and what is between its lengths.
        case block(PcapngBlockType, [UInt8])
        /// There is another interface, with the next number.
        case interface(CaptureInterface, name: String)
    }

    /// Octets of all packets, each followed by its options, both padded to four.
    private var octets: [UInt8] = []
    private var packets: [PacketRecord] = []
    /// Each before the packet with that index.
    private(set) var notices: [(before: Int, Notice)] = []

    /// A batch is handed over at this size, octets.
    static var size: Int { 1 << 18 }

    init() {}

    var count: Int { packets.count }
    var isEmpty: Bool { packets.isEmpty && notices.isEmpty }
    var isFull: Bool { octets.count >= Self.size || packets.count >= 4096 }
    /// What it holds in memory.
    var octetCount: Int { octets.count + packets.count * MemoryLayout<PacketRecord>.stride + 64 }

    mutating func append(_ packet: borrowing PacketView) {
        var record = packet.record
        record.start = octets.count
        octets.append(span: packet.octets)
        if record.hasOptions {
            octets.pad()
            octets.append(span: packet.options.raw)
        }
        octets.pad()
        packets.append(record)
    }

    mutating func append(_ notice: Notice) { notices.append((packets.count, notice)) }

    /// - Parameter isBefore: the latest packet comes after it.
    mutating func append(_ notice: Notice, beforeLast isBefore: Bool) { notices.append((max(0, packets.count - (isBefore ? 1 : 0)), notice)) }

    /// Leaves the packets out, keeps what happened. Returns how many they were.
    mutating func dropPackets() -> Int {
        defer {
            octets.removeAll(keepingCapacity: true)
            packets.removeAll(keepingCapacity: true)
            for index in notices.indices { notices[index].before = 0 }
        }
        return packets.count
    }

    mutating func removeAll() {
        octets.removeAll(keepingCapacity: true)
        packets.removeAll(keepingCapacity: true)
        notices.removeAll(keepingCapacity: true)
    }

    /// Everything in order.
    func forEach(packet: (borrowing PacketView) -> Void, notice: (Notice) -> Void) {
        var next = 0
        for index in packets.indices {
            while next < notices.count, notices[next].before <= index {
                notice(notices[next].1)
                next += 1
            }
            let record = packets[index]
            packet(PacketView(octets: octets.span.extracting(record.start..<record.start + record.capturedLength), record: record))
        }
        while next < notices.count {
            notice(notices[next].1)
            next += 1
        }
    }
}
