import Glibc

extension OutputSpan<UInt8> {
    /// Appends all of `octets` by the C library's memcpy: pieces of a row are copied, not walked.
    @inline(__always)
    mutating func append(octets: Span<UInt8>) {
        let length = octets.count
        guard length > 0 else { return }
        precondition(length <= freeCapacity)
        unsafe withUnsafeMutableBufferPointer { buffer, count in
            unsafe octets.withUnsafeBufferPointer { source in
                guard let to = buffer.baseAddress, let from = source.baseAddress else { return }
                // Safe: `length` octets are free behind the `count` that are initialised, and as many are in `octets`.
                unsafe memcpy(to + count, from, length)
            }
            count += length
        }
    }
}
