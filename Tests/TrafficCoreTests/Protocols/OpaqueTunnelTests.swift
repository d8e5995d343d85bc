import PacketForge
import Testing

@testable import TrafficCore

@Suite struct OpaqueTunnelTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var octets: [UInt8]
        var port = 51820
        var service: String?
    }

    static let ike = [UInt8](repeating: 5, count: 16) + [33, 0x20, 34, 8, 0, 0, 0, 0, 0, 0, 0, 32, 1, 2, 3, 4]

    @Test(arguments: [
        Case(testDescription: "WireGuard, initiation", octets: [1, 0, 0, 0] + Forge.padding(144), service: "wireguard"),
        Case(testDescription: "WireGuard, response, any port", octets: [2, 0, 0, 0] + Forge.padding(88), port: 9999, service: "wireguard"),
        Case(testDescription: "WireGuard, data", octets: [4, 0, 0, 0] + Forge.padding(92), service: "wireguard"),
        Case(testDescription: "no WireGuard: another length", octets: [1, 0, 0, 0] + Forge.padding(145)),
        Case(testDescription: "OpenVPN, first packet, any port", octets: [0x38, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0], port: 9999, service: "openvpn"),
        Case(testDescription: "OpenVPN, data on its port", octets: [0x48] + Forge.padding(60), port: 1194, service: "openvpn"),
        Case(testDescription: "no OpenVPN: data on another port", octets: [0x48] + Forge.padding(60), port: 9999),
        Case(testDescription: "IKE", octets: ike, port: 500, service: "ike"),
        Case(testDescription: "IKE behind a NAT", octets: [0, 0, 0, 0] + ike, port: 4500, service: "ike"),
        Case(testDescription: "ESP behind a NAT", octets: [1, 2, 3, 4] + Forge.padding(60), port: 4500, service: "esp"),
        Case(testDescription: "IKE of another length", octets: ike + [0], port: 500),
    ]) func recognises(_ c: Case) {
        let path = ForgedPath(phonePort: 41000, serverPort: c.port)
        #expect(run([at(0, path.udp(payload: c.octets))]).record.service == c.service)
    }

    @Test("no length of random octets traps", arguments: 0..<200)
    func hostile(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for count in 0..<64 {
            var octets = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            if count > 0 { octets[0] = [1, 2, 3, 4, 0x38, 0][Int(seed % 6)] }
            for port: UInt16 in [500, 4500, 1194, 51820] { _ = OpaqueTunnel.service(octets.span, port, 40000) }
        }
    }

    @Test("a capture through a tunnel says so")
    func finding() {
        let path = ForgedPath(phonePort: 41000, serverPort: 51820)
        let flows = run([at(0, path.udp(payload: [1, 0, 0, 0] + Forge.padding(144))), at(1, path.udp(payload: [4, 0, 0, 0] + Forge.padding(92)))])
        var summary = InspectionSummary()
        for (record, bursts) in flows.flows {
            var record = record
            record.phone = .originator
            summary.add(record, bursts: bursts)
        }
        summary.finish(overviews: [flows.overview])
        #expect(summary.findings.contains { $0.code == "opaque_tunnel" && $0.sentence.contains("wireguard") })
    }
}

@Suite struct SyntheticCaptureTests {
    private func overview(_ packets: [ForgedPacket], link: LinkType = .ethernet) -> CaptureOverview { run(packets, link: link).overview }

    @Test("PCAPdroid's VPN address, and its trailer, are told; another capture is not")
    func pcapdroid() {
        let vpn = Forge.ipv4(Forge.udp(payload: [1]), transport: 17, from: [10, 215, 173, 1], to: Forge.serverV4)
        #expect(overview([at(0, vpn)], link: .raw).synthetic == "PCAPdroid")
        let nobody = [UInt8](repeating: 0, count: 6)
        let frame = Forge.ethernet(Forge.ipv4(Forge.udp(payload: [1, 2]), transport: 17), from: nobody, to: nobody)
        let trailer: [UInt8] = [1, 7, 0x20, 0x21, 0, 0, 0x27, 0x75] + Array("Example".utf8) + Forge.padding(13) + Forge.padding(4)
        #expect(overview([at(0, frame + trailer)]).synthetic == "PCAPdroid")
        #expect(overview([at(0, frame)]).synthetic == nil)
        #expect(overview([at(0, ForgedPath().udp(payload: [1, 2, 3]) + trailer)]).synthetic == nil)
    }
}
