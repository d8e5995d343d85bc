/// A cursor over borrowed octets whose reads are total: past the end they give nil and move nothing.
/// For lists with lengths inside (TLS extensions, DNS records), where it reads better than offsets and costs the same.
struct ByteReader: ~Escapable {
    private let octets: Span<UInt8>
    private(set) var position = 0

    @_lifetime(copy octets)
    init(_ octets: Span<UInt8>) { self.octets = octets }

    var remaining: Int { octets.count - position }
    var isAtEnd: Bool { position >= octets.count }

    mutating func u8() -> UInt8? {
        guard remaining >= 1 else { return nil }
        defer { position += 1 }
        return octets[position]
    }

    mutating func u16() -> UInt16? {
        guard remaining >= 2 else { return nil }
        defer { position += 2 }
        return octets.u16(at: position)
    }

    mutating func u24() -> Int? {
        guard remaining >= 3 else { return nil }
        defer { position += 3 }
        return octets.u24(at: position)
    }

    mutating func u32() -> UInt32? {
        guard remaining >= 4 else { return nil }
        defer { position += 4 }
        return octets.u32(at: position)
    }

    /// A variable-length integer of QUIC (RFC 9000 §16).
    mutating func quicInteger() -> UInt64? {
        guard remaining >= 1 else { return nil }
        let length = 1 << Int(octets[position] >> 6)
        guard remaining >= length else { return nil }
        var value = UInt64(octets[position] & 0x3f)
        for index in 1..<max(1, length) { value = value << 8 | UInt64(octets[position + index]) }
        position += length
        return value
    }

    mutating func skip(_ count: Int) -> Bool {
        guard count >= 0, remaining >= count else { return false }
        position += count
        return true
    }

    /// The next `count` octets.
    @_lifetime(copy self)
    mutating func take(_ count: Int) -> Span<UInt8>? {
        guard count >= 0, remaining >= count else { return nil }
        let taken = octets.extracting(position..<position + count)
        position += count
        return taken
    }
}
