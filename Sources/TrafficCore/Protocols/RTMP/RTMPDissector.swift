/// Reads an RTMP connection from its handshake to the client's first command, which names the host.
struct RTMPDissector: StreamDissector {
    /// Octets of the handshake still to come: version, own random, and the echo of the other's (§5.2).
    private var skipping = PerSender(RTMPMessage.versionLength + 2 * RTMPMessage.handshakeLength)
    private static var largestMessage: Int { 4096 }
    private static var headerLength: Int { 12 }
    /// A command in AMF 0 (§7.1.1).
    private static var command: UInt8 { 20 }

    static func probe(_ head: Span<UInt8>) -> Probe { RTMPMessage.probe(head) }

    init(depth: Int) {}

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        if facts.service == nil { facts.service = .rtmp }
        var position = min(skipping[sender], octets.count)
        skipping[sender] -= position
        while true {
            let rest = octets.extracting(position..<octets.count)
            guard rest.count >= Self.headerLength else { return Consumption(done: position, wanted: skipping[sender] > 0 ? 1 : Self.headerLength) }
            // A first chunk has the full header: format 0, stream 2 to 63, time, length, type, message stream (§5.3.1).
            guard rest[0] >> 6 == 0, rest[0] & 63 >= 2 else { return .finished }
            let length = rest.u24(at: 4), type = rest[7]
            guard length > 0, length <= Self.largestMessage, rest.u24(at: 1) < 0xffffff else { return .finished }
            // Between the parts of a message stands a header of one octet (format 3) every 128 octets (§5.4.1).
            let whole = Self.headerLength + length + (length - 1) / RTMPMessage.defaultChunk
            guard rest.count >= whole else { return Consumption(done: position, wanted: whole) }
            if type == Self.command {
                if let host = host(ofCommand: rest.extracting(0..<whole), length) { facts.details.requestedName = host }
                return .finished
            }
            // Some clients set windows first (§5.4); another size of chunks is not followed.
            guard type < Self.command, type != 1, length <= RTMPMessage.defaultChunk else { return .finished }
            position += whole
        }
    }

    /// Puts the command together from its chunks.
    private func host(ofCommand octets: Span<UInt8>, _ length: Int) -> String? {
        var body: [UInt8] = [], position = Self.headerLength
        while body.count < length {
            let part = min(RTMPMessage.defaultChunk, length - body.count)
            body.append(copying: octets.extracting(position..<position + part))
            position += part + 1
        }
        return RTMPMessage.connectHost(body.span)
    }

    mutating func gap(_ count: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        guard skipping[sender] >= count else { return .finished }
        skipping[sender] -= count
        return .all(0)
    }
}
