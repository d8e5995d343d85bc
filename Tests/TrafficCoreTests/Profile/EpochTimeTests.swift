import Testing

@testable import TrafficCore

@Suite struct EpochTimeTests {
    /// Text and nanoseconds; expected values by `date -u -d TEXT +%s`, and RFC 3339 §5.8's own examples.
    static let cases: [(String, Int64?)] = [
        ("1970-01-01T00:00:00Z", 0),
        ("1985-04-12T23:20:50.52Z", 482_196_050_520_000_000),
        ("1996-12-19T16:39:57-08:00", 851_042_397_000_000_000),
        ("1990-12-31T23:59:60Z", 662_688_000_000_000_000),
        ("1937-01-01T12:00:27.87+00:20", -1_041_337_172_130_000_000),
        ("2020-07-10T14:03:22.123456789+02:00", 1_594_382_602_123_456_789),
        ("2020-07-10t14:03:22z", 1_594_389_802_000_000_000),
        ("2020-07-10 14:03:22Z", 1_594_389_802_000_000_000),
        ("2024-02-29T00:00:00Z", 1_709_164_800_000_000_000),
        ("2020-07-10T14:03:22.1234567891Z", 1_594_389_802_123_456_789),
        ("2020-07-10T14:03:22", nil), ("2020-07-10", nil), ("", nil), ("2023-02-29T00:00:00Z", nil), ("2020-13-01T00:00:00Z", nil),
        ("2020-07-10T24:00:00Z", nil), ("2020-07-10T14:03:22.Z", nil), ("2020-07-10T14:03:22+2:00", nil), ("2020-07-10T14:03:22Zx", nil),
        ("9999-01-01T00:00:00Z", nil), ("+020-07-10T14:03:22Z", nil),
    ]

    @Test(arguments: cases) func reads(_ text: String, _ expected: Int64?) {
        #expect(EpochTime.nanoseconds(rfc3339: text) == expected)
    }

    @Test("seconds keep their microseconds; what 64 bits cannot hold is nothing")
    func seconds() {
        #expect(EpochTime.nanoseconds(seconds: 1_795_647_653.106396).map { ($0 + 500) / 1000 } == 1_795_647_653_106_396)
        #expect(EpochTime.nanoseconds(seconds: -0.5) == -500_000_000)
        #expect(EpochTime.nanoseconds(seconds: 1e12) == nil)
        #expect(EpochTime.nanoseconds(seconds: .nan) == nil)
    }
}
