import PacketForge
import Testing

@testable import TrafficCore

@Suite struct TransportChecksumTests {
    /// The packet with this checksum in its transport header, and the right one.
    private func frame(isTCP: Bool, isV6: Bool, payload: [UInt8], checksum: (Int) -> Int) -> [UInt8] {
        let (source, destination) = isV6 ? (Forge.phoneV6, Forge.serverV6) : (Forge.phoneV4, Forge.serverV4)
        var segment = isTCP ? Forge.tcp(sequence: 7, payload: payload) : Forge.udp(payload: payload)
        let transport = isTCP ? 6 : 17, place = isTCP ? 16 : 6
        let pseudo = source + destination + Forge.be32(segment.count) + Forge.be32(transport)
        segment.replaceSubrange(place..<place + 2, with: Forge.be16(checksum(Forge.checksum(pseudo + segment + (segment.count % 2 == 1 ? [0] : [])))))
        return Forge.ethernet(
            Forge.ip(segment, transport: transport, from: source, to: destination), type: isV6 ? Forge.ipv6Type : Forge.ipv4Type)
    }

    private func verdict(_ frame: [UInt8], captured: Int? = nil) throws -> ChecksumVerdict {
        let octets = Array(frame.prefix(captured ?? frame.count))
        let packet = try decode(octets, wireLength: frame.count).get()
        return ChecksumVerdict(packet, in: octets.span)
    }

    @Test("right, wrong, still to be filled in, not used, not all there", arguments: [true, false], [true, false])
    func verdicts(isTCP: Bool, isV6: Bool) throws {
        for payload in [[], [1], [1, 2], [UInt8](repeating: 0xff, count: 1399)] as [[UInt8]] {
            #expect(try verdict(frame(isTCP: isTCP, isV6: isV6, payload: payload) { $0 }) == .right)
            #expect(try verdict(frame(isTCP: isTCP, isV6: isV6, payload: payload) { $0 ^ 0x0100 }) == .wrong)
            let (source, destination) = isV6 ? (Forge.phoneV6, Forge.serverV6) : (Forge.phoneV4, Forge.serverV4)
            let length = payload.count + (isTCP ? 20 : 8)
            let partial = ~Forge.checksum(source + destination + Forge.be32(length) + Forge.be32(isTCP ? 6 : 17)) & 0xffff
            #expect(try verdict(frame(isTCP: isTCP, isV6: isV6, payload: payload) { _ in partial }) == .offloaded)
            if payload.count > 2 {
                #expect(try verdict(frame(isTCP: isTCP, isV6: isV6, payload: payload) { $0 }, captured: 90) == .unknown)
            }
        }
        if !isTCP { #expect(try verdict(frame(isTCP: false, isV6: isV6, payload: [1, 2, 3]) { _ in 0 }) == .unknown) }
    }

    @Test("they are counted only where they are asked for")
    func counted() {
        #expect(run([at(0, ForgedPath().udp(payload: [1]))]).overview.checksums == nil)
    }
}
