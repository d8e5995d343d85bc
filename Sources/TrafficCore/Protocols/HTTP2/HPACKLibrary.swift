import CNGHTTP2

// Header compression of HTTP/2 (RFC 7541), by nghttp2. The only file that calls it.

/// The decoder of one direction of a connection: its dynamic table lives as long as the connection.
@safe final class HPACKDecoder {
    private let inflater: OpaquePointer

    /// Octets of names and values that one block may expand to: a header list that servers still take has 64 KiB or less.
    private static var largestList: Int { 1 << 18 }

    /// Nil when there is no memory for it.
    init?() {
        var made: OpaquePointer?
        // Safe: nghttp2 writes a pointer to what it allocated into `made`, and says whether it did.
        guard unsafe nghttp2_hd_inflate_new(&made) == 0, let inflater = unsafe made else { return nil }
        unsafe self.inflater = inflater
    }

    // Safe: the inflater was made by nghttp2 and is released once, by its only owner.
    deinit { unsafe nghttp2_hd_inflate_del(inflater) }

    /// Unpacks a whole header block; `field` gets each name and value, in order. Returns false when the block is damaged:
    /// then the table no longer follows the sender's, and nothing more of the direction can be read.
    func decode(_ block: Span<UInt8>, _ field: (_ name: Span<UInt8>, _ value: Span<UInt8>) -> Void) -> Bool {
        var position = 0, expanded = 0
        while true {
            var entry = unsafe nghttp2_nv(), flags: CInt = 0
            let rest = block.extracting(position..<block.count)
            // Safe: nghttp2 reads the span's own count of octets and keeps none of them.
            let used = unsafe rest.withUnsafeBufferPointer { unsafe nghttp2_hd_inflate_hd2(inflater, &entry, &flags, $0.baseAddress, $0.count, 1) }
            guard used >= 0, used <= rest.count else { return false }
            position += used
            if flags & CInt(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 {
                let (names, values) = unsafe (Int(entry.namelen), Int(entry.valuelen))
                expanded += names + values + 32
                guard expanded <= Self.largestList else { return false }
                // Safe: nghttp2 lends name and value until its next call; the spans end before that.
                unsafe field(
                    Span(_unsafeElements: UnsafeBufferPointer(start: entry.name, count: names)),
                    Span(_unsafeElements: UnsafeBufferPointer(start: entry.value, count: values)))
            }
            if flags & CInt(NGHTTP2_HD_INFLATE_FINAL.rawValue) != 0 {
                // Safe: ends the block, so that the next one can begin.
                return unsafe nghttp2_hd_inflate_end_headers(inflater) == 0
            }
            if used == 0, flags & CInt(NGHTTP2_HD_INFLATE_EMIT.rawValue) == 0 { return false }
        }
    }
}
