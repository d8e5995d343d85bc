/// The header of an HTTP/2 frame (RFC 9113 §4.1).
struct HTTP2Frame {
    /// Frame types (IANA HTTP/2 Frame Type).
    enum Kind {
        static var data: UInt8 { 0 }
        static var headers: UInt8 { 1 }
        static var settings: UInt8 { 4 }
        static var pushPromise: UInt8 { 5 }
        static var continuation: UInt8 { 9 }
    }
    /// Octets of the header.
    static var headerLength: Int { 9 }
    /// Octets of the connection preface (RFC 9113 §3.4).
    static var prefaceLength: Int { 24 }

    let length: Int
    let type: UInt8
    let flags: UInt8
    let stream: UInt32

    /// The first nine octets, which must be there.
    init(_ octets: Span<UInt8>) {
        (length, type, flags) = (octets.u24(at: 0), octets[3], octets[4])
        stream = octets.u32(at: 5) & 0x7fff_ffff
    }

    var endsHeaders: Bool { flags & 0x04 != 0 }
    var isPadded: Bool { flags & 0x08 != 0 }
    var hasPriority: Bool { flags & 0x20 != 0 }

    /// How much of `octets` agrees with the connection preface: all of it as far as it goes, or nil.
    static func matchesPreface(_ octets: Span<UInt8>) -> Int? {
        let count = min(octets.count, prefaceLength)
        for index in 0..<count where octets[index] != prefaceOctets[index] { return nil }
        return count
    }

    private static let prefaceOctets: [UInt8] = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    /// Where the header block fragment lies in the payload of a HEADERS, PUSH_PROMISE or CONTINUATION frame (RFC 9113
    /// §6.2, §6.6, §6.10); nil when padding or fixed fields do not fit.
    func fragment(in payload: Span<UInt8>) -> Range<Int>? {
        guard type != Kind.continuation else { return 0..<payload.count }
        var start = 0, padding = 0
        if isPadded {
            guard payload.count >= 1 else { return nil }
            (padding, start) = (Int(payload[0]), 1)
        }
        if type == Kind.headers, hasPriority { start += 5 }
        if type == Kind.pushPromise { start += 4 }
        guard start + padding <= payload.count else { return nil }
        return start..<payload.count - padding
    }
}
