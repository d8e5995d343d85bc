/// One open flow. Trivial on purpose: the table copies and grows without a retain (SWIFT-PERFORMANCE.md §3); strings and
/// buffers lie in side arrays of the engine, reached by index, -1 for none.
struct Flow {
    var key: FlowKey
    var hash: UInt32
    /// Side 0 sent the first packet; it is the key's lower endpoint or not.
    var firstSenderIsLow: Bool
    /// Side 0 is the originator, or side 1 is (a SYN or SYN+ACK said so).
    var originatorIsFirst = true
    var originatorIsKnown = false
    /// The side's octets are still wanted by a dissector.
    var wants: (Bool, Bool) = (false, false)
    /// QUIC was recognised: the longer timeout holds.
    var isQUIC = false
    /// Which side the ADU under way is of; -1 without one.
    var aduSide: Int8 = -1
    var vlan: Int32
    var tunnel = TunnelPath()

    var first: Int64
    var last: Int64
    var firstFrame: Int
    var lastFrame: Int
    var sides = (FlowSide(), FlowSide())
    var link: (UInt64, UInt64)

    // The ADU and the burst under way
    var aduOctets = 0
    var burst = Burst(start: .min, end: .min, forward: 0, reverse: 0, clear: false)
    /// Closed bursts: newest first, in `BurstArena`.
    var bursts: Int32 = -1

    /// In `FlowEngine.protocols`.
    var protocolState: Int32 = -1
    /// Packets that were captured twice.
    var duplicates: Int32 = 0
    var history = FlowHistory()
    /// When the latest SYN of the originator came, and how long after it the handshake was complete, nanoseconds; `Handshake`.
    var handshake = Handshake()

    // The timer wheel's list
    var previous: Int32 = -1
    var next: Int32 = -1
    var bucket: Int32 = -1

    /// FIN from both sides, or RST.
    var isEnding: Bool {
        sides.0.hasRST || sides.1.hasRST || (sides.0.hasFIN && sides.1.hasFIN)
    }

    /// Takes note of FIN or RST; an RST behind the FINs of both sides aborts nothing (RFC 9293 §3.6). Returns `isEnding`.
    @inline(never)
    fileprivate mutating func noteEnd(_ flags: TCPFlags, fromFirst: Bool) -> Bool {
        if flags.contains(.rst), !(sides.0.hasFIN && sides.1.hasFIN) {
            if fromFirst { sides.0.hasRST = true } else { sides.1.hasRST = true }
        }
        return isEnding
    }
}

/// The three-way handshake as the capture point saw it (RFC 9293 §3.5).
struct Handshake {
    private enum Step: UInt8 { case none, opened, answered, complete }
    /// When the latest SYN came; once the handshake is complete, how long it took.
    private var time: Int64 = 0
    private var step = Step.none    // behind the time, so that what follows in a `Flow` fills its line

    @inline(__always)
    var isUnderWay: Bool { step == .opened || step == .answered }

    /// From the latest SYN before the answer to the ACK that completed the handshake, nanoseconds: the round trip between
    /// the two hosts, wherever between them the capture was made. Nil when one of the three was not seen.
    var roundTrip: Int64? { step == .complete ? time : nil }

    @inline(never)
    mutating func note(_ flags: TCPFlags, fromOriginator: Bool, at now: Int64) {
        switch (step, fromOriginator) {
        case (.none, true), (.opened, true):
            if flags.contains(.syn), !flags.contains(.ack) { (step, time) = (.opened, now) }
        case (.opened, false):
            if flags.contains(.syn), flags.contains(.ack) { step = .answered }
        case (.answered, true):
            guard flags.contains(.ack), !flags.contains(.syn), !flags.contains(.rst) else { return }
            let passed = now.subtractingReportingOverflow(time)
            guard !passed.overflow, passed.partialValue >= 0 else {
                step = .none
                return
            }
            (step, time) = (.complete, passed.partialValue)
        default: break
        }
    }
}

/// What one endpoint of a flow sent.
struct FlowSide {
    var packets = 0
    /// Octets of IP packets by their headers.
    var octets = 0
    /// Of these, octets behind the IP headers, counted a packet and not by what is in it; packets captured twice once.
    var networkPayload = 0
    /// Of these, transport headers, and the octets of keep-alives.
    var headers = 0
    /// Unique transport payload.
    var payload = 0
    /// The highest contiguous region of sequence space seen, unwrapped; earlier ones are in `regions`.
    var base: Int64 = 0
    var end: Int64 = 0
    var resent = 0
    var outOfOrder: Int32 = 0
    var overlapConflict: Int32 = 0
    /// Unwrapped position of the first payload octet, where a SYN told it; else 0.
    var origin: Int64 = 0
    /// Unwrapped position of the FIN; 0 until there is one.
    var finish: Int64 = 0
    /// In `RegionLists`.
    var regions: Int32 = -1
    /// In `PendingSegments`.
    var pending: Int32 = -1
    /// Position of the next octet that the dissector is to get.
    var deliverNext: Int64 = 0
    /// First sequence number seen less the SYN's one, as Wireshark keeps it to tell a reused port.
    var firstSequence: UInt32 = 0
    /// Latest acknowledgment number that this side sent: what it has of the other side's stream.
    var acknowledged: UInt32 = 0
    var hasAcknowledged = false
    var hasSequence = false
    var hasSYN = false
    var hasFIN = false
    var hasRST = false
    var hasDelivery = false
    /// A SYN with ACK; an RST before any payload.
    var hasSYNACK = false
    var identification = RecentIdentification()
    /// Transport payload of packets captured twice.
    var copied: UInt32 = 0
    var records = TLSRecordBoundaries()
    var adus = PayloadSizeCounts()
}

