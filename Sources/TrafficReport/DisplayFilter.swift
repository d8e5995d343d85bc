import TrafficCore

/// A Wireshark display filter that selects the packets of one flow.
///
/// `ip.addr==A && ip.addr==B && tcp.port==x && tcp.port==y` would also take A:y↔B:x, and any packet with one matching
/// side where both addresses or both ports are equal; so both directions are spelt out. `!icmp` keeps out error messages
/// that quote the flow's header: Wireshark lets a field of the quoted packet match.
enum DisplayFilter {
    /// - Parameters:
    ///   - source: the originator's address as text.
    ///   - target: the responder's.
    static func append(_ record: FlowRecord, source: [UInt8], target: [UInt8], to buffer: inout [UInt8]) {
        let isV4 = record.originator.address.family == .v4
        let isTCP = record.transport == .tcp
        buffer.append(contentsOf: (isV4 ? "((ip.src==" : "((ipv6.src==").utf8)
        buffer.append(contentsOf: source)
        buffer.append(contentsOf: (isV4 ? " && ip.dst==" : " && ipv6.dst==").utf8)
        buffer.append(contentsOf: target)
        buffer.append(contentsOf: (isTCP ? " && tcp.srcport==" : " && udp.srcport==").utf8)
        Decimal.append(UInt(record.originator.port), to: &buffer)
        buffer.append(contentsOf: (isTCP ? " && tcp.dstport==" : " && udp.dstport==").utf8)
        Decimal.append(UInt(record.responder.port), to: &buffer)
        buffer.append(contentsOf: (isV4 ? ") || (ip.src==" : ") || (ipv6.src==").utf8)
        buffer.append(contentsOf: target)
        buffer.append(contentsOf: (isV4 ? " && ip.dst==" : " && ipv6.dst==").utf8)
        buffer.append(contentsOf: source)
        buffer.append(contentsOf: (isTCP ? " && tcp.srcport==" : " && udp.srcport==").utf8)
        Decimal.append(UInt(record.responder.port), to: &buffer)
        buffer.append(contentsOf: (isTCP ? " && tcp.dstport==" : " && udp.dstport==").utf8)
        Decimal.append(UInt(record.originator.port), to: &buffer)
        buffer.append(contentsOf: (isV4 ? ")) && !icmp && frame.number>=" : ")) && !icmpv6 && frame.number>=").utf8)
        Decimal.append(record.firstFrame, to: &buffer)
        buffer.append(contentsOf: " && frame.number<=".utf8)
        Decimal.append(record.lastFrame, to: &buffer)
    }
}
