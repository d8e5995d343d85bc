import TrafficCore

/// One Ethernet frame through the packet decoder.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.packet(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
