import Glibc

// Writing octets one after the other. A flow record has some hundred appends: an `Array` checks for a copy at each of
// them, and an `OutputSpan` is written into through a closure, and a closure that captures a flow record copies it.
// The only file of this module that handles addresses.

/// A row under way: memory of its own, reused from row to row, that grows as it must. It writes nothing past its end.
@safe struct OctetRow: ~Copyable {
    private var memory: UnsafeMutableRawPointer
    private var next: UnsafeMutableRawPointer
    private var end: UnsafeMutableRawPointer
    /// Octets behind `end` that may be overwritten: short pieces are copied in whole blocks.
    fileprivate static var slack: Int { 32 }

    init(capacity: Int = 8192) {
        unsafe memory = .allocate(byteCount: capacity + Self.slack, alignment: 32)
        unsafe (next, end) = (memory, memory + capacity)
    }

    deinit { unsafe memory.deallocate() }

    /// Octets written since the row began.
    var count: Int { unsafe next - memory }

    /// Appends the row, from its `start`th octet on, to `buffer` and begins another.
    mutating func move(from start: Int = 0, to buffer: inout [UInt8]) {
        precondition(start >= 0 && start <= count)
        // Safe: `count` octets from `memory` on are written.
        unsafe buffer.append(contentsOf: UnsafeRawBufferPointer(start: memory + start, count: count - start))
        unsafe next = memory
    }

    /// Makes sure that `length` octets are free.
    @inline(__always)
    private mutating func reserve(_ length: Int) {
        if unsafe length > end - next { grow(length) }
    }

