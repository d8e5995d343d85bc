import TrafficCore

/// The files of a study: study.yaml, markers, a list of destinations.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.study(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
