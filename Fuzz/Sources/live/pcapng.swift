import TrafficCore

/// What a program sends as a live capture: what is told of it, and what is recorded.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.live(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
