/// Decimal digits straight into octets, without a `String` in between.
enum Decimal {
    @inline(__always)
    static func append(_ value: Int, to buffer: inout [UInt8]) {
        if value < 0 { buffer.append(0x2d) }
        append(value.magnitude, to: &buffer)
    }

    @inline(__always)
    static func append(_ value: UInt, to buffer: inout [UInt8]) {
        if value < 10 {
            buffer.append(0x30 &+ UInt8(truncatingIfNeeded: value))
        } else {
            appendLong(value, to: &buffer)
        }
    }

    @inline(never)
    private static func appendLong(_ value: UInt, to buffer: inout [UInt8]) {
        if value >= 100 { appendLong(value / 100, to: &buffer) }
        let pair = value % 100
        if value >= 10 { buffer.append(0x30 &+ UInt8(truncatingIfNeeded: pair / 10)) }
        buffer.append(0x30 &+ UInt8(truncatingIfNeeded: pair % 10))
    }

    /// Nanoseconds since 1970 as exact decimal seconds with `digits` places (0…9): the places that the capture has.
    static func appendSeconds(nanoseconds: Int64, digits: Int, to buffer: inout [UInt8]) {
        if nanoseconds < 0 { buffer.append(0x2d) }
        let magnitude = nanoseconds.magnitude
        append(UInt(magnitude / 1_000_000_000), to: &buffer)
        guard digits > 0 else { return }
        buffer.append(0x2e)
        let fraction = UInt32(truncatingIfNeeded: magnitude % 1_000_000_000)
        var divisor: UInt32 = 100_000_000
        for _ in 0..<min(digits, 9) {
            buffer.append(0x30 &+ UInt8(truncatingIfNeeded: fraction / divisor % 10))
            divisor /= 10
        }
    }
}
