import PacketForge
import Testing

@testable import TrafficCore

@Suite struct IPFragmentTests {
    // MARK: Datagrams and what becomes of them

    /// Addresses of the phone and the server.
    static func addresses(isV6: Bool) -> (phone: [UInt8], server: [UInt8]) {
        isV6 ? (Forge.phoneV6, Forge.serverV6) : (Forge.phoneV4, Forge.serverV4)
    }

    /// A UDP datagram with `octets` of payload in fragments of 1000 octets, whose payload is different for each identification.
    static func fragments(octets: Int = 2500, isV6: Bool = false, identification: Int = 0x1234, port: Int = 9999) -> [[UInt8]] {
        let hosts = addresses(isV6: isV6), payload = (0..<octets).map { UInt8(truncatingIfNeeded: $0 / 3 + identification) | 0x80 }
        let datagram = Forge.udp(to: port, payload: payload)
        return Forge.fragments(
            datagram, cuts: Array(stride(from: 1000, to: datagram.count, by: 1000)), from: hosts.phone, to: hosts.server,
            identification: identification)
    }

    /// IP packets a hundredth of a second apart, or at `times` (seconds). Each must be in one bin of the account.
    private func read(_ packets: [[UInt8]], times: [Double] = [], limits: FlowLimits = FlowLimits()) -> EngineReading {
        var list: [ForgedPacket] = []
        for (index, packet) in packets.enumerated() { list.append(at(index < times.count ? times[index] : Double(index) / 100, packet)) }
        return read(list, limits: limits)
    }

    private func read(_ packets: [ForgedPacket], limits: FlowLimits = FlowLimits()) -> EngineReading {
        let reading = run(packets, link: .raw, limits: limits), account = reading.overview.account
        #expect(account.packets == packets.count && account.accounted == packets.count)
        #expect(reading.records.reduce(0) { $0 + $1.packets.forward + $1.packets.reverse } == account.inFlows)
        return reading
    }

    /// The only flow has these IP packets, and `payload` octets once.
    private func expectOneFlow(_ reading: EngineReading, of packets: [[UInt8]], payload: Int = 2500, incomplete: Int = 0) {
        #expect(reading.flows.count == 1)
        #expect(reading.record.packets == Directional(forward: packets.count, reverse: 0))
        #expect(reading.record.octets == Directional(forward: packets.reduce(0) { $0 + $1.count }, reverse: 0))
        #expect(reading.record.payload == Directional(forward: payload, reverse: 0))
        #expect(reading.flows.first?.bursts.reduce(0) { $0 + $1.forward } == payload)
        #expect(reading.overview.account.inFlows == packets.count)
        #expect(reading.overview.account.incompleteFragments == incomplete)
    }

    // MARK: Whole datagrams

    @Test("all fragments are packets of the flow, in whatever order they come; the payload is counted once", arguments: [
        [0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1], [1, 0, 2], [0, 2, 1],
    ], [false, true])
    func anyOrder(_ order: [Int], _ isV6: Bool) {
        let fragments = Self.fragments(isV6: isV6), reading = read(order.map { fragments[$0] })
        expectOneFlow(reading, of: fragments)
        #expect(reading.record.firstFrame == 1 && reading.record.lastFrame == 3)
        #expect(reading.record.first == ForgedPacket.start && reading.record.last == ForgedPacket.start + second / 50)
        #expect(reading.record.originator.port == 40000 && reading.record.responder.port == 9999)
        #expect(reading.record.originator.address.octets == Self.addresses(isV6: isV6).phone)
        #expect(reading.record.adus.forward[.batch] == 1)
        #expect(reading.record.tunnel == nil && reading.record.duplicatePackets == 0)
    }

    @Test("interleaved datagrams do not mix, be it that only the identification or only an address tells them apart")
    func interleaved() {
        let one = Self.fragments(identification: 1), two = Self.fragments(octets: 1500, identification: 2)
        let both = [one[0], two[0], two[1], one[2], one[1]]
        expectOneFlow(read(both), of: both, payload: 4000)
        let datagram = Forge.udp(to: 9999, payload: Forge.padding(1200))
        let other = Forge.fragments(datagram, cuts: [1000], from: [192, 0, 2, 18], identification: 1)
        let reading = read([one[0], other[0], one[1], other[1], one[2]])
        #expect(Set(reading.records.map(\.payload.forward)) == [2500, 1200])
        #expect(Set(reading.records.map(\.packets.forward)) == [3, 2])
        let transports = [one[0], Forge.fragment(Forge.padding(16), 8..<16, transport: 6, identification: 1), one[1], one[2]]
        expectOneFlow(read(transports), of: one, incomplete: 1)
    }

