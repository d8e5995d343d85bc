import PacketForge
import Testing

@testable import TrafficCore

/// Unique, resent and missing octets, against a model that knows nothing but a set of sequence numbers.
@Suite struct PayloadCountingTests {
    /// Random segments of one stream in random order, with resending, overlaps and losses.
    struct Stream {
        var segments: [Range<Int>] = []
        var start: UInt32

        init(seed: UInt64) {
            var random = SplitMix64(seed: seed)
            start = seed % 3 == 0 ? .max - UInt32.random(in: 0...3000, using: &random) : UInt32.random(in: 0...(.max), using: &random)
            var position = 0
            while segments.count < Int.random(in: 2...60, using: &random) {
                let length = Int.random(in: 1...200, using: &random)
                switch Int.random(in: 0..<10, using: &random) {
                case 0: position += Int.random(in: 1...100, using: &random)                                  // lost
                case 1 where position > 0: segments.append(max(0, position - length)..<position)             // sent again, cut anew
                case 2 where !segments.isEmpty: segments.append(segments[Int.random(in: 0..<segments.count, using: &random)])
                default:
                    segments.append(position..<position + length)
                    position += length
                }
            }
            let swaps = Int.random(in: 0...segments.count, using: &random)
            for _ in 0..<swaps {
                let first = Int.random(in: 0..<segments.count, using: &random)
                segments.swapAt(first, max(0, first - Int.random(in: 0...4, using: &random)))
            }
        }

        func packets(withSYN: Bool) -> [ForgedPacket] {
            let path = ForgedPath()
            var packets = withSYN ? [at(0, path.tcp(sequence: start, flags: "S"))] : []
            for (index, range) in segments.enumerated() {
                packets.append(at(0.001 * Double(index + 1), path.tcp(
                    sequence: start &+ 1 &+ UInt32(range.lowerBound), flags: "A", payload: range.map { UInt8(truncatingIfNeeded: $0 / 7) })))
            }
            return packets
        }
    }

    @Test("payload is exactly the union of the sequence numbers", arguments: 0..<400)
    func union(seed: UInt64) {
        let stream = Stream(seed: seed), withSYN = seed % 2 == 0
        var seen: Set<Int> = [], sent = 0, late = 0, highest = -1
        for range in stream.segments {
            let fresh = range.count { !seen.contains($0) }
            if fresh > 0, range.upperBound - 1 <= highest { late += 1 }
            seen.formUnion(range)
            if range.count > 1 || range.lowerBound != highest { sent += range.count }      // else it looks like a keep-alive
            highest = max(highest, range.upperBound - 1)
        }
        let reading = run(stream.packets(withSYN: withSYN))
        #expect(reading.flows.count == 1)
        let record = reading.record
        #expect(record.payload.forward == seen.count)
        #expect(record.resent.forward == sent - seen.count)
        let lowest = withSYN ? 0 : (seen.min() ?? 0)
        #expect(record.missing.forward == highest + 1 - lowest - seen.count)
        #expect(record.outOfOrder.forward == late)
        #expect(record.payload.reverse == 0 && record.missing.reverse == 0)
        #expect(record.packets.forward == stream.segments.count + (withSYN ? 1 : 0))
        #expect(reading.overview.account.accounted == reading.overview.account.packets)
        #expect(record.overlapConflict.forward == 0, "resent octets were the same")
        let burst = reading.flows[0].bursts.reduce(0) { $0 + $1.forward }
        #expect(burst == seen.count, "bursts add up to the payload")
    }

