import TrafficCore

/// The bytes of a TCP connection, one direction or both in turn, whole and in pieces, as TLS records and handshake messages.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.tls(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