extension FlowSide {
    /// The stream was closed in the middle of a TLS record.
    var endsInsideRecord: Bool { finish > 0 && records.goesOn(behind: finish) }
}

extension Flow {
    /// How much each side sent, as the record wants it: from the originator and from the responder.
    @inline(__always)
    func directional<Value>(_ value: (borrowing FlowSide) -> Value) -> Directional<Value> {
        originatorIsFirst
            ? Directional(forward: value(sides.0), reverse: value(sides.1))
            : Directional(forward: value(sides.1), reverse: value(sides.0))
    }

    /// Counts a packet's unique payload into the ADU and the burst under way; returns a burst that this one ended.
    @inline(__always)
    mutating func addPayload(_ octets: Int, fromFirst: Bool, at time: Int64) -> Burst? {
        var closed: Burst?
        if aduSide >= 0, time &- burst.end >= Burst.pause {
            closeADU()
            closed = burst
            burst.start = .min
        }
        if burst.start == .min {
            burst = Burst(start: time, end: time, forward: 0, reverse: 0, clear: false)
        }
        burst.end = max(burst.end, time)
        let side: Int8 = fromFirst ? 0 : 1
        if aduSide != side {
            if aduSide >= 0 { closeADU() }
            aduSide = side
        }
        aduOctets += octets
        if fromFirst { burst.forward += octets } else { burst.reverse += octets }
        return closed
    }

    mutating func closeADU() {
        guard aduSide >= 0 else { return }
        // Records that go on behind a pause were counted off where they began.
        let sizeClass = PayloadSizeClass(octets: max(0, aduOctets))
        if aduSide == 0 { sides.0.adus.add(sizeClass) } else { sides.1.adus.add(sizeClass) }
        (aduSide, aduOctets) = (-1, 0)
    }
}

extension Flow {
    /// What `count` saw: where the segment's payload begins in the unwrapped stream, and a burst that it ended.
    struct Counted {
        var position: Int64 = 0
        var closedBurst: Burst?
        /// A dissector wants the sender's octets.
        var isWanted = false
        /// FIN from both sides, or RST, and this packet has one of them.
        var isEnding = false
        /// The payload is what another packet brought before.
        var isCopy = false
    }

    /// A packet that was captured twice is a packet, and sends nothing: no burst, no ADU, nothing resent. Datagrams have no
    /// sequence numbers that say what was counted before, so UDP payload is what was captured, as in every other tool.
    @inline(never)
    private mutating func countCopy(_ packet: borrowing DecodedPacket, fromFirst: Bool) {
        duplicates &+= 1
        if fromFirst { sides.0.countCopy(packet) } else { sides.1.countCopy(packet) }
    }

    /// Counts one packet of this flow.
    @inline(__always)
    mutating func count(
        _ packet: borrowing DecodedPacket, fromFirst: Bool, sighting: RecentPackets.Sighting, at time: Int64, frame: Int, keepsHistory: Bool, regions: inout RegionLists
    ) -> Counted {
        if time > last { last = time }
        if time < first { first = time }
        lastFrame = frame
        var counted = Counted()
        if sighting != .none {
            let varies = fromFirst ? sides.0.identification.varies : sides.1.identification.varies
            if sighting.isCopy(packet, identificationVaries: varies) {
                countCopy(packet, fromFirst: fromFirst)
                counted.isCopy = true
                return counted
            }
        }
        var fresh = packet.payloadLength
        if packet.isTCP {
            let isSYN = packet.flags.rawValue & 0x02 != 0
            if isSYN, !originatorIsKnown {
                originatorIsKnown = true
                originatorIsFirst = packet.flags.contains(.ack) != fromFirst
            }
            if isSYN || handshake.isUnderWay {
                handshake.note(packet.flags, fromOriginator: originatorIsFirst == fromFirst, at: time)
            }
            if fromFirst {
                (fresh, counted.position) = sides.0.countSegment(packet, regions: &regions)
                counted.isWanted = wants.0
                if keepsHistory, history.isNews(packet, seen: history.seen.0, fresh: fresh, position: counted.position, end: sides.0.end) {
                    noteHistory(packet, fresh: fresh, position: counted.position, fromFirst: true)
                }
            } else {
                (fresh, counted.position) = sides.1.countSegment(packet, regions: &regions)
                counted.isWanted = wants.1
                if keepsHistory, history.isNews(packet, seen: history.seen.1, fresh: fresh, position: counted.position, end: sides.1.end) {
                    noteHistory(packet, fresh: fresh, position: counted.position, fromFirst: false)
                }
            }
            if packet.flags.rawValue & 0x05 != 0 { counted.isEnding = noteEnd(packet.flags, fromFirst: fromFirst) }
        } else {
            if keepsHistory { history.noteDatagram(fromFirst: fromFirst) }
            if fromFirst {
                sides.0.countDatagram(packet)
                counted.isWanted = wants.0
            } else {
                sides.1.countDatagram(packet)
                counted.isWanted = wants.1
            }
        }
        if fresh > 0 { counted.closedBurst = addPayload(fresh, fromFirst: fromFirst, at: time) }
        return counted
    }
}

