import PacketForge
import Testing

@testable import TrafficCore

@Suite struct ConnectionStateTests {
    struct Case: CustomTestStringConvertible, Sendable {
        /// ">" from the phone, "<" from the server, then flags in tcpdump's letters; "+" adds 10 octets.
        var packets: String
        var state: String
        var originatorIsPhone = true
        var testDescription: String { "\(packets): \(state)" }
    }
    /// The states and their meaning are those of Zeek's conn.log.
    static let cases = [
        Case(packets: ">S", state: "S0"), Case(packets: ">S >S >S", state: "S0"),
        Case(packets: ">S <SA >A", state: "S1"), Case(packets: ">S <SA >A >PA+ <PA+", state: "S1"),
        Case(packets: ">S <SA >A >FA <FA >A", state: "SF"), Case(packets: ">S <SA >A <FA >FA", state: "SF"),
        Case(packets: ">S <SA >A >FA", state: "S2"), Case(packets: ">S <SA >A <FA", state: "S3"),
        Case(packets: ">S <RA", state: "REJ"), Case(packets: ">S <SA >R", state: "RSTO"), Case(packets: ">S <SA >A <R", state: "RSTR"),
        Case(packets: ">S >R", state: "RSTOS0"), Case(packets: ">S >F", state: "SH"),
        Case(packets: "<SA", state: "OTH", originatorIsPhone: true), Case(packets: "<SA <R", state: "RSTRH"), Case(packets: "<SA <F", state: "SHR"),
        // Without the SYN Zeek calls an endpoint partial and goes on.
        Case(packets: ">PA+ <PA+", state: "OTH"), Case(packets: ">PA+ <FA", state: "SHR"), Case(packets: ">PA+ >FA", state: "SH"),
        Case(packets: ">PA+ <FA >FA", state: "SF"), Case(packets: ">PA+ <R", state: "RSTRH"), Case(packets: ">PA+ >R", state: "RSTOS0"),
        // Who aborts last, and an RST behind both FINs.
        Case(packets: ">S <SA >A >PA+ >R <R", state: "RSTR"), Case(packets: ">S <SA >A >FA <FA >R", state: "SF"),
        Case(packets: ">S <SA >A >FA >R", state: "RSTO"), Case(packets: ">S <SA >R <R", state: "REJ"),
        Case(packets: ">S <S >SA <SA", state: "S1"),
        // The originator is whoever sent the SYN, not whose packet came first.
        Case(packets: "<SA >A <PA+", state: "OTH"), Case(packets: ">A >S <SA", state: "S1"),
        Case(packets: "<S >SA <A", state: "S1", originatorIsPhone: false), Case(packets: ">SA <A", state: "OTH", originatorIsPhone: false),
    ]

    @Test(arguments: cases) func state(_ c: Case) {
        // A SYN has each side's first number, sent again or not; all else comes behind it.
        let path = ForgedPath()
        var next: (phone: UInt32, server: UInt32) = (1001, 9001), packets: [ForgedPacket] = []
        for (index, packet) in c.packets.split(separator: " ").enumerated() {
            let isPhone = packet.hasPrefix(">"), flags = String(packet.dropFirst().filter { $0 != "+" })
            let payload = packet.hasSuffix("+") ? [UInt8](repeating: 0x2e, count: 10) : []
            let sequence = flags.contains("S") ? (isPhone ? 1000 : 9000) : (isPhone ? next.phone : next.server)
            packets.append(at(Double(index) / 10, path.tcp(fromPhone: isPhone, sequence: sequence, flags: flags, payload: payload)))
            let used = UInt32(payload.count) + (flags.contains("F") ? 1 : 0)
            if isPhone { next.phone += used } else { next.server += used }
        }
        let reading = run(packets)
        #expect(reading.flows.count == 1)
        #expect(reading.record.state == c.state)
        #expect(reading.record.originator.port == (c.originatorIsPhone ? 40000 : 443))
    }

    @Test("UDP: S0 without an answer, SF with one")
    func udp() {
        let path = ForgedPath(serverPort: 9999)
        #expect(run([at(0, path.udp(payload: [1]))]).record.state == "S0")
        #expect(run([at(0, path.udp(payload: [1])), at(1, path.udp(fromPhone: false, payload: [2]))]).record.state == "SF")
    }
}
