import Glibc

// Copies and searches of borrowed octets by the C library's memcpy and memchr, through the standard library's buffers: octet by octet they cost
// more than the parsing that they are for.

extension Span where Element == UInt8 {
    /// A copy, for what must outlive the packet.
    func copied() -> [UInt8] {
        // Safe: the buffer is used only inside the closure, where the span lives.
        unsafe withUnsafeBufferPointer { unsafe Array($0) }
    }

    /// Eight octets as one number in the machine's order: one check where `u64(at:)` has eight.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset <= count - 8)
        // Safe: the precondition bounds the load, and every pattern of bits is a number.
        return unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
    }

    /// Where `octet` first occurs at or behind `start`; nil when it does not.
    func firstIndex(of octet: UInt8, from start: Int) -> Int? {
        guard start >= 0, start < count else { return nil }
        // Safe: memchr looks at `count - start` octets from `start`, all inside the span.
        return unsafe withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, let found = unsafe memchr(base + start, CInt(octet), buffer.count - start) else { return nil }
            return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
        }
    }

    /// The octets as text; invalid UTF-8 becomes U+FFFD.
    var decodedText: String {
        unsafe withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

extension [UInt8] {
    /// Appends borrowed octets.
    mutating func append(copying octets: Span<UInt8>) {
        // Safe: as above.
        unsafe octets.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
