import TrafficCore

// What rows are made of, beside plain octets.

extension OctetRow {
    /// The text of an address (`IPAddress.description`); returns where it stands in the row.
    mutating func append(_ address: IPAddress) -> Range<Int> {
        let start = count
        if address.family == .v4 {
            let bits = UInt32(truncatingIfNeeded: address.low)
            append(decimal: UInt(bits >> 24))
            append(0x2e)
            append(decimal: UInt(bits >> 16 & 255))
            append(0x2e)
            append(decimal: UInt(bits >> 8 & 255))
            append(0x2e)
            append(decimal: UInt(bits & 255))
        } else {
            var text: [UInt8] = []
            text.reserveCapacity(48)
            address.append(to: &text)
            append(octets: text.span)
        }
        return start..<count
    }

    @inline(__always)
    mutating func append(text: String) {
        append(octets: text.utf8Span.span)
    }

    @inline(__always)
    mutating func append(decimal value: Int) {
        if value < 0 { append(0x2d) }
        append(decimal: value.magnitude)
    }

    /// Nanoseconds since 1970 as exact decimal seconds with `digits` places (0…9): the places that the capture has.
    mutating func append(nanoseconds: Int64, digits: Int) {
        if nanoseconds < 0 { append(0x2d) }
        let magnitude = nanoseconds.magnitude
        append(decimal: UInt(magnitude / 1_000_000_000))
        guard digits > 0 else { return }
        append(0x2e)
        let kept = Swift.min(digits, 9)
        var fraction = UInt(magnitude % 1_000_000_000)
        for _ in kept..<9 { fraction /= 10 }
        append(decimal: fraction, digits: kept)
    }
}
