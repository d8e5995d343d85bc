import PacketForge
import Testing

@testable import TrafficCore

@Suite struct PendingSegmentsTests {
    /// Octets held after a client's stream lost its first segment on the way to the capture, and the server's answers.
    private func held(acknowledged: UInt32?, closed: Bool = false, segments: Int = 10) -> Int {
        let path = ForgedPath()
        var engine = FlowEngine(identity: testIdentity)
        var time = ForgedPacket.start
        func send(_ octets: [UInt8]) {
            time += 1_000_000
            let record = PacketRecord(
                time: time, capturedLength: octets.count, wireLength: octets.count, interface: 0,
                linkType: LinkType.ethernet.rawValue, start: 0)
            engine.process(PacketView(octets: octets.span, record: record), link: .ethernet)
        }
        send(path.tcp(sequence: 1000, flags: "S"))
        send(path.tcp(fromPhone: false, sequence: 9000, acknowledgment: 1001, flags: "SA"))
        if let acknowledged { send(path.tcp(fromPhone: false, sequence: 9001, acknowledgment: acknowledged, flags: "A")) }
        for index in 0..<segments {
            send(path.tcp(sequence: 2001 + UInt32(index) * 1000, payload: [UInt8](repeating: 0x41, count: 1000)))
        }
        if closed {
            send(path.tcp(sequence: 2001 + UInt32(segments) * 1000, flags: "FA"))
            send(path.tcp(fromPhone: false, sequence: 9001, acknowledgment: 2002 + UInt32(segments) * 1000, flags: "FA"))
        }
        return engine.pending.held
    }

    @Test("a hole that nobody acknowledged may still be filled: all behind it is held")
    func unacknowledged() {
        #expect(held(acknowledged: nil) == 10_000)
        #expect(held(acknowledged: 1001) == 10_000)
    }

    @Test("a hole that the receiver has acknowledged was not captured: what is behind it is read on")
    func acknowledged() { #expect(held(acknowledged: 2001) == 0) }

    @Test("an acknowledgment may be captured before its data: a little is waited for")
    func early() { #expect(held(acknowledged: 2001, segments: 7) == 7000) }

    @Test("a closed connection holds nothing that was acknowledged")
    func closed() {
        #expect(held(acknowledged: nil, closed: true) == 0)
        #expect(held(acknowledged: nil, closed: true, segments: 2) == 0)
    }
}