    @inline(never)
    private mutating func grow(_ length: Int) {
        let used = count, capacity = 2 * (used + length)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity + Self.slack, alignment: 32)
        // Safe: `used` octets are written in the old memory, and the new one is larger.
        unsafe larger.copyMemory(from: memory, byteCount: used)
        unsafe memory.deallocate()
        unsafe (memory, next, end) = (larger, larger + used, larger + capacity)
    }

    @inline(__always)
    mutating func append(_ octet: UInt8) {
        reserve(1)
        unsafe next.storeBytes(of: octet, as: UInt8.self)
        unsafe next += 1
    }

    @inline(__always)
    mutating func append(octets: Span<UInt8>) {
        let length = octets.count
        reserve(length)
        unsafe octets.withUnsafeBytes { source in
            guard let from = source.baseAddress else { return }
            // Safe: `length` octets are in `octets`, and as many are free before `end`.
            unsafe memcpy(next, from, length)
        }
        unsafe next += length
    }

    /// Appends octets of this row once more: those from `range.lowerBound` on, counted from its beginning.
    @inline(__always)
    mutating func append(again range: Range<Int>) {
        let length = range.count
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        reserve(length)
        // Safe: the range was written, and ends before `next`, where `length` octets are free.
        unsafe memcpy(next, memory + range.lowerBound, length)
        unsafe next += length
    }

    /// Appends `length` octets of a table from `start` on; the table has `slack` octets behind its last piece.
    @inline(__always)
    fileprivate mutating func append(_ table: Span<UInt8>, from start: Int, length: Int) {
        precondition(length >= 0 && length <= Self.slack && start >= 0 && start <= table.count - Self.slack)
        reserve(length)
        // Safe: both sides have `slack` octets from here: the table by the check above, the row behind its end.
        unsafe table.withUnsafeBytes { source in
            unsafe next.storeBytes(of: source.loadUnaligned(fromByteOffset: start, as: SIMD32<UInt8>.self), as: SIMD32<UInt8>.self)
        }
        unsafe next += length
    }

    @inline(__always)
    mutating func append(text: StaticString) {
        let length = text.utf8CodeUnitCount
        reserve(length)
        // Safe: a static string's own octets, and as many are free before `end`.
        unsafe memcpy(next, text.utf8Start, length)
        unsafe next += length
    }

    /// Decimal digits of `value`.
    @inline(__always)
    mutating func append(decimal value: UInt) {
        if value < 10 {
            append(0x30 &+ UInt8(truncatingIfNeeded: value))
        } else {
            appendLong(value)
        }
    }

    /// Two digits at a time, from the last.
    @inline(never)
    private mutating func appendLong(_ value: UInt) {
        var count = 2, limit: UInt = 100
        while count < 19, value >= limit {
            count += 1
            limit &*= 10        // at most 10^19, which fits
        }
        if value >= 10_000_000_000_000_000_000 { count = 20 }
        append(decimal: value, digits: count)
    }

    /// The last `digits` decimal digits of `value`, leading zeros too; at most 20.
    @inline(__always)
    mutating func append(decimal value: UInt, digits: Int) {
        precondition((0...20).contains(digits))
        reserve(digits)
        var rest = value, place = digits
        while place >= 2 {
            place -= 2
            let above = rest / 100, pair = rest &- above &* 100, tens = pair / 10
            // Safe: `place + 1` is below `digits`, and as many octets are free.
            unsafe next.storeBytes(of: 0x3030 &+ UInt16(truncatingIfNeeded: tens | (pair &- tens &* 10) << 8), toByteOffset: place, as: UInt16.self)
            rest = above
        }
        if place == 1 { unsafe next.storeBytes(of: 0x30 &+ UInt8(truncatingIfNeeded: rest % 10), as: UInt8.self) }
        unsafe next += digits
    }

    /// Appends octets of `text` from `start` on, as long as they stand for themselves in JSON (printable ASCII, neither
    /// quotation mark nor backslash); returns where it stopped.
    @inline(__always)
    mutating func append(plain text: Span<UInt8>, from start: Int) -> Int {
        let count = text.count
        precondition(start >= 0 && start <= count)
        reserve(count - start)
        var index = start
        unsafe text.withUnsafeBytes { source in
            // Safe: eight octets are read and written only where eight are left in `text`, for which there is room.
            while index + 8 <= count {
                let word = unsafe source.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                guard OctetRow.isPlain(word) else { break }
                unsafe next.storeBytes(of: word, as: UInt64.self)
                unsafe next += 8
                index += 8
            }
            while index < count {
                let octet = unsafe source[index]
                guard octet >= 0x20, octet < 0x7f, octet != 0x22, octet != 0x5c else { break }
                unsafe next.storeBytes(of: octet, as: UInt8.self)
                unsafe next += 1
                index += 1
            }
        }
        return index
    }

    /// Whether all eight octets of `word` are printable ASCII other than `"` and `\`. By Mycroft's test for a zero octet,
    /// which may only err towards "no" behind an octet that is one: then the octets are looked at one by one.
    @inline(__always)
    private static func isPlain(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101, tops: UInt64 = 0x8080_8080_8080_8080
        let quote = word ^ 0x2222_2222_2222_2222, backslash = word ^ 0x5c5c_5c5c_5c5c_5c5c, delete = word ^ 0x7f7f_7f7f_7f7f_7f7f
        let low = (word &- 0x2020_2020_2020_2020) & ~word
        let zeros = ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | ((delete &- ones) & ~delete)
        return (word | low | zeros) & tops == 0
    }
}

/// Constant pieces of text as octets, one after the other: taking one costs two loads, where a string literal costs
/// a call to find its octets. A piece has at most 32 octets.
struct OctetTable: Sendable {
    private let octets: [UInt8]
    /// Where each piece ends; it begins where the one before ends.
    private let ends: [Int]

    init(_ pieces: [String]) {
        var octets: [UInt8] = [], ends: [Int] = [0]
        for piece in pieces {
            precondition(piece.utf8.count <= OctetRow.slack)
            octets += Array(piece.utf8)
            ends.append(octets.count)
        }
        octets += [UInt8](repeating: 0, count: OctetRow.slack)
        (self.octets, self.ends) = (octets, ends)
    }

    /// Borrowed once a row: going through the table itself would retain its two arrays for every piece.
    var pieces: OctetPieces {
        @_lifetime(borrow self) get { OctetPieces(octets: octets.span, ends: ends.span) }
    }
}

/// The pieces of an `OctetTable`.
struct OctetPieces: ~Escapable {
    private let octets: Span<UInt8>
    private let ends: Span<Int>

    @_lifetime(copy octets, copy ends) @inline(__always)
    init(octets: Span<UInt8>, ends: Span<Int>) { (self.octets, self.ends) = (octets, ends) }

    @inline(__always)
    func append(_ index: Int, to output: inout OctetRow) {
        let start = ends[index]
        output.append(octets, from: start, length: ends[index + 1] - start)
    }
}
