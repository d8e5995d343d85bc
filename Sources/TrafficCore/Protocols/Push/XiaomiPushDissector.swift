/// Xiaomi's push connection (TCP 5222 and others): frames of a fixed header and two protobuf messages. The first one of the
/// client says, in clear, which host it wants; there is no public specification, so only what its traffic shows is read.
struct XiaomiPushDissector: StreamDissector {
    /// Magic 0xc2fe and version 5, length, 2, length of the first message, length of the second.
    private static var headerLength: Int { 16 }
    private static var longestFrame: Int { 1 << 15 }
    /// Field of the second message with host and port.
    private static var hostField: UInt64 { 7 }

    static func probe(_ head: Span<UInt8>) -> Probe {
        let magic: [UInt8] = [0xc2, 0xfe, 0x00, 0x05]
        for index in 0..<min(head.count, 4) where head[index] != magic[index] { return .no }
        guard head.count >= headerLength else { return .needs(headerLength) }
        return head.u16(at: 8) == 2 && length(head) <= longestFrame ? .yes : .no
    }

    /// Octets of the frame that begins with `head`.
    private static func length(_ head: Span<UInt8>) -> Int { headerLength + Int(head.u16(at: 10)) + Int(head.u32(at: 12)) }

    init(depth: Int) {}

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        if facts.service == nil { facts.service = .xiaomiPush }
        guard octets.count >= Self.headerLength else { return Consumption(done: 0, wanted: Self.headerLength) }
        guard Self.probe(octets) == .yes else { return .finished }
        let whole = Self.length(octets)
        guard octets.count >= whole else { return Consumption(done: 0, wanted: whole) }
        let body = octets.extracting(Self.headerLength + Int(octets.u16(at: 10))..<whole)
        if let host = Self.host(in: body), facts.rareDetails.first?.requestedName == nil { facts.details.requestedName = host }
        return .finished
    }

    mutating func gap(_ count: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption { .finished }

    /// The host of the field, without its port (Protocol Buffers, Encoding).
    private static func host(in body: Span<UInt8>) -> String? {
        var position = 0
        while let key = integer(body, at: &position) {
            guard key & 7 == 2 else {
                guard key & 7 == 0, integer(body, at: &position) != nil else { return nil }
                continue
            }
            guard let length = integer(body, at: &position), length <= UInt64(body.count - position) else { return nil }
            let value = body.extracting(position..<position + Int(length))
            position += Int(length)
            if key >> 3 == hostField {
                let colon = value.firstIndex(of: 0x3a, from: 0) ?? value.count
                return value.extracting(0..<colon).plausibleHostName
            }
        }
        return nil
    }

    /// A base-128 integer of at most ten octets.
    private static func integer(_ octets: Span<UInt8>, at position: inout Int) -> UInt64? {
        var value: UInt64 = 0, shift: UInt64 = 0
        while position < octets.count, shift < 64 {
            let octet = octets[position]
            position += 1
            value |= UInt64(octet & 0x7f) << shift
            if octet & 0x80 == 0 { return value }
            shift += 7
        }
        return nil
    }
}
