/// What stands at the walk's place.
enum Layer {
    case link(LinkType)
    case ethernet
    case etherType(UInt16)
    case logicalLink
    case ppp
    case ciscoHDLC
    /// 802.11; some access points swap the two octets of its frame control field inside CAPWAP.
    case wlan(isSwapped: Bool)
    /// A frame inside an 802.11 frame.
    case aggregated
    case mpls
    case serviceHeader
    /// IPv4 or IPv6, as the version field says.
    case ip
    case ipv4, ipv6
    case transport(UInt8)
    case ended(DecodedKind)
}

/// The way through a packet's headers, whatever they are: link layers, tags and labels, tunnels, extension headers. The
/// packets that have none of that never come here (`DecodedPacket.decode`).
///
/// A packet belongs to the innermost IP packet in it. A tunnel that carries no IP (ARP, a keep-alive) belongs to the flow of
/// the tunnel itself.
struct LayerWalk: ~Escapable {
    let octets: Span<UInt8>
    /// Where the current layer begins; where its captured octets end; where it ended on the wire.
    var start: Int
    var end: Int
    var wireEnd: Int
    /// Octets of the layer above IP by the IP header, which may be more than the frame has.
    var declared = 0
    var packet: DecodedPacket
    /// What is reported of a frame without IP: its last EtherType.
    var etherType: UInt16 = 0
    /// Radiotap said that the body of the 802.11 frame begins at a multiple of 4 octets.
    var isBodyPadded = false
    /// The tunnel's own packet, until the tunnel turns out to carry IP.
    private var carrier: (kind: DecodedKind, packet: DecodedPacket)?

    /// The frame under way holds several packets: where the next one begins (nil: nowhere), and what holds for all of them.
    private struct Aggregate {
        var next: Int?
        var end: Int
        var wireEnd: Int
        var packet: DecodedPacket
        var carrier: (kind: DecodedKind, packet: DecodedPacket)?
    }
    private var aggregate: Aggregate?

    /// IP headers that may stand one inside the other, and layers of all kinds; no real packet comes near.
    private static var deepestIP: Int { 8 }
    private static var mostLayers: Int { 48 }

    /// - Parameters:
    ///   - octets: the captured octets of a frame, or a datagram put together from fragments.
    ///   - wireLength: how many there were on the wire.
    ///   - packet: what is known from layers outside.
    @_lifetime(copy octets)
    init(_ octets: Span<UInt8>, wireLength: Int, packet: DecodedPacket = DecodedPacket()) {
        self.octets = octets
        (start, end, wireEnd) = (0, octets.count, max(wireLength, octets.count))
        (declared, self.packet) = (octets.count, packet)
    }

    /// Walks from `first` to the end. - Throws: `DecodeError` when a header is cut or contradicts itself.
    @inline(never)
    mutating func run(from first: Layer) throws(DecodeError) -> DecodedKind {
        var layer = first
        for _ in 0..<Self.mostLayers {
            do throws(DecodeError) { layer = try step(layer) } catch {
                guard let carrier else { throw error }
                layer = .ended(carrier.kind)
                packet = carrier.packet
                self.carrier = nil
            }
            guard case .ended(let kind) = layer else { continue }
            guard let carrier else { return kind }
            switch kind {
            case .nonIP, .protected:
                packet = carrier.packet
                return carrier.kind
            default: return kind
            }
        }
        throw DecodeError(.tunnel, .tooDeep, at: start)
    }

    private mutating func step(_ layer: Layer) throws(DecodeError) -> Layer {
        switch layer {
        case .link(let type): try link(type)
        case .ethernet: try ethernet()
        case .etherType(let type): try follow(type)
        case .logicalLink: try logicalLink()
        case .ppp: try pointToPoint()
        case .ciscoHDLC: try ciscoHDLC()
        case .wlan(let isSwapped): try wlan(isSwapped: isSwapped)
        case .aggregated: try aggregated()
        case .mpls: try labels()
        case .serviceHeader: try serviceHeader()
        case .ip: try ip()
        case .ipv4: try ipv4()
        case .ipv6: try ipv6()
        case .transport(let number): try transport(number)
        case .ended: layer
        }
    }

