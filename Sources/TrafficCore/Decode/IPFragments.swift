/// One fragment of an IP datagram. Where its octets lie in the packet is in the `DecodedPacket`: its payload.
struct IPFragment {
    var identification: UInt32
    /// Octets of the datagram before this fragment.
    var offset: UInt16
    /// The protocol of the datagram's payload.
    var transport: UInt8
    /// All of it was captured; else it cannot be put together.
    var isWhole: Bool
    /// No more follow.
    var isLast: Bool
}

/// What a datagram was put together from.
struct CompletedDatagram {
    /// The payload of the IP datagram, without the IP header.
    var octets: [UInt8]
    var transport: UInt8
    /// Fragments, the last to arrive included; octets of their IP packets, without the last one's.
    var fragments: Int
    var octetsBefore: Int
    /// When, and in which frame, the first of them came.
    var first: Int64
    var firstFrame: Int
    /// IP headers down to the fragmented one.
    var depth: UInt8
}

/// Datagrams of which fragments are still missing (RFC 791 §3.2, RFC 8200 §4.5), in bounded memory. Where fragments
/// overlap, what came first holds.
struct IPFragments: ~Copyable {
    private struct Key: Hashable {
        var source: IPAddress
        var destination: IPAddress
        var identification: UInt32
        var transport: UInt8
    }
    private struct Datagram {
        var octets: [UInt8] = []
        /// One bit for each 8 octets that are there.
        var units: [UInt64] = []
        var unitsThere = 0
        /// Known when the last fragment came; -1 before.
        var length = -1
        var fragments = 0
        var octetsBefore = 0
        var first: Int64
        var firstFrame: Int
        var serial: Int
    }
    private var open: [Key: Datagram] = [:]
    /// In order of opening; entries whose datagram is gone are passed over.
    private var order: [(key: Key, serial: Int)] = []
    private var orderStart = 0
    private var serial = 0
    private var held = 0
    private let limit: Int

    /// Fragments that brought octets which were there already, and those of them that said something else.
    private(set) var overlaps = 0
    private(set) var conflicts = 0
    /// Datagrams given up: the rest did not come in time; there was no room for them.
    private(set) var timedOut = 0
    private(set) var evicted = 0
    /// Datagrams that are still waited for.
    var waiting: Int { open.count }

    /// RFC 8200 §4.5: 60 seconds after the first fragment, the rest is not waited for.
    static var patience: Int64 { 60_000_000_000 }
    private static var mostDatagrams: Int { 4096 }
    private static var largest: Int { 65535 }

    /// - Parameter limit: octets held for all datagrams together.
    init(limit: Int) { self.limit = limit }

    /// Adds a fragment; returns the datagram when this one completed it.
    ///
    /// - Parameters:
    ///   - packet: its IP header, decoded.
    ///   - payload: its octets.
    ///   - time: nanoseconds since 1970.
    mutating func add(
        _ fragment: IPFragment, of packet: borrowing DecodedPacket, _ payload: Span<UInt8>, at time: Int64, frame: Int
    ) -> CompletedDatagram? {
        guard fragment.isWhole, !payload.isEmpty else { return nil }
        let key = Key(
            source: packet.source, destination: packet.destination, identification: fragment.identification,
            transport: packet.source.family == .v4 ? fragment.transport : 0)
        let offset = Int(fragment.offset)
        guard offset + payload.count <= Self.largest else { return nil }
        var datagram = take(key, at: time) ?? begin(key, at: time, frame: frame)
        // What does not fill whole units, or reaches beyond the end, is cut, as receivers do (Linux ip_frag_queue).
        var count = fragment.isLast ? payload.count : payload.count & ~7
        if datagram.length >= 0, offset + count > datagram.length {
            count = max(0, datagram.length - offset)
            conflicts += 1
        } else if fragment.isLast, datagram.length < 0 {
            datagram.length = offset + count
            if datagram.octets.count > datagram.length { cut(&datagram) }
        }
        if count > 0 { copy(payload.extracting(0..<count), at: offset, into: &datagram) }
        datagram.fragments += 1
        if datagram.length >= 0, datagram.unitsThere == (datagram.length + 7) / 8 {
            return CompletedDatagram(
                octets: datagram.octets, transport: fragment.transport, fragments: datagram.fragments, octetsBefore: datagram.octetsBefore,
                first: datagram.first, firstFrame: datagram.firstFrame, depth: packet.depth)
        }
        datagram.octetsBefore += packet.octets
        put(datagram, key, at: time)
        return nil
    }

