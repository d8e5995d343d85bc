import PacketForge
import Testing

@testable import TrafficCore

@Suite struct PacketQueueTests {
    private func batch(_ packets: [ForgedPacket], notices: [PacketBatch.Notice] = []) -> PacketBatch {
        var batch = PacketBatch()
        for packet in packets {
            let record = PacketRecord(
                time: packet.time, capturedLength: packet.octets.count, wireLength: packet.octets.count, interface: 0, linkType: 1, start: 0)
            batch.append(PacketView(octets: packet.octets.span, record: record))
        }
        for notice in notices { batch.append(notice) }
        return batch
    }

    @Test("what does not fit is left out and counted; what happened never is") func bounded() {
        let queue = PacketQueue(limit: 2000)
        let packets = samplePackets(5)
        var handed = 0
        for _ in 0..<10 {
            var full = batch(packets, notices: [.idle(7)])
            queue.hand(&full)
            #expect(full.isEmpty)
            handed += packets.count
        }
        var taken = 0, ticks = 0
        while case .batch(let next) = queue.next(milliseconds: 0) {
            next.forEach { _ in taken += 1 } notice: { if case .idle(7) = $0 { ticks += 1 } }
            queue.giveBack(next)
        }
        #expect(queue.dropped > 0 && taken > 0 && taken + queue.dropped == handed && ticks == 10)
        // There is room again.
        var more = batch(packets)
        queue.hand(&more)
        guard case .batch(let last) = queue.next(milliseconds: 0) else { return #expect(Bool(false), "nothing came") }
        #expect(last.count == 5)
        queue.close()
        guard case .closed = queue.next(milliseconds: 0) else { return #expect(Bool(false), "not closed") }
    }

    @Test("a batch gives packets and notices in their order, packets to the octet") func order() {
        var batch = PacketBatch()
        var expected: [String] = []
        for (index, packet) in samplePackets(6).enumerated() {
            if index % 2 == 0 {
                batch.append(.said("\(index)"))
                expected.append("said \(index)")
            }
            let record = PacketRecord(
                time: packet.time, capturedLength: packet.octets.count, wireLength: packet.octets.count + index, interface: 0, linkType: 1, start: 0)
            batch.append(PacketView(octets: packet.octets.span, record: record))
            expected.append("packet \(packet.octets) \(packet.octets.count + index)")
        }
        batch.append(.said("before the last"), beforeLast: true)
        expected.insert("said before the last", at: expected.count - 1)
        batch.append(.said("end"))
        expected.append("said end")
        var found: [String] = []
        batch.forEach { found.append("packet \($0.octets.copied()) \($0.record.wireLength)") } notice: { if case .said(let text) = $0 { found.append("said \(text)") } }
        #expect(found == expected)
        batch.append(.block(.custom, [UInt8](repeating: 0, count: 5000)))
        #expect(batch.octetCount > 5000)
        let (rest, dropped) = batch.takeNotices()
        var words = 0
        rest.forEach { _ in words += 1000 } notice: { if case .said = $0 { words += 1 } else { words += 1000 } }
        #expect(dropped == 6 && words == 5 && batch.isEmpty && batch.octetCount < 100)
    }

    @Test("times before 1970 and the far end of time go through unharmed", arguments: [Int64.min, -1, Int64.max]) func times(time: Int64) {
        var batch = PacketBatch()
        let frame = sampleFrames(1)[0]
        let record = PacketRecord(time: time, capturedLength: frame.count, wireLength: frame.count, interface: 0, linkType: 1, start: 0)
        batch.append(PacketView(octets: frame.span, record: record))
        batch.forEach { #expect($0.record.time == max(0, time)) } notice: { _ in }
    }
}
