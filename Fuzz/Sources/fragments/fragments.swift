import TrafficCore

/// Fragments of IP datagrams, in any order, overlapping as they like.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.fragments(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
