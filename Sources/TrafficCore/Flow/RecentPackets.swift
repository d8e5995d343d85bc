/// A packet in 32 bits, to find its copy among the latest ones of its sender: 24 bits of what it is, 8 of the way that it
/// came to the capture.
struct PacketFingerprint {
    let value: UInt32

    /// `octets` are those of the frame, `interface` the one that captured it.
    @inline(__always)
    init(_ packet: borrowing DecodedPacket, _ octets: Span<UInt8>, interface: Int) {
        var content: UInt64 = 0
        // Checksum and identification tell most packets apart; where one is not there, the payload's ends must.
        let isPlain = packet.checksum == 0 ? true : packet.identification == 0
        if isPlain { content = Self.content(packet, octets) }
        let numbers = UInt64(packet.sequence) << 32 | UInt64(packet.acknowledgment)
        let header = UInt64(packet.checksum) << 48 | UInt64(packet.window) << 32 | UInt64(packet.identification) << 16
            | UInt64(truncatingIfNeeded: packet.octets) & 0xffff
        let hash = ((numbers ^ content) &* 0x9e37_79b9_7f4a_7c15 ^ header ^ UInt64(packet.flags.rawValue)) &* 0xd6e8_feb8_6659_fd93
        let way = UInt32(truncatingIfNeeded: packet.linkSource) &+ UInt32(truncatingIfNeeded: packet.linkDestination) &* 7 &+ UInt32(packet.hopLimit) &* 37
            &+ UInt32(truncatingIfNeeded: interface) &* 101 &+ UInt32(bitPattern: packet.vlan) &* 59
        value = UInt32(truncatingIfNeeded: hash >> 40) << 8 | way & 0xff
    }

    @inline(never)
    private static func content(_ packet: borrowing DecodedPacket, _ octets: Span<UInt8>) -> UInt64 {
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

/// The latest four packets of one side of a flow, to tell a packet that was captured twice (two interfaces, a mirror port)
/// from one that was sent again.
///
/// The same IPv4 packet has the same identification, and what is sent again has another; but there is none in IPv6, and some
/// stacks always send the same (RFC 6864 §4.1). Then equal packets are copies where they came another way, or at once and
/// with something in them: no stack sends the same octets twice within half a millisecond. Acknowledgments without payload
/// are rightly sent several times.
struct RecentPackets {
    /// Fingerprints, the newest in the low half of `newer`.
    private var newer: UInt64 = 0
    private var older: UInt64 = 0
    /// When the newest came, in ticks of 2^15 ns.
    private var tick: UInt32 = 0
    private var identification: UInt16 = 0
    private var identificationVaries = false
    private var isEmpty = true

    /// How long after the sender's latest packet a copy is expected: 100 ms; and what is at once: 0.5 ms.
    private static var window: UInt32 { 3052 }
    private static var atOnce: UInt32 { 15 }

    /// Whether `packet` is a copy of one of these; remembers it.
    @inline(__always)
    mutating func isCopy(_ fingerprint: UInt32, _ packet: borrowing DecodedPacket, at time: Int64) -> Bool {
        let now = UInt32(truncatingIfNeeded: time >> 15)
        var isCopy = false
        let wanted = UInt64(fingerprint >> 8) << 8
        let pair = (wanted << 32 | wanted), mask: UInt64 = 0xffff_ff00_ffff_ff00
        let first = (newer ^ pair) & mask, second = (older ^ pair) & mask
        if first & 0xffff_ffff == 0 || first >> 32 == 0 || second & 0xffff_ffff == 0 || second >> 32 == 0 {
            isCopy = isCopyOfEqual(fingerprint, packet, at: now)
        }
        let value = UInt16(truncatingIfNeeded: packet.identification)
        if value != identification {
            if !isEmpty, identification != 0, value != 0 { identificationVaries = true }
            identification = value
        }
        isEmpty = false
        older = older << 32 | newer >> 32
        newer = newer << 32 | UInt64(fingerprint)
        tick = now
        return isCopy
    }

    /// One of the four is equal but perhaps for its way.
    @inline(never)
    private func isCopyOfEqual(_ fingerprint: UInt32, _ packet: borrowing DecodedPacket, at now: UInt32) -> Bool {
        // Capture queues swap packets: either may have the earlier time stamp.
        let distance = min(now &- tick, tick &- now)
        guard !isEmpty, distance <= Self.window else { return false }
        let lanes = [newer & 0xffff_ffff, newer >> 32, older & 0xffff_ffff, older >> 32].map { UInt32($0) }
        if !lanes.contains(fingerprint) { return true }
        if packet.identification != 0 { if identificationVaries { return true } }
        guard lanes[0] == fingerprint, distance <= Self.atOnce else { return false }
        guard packet.isTCP else { return true }
        return packet.flags.rawValue & 0x03 != 0 ? true : packet.payloadLength > 0
    }
}
