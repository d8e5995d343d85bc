import TrafficCore

/// The bytes of one direction of a TCP connection, as TLS records and handshake messages.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.tls(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