extension Flow {
    /// The flow ended by silence before this packet, or a SYN with another sequence number reuses its ports (as
    /// Wireshark tells it).
    ///
    /// - Parameters:
    ///   - opens: the packet is a SYN without ACK.
    ///   - sequence: its sequence number.
    @inline(__always)
    func isOver(opens: Bool, sequence: UInt32, fromFirst: Bool, at time: Int64, _ timeouts: FlowTimeouts) -> Bool {
        let silence = time.subtractingReportingOverflow(last)
        // Nearly every packet: neither a long silence nor a SYN.
        if !opens, !silence.overflow, silence.partialValue <= timeouts.harmless { return false }
        if silence.overflow || silence.partialValue > timeouts.silence(of: self) { return time > last }
        guard opens else { return false }
        let side = fromFirst ? sides.0 : sides.1
        return side.hasSequence && side.firstSequence != sequence
    }
}

extension FlowSide {
    @inline(__always)
    fileprivate mutating func countDatagram(_ packet: borrowing DecodedPacket) {
        packets += 1
        octets += packet.octets
        networkPayload += packet.networkPayload
        headers += packet.transportHeader
        identification.note(packet.identification)
        payload += packet.payloadLength
    }

    /// Sends nothing, and is no part of what the ledger divides: `copied` tells its payload apart.
    fileprivate mutating func countCopy(_ packet: borrowing DecodedPacket) {
        packets += 1
        octets += packet.octets
        let (sum, isFull) = copied.addingReportingOverflow(UInt32(truncatingIfNeeded: max(0, packet.payloadLength)))
        if !isFull { copied = sum }
        guard !packet.isTCP else { return }
        payload += packet.payloadLength
        guard isFull else { return }
        // Behind 4 GiB of them a copy counts like any other datagram, so that the ledger still adds up.
        networkPayload += packet.networkPayload
        headers += packet.transportHeader
    }

    /// Returns the unique payload octets and the unwrapped position of the payload.
    @inline(__always)
    fileprivate mutating func countSegment(_ packet: borrowing DecodedPacket, regions: inout RegionLists) -> (Int, Int64) {
        packets += 1
        octets += packet.octets
        networkPayload += packet.networkPayload
        headers += packet.transportHeader
        identification.note(packet.identification)
        if packet.flags.rawValue & 0x10 != 0 { (acknowledged, hasAcknowledged) = (packet.acknowledgment, true) }
        let isSYN = packet.flags.contains(.syn)
        let sequence = isSYN ? packet.sequence &+ 1 : packet.sequence
        if !hasSequence {
            begin(at: sequence)
            firstSequence = isSYN ? packet.sequence : packet.sequence &- 1
        }
        let start = position(of: sequence)
        if packet.flags.rawValue & 0x07 != 0 { noteFlags(packet.flags, at: start, length: packet.payloadLength) }
        guard packet.payloadLength > 0 else { return (0, start) }
        // A keep-alive's octet is the last one again, or none that was ever sent (RFC 9293 §3.8.4): asked, not resent.
        if packet.payloadLength == 1, start == end - 1, base < end {
            if packet.flags.rawValue & 0x07 == 0 {
                headers += 1
                return (0, start)
            }
        }
        return (count(packet.payloadLength, from: start, in: &regions), start)
    }

    @inline(never)
    private mutating func noteFlags(_ flags: TCPFlags, at start: Int64, length: Int) {
        if flags.contains(.syn) {
            hasSYN = true
            if flags.contains(.ack) { hasSYNACK = true }
            // Before any payload the latest SYN tells where the stream begins; some servers answer with several.
            if base == end {
                (base, end, origin) = (start, start, start)
            } else if origin == 0 {
                origin = start
            }
        }
        if flags.contains(.fin) {
            hasFIN = true
            if finish == 0 { finish = start + Int64(length) }
        }
    }
}
