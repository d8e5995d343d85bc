import TrafficCore

/// One packet of any link type through the decoder and the engine; a frame to one receiver is Ethernet as it stands.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.packet(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
