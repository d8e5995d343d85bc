// Appending to a piece of an array whose room was reserved once. An `Array` checks for a copy and for room at every
// append; a flow record has some hundred appends, so the hot rows write through this (half the time, measured).

extension OutputSpan<UInt8> {
    @inline(__always)
    mutating func append(text: String) {
        append(octets: text.utf8Span.span)
    }

    @inline(__always)
    mutating func append(octets: Span<UInt8>) {
        for index in octets.indices { append(octets[index]) }
    }

    @inline(__always)
    mutating func append(decimal value: Int) {
        if value < 0 { append(0x2d) }
        append(decimal: value.magnitude)
    }

    @inline(__always)
    mutating func append(decimal value: UInt) {
        if value < 10 {
            append(0x30 &+ UInt8(truncatingIfNeeded: value))
        } else {
            appendLong(value)
        }
    }

    private mutating func appendLong(_ value: UInt) {
        if value >= 100 { appendLong(value / 100) }
        let pair = value % 100
        if value >= 10 { append(0x30 &+ UInt8(truncatingIfNeeded: pair / 10)) }
        append(0x30 &+ UInt8(truncatingIfNeeded: pair % 10))
    }

    /// Nanoseconds since 1970 as exact decimal seconds with `digits` places (0…9): the places that the capture has.
    mutating func append(nanoseconds: Int64, digits: Int) {
        if nanoseconds < 0 { append(0x2d) }
        let magnitude = nanoseconds.magnitude
        append(decimal: UInt(magnitude / 1_000_000_000))
        guard digits > 0 else { return }
        append(0x2e)
        let fraction = UInt32(truncatingIfNeeded: magnitude % 1_000_000_000)
        var divisor: UInt32 = 100_000_000
        for _ in 0..<Swift.min(digits, 9) {
            append(0x30 &+ UInt8(truncatingIfNeeded: fraction / divisor % 10))
            divisor /= 10
        }
    }
}
