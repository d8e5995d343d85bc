import TrafficCore

/// A port, then datagrams of both sides of a UDP flow, in turn: calls, QUIC and what else detection knows.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.call(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