    /// Takes an open datagram out of the table, unless it is too old.
    private mutating func take(_ key: Key, at time: Int64) -> Datagram? {
        guard let datagram = open.removeValue(forKey: key) else { return nil }
        held -= Self.cost(datagram)
        guard Self.isTooOld(datagram, at: time) else { return datagram }
        timedOut += 1
        return nil
    }

    private static func isTooOld(_ datagram: Datagram, at time: Int64) -> Bool {
        let age = time.subtractingReportingOverflow(datagram.first)
        return age.overflow || age.partialValue > patience
    }

    private mutating func begin(_ key: Key, at time: Int64, frame: Int) -> Datagram {
        serial += 1
        order.append((key, serial))
        return Datagram(first: time, firstFrame: frame, serial: serial)
    }

    private mutating func put(_ datagram: Datagram, _ key: Key, at time: Int64) {
        held += Self.cost(datagram)
        open[key] = datagram
        while orderStart < order.count {
            let oldest = order[orderStart], isFull = held > limit || open.count > Self.mostDatagrams
            if let found = open[oldest.key], found.serial == oldest.serial {
                let isTooOld = Self.isTooOld(found, at: time)
                guard isFull || isTooOld else { break }
                held -= Self.cost(found)
                open[oldest.key] = nil
                if isTooOld { timedOut += 1 } else { evicted += 1 }
            }
            orderStart += 1
        }
        // The list also holds datagrams that were completed: it is shortened now and then.
        if order.count > 4 * Self.mostDatagrams, order.count > 2 * open.count {
            order = order[orderStart...].filter { entry in open[entry.key]?.serial == entry.serial }
            orderStart = 0
        }
    }

    private static func cost(_ datagram: Datagram) -> Int { datagram.octets.capacity + datagram.units.capacity * 8 + 256 }

    /// Octets behind the end that the last fragment gives were there already: they are no part of the datagram.
    private mutating func cut(_ datagram: inout Datagram) {
        conflicts += 1
        datagram.octets.removeLast(datagram.octets.count - datagram.length)
        let end = (datagram.length + 7) / 8
        for unit in end..<max(end, datagram.units.count * 64) where datagram.units[unit / 64] >> UInt64(unit & 63) & 1 == 1 {
            datagram.units[unit / 64] &= ~(1 << UInt64(unit & 63))
            datagram.unitsThere -= 1
        }
    }

    private mutating func copy(_ payload: Span<UInt8>, at offset: Int, into datagram: inout Datagram) {
        let end = offset + payload.count
        if datagram.octets.count < end {
            datagram.octets.append(contentsOf: repeatElement(0, count: end - datagram.octets.count))
            let words = ((end + 7) / 8 + 63) / 64
            datagram.units.append(contentsOf: repeatElement(0, count: max(0, words - datagram.units.count)))
        }
        var overlaps = false, conflicts = false
        var index = 0
        while index < payload.count {
            let unit = (offset + index) / 8, stop = min(index + 8, payload.count)
            if datagram.units[unit / 64] >> UInt64(unit & 63) & 1 == 0 {
                datagram.units[unit / 64] |= 1 << UInt64(unit & 63)
                datagram.unitsThere += 1
                for place in index..<stop { datagram.octets[offset + place] = payload[place] }
            } else {
                overlaps = true
                for place in index..<stop where datagram.octets[offset + place] != payload[place] { conflicts = true }
            }
            index = stop
        }
        if overlaps { self.overlaps += 1 }
        if conflicts { self.conflicts += 1 }
    }
}