    @Test("a datagram that is no TCP or UDP is counted with all its fragments", arguments: [false, true])
    func otherTransport(isV6: Bool) {
        let hosts = Self.addresses(isV6: isV6), number = isV6 ? 58 : 1
        let fragments = Forge.fragments(Forge.padding(2008), cuts: [800, 1600], transport: number, from: hosts.phone, to: hosts.server)
        let reading = read(fragments)
        #expect(reading.flows.isEmpty && reading.overview.account.otherTransport == [UInt8(number): 3])
    }

    @Test("a datagram whose transport header contradicts it is malformed with all its fragments")
    func malformed() {
        let reading = read(Forge.fragments([156, 64, 39, 15, 0, 3, 0, 0] + Forge.padding(40), cuts: [8, 24]))
        #expect(reading.flows.isEmpty && reading.overview.account.malformed == ["bad_length_udp": 3])
    }

    @Test("extension headers may stand behind the fragment header")
    func extensionsBehind() {
        let payload = [UInt8(17)] + Forge.optionsHeader(units: 1) + Forge.udp(to: 9999, payload: Forge.padding(100))
        let fragments = Forge.fragments(payload, cuts: [8, 64], transport: 60, from: Forge.phoneV6, to: Forge.serverV6)
        expectOneFlow(read(fragments), of: fragments, payload: 100)
    }

    // MARK: Datagrams that are never whole

    @Test("of a datagram that lacks a fragment nothing is in a flow", arguments: 0..<3, [false, true])
    func missing(_ lost: Int, _ isV6: Bool) {
        var fragments = Self.fragments(isV6: isV6)
        fragments.remove(at: lost)
        let reading = read(fragments)
        #expect(reading.flows.isEmpty && reading.overview.account.incompleteFragments == 2)
    }

    @Test("after 60 seconds the rest is not waited for", arguments: [false, true])
    func patience(isV6: Bool) {
        let fragments = Self.fragments(isV6: isV6)
        expectOneFlow(read(fragments, times: [0, 59, 60]), of: fragments)
        #expect(read(fragments, times: [0, 59, 60.001]).overview.account.incompleteFragments == 3)
        // The same identification later is another datagram.
        let again = read([fragments[0]] + fragments, times: [0, 100, 100.1, 100.2])
        expectOneFlow(again, of: fragments, incomplete: 1)
        #expect(again.record.firstFrame == 2)
    }

    @Test("the snapshot length cut the first fragment: what it tells is in a flow, the others are incomplete", arguments: [false, true])
    func cutFirst(isV6: Bool) {
        let fragments = Self.fragments(isV6: isV6)
        let cut = ForgedPacket(Array(fragments[0].prefix(68)), wireLength: fragments[0].count)
        let reading = read([cut, at(0.01, fragments[1]), at(0.02, fragments[2])])
        #expect(reading.record.packets.forward == 1 && reading.record.octets.forward == fragments[0].count)
        #expect(reading.record.payload.forward == 992, "the fragment's octets without the UDP header")
        #expect(reading.overview.account.incompleteFragments == 2)
    }

    @Test("the snapshot length cut a later fragment: nothing is in a flow", arguments: 1..<3, [false, true])
    func cutLater(_ index: Int, _ isV6: Bool) {
        var packets = Self.fragments(isV6: isV6).map { at(0, $0) }
        packets[index] = ForgedPacket(Array(packets[index].octets.prefix(68)), wireLength: packets[index].octets.count)
        let reading = read(packets)
        #expect(reading.flows.isEmpty && reading.overview.account.incompleteFragments == 3)
    }

