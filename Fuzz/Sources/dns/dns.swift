import TrafficCore

/// One DNS message as carried by UDP.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.dns(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
