/// Packets on their way from who captures them to who analyses them, with what happened between them.
public struct PacketBatch: Sendable {
    /// What a source tells beside packets, in order with them.
    enum Notice: Sendable {
        /// No packet had come for a while at this time, nanoseconds since 1970.
        case idle(Int64)
        /// From this time on nothing can be captured, and then again.
        case away(Int64), back(Int64)
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
    var octetCount: Int { octets.count + packets.count * MemoryLayout<PacketRecord>.stride + blockOctets + 64 }
    /// Of blocks among the notices.
    private var blockOctets = 0

    mutating func append(_ packet: borrowing PacketView) {
        var record = packet.record
        record.start = octets.count
        // A recording cannot hold times before 1970.
        record.time = max(0, record.time)
        octets.append(span: packet.octets)
        if record.hasOptions {
            // Options that cannot be written as they are, are not analysed either: both must tell the same.
            let options = packet.options.copyable
            octets.pad()
            octets.append(span: options)
            record.options = record.options.limited(to: options.count)
        }
        octets.pad()
        packets.append(record)
    }

    mutating func append(_ notice: Notice) { append(notice, beforeLast: false) }

    /// - Parameter isBefore: the latest packet comes after it.
    mutating func append(_ notice: Notice, beforeLast isBefore: Bool) {
        if case .block(_, let body) = notice { blockOctets += body.count }
        notices.append((max(0, packets.count - (isBefore ? 1 : 0)), notice))
    }

    /// How many frames of other kinds the latest packet has before it.
    mutating func number(framesBeforeLast count: Int32) {
        if let last = packets.indices.last { packets[last].framesBefore = count }
    }

    /// Leaves out the packets and the sender's blocks, and hands over what else happened. Returns how many packets they were.
    mutating func takeNotices() -> (batch: PacketBatch, dropped: Int) {
        var rest = PacketBatch()
        let count = packets.count
        for (_, notice) in notices {
            if case .block = notice { continue }
            rest.append(notice)
        }
        removeAll()
        return (rest, count)
    }

    mutating func removeAll() {
        blockOctets = 0
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
