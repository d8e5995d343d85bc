import PacketForge
import Testing

@testable import TrafficCore

@Suite struct LayerWalkTests {
    @Test("a packet belongs to the innermost IP packet in it", arguments: LayerWalkCase.all)
    func innermost(_ c: LayerWalkCase) throws {
        #expect(kind(of: c.octets, link: c.link) == "udp")
        let packet = try decode(c.octets, link: c.link).get()
        let addresses = c.inner == LayerWalkCase.v4 ? LayerWalkCase.v4Addresses : LayerWalkCase.v6Addresses
        #expect(packet.source.octets == addresses.source && packet.destination.octets == addresses.destination)
        #expect(packet.sourcePort == 5000 && packet.destinationPort == 6000)
        #expect(packet.octets == c.inner.count)
        #expect(packet.payloadLength == LayerWalkCase.data.count)
        #expect(Array(c.octets[packet.payloadStart..<packet.payloadEnd]) == LayerWalkCase.data)
        #expect(packet.tunnel.name == c.tunnel)
    }

    // MARK: Tunnels that carry no IP

    struct Carrier: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var port: Int
        var content: [UInt8]
        var source = 40000
    }
    static let arp = LayerWalkCase.arp, frame = LayerWalkCase.frame

    static let carriers: [Carrier] = [
        Carrier(testDescription: "VXLAN with ARP", port: 4789, content: Forge.vxlan(arp)),
        Carrier(testDescription: "VXLAN with nothing", port: 4789, content: Forge.vxlan([])),
        Carrier(testDescription: "VXLAN with half an Ethernet header", port: 4789, content: Forge.vxlan(Forge.padding(9))),
        Carrier(testDescription: "VXLAN with ARP on Linux's port of old", port: 8472, content: Forge.vxlan(arp)),
        Carrier(testDescription: "no VXLAN on Linux's port of old", port: 8472, content: [0x48] + Forge.vxlan(frame).dropFirst()),
        Carrier(testDescription: "L2TP version 3, whose cookie's length only its control messages tell", port: 1701,
                content: Forge.be16(3) + Forge.be16(0) + Forge.be32(7) + frame, source: 1701),
        Carrier(testDescription: "sFlow, whose frames are samples", port: 6343, content: Forge.be32(5) + Forge.be32(1) + frame),
        Carrier(testDescription: "VXLAN-GPE with an unknown protocol", port: 4790, content: Forge.vxlanGeneric(frame, next: 99)),
        Carrier(testDescription: "GENEVE with ARP in Ethernet", port: 6081, content: Forge.geneve(arp)),
        Carrier(testDescription: "GENEVE with ARP", port: 6081, content: Forge.geneve(Array(arp.dropFirst(14)), type: 0x0806)),
        Carrier(testDescription: "GENEVE of a later version", port: 6081, content: [0x40] + Forge.geneve(frame).dropFirst()),
        Carrier(testDescription: "GTP-U echo request", port: 2152, content: Forge.gtp([], message: 1, sequence: 5)),
        Carrier(testDescription: "GTP-U with no IP", port: 2152, content: Forge.gtp([0x05] + Forge.padding(30))),
        Carrier(testDescription: "something on Teredo's port", port: 3544, content: Forge.padding(60)),
        Carrier(testDescription: "L2TP control", port: 1701, content: Forge.be16(0xc802) + Forge.be16(12) + Forge.padding(8)),
        Carrier(testDescription: "L2TP with LCP", port: 1701, content: Forge.l2tp(Forge.ppp([1, 1, 0, 4], number: 0xc021))),
        Carrier(testDescription: "CAPWAP with ARP", port: 5247, content: Forge.capwap(arp)),
        Carrier(testDescription: "CAPWAP with ARP in 802.11", port: 5247, content: Forge.capwap(ForgedWLAN().frame(arp, type: 0x0806), isNative: true)),
        Carrier(testDescription: "CAPWAP keep-alive", port: 5247, content: Forge.capwap(frame, flags: 0x08)),
        Carrier(testDescription: "CAPWAP, a fragment", port: 5247, content: Forge.capwap(frame, flags: 0x80)),
        Carrier(testDescription: "CAPWAP with DTLS", port: 5247, content: [0x01] + Forge.capwap(frame).dropFirst()),
        Carrier(testDescription: "AYIYA heartbeat", port: 5072, content: Forge.ayiya([], next: 59)),
        Carrier(testDescription: "TZSP with ARP", port: 37008, content: Forge.tzsp(arp)),
        Carrier(testDescription: "TZSP without its end mark", port: 37008, content: [1, 0, 0, 1, 10, 1, 1]),
        Carrier(testDescription: "LISP with no IP", port: 4341, content: Forge.lisp(Forge.padding(20))),
        Carrier(testDescription: "GRE in UDP with ARP in Ethernet", port: 4754, content: Forge.gre(arp, type: 0x6558)),
        Carrier(testDescription: "GRE in UDP of a later version", port: 4754, content: [0, 2] + Forge.gre(LayerWalkCase.v4).dropFirst(2)),
        Carrier(testDescription: "GRE in UDP with ARP", port: 4754, content: Forge.gre(Array(arp.dropFirst(14)), type: 0x0806)),
        Carrier(testDescription: "MPLS in UDP with no IP", port: 6635, content: Forge.mpls(Forge.padding(10))),
        Carrier(testDescription: "a name server's answer", port: 4789, content: Forge.vxlan(frame), source: 53),
        Carrier(testDescription: "a well-known port's answer", port: 2152, content: Forge.gtp(LayerWalkCase.v4), source: 1023),
    ]

    @Test("a tunnel that carries no IP, and what is none, belongs to the flow of its own ports", arguments: carriers)
    func carrier(_ c: Carrier) throws {
        let octets = LayerWalkCase.udp(c.port, c.content, from: c.source)
        #expect(kind(of: octets) == "udp")
        let packet = try decode(octets).get()
        #expect(packet.source.octets == Forge.phoneV4 && packet.destination.octets == Forge.serverV4)
        #expect(Int(packet.sourcePort) == c.source && Int(packet.destinationPort) == c.port)
        #expect(packet.octets == octets.count - 14)
        #expect(packet.payloadLength == c.content.count)
        #expect(Array(octets[packet.payloadStart..<packet.payloadEnd]) == c.content)
        #expect(packet.tunnel.name == nil)
        #expect(packet.linkSource == 0x0200_0000_0011 && packet.vlan == -1)
    }

    @Test("a tunnel over IP that carries no IP is a packet of its protocol", arguments: [
        ("GRE with ARP in Ethernet", LayerWalkCase.over(47, Forge.gre(arp, type: 0x6558)), "other 47"),
        ("GRE with ARP", LayerWalkCase.over(47, Forge.gre(Array(arp.dropFirst(14)), type: 0x0806)), "other 47"),
        ("GRE of a later version", LayerWalkCase.over(47, [0, 2] + Forge.gre(LayerWalkCase.v4).dropFirst(2)), "other 47"),
        ("GRE keep-alive without content", LayerWalkCase.over(47, Forge.gre([], type: 0)), "other 47"),
        ("PPTP acknowledgment", LayerWalkCase.over(47, Forge.pptp([], acknowledgment: 9)), "other 47"),
        ("PPTP with LCP", LayerWalkCase.over(47, Forge.pptp(Forge.ppp([1, 1, 0, 4], number: 0xc021), sequence: 1)), "other 47"),
        ("a mirrored ARP", LayerWalkCase.over(47, Forge.erspan(arp, type: 2)), "other 47"),
        ("EtherIP with ARP", LayerWalkCase.over(97, Forge.etherIP(arp)), "other 97"),
        ("EtherIP of another version", LayerWalkCase.over(97, [0x40, 0] + frame), "other 97"),
        ("PIM hello", LayerWalkCase.over(103, [0x20, 0, 0, 0, 0, 1, 0, 2, 0, 105]), "other 103"),
        ("MPLS in IP with no IP", LayerWalkCase.over(137, Forge.mpls(Forge.padding(10))), "other 137"),
        ("ICMP in GRE", LayerWalkCase.over(47, Forge.gre(Forge.ipv4(Forge.padding(8), transport: 1))), "other 1"),
        ("L2TP version 3", LayerWalkCase.over(115, Forge.be32(7) + frame), "other 115"),
        ("MACsec, encrypted", Forge.macSecurity(LayerWalkCase.v4, isEncrypted: true), "non-IP 88e5"),
        ("a routing message of a mesh", Forge.ethernet([0, 15, 50, 0] + Forge.padding(20), type: 0x4305), "non-IP 4305"),
        ("a part of a frame in a mesh", Forge.ethernet([0x41, 15, 50, 0] + Forge.padding(60), type: 0x4305), "non-IP 4305"),
        ("a mesh of an unknown version", Forge.meshed(frame, version: 99), "non-IP 4305"),
        ("PPPoE with LCP", Forge.ethernet(Forge.pppoe(Forge.ppp([1, 1, 0, 4], number: 0xc021, hasAddress: false)), type: 0x8864), "non-IP 8864"),
    ] as [(String, [UInt8], String)])
    func otherKinds(_ name: String, _ octets: [UInt8], _ expected: String) { #expect(kind(of: octets) == expected, "\(name)") }

    @Test("eight IP headers are followed, nine are an error")
    func depth() throws {
        var packet = LayerWalkCase.v4
        for headers in 2...8 {
            packet = Forge.ipv4(packet, transport: 4)
            let decoded = try decode(Forge.ethernet(packet)).get()
            #expect(decoded.sourcePort == 5000 && decoded.octets == LayerWalkCase.v4.count)
            #expect(decoded.tunnel.name == Array(repeating: "4in4", count: headers - 1).joined(separator: "/"))
        }
        #expect(kind(of: Forge.ethernet(Forge.ipv4(packet, transport: 4))) == "too_deep_tunnel")
        // Headers without IP between them end too.
        var framed = LayerWalkCase.frame
        for _ in 0..<60 { framed = Forge.ethernet(framed, type: 0x6558) }
        #expect(kind(of: framed) == "too_deep_tunnel")
    }

    // MARK: 802.11

    @Test("802.11 frames that are encrypted are counted as such, those without data are not IP", arguments: [
        (.toNetwork, false), (.fromNetwork, true), (.bridged, true),
    ] as [(ForgedWLAN.Way, Bool)])
    func protected(_ way: ForgedWLAN.Way, _ isQoS: Bool) {
        var wlan = ForgedWLAN(way: way, isQoS: isQoS)
        wlan.isProtected = true
        let octets = wlan.frame(LayerWalkCase.v4)
        #expect(kind(of: octets, link: .wlan) == "protected")
        #expect(kind(of: Forge.radiotap(octets, flags: 0x10), link: .radiotap) == "protected")
        let account = run([at(0, octets), at(1, ForgedWLAN().frame(LayerWalkCase.v4))], link: .wlan).overview.account
        #expect(account.protectedWLAN == 1 && account.inFlows == 1 && account.accounted == 2)
    }

    @Test("management, control and null frames are not IP", arguments: [0x80, 0x40, 0xd4, 0xb4, 0x48, 0xc8, 0x0c] as [UInt8])
    func withoutData(_ control: UInt8) {
        let octets = [control] + ForgedWLAN().frame(LayerWalkCase.v4).dropFirst()
        #expect(kind(of: octets, link: .wlan) == "non-IP 0")
        #expect(kind(of: Forge.prism(octets), link: .prism) == "non-IP 0")
    }

    @Test("ARP over 802.11 is ARP") func arpOverTheAir() {
        #expect(kind(of: ForgedWLAN().frame(Forge.padding(28), type: 0x0806), link: .wlan) == "non-IP 806")
    }

    @Test("sender and receiver of an 802.11 frame are the stations, whoever passes it on", arguments: ForgedWLAN.Way.allCases, [false, true])
    func stations(_ way: ForgedWLAN.Way, _ isQoS: Bool) throws {
        let packet = try decode(ForgedWLAN(way: way, isQoS: isQoS).frame(LayerWalkCase.v4), link: .wlan).get()
        #expect(packet.linkSource == 0x0200_0000_0011 && packet.linkDestination == 0x0200_0000_0022)
    }

    // MARK: Hostile octets

    /// Every link type with a name, and two without.
    static let links: [LinkType] = ([
        0, 1, 6, 9, 10, 12, 14, 50, 51, 100, 101, 104, 105, 107, 108, 109, 113, 117, 119, 122, 127, 138, 147, 149, 163, 166, 189, 192, 204, 226, 228,
        229, 239, 258, 276,
    ] as [UInt16]).map { LinkType(rawValue: $0) }

    /// Decodes; what is said of the payload must lie inside the octets.
    private func expectSound(_ octets: [UInt8], _ link: LinkType, wireLength: Int) {
        guard case .success(let packet) = decode(octets, link: link, wireLength: wireLength) else { return }
        let isInside = packet.payloadStart >= 0 && packet.payloadStart <= packet.payloadEnd && packet.payloadEnd <= octets.count
        #expect(isInside && packet.payloadLength >= 0, "\(link.name), \(wireLength) on the wire: \(Forge.hexText(octets))")
    }

    @Test("a frame cut anywhere traps nowhere, and what the snapshot cut is not called malformed", arguments: LayerWalkCase.all)
    func everyPrefix(_ c: LayerWalkCase) {
        for count in 0...c.octets.count {
            let octets = Array(c.octets.prefix(count))
            expectSound(octets, c.link, wireLength: count)
            expectSound(octets, c.link, wireLength: c.octets.count)
            let name = kind(of: octets, link: c.link, wireLength: c.octets.count)
            #expect(!name.hasPrefix("bad_") && !name.hasPrefix("too_deep_"), "\(count) octets: \(name)")
        }
    }

    @Test("no random octets behind any header trap, whatever the link type, and every packet is in one bin", arguments: 0..<24)
    func randomOctets(seed: UInt64) {
        var random = SplitMix64(seed: seed), packets: [LinkType: [ForgedPacket]] = [:]
        for index in 0..<500 {
            let c = LayerWalkCase.all[Int.random(in: 0..<LayerWalkCase.all.count, using: &random)]
            var octets = c.octets
            switch Int.random(in: 0..<3, using: &random) {
            case 0:         // behind a beginning that is right
                octets = Array(octets.prefix(Int.random(in: 0...octets.count, using: &random)))
                octets += random.octets(Int.random(in: 0...120, using: &random))
            case 1:         // in place of some
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    octets[Int.random(in: 0..<octets.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
            default:        // in place of all behind the tunnel's header
                let start = octets.count - min(octets.count, c.inner.count + Int.random(in: 0...14, using: &random))
                octets.replaceSubrange(start..., with: random.octets(octets.count - start))
            }
            let link = index % 4 == 0 ? Self.links[Int.random(in: 0..<Self.links.count, using: &random)] : c.link
            for wire in [0, octets.count, 1 << 32 - 1] { expectSound(octets, link, wireLength: wire) }
            packets[link, default: []].append(at(Double(index) / 1000, octets))
        }
        for (link, list) in packets {
            let reading = run(list, link: link)
            #expect(reading.overview.account.accounted == list.count, "\(link.name)")
            #expect(reading.records.reduce(0) { $0 + $1.packets.forward + $1.packets.reverse } == reading.overview.account.inFlows, "\(link.name)")
        }
    }
}
