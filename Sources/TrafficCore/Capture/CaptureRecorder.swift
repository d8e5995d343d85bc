import Glibc

/// Where a live capture is written, as pcapng: one file, or a ring of files named as dumpcap names them.
public struct RecordingPlan: Sendable {
    public var path: String
    /// A new file begins when the one before would exceed so many octets; nil: one file.
    public var rotate: Int64?
    /// Files of the ring that stay; nil: all.
    public var keep: Int?

    public init(path: String, rotate: Int64? = nil, keep: Int? = nil) { (self.path, self.rotate, self.keep) = (path, rotate, keep) }

    /// `NAME_00001_20260702101500.pcapng` (UTC), or the path itself where there is no ring.
    func name(_ number: Int, at time: Int64) -> String {
        guard rotate != nil else { return path }
        let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let stem = FolderConvention.stem(String(path[start...])), digits = String(number)
        let padding = String(repeating: "0", count: max(0, 5 - digits.utf8.count))
        return path[..<start] + stem + "_" + padding + digits + "_" + Self.stamp(time) + path[path.index(start, offsetBy: stem.count)...]
    }
}

extension RecordingPlan {
    /// "20260702101500", UTC.
    private static func stamp(_ time: Int64) -> String {
        let seconds = UInt64(max(0, time) / 1_000_000_000), clock = seconds % 86_400
        let day = (CivilDay.text(secondsSince1970: seconds) ?? "19700101").filter { $0 != "-" }
        return day + [clock / 3600, clock / 60 % 60, clock % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined()
    }
}

/// Writes what is captured. Only whole blocks are ever handed to the system, so that whenever this ends, by whatever, all but at most the
/// last block of a file can be read.
@safe struct CaptureRecorder: ~Copyable {
    private let plan: RecordingPlan
    private let program: String
    private var descriptor: CInt = -1
    private var number = 0
    private(set) var files: [String] = []
    /// When each of them was written, as its statistics say; files of a ring that are gone are missed in `isComplete`.
    private(set) var spans: [ObservedSpan] = []
    private(set) var isComplete = true
    /// Of the file under way: octets that the system has.
    private var written: Int64 = 0
    private var pending: [UInt8] = []
    private var interfaces: [(interface: CaptureInterface, name: String)] = []
    private let filter: String?
    /// Packets of the file under way.
    private var packetsOfFile: UInt64 = 0
    private var latest: Int64 = .min
    /// Packets that the system does not have yet.
    private var packetsPending = 0
    private var startOfFile: Int64
    /// What the source had counted when the file under way began, and by now.
    private var countedBefore = InterfaceStatistics()
    private var counted = InterfaceStatistics()
    /// Blocks of the sender of a capture that stand in every file.
    private var carried: [UInt8] = []
    /// Comments that wait for a packet, and the time from which one may carry them.
    private var comments: [(text: String, time: Int64)] = []
    /// Nanoseconds by which packets may come in another order than that of their times.
    private static var disorder: Int64 { 1_000_000 }
    private static var carriedLimit: Int { 1 << 20 }
    /// Octets that are handed over at once.
    private static var chunk: Int { 1 << 18 }

    /// - Throws: `CaptureError` when the file cannot be made.
    init(_ plan: RecordingPlan, program: String, filter: String?, at time: Int64) throws(CaptureError) {
        (self.plan, self.program, self.filter, startOfFile) = (plan, program, filter, time)
        try open(at: time)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    private mutating func open(at time: Int64) throws(CaptureError) {
        number += 1
        let path = plan.name(number, at: time)
        // O_NONBLOCK: opening a pipe that nobody reads would wait for a reader.
        let opened = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK, 0o600)
        guard opened >= 0 else { throw errno == ENXIO ? Self.noFile(path) : Self.failure(path, errno) }
        var status = stat()
        // Safe: fstat fills `status`, which lives through the call. What was there before with another mode becomes private too.
        guard unsafe fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG || (status.st_mode & S_IFMT == S_IFCHR && isatty(opened) == 0) else {
            close(opened)
            throw Self.noFile(path)
        }
        if status.st_mode & S_IFMT == S_IFREG { fchmod(opened, 0o600) }
        (descriptor, written, packetsOfFile, startOfFile, countedBefore, latest) = (opened, 0, 0, time, counted, .min)
        files.append(path)
        pending += PcapngBlocks.sectionHeader(program: program)
        for entry in interfaces { describe(entry.interface, entry.name) }
        pending += carried
        if let keep = plan.keep, plan.rotate != nil {
            while files.count > max(1, keep) {
                Self.delete(files.removeFirst())
                spans.removeFirst()
                isComplete = false
            }
        }
    }

