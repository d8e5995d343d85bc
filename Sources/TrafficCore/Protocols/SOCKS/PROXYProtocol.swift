/// The header that load balancers put in front of a connection (HAProxy, "The PROXY protocol", versions 1 and 2). The addresses in it
/// are a client's and are not kept.
struct PROXYHeader {
    /// Octets of the header; what follows is the connection itself.
    let length: Int
    /// Host that the client asked for (PP2_TYPE_AUTHORITY, §2.2.2).
    private(set) var authority: String?

    private static let signature: [UInt8] = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]
    private static var fixedLength: Int { 16 }
    /// §2.1: 107 octets with the line's end at most.
    private static var longestLine: Int { 107 }
    private static var longestBinary: Int { 2048 }

    static func probe(_ head: Span<UInt8>) -> Probe {
        guard head.count >= 1 else { return .needs(8) }
        if head[0] == 0x50 {
            // "PROXY TCP4 ", "PROXY TCP6 ", "PROXY UNKNOWN".
            guard head.matches("PROXY ") else { return .no }
            guard head.count >= 10 else { return .needs(10) }
            return head.hasText("TCP4", at: 6) || head.hasText("TCP6", at: 6) || head.hasText("UNKN", at: 6) ? .yes : .no
        }
        for index in 0..<min(head.count, signature.count) where head[index] != signature[index] { return .no }
        guard head.count >= fixedLength else { return .needs(fixedLength) }
        return head[12] == 0x20 || head[12] == 0x21 ? Int(head.u16(at: 14)) <= longestBinary ? .yes : .no : .no
    }

    /// How many octets must be there to read the header; nil when it is none.
    static func wanted(_ octets: Span<UInt8>) -> Int? {
        guard octets.count >= fixedLength else { return fixedLength }
        if octets[0] == 0x50 {
            if let end = octets.firstIndex(of: 0x0a, from: 0) { return end < longestLine ? end + 1 : nil }
            return octets.count < longestLine ? octets.count + 1 : nil
        }
        return fixedLength + Int(octets.u16(at: 14))
    }

    /// A whole header.
    init?(_ octets: Span<UInt8>) {
        guard Self.probe(octets) == .yes, let length = Self.wanted(octets), octets.count >= length else { return nil }
        self.length = length
        guard octets[0] != 0x50 else { return }
        let addresses = switch octets[13] >> 4 {
        case 1: 12
        case 2: 36
        case 3: 216
        default: 0
        }
        var reader = ByteReader(octets.extracting(Self.fixedLength..<length))
        guard reader.skip(addresses) else { return }
        while let type = reader.u8(), let size = reader.u16(), let value = reader.take(Int(size)) {
            if type == 2, authority == nil { authority = value.plausibleHostName }
        }
    }
}

/// Takes the header off and gives the connection behind it to whatever protocol it is of.
struct PROXYProtocolDissector: StreamDissector {
    private var inner: InnerStream?
    private var client: Sender?
    private var isRead = false
    private let depth: Int

    static func probe(_ head: Span<UInt8>) -> Probe { PROXYHeader.probe(head) }

    init(depth: Int) { self.depth = depth }

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        if client == nil { client = sender }
        var position = 0
        if sender == client, !isRead {
            guard let wanted = PROXYHeader.wanted(octets) else { return .finished }
            guard octets.count >= wanted else { return Consumption(done: 0, wanted: wanted) }
            guard let header = PROXYHeader(octets) else { return .finished }
            if let name = header.authority, facts.details.requestedName == nil { facts.details.requestedName = name }
            isRead = true
            position = header.length
        }
        guard position < octets.count else { return .all(position) }
        if inner == nil { inner = InnerStream(inside: depth) }
        guard let inner, inner.deliver(octets.extracting(position..<octets.count), from: sender, at: stream, into: &facts) else { return .finished }
        return .all(octets.count)
    }

    mutating func gap(_ count: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        guard isRead || sender != client, let inner, inner.gap(count, from: sender, at: stream, into: &facts) else { return .finished }
        return .all(0)
    }

    mutating func finish(_ reason: StreamEnd, into facts: inout FlowFacts) { inner?.finish(reason, into: &facts) }
}
