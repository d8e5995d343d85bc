/// A TCP or UDP packet, decoded: integers only, so that it is free to pass on.
struct DecodedPacket {
    var source = IPAddress(v4: 0)
    var destination = IPAddress(v4: 0)
    var sourcePort: UInt16 = 0
    var destinationPort: UInt16 = 0
    var isTCP = false
    var flags = TCPFlags()
    var sequence: UInt32 = 0
    var acknowledgment: UInt32 = 0
    /// Octets of the IP packet by its header.
    var octets = 0
    /// Octets of transport payload by the headers, and where the captured part of them lies in the packet.
    var payloadLength = 0
    var payloadStart = 0
    var payloadEnd = 0
    var linkSource: UInt64 = 0
    var linkDestination: UInt64 = 0
    var vlan: Int32 = -1
}

/// Where a packet belongs in the account (DESIGN.md §7).
enum DecodedKind {
    /// TCP or UDP: the `DecodedPacket` is filled.
    case transport
    /// Another protocol over IP, by its IANA number.
    case otherTransport(UInt8)
    case fragment
    case nonIP(UInt16)
    case unsupportedLink
}

extension DecodedPacket {
    /// Reads the headers from the link layer to the transport layer into `self`.
    /// - Throws: `DecodeError` when a header is cut or contradicts itself.
    @inline(__always)
    mutating func decode(_ octets: Span<UInt8>, wireLength: Int, link: LinkType) throws(DecodeError) -> DecodedKind {
        var header: LinkHeader
        switch link {
        case .ethernet: header = try LinkHeader(ethernet: octets)
        case .linuxCooked: header = try LinkHeader(linuxCooked: octets)
        case .linuxCooked2: header = try LinkHeader(linuxCooked2: octets)
        case .raw, .rawBSD, .rawOpenBSD, .ipv4, .ipv6: header = try LinkHeader(rawIP: octets)
        case .null, .loop: header = try LinkHeader(loopback: octets)
        default: return .unsupportedLink
        }
        if header.etherType >= 0x8847, header.etherType <= 0x8864 { try header.skipCarrierHeaders(octets, .ethernet) }
        (linkSource, linkDestination, vlan) = (header.source, header.destination, header.vlan)
        let start = header.length
        let network = octets.extracting(start..<octets.count)
        let onWire = max(0, wireLength - start)
        if header.etherType == EtherType.ipv4 {
            let ip = try IPv4Header(network, wireLength: onWire, at: start)
            if ip.isFragment { return .fragment }
            self.octets = ip.totalLength
            (source, destination) = (IPAddress(v4: ip.source), IPAddress(v4: ip.destination))
            return try decodeTransport(
                network, ip.transport, header: ip.headerLength, total: ip.totalLength, wire: onWire, at: start)
        }
        guard header.etherType == EtherType.ipv6 else { return .nonIP(header.etherType) }
        let ip = try IPv6Header(network, wireLength: onWire, at: start)
        if ip.isFragment { return .fragment }
        self.octets = ip.totalLength
        (source, destination) = (ip.source, ip.destination)
        return try decodeTransport(network, ip.transport, header: ip.headerLength, total: ip.totalLength, wire: onWire, at: start)
    }

    /// `network` begins with the IP header, `start` octets into the packet, of `total` octets by its own account.
    @inline(__always)
    private mutating func decodeTransport(
        _ network: Span<UInt8>, _ transport: UInt8, header: Int, total: Int, wire: Int, at start: Int
    ) throws(DecodeError) -> DecodedKind {
        // Link-layer padding behind the IP packet is not payload.
        let body = network.extracting(min(header, network.count)..<max(min(total, network.count), min(header, network.count)))
        let declared = total - header
        if transport == TransportProtocol.tcp.rawValue {
            let tcp = try TCPHeader(body, declaredLength: declared, at: start + header)
            isTCP = true
            (sourcePort, destinationPort) = (tcp.sourcePort, tcp.destinationPort)
            (sequence, acknowledgment, flags) = (tcp.sequence, tcp.acknowledgment, tcp.flags)
            // An IP packet that is longer than its frame was on the wire ends with the frame: what is behind was never there.
            payloadLength = max(0, min(declared, max(wire, network.count) - header) - tcp.headerLength)
            payloadStart = start + header + min(tcp.headerLength, body.count)
            payloadEnd = start + header + body.count
        } else if transport == TransportProtocol.udp.rawValue {
            let udp = try UDPHeader(body, declaredLength: declared, at: start + header)
            isTCP = false
            (sourcePort, destinationPort) = (udp.sourcePort, udp.destinationPort)
            payloadLength = udp.payloadLength
            payloadStart = start + header + UDPHeader.length
            payloadEnd = min(payloadStart + payloadLength, start + header + body.count)
        } else {
            return .otherTransport(transport)
        }
        return .transport
    }
}
