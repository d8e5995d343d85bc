/// A TCP or UDP packet, decoded: integers only, so that it is free to pass on.
struct DecodedPacket {
    var source = IPAddress(v4: 0)
    var destination = IPAddress(v4: 0)
    var sourcePort: UInt16 = 0
    var destinationPort: UInt16 = 0
    var isTCP = false
    var flags = TCPFlags()
    /// IP headers outside and including the one that carries the transport.
    var depth: UInt8 = 0
    var hopLimit: UInt8 = 0
    var window: UInt16 = 0
    /// Of the transport header, as it stands there.
    var checksum: UInt16 = 0
    /// IPv4's identification field; 0 for IPv6.
    var identification: UInt16 = 0
    var sequence: UInt32 = 0
    var acknowledgment: UInt32 = 0
    var vlan: Int32 = -1
    // In 32 bits, since lengths of packets fit and the whole then stays within 128 octets, up to which copies are cheap.
    private var narrowOctets: Int32 = 0
    private var narrowNetworkPayload: Int32 = 0
    private var narrowTransportHeader: Int32 = 0
    private var narrowTransportStart: Int32 = 0
    private var narrowPayloadLength: Int32 = 0
    private var narrowPayloadStart: Int32 = 0
    private var narrowPayloadEnd: Int32 = 0
    var linkSource: UInt64 = 0
    var linkDestination: UInt64 = 0
    var tunnel = TunnelPath()
}

extension DecodedPacket {
    /// Octets of the IP packet by its header.
    var octets: Int {
        @inline(__always) get { Int(narrowOctets) }
        @inline(__always) set { narrowOctets = Int32(truncatingIfNeeded: newValue) }
    }
    /// Octets of the IP packet behind its IP header and extension headers, by these headers: what the ledger divides.
    var networkPayload: Int {
        @inline(__always) get { Int(narrowNetworkPayload) }
        @inline(__always) set { narrowNetworkPayload = Int32(truncatingIfNeeded: newValue) }
    }
    /// Octets of the transport header by its own length field, with its options; of UDP also those behind the datagram that the
    /// IP packet still has (the surplus area, RFC 9868 §5).
    var transportHeader: Int {
        @inline(__always) get { Int(narrowTransportHeader) }
        @inline(__always) set { narrowTransportHeader = Int32(truncatingIfNeeded: newValue) }
    }
    /// Where the transport header begins in the packet.
    var transportStart: Int {
        @inline(__always) get { Int(narrowTransportStart) }
        @inline(__always) set { narrowTransportStart = Int32(truncatingIfNeeded: newValue) }
    }
    /// Octets of transport payload by the headers, and where the captured part of them lies in the packet.
    var payloadLength: Int {
        @inline(__always) get { Int(narrowPayloadLength) }
        @inline(__always) set { narrowPayloadLength = Int32(truncatingIfNeeded: newValue) }
    }
    var payloadStart: Int {
        @inline(__always) get { Int(narrowPayloadStart) }
        @inline(__always) set { narrowPayloadStart = Int32(truncatingIfNeeded: newValue) }
    }
    var payloadEnd: Int {
        @inline(__always) get { Int(narrowPayloadEnd) }
        @inline(__always) set { narrowPayloadEnd = Int32(truncatingIfNeeded: newValue) }
    }
}

/// Where a packet belongs in the account (DESIGN.md §7).
enum DecodedKind {
    /// TCP or UDP: the `DecodedPacket` is filled.
    case transport
    /// Another protocol over IP, by its IANA number.
    case otherTransport(UInt8)
    /// Part of an IP datagram: the `DecodedPacket` has the IP header.
    case fragment(IPFragment)
    case nonIP(UInt16)
    /// An 802.11 data frame that is encrypted (IEEE 802.11 §9.2.4.1.9).
    case protected
    case unsupportedLink
}

extension DecodedPacket {
    /// Reads the headers from the link layer to the transport layer into `self`.
    /// - Throws: `DecodeError` when a header is cut or contradicts itself.
    mutating func decode(_ octets: Span<UInt8>, wireLength: Int, link: LinkType) throws(DecodeError) -> DecodedKind {
        if try decodeUsual(octets, wireLength: wireLength, link: link) { return .transport }
        self = DecodedPacket()
        return try walk(octets, wireLength: wireLength, from: .link(link))
    }

