// Copies of borrowed octets by the C library's memcpy, through the standard library's buffers: octet by octet they cost
// more than the parsing that they are for.

extension Span where Element == UInt8 {
    /// A copy, for what must outlive the packet.
    func copied() -> [UInt8] {
        // Safe: the buffer is used only inside the closure, where the span lives.
        unsafe withUnsafeBufferPointer { unsafe Array($0) }
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
