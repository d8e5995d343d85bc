import PacketForge
import Testing

@testable import TrafficCore

@Suite struct BurstTests {
    /// Bursts and ADUs by their definition, from (seconds, from the originator, octets).
    struct Model {
        var bursts: [Burst] = []
        var adus = Directional(forward: [Int](), reverse: [Int]())
        init(_ packets: [(Double, Bool, Int)]) {
            var last: (time: Int64, isPhone: Bool)?, current = 0
            func end(_ isPhone: Bool) -> (inout Model) -> Void {
                { [current] in if isPhone { $0.adus.forward.append(current) } else { $0.adus.reverse.append(current) } }
            }
            for (seconds, isPhone, octets) in packets where octets > 0 {
                let time = ForgedPacket.start + Int64(seconds * 1e9)
                let isNew = last.map { time - $0.time >= 500_000_000 } ?? true
                if let last, isNew || last.isPhone != isPhone {
                    end(last.isPhone)(&self)
                    current = 0
                }
                if isNew { bursts.append(Burst(start: time, end: time, forward: 0, reverse: 0, clear: false)) }
                bursts[bursts.count - 1].end = time
                if isPhone { bursts[bursts.count - 1].forward += octets } else { bursts[bursts.count - 1].reverse += octets }
                current += octets
                last = (time, isPhone)
            }
            if let last { end(last.isPhone)(&self) }
        }
    }

    private func packets(_ list: [(Double, Bool, Int)], isTCP: Bool) -> [ForgedPacket] {
        let path = ForgedPath(serverPort: isTCP ? 443 : 9999)
        var next = (UInt32(1000), UInt32(9000))
        return list.map { time, isPhone, count in
            // Octets that are no text and no protocol's beginning.
            let payload = [UInt8](repeating: 0x80, count: count)
            guard isTCP else { return at(time, path.udp(fromPhone: isPhone, payload: payload)) }
            let sequence = isPhone ? next.0 : next.1
            if isPhone { next.0 &+= UInt32(count) } else { next.1 &+= UInt32(count) }
            return at(time, path.tcp(fromPhone: isPhone, sequence: sequence, flags: "A", payload: payload))
        }
    }

    private func check(_ list: [(Double, Bool, Int)], isTCP: Bool) {
        // Without a SYN the originator is who sent the first packet.
        let model = Model(list.map { ($0.0, $0.1 == list[0].1, $0.2) }), reading = run(packets(list, isTCP: isTCP))
        #expect(reading.flows.count == 1)
        #expect(reading.flows.first?.bursts == model.bursts)
        for (sizes, counts) in [(model.adus.forward, reading.record.adus.forward), (model.adus.reverse, reading.record.adus.reverse)] {
            for sizeClass in PayloadSizeClass.allCases {
                let expected = sizes.count { size in
                    let upper = PayloadSizeClass(rawValue: sizeClass.rawValue + 1)?.lowerBound ?? .max
                    return size >= sizeClass.lowerBound && size < upper
                }
                #expect(counts[sizeClass] == expected, "\(sizeClass)")
            }
        }
    }

    @Test("half a second ends a burst, less does not", arguments: [false, true])
    func pause(isTCP: Bool) {
        check([(0, true, 10), (0.499_999, true, 10), (0.999_999, false, 5)], isTCP: isTCP)      // the last: exactly 500 ms
        check([(0, true, 10), (0.5, true, 10)], isTCP: isTCP)
        check([(0, true, 10), (0.25, false, 2000), (0.5, true, 127), (0.75, false, 128)], isTCP: isTCP)
    }

    @Test("empty segments neither hold a burst together nor begin one")
    func acknowledgments() { check([(0, true, 10), (0.4, false, 0), (0.6, true, 10), (0.7, false, 0)], isTCP: true) }

    @Test("size classes at their edges", arguments: [1, 127, 128, 2047, 2048, 32767, 32768])
    func sizeClasses(octets: Int) {
        check(Forge.pieces([UInt8](repeating: 0, count: octets), of: 1400).enumerated().map { (Double($0) / 1000, true, $1.count) }, isTCP: true)
    }

    @Test("random traffic", arguments: 0..<30)
    func random(seed: UInt64) {
        var random = SplitMix64(seed: seed), time = 0.0
        check((0..<80).map { _ in
            time += [0.001, 0.1, 0.3, 0.6, 5][Int.random(in: 0..<5, using: &random)]
            return (time, Bool.random(using: &random), Int.random(in: 1...1400, using: &random))
        }, isTCP: seed % 2 == 0)
    }

    @Test("a burst's directions are the originator's, though the responder's packet was captured first", arguments: [false, true])
    func originatorKnownLate(answerFirst: Bool) {
        let path = ForgedPath()
        let syn = path.tcp(sequence: 99, flags: "S"), answer = path.tcp(fromPhone: false, sequence: 499, acknowledgment: 100, flags: "SA")
        let reading = run([
            at(0, answerFirst ? answer : syn), at(0.01, answerFirst ? syn : answer),
            at(0.1, path.tcp(sequence: 100, flags: "A", payload: [UInt8](repeating: 0x80, count: 30))),
            at(0.2, path.tcp(fromPhone: false, sequence: 500, flags: "A", payload: [UInt8](repeating: 0x80, count: 500))),
            at(3, path.tcp(fromPhone: false, sequence: 1000, flags: "A", payload: [UInt8](repeating: 0x80, count: 7))),
        ])
        #expect(reading.record.originator.port == 40000)
        #expect(reading.record.payload == Directional(forward: 30, reverse: 507))
        #expect(reading.flows.first?.bursts.map(\.forward) == [30, 0])
        #expect(reading.flows.first?.bursts.map(\.reverse) == [500, 7])
    }

    @Test("resent octets are in no burst")
    func resent() {
        let path = ForgedPath(), payload = [UInt8](repeating: 0x80, count: 100)
        let reading = run([at(0, path.tcp(sequence: 1, payload: payload)), at(3, path.tcp(sequence: 1, payload: payload))])
        #expect(reading.flows.first?.bursts.map(\.forward) == [100])
    }
}
