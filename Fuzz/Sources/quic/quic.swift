import TrafficCore

/// One UDP datagram of a QUIC client: header, Initial decryption; or the frames of an Initial: CRYPTO, ClientHello.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.quic(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
