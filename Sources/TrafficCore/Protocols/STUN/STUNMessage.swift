/// A STUN or TURN message (RFC 8489 §5, RFC 8656; without the magic cookie: RFC 3489 §11.1): what it is and who answers.
/// Addresses are not kept: they are the phone's own.
struct STUNMessage {
    /// Class and method (RFC 8489 §5; IANA STUN Parameters).
    let type: UInt16
    /// SOFTWARE and REALM, trimmed.
    private(set) var software: String?
    private(set) var realm: String?
    /// USERNAME, or its hash (USERHASH), is there.
    private(set) var hasUserName = false
    /// Where the DATA attribute of a Send or Data indication lies in the message (RFC 8656 §11.4).
    private(set) var data: Range<Int>?

    static var headerLength: Int { 20 }
    private static var magicCookie: UInt32 { 0x2112_a442 }
    /// A datagram of 64 KiB has no more attributes than this that matter.
    private static var attributeLimit: Int { 64 }

    private enum Attribute {
        static var userName: UInt16 { 0x0006 }
        static var data: UInt16 { 0x0013 }
        static var realm: UInt16 { 0x0014 }
        static var userHash: UInt16 { 0x001e }
        static var software: UInt16 { 0x8022 }
    }

    /// Ports on which messages without the cookie are believed: STUN's, and those of the servers that were the first.
    static func isClassicPort(_ port: UInt16) -> Bool { port == 3478 || port == 3479 || (19302...19309).contains(port) }

    /// Method without the class bits, which lie between its own (RFC 8489 §5, figure 3).
    var method: UInt16 { type & 0x000f | type >> 1 & 0x0070 | type >> 2 & 0x0f80 }
    /// 0 request, 1 indication, 2 success response, 3 error response.
    var messageClass: UInt16 { type >> 4 & 1 | type >> 7 & 2 }
    /// TURN's own methods: Allocate, Refresh, Send, Data, CreatePermission, ChannelBind (RFC 8656 §17), Connect,
    /// ConnectionBind, ConnectionAttempt (RFC 6062 §6.1). Those who use them ask a relay to carry what follows.
    var isRelay: Bool { method != 0x001 && (0x003...0x00c).contains(method) && method != 0x005 }

    /// Methods that IANA has assigned; 0x080 is GOOG-PING.
    private static func isMethod(_ type: UInt16) -> Bool {
        let method = type & 0x000f | type >> 1 & 0x0070 | type >> 2 & 0x0f80
        return (0x001...0x00c).contains(method) && method != 0x005 || method == 0x080
    }

    /// Octets of the message that begins here, with its header; nil when it is none.
    /// - Parameter isClassic: the magic cookie may be absent; then only RFC 3489's own message types count.
    static func length(_ octets: Span<UInt8>, isClassic: Bool = false) -> Int? {
        guard octets.count >= headerLength, octets[0] & 0xc0 == 0 else { return nil }
        let length = octets.u16(at: 2)
        guard length % 4 == 0 else { return nil }
        if octets.u32(at: 4) == magicCookie { return headerLength + Int(length) }
        guard isClassic else { return nil }
        switch octets.u16(at: 0) {
        case 0x0001, 0x0101, 0x0111, 0x0002, 0x0102, 0x0112: return headerLength + Int(length)
        default: return nil
        }
    }

    /// Whether a stream that begins with `head` is STUN over TCP (RFC 8489 §6.2.2).
    static func probe(_ head: Span<UInt8>) -> Probe {
        // The length is checked with the type, for zero octets begin much else.
        guard head.count >= 4 else { return head.count >= 1 && head[0] > 0x0f ? .no : .needs(4) }
        guard isMethod(head.u16(at: 0)), head.u16(at: 0) & 0xc000 == 0, head[3] & 3 == 0 else { return .no }
        guard head.count >= 8 else { return .needs(8) }
        return head.u32(at: 4) == magicCookie ? .yes : .no
    }

    /// A whole message, or what a datagram holds of it. nil when it is none.
    init?(_ octets: Span<UInt8>, isClassic: Bool = false) {
        guard let length = Self.length(octets, isClassic: isClassic), length <= octets.count else { return nil }
        type = octets.u16(at: 0)
        var position = Self.headerLength, left = Self.attributeLimit
        while length - position >= 4, left > 0 {
            let kind = octets.u16(at: position), size = Int(octets.u16(at: position + 2))
            position += 4
            guard length - position >= size else { return }
            let value = octets.extracting(position..<position + size)
            switch kind {
            case Attribute.userName, Attribute.userHash: hasUserName = true
            case Attribute.data: data = position..<position + size
            case Attribute.realm: if realm == nil { realm = value.shortText }
            case Attribute.software:
                // coturn says "None" where its operator hides the version.
                if software == nil, !value.hasText("None") { software = value.shortText }
            default: break
            }
            position += (size + 3) & ~3
            left -= 1
        }
    }
}

/// ChannelData, the short frame in which a TURN relay carries datagrams (RFC 8656 §12.4).
enum TURNChannelData {
    static var headerLength: Int { 4 }

    /// Octets of the data; nil when the number is none of a channel (RFC 8656 §12: 0x4000 to 0x4FFF).
    static func length(_ octets: Span<UInt8>) -> Int? {
        guard octets.count >= headerLength, octets[0] >> 4 == 4 else { return nil }
        return Int(octets.u16(at: 2))
    }
}

extension FlowFacts {
    /// Takes what a message tells; the side that sent it tells whose software it is.
    mutating func note(_ message: STUNMessage) {
        if service == nil { service = .stun }
        if message.isRelay, !details.usesRelay { details.usesRelay = true }
        if message.hasUserName, !details.hasUserName { details.hasUserName = true }
        if let realm = message.realm, details.realm == nil { details.realm = realm }
        if let software = message.software {
            if message.messageClass >= 2 {
                if details.serverSoftware == nil { details.serverSoftware = software }
            } else if details.clientSoftware == nil {
                details.clientSoftware = software
            }
        }
    }
}
