import TrafficCore

/// A port, then the bytes of a TCP connection, both directions in turn, whole and in pieces, as any protocol.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.stream(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