    @Test("a fragment that reaches beyond the longest datagram, or holds nothing, completes none")
    func impossible() {
        let beyond = Forge.ipv4(Forge.padding(16), transport: 17, fragment: ForgedFragment(offset: 65528, moreFollow: false))
        let empty = Forge.ipv4([], transport: 17, fragment: ForgedFragment(offset: 1000, moreFollow: false))
        let fragments = Self.fragments()
        expectOneFlow(read([beyond, empty] + fragments), of: fragments, incomplete: 2)
    }

    // MARK: Fragments that overlap

    @Test("a fragment that comes twice is two packets, and its octets count once")
    func duplicate() {
        let fragments = Self.fragments()
        let packets = [fragments[0], fragments[1], fragments[1], fragments[2]]
        expectOneFlow(read(packets), of: packets)
        // Behind the last one that was missing it belongs to nothing.
        expectOneFlow(read(fragments + [fragments[1]]), of: fragments, incomplete: 1)
    }

    @Test("overlapping fragments that agree make the datagram")
    func overlap() {
        let datagram = Forge.udp(to: 9999, payload: (0..<100).map { UInt8($0) })
        let packets = [0..<48, 24..<72, 64..<108].map { Forge.fragment(datagram, $0) }
        expectOneFlow(read(packets), of: packets, payload: 100)
        expectOneFlow(read(packets.reversed()), of: packets, payload: 100)
        let account = read(packets).overview
        #expect(account.fragmentOverlaps == 2 && account.fragmentConflicts == 0)
        // One that holds all that the others had, and more.
        let covering = [8..<24, 40..<48, 0..<64, 64..<108].map { Forge.fragment(datagram, $0) }
        expectOneFlow(read(covering), of: covering, payload: 100)
    }

    @Test("where overlapping fragments differ, what came first holds")
    func conflict() {
        let query = Forge.udp(to: 53, payload: Forge.dnsQuery("first.example.com"))
        var other = query
        other.replaceSubrange(21..<24, with: Array("bur".utf8))
        let fragments = [0..<24, 24..<query.count].map { Forge.fragment(query, $0) }, changed = Forge.fragment(other, 16..<24)
        let late = read([fragments[0], changed, fragments[1]]), early = read([changed, fragments[0], fragments[1]])
        #expect(late.record.dnsQueries == ["first.example.com"])
        #expect(early.record.dnsQueries == ["burst.example.com"])
        #expect(late.record.packets.forward == 3 && early.record.packets.forward == 3)
        #expect(late.overview.fragmentOverlaps == 1 && late.overview.fragmentConflicts == 1 && early.overview.fragmentConflicts == 1)
        #expect(late.record.payload.forward == query.count - 8 && early.record.payload == late.record.payload)
    }

    @Test("a datagram ends where its last fragment ends, whatever others say", arguments: [false, true])
    func beyondTheEnd(isV6: Bool) {
        let hosts = Self.addresses(isV6: isV6), segment = Forge.tcp(sequence: 1, payload: Array("twelve octet".utf8))
        let fragments = Forge.fragments(segment, cuts: [24], transport: 6, from: hosts.phone, to: hosts.server)
        let longer = Forge.padding(900)
        for range in [800..<808, 24..<40] {
            let stray = Forge.fragment(longer, range, transport: 6, from: hosts.phone, to: hosts.server)
            let packets = [fragments[1], stray, fragments[0]]
            expectOneFlow(read(packets), of: packets, payload: 12)
        }
    }

    // MARK: Tunnels

    private static let ends: (source: [UInt8], destination: [UInt8]) = ([198, 51, 100, 1], [198, 51, 100, 2])

    private func inGRE(_ packet: [UInt8]) -> [UInt8] {
        let payload = Forge.gre(packet, type: packet[0] >> 4 == 4 ? Forge.ipv4Type : Forge.ipv6Type)
        return Forge.ipv4(payload, transport: 47, from: Self.ends.source, to: Self.ends.destination)
    }

    @Test("fragments inside a tunnel are packets of the flow inside", arguments: [false, true])
    func insideTunnel(isV6: Bool) {
        let fragments = Self.fragments(isV6: isV6), reading = read(fragments.map { inGRE($0) })
        expectOneFlow(reading, of: fragments)
        #expect(reading.record.tunnel == "gre")
        #expect(reading.record.originator.address.octets == Self.addresses(isV6: isV6).phone)
        #expect(reading.overview.account.tunnelFragments == 0)
    }

