import PacketForge
import Testing

@testable import TrafficCore

@Suite struct FlowHistoryTests {
    private func history(_ packets: [ForgedPacket]) -> String { run(packets).records.first?.history.text ?? "" }

    @Test("a whole connection reads as in Zeek's documentation")
    func whole() {
        var connection = ForgedConnection()
        connection.open()
        connection.send([1, 2, 3])
        connection.segment(fromPhone: false, flags: "A")
        connection.send(fromPhone: false, Array(repeating: 4, count: 3000))
        connection.segment(fromPhone: true, flags: "A")
        connection.close()
        #expect(history(connection.packets) == "ShADadFf")
    }

    @Test("letters of one segment or two", arguments: [
        (["S"], "S"), (["S", "s"], "Ss"), (["S", "h", "R"], "ShR"), (["S", "r"], "Sr"), (["h"], "^h"), (["h", "A"], "^hA"), (["D", "d"], "Dd"),
        (["a", "A"], "Aa"), (["F", "f"], "Ff"), (["S", "S"], "S"),
    ] as [([String], String)]) func letters(_ segments: [String], _ expected: String) {
        var connection = ForgedConnection()
        for segment in segments {
            let flags = ["S": "S", "H": "SA", "A": "A", "D": "PA", "F": "FA", "R": "R"][segment.uppercased()] ?? ""
            connection.segment(fromPhone: segment == segment.uppercased(), flags: flags, segment.uppercased() == "D" ? [1] : [])
        }
        #expect(history(connection.packets) == expected)
    }

    @Test("payload that was sent before, or late, is T; a window of 0 is W")
    func behind() {
        let path = ForgedPath()
        func segment(_ sequence: UInt32, _ count: Int) -> [UInt8] { path.tcp(sequence: sequence, payload: Array(repeating: 1, count: count)) }
        #expect(history([at(0, segment(100, 10)), at(1, segment(110, 10)), at(2, segment(120, 10))]) == "D")
        #expect(history([at(0, segment(100, 10)), at(1, identified(segment(100, 10), 0x4321))]) == "DT")
        #expect(history([at(0, segment(100, 10)), at(1, segment(120, 10)), at(2, segment(110, 10))]) == "DT")
        var closed = path.tcp(sequence: 100, flags: "A")
        closed.replaceSubrange(48..<50, with: [0, 0])
        #expect(history([at(0, closed)]) == "AW")
        let finished = [at(0, path.tcp(fromPhone: false, sequence: 9, flags: "FA")), at(1, closed)]
        #expect(history(finished) == "Fa")
    }

    /// Another identification (IPv4), so that the packet is no copy of the first.
    private func identified(_ octets: [UInt8], _ identification: Int) -> [UInt8] {
        octets[..<18] + Forge.be16(identification) + octets[20...]
    }

    @Test("datagrams are D and d")
    func datagrams() {
        let path = ForgedPath(serverPort: 53)
        #expect(history([at(0, path.udp(payload: [1])), at(1, path.udp(payload: [1, 2])), at(2, path.udp(fromPhone: false, payload: [3]))]) == "Dd")
    }

    @Test("a history stays within its 16 letters, whatever comes")
    func bounded() {
        var random = SplitMix64(seed: 4), packets: [ForgedPacket] = []
        let path = ForgedPath()
        for index in 0..<2000 {
            let letters = ["S", "SA", "A", "PA", "FA", "R", "SF", "SR", ""]
            let flags = letters[Int.random(in: 0..<letters.count, using: &random)]
            let payload = [UInt8](repeating: 1, count: Int.random(in: 0...3, using: &random))
            var octets = path.tcp(
                fromPhone: Bool.random(using: &random), sequence: UInt32.random(in: 100...130, using: &random), flags: flags, payload: payload)
            if index % 5 == 0 { octets.replaceSubrange(48..<50, with: [0, 0]) }
            packets.append(at(Double(index) / 1e6, octets))
        }
        for record in run(packets).records {
            #expect(record.history.text.utf8.count <= 17)
            #expect(Set(record.history.text.utf8).count == record.history.text.utf8.count)
        }
    }
}
