import TrafficCore

/// The bytes of one direction of a TCP connection, as HTTP/1.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.http1(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
