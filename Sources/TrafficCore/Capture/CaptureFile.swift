// Both bring the C library's times along, and which of them the compiler takes for their owner depends on what it compiles together.
import CPcap
import Glibc

/// A capture file, read packet by packet (pcap and pcapng; the format is told by its first octets, never by its name).
///
///     var file = try CaptureFile(path: "tiktok.pcapng")
///     while let packet = try file.next() { … }       // the view dies with the next call
///
/// Damage throws after all packets before it were returned.
public struct CaptureFile: ~Copyable {
    enum Format { case pcap(PcapFormat), pcapng }

    /// As it stands in messages.
    public let name: String
    private var buffer: CaptureBuffer
    private var format: Format
    private var order = SectionOrder(isSwapped: false)
    /// Of the whole file; a packet's `interface` is an index into it, across sections.
    public private(set) var interfaces: [CaptureInterface] = []
    /// Index of the current section's first interface.
    private var sectionStart = 0
    /// Packets returned so far.
    public private(set) var packetsRead = 0
    /// Blocks that are no packets, by place, at most `skippedBlockLimit` of them; `skippedBlockCount` counts them all.
    public private(set) var skippedBlocks: [SkippedBlock] = []
    public private(set) var skippedBlockCount = 0
    /// Names from pcapng name resolution blocks, in order of appearance, bounded.
    public private(set) var resolvedNames: [(IPAddress, String)] = []

    /// Secrets, processes, apps and statistics that pcapng blocks brought so far.
    public var evidence: CaptureEvidence { gathered.evidence }
    /// The same for whoever holds a packet of the file, and so cannot ask the file itself.
    let gathered = GatheredEvidence()
    /// Shorthand for `evidence`'s.
    public var secrets: [CaptureSecrets] { evidence.secrets }
    public var processes: [CaptureProcess] { evidence.processes }
    /// Packets that the capturing host says it lost, over all interfaces; nil when no statistics say so.
    public var dropped: Int? { evidence.dropped }
    /// Sections begun, and where the current one's processes begin.
    private var sections = 0
    private var sectionProcesses = 0
    /// Of the next packet.
    private var framesBefore: Int32 = 0
    /// The program that made the packets, where its own blocks say that no network did.
    public private(set) var maker: String?

    /// Blocks without packets since they were last taken, where somebody asks for them.
    private var blocks: [(type: PcapngBlockType, body: [UInt8])]?

    /// Between two packets.
    private static var blockLimit: Int { 256 }
    private static var blockOctetLimit: Int { 4 << 20 }
    private var blockOctets = 0

    /// From now on, blocks without packets are kept until they are taken.
    mutating func keepsBlocks() { blocks = blocks ?? [] }

    mutating func takeBlocks() -> [(type: PcapngBlockType, body: [UInt8])] {
        guard let taken = blocks else { return [] }
        if !taken.isEmpty { (blocks, blockOctets) = ([], 0) }
        return taken
    }

    static var skippedBlockLimit: Int { 65_536 }
    static var resolvedNameLimit: Int { 65_536 }
    /// Larger blocks are no packets; they are passed over without being held.
    static var largestHeldBlock: Int { 1 << 24 }

