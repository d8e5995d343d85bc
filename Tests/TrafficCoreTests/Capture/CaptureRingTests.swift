import Testing

@testable import TrafficCore

@Suite struct CaptureRingTests {
    private func groups(_ paths: [String], given: String? = nil, joins: Bool = false) -> [[String]] {
        CaptureRing.captures(paths.map { CapturePath(path: $0, given: given ?? $0) }, joins: joins).map { $0.map(\.path) }
    }

    @Test("the files of a ring are one capture: consecutive numbers under one name")
    func ring() {
        let ring = ["r/wlan_00009_20260101120000.pcapng", "r/wlan_00010_20260101120100.pcapng", "r/wlan_00011_20260101120200.pcapng"]
        #expect(groups(ring) == [ring])
        #expect(groups(ring, given: "r") == [ring])
        #expect(groups(["a_20260101120000_00001.pcap.gz", "a_20260101120100_00002.pcap.gz"]).count == 1)
    }

    @Test("another run, another name, another ending or a missing file begins another capture", arguments: [
        ["w_00001_20260101120000.pcap", "w_00001_20260102120000.pcap"], ["w_00001_20260101120000.pcap", "w_00003_20260101120200.pcap"],
        ["w_00001_20260101120000.pcap", "v_00002_20260101120200.pcap"], ["w_00001_20260101120000.pcap", "w_00002_20260101120200.pcapng"],
        ["w_1_20260101120000.pcap", "w_2_20260101120200.pcap"], ["w_00001_2026.pcap", "w_00002_2026.pcap"], ["run1.pcap", "run2.pcap"],
    ]) func others(_ paths: [String]) {
        #expect(groups(paths) == paths.map { [$0] })
    }

    @Test("joined: what lies in one folder, and what was given by itself; never standard input or a connection")
    func joined() {
        #expect(groups(["a.pcap", "x/b.pcap"], joins: true) == [["a.pcap", "x/b.pcap"]])
        #expect(groups(["d/p/1.pcap", "d/p/2.pcap", "d/q/1.pcap"], given: "d", joins: true) == [["d/p/1.pcap", "d/p/2.pcap"], ["d/q/1.pcap"]])
        #expect(groups(["-", "tcp://h:1", "a.pcap"], joins: true) == [["-"], ["tcp://h:1"], ["a.pcap"]])
    }

    @Test("the number is no part of the app's name")
    func name() {
        #expect(CaptureRing.nameWithoutNumber("r/tiktok_00001_20260101120000.pcapng") == "r/tiktok.pcapng")
        #expect(CaptureRing.nameWithoutNumber("r/tiktok_1.pcapng") == "r/tiktok_1.pcapng")
        let catalog = AppCatalog(), path = "tiktok_00001_20260101120000.pcap"
        let capture = LabelledCapture([CapturePath(path: path, given: path)], app: nil, catalog: catalog)
        #expect(capture.app?.id == LabelledCapture([CapturePath(path: "tiktok.pcap", given: "tiktok.pcap")], app: nil, catalog: catalog).app?.id)
    }
}