    /// Makes sure that the current layer has `count` octets.
    func require(_ count: Int, _ layer: DecodeError.Layer) throws(DecodeError) {
        guard end - start < count else { return }
        throw DecodeError(
            layer, wireEnd - start < count ? .badLength(declared: max(0, wireEnd - start), allowed: count...65535)
                : .truncated(needed: count, captured: max(0, end - start)), at: start)
    }

    /// The current layer's octets that were captured.
    var rest: Span<UInt8> { @_lifetime(copy self) get { octets.extracting(start..<max(start, end)) } }

    @inline(__always) func u8(_ offset: Int) -> UInt8 { octets[start + offset] }
    @inline(__always) func u16(_ offset: Int) -> UInt16 { octets.u16(at: start + offset) }
    @inline(__always) func u32(_ offset: Int) -> UInt32 { octets.u32(at: start + offset) }
    /// Little-endian fields, as capture headers have them.
    func u16Little(_ offset: Int) -> UInt16 { u16(offset).byteSwapped }
    func u32Little(_ offset: Int) -> UInt32 { u32(offset).byteSwapped }

    /// Ends the layer `length` octets behind its start, if it does not end before.
    mutating func limit(to length: Int) {
        wireEnd = min(wireEnd, start + length)
        end = min(end, wireEnd)
    }

    /// Enters a tunnel: what was decoded so far is its carrier, counted as `kind` if nothing with IP is inside.
    mutating func enter(_ tunnel: TunnelKind, of kind: DecodedKind) {
        if carrier == nil { carrier = (kind, packet) }
        packet.tunnel.push(tunnel)
    }

    /// Frames inside the current one begin at `start`. One inside another is read up to its first frame only; none is sent.
    mutating func beginAggregate() {
        if aggregate == nil { aggregate = Aggregate(end: end, wireEnd: wireEnd, packet: packet, carrier: carrier) }
    }

    mutating func noteNextInAggregate(at next: Int) {
        if let whole = aggregate, whole.next == nil, next > start, next <= whole.wireEnd { aggregate?.next = next }
    }

    /// Goes to the next packet of the same frame; nil when there is none, or it was not captured. Every one is at least 14
    /// octets behind the one before.
    mutating func nextInAggregate() -> Layer? {
        guard let whole = aggregate, let next = whole.next, whole.end - next >= 14 else { return nil }
        aggregate?.next = nil
        (start, end, wireEnd, packet, carrier) = (next, whole.end, whole.wireEnd, whole.packet, whole.carrier)
        return .aggregated
    }

    /// The carrier of the tunnel under way is a UDP flow.
    var isInsideUDP: Bool { if case .transport? = carrier?.kind { true } else { false } }

    // MARK: IP

    private mutating func ip() throws(DecodeError) -> Layer {
        try require(1, .rawIP)
        switch u8(0) >> 4 {
        case 4: return .ipv4
        case 6: return .ipv6
        default: throw DecodeError(.rawIP, .badVersion(u8(0) >> 4), at: start)
        }
    }

    private mutating func ipv4() throws(DecodeError) -> Layer {
        try nest()
        let header = try IPv4Header(rest, wireLength: wireEnd - start, at: start)
        packet.octets = header.totalLength
        (packet.source, packet.destination) = (IPAddress(v4: header.source), IPAddress(v4: header.destination))
        (packet.identification, packet.hopLimit) = (header.identification, header.timeToLive)
        limit(to: header.totalLength)
        start += header.headerLength
        declared = header.totalLength - header.headerLength
        packet.networkPayload = declared
        guard header.isFragment else { return .transport(header.transport) }
        return fragment(header.transport, UInt32(header.identification), offset: header.fragmentOffset, isLast: !header.moreFragments)
    }

    private mutating func ipv6() throws(DecodeError) -> Layer {
        try nest()
        let header = try IPv6Header(rest, wireLength: wireEnd - start, at: start)
        packet.octets = header.totalLength
        (packet.source, packet.destination) = (header.source, header.destination)
        (packet.identification, packet.hopLimit) = (0, header.hopLimit)
        limit(to: header.totalLength)
        start += header.headerLength
        declared = header.totalLength - header.headerLength
        packet.networkPayload = declared
        guard header.isFragment else { return .transport(header.transport) }
        return fragment(
            header.transport, header.fragmentIdentification, offset: header.fragmentOffset, isLast: !header.moreFragments)
    }

