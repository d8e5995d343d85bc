import Testing

@testable import TrafficCore

@Suite struct NTPTests {
    static func packet(_ first: UInt8, stratum: UInt8 = 0, count: Int = 48) -> [UInt8] {
        [first, stratum, 6, 0xec] + [UInt8](repeating: 0, count: max(0, count - 5)) + [1]
    }

    @Test("mode and version", arguments: [
        ([UInt8](repeating: 0, count: 0), nil), (packet(0x23), "NTP 4"), (packet(0x1b), "NTP 3"), (packet(0x24, stratum: 2), "NTP 4"), (packet(0x23, count: 68), "NTP 4"),
        (packet(0x23, count: 47), nil), (packet(0x03), nil), (packet(0x27), nil), (packet(0x24, stratum: 17), nil), ([0x24, 2, 6, 0xec] + [UInt8](repeating: 0, count: 44), nil),
    ] as [([UInt8], String?)])
    func reads(octets: [UInt8], version: String?) {
        var facts = FlowFacts()
        let result = facts.readNTP(octets.span)
        #expect((result != nil) == (version != nil) && facts.version == version)
    }
}
