import TrafficCore

/// Lists of apps' connections.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.connections(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
