/// An LDAP message's envelope in BER (RFC 4511 §4.1.1, §5.1): how long it is and which operation it holds.
struct LDAPMessage {
    /// Octets of the whole message, its own tag and length included.
    let length: Int
    /// Tag of the operation: [APPLICATION n].
    let operation: UInt8

    enum Operation {
        static var bindRequest: UInt8 { 0x60 }
        static var bindResponse: UInt8 { 0x61 }
        static var searchRequest: UInt8 { 0x63 }
        static var extendedRequest: UInt8 { 0x77 }
    }

    /// Octets that the envelope has at most: two tags, two lengths of 5 octets, an identifier of 4.
    static var longestEnvelope: Int { 18 }

    /// nil when the octets are no such message; `isCut` when there are too few to tell.
    init?(_ octets: Span<UInt8>, isCut: inout Bool) {
        isCut = false
        var reader = ByteReader(octets)
        guard let tag = reader.u8() else {
            isCut = true
            return nil
        }
        guard tag == 0x30 else { return nil }
        guard let content = Self.length(&reader, &isCut), content >= 5, content < 1 << 24 else { return nil }
        length = reader.position + content
        // messageID: INTEGER, 0 to 2^31 - 1.
        guard let identifier = reader.u8(), let size = reader.u8() else {
            isCut = octets.count < reader.position + 2 && (octets.count <= reader.position || octets[reader.position] == 0x02)
            return nil
        }
        guard identifier == 0x02, (1...4).contains(size) else { return nil }
        guard reader.skip(Int(size)), let operation = reader.u8() else {
            isCut = true
            return nil
        }
        self.operation = operation
        guard operation & 0xc0 == 0x40, operation & 0x1f <= 25 else { return nil }
        guard operation == Operation.bindRequest else { return }
        guard Self.length(&reader, &isCut) != nil else { return nil }
        // A bind's version is 2 or 3 (RFC 4511 §4.2).
        guard let kind = reader.u8(), let one = reader.u8(), let version = reader.u8() else {
            isCut = true
            return nil
        }
        guard kind == 0x02, one == 1, version == 2 || version == 3 else { return nil }
    }

    private static func length(_ reader: inout ByteReader, _ isCut: inout Bool) -> Int? {
        guard let first = reader.u8() else {
            isCut = true
            return nil
        }
        guard first & 0x80 != 0 else { return Int(first) }
        guard (0x81...0x84).contains(first) else { return nil }
        var value = 0
        for _ in 0..<Int(first & 0x7f) {
            guard let octet = reader.u8() else {
                isCut = true
                return nil
            }
            value = value << 8 | Int(octet)
        }
        return value
    }
}

/// Recognises LDAP by a client's first message and follows it into TLS (StartTLS: RFC 4511 §4.14).
struct LDAPDissector: StreamDissector {
    private var upgrade: TLSUpgrade
    private var skipping = PerSender(0)
    private var messages = PerSender(0)
    private static var messageLimit: Int { 16 }

    private static let startTLS = "1.3.6.1.4.1.1466.20037"

    static func probe(_ head: Span<UInt8>) -> Probe {
        var isCut = false
        guard let message = LDAPMessage(head, isCut: &isCut) else { return isCut ? .needs(head.count + 1) : .no }
        switch message.operation {
        case LDAPMessage.Operation.bindRequest: return .yes
        case LDAPMessage.Operation.extendedRequest:
            // Tag, length, [0], length, then the name: an object identifier.
            let start = message.length < 130 ? LDAPMessage.longestEnvelope + 26 : LDAPMessage.longestEnvelope
            guard head.count >= min(start, message.length) else { return .needs(min(start, message.length)) }
            return TextGreeting.contains(head.extracting(0..<min(head.count, 64)), startTLS) ? .yes : .no
        default: return .no
        }
    }

    init(depth: Int) { upgrade = TLSUpgrade(depth: depth) }

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        if facts.service == nil { facts.service = .ldap }
        var position = 0
        while true {
            let step = min(skipping[sender], octets.count - position)
            skipping[sender] -= step
            position += step
            let rest = octets.extracting(position..<octets.count)
            if upgrade.isActive(sender) {
                var used = upgrade.deliver(rest, from: sender, at: stream, into: &facts)
                used.done += position
                return used
            }
            switch TLSUpgrade.begins(rest) {
            case .yes:
                upgrade.begin(sender, into: &facts)
                continue
            case .needs(let count): return Consumption(done: position, wanted: count)
            case .no: break
            }
            var isCut = false
            guard let message = LDAPMessage(rest, isCut: &isCut) else {
                return isCut && rest.count < 2 * LDAPMessage.longestEnvelope ? Consumption(done: position, wanted: rest.count + 1) : .finished
            }
            messages[sender] += 1
            guard messages[sender] <= Self.messageLimit else { return .finished }
            skipping[sender] = message.length
        }
    }

    mutating func gap(_ count: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        if upgrade.isActive(sender) { return upgrade.gap(count, from: sender, at: stream, into: &facts) }
        guard skipping[sender] >= count else { return .finished }
        skipping[sender] -= count
        return .all(0)
    }

    mutating func finish(_ reason: StreamEnd, into facts: inout FlowFacts) { upgrade.finish(reason, into: &facts) }
}
