import TrafficCore

/// Stored profiles, baseline files, claims and manifests.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.profiles(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
