/// Decimal digits straight into octets, without a `String` in between.
enum Decimal {
    /// Digits of the longest Int with its sign; of the longest time with sign, point and nine places.
    private static var longest: Int { 32 }

    static func append(_ value: Int, to buffer: inout [UInt8]) {
        buffer.append(addingCapacity: longest) { $0.append(decimal: value) }
    }

    static func append(_ value: UInt, to buffer: inout [UInt8]) {
        buffer.append(addingCapacity: longest) { $0.append(decimal: value) }
    }

    /// Nanoseconds since 1970 as exact decimal seconds with `digits` places (0…9).
    static func appendSeconds(nanoseconds: Int64, digits: Int, to buffer: inout [UInt8]) {
        buffer.append(addingCapacity: longest) { $0.append(nanoseconds: nanoseconds, digits: digits) }
    }
}