    /// - Throws: `CaptureError` when there is no such file, it may not be read, or its first octets are no capture's.
    public init(path: String, name: String? = nil, waiting: (@Sendable () -> Bool)? = nil) throws(CaptureError) {
        let name = name ?? path
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CaptureError.opening(name, errno) }
        try self.init(descriptor: descriptor, owned: true, name: name, waiting: waiting)
    }

    /// Reads from an open descriptor, from where it stands.
    ///
    /// - Parameter waiting: asked where the file ends so far: whether to wait for more. nil: the end is the end.
    public init(descriptor: CInt, owned: Bool, name: String, waiting: (@Sendable () -> Bool)? = nil) throws(CaptureError) {
        try self.init(CaptureBuffer(descriptor: descriptor, owned: owned, waiting: waiting), name: name)
    }

    /// Reads what comes over a socket, which is owned from now on.
    ///
    /// - Parameter waiting: asked several times a second while nothing comes: whether to go on.
    init(connection descriptor: CInt, name: String, waiting: @escaping @Sendable () -> Bool) throws(CaptureError) {
        var patience = timeval(tv_sec: 0, tv_usec: 100_000)
        // Safe: the option's value is read within the call.
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        try self.init(CaptureBuffer(descriptor: descriptor, owned: true, waiting: waiting, isConnection: true), name: name)
    }

    private init(_ opened: consuming CaptureBuffer, name: String) throws(CaptureError) {
        var buffer = opened
        self.name = name
        let hasStart: Bool, hasHeader: Bool
        do throws(CaptureReadFailure) {
            hasStart = try buffer.require(4)
            hasHeader = try buffer.require(PcapFormat.headerLength)
            try buffer.lookAhead(4096)          // the first records show which variant it is
        } catch { throw CaptureError.reading(name, error.code) }
        guard hasStart else {
            throw CaptureError(.badData, buffer.available == 0
                ? "\(name): the file is empty; record the capture again"
                : "\(name): only \(buffer.available) octets, too short for a capture file; record the capture again")
        }
        let magic = buffer.u32(0)
        if magic == PcapngBlockType.sectionHeader.rawValue {
            format = .pcapng
        } else if hasHeader, let pcap = PcapFormat(buffer) {
            format = .pcap(pcap)
            interfaces = [CaptureInterface(
                linkType: pcap.linkType, snapLength: pcap.snapLength, timeDigits: pcap.nanosecondFraction ? 9 : 6,
                clock: pcap.nanosecondFraction ? .nanoseconds : .microseconds)]
            order = SectionOrder(isSwapped: pcap.isSwapped)
            buffer.skip(PcapFormat.headerLength)
        } else {
            if !hasHeader, PcapFormat.isMagic(magic) {
                throw CaptureError(.badData, "\(name): the file ends inside its header of 24 octets; record the capture again")
            }
            throw CaptureError.unrecognized(name, start: buffer.octets(at: buffer.position, count: min(buffer.available, 8)))
        }
        self.buffer = buffer
    }

    /// "pcap" or "pcapng".
    public var formatName: String { if case .pcapng = format { "pcapng" } else { "pcap" } }
    /// File offset of the next record.
    public var offset: Int64 { buffer.offset }
    /// The most decimal digits of a second that any interface so far has.
    public var timeDigits: Int { interfaces.reduce(0) { max($0, $1.timeDigits) } }

    /// The next packet; `nil` at the end of the file. The view dies with the next call.
    /// - Throws: `CaptureError` with the packet's number and file offset when the file is damaged or cannot be read.
    @_lifetime(&self) @inline(__always)
    public mutating func next() throws(CaptureError) -> PacketView? {
        guard let record = try nextRecord() else { return nil }
        packetsRead += 1
        return PacketView(octets: buffer.octets(at: record.start, count: record.capturedLength), record: record)
    }

    @inline(__always)
    private mutating func nextRecord() throws(CaptureError) -> PacketRecord? {
        if case .pcap(let pcap) = format { return try nextPcapRecord(pcap) }
        return try nextPcapngPacket()
    }

    // MARK: pcap

    @inline(__always)
    private mutating func nextPcapRecord(_ pcap: PcapFormat) throws(CaptureError) -> PacketRecord? {
        guard try require(pcap.recordHeader) else {
            guard buffer.available == 0 else { throw cut("packet header") }
            return nil
        }
        let fields = buffer.fourU32
        let (length, original) = pcap.hasSwappedLengths
            ? (order(fields.3), order(fields.2)) : (order(fields.2), order(fields.3))
        let seconds = UInt64(order(fields.0)), fraction = UInt64(order(fields.1))
        guard length <= pcap.largestRecord else {
            throw damage("record length \(length) exceeds the snapshot length \(pcap.largestRecord)")
        }
        let count = Int(length)
        guard try require(pcap.recordHeader + count) else { throw cut("packet") }
        // At most (2^32 + 4) s: no overflow.
        let time = Int64(seconds * 1_000_000_000 + fraction * (pcap.nanosecondFraction ? 1 : 1000))
        let record = PacketRecord(
            time: time, capturedLength: count, wireLength: Int(original), interface: 0, linkType: pcap.linkType,
            start: buffer.position + pcap.recordHeader)
        buffer.skip(pcap.recordHeader + count)
        return record
    }

    // MARK: pcapng

    private mutating func nextPcapngPacket() throws(CaptureError) -> PacketRecord? {
        while true {
            guard try require(12) else {
                guard buffer.available == 0 else { throw cut("block header") }
                return nil
            }
            let type = PcapngBlockType(rawValue: order(buffer.u32(0)))
            if type == .sectionHeader || buffer.u32(0) == PcapngBlockType.sectionHeader.rawValue {
                try beginSection()
                continue
            }
            let length = order(buffer.u32(4))
            guard length >= 12, length % 4 == 0 else {
                throw damage("block length \(length) is no multiple of 4 of at least 12")
            }
            guard length <= Self.largestHeldBlock else {
                guard type != .enhancedPacket, type != .simplePacket, type != .obsoletePacket else {
                    throw damage("block length \(length) exceeds \(Self.largestHeldBlock)")
                }
                try skipBlock(type, length: length)
                continue
            }
            guard try require(Int(length)) else { throw cut("block") }
            guard order(buffer.u32(Int(length) - 4)) == length else {
                throw damage("the two lengths of a block differ (\(length) and \(order(buffer.u32(Int(length) - 4))))")
            }
            let record = try packet(type, length: Int(length))
            if record == nil { try describe(type, length: Int(length)) }
            buffer.skip(Int(length))
            if var record {
                record.framesBefore = framesBefore
                framesBefore = 0
                return record
            }
        }
    }

    private mutating func beginSection() throws(CaptureError) {
        guard try require(16) else { throw cut("section header") }
        switch buffer.u32(8) {
        case 0x1a2b_3c4d: order = SectionOrder(isSwapped: false)
        case 0x4d3c_2b1a: order = SectionOrder(isSwapped: true)
        default: throw damage("section header without byte-order magic")
        }
        let length = order(buffer.u32(4))
        guard length >= 28, length % 4 == 0, length <= Self.largestHeldBlock else {
            throw damage("section header length \(length) is impossible")
        }
        guard try require(Int(length)) else { throw cut("section header") }
        buffer.skip(Int(length))
        sectionStart = interfaces.count
        sections += 1
        sectionProcesses = evidence.processes.count
    }

    /// The packet in the block at the read position; nil when the block holds none.
    private func packet(_ type: PcapngBlockType, length: Int) throws(CaptureError) -> PacketRecord? {
        let header: Int, number: Int, captured: Int, original: UInt32
        switch type {
        case .enhancedPacket:
            guard length >= 32 else { throw damage("packet block of \(length) octets is too short") }
            (header, number) = (28, Int(order(buffer.u32(8))))
            (captured, original) = (Int(order(buffer.u32(20))), order(buffer.u32(24)))
        case .obsoletePacket:
            guard length >= 32 else { throw damage("packet block of \(length) octets is too short") }
            (header, number) = (28, Int(order(buffer.u16(8))))
            (captured, original) = (Int(order(buffer.u32(20))), order(buffer.u32(24)))
        case .simplePacket:
            guard length >= 16 else { throw damage("packet block of \(length) octets is too short") }
            (header, number, original) = (12, 0, order(buffer.u32(8)))
            let snap = sectionStart < interfaces.count ? Int(interfaces[sectionStart].snapLength) : 0
            captured = min(Int(original), length - 16, snap == 0 ? .max : snap)
        default: return nil
        }
        guard number < interfaces.count - sectionStart else {
            throw damage("interface \(number) was not described before")
        }
        guard captured <= length - header - 4 else {
            throw damage("captured length \(captured) exceeds its block of \(length) octets")
        }
        let interface = interfaces[sectionStart + number]
        var time: Int64 = 0
        if type != .simplePacket {          // a simple packet has no time
            time = interface.clock.nanoseconds(UInt64(order(buffer.u32(12))) << 32 | UInt64(order(buffer.u32(16))))
        }
        var record = PacketRecord(
            time: time, capturedLength: captured, wireLength: Int(original), interface: sectionStart + number,
            linkType: interface.linkType, start: buffer.position + header)
        let options = length - 4 - header - (captured + 3) & ~3
        if options > 4, type != .simplePacket {         // 4 are the end of options alone
            record.options = OptionsPlace(
                length: options, firstProcess: sectionProcesses, section: max(0, sections - 1), isSwapped: order.isSwapped)
        }
        return record
    }

    /// Takes what a block without a packet tells.
    private mutating func describe(_ type: PcapngBlockType, length: Int) throws(CaptureError) {
        if let kept = blocks, kept.count < Self.blockLimit, blockOctets + length <= Self.blockOctetLimit, type.isCopied, !order.isSwapped {
            let body = buffer.octets(at: buffer.position + 8, count: length - 12).copied()
            blockOctets += length
            blocks?.append((type, body))
        }
        switch type {
        case .interfaceDescription:
            let interface = interfaceDescription(buffer.octets(at: buffer.position + 8, count: length - 12), order)
            guard interfaces.count < 65_536, let interface else {
                throw damage("interface description of \(length) octets cannot be read")
            }
            interfaces.append(interface)
        case .nameResolution:
            resolvedNames += TrafficCore.resolvedNames(
                buffer.octets(at: buffer.position + 8, count: length - 12), order,
                limit: Self.resolvedNameLimit - resolvedNames.count)
        case .interfaceStatistics, .decryptionSecrets, .processInformation:
            takeEvidence(type, length: length)
            remember(type, length: UInt32(length))
        case .custom where length >= 16 && order(buffer.u32(8)) == CaptureApp.enterprise:
            maker = "PCAPdroid"
            let section = max(0, sections - 1)
            let app = CaptureApp(buffer.octets(at: buffer.position + 12, count: length - 16), order, section: section)
            if let app { gathered.evidence.add(app) }
            remember(type, length: UInt32(length))
        default: remember(type, length: UInt32(length))
        }
    }

    private mutating func takeEvidence(_ type: PcapngBlockType, length: Int) {
        let start = buffer.position + 8, count = length - 12, section = max(0, sections - 1)
        switch type {
        case .decryptionSecrets:
            let secrets = CaptureSecrets(buffer.octets(at: start, count: count), order, section: section, packetsBefore: packetsRead)
            if let secrets { gathered.evidence.add(secrets) }
        case .processInformation:
            let process = CaptureProcess(buffer.octets(at: start, count: count), order, section: section)
            if let process { gathered.evidence.add(process) }
        default:
            guard count >= 12 else { return }
            let number = sectionStart.addingReportingOverflow(Int(order(buffer.u32(8)))).partialValue
            let clock = number >= sectionStart && number < interfaces.count ? interfaces[number].clock : nil
            let octets = buffer.octets(at: start, count: count)
            gathered.evidence.add(InterfaceStatistics(octets, order, clock: clock), ofInterface: number)
            if let clock {
                let ticks = UInt64(octets.u32(4, order)) << 32 | UInt64(octets.u32(8, order))
                gathered.take(statisticsComments(octets, order), at: clock.nanoseconds(ticks))
            }
        }
    }

    private mutating func remember(_ type: PcapngBlockType, length: UInt32) {
        skippedBlockCount += 1
        if type.isNumberedFrame { framesBefore &+= 1 }
        guard skippedBlocks.count < Self.skippedBlockLimit else { return }
        skippedBlocks.append(SkippedBlock(type: type.rawValue, offset: buffer.offset, length: length))
    }

    private mutating func skipBlock(_ type: PcapngBlockType, length: UInt32) throws(CaptureError) {
        remember(type, length: length)
        if type == .decryptionSecrets { gathered.evidence.leaveOutSecrets() }
        let ended = cut("block")        // names where the block begins
        do throws(CaptureReadFailure) {
            if try buffer.skipBeyond(Int64(length)) { return }
        } catch { throw CaptureError.reading(name, error.code) }
        throw ended
    }

    // MARK: Errors

    @inline(__always)
    private mutating func require(_ count: Int) throws(CaptureError) -> Bool {
        do throws(CaptureReadFailure) { return try buffer.require(count) } catch { throw CaptureError.reading(name, error.code) }
    }

    @inline(never)
    private func damage(_ what: String) -> CaptureError {
        CaptureError(.badData, "\(name): packet \(packetsRead + 1) (offset \(hexadecimal(buffer.offset))): \(what); "
            + "\(packetsRead) packets were read")
    }

    @inline(never)
    private func cut(_ what: String) -> CaptureError {
        damage("the file ends inside a \(what)")
    }
}