    @Test("of a tunnel's packet in fragments the packet inside counts once", arguments: [47, 17])
    func tunnelInFragments(_ transport: Int) {
        let inner = Forge.ipv4(Forge.udp(to: 9999, payload: Forge.padding(2500)), transport: 17)
        let payload = transport == 47 ? Forge.gre(inner) : Forge.udp(to: 4789, payload: Forge.vxlan(Forge.ethernet(inner)))
        let fragments = Forge.fragments(
            payload, cuts: [1000, 2000], transport: transport, from: Self.ends.source, to: Self.ends.destination)
        for packets in [fragments, fragments.reversed()] {
            let reading = read(packets)
            expectOneFlow(reading, of: [inner])
            #expect(reading.overview.account.tunnelFragments == 2)
            #expect(reading.record.tunnel == (transport == 47 ? "gre" : "vxlan"))
            #expect(reading.record.originator.address.octets == Forge.phoneV4)
        }
        #expect(read(Array(fragments.dropLast())).overview.account.incompleteFragments == 2)
    }

    @Test("a tunnel's packet in fragments that carries no IP is the tunnel's own")
    func tunnelWithoutIP() {
        let frame = Forge.ethernet(Forge.padding(1200), type: 0x0806)
        let gre = read(Forge.fragments(Forge.gre(frame, type: 0x6558), cuts: [400, 800], transport: 47))
        #expect(gre.flows.isEmpty && gre.overview.account.otherTransport == [47: 3])
        let datagram = Forge.udp(to: 4789, payload: Forge.vxlan(frame)), fragments = Forge.fragments(datagram, cuts: [400, 800])
        let vxlan = read(fragments)
        expectOneFlow(vxlan, of: fragments, payload: datagram.count - 8)
        #expect(vxlan.record.tunnel == nil && vxlan.record.responder.port == 4789)
    }

    @Test("fragments inside fragments are put together twice")
    func fragmentsInFragments() {
        let inner = Forge.fragments(Forge.udp(to: 9999, payload: Forge.padding(3000)), cuts: [1600])
        var packets: [[UInt8]] = []
        for (index, fragment) in inner.enumerated() {
            packets += Forge.fragments(
                Forge.gre(fragment), cuts: [1000], transport: 47, from: Self.ends.source, to: Self.ends.destination, identification: index + 1)
        }
        let reading = read(packets)
        expectOneFlow(reading, of: inner, payload: 3000)
        #expect(reading.overview.account.tunnelFragments == 2 && reading.record.tunnel == "gre")
        let cut = read(Array(packets.dropLast()))
        #expect(cut.flows.isEmpty && cut.overview.account.incompleteFragments == 2 && cut.overview.account.tunnelFragments == 1)
    }

    // MARK: Limits

    @Test("beyond the memory limit the oldest datagrams are given up")
    func memoryLimit() {
        var limits = FlowLimits()
        let datagrams = (0..<60).map { Self.fragments(octets: 1500, identification: $0 + 1, port: 9000 + $0) }
        let packets = datagrams.map { $0[0] } + datagrams.reversed().map { $0[1] }
        #expect(read(packets).flows.count == 60)
        limits.fragments = 30_000
        let reading = read(packets, limits: limits)
        let whole = reading.flows.count
        #expect((5..<30).contains(whole), "\(whole) of 60")
        #expect(Set(reading.records.map { Int($0.responder.port) }) == Set(9060 - whole..<9060), "the latest are kept")
        #expect(reading.overview.account.incompleteFragments == 120 - 2 * whole)
        limits.fragments = 0
        #expect(read(packets, limits: limits).overview.account.incompleteFragments == 120)
    }

    @Test("datagrams that were never whole are counted by why they were given up")
    func unfinished() {
        let datagrams = (0..<40).map { Self.fragments(octets: 1500, identification: $0 + 1, port: 9000 + $0) }
        let first = read(datagrams[0])
        #expect(first.overview.unfinishedDatagrams == UnfinishedDatagrams())
        // The first of three waits in vain, the last until the end.
        let waiting = read([datagrams[0][0]] + datagrams[1] + [datagrams[2][0]], times: [0, 1, 2, 61])
        #expect(waiting.overview.unfinishedDatagrams == UnfinishedDatagrams(timedOut: 1, evicted: 0, open: 1))
        #expect(waiting.overview.unfinishedDatagrams.total == 2)
        var limits = FlowLimits()
        limits.fragments = 30_000
        let crowded = read(datagrams.map { $0[0] }, limits: limits).overview.unfinishedDatagrams
        #expect(crowded.timedOut == 0 && crowded.evicted > 5 && crowded.open > 5 && crowded.total == 40)
    }

