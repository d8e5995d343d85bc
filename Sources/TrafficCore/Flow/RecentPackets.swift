/// The packets of the last moments, to tell one that was captured twice (two interfaces, a mirror port) from one that was
/// sent again.
///
/// Direct-mapped: a packet that falls on the place of another is forgotten, in every run alike. The hash has no key, since
/// nothing but this one answer hangs on it.
struct RecentPackets: ~Copyable {
    /// Whether a packet like this one was seen just before: same endpoints, numbers, length, checksum, first octets.
    enum Sighting {
        case first
        /// On the same way (interface, link addresses, tag, hop limit): within half a millisecond, or later.
        case sameWayAtOnce, sameWay
        case otherWay
    }

    private static var places: Int { 8192 }
    /// How long after a packet its copy is expected, in ticks of 2^15 ns: 100 ms; and what is at once: 0.5 ms.
    private static var window: UInt32 { 3052 }
    private static var atOnce: UInt32 { 15 }
    /// 32 bits of the hash, 8 of the way, 24 of the time in ticks.
    private var entries = [UInt64](repeating: 0, count: RecentPackets.places)

    /// Looks for `packet` among the recent ones and remembers it. `octets` are those of the whole frame.
    @inline(__always)
    mutating func see(_ packet: borrowing DecodedPacket, _ octets: Span<UInt8>, at time: Int64, interface: Int) -> Sighting {
        let start = packet.payloadStart, end = packet.payloadEnd
        var content: UInt64 = 0
        if end - start >= 8 {
            content = octets.word(at: start)
            // Datagrams have no sequence number: their end tells them apart, by an authentication tag at the latest.
            if !packet.isTCP { content ^= octets.word(at: end - 8) &* 0x2545_f491_4f6c_dd1d }
        } else if end > start {
            content = Self.short(octets, start, end)
        }
        let rotated = packet.destination.low << 29 | packet.destination.low >> 35
        let numbers = UInt64(packet.sequence) << 32 | UInt64(packet.acknowledgment)
        let header = UInt64(packet.sourcePort) << 48 | UInt64(packet.destinationPort) << 32 | UInt64(packet.checksum) << 16 | UInt64(packet.window)
        let size = UInt64(packet.identification) << 32 | UInt64(truncatingIfNeeded: packet.octets) << 8 | UInt64(packet.flags.rawValue)
        let product = ((packet.source.low ^ rotated ^ content) &+ size &* 0x9e37_79b9_7f4a_7c15)
            .multipliedFullWidth(by: (numbers &* 0xd6e8_feb8_6659_fd93 ^ header) | 1)
        let hash = product.high ^ product.low
        let way = ((packet.linkSource &* 3 ^ packet.linkDestination ^ UInt64(packet.hopLimit) << 48 ^ UInt64(truncatingIfNeeded: interface) << 56
            ^ UInt64(UInt32(bitPattern: packet.vlan))) &* 0x9e37_79b9_7f4a_7c15) >> 56
        let tick = UInt64(truncatingIfNeeded: time >> 15) & 0xff_ffff
        let place = Int(hash & UInt64(Self.places - 1)), found = entries[place]
        entries[place] = hash & 0xffff_ffff_0000_0000 | way << 24 | tick
        guard (found ^ hash) >> 32 == 0 else { return .first }
        return Self.sighting(found, way: way, tick: tick)
    }

    @inline(never)
    private static func short(_ octets: Span<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
        var content: UInt64 = 1
        for index in start..<end { content = content << 8 | UInt64(octets[index]) }
        return content
    }

    @inline(never)
    private static func sighting(_ found: UInt64, way: UInt64, tick: UInt64) -> Sighting {
        // Capture queues swap packets: either may have the earlier time stamp.
        let later = UInt32(truncatingIfNeeded: (tick &- found) & 0xff_ffff), distance = min(later, 0x100_0000 - later)
        guard distance <= window else { return .first }
        if found >> 24 & 0xff != way { return .otherWay }
        return distance <= atOnce ? .sameWayAtOnce : .sameWay
    }
}

extension FlowSide {
    /// Whether a packet that was sighted before is a copy of that one, made by the capture, or was sent again.
    ///
    /// The same IPv4 packet has the same identification, and what is sent again has another; but there is none in IPv6,
    /// and some stacks always send the same (RFC 6864 §4.1). Then equal packets are copies where they came another way, or
    /// at once with something in them: no stack sends the same octets twice within half a millisecond. Acknowledgments without
    /// payload are rightly sent several times.
    @inline(never)
    func isCopy(_ packet: borrowing DecodedPacket, _ sighting: RecentPackets.Sighting) -> Bool {
        switch sighting {
        case .first: return false
        case .otherWay: return true
        case .sameWay: return packet.identification != 0 ? identificationVaries : false
        case .sameWayAtOnce:
            if packet.identification != 0 { if identificationVaries { return true } }
            guard packet.isTCP else { return true }
            return packet.flags.rawValue & 0x03 != 0 ? true : packet.payloadLength > 0
        }
    }

    /// Takes note of whether this side's IPv4 identification says anything.
    @inline(__always)
    mutating func noteIdentification(_ packet: borrowing DecodedPacket) {
        let value = UInt16(truncatingIfNeeded: packet.identification)
        if value != identification {
            if packets > 0, identification != 0, value != 0 { identificationVaries = true }
            identification = value
        }
    }
}
