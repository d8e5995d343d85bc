import TrafficCore

/// What a tunnel carries, header and all; the first octet chooses the tunnel.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.tunnel(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
