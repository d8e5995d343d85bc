import TrafficCore

/// Markers: NDJSON, CSV, logcat, usage statistics, packet comments.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.markers(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
