import Glibc

/// The octets of a file, a window at a time: one buffer, filled by `read(2)`, whose unread tail moves to the front.
/// `mmap` costs 1.4 times the CPU of this and counts the whole file into the peak memory (SWIFT-PERFORMANCE.md §2).
@safe struct CaptureBuffer: ~Copyable {
    private let descriptor: CInt
    private let ownsDescriptor: Bool
    private var memory: UnsafeMutableRawBufferPointer
    /// Unread octets are `memory[position..<end]`.
    private(set) var position = 0
    private(set) var end = 0
    /// File offset of `memory[0]`.
    private var base: Int64 = 0
    private(set) var atEnd = false
    /// Asked at the end of what is there: whether to wait for more.
    private let waiting: (@Sendable () -> Bool)?
    /// A connection that gives nothing for now says so by itself; its end is the end.
    private let isConnection: Bool

    static var chunk: Int { 1 << 18 }
    /// Between two looks at a file that is being written, microseconds.
    private static var patience: useconds_t { 100_000 }

    init(descriptor: CInt, owned: Bool, size: Int = CaptureBuffer.chunk, waiting: (@Sendable () -> Bool)? = nil, isConnection: Bool = false) {
        (self.descriptor, ownsDescriptor, self.waiting, self.isConnection) = (descriptor, owned, waiting, isConnection)
        unsafe memory = .allocate(byteCount: size, alignment: 16)
    }

    deinit {
        unsafe memory.deallocate()
        if ownsDescriptor { close(descriptor) }
    }

    /// Unread octets that are in memory.
    @inline(__always) var available: Int { end - position }
    /// File offset of the next unread octet.
    var offset: Int64 { base + Int64(position) }

    /// Brings at least `count` unread octets into memory, if the file has them; `false` where it ends before.
    @inline(__always)
    mutating func require(_ count: Int) throws(CaptureReadFailure) -> Bool {
        available >= count ? true : try fill(count)
    }

    /// Brings up to `count` unread octets into memory without waiting for more than there is.
    mutating func lookAhead(_ count: Int) throws(CaptureReadFailure) {
        guard waiting == nil, available < count else { return }
        _ = try fill(count)
    }

    @inline(never)
    private mutating func fill(_ count: Int) throws(CaptureReadFailure) -> Bool {
        if unsafe count > memory.count - position { makeRoom(for: count) }
        while available < count, !atEnd {
            // Safe: `end` never exceeds `memory.count`, which `makeRoom` keeps above `position + count`.
            let got = unsafe read(descriptor, memory.baseAddress?.advanced(by: end), memory.count - end)
            if got < 0 {
                if errno == EINTR { continue }
                guard isConnection, errno == EAGAIN, let waiting else { throw CaptureReadFailure(code: errno) }
                if waiting() { continue }
                atEnd = true
                break
            }
            if got == 0 {
                guard !isConnection, let waiting, waiting() else {
                    atEnd = true
                    break
                }
                usleep(Self.patience)
            }
            end += got
            // Somebody may send without a pause what is no packet.
            if isConnection, let waiting, !waiting() { atEnd = true }
        }
        return available >= count
    }

    /// Moves the unread tail to the front; grows where a single record is larger than the buffer.
    private mutating func makeRoom(for count: Int) {
        if unsafe count > memory.count {
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: count + Self.chunk, alignment: 16)
            unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[position..<end]))
            unsafe memory.deallocate()
            unsafe memory = larger
        } else if position > 0 {
            // Safe: both ranges lie inside `memory`, and copyMemory allows them to overlap.
            unsafe memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[position..<end]))
        }
        base += Int64(position)
        end -= position
        position = 0
    }

    /// Drops `count` octets that were required before.
    @inline(__always)
    mutating func skip(_ count: Int) { position = min(end, position + count) }

    /// Drops octets that may not be in memory; `false` where the file ends before.
    mutating func skipBeyond(_ count: Int64) throws(CaptureReadFailure) -> Bool {
        var left = count
        while left > 0 {
            let step = Int(min(left, Int64(Self.chunk)))
            guard try require(step) else {
                skip(available)
                return false
            }
            skip(step)
            left -= Int64(step)
        }
        return true
    }

    /// A 32-bit field at `index` octets behind the read position, in the machine's (little-endian) order.
    @inline(__always)
    func u32(_ index: Int) -> UInt32 {
        precondition(index >= 0 && position + index + 4 <= end)
        // Safe: the precondition bounds the load.
        return unsafe UInt32(littleEndian: memory.loadUnaligned(fromByteOffset: position + index, as: UInt32.self))
    }

    /// Four 32-bit fields at the read position, in the machine's order: the header of a pcap record.
    @inline(__always)
    var fourU32: (UInt32, UInt32, UInt32, UInt32) {
        precondition(end - position >= 16)
        // Safe: the precondition bounds the load.
        let fields = unsafe memory.loadUnaligned(fromByteOffset: position, as: SIMD4<UInt32>.self)
        return (UInt32(littleEndian: fields[0]), UInt32(littleEndian: fields[1]), UInt32(littleEndian: fields[2]), UInt32(littleEndian: fields[3]))
    }

    @inline(__always)
    func u16(_ index: Int) -> UInt16 {
        precondition(index >= 0 && position + index + 2 <= end)
        return unsafe UInt16(littleEndian: memory.loadUnaligned(fromByteOffset: position + index, as: UInt16.self))
    }

    /// `count` octets from `start` in memory, lent until the next change of the buffer.
    @inline(__always) @_lifetime(borrow self)
    func octets(at start: Int, count: Int) -> Span<UInt8> {
        precondition(start >= 0 && count >= 0 && start <= end - count)
        // Safe: the precondition keeps the range inside initialised memory; the span borrows the buffer, so the memory
        // cannot move or be freed while it lives.
        let span = unsafe Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(rebasing: memory[start..<start + count]))
        return unsafe _overrideLifetime(span, borrowing: self)
    }
}

/// `read(2)` failed with this `errno`.
struct CaptureReadFailure: Error { var code: CInt }
