/// One packet as the capture holds it, lent until the next one is read.
public struct PacketView: ~Escapable {
    /// Captured octets, from the link-layer header.
    public let octets: Span<UInt8>
    public let record: PacketRecord

    @_lifetime(copy octets) @inline(__always)
    init(octets: Span<UInt8>, record: PacketRecord) { (self.octets, self.record) = (octets, record) }

    /// What the capture says of the packet beside it: comments, direction, process.
    public var options: PacketOptions {
        @_lifetime(copy self) get {
            let start = unsafe octets.withUnsafeBufferPointer { $0.baseAddress }
            let place = record.options
            guard place.length > 0, octets.count == record.capturedLength, let start = unsafe start else {
                return PacketOptions(octets.extracting(0..<0), OptionsPlace())
            }
            // Safe: `CaptureFile` names a place only where the block's options lie there, behind the packet and its padding
            // in the same memory, which is lent for as long as the packet is.
            let span = unsafe Span(_unsafeStart: start + (octets.count + 3) & ~3, count: Int(place.length))
            return PacketOptions(unsafe _overrideLifetime(span, copying: octets), place)
        }
    }
}

/// The fixed fields of one packet record.
public struct PacketRecord: Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    public var time: Int64
    /// Octets that the capture holds, and that were on the wire.
    public var capturedLength: Int
    public var wireLength: Int
    /// Index into `CaptureFile.interfaces`.
    public var interface: Int
    /// LINKTYPE_ number of that interface.
    public var linkType: UInt16
    /// Blocks since the packet before that are no packets and that Wireshark numbers as frames all the same.
    var framesBefore: Int32 = 0
    /// Where the octets lie in the reader's buffer.
    var start: Int
    var options = OptionsPlace()

    /// Whether the capture says anything beside the packet.
    public var hasOptions: Bool { @inline(__always) get { options.isThere } }
}

/// Where the options of a packet's block lie: in one word, for most packets have none and all carry it.
struct OptionsPlace: Sendable {
    /// Length in octets in the lower half, then 17 bits of `firstProcess`, 14 of the section and the byte order.
    private var bits: UInt64 = 0

    init() {}

    /// - Parameters:
    ///   - length: octets behind the packet and its padding.
    ///   - firstProcess: where the section's processes begin in `CaptureFile.processes`, up to `CaptureEvidence.entryLimit`.
    ///   - section: number of the section, from 0.
    init(length: Int, firstProcess: Int, section: Int, isSwapped: Bool) {
        bits = UInt64(UInt32(truncatingIfNeeded: length)) | UInt64(firstProcess & 0x1_ffff) << 32
        bits |= UInt64(min(section, Self.lastSection)) << 49 | (isSwapped ? 1 << 63 : 0)
    }

    var isThere: Bool { @inline(__always) get { bits != 0 } }
    var length: UInt32 { UInt32(truncatingIfNeeded: bits) }
    /// The same place with fewer octets, in a capture of one section; none: nowhere.
    func limited(to length: Int) -> OptionsPlace {
        length > 0 ? OptionsPlace(length: length, firstProcess: firstProcess, section: 0, isSwapped: isSwapped) : OptionsPlace()
    }

    var firstProcess: Int { Int(bits >> 32 & 0x1_ffff) }
    /// Number of the packet's section; `lastSection` for it and all behind it, which no file has that is not made for it.
    var section: Int { Int(bits >> 49 & 0x3fff) }
    static var lastSection: Int { 0x3fff }
    var isSwapped: Bool { bits >> 63 == 1 }
}

/// An interface that packets were captured on.
public struct CaptureInterface: Sendable {
    /// LINKTYPE_ number (tcpdump.org/linktypes.html).
    public var linkType: UInt16
    /// Octets a packet; 0 for no limit.
    public var snapLength: UInt32
    /// Decimal digits of a second in the time stamps.
    public var timeDigits: Int
    var clock: CaptureClock
}

/// How a capture's time stamps become nanoseconds.
struct CaptureClock: Sendable {
    enum Unit: Sendable { case multiply(UInt64), divide(UInt64), binary(shift: UInt64) }
    var unit: Unit
    /// Added to every time, nanoseconds (pcapng `if_tsoffset`).
    var offset: Int64 = 0

    static let microseconds = CaptureClock(unit: .multiply(1000))
    static let nanoseconds = CaptureClock(unit: .multiply(1))

    /// From pcapng's `if_tsresol`: a power of ten, or of two where the top bit is set. Nothing finer than 2^-63 or 10^-19.
    init?(resolution: UInt8) {
        let exponent = UInt64(resolution & 0x7f)
        if resolution & 0x80 != 0 {
            guard exponent <= 63 else { return nil }
            unit = .binary(shift: exponent)
        } else {
            guard exponent <= 19 else { return nil }
            var power: UInt64 = 1
            for _ in 0..<(exponent <= 9 ? 9 - exponent : exponent - 9) { power *= 10 }
            unit = exponent <= 9 ? .multiply(power) : .divide(power)
        }
    }

    init(unit: Unit) { self.unit = unit }

    /// Clamped to what 64 bits of nanoseconds can hold (years 1678 to 2262).
    @inline(__always)
    func nanoseconds(_ ticks: UInt64) -> Int64 {
        let value: UInt64
        switch unit {
        case .multiply(let factor):
            let product = ticks.multipliedReportingOverflow(by: factor)
            value = product.overflow ? UInt64.max : product.partialValue
        case .divide(let divisor): value = ticks / divisor
        case .binary(let shift):
            let whole = (ticks >> shift).multipliedReportingOverflow(by: 1_000_000_000)
            let fraction = (ticks & ((1 << shift) - 1)).multipliedFullWidth(by: 1_000_000_000)
            let low = shift == 0 ? 0 : fraction.high << (64 - shift) | fraction.low >> shift
            let sum = whole.partialValue.addingReportingOverflow(low)
            value = whole.overflow || sum.overflow ? UInt64.max : sum.partialValue
        }
        let time = Int64(clamping: value).addingReportingOverflow(offset)
        return time.overflow ? (offset > 0 ? .max : .min) : time.partialValue
    }
}
