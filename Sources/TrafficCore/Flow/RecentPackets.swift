/// The packets of the last tenth of a second, to tell one that was captured twice (two interfaces, a mirror port) from one
/// that was sent again.
///
/// One table for all flows, small enough to stay in the processor's first cache: a packet's place in it is given by what it
/// is, and holds the latest two that fell there. So a copy is found however many others lie between, as long as no two of
/// them fell on the same place: with the hundred that a capture's queue may let pass, that is one copy in two hundred, which
/// then counts as sent again.
///
/// The same IPv4 packet has the same identification, and what is sent again has another; but there is none in IPv6, and some
/// stacks always send the same (RFC 6864 §4.1). Then equal packets are copies where they came another way, or at once and
/// with something in them: no stack sends the same octets twice within half a millisecond. Acknowledgments without payload
/// are rightly sent several times.
struct RecentPackets: ~Copyable {
    /// Two packets a place, the newest first: 32 bits of its content above 8 for the way that it came and 24 for when, in
    /// ticks of 2^15 ns.
    private var places = InlineArray<1024, SIMD2<UInt64>>(repeating: .zero)

    /// How long after the first sighting a copy is expected: 100 ms; and what is at once: 0.5 ms.
    private static var window: UInt32 { 3052 }
    private static var atOnce: UInt32 { 15 }

    /// What an earlier packet with the same content was to this one.
    enum Sighting: Equatable {
        case none
        /// It came another way.
        case otherWay
        /// It came the same way: within half a millisecond, or not.
        case sameWay(atOnce: Bool)
    }

    /// Remembers `packet`, and tells whether the same was seen before. `octets` are those of the frame, `interface` the one
    /// that captured it.
    @inline(__always)
    mutating func note(_ packet: borrowing DecodedPacket, _ octets: Span<UInt8>, interface: Int, at time: Int64) -> Sighting {
        var content: UInt64 = 0
        // Checksum and identification tell most packets apart; where one is not there, the payload's ends must.
        let isPlain = packet.checksum == 0 ? true : packet.identification == 0
        if isPlain { content = Self.payloadEnds(packet, octets) }
        let numbers = UInt64(packet.sequence) << 32 | UInt64(packet.acknowledgment)
        let header = UInt64(packet.checksum) << 48 | UInt64(packet.window) << 32 | UInt64(packet.identification) << 16
            | UInt64(truncatingIfNeeded: packet.octets) & 0xffff
        let ports = UInt64(packet.sourcePort) << 16 | UInt64(packet.destinationPort) | UInt64(packet.flags.rawValue) << 32
        let addresses = packet.source.low &* 3 ^ packet.destination.low
        // Each multiplied on its own: octets of the payload must not make up for a step of the sequence number.
        let stream = numbers &* 0x9e37_79b9_7f4a_7c15 ^ content &* 0xff51_afd7_ed55_8ccd
        let hash = (stream ^ header ^ addresses) &* 0xd6e8_feb8_6659_fd93 ^ ports &* 0xca5a_8263_9512_1157
        let mark = UInt32(truncatingIfNeeded: hash >> 32)
        let way = UInt32(truncatingIfNeeded: packet.linkSource &+ packet.linkDestination &* 7) &+ UInt32(packet.hopLimit) &* 37
            &+ UInt32(truncatingIfNeeded: interface) &* 101 &+ UInt32(bitPattern: packet.vlan) &* 59
        let now = UInt32(truncatingIfNeeded: time >> 15) & 0xff_ffff
        let entry = UInt64(mark) << 32 | UInt64(way & 0xff) << 24 | UInt64(now)
        let place = Int(truncatingIfNeeded: hash >> 22) & (1024 - 1), old = places[place]
        places[place] = SIMD2(entry, old[0])
        if (old[0] ^ entry) >> 32 == 0 { return Self.compare(UInt32(truncatingIfNeeded: old[0]), way & 0xff, now) }
        if (old[1] ^ entry) >> 32 == 0 { return Self.compare(UInt32(truncatingIfNeeded: old[1]), way & 0xff, now) }
        return .none
    }

    @inline(never)
    private static func compare(_ old: UInt32, _ way: UInt32, _ now: UInt32) -> Sighting {
        if old == 0 { return .none }        // nothing was ever written there
        // Capture queues swap packets: either may have the earlier time stamp.
        let then = old & 0xff_ffff, distance = min((now &- then) & 0xff_ffff, (then &- now) & 0xff_ffff)
        guard distance <= window else { return .none }
        return old >> 24 == way ? .sameWay(atOnce: distance <= atOnce) : .otherWay
    }

    @inline(never)
    private static func payloadEnds(_ packet: borrowing DecodedPacket, _ octets: Span<UInt8>) -> UInt64 {
        let start = packet.payloadStart, end = packet.payloadEnd
        guard end - start >= 8 else {
            var content: UInt64 = 1
            for index in start..<max(start, end) { content = content << 8 | UInt64(octets[index]) }
            return content
        }
        // An authentication tag at the end differs at the latest.
        return octets.word(at: start) ^ octets.word(at: end - 8) &* 0x2545_f491_4f6c_dd1d
    }
}

/// The identification of a sender's latest IPv4 packet, and whether it was ever another (RFC 6864 §4.1).
struct RecentIdentification {
    private var value: UInt16 = 0
    private(set) var varies = false

    @inline(__always)
    mutating func note(_ identification: UInt16) {
        if identification != value {
            if value != 0, identification != 0 { varies = true }
            value = identification
        }
    }
}

extension RecentPackets.Sighting {
    /// Whether `packet` is a copy of the one that was seen, of a sender whose identifications vary or not.
    @inline(never)
    func isCopy(_ packet: borrowing DecodedPacket, identificationVaries: Bool) -> Bool {
        switch self {
        case .none: return false
        case .otherWay: return true
        case .sameWay(let atOnce):
            if packet.identification != 0 { if identificationVaries { return true } }
            guard atOnce else { return false }
            guard packet.isTCP else { return true }
            return packet.flags.rawValue & 0x03 != 0 ? true : packet.payloadLength > 0
        }
    }
}
