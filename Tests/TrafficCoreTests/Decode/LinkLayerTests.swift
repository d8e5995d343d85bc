import PacketForge
import Testing

@testable import TrafficCore

@Suite struct LinkLayerTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var link: LinkType
        var octets: [UInt8]
        var kind: String
        var vlan: Int32 = -1
        var source: UInt64 = 0
    }

    static let v4 = Forge.ipv4(Forge.udp(payload: [1, 2, 3]), transport: 17)
    static let v6 = Forge.ipv6(Forge.udp(payload: [1, 2, 3]), transport: 17)
    static let phone: UInt64 = 0x0200_0000_0011

    static let cases = [
        Case(testDescription: "Ethernet, IPv4", link: .ethernet, octets: Forge.ethernet(v4), kind: "udp", source: phone),
        Case(testDescription: "Ethernet, IPv6", link: .ethernet, octets: Forge.ethernet(v6, type: 0x86dd), kind: "udp", source: phone),
        Case(testDescription: "Ethernet, ARP", link: .ethernet, octets: Forge.ethernet(Forge.padding(28), type: 0x0806), kind: "non-IP 806", source: phone),
        Case(testDescription: "Ethernet, spanning tree (802.3 LLC)", link: .ethernet, octets: Forge.ethernet([0x42, 0x42, 3] + Forge.padding(35), type: 38), kind: "non-IP 26", source: phone),
        Case(testDescription: "Ethernet, SNAP", link: .ethernet, octets: Forge.snap(v4), kind: "udp", source: phone),
        Case(testDescription: "Ethernet, SNAP of another organisation", link: .ethernet, octets: Forge.snap(v4, oui: [0, 0, 0x0c]),
             kind: "non-IP " + String(v4.count + 8, radix: 16), source: phone),
        Case(testDescription: "VLAN", link: .ethernet, octets: Forge.ethernet(v4, tags: [(0x8100, 0xe064)]), kind: "udp", vlan: 100, source: phone),
        Case(testDescription: "VLAN 0, priority only", link: .ethernet, octets: Forge.ethernet(v4, tags: [(0x8100, 0xe000)]), kind: "udp", vlan: 0, source: phone),
        Case(testDescription: "QinQ: the outer tag is the flow's", link: .ethernet, octets: Forge.ethernet(v6, type: 0x86dd, tags: [(0x88a8, 7), (0x8100, 8)]), kind: "udp", vlan: 7, source: phone),
        Case(testDescription: "old QinQ", link: .ethernet, octets: Forge.ethernet(v4, tags: [(0x9100, 4095), (0x9200, 1), (0x8100, 2)]), kind: "udp", vlan: 4095, source: phone),
        Case(testDescription: "eight tags", link: .ethernet, octets: Forge.ethernet(v4, tags: Array(repeating: (0x8100, 5), count: 8)), kind: "udp", vlan: 5, source: phone),
        Case(testDescription: "nine tags", link: .ethernet, octets: Forge.ethernet(v4, tags: Array(repeating: (0x8100, 5), count: 9)), kind: "too_deep_ethernet"),
        Case(testDescription: "SLL, IPv4", link: .linuxCooked, octets: Forge.linuxCooked(v4), kind: "udp", source: phone),
        Case(testDescription: "SLL, IPv6", link: .linuxCooked, octets: Forge.linuxCooked(v6, type: 0x86dd), kind: "udp", source: phone),
        Case(testDescription: "SLL without an address", link: .linuxCooked, octets: Forge.linuxCooked(v4, from: []), kind: "udp"),
        Case(testDescription: "SLL with an address of 8 octets", link: .linuxCooked, octets: Forge.linuxCooked(v4, from: Forge.padding(8)), kind: "udp"),
        Case(testDescription: "SLL, VLAN", link: .linuxCooked, octets: Forge.linuxCooked(Forge.be16(33) + Forge.be16(0x0800) + v4, type: 0x8100), kind: "udp", vlan: 33, source: phone),
        Case(testDescription: "SLL, ARP", link: .linuxCooked, octets: Forge.linuxCooked(Forge.padding(28), type: 0x0806), kind: "non-IP 806", source: phone),
        Case(testDescription: "SLL2, IPv4", link: .linuxCooked2, octets: Forge.linuxCooked2(v4), kind: "udp", source: phone),
        Case(testDescription: "SLL2, IPv6", link: .linuxCooked2, octets: Forge.linuxCooked2(v6, type: 0x86dd), kind: "udp", source: phone),
        Case(testDescription: "NULL, little-endian host", link: .null, octets: Forge.loopback(v4), kind: "udp"),
        Case(testDescription: "NULL, big-endian host", link: .null, octets: Forge.loopback(v4, order: .big), kind: "udp"),
        Case(testDescription: "NULL, Darwin's IPv6", link: .null, octets: Forge.loopback(v6, family: 30), kind: "udp"),
        Case(testDescription: "NULL, FreeBSD's IPv6", link: .null, octets: Forge.loopback(v6, family: 28), kind: "udp"),
        Case(testDescription: "NULL, NetBSD's IPv6", link: .null, octets: Forge.loopback(v6, family: 24), kind: "udp"),
        Case(testDescription: "NULL, another family", link: .null, octets: Forge.loopback(v6, family: 18), kind: "non-IP 0"),
        Case(testDescription: "LOOP", link: .loop, octets: Forge.loopback(v4, order: .big), kind: "udp"),
        Case(testDescription: "RAW, IPv4", link: .raw, octets: v4, kind: "udp"),
        Case(testDescription: "RAW, IPv6", link: .raw, octets: v6, kind: "udp"),
        Case(testDescription: "RAW by BSD's number", link: .rawBSD, octets: v4, kind: "udp"),
        Case(testDescription: "RAW by OpenBSD's number", link: .rawOpenBSD, octets: v6, kind: "udp"),
        Case(testDescription: "IPV4", link: .ipv4, octets: v4, kind: "udp"),
        Case(testDescription: "IPV6", link: .ipv6, octets: v6, kind: "udp"),
        Case(testDescription: "RAW of IP version 5", link: .raw, octets: [0x55] + v4.dropFirst(), kind: "bad_version_raw_ip"),
        Case(testDescription: "RAW of nothing", link: .raw, octets: [], kind: "truncated_raw_ip"),
        Case(testDescription: "USB", link: LinkType(rawValue: 189), octets: v4, kind: "unsupported"),
    ]

    @Test(arguments: cases) func decodes(_ c: Case) throws {
        #expect(kind(of: c.octets, link: c.link) == c.kind)
        guard c.kind == "udp" else { return }
        let packet = try decode(c.octets, link: c.link).get()
        #expect(packet.sourcePort == 40000 && packet.destinationPort == 9999)
        #expect(packet.payloadLength == 3)
        #expect(Array(c.octets[packet.payloadStart..<packet.payloadEnd]) == [1, 2, 3])
        #expect(packet.vlan == c.vlan)
        #expect(packet.linkSource == c.source)
    }

    @Test("a header cut at any length is a truncation of the layer that was cut, never a trap", arguments: cases.filter { $0.kind == "udp" })
    func everyLength(_ c: Case) {
        let transport = c.octets.count - 3
        for count in 0..<c.octets.count {
            let name = kind(of: Array(c.octets.prefix(count)), link: c.link, wireLength: c.octets.count)
            // A SNAP frame cut before its EtherType is not known to be IP.
            if c.testDescription.contains("SNAP"), (14..<22).contains(count) { continue }
            #expect(count >= transport ? name == "udp" : name.hasPrefix("truncated_"), "\(count) octets: \(name)")
        }
    }

    @Test("no random octets trap any link type", arguments: 0..<24)
    func randomOctets(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let links: [LinkType] = [.ethernet, .linuxCooked, .linuxCooked2, .null, .loop, .raw, .ipv4]
        for _ in 0..<400 {
            let link = links[Int.random(in: 0..<links.count, using: &random)]
            var octets = Self.cases.filter { $0.link == link }.randomElement(using: &random)?.octets ?? []
            for _ in 0..<Int.random(in: 0...6, using: &random) where !octets.isEmpty {
                octets[Int.random(in: 0..<octets.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            octets = Array(octets.prefix(Int.random(in: 0...octets.count, using: &random)))
            for wire in [0, 1, octets.count, 1 << 32 - 1] {
                guard case .success(let packet) = decode(octets, link: link, wireLength: wire) else { continue }
                #expect(packet.payloadStart >= 0 && packet.payloadStart <= packet.payloadEnd || packet.payloadLength == 0)
                #expect(packet.payloadEnd <= octets.count)
                #expect(packet.payloadLength >= 0 && packet.payloadLength <= 1 << 32)
            }
        }
    }
}
