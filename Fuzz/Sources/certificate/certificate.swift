import TrafficCore

/// A certificate in DER.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.certificate(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
