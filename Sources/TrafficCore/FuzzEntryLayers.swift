// Entry points of the fuzzers below the flows: what tunnels carry, and fragments.

extension FuzzEntry {
    /// The first octet chooses a tunnel, the rest is what it carries: its own header first.
    public static func tunnel(_ octets: [UInt8]) {
        guard let first = octets.first else { return }
        let body = Array(octets.dropFirst())
        let ports: [UInt16] = [1701, 2152, 3386, 3544, 4341, 4754, 4789, 4790, 5072, 5247, 6081, 6635, 8472, 37008]
        let transports: [UInt8] = [4, 41, 47, 0, 43, 51, 60, 97, 103, 137, 143]
        let choice = Int(first) % (ports.count + transports.count)
        let packet: [UInt8]
        if choice < ports.count {
            let length = min(body.count, 60_000) + 8
            packet = header(transport: 17, count: length) + [0x9c, 0x40] + two(ports[choice]) + two(UInt16(length)) + [0, 0] + body.prefix(60_000)
        } else {
            packet = header(transport: transports[choice - ports.count], count: min(body.count, 60_000)) + body.prefix(60_000)
        }
        var engine = FuzzEngine()
        for wire in [packet.count, packet.count + 100] { engine.process(packet, link: .raw, at: 0, wireLength: wire) }
        engine.finish()
    }

    /// Fragments one after the other, each of four octets (identification, offset in units of 8 octets with the flag for more
    /// in the top bit, length) and its octets.
    public static func fragments(_ octets: [UInt8]) {
        var engine = FuzzEngine(), index = 0, time: Int64 = 0
        while index + 4 <= octets.count {
            let place = UInt16(octets[index + 1]) << 8 | UInt16(octets[index + 2])
            let length = min(Int(octets[index + 3]) * 8, octets.count - index - 4)
            let more: UInt16 = place & 0x8000 != 0 ? 0x2000 : 0
            var packet = header(transport: [17, 6, 47, 4][Int(octets[index] & 3)], count: length)
            packet.replaceSubrange(4..<8, with: two(UInt16(octets[index])) + two(place & 0x1fff | more))
            packet += octets[index + 4..<index + 4 + length]
            time += 1_000_000_000
            engine.process(packet, link: .raw, at: time)
            index += 4 + length
        }
        engine.finish()
    }

    private static func header(transport: UInt8, count: Int) -> [UInt8] {
        [0x45, 0] + two(UInt16(truncatingIfNeeded: 20 + count)) + [0, 0, 0, 0, 64, transport, 0, 0, 192, 0, 2, 1, 203, 0, 113, 1]
    }

    private static func two(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }
}
