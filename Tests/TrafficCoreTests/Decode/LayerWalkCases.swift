import PacketForge
import Testing

@testable import TrafficCore

/// A frame whose innermost IP packet holds a UDP datagram from port 5000 to 6000 with `data`.
struct LayerWalkCase: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var octets: [UInt8]
    var link: LinkType
    /// The tunnels by name, as a record has them; nil for none.
    var tunnel: String?
    /// The IP packet inside.
    var inner: [UInt8]

    init(_ description: String, _ octets: [UInt8], link: LinkType = .ethernet, tunnel: String? = nil, inner: [UInt8] = LayerWalkCase.v4) {
        (testDescription, self.octets, self.link, self.tunnel, self.inner) = (description, octets, link, tunnel, inner)
    }

    static let data = Array("what the phone sends".utf8)
    static let v4Addresses: (source: [UInt8], destination: [UInt8]) = ([10, 1, 1, 1], [10, 2, 2, 2])
    static let v6Addresses: (source: [UInt8], destination: [UInt8]) = (
        Forge.v6([0x2001, 0xdb8, 1, 0, 0, 0, 0, 1]), Forge.v6([0x2001, 0xdb8, 2, 0, 0, 0, 0, 2]))
    static let v4 = Forge.ipv4(
        Forge.udp(from: 5000, to: 6000, payload: data), transport: 17, from: v4Addresses.source, to: v4Addresses.destination)
    static let v6 = Forge.ipv6(
        Forge.udp(from: 5000, to: 6000, payload: data), transport: 17, from: v6Addresses.source, to: v6Addresses.destination)
    static let frame = Forge.ethernet(v4), frame6 = Forge.ethernet(v6, type: Forge.ipv6Type)
    static let arp = Forge.ethernet([0, 1, 8, 0, 6, 4, 0, 1] + Forge.padding(20), type: 0x0806)

    /// Over IPv4 or IPv6, between two hosts that are not those inside.
    static func over(_ transport: Int, _ payload: [UInt8]) -> [UInt8] { Forge.ethernet(Forge.ipv4(payload, transport: transport)) }
    static func over6(_ transport: Int, _ payload: [UInt8]) -> [UInt8] {
        Forge.ethernet(Forge.ipv6(payload, transport: transport), type: Forge.ipv6Type)
    }
    static func udp(_ port: Int, _ payload: [UInt8], from source: Int = 40000) -> [UInt8] {
        over(17, Forge.udp(from: source, to: port, payload: payload))
    }

    static let all = overIP + overUDP + nested + labels + serialLines + wireless + captureHeaders

    // MARK: Tunnels

    static let overIP: [LayerWalkCase] = [
        LayerWalkCase("IPv4 in IPv4", over(4, v4), tunnel: "4in4"),
        LayerWalkCase("IPv6 in IPv4", over(41, v6), tunnel: "6in4", inner: v6),
        LayerWalkCase("IPv4 in IPv6", over6(4, v4), tunnel: "4in6"),
        LayerWalkCase("IPv6 in IPv6", over6(41, v6), tunnel: "6in6", inner: v6),
        LayerWalkCase("GRE", over(47, Forge.gre(v4)), tunnel: "gre"),
        LayerWalkCase("GRE with IPv6", over(47, Forge.gre(v6, type: Forge.ipv6Type)), tunnel: "gre", inner: v6),
        LayerWalkCase("GRE over IPv6", over6(47, Forge.gre(v4)), tunnel: "gre"),
        LayerWalkCase("GRE, checksum", over(47, Forge.gre(v4, hasChecksum: true)), tunnel: "gre"),
        LayerWalkCase("GRE, key", over(47, Forge.gre(v4, key: 5)), tunnel: "gre"),
        LayerWalkCase("GRE, sequence number", over(47, Forge.gre(v4, sequence: 6)), tunnel: "gre"),
        LayerWalkCase("GRE, all fields", over(47, Forge.gre(v4, hasChecksum: true, key: 5, sequence: 6)), tunnel: "gre"),
        LayerWalkCase("GRE with Ethernet", over(47, Forge.gre(frame, type: 0x6558)), tunnel: "gre"),
        LayerWalkCase("GRE with MPLS", over(47, Forge.gre(Forge.mpls(v4), type: 0x8847)), tunnel: "gre"),
        LayerWalkCase("GRE with PPP", over(47, Forge.gre(Forge.ppp(v4, hasAddress: false), type: 0x880b)), tunnel: "gre"),
        LayerWalkCase("GRE with a service header", over(47, Forge.gre(Forge.serviceHeader(v4, next: 1), type: 0x894f)), tunnel: "gre"),
        LayerWalkCase("GRE with 802.11", over(47, Forge.gre(ForgedWLAN().frame(v4), type: 0x8200)), tunnel: "gre"),
        LayerWalkCase("GRE redirected by WCCP 1", over(47, Forge.gre(v4, type: 0x883e)), tunnel: "gre"),
        LayerWalkCase("GRE redirected by WCCP 2", over(47, Forge.gre([0, 1, 2, 3] + v4, type: 0x883e)), tunnel: "gre"),
        LayerWalkCase("PPTP", over(47, Forge.pptp(Forge.ppp(v4), sequence: 1)), tunnel: "pptp"),
        LayerWalkCase("PPTP, acknowledgment", over(47, Forge.pptp(Forge.ppp(v4, isShort: true), sequence: 1, acknowledgment: 9)), tunnel: "pptp"),
        LayerWalkCase("ERSPAN I", over(47, Forge.erspan(frame, type: 1)), tunnel: "gre/erspan"),
        LayerWalkCase("ERSPAN II", over(47, Forge.erspan(frame, type: 2)), tunnel: "gre/erspan"),
        LayerWalkCase("ERSPAN III", over(47, Forge.erspan(frame, type: 3)), tunnel: "gre/erspan"),
        LayerWalkCase("ERSPAN III, platform field", over(47, Forge.erspan(frame6, type: 3, hasPlatformField: true)), tunnel: "gre/erspan", inner: v6),
        LayerWalkCase("EtherIP", over(97, Forge.etherIP(frame)), tunnel: "etherip"),
        LayerWalkCase("PIM register", over(103, Forge.pimRegister(v4)), tunnel: "pim"),
        LayerWalkCase("MPLS in IP", over(137, Forge.mpls(v4, labels: [5, 6])), tunnel: "mpls"),
        LayerWalkCase("Ethernet in IPv6", over6(143, frame), tunnel: "ethernet"),
    ]

    static let overUDP: [LayerWalkCase] = [
        LayerWalkCase("VXLAN", udp(4789, Forge.vxlan(frame)), tunnel: "vxlan"),
        LayerWalkCase("VXLAN with IPv6", udp(4789, Forge.vxlan(frame6)), tunnel: "vxlan", inner: v6),
        LayerWalkCase("VXLAN over IPv6", over6(17, Forge.udp(to: 4789, payload: Forge.vxlan(frame))), tunnel: "vxlan"),
        LayerWalkCase("VXLAN, the other way", udp(40000, Forge.vxlan(frame), from: 4789), tunnel: "vxlan"),
        LayerWalkCase("VXLAN from port 1024", udp(4789, Forge.vxlan(frame), from: 1024), tunnel: "vxlan"),
        LayerWalkCase("VXLAN with a tag inside", udp(4789, Forge.vxlan(Forge.ethernet(v4, tags: [(0x8100, 7)]))), tunnel: "vxlan"),
        LayerWalkCase("VXLAN on Linux's port of old", udp(8472, Forge.vxlan(frame)), tunnel: "vxlan"),
        LayerWalkCase("VXLAN-GPE with IPv4", udp(4790, Forge.vxlanGeneric(v4, next: 1)), tunnel: "vxlan"),
        LayerWalkCase("VXLAN-GPE with IPv6", udp(4790, Forge.vxlanGeneric(v6, next: 2)), tunnel: "vxlan", inner: v6),
        LayerWalkCase("VXLAN-GPE with Ethernet", udp(4790, Forge.vxlanGeneric(frame, next: 3)), tunnel: "vxlan"),
        LayerWalkCase(
            "VXLAN-GPE with a service header", udp(4790, Forge.vxlanGeneric(Forge.serviceHeader(v4, next: 1), next: 4)), tunnel: "vxlan"),
        LayerWalkCase("VXLAN-GPE with MPLS", udp(4790, Forge.vxlanGeneric(Forge.mpls(v4), next: 5)), tunnel: "vxlan"),
        LayerWalkCase("GENEVE", udp(6081, Forge.geneve(frame)), tunnel: "geneve"),
        LayerWalkCase(
            "GENEVE, two options", udp(6081, Forge.geneve(frame, options: [[1, 2, 3, 4], Forge.padding(8)])), tunnel: "geneve"),
        LayerWalkCase("GENEVE with IPv4", udp(6081, Forge.geneve(v4, type: Forge.ipv4Type)), tunnel: "geneve"),
        LayerWalkCase("GENEVE with IPv6", udp(6081, Forge.geneve(v6, type: Forge.ipv6Type)), tunnel: "geneve", inner: v6),
        LayerWalkCase("GTP-U", udp(2152, Forge.gtp(v4)), tunnel: "gtp"),
        LayerWalkCase("GTP-U with IPv6", udp(2152, Forge.gtp(v6)), tunnel: "gtp", inner: v6),
        LayerWalkCase("GTP-U, sequence number", udp(2152, Forge.gtp(v4, sequence: 77)), tunnel: "gtp"),
        LayerWalkCase("GTP-U, extension header", udp(2152, Forge.gtp(v4, extensions: [(0x85, [0, 9])])), tunnel: "gtp"),
        LayerWalkCase(
            "GTP-U, sequence number and two extension headers",
            udp(2152, Forge.gtp(v4, sequence: 77, extensions: [(0xc0, [0, 1]), (0x85, [0, 9, 0, 0, 0, 0])])), tunnel: "gtp"),
        LayerWalkCase("Teredo", udp(3544, Forge.teredo(v6)), tunnel: "teredo", inner: v6),
        LayerWalkCase("Teredo, origin", udp(3544, Forge.teredo(v6, hasOrigin: true)), tunnel: "teredo", inner: v6),
        LayerWalkCase("Teredo, authentication", udp(3544, Forge.teredo(v6, hasAuthentication: true)), tunnel: "teredo", inner: v6),
        LayerWalkCase(
            "Teredo, authentication and origin", udp(3544, Forge.teredo(v6, hasAuthentication: true, hasOrigin: true)), tunnel: "teredo", inner: v6),
        LayerWalkCase("L2TP", udp(1701, Forge.l2tp(Forge.ppp(v4)), from: 1701), tunnel: "l2tp"),
        LayerWalkCase("L2TP, length", udp(1701, Forge.l2tp(Forge.ppp(v6, number: 0x57), hasLength: true)), tunnel: "l2tp", inner: v6),
        LayerWalkCase(
            "L2TP, all fields", udp(1701, Forge.l2tp(Forge.ppp(v4, hasAddress: false), hasLength: true, hasSequence: true, offset: 6)), tunnel: "l2tp"),
        LayerWalkCase("CAPWAP with Ethernet", udp(5247, Forge.capwap(frame)), tunnel: "capwap"),
        LayerWalkCase("CAPWAP with 802.11", udp(5247, Forge.capwap(ForgedWLAN().frame(v4), isNative: true)), tunnel: "capwap"),
        LayerWalkCase("CAPWAP with 802.11, frame control swapped", udp(5247, Forge.capwap(swapped, isNative: true)), tunnel: "capwap"),
        LayerWalkCase(
            "CAPWAP, radio address",
            udp(5247, Forge.capwap(ForgedWLAN(isQoS: true).frame(v4), isNative: true, radio: ForgedWLAN.accessPoint)), tunnel: "capwap"),
        LayerWalkCase("AYIYA", udp(5072, Forge.ayiya(v6)), tunnel: "ayiya", inner: v6),
        LayerWalkCase("AYIYA with IPv4", udp(5072, Forge.ayiya(v4, next: 4)), tunnel: "ayiya"),
        LayerWalkCase("TZSP", udp(37008, Forge.tzsp(frame)), tunnel: "tzsp"),
        LayerWalkCase("TZSP, fields", udp(37008, Forge.tzsp(frame, fields: [(10, [0x55]), (11, [1, 2])])), tunnel: "tzsp"),
        LayerWalkCase("TZSP with 802.11", udp(37008, Forge.tzsp(ForgedWLAN().frame(v4), encapsulation: 18)), tunnel: "tzsp"),
        LayerWalkCase("LISP", udp(4341, Forge.lisp(v4)), tunnel: "lisp"),
        LayerWalkCase("LISP with IPv6", udp(4341, Forge.lisp(v6)), tunnel: "lisp", inner: v6),
        LayerWalkCase("GRE in UDP", udp(4754, Forge.gre(v4, key: 5)), tunnel: "gre"),
        LayerWalkCase("MPLS in UDP", udp(6635, Forge.mpls(v4)), tunnel: "mpls"),
    ]

    private static let swapped: [UInt8] = {
        var wlan = ForgedWLAN()
        wlan.isSwapped = true
        return wlan.frame(v4)
    }()

    static let nested: [LayerWalkCase] = [
        LayerWalkCase("IPv6 in IPv4 in GRE", over(47, Forge.gre(Forge.ipv4(v6, transport: 41))), tunnel: "gre/6in4", inner: v6),
        LayerWalkCase("GRE in VXLAN", udp(4789, Forge.vxlan(over(47, Forge.gre(v4)))), tunnel: "vxlan/gre"),
        LayerWalkCase(
            "GTP-U in a mirrored frame", over(47, Forge.erspan(udp(2152, Forge.gtp(v4)), type: 2)), tunnel: "gre/erspan/gtp"),
        LayerWalkCase(
            "GENEVE in VXLAN in IPv4 in IPv6",
            over6(4, Forge.ipv4(Forge.udp(to: 4789, payload: Forge.vxlan(udp(6081, Forge.geneve(frame)))), transport: 17)),
            tunnel: "4in6/vxlan/geneve"),
        LayerWalkCase("L2TP behind PPPoE", Forge.ethernet(
            Forge.pppoe(Forge.ppp(Forge.ipv4(Forge.udp(to: 1701, payload: Forge.l2tp(Forge.ppp(v4))), transport: 17), hasAddress: false)), type: 0x8864),
            tunnel: "l2tp"),
    ]

    // MARK: Labels and serial lines

    static let labels: [LayerWalkCase] = [
        LayerWalkCase("one MPLS label", Forge.ethernet(Forge.mpls(v4), type: 0x8847)),
        LayerWalkCase("three MPLS labels", Forge.ethernet(Forge.mpls(v6, labels: [16, 17, 18]), type: 0x8848), inner: v6),
        LayerWalkCase("a pseudowire with control word", Forge.ethernet(Forge.mpls([0, 0, 0, 1] + frame), type: 0x8847)),
        LayerWalkCase("a pseudowire without", Forge.ethernet(Forge.mpls(frame), type: 0x8847)),
        LayerWalkCase("a service header with IPv4", Forge.ethernet(Forge.serviceHeader(v4, next: 1, hasFixedContext: true), type: 0x894f)),
        LayerWalkCase("a service header with IPv6", Forge.ethernet(Forge.serviceHeader(v6, next: 2), type: 0x894f), inner: v6),
        LayerWalkCase("a service header with Ethernet", Forge.ethernet(Forge.serviceHeader(frame, next: 3), type: 0x894f)),
        LayerWalkCase("a service header with MPLS", Forge.ethernet(Forge.serviceHeader(Forge.mpls(v4), next: 5), type: 0x894f)),
        LayerWalkCase("provider backbone bridging", Forge.backboneBridged(frame)),
        LayerWalkCase("VN-Tag", Forge.virtualInterfaceTagged(v4)),
        LayerWalkCase("VN-Tag before a VLAN tag", Forge.virtualInterfaceTagged(Forge.be16(9) + Forge.be16(Forge.ipv4Type) + v4, type: 0x8100)),
        LayerWalkCase("HSR", Forge.seamless(v4)),
        LayerWalkCase("TRILL", Forge.trill(frame)),
        LayerWalkCase("TRILL with options", Forge.trill(frame6, options: Forge.padding(8)), inner: v6),
        LayerWalkCase("MACsec without encryption", Forge.macSecurity(v4)),
        LayerWalkCase("MACsec without encryption, with its channel", Forge.macSecurity(v6, type: Forge.ipv6Type, hasChannel: true), inner: v6),
        LayerWalkCase("FabricPath", Forge.fabricPath(frame)),
        LayerWalkCase("a mesh, to one", Forge.meshed(frame)),
        LayerWalkCase("a mesh, to one, with four addresses", Forge.meshed(frame6, .unicastFourAddress), inner: v6),
        LayerWalkCase("a mesh, to all", Forge.meshed(frame, .broadcast)),
        LayerWalkCase("an older mesh, to one", Forge.meshed(frame, version: 14)),
        LayerWalkCase("an older mesh, with four addresses", Forge.meshed(frame, .unicastFourAddress, version: 14)),
        LayerWalkCase("an older mesh, to all", Forge.meshed(frame, .broadcast, version: 14)),
        LayerWalkCase("PPPoE", Forge.ethernet(Forge.pppoe(Forge.ppp(v4, hasAddress: false)), type: 0x8864)),
        LayerWalkCase("PPPoE with IPv6", Forge.ethernet(Forge.pppoe(Forge.ppp(v6, number: 0x57, hasAddress: false)), type: 0x8864), inner: v6),
        LayerWalkCase("PPPoE behind two tags", Forge.ethernet(
            Forge.pppoe(Forge.ppp(v4, hasAddress: false)), type: 0x8864, tags: [(0x88a8, 3), (0x8100, 4)])),
        LayerWalkCase("PPPoE, padding behind it", Forge.ethernet(Forge.pppoe(Forge.ppp(v4, hasAddress: false)) + Forge.padding(7), type: 0x8864)),
    ]

    static let serialLines: [LayerWalkCase] = [
        LayerWalkCase("PPP", Forge.ppp(v4), link: .ppp),
        LayerWalkCase("PPP without address and control", Forge.ppp(v4, hasAddress: false), link: .ppp),
        LayerWalkCase("PPP with half a protocol number", Forge.ppp(v6, number: 0x57, isShort: true), link: .ppp, inner: v6),
        LayerWalkCase("PPP with nothing that can be left out", Forge.ppp(v4, hasAddress: false, isShort: true), link: .ppp),
        LayerWalkCase("PPP with MPLS", Forge.ppp(Forge.mpls(v4), number: 0x281), link: .ppp),
        LayerWalkCase("PPP in HDLC", Forge.ppp(v4), link: .pppHDLC),
        LayerWalkCase("Cisco HDLC under PPP's number", Forge.ciscoHDLC(v4), link: .pppHDLC),
        LayerWalkCase("PPPoE without Ethernet", Forge.pppoe(Forge.ppp(v4, hasAddress: false)), link: .pppEther),
        LayerWalkCase("PPP with direction", [1] + Forge.ppp(v4), link: .pppDirection),
        LayerWalkCase("PPP of pppd", [0, 3] + Forge.ppp(v4, hasAddress: false), link: .pppDaemon),
        LayerWalkCase("Cisco HDLC", Forge.ciscoHDLC(v4), link: .ciscoHDLC),
        LayerWalkCase("Cisco HDLC, multicast", Forge.ciscoHDLC(v6, type: Forge.ipv6Type, address: 0x8f), link: .ciscoHDLC, inner: v6),
        LayerWalkCase("Cisco HDLC with MPLS", Forge.ciscoHDLC(Forge.mpls(v4), type: 0x8847), link: .ciscoHDLC),
        LayerWalkCase("frame relay", Forge.frameRelay(v4), link: .frameRelay),
        LayerWalkCase("frame relay with IPv6", Forge.frameRelay(v6, identifier: 0x8e), link: .frameRelay, inner: v6),
        LayerWalkCase("frame relay, long address", Forge.frameRelay(v4, address: [0x18, 0x40, 0x02, 0x03]), link: .frameRelay),
        LayerWalkCase("frame relay with SNAP", Forge.frameRelaySNAP(v4), link: .frameRelay),
        LayerWalkCase("frame relay of Cisco", [0x18, 0x41] + Forge.be16(Forge.ipv4Type) + v4, link: .frameRelay),
    ]

    // MARK: 802.11 and capture headers

    private static func wlan(_ payload: [UInt8] = v4, type: Int = Forge.ipv4Type, _ change: (inout ForgedWLAN) -> Void = { _ in }) -> [UInt8] {
        var wlan = ForgedWLAN()
        change(&wlan)
        return wlan.frame(payload, type: type)
    }

    static let wireless: [LayerWalkCase] = [
        LayerWalkCase("802.11 to the network", wlan(), link: .wlan),
        LayerWalkCase("802.11 from the network", wlan { $0.way = .fromNetwork }, link: .wlan),
        LayerWalkCase("802.11 between two stations", wlan { $0.way = .direct }, link: .wlan),
        LayerWalkCase("802.11, four addresses", wlan { $0.way = .bridged }, link: .wlan),
        LayerWalkCase("802.11 with IPv6", wlan(v6, type: Forge.ipv6Type), link: .wlan, inner: v6),
        LayerWalkCase("802.11, QoS", wlan { $0.isQoS = true }, link: .wlan),
        LayerWalkCase("802.11, QoS and four addresses", wlan { ($0.isQoS, $0.way) = (true, .bridged) }, link: .wlan),
        LayerWalkCase("802.11, HT control", wlan { ($0.isQoS, $0.hasHTControl) = (true, true) }, link: .wlan),
        LayerWalkCase("802.11, A-MSDU", wlan { ($0.isQoS, $0.isAggregate) = (true, true) }, link: .wlan),
        LayerWalkCase("radiotap without fields", Forge.radiotap(wlan()), link: .radiotap),
        LayerWalkCase("radiotap with flags", Forge.radiotap(wlan(), flags: 0), link: .radiotap),
        LayerWalkCase("radiotap, check sequence", Forge.radiotap(wlan(), flags: 0x10), link: .radiotap),
        LayerWalkCase("radiotap, clock and check sequence", Forge.radiotap(wlan(), flags: 0x10, clock: 99), link: .radiotap),
        LayerWalkCase(
            "radiotap, padded body", Forge.radiotap(wlan { ($0.isQoS, $0.isPadded) = (true, true) }, flags: 0x20), link: .radiotap),
        LayerWalkCase("radiotap, padded body that needs none", Forge.radiotap(wlan { $0.isPadded = true }, flags: 0x20), link: .radiotap),
        LayerWalkCase(
            "radiotap, three presence words, clock, padding",
            Forge.radiotap(wlan { ($0.isQoS, $0.isPadded) = (true, true) }, flags: 0x30, clock: 99, words: 2), link: .radiotap),
        LayerWalkCase("Prism", Forge.prism(wlan()), link: .prism),
        LayerWalkCase("Prism of a big-endian host", Forge.prism(wlan(), order: .big), link: .prism),
        LayerWalkCase("AVS", Forge.avs(wlan()), link: .avs),
        LayerWalkCase("AVS under Prism's number", Forge.avs(wlan()), link: .prism),
    ]

    static let captureHeaders: [LayerWalkCase] = [
        LayerWalkCase("PPI with Ethernet", Forge.perPacketInformation(frame, link: 1), link: .perPacket),
        LayerWalkCase("PPI with fields and 802.11", Forge.perPacketInformation(wlan(), link: 105, fields: Forge.padding(24)), link: .perPacket),
        LayerWalkCase("NFLOG, little-endian", Forge.netfilterLog(v4), link: .netfilterLog),
        LayerWalkCase("NFLOG, big-endian", Forge.netfilterLog(v4, order: .big), link: .netfilterLog),
        LayerWalkCase("NFLOG, little-endian, IPv6", Forge.netfilterLog(v6, family: 10), link: .netfilterLog, inner: v6),
        LayerWalkCase("NFLOG, big-endian, IPv6", Forge.netfilterLog(v6, family: 10, order: .big), link: .netfilterLog, inner: v6),
        LayerWalkCase("PKTAP", Forge.packetTap(frame), link: .pktap),
        LayerWalkCase("PKTAP with raw IP", Forge.packetTap(v6, link: 12), link: .pktap, inner: v6),
        LayerWalkCase("PKTAP with BSD loopback", Forge.packetTap(Forge.loopback(v4), link: 0), link: .pktap),
        LayerWalkCase("PKTAP under an older number", Forge.packetTap(frame), link: .user2),
        LayerWalkCase("PKTAP 2", Forge.packetTap2(frame), link: .pktap),
        LayerWalkCase("PKTAP 2 with raw IP, under the older number", Forge.packetTap2(v4, link: 12), link: .user2),
        LayerWalkCase("IPNET", Forge.ipnet(v4), link: .ipnet),
        LayerWalkCase("IPNET with IPv6", Forge.ipnet(v6, family: 26), link: .ipnet, inner: v6),
    ]
}
