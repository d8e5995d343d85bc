import TrafficCore

/// The bytes of an HTTP/2 connection behind its preface, both directions in turn, whole and in pieces.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.http2(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
