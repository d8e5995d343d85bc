/// Block types of pcapng (draft-ietf-opsawg-pcapng §10.1). Unknown ones are skipped by their length.
struct PcapngBlockType: RawRepresentable, Hashable, Sendable {
    var rawValue: UInt32
    static let sectionHeader = PcapngBlockType(rawValue: 0x0a0d_0d0a)
    static let interfaceDescription = PcapngBlockType(rawValue: 1)
    static let obsoletePacket = PcapngBlockType(rawValue: 2)
    static let simplePacket = PcapngBlockType(rawValue: 3)
    static let nameResolution = PcapngBlockType(rawValue: 4)
    static let interfaceStatistics = PcapngBlockType(rawValue: 5)
    static let enhancedPacket = PcapngBlockType(rawValue: 6)
    static let decryptionSecrets = PcapngBlockType(rawValue: 10)
    /// Apple's: processes of the system that captured.
    static let processInformation = PcapngBlockType(rawValue: 0x8000_0001)
    /// Custom blocks that may be copied, with text or without (§4.8).
    static let custom = PcapngBlockType(rawValue: 0xbad)

    /// Whoever copies a capture copies such a block as it is. Interfaces and statistics are described anew; custom blocks of the second
    /// kind must not be copied (§4.8).
    var isCopied: Bool { self != .interfaceDescription && self != .interfaceStatistics && rawValue != 0x4000_0bad }

    /// Wireshark shows such a block as a frame and gives it a number: custom blocks, systemd's journal (9), sysdig's events.
    var isNumberedFrame: Bool {
        switch rawValue {
        case 0xbad, 0x4000_0bad, 9, 0x204, 0x208, 0x216: true
        default: false
        }
    }
}

/// A block that the packet walk passed over, kept by place.
public struct SkippedBlock: Sendable, Equatable {
    public var type: UInt32
    /// File offset of the block's first octet, and its total length in octets.
    public var offset: Int64
    public var length: UInt32
}

/// Numbers in the byte order of their section.
struct SectionOrder {
    var isSwapped: Bool
    @inline(__always) func callAsFunction(_ value: UInt32) -> UInt32 { isSwapped ? value.byteSwapped : value }
    @inline(__always) func callAsFunction(_ value: UInt16) -> UInt16 { isSwapped ? value.byteSwapped : value }
}

extension Span where Element == UInt8 {
    func u32(_ index: Int, _ order: SectionOrder) -> UInt32 {
        order(UInt32(self[index]) | UInt32(self[index + 1]) << 8 | UInt32(self[index + 2]) << 16 | UInt32(self[index + 3]) << 24)
    }
    func u64(_ index: Int, _ order: SectionOrder) -> UInt64 {
        let first = UInt64(u32(index, order)), second = UInt64(u32(index + 4, order))
        return order.isSwapped ? first << 32 | second : second << 32 | first
    }
    func u16(_ index: Int, _ order: SectionOrder) -> UInt16 { order(UInt16(self[index]) | UInt16(self[index + 1]) << 8) }
}

/// Walks the options of a block (pcapng §3.5): calls `body` with code and value range until it ends or is damaged.
func forEachOption(_ octets: Span<UInt8>, from start: Int, _ order: SectionOrder, _ body: (UInt16, Range<Int>) -> Void) {
    var index = start
    while octets.count - index >= 4 {
        let code = octets.u16(index, order), length = Int(octets.u16(index + 2, order))
        guard code != 0, length <= octets.count - index - 4 else { return }
        body(code, index + 4..<index + 4 + length)
        index += 4 + (length + 3) & ~3
        if index > octets.count { return }
    }
}

/// An Interface Description Block (pcapng §4.2).
func interfaceDescription(_ body: Span<UInt8>, _ order: SectionOrder) -> CaptureInterface? {
    guard body.count >= 8 else { return nil }
    var interface = CaptureInterface(linkType: body.u16(0, order), snapLength: body.u32(4, order), timeDigits: 6, clock: .microseconds)
    forEachOption(body, from: 8, order) { code, range in
        if code == 9, range.count >= 1, let clock = CaptureClock(resolution: body[range.lowerBound]) {     // if_tsresol
            let offset = interface.clock.offset
            interface.clock = clock
            interface.clock.offset = offset
            let resolution = body[range.lowerBound]
            interface.timeDigits = resolution & 0x80 != 0 ? 9 : min(9, Int(resolution))
        } else if code == 14, range.count >= 8 {                                                          // if_tsoffset
            let seconds = Int64(bitPattern: body.u64(range.lowerBound, order))
            let product = seconds.multipliedReportingOverflow(by: 1_000_000_000)
            interface.clock.offset = product.overflow ? (seconds < 0 ? .min : .max) : product.partialValue
        }
    }
    return interface
}

/// The IPv4 and IPv6 names of a Name Resolution Block (pcapng §4.5), at most `limit` of them.
func resolvedNames(_ body: Span<UInt8>, _ order: SectionOrder, limit: Int) -> [(IPAddress, String)] {
    var names: [(IPAddress, String)] = []
    var index = 0
    while body.count - index >= 4, names.count < limit {
        let kind = body.u16(index, order), length = Int(body.u16(index + 2, order))
        guard kind != 0, length <= body.count - index - 4 else { break }
        let addressLength = kind == 1 ? 4 : kind == 2 ? 16 : 0
        if addressLength > 0, length > addressLength {
            let value = body.extracting(index + 4..<index + 4 + length)
            let address = addressLength == 4
                ? IPAddress(v4: value.u32(at: 0)) : IPAddress(v6High: value.u64(at: 0), low: value.u64(at: 8))
            var name: [UInt8] = []
            for position in addressLength..<length where value[position] != 0 || !name.isEmpty {
                if value[position] == 0 { break }       // further names of the same address follow; the first is enough
                name.append(value[position])
            }
            if !name.isEmpty, name.count <= 253 { names.append((address, String(decoding: name, as: UTF8.self).lowercased())) }
        }
        index += 4 + (length + 3) & ~3
    }
    return names
}
