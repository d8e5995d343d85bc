import TrafficCore

/// The reader of pcap files, each packet decoded as far as its link type allows.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.pcap(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
