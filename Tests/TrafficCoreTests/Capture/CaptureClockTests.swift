import PacketForge
import Testing

@testable import TrafficCore

@Suite struct CaptureClockTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var resolution: UInt8
        var ticks: UInt64
        var offset: Int64?
        var nanoseconds: Int64
        var testDescription: String { "tsresol \(resolution), \(ticks) ticks, tsoffset \(offset.map(String.init) ?? "none")" }
    }
    static let cases = [
        Case(resolution: 0, ticks: 1_700_000_000, nanoseconds: 1_700_000_000_000_000_000),
        Case(resolution: 3, ticks: 1_700_000_000_123, nanoseconds: 1_700_000_000_123_000_000),
        Case(resolution: 6, ticks: 1_700_000_000_123_456, nanoseconds: 1_700_000_000_123_456_000),
        Case(resolution: 9, ticks: 1_700_000_000_123_456_789, nanoseconds: 1_700_000_000_123_456_789),
        Case(resolution: 10, ticks: 12_345_678_919, nanoseconds: 1_234_567_891),
        Case(resolution: 12, ticks: 1_000_000_999_999, nanoseconds: 1_000_000_999),
        Case(resolution: 19, ticks: 10_000_000_000_000_000_000, nanoseconds: 1_000_000_000),
        Case(resolution: 0x80, ticks: 1_700_000_000, nanoseconds: 1_700_000_000_000_000_000),
        Case(resolution: 0x81, ticks: 3, nanoseconds: 1_500_000_000),
        Case(resolution: 0x8a, ticks: 1024 * 5 + 1, nanoseconds: 5_000_976_562),
        Case(resolution: 0x94, ticks: 1 << 20, nanoseconds: 1_000_000_000),
        Case(resolution: 0xa0, ticks: 1_700_000_000 << 32 | 1 << 31, nanoseconds: 1_700_000_000_500_000_000),
        Case(resolution: 0xbf, ticks: 1 << 63, nanoseconds: 1_000_000_000),
        Case(resolution: 0xbf, ticks: .max, nanoseconds: 1_999_999_999),
        // Beyond 64 bits of nanoseconds: the last or the first moment, never a wrong one.
        Case(resolution: 0, ticks: .max, nanoseconds: .max),
        Case(resolution: 6, ticks: .max, nanoseconds: .max),
        Case(resolution: 9, ticks: .max, nanoseconds: .max),
        Case(resolution: 0x80, ticks: .max, nanoseconds: .max),
        Case(resolution: 6, ticks: 5_000_000, offset: 1_700_000_000, nanoseconds: 1_700_000_005_000_000_000),
        Case(resolution: 6, ticks: 5_000_000, offset: -7, nanoseconds: -2_000_000_000),
        Case(resolution: 9, ticks: 1, offset: .max, nanoseconds: .max),
        Case(resolution: 9, ticks: .max, offset: .max, nanoseconds: .max),
        Case(resolution: 9, ticks: 0, offset: .min, nanoseconds: .min),
    ]

    @Test(arguments: cases, ForgedOrder.allCases) func converts(_ c: Case, _ order: ForgedOrder) {
        let ng = ForgedPcapng(order: order)
        let result = readCapture(
            ng.section() + ng.interface(resolution: c.resolution, offset: c.offset) + ng.enhanced(sampleFrames(1)[0], ticks: c.ticks))
        #expect(result.times == [c.nanoseconds])
        #expect(result.error == nil)
    }

    @Test("the whole tick range gives times that never run backwards", arguments: [0, 6, 9, 10, 19, 0x80, 0x8a, 0xa0, 0xbf] as [UInt8])
    func monotone(_ resolution: UInt8) throws {
        let clock = try #require(CaptureClock(resolution: resolution))
        var random = SplitMix64(seed: UInt64(resolution))
        var before = Int64.min, ticks = (0..<2000).map { _ in random.next() >> UInt64.random(in: 0...63, using: &random) }
        ticks.sort()
        for tick in ticks {
            let time = clock.nanoseconds(tick)
            #expect(time >= before && time >= 0)
            before = time
        }
    }

    @Test("resolutions that no clock has keep microseconds", arguments: [20, 0x7f, 0xc0, 0xff] as [UInt8])
    func absurdResolution(_ resolution: UInt8) {
        #expect(CaptureClock(resolution: resolution) == nil)
        let ng = ForgedPcapng()
        #expect(readCapture(ng.section() + ng.interface(resolution: resolution) + ng.enhanced(sampleFrames(1)[0], ticks: 2)).times == [2000])
    }
}