    @Test("thousands of datagrams that are put together leave nothing behind, thousands that are not are bounded")
    func manyDatagrams() {
        let pair = Forge.fragments(Forge.udp(to: 9999, payload: Forge.padding(16)), cuts: [8])
        func packet(_ index: Int, _ part: Int) -> [UInt8] {
            var octets = pair[part]
            (octets[4], octets[5]) = (UInt8(index >> 8), UInt8(index & 0xff))
            return octets
        }
        let count = 17_000
        let inTurn = read((0..<count).flatMap { [at(Double($0) / 1000, packet($0, 0)), at(Double($0) / 1000, packet($0, 1))] })
        #expect(inTurn.record.packets.forward == 2 * count && inTurn.record.payload.forward == 16 * count)
        let later = read((0..<6000).map { at(0, packet($0, 0)) } + (0..<6000).reversed().map { at(0.1, packet($0, 1)) })
        let together = later.overview.account.inFlows
        #expect(together > 0 && together < 12000 && later.overview.account.incompleteFragments == 12000 - together)
    }

    // MARK: Random

    struct RandomDatagram {
        var whole: [UInt8]
        var fragments: [[UInt8]]
        /// One more that overlaps others, or is one of them.
        var extra: [UInt8]

        init(seed: UInt64) {
            var random = SplitMix64(seed: seed)
            let hosts = IPFragmentTests.addresses(isV6: seed % 2 == 0), isTCP = seed % 4 < 2
            let payload = random.octets(Int.random(in: 30...3000, using: &random))
            let datagram = isTCP ? Forge.tcp(sequence: 1000, payload: payload) : Forge.udp(payload: payload)
            let transport = isTCP ? 6 : 17, units = (datagram.count - 1) / 8
            whole = Forge.ip(datagram, transport: transport, from: hosts.phone, to: hosts.server)
            var cuts: Set<Int> = []
            for _ in 0...Int.random(in: 0...12, using: &random) { cuts.insert(8 * Int.random(in: 1...units, using: &random)) }
            fragments = Forge.fragments(
                datagram, cuts: cuts.sorted(), transport: transport, from: hosts.phone, to: hosts.server
            ).shuffled(using: &random)
            let start = Int.random(in: 1...units, using: &random), stop = Int.random(in: start...units, using: &random) + 1
            let end = stop > units ? datagram.count : stop * 8
            extra = Forge.fragment(datagram, start * 8..<end, transport: transport, from: hosts.phone, to: hosts.server)
        }
    }

    @Test("whatever the cuts and the order, the flow is that of the whole datagram", arguments: 0..<80)
    func anyFragmentation(seed: UInt64) {
        var random = SplitMix64(seed: seed &+ 1000)
        let datagram = RandomDatagram(seed: seed)
        let plain = read([datagram.whole]), reading = read(datagram.fragments)
        expectOneFlow(reading, of: datagram.fragments, payload: plain.record.payload.forward)
        #expect(reading.record.adus == plain.record.adus && reading.record.service == plain.record.service)
        #expect(reading.record.state == plain.record.state && reading.record.transport == plain.record.transport)

        // One of them lost: nothing. One more that overlaps: the same payload, and it is in the flow or too late.
        var some = datagram.fragments
        some.remove(at: Int.random(in: 0..<some.count, using: &random))
        let without = read(some)
        #expect(without.flows.isEmpty && without.overview.account.incompleteFragments == some.count)
        var more = datagram.fragments
        more.insert(datagram.extra, at: Int.random(in: 0...more.count, using: &random))
        let with = read(more), account = with.overview.account
        #expect(with.record.payload == plain.record.payload)
        #expect(account.inFlows + account.incompleteFragments == more.count)
    }
}