    private mutating func describe(_ interface: CaptureInterface, _ name: String) {
        pending += PcapngBlocks.interfaceDescription(name: name, linkType: interface.linkType, snapLength: interface.snapLength, filter: filter)
    }

    /// Packets come from another interface too.
    mutating func add(_ interface: CaptureInterface, name: String) {
        interfaces.append((interface, name))
        describe(interface, name)
    }

    /// A block that the sender of a capture wrote between its packets.
    /// It stands in every file of a ring, for packets refer to it; of further ones than `carriedLimit` only in the file under way.
    mutating func add(block type: PcapngBlockType, _ body: [UInt8]) {
        guard descriptor >= 0 else { return }       // the disk is full
        let block = PcapngBlocks.block(type, body: body)
        pending += block
        if plan.rotate != nil, carried.count + block.count <= Self.carriedLimit { carried += block }
    }

    /// What the source has counted so far.
    /// - Parameter dropped: packets that the analysis was too slow for; they are in no file either.
    mutating func take(_ statistics: InterfaceStatistics, dropped: Int) {
        counted = statistics
        if dropped > 0 { counted.lostBySystem = (counted.lostBySystem ?? 0) &+ UInt64(dropped) }
    }

    /// Notes `text` on the first packet that is not older than `time`.
    mutating func comment(_ text: String, at time: Int64) { comments.append((text, time)) }

    /// - Throws: `CaptureError` when the disk is full or fails: what was written stays a whole file.
    mutating func write(_ packet: borrowing PacketView) throws(CaptureError) {
        if let limit = plan.rotate, packetsOfFile > 0, written + Int64(pending.count + packet.octets.count + 32) + 512 > limit {
            // Packets that two processors took may come in the other order: neither file's span ends before its last packet, nor
            // begins after its first.
            try finishFile(at: max(packet.record.time, latest), comments: [])
            let (start, isOver) = packet.record.time.subtractingReportingOverflow(Self.disorder)
            try open(at: isOver ? 0 : start)
        }
        let options = packet.options, own = comments.isEmpty ? [] : takeComments(until: packet.record.time)
        PcapngBlocks.append(
            packet: packet, interface: UInt32(clamping: packet.record.interface), options: options.copyable, comments: own, to: &pending)
        packetsOfFile += 1
        packetsPending += 1
        latest = max(latest, packet.record.time)
        if pending.count >= Self.chunk { try flush() }
    }

    /// Notes that time has passed without a packet, or what is said, with what was counted until now.
    mutating func note(_ text: String, at time: Int64) throws(CaptureError) {
        try statistics(at: time, comments: [text])
    }

    /// Writes comments that wait, where no packet comes to carry them.
    mutating func noteWaiting(at time: Int64) throws(CaptureError) {
        guard !comments.isEmpty, !interfaces.isEmpty else { return }
        try statistics(at: time, comments: takeComments(until: .max))
    }

    private mutating func takeComments(until time: Int64) -> [String] {
        let due = comments.filter { $0.time <= time }.map(\.text)
        comments.removeAll { $0.time <= time }
        return due
    }

    private mutating func statistics(at time: Int64, comments: [String]) throws(CaptureError) {
        guard !interfaces.isEmpty else { return }
        // The source counts all of its interfaces together: the first one stands for them.
        pending += PcapngBlocks.statistics(countedOfFile(until: time), interface: 0, at: time, comments: comments)
        if pending.count >= Self.chunk { try flush() }
    }

