import PacketForge
import Testing

@testable import TrafficCore

@Suite struct CarrierHeaderTests {
    private let frame = ForgedPath(phonePort: 41000).tcp(sequence: 7, payload: [1, 2, 3])

    /// The same packet with other octets between the link-layer addresses and IP.
    private func frame(_ between: [UInt8]) -> [UInt8] { frame.prefix(12) + between + frame.dropFirst(14) }

    @Test("behind PPPoE, MPLS labels and a VLAN tag in front of them lies the same packet", arguments: [
        [0x88, 0x64, 0x11, 0, 0x12, 0x34, 0, 45, 0, 0x21], [0x88, 0x47, 0, 1, 0x01, 64], [0x88, 0x47, 0, 1, 0, 64, 0, 2, 0x01, 64],
        [0x88, 0x48, 0, 1, 0x01, 64], [0x81, 0, 0, 7, 0x88, 0x64, 0x11, 0, 0x12, 0x34, 0, 45, 0, 0x21],
    ] as [[UInt8]]) func carried(_ between: [UInt8]) throws {
        let plain = try decode(frame).get(), carried = try decode(frame(between)).get()
        #expect(carried.isTCP && carried.sourcePort == plain.sourcePort && carried.sequence == 7 && carried.payloadLength == 3)
        #expect(carried.source == plain.source && carried.octets == plain.octets)
        #expect(carried.payloadEnd - carried.payloadStart == 3)
    }

    @Test("what is not IP behind them is counted as such, and cut or endless labels are errors")
    func others() {
        #expect(kind(of: frame([0x88, 0x64, 0x11, 0, 0x12, 0x34, 0, 40, 0xc0, 0x21])) == "non-IP 8864")      // LCP
        let labels = [UInt8](repeating: 0, count: 4 * 40)
        #expect(throws: DecodeError.self) { try decode(frame([0x88, 0x47] + labels)).get() }
        for count in 14..<22 {
            #expect(throws: DecodeError.self) { try decode(Array(frame([0x88, 0x64, 0x11, 0, 0, 1, 0, 40, 0, 0x21]).prefix(count))).get() }
        }
    }
}
