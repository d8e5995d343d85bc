/// The header of a DTLS record that is not encrypted by DTLS 1.3 (RFC 6347 §4.1, RFC 9147 §4).
struct DTLSRecord {
    let type: TLSContentType
    let version: UInt16
    let epoch: UInt16
    let length: Int

    static var headerLength: Int { 13 }

    /// The record that begins here, if its header is there and possible; its octets may be cut.
    init?(_ octets: Span<UInt8>) {
        guard octets.count >= Self.headerLength, (20...26).contains(octets[0]) else { return nil }
        // 1.0, 1.2, and 0x0100 of OpenSSL 0.9.8's draft, which VPN clients of Cisco's kind still speak.
        version = octets.u16(at: 1)
        guard version == 0xfeff || version == 0xfefd || version == 0x0100 else { return nil }
        type = TLSContentType(rawValue: octets[0])
        epoch = octets.u16(at: 3)
        length = Int(octets.u16(at: 11))
        // RFC 6347 §4.1: 2^14 and what protection adds.
        guard (1...16384 + 2048).contains(length) else { return nil }
    }

    /// RFC 9147 §4: 001 in front of an encrypted record of DTLS 1.3.
    static func isEncrypted(_ octets: Span<UInt8>) -> Bool { octets.count >= 3 && octets[0] & 0xe0 == 0x20 }
}

/// A handshake message's fragment (RFC 6347 §4.2.2).
struct DTLSHandshakeFragment {
    /// Handshake types (IANA TLS HandshakeType).
    enum Kind {
        static var clientHello: UInt8 { 1 }
        static var serverHello: UInt8 { 2 }
        static var helloVerifyRequest: UInt8 { 3 }
    }
    let type: UInt8
    /// Octets of the whole message without header.
    let messageLength: Int
    let sequence: UInt16
    let offset: Int
    let length: Int

    static var headerLength: Int { 12 }

    /// nil when the header is cut, or the fragment lies outside its message or of what is there.
    init?(_ octets: Span<UInt8>) {
        guard octets.count >= Self.headerLength else { return nil }
        (type, messageLength, sequence) = (octets[0], octets.u24(at: 1), octets.u16(at: 4))
        (offset, length) = (octets.u24(at: 6), octets.u24(at: 9))
        guard offset + length <= messageLength, octets.count - Self.headerLength >= length else { return nil }
    }

    /// Whether a ClientHello's body offers keys for SRTP (use_srtp, RFC 5764 §4.1.1): then it is a call's.
    static var useSRTP: UInt16 { 14 }
}

/// Puts a message together from its fragments, which may come twice, in any order, and overlap (RFC 6347 §4.2.3).
struct DTLSReassembly {
    private var octets: [UInt8] = []
    /// Ranges that are there, apart from each other and in order.
    private var ranges: [Range<Int>] = []
    private var type: UInt8 = 0
    private var sequence: UInt16 = 0

    /// The largest message that is put together, octets: hellos with post-quantum keys have some 1,800.
    static var largestMessage: Int { 16384 }
    private static var rangeLimit: Int { 64 }

    /// The whole message's body once all of it is there, else nil. A fragment of another message begins anew.
    mutating func add(_ fragment: DTLSHandshakeFragment, _ body: Span<UInt8>) -> [UInt8]? {
        guard fragment.messageLength <= Self.largestMessage, body.count == fragment.length else { return nil }
        if octets.count != fragment.messageLength || type != fragment.type || sequence != fragment.sequence {
            octets = [UInt8](repeating: 0, count: fragment.messageLength)
            (ranges, type, sequence) = ([], fragment.type, fragment.sequence)
        }
        for index in body.indices { octets[fragment.offset + index] = body[index] }
        insert(fragment.offset..<fragment.offset + fragment.length)
        guard ranges.count == 1, ranges[0] == 0..<octets.count else { return nil }
        defer { self = DTLSReassembly() }
        return octets
    }

    private mutating func insert(_ range: Range<Int>) {
        var merged = range
        ranges.removeAll { known in
            guard known.lowerBound <= merged.upperBound, merged.lowerBound <= known.upperBound else { return false }
            merged = min(known.lowerBound, merged.lowerBound)..<max(known.upperBound, merged.upperBound)
            return true
        }
        guard ranges.count < Self.rangeLimit else { return }
        ranges.insert(merged, at: ranges.firstIndex { $0.lowerBound > merged.lowerBound } ?? ranges.count)
    }
}