extension CaptureError {
    static func opening(_ name: String, _ code: CInt) -> CaptureError {
        switch code {
        case ENOENT, ENOTDIR: CaptureError(.noInput, "\(name): no such file or folder; check the path")
        case EACCES, EPERM: CaptureError(.noPermission, "\(name): reading it is not permitted; check its owner and mode")
        default: CaptureError(.inputOutput, "\(name): cannot be opened: \(systemMessage(code))")
        }
    }

    static func reading(_ name: String, _ code: CInt) -> CaptureError {
        code == EISDIR ? CaptureError(.noInput, "\(name): is a folder, not a capture")
            : CaptureError(.inputOutput, "\(name): reading failed: \(systemMessage(code))")
    }

    /// First octets that belong to no capture format we read.
    static func unrecognized(_ name: String, start: Span<UInt8>) -> CaptureError {
        var hex = ""
        for index in start.indices { hex += (start[index] < 16 ? "0" : "") + String(start[index], radix: 16) }
        return CaptureError(.badData, "\(name): not a capture file (it begins with \(hex)); captures are pcap or pcapng files, plain or packed by gzip or zstd")
    }

    static func systemMessage(_ code: CInt) -> String {
        // Safe: strerror returns a valid C string for every code.
        unsafe String(cString: strerror(code))
    }
}
