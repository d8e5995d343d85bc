import TrafficCore

/// Files that say which app is which, beside a capture.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.appMap(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
