import TrafficCore

/// A Wireshark display filter that selects the packets of one flow.
///
/// `ip.addr==A && ip.addr==B && tcp.port==x && tcp.port==y` would also take A:y↔B:x, and any packet with one matching
/// side where both addresses or both ports are equal; so both directions are spelt out. `!icmp` keeps out error messages
/// that quote the flow's header: Wireshark lets a field of the quoted packet match.
enum DisplayFilter {
    /// Octets that a filter cannot exceed.
    static var room: Int { 1024 }

    /// - Parameters:
    ///   - source: the originator's address as text.
    ///   - target: the responder's.
    static func append(_ record: FlowRecord, _ source: Span<UInt8>, _ target: Span<UInt8>, to buffer: inout OutputSpan<UInt8>) {
        let isV4 = record.originator.address.family == .v4
        let isTCP = record.transport == .tcp
        buffer.append(text: (isV4 ? "((ip.src==" : "((ipv6.src=="))
        buffer.append(octets: source)
        buffer.append(text: (isV4 ? " && ip.dst==" : " && ipv6.dst=="))
        buffer.append(octets: target)
        buffer.append(text: (isTCP ? " && tcp.srcport==" : " && udp.srcport=="))
        buffer.append(decimal: UInt(record.originator.port))
        buffer.append(text: (isTCP ? " && tcp.dstport==" : " && udp.dstport=="))
        buffer.append(decimal: UInt(record.responder.port))
        buffer.append(text: (isV4 ? ") || (ip.src==" : ") || (ipv6.src=="))
        buffer.append(octets: target)
        buffer.append(text: (isV4 ? " && ip.dst==" : " && ipv6.dst=="))
        buffer.append(octets: source)
        buffer.append(text: (isTCP ? " && tcp.srcport==" : " && udp.srcport=="))
        buffer.append(decimal: UInt(record.responder.port))
        buffer.append(text: (isTCP ? " && tcp.dstport==" : " && udp.dstport=="))
        buffer.append(decimal: UInt(record.originator.port))
        buffer.append(text: (isV4 ? ")) && !icmp && frame.number>=" : ")) && !icmpv6 && frame.number>="))
        buffer.append(decimal: record.firstFrame)
        buffer.append(text: " && frame.number<=")
        buffer.append(decimal: record.lastFrame)
    }
}