    /// Position and length of segments of one direction → unique, resent, missing, out of order.
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var segments: [(Int, Int)]
        var unique: Int
        var resent = 0
        var missing = 0
        var outOfOrder = 0
    }
    static let cases = [
        Case(testDescription: "in order", segments: [(0, 100), (100, 100)], unique: 200),
        Case(testDescription: "two swapped", segments: [(0, 100), (200, 100), (100, 100)], unique: 300, outOfOrder: 1),
        Case(testDescription: "sent again", segments: [(0, 100), (0, 100)], unique: 100, resent: 100),
        Case(testDescription: "sent again with more behind it", segments: [(0, 100), (50, 100)], unique: 150, resent: 50),
        Case(testDescription: "sent again as one larger segment", segments: [(0, 10), (10, 10), (20, 10), (0, 30)], unique: 30, resent: 30),
        Case(testDescription: "a hole", segments: [(0, 100), (150, 50)], unique: 150, missing: 50),
        Case(testDescription: "a hole before the first octet, after a SYN", segments: [(40, 10)], unique: 10, missing: 40),
        Case(testDescription: "holes filled from behind", segments: [(300, 100), (200, 100), (100, 100), (0, 100)], unique: 400, outOfOrder: 3),
        Case(testDescription: "a segment that bridges two holes", segments: [(0, 10), (20, 10), (40, 10), (5, 40)], unique: 50, resent: 20, outOfOrder: 1),
        Case(testDescription: "keep-alive: the last octet again is asked, not sent", segments: [(0, 100), (99, 1), (99, 1)], unique: 100, resent: 0),
        Case(testDescription: "the last two octets again are", segments: [(0, 100), (98, 2)], unique: 100, resent: 2),
    ]

    @Test(arguments: cases, [5, .max - 120] as [UInt32])
    func counts(_ c: Case, _ start: UInt32) {
        let path = ForgedPath()
        var packets = [at(0, path.tcp(sequence: start, flags: "S"))]
        for (index, (position, length)) in c.segments.enumerated() {
            packets.append(at(Double(index + 1) / 1000, path.tcp(
                sequence: start &+ 1 &+ UInt32(position), flags: "A", payload: [UInt8](repeating: 0x41, count: length))))
        }
        let record = run(packets).record
        #expect(record.payload.forward == c.unique)
        #expect(record.resent.forward == c.resent)
        #expect(record.missing.forward == c.missing)
        #expect(record.outOfOrder.forward == c.outOfOrder)
    }

    @Test("a mid-stream start misses nothing before it")
    func midStream() {
        let path = ForgedPath()
        let record = run([at(0, path.tcp(sequence: 7_000_000, payload: [1, 2, 3])), at(0.1, path.tcp(sequence: 7_000_003, payload: [4]))]).record
        #expect(record.payload.forward == 4 && record.missing.forward == 0 && record.state == "OTH")
    }

    @Test("data on a SYN begins behind its sequence number")
    func fastOpen() {
        let path = ForgedPath()
        let record = run([
            at(0, path.tcp(sequence: 100, flags: "S", payload: [1, 2, 3])), at(0.01, path.tcp(fromPhone: false, sequence: 500, flags: "SA")),
            at(0.02, path.tcp(sequence: 104, flags: "A", payload: [4])), at(0.03, path.tcp(sequence: 101, flags: "A", payload: [1, 2, 3])),
        ]).record
        #expect(record.payload.forward == 4 && record.resent.forward == 3 && record.missing.forward == 0 && record.outOfOrder.forward == 0)
    }

    @Test("of several SYN+ACKs with other numbers the last one before payload counts")
    func severalAnswers() {
        let path = ForgedPath()
        let record = run([
            at(0, path.tcp(sequence: 100, flags: "S")), at(0.01, path.tcp(fromPhone: false, sequence: 500, flags: "SA")),
            at(0.02, path.tcp(fromPhone: false, sequence: 70_000, flags: "SA")),
            at(0.03, path.tcp(fromPhone: false, sequence: 70_001, flags: "A", payload: [1, 2])),
        ]).record
        #expect(record.payload.reverse == 2 && record.missing.reverse == 0 && record.state == "S1")
    }

    @Test("held octets that come again with other content are counted as a conflict")
    func overlapConflict() {
        let path = ForgedPath()
        var hello = Array("GET /0123456789 HTTP/1.1\r\nHost: a.example\r\n\r\n".utf8)
        let first = Array(hello[10..<20])
        hello[12] = 0x58
        let record = run([
            at(0, path.tcp(sequence: 99, flags: "S")), at(0.1, path.tcp(sequence: 110, payload: first)),
            at(0.2, path.tcp(sequence: 110, payload: Array(hello[10..<20]))),
        ]).record
        #expect(record.overlapConflict.forward == 1)
        #expect(record.payload.forward == 10 && record.resent.forward == 10)
    }

    @Test("a snapshot length changes no count")
    func snapshot() {
        let path = ForgedPath()
        var connection = ForgedConnection(path)
        connection.open()
        connection.send([UInt8](repeating: 1, count: 5000))
        connection.send(fromPhone: false, [UInt8](repeating: 2, count: 3000))
        let whole = run(connection.packets).record
        let cut = run(connection.packets.map { ForgedPacket(Array($0.octets.prefix(68)), at: $0.time, wireLength: $0.octets.count) }).record
        #expect(cut.payload == whole.payload && cut.octets == whole.octets && cut.missing == whole.missing)
        #expect(whole.payload == Directional(forward: 5000, reverse: 3000))
        #expect(cut.adus == whole.adus)
    }
}
