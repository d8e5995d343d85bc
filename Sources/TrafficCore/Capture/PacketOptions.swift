/// Which way a packet went at its interface (pcapng §4.3.1, epb_flags).
public enum PacketDirection: UInt32, Sendable { case unknown = 0, inbound, outbound }

/// How a packet was addressed (pcapng §4.3.1, epb_flags).
public enum PacketReception: UInt32, Sendable { case unspecified = 0, unicast, multicast, broadcast, promiscuous }

/// The options of a pcapng packet block (§3.5, §4.3), lent with their packet. They are read only when they are asked for; most
/// packets have none. What the file says is no more than a claim of who wrote it.
public struct PacketOptions: ~Escapable {
    private let octets: Span<UInt8>
    private let order: SectionOrder
    /// Where the section's processes begin in `CaptureFile.processes`.
    private let firstProcess: Int

    /// Comments of one packet that are read, and octets of one; no program writes nearly as many.
    static var commentLimit: Int { 64 }
    static var commentLength: Int { 65535 }

    @_lifetime(copy octets)
    init(_ octets: Span<UInt8>, _ place: OptionsPlace) {
        self.octets = octets
        order = SectionOrder(isSwapped: place.isSwapped)
        firstProcess = place.firstProcess
    }

    public var isEmpty: Bool { octets.isEmpty }
    /// As they stand in the block.
    var raw: Span<UInt8> {
        @_lifetime(copy self) get { octets }
    }
    /// The same without their end, where they can stand in a section of ours; else nothing.
    var copyable: Span<UInt8> {
        @_lifetime(copy self) get {
            var end = 0
            if !order.isSwapped { forEachOption(octets, from: 0, order) { _, range in end = min(octets.count, (range.upperBound + 3) & ~3) } }
            return octets.extracting(0..<end)
        }
    }

    /// Every opt_comment, in order. Octets that are no UTF-8 are replaced.
    public var comments: [String] { packetComments(octets, order) }
    /// What comments say to us: the text behind `marker:`, without spaces around it.
    public var markers: [String] { comments.compactMap(CommentMarker.text) }

    private var flags: UInt32 { optionValue(2, octets, order) ?? 0 }
    public var direction: PacketDirection { PacketDirection(rawValue: flags & 3) ?? .unknown }
    public var reception: PacketReception { PacketReception(rawValue: flags >> 2 & 7) ?? .unspecified }
    /// Packets that the interface lost between this one and the one before (epb_dropcount); nil when the file does not say.
    public var dropped: UInt64? { optionCount(4, octets, order) }

    /// Index into `CaptureFile.processes`: who owns the socket (Apple's option 0x8001).
    public var process: Int? { place(0x8001) }
    /// On whose behalf it was sent, where that is another process (Apple's option 0x8003).
    public var effectiveProcess: Int? { place(0x8003) }
    /// Apple's traffic service class (option 0x8002).
    public var serviceClass: UInt32? { optionValue(0x8002, octets, order) }

    private func place(_ code: UInt16) -> Int? { optionValue(code, octets, order).map { firstProcess + Int($0) } }
}

/// A marker that a packet comment holds (DESIGN.md §6): `marker: background`.
public struct CommentMarker: Sendable, Equatable {
    /// Of the packet, nanoseconds since 1970.
    public var time: Int64
    /// What follows `marker:`.
    public var text: String

    public init(time: Int64, text: String) { (self.time, self.text) = (time, text) }

    private static let prefix = Array("marker:".utf8)

    /// The marker in a comment; nil when it is another comment.
    static func text(_ comment: String) -> String? {
        let octets = Array(comment.utf8)
        guard octets.starts(with: prefix) else { return nil }
        var rest = octets[prefix.count...]
        while let first = rest.first, first <= 0x20 { rest.removeFirst() }
        while let last = rest.last, last <= 0x20 { rest.removeLast() }
        return rest.isEmpty ? nil : String(decoding: rest, as: UTF8.self)
    }
}

/// The texts of opt_comment (code 1).
private func packetComments(_ octets: Span<UInt8>, _ order: SectionOrder) -> [String] {
    var comments: [String] = []
    forEachOption(octets, from: 0, order) { code, range in
        guard code == 1, comments.count < PacketOptions.commentLimit else { return }
        comments.append(optionText(octets, range, limit: PacketOptions.commentLength))
    }
    return comments
}

/// The first 32-bit value of an option.
private func optionValue(_ wanted: UInt16, _ octets: Span<UInt8>, _ order: SectionOrder) -> UInt32? {
    var value: UInt32?
    forEachOption(octets, from: 0, order) { code, range in
        if code == wanted, range.count >= 4, value == nil { value = octets.u32(range.lowerBound, order) }
    }
    return value
}

/// The first 64-bit value of an option.
private func optionCount(_ wanted: UInt16, _ octets: Span<UInt8>, _ order: SectionOrder) -> UInt64? {
    var value: UInt64?
    forEachOption(octets, from: 0, order) { code, range in
        if code == wanted, range.count >= 8, value == nil { value = octets.u64(range.lowerBound, order) }
    }
    return value
}
