import Testing

@testable import TrafficCore

@Suite struct WhatsAppTests {
    @Test(arguments: [
        ([0x57, 0x41, 6, 3, 0, 0, 0x24, 0x12], true), ([0x57, 0x41, 1, 5, 0, 0, 0x1a], true), ([0x57, 0x41, 0x52, 0x4e, 0x49, 0x4e, 0x47], false),
        ([0x45, 0x44, 0, 1, 0, 0, 4, 8, 5, 8, 2, 0x57, 0x41, 2, 1, 0, 0, 0xee], true), ([0x45, 0x44, 0, 1, 0, 0, 4, 8, 5, 8, 2, 0x47, 0x45], false),
        ([0x57, 0x41, 6, 3, 1, 0, 0], false), ([0x57, 0x41], nil),
    ] as [([UInt8], Bool?)])
    func probes(octets: [UInt8], isWhatsApp: Bool?) { #expect(recognises(WhatsAppDissector.self, octets) == isWhatsApp) }
}