    private mutating func nest() throws(DecodeError) {
        carrier = nil
        packet.depth += 1
        guard packet.depth <= Self.deepestIP else { throw DecodeError(.tunnel, .tooDeep, at: start) }
    }

    /// A part of a datagram, whose octets begin at `start`. What the snapshot length cut cannot be put together; then the
    /// first part is read as far as it goes, and the others show nothing.
    private mutating func fragment(_ transport: UInt8, _ identification: UInt32, offset: Int, isLast: Bool) -> Layer {
        let isWhole = end - start == declared && declared > 0
        if !isWhole, offset == 0 { return .transport(transport) }
        (packet.payloadStart, packet.payloadEnd) = (start, max(start, end))
        return .ended(.fragment(IPFragment(
            identification: identification, offset: UInt16(truncatingIfNeeded: offset), transport: transport, isWhole: isWhole, isLast: isLast)))
    }

    // MARK: Above IP

    private mutating func transport(_ number: UInt8) throws(DecodeError) -> Layer {
        switch number {
        case 6:
            try packet.readTCP(rest, declared: declared, wireLength: wireEnd - start, at: start)
            return .ended(.transport)
        case 17: return try udp()
        case 4, 41:
            enter(TunnelKind(inner: number == 4 ? .v4 : .v6, outer: packet.source.family), of: .otherTransport(number))
            return number == 4 ? .ipv4 : .ipv6
        case 47: return try gre()
        case 0, 43, 60, 135, 139, 140:          // extension headers behind a fragment header, or where they do not belong
            try require(8, .ipv6)
            return try skipExtension(octets: (Int(u8(1)) + 1) * 8)
        case 51:                                // authentication header (RFC 4302 §2.2)
            try require(8, .ipv6)
            return try skipExtension(octets: (Int(u8(1)) + 2) * 4)
        case 97:                                // EtherIP (RFC 3378): version 3 in the first four bits
            guard end - start >= 2, u8(0) >> 4 == 3 else { return .ended(.otherTransport(number)) }
            enter(.etherIP, of: .otherTransport(number))
            start += 2
            return .ethernet
        case 103:                               // PIM register (RFC 7761 §4.9.3)
            guard end - start >= 8, u8(0) == 0x21 else { return .ended(.otherTransport(number)) }
            enter(.pim, of: .otherTransport(number))
            start += 8
            return .ip
        case 137:                               // MPLS in IP (RFC 4023)
            enter(.mpls, of: .otherTransport(number))
            return .mpls
        case 143:                               // Ethernet (RFC 8986 §4.9)
            enter(.ethernet, of: .otherTransport(number))
            return .ethernet
        default: return .ended(.otherTransport(number))
        }
    }

    private mutating func skipExtension(octets length: Int) throws(DecodeError) -> Layer {
        try require(length, .ipv6)
        let next = u8(0)
        start += length
        declared -= length
        packet.networkPayload = declared
        return next == 59 ? .ended(.otherTransport(59)) : .transport(next)
    }

    private mutating func udp() throws(DecodeError) -> Layer {
        try packet.readUDP(rest, declared: declared, at: start)
        guard let tunnel = UDPTunnel(packet.sourcePort, packet.destinationPort) else { return .ended(.transport) }
        let inside = packet.payloadStart
        guard packet.payloadEnd > inside else { return .ended(.transport) }
        let here = start
        start = inside
        limit(to: packet.payloadLength)
        guard let layer = openTunnel(tunnel) else {
            start = here
            return .ended(.transport)
        }
        return layer
    }
}

extension DecodedPacket {
    /// Reads the headers of a packet that is not plain TCP or UDP over IP over its link layer.
    @inline(never)
    mutating func walk(_ octets: Span<UInt8>, wireLength: Int, from first: Layer) throws(DecodeError) -> DecodedKind {
        var walk = LayerWalk(octets, wireLength: wireLength, packet: self)
        let kind = try walk.run(from: first)
        self = walk.packet
        return kind
    }
}
