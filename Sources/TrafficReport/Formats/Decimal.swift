/// Decimal digits straight into octets, without a `String` in between.
enum Decimal {
    static func append(_ value: Int, to buffer: inout [UInt8]) {
        if value < 0 { buffer.append(0x2d) }
        append(value.magnitude, to: &buffer)
    }

    static func append(_ value: UInt, to buffer: inout [UInt8]) {
        if value >= 10 { append(value / 10, to: &buffer) }
        buffer.append(0x30 + UInt8(value % 10))
    }

    /// Nanoseconds since 1970 as exact decimal seconds with `digits` places (0…9).
    static func appendSeconds(nanoseconds: Int64, digits: Int, to buffer: inout [UInt8]) {
        if nanoseconds < 0 { buffer.append(0x2d) }
        append(UInt(nanoseconds.magnitude / 1_000_000_000), to: &buffer)
        guard digits > 0 else { return }
        buffer.append(0x2e)
        let fraction = UInt32(nanoseconds.magnitude % 1_000_000_000)
        var divisor: UInt32 = 100_000_000
        for _ in 0..<min(digits, 9) {
            buffer.append(0x30 + UInt8(fraction / divisor % 10))
            divisor /= 10
        }
    }
}
