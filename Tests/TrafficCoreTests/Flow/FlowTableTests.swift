import PacketForge
import Testing

@testable import TrafficCore

@Suite struct FlowTableTests {
    private static func packet(_ number: Int) -> DecodedPacket {
        var packet = DecodedPacket()
        packet.source = number % 3 == 0 ? IPAddress(v6High: UInt64(number), low: 1) : IPAddress(v4: UInt32(number))
        packet.destination = number % 3 == 0 ? IPAddress(v6High: 7, low: 1) : IPAddress(v4: 7)
        (packet.sourcePort, packet.destinationPort, packet.isTCP) = (UInt16(number % 50000), 443, number % 2 == 0)
        return packet
    }

    private static func flow(_ key: FlowKey, _ hash: UInt32, frame: Int) -> Flow {
        Flow(key: key, hash: hash, firstSenderIsLow: true, vlan: -1, first: 0, last: 0, firstFrame: frame, lastFrame: frame, link: (0, 0))
    }

    @Test("thousands of random inserts and removes agree with a dictionary", arguments: 0..<6, [false, true])
    func againstDictionary(seed: UInt64, collidingHashes: Bool) {
        var random = SplitMix64(seed: seed), table = FlowTable(), model: [Int: Int] = [:]
        let universe = collidingHashes ? 400 : 6000
        for step in 0..<(collidingHashes ? 4000 : 12000) {
            let number = Int.random(in: 1...universe, using: &random), key = FlowKey.of(Self.packet(number)).key
            // With hashes out of 16, all entries probe through each other, and around the end of the table.
            let hash = collidingHashes ? UInt32(number % 16) &+ 0xfff8 : table.hash(of: key)
            let place = table.find(key, hash: hash)
            if let frame = model[number] {
                #expect(place >= 0 && table.flows[place].firstFrame == frame)
                if Bool.random(using: &random) {
                    table.remove(place)
                    model[number] = nil
                    #expect(table.find(key, hash: hash) == -1)
                }
            } else {
                #expect(place == -1)
                #expect(table.insert(Self.flow(key, hash, frame: step)) >= 0)
                model[number] = step
            }
            #expect(table.count == model.count)
        }
        #expect(Set(table.openPlaces().map { table.flows[Int($0)].firstFrame }) == Set(model.values))
    }

    @Test("both directions have one key, and each side its own place in it", arguments: 0..<40)
    func keySymmetry(seed: UInt64) {
        var random = SplitMix64(seed: seed), packet = DecodedPacket()
        let isV6 = seed % 2 == 0
        func address() -> IPAddress {
            // Few values, so that equal halves and equal addresses occur.
            isV6 ? IPAddress(v6High: UInt64.random(in: 0...1, using: &random), low: UInt64.random(in: 0...1, using: &random)) : IPAddress(v4: UInt32.random(in: 0...2, using: &random))
        }
        (packet.source, packet.destination) = (address(), address())
        (packet.sourcePort, packet.destinationPort) = (UInt16.random(in: 0...2, using: &random), UInt16.random(in: 0...2, using: &random))
        var answer = packet
        (answer.source, answer.destination, answer.sourcePort, answer.destinationPort) = (packet.destination, packet.source, packet.destinationPort, packet.sourcePort)
        let (key, low) = FlowKey.of(packet), (other, otherLow) = FlowKey.of(answer)
        #expect(key == other)
        let isSelf = packet.source == packet.destination && packet.sourcePort == packet.destinationPort
        #expect(isSelf || low != otherLow)
        #expect(key.endpoint(low: low) == Endpoint(address: packet.source, port: packet.sourcePort))
        #expect(key.endpoint(low: otherLow) == Endpoint(address: answer.source, port: answer.sourcePort))
        var udp = packet
        udp.isTCP.toggle()
        #expect(FlowKey.of(udp).key != key)
    }

    @Test("IPv4 and IPv6 addresses of the same bits are two flows")
    func families() {
        let packets = [
            at(0, Forge.ethernet(Forge.ip(Forge.udp(payload: [1]), transport: 17, from: [0, 0, 0, 1], to: [0, 0, 0, 2]))),
            at(1, Forge.ethernet(Forge.ip(Forge.udp(payload: [1]), transport: 17, from: Forge.v6([0, 0, 0, 0, 0, 0, 0, 1]), to: Forge.v6([0, 0, 0, 0, 0, 0, 0, 2])), type: 0x86dd)),
        ]
        #expect(run(packets).records.map(\.originator.address.description) == ["0.0.0.1", "::1"])
    }
}

@Suite struct TimerWheelTests {
    @Test("every flow comes up once its tick is over, and no other", arguments: 0..<10)
    func againstModel(seed: UInt64) {
        var random = SplitMix64(seed: seed), wheel = TimerWheel(), flows = ChunkedArray<Flow>(), model: [Int32: Int64] = [:], now: Int64 = 0
        let key = FlowKey.of(DecodedPacket()).key
        for _ in 0..<3000 {
            now += Int64.random(in: 0...(Bool.random(using: &random) ? 3 : 500), using: &random) * second / 2
            if seed == 9, Int.random(in: 0..<300, using: &random) == 0 { now += 20_000 * second }      // beyond one turn
            if wheel.isDue(now) {
                // What is over by a tick comes up, and nothing else does.
                let due = Set(wheel.takeDue(now, from: &flows))
                let expected = Set(model.filter { $0.value / second < now / second }.keys)
                #expect(due == expected)
                for index in due { model[index] = nil }
            }
            if Int.random(in: 0..<4, using: &random) > 0 {
                let deadline = now + Int64.random(in: 0...4000, using: &random) * second
                flows.append(Flow(key: key, hash: 0, firstSenderIsLow: true, vlan: -1, first: 0, last: 0, firstFrame: 0, lastFrame: 0, link: (0, 0)))
                wheel.insert(Int32(flows.count - 1), deadline: deadline, now: now, into: &flows)
                model[Int32(flows.count - 1)] = deadline
            } else if let index = model.keys.min() {
                wheel.remove(index, from: &flows)
                wheel.remove(index, from: &flows)       // a second time: nothing
                model[index] = nil
            }
        }
    }
}