    /// The way of nearly every packet: TCP or UDP in a whole IP packet over one of the common link layers. Returns false where
    /// it is anything else: then `walk` must begin anew.
    @inline(__always)
    mutating func decodeUsual(_ octets: Span<UInt8>, wireLength: Int, link: LinkType) throws(DecodeError) -> Bool {
        let header: LinkHeader
        switch link {
        case .ethernet: header = try LinkHeader(ethernet: octets)
        case .linuxCooked: header = try LinkHeader(linuxCooked: octets)
        case .linuxCooked2: header = try LinkHeader(linuxCooked2: octets)
        case .raw, .rawBSD, .rawOpenBSD, .ipv4, .ipv6: header = try LinkHeader(rawIP: octets)
        case .null, .loop: header = try LinkHeader(loopback: octets)
        default: return false
        }
        (linkSource, linkDestination, vlan) = (header.source, header.destination, header.vlan)
        let start = header.length
        let network = octets.extracting(start..<octets.count)
        let onWire = max(0, wireLength - start)
        if header.etherType == EtherType.ipv4 {
            let ip = try IPv4Header(network, wireLength: onWire, at: start)
            let transport = ip.transport
            if !ip.isFragment, transport == 6 || transport == 17 {
                self.octets = ip.totalLength
                (source, destination) = (IPAddress(v4: ip.source), IPAddress(v4: ip.destination))
                (identification, hopLimit, depth) = (ip.identification, ip.timeToLive, 1)
                return try decodeTransport(
                    network, isTCP: transport == 6, header: ip.headerLength, total: ip.totalLength, wire: onWire, at: start)
            }
        } else if header.etherType == EtherType.ipv6 {
            let ip = try IPv6Header(network, wireLength: onWire, at: start)
            let transport = ip.transport
            if !ip.isFragment, transport == 6 || transport == 17 {
                self.octets = ip.totalLength
                (source, destination) = (ip.source, ip.destination)
                (hopLimit, depth) = (ip.hopLimit, 1)
                return try decodeTransport(
                    network, isTCP: transport == 6, header: ip.headerLength, total: ip.totalLength, wire: onWire, at: start)
            }
        }
        return false
    }

    /// `network` begins with the IP header, `start` octets into the packet, of `total` octets by its own account.
    /// Returns false for UDP that may be a tunnel.
    @inline(__always)
    private mutating func decodeTransport(
        _ network: Span<UInt8>, isTCP: Bool, header: Int, total: Int, wire: Int, at start: Int
    ) throws(DecodeError) -> Bool {
        // Link-layer padding behind the IP packet is not payload.
        let body = network.extracting(min(header, network.count)..<max(min(total, network.count), min(header, network.count)))
        if isTCP {
            try readTCP(body, declared: total - header, wireLength: max(wire, network.count) - header, at: start + header)
            return true
        }
        try readUDP(body, declared: total - header, at: start + header)
        return !UDPTunnel.isPort(sourcePort) && !UDPTunnel.isPort(destinationPort)
    }

    /// `body` is the IP payload as far as captured, `declared` its octets by the IP header, `wireLength` those on the wire.
    @inline(__always)
    mutating func readTCP(_ body: Span<UInt8>, declared: Int, wireLength: Int, at start: Int) throws(DecodeError) {
        let tcp = try TCPHeader(body, declaredLength: declared, at: start)
        (isTCP, transportStart) = (true, start)
        (sourcePort, destinationPort) = (tcp.sourcePort, tcp.destinationPort)
        (sequence, acknowledgment, flags) = (tcp.sequence, tcp.acknowledgment, tcp.flags)
        (window, checksum) = (tcp.window, tcp.checksum)
        // An IP packet that is longer than its frame was on the wire ends with the frame: what is behind was never there.
        networkPayload = min(declared, wireLength)
        transportHeader = min(tcp.headerLength, wireLength)
        payloadLength = max(0, min(declared, wireLength) - tcp.headerLength)
        payloadStart = start + min(tcp.headerLength, body.count)
        payloadEnd = start + body.count
    }

    @inline(__always)
    mutating func readUDP(_ body: Span<UInt8>, declared: Int, at start: Int) throws(DecodeError) {
        let udp = try UDPHeader(body, declaredLength: declared, at: start)
        (isTCP, transportStart) = (false, start)
        (sourcePort, destinationPort, checksum) = (udp.sourcePort, udp.destinationPort, udp.checksum)
        networkPayload = declared
        transportHeader = UDPHeader.length + udp.surplus
        payloadLength = udp.payloadLength
        payloadStart = start + UDPHeader.length
        payloadEnd = min(payloadStart + payloadLength, start + body.count)
    }
}
