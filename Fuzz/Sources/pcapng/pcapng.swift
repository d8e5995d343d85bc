import TrafficCore

/// The reader of pcapng files: blocks, options, several sections and interfaces.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.pcapng(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
