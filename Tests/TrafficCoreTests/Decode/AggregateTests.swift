import PacketForge
import Testing

@testable import TrafficCore

@Suite struct AggregateTests {
    static let udp = LayerWalkCase.v4, udp6 = LayerWalkCase.v6
    static let tcp = Forge.ipv4(
        Forge.tcp(from: 41000, to: 443, sequence: 7, payload: [1, 2, 3, 4, 5]), transport: 6, from: LayerWalkCase.v4Addresses.source,
        to: LayerWalkCase.v4Addresses.destination)
    static let arp: [UInt8] = [0, 1, 8, 0, 6, 4, 0, 1] + Forge.padding(20)
    static let four: [(payload: [UInt8], type: Int)] = [
        (udp, Forge.ipv4Type), (arp, 0x0806), (tcp, Forge.ipv4Type), (udp6, Forge.ipv6Type),
    ]

    @Test("every packet of an 802.11 aggregate is in its flow or bin", arguments: ForgedWLAN.Way.allCases)
    func everyPacket(_ way: ForgedWLAN.Way) {
        let reading = run([at(0, ForgedWLAN(way: way).aggregate(Self.four)), at(1, ForgedWLAN(way: way).frame(Self.udp))], link: .wlan)
        let account = reading.overview.account
        #expect(account.packets == 2 && account.accounted == 2 && account.aggregatedPackets == 3)
        #expect(account.inFlows == 4 && account.nonIP == [0x0806: 1])
        // UDP over IPv4 twice, over IPv6 and TCP once.
        let records = reading.records.sorted { ($0.originator.port, -$0.packets.forward) < ($1.originator.port, -$1.packets.forward) }
        #expect(records.map(\.packets.forward) == [2, 1, 1])
        #expect(records.map(\.payload.forward) == [2 * LayerWalkCase.data.count, LayerWalkCase.data.count, 5])
        #expect(records.map(\.octets.forward) == [2 * Self.udp.count, Self.udp6.count, Self.tcp.count])
        #expect(records.allSatisfy { $0.originatorLinkAddress == 0x0200_0000_0011 && $0.responderLinkAddress == 0x0200_0000_0022 })
    }

    @Test("a check sequence behind an aggregate is no packet, nor are the octets that the snapshot cut off")
    func ends() {
        let frame = ForgedWLAN().aggregate(Self.four)
        let checked = run([at(0, Forge.radiotap(frame, flags: 0x10))], link: .radiotap).overview.account
        #expect(checked.inFlows == 3 && checked.aggregatedPackets == 3 && checked.accounted == 1)
        #expect(run([at(0, frame + [1, 2, 3, 4])], link: .wlan).overview.account == run([at(0, frame)], link: .wlan).overview.account)
        for count in 26...frame.count {
            let account = run([ForgedPacket(Array(frame.prefix(count)), wireLength: frame.count)], link: .wlan).overview.account
            #expect(account.packets == 1 && account.accounted == 1 && account.malformed.isEmpty, "cut after \(count)")
        }
    }

    @Test("packets of an aggregate in a tunnel are packets inside the tunnel")
    func inTunnel() throws {
        let frame = LayerWalkCase.udp(5247, Forge.capwap(ForgedWLAN().aggregate(Self.four), isNative: true))
        let reading = run([at(0, frame)])
        #expect(reading.overview.account.accounted == 1 && reading.overview.account.aggregatedPackets == 3)
        // ARP inside belongs to the tunnel's own flow.
        #expect(reading.overview.account.inFlows == 4)
        #expect(reading.records.count { $0.tunnel == "capwap" } == 3 && reading.records.count { $0.tunnel == nil } == 1)
    }

    @Test("an aggregate that contradicts itself ends, and every frame is accounted for")
    func hostile() {
        let frame = ForgedWLAN().aggregate(Self.four)
        for index in 24..<frame.count {
            for value in [0, 1, 0x7f, 0xff] as [UInt8] {
                var octets = frame
                octets[index] = value
                let account = run([at(0, octets)], link: .wlan).overview.account
                #expect(account.packets == 1 && account.accounted == 1, "octet \(index) is \(value)")
            }
        }
        // Nothing but empty frames.
        let empty = ForgedWLAN().aggregate([([], 0)]) + Forge.padding(4000)
        #expect(run([at(0, empty)], link: .wlan).overview.account.accounted == 1)
    }
}
