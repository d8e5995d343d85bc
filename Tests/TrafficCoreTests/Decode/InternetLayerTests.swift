import PacketForge
import Testing

@testable import TrafficCore

@Suite struct InternetLayerTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var octets: [UInt8]
        var kind: String
        /// Octets of the IP packet and of payload; -1 for kinds without.
        var total = -1
        var payload = -1
        var wireLength: Int?
    }

    static let data: [UInt8] = [1, 2, 3, 4, 5]
    static let udp = Forge.udp(payload: data)
    static let tcp = Forge.tcp(sequence: 1, payload: data)

    static let v4Cases = [
        Case(testDescription: "no options", octets: Forge.ipv4(udp, transport: 17), kind: "udp", total: 33, payload: 5),
        Case(testDescription: "40 octets of options", octets: Forge.ipv4(udp, transport: 17, options: Forge.padding(40)), kind: "udp", total: 73, payload: 5),
        Case(testDescription: "link-layer padding is not payload", octets: Forge.ipv4(udp, transport: 17) + Forge.padding(13), kind: "udp", total: 33, payload: 5),
        Case(testDescription: "padding behind TCP is not payload", octets: Forge.ipv4(Forge.tcp(sequence: 1, flags: "A"), transport: 6) + Forge.padding(6), kind: "tcp", total: 40, payload: 0),
        Case(testDescription: "TCP options are not payload", octets: Forge.ipv4(Forge.tcp(sequence: 1, options: Forge.padding(40), payload: data), transport: 6), kind: "tcp", total: 85, payload: 5),
        Case(testDescription: "first fragment", octets: Forge.ipv4(udp, transport: 17, fragment: ForgedFragment(offset: 0, moreFollow: true)), kind: "fragment"),
        Case(testDescription: "last fragment", octets: Forge.ipv4(data, transport: 17, fragment: ForgedFragment(offset: 1480, moreFollow: false)), kind: "fragment"),
        Case(testDescription: "don't fragment is no fragment", octets: Forge.ipv4(udp, transport: 17), kind: "udp", total: 33, payload: 5),
        Case(testDescription: "ICMP", octets: Forge.ipv4(Forge.padding(8), transport: 1), kind: "other 1"),
        Case(testDescription: "protocol 255", octets: Forge.ipv4([], transport: 255), kind: "other 255"),
        Case(testDescription: "header length below 20", octets: [0x44] + Forge.ipv4(udp, transport: 17).dropFirst(), kind: "bad_length_ipv4"),
        Case(testDescription: "total length below the header's", octets: Forge.ipv4(udp, transport: 17, totalLength: 19), kind: "bad_length_ipv4"),
        Case(testDescription: "total length 0 is a segment before offload", octets: Forge.ipv4(tcp, transport: 6, totalLength: 0), kind: "tcp", total: 45, payload: 5),
        Case(testDescription: "total length 0, cut by the snapshot", octets: Forge.ipv4(tcp, transport: 6, totalLength: 0), kind: "tcp", total: 9000, payload: 8960, wireLength: 9000),
        Case(testDescription: "total length beyond the capture: what the header says counts", octets: Forge.ipv4(tcp, transport: 6, totalLength: 1500), kind: "tcp", total: 1500, payload: 1460, wireLength: 1500),
        Case(testDescription: "TCP header longer than the packet", octets: Forge.ipv4(Forge.tcp(sequence: 1, headerLength: 60), transport: 6), kind: "bad_length_tcp"),
        Case(testDescription: "TCP header below 20", octets: Forge.ipv4(Forge.tcp(sequence: 1, headerLength: 16), transport: 6), kind: "bad_length_tcp"),
        Case(testDescription: "packet too short for TCP by its own account", octets: Forge.ipv4(Forge.padding(12), transport: 6), kind: "bad_length_tcp"),
        Case(testDescription: "packet too short for UDP by its own account", octets: Forge.ipv4(Forge.padding(7), transport: 17), kind: "bad_length_udp"),
        Case(testDescription: "UDP length inside its header", octets: Forge.ipv4(Forge.udp(payload: data, length: 7), transport: 17), kind: "bad_length_udp"),
        Case(testDescription: "UDP length below the packet's: the rest is not payload", octets: Forge.ipv4(Forge.udp(payload: data, length: 10), transport: 17), kind: "udp", total: 33, payload: 2),
        Case(testDescription: "UDP length beyond the packet's", octets: Forge.ipv4(Forge.udp(payload: data, length: 600), transport: 17), kind: "udp", total: 33, payload: 5),
        Case(testDescription: "UDP length 0 means to the end", octets: Forge.ipv4(Forge.udp(payload: data, length: 0), transport: 17), kind: "udp", total: 33, payload: 5),
    ]

    @Test(arguments: v4Cases) func ipv4(_ c: Case) throws { try check(c, header: [], link: .ipv4) }

    static let first = ForgedFragment(offset: 0, moreFollow: true), atomic = ForgedFragment(offset: 0, moreFollow: false)
    static let v6Cases = [
        Case(testDescription: "no extensions", octets: Forge.ipv6(udp, transport: 17), kind: "udp", total: 53, payload: 5),
        Case(testDescription: "hop-by-hop and destination options", octets: Forge.ipv6(udp, transport: 17, extensions: [(0, Forge.optionsHeader(units: 0)), (60, Forge.optionsHeader(units: 2))]), kind: "udp", total: 85, payload: 5),
        Case(testDescription: "routing and authentication headers", octets: Forge.ipv6(tcp, transport: 6, extensions: [(43, Forge.optionsHeader(units: 1)), (51, Forge.authenticationHeader())]), kind: "tcp", total: 105, payload: 5),
        Case(testDescription: "an atomic fragment is a whole packet", octets: Forge.ipv6(udp, transport: 17, extensions: [(44, Forge.fragmentHeader(atomic))]), kind: "udp", total: 61, payload: 5),
        Case(testDescription: "first fragment", octets: Forge.ipv6(udp, transport: 17, extensions: [(44, Forge.fragmentHeader(first))]), kind: "fragment"),
        Case(testDescription: "later fragment behind options", octets: Forge.ipv6(data, transport: 17, extensions: [(60, Forge.optionsHeader(units: 0)), (44, Forge.fragmentHeader(ForgedFragment(offset: 1448, moreFollow: false)))]), kind: "fragment"),
        Case(testDescription: "ICMPv6 behind hop-by-hop", octets: Forge.ipv6(Forge.padding(8), transport: 58, extensions: [(0, Forge.optionsHeader(units: 0))]), kind: "other 58"),
        Case(testDescription: "no next header", octets: Forge.ipv6([], transport: 59), kind: "other 59"),
        Case(testDescription: "encrypted (ESP)", octets: Forge.ipv6(Forge.padding(20), transport: 50), kind: "other 50"),
        Case(testDescription: "extension beyond the packet", octets: Forge.ipv6([], transport: 17, extensions: [(60, [200] + Forge.padding(6))]), kind: "bad_length_ipv6"),
        Case(testDescription: "twenty extensions", octets: Forge.ipv6(udp, transport: 17, extensions: Array(repeating: (60, Forge.optionsHeader(units: 0)), count: 20)), kind: "too_deep_ipv6"),
        Case(testDescription: "padding is not payload", octets: Forge.ipv6(udp, transport: 17) + Forge.padding(9), kind: "udp", total: 53, payload: 5),
        Case(testDescription: "payload length 0 is a jumbogram or an offloaded segment", octets: Forge.ipv6(tcp, transport: 6, payloadLength: 0), kind: "tcp", total: 65, payload: 5),
        Case(testDescription: "version 4 where 6 was announced", octets: [0x45] + Forge.ipv6(udp, transport: 17).dropFirst(), kind: "bad_version_ipv6"),
    ]

    @Test(arguments: v6Cases) func ipv6(_ c: Case) throws { try check(c, header: Forge.ethernet([], type: 0x86dd), link: .ethernet) }

    private func check(_ c: Case, header: [UInt8], link: LinkType) throws {
        let octets = header + c.octets, wire = c.wireLength.map { $0 + header.count }
        #expect(kind(of: octets, link: link, wireLength: wire) == c.kind)
        guard c.total >= 0 else { return }
        let packet = try decode(octets, link: link, wireLength: wire).get()
        #expect(packet.octets == c.total)
        #expect(packet.payloadLength == c.payload)
        #expect(Array(octets[packet.payloadStart..<packet.payloadEnd]) == Array(Self.data.prefix(min(c.payload, 5))))
    }

    @Test("a packet cut at any length is truncated, never malformed and never a trap", arguments: (v4Cases + v6Cases).filter { $0.total >= 0 && $0.wireLength == nil })
    func everyLength(_ c: Case) {
        for count in 0..<c.octets.count {
            let name = kind(of: Array(c.octets.prefix(count)), link: .raw, wireLength: c.octets.count)
            #expect(name.hasPrefix("truncated_") || name == c.kind, "\(count) octets: \(name)")
        }
    }

    @Test("addresses, ports, flags and numbers come out as they went in", arguments: 0..<32)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let isV6 = seed % 2 == 0, source = random.octets(isV6 ? 16 : 4), destination = random.octets(isV6 ? 16 : 4)
        let sequence = UInt32.random(in: 0...(.max), using: &random), ports = (Int.random(in: 0...65535, using: &random), Int.random(in: 0...65535, using: &random))
        let segment = Forge.tcp(from: ports.0, to: ports.1, sequence: sequence, flags: "SA", payload: random.octets(9))
        let octets = Forge.ip(segment, transport: 6, from: source, to: destination)
        let packet = try decode(octets, link: .raw).get()
        #expect(packet.source.octets == source && packet.destination.octets == destination)
        #expect(Int(packet.sourcePort) == ports.0 && Int(packet.destinationPort) == ports.1)
        #expect(packet.sequence == sequence && packet.flags == [.syn, .ack] && packet.isTCP)
        #expect(packet.octets == octets.count)
    }
}