    private func countedOfFile(until time: Int64) -> InterfaceStatistics {
        func difference(_ now: UInt64?, _ before: UInt64?) -> UInt64? { now.map { $0 &- min($0, before ?? 0) } }
        var own = InterfaceStatistics()
        (own.start, own.end) = (files.count == 1 && number == 1 ? counted.start ?? startOfFile : startOfFile, time)
        own.received = difference(counted.received, countedBefore.received)
        own.lostByInterface = difference(counted.lostByInterface, countedBefore.lostByInterface)
        own.lostBySystem = difference(counted.lostBySystem, countedBefore.lostBySystem)
        own.delivered = packetsOfFile
        return own
    }

    /// Ends the file under way.
    private mutating func finishFile(at time: Int64, comments: [String]) throws(CaptureError) {
        spans.append(ObservedSpan(start: countedOfFile(until: time).start ?? startOfFile, end: time))
        try statistics(at: time, comments: comments)
        var span = InterfaceStatistics()
        (span.start, span.end) = (countedOfFile(until: time).start, time)
        for number in interfaces.indices.dropFirst() {
            pending += PcapngBlocks.statistics(span, interface: UInt32(number), at: time, comments: [])
        }
        try flush()
        close(descriptor)
        descriptor = -1
    }

    /// Ends the recording.
    mutating func finish(at time: Int64) throws(CaptureError) {
        if descriptor >= 0 { try finishFile(at: time, comments: takeComments(until: .max)) }
    }

    /// Hands everything to the system.
    mutating func flush() throws(CaptureError) {
        guard descriptor >= 0, !pending.isEmpty else { return }
        var done = 0
        let count = pending.count
        while done < count {
            // Safe: `done` stays below the array's count.
            let put = unsafe pending.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress?.advanced(by: done), count - done) }
            if put < 0, errno == EINTR { continue }
            guard put > 0 else {
                let code = put < 0 ? errno : ENOSPC
                let lost = packetsPending - cutToWhole(done)
                var failure = Self.failure(files.last ?? plan.path, code)
                if lost > 0 { failure.description += "; the last \(lost) packets that were analysed are not in it" }
                throw failure
            }
            done += put
        }
        written += Int64(count)
        packetsPending = 0
        pending.removeAll(keepingCapacity: true)
    }

    /// The system took `done` of the octets that wait: the file ends with the last block among them that is whole.
    /// - Returns: packets among these blocks.
    private mutating func cutToWhole(_ done: Int) -> Int {
        var end = 0, packets = 0
        while end + 8 <= done {
            let length = (0..<4).reduce(0) { $0 | Int(pending[end + 4 + $1]) << ($1 * 8) }
            guard length >= 12, end + length <= done else { break }
            if pending[end] == UInt8(PcapngBlockType.enhancedPacket.rawValue), pending[end + 1] == 0, pending[end + 2] == 0, pending[end + 3] == 0 { packets += 1 }
            end += length
        }
        ftruncate(descriptor, off_t(written) + off_t(end))
        close(descriptor)
        descriptor = -1
        pending = []
        return packets
    }

    /// Deletes a file of a recording.
    static func delete(_ path: String) { _ = unsafe unlink(path) }

    /// Whoever reads a pipe slowly would hold up the capture, and what it took cannot be read again.
    private static func noFile(_ path: String) -> CaptureError {
        CaptureError(.usage, "\(path): no regular file; a recording needs one: -w run.pcapng")
    }

    private static func failure(_ path: String, _ code: CInt) -> CaptureError {
        switch code {
        case EACCES, EPERM, EROFS:
            CaptureError(.noPermission, "\(path): cannot be written: \(CaptureError.systemMessage(code)); choose a folder of your own"
                + (geteuid() == 0 && code != EROFS ? ": capturing gives up root's right to write into those of others (CAP_DAC_OVERRIDE)" : ""))
        case ENOSPC, EDQUOT: CaptureError(.inputOutput, "\(path): the disk is full; the file ends with its last whole packet")
        default: CaptureError(.inputOutput, "\(path): cannot be written: \(CaptureError.systemMessage(code))")
        }
    }
}
