import TrafficCore

/// Files of destination lists, in their publishers' forms.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.lists(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
