import Testing

@testable import TrafficCore

@Suite struct NetBIOSTests {
    static func name(_ text: String, suffix: UInt8) -> [UInt8] {
        let padded = Array(text.utf8) + [UInt8](repeating: 0x20, count: 15 - text.utf8.count) + [suffix]
        var encoded: [UInt8] = [32]
        for octet in padded {
            encoded.append(0x41 + (octet >> 4))
            encoded.append(0x41 + (octet & 15))
        }
        encoded.append(0)
        return encoded
    }

    /// A registration by broadcast (RFC 1002 §4.2.2).
    static func registration(_ text: String, suffix: UInt8 = 0, owner: UInt8 = 0) -> [UInt8] {
        let header: [UInt8] = [0, 1, 0x29, 0x10, 0, 1, 0, 0, 0, 0, 0, 1]
        let record: [UInt8] = [0, 32, 0, 1, 0xc0, 12, 0, 32, 0, 1, 0, 4, 0x93, 0xe0, 0, 6, owner, 0, 192, 0, 2, 7]
        return header + name(text, suffix: suffix) + record
    }

    static func read(_ octets: [UInt8]) -> FlowFacts? {
        var facts = FlowFacts()
        return facts.readNetBIOSName(octets.span) == nil ? nil : facts
    }

    /// RFC 1001 §14.1's own example.
    @Test func decodes() {
        let letters = Array("EGFCEFEECACACACACACACACACACACACA".utf8)
        let decoded = NetBIOSNameMessage.decode(letters.span)
        #expect(decoded == Array("FRED            ".utf8))
    }

    @Test("names that are registered and asked for, groups too")
    func names() {
        #expect(Self.read(Self.registration("FRED"))?.details.localNames == ["FRED"])
        #expect(Self.read(Self.registration("WORKGROUP", owner: 0x80))?.details.localNames == ["WORKGROUP"])
        let header: [UInt8] = [0, 1, 1, 0x10, 0, 1, 0, 0, 0, 0, 0, 0]
        let query = header + Self.name("OTHER", suffix: 0x20) + [0, 32, 0, 1]
        #expect(Self.read(query)?.service == .nbns && Self.read(query)?.details.localNames == ["OTHER"])
    }

    @Test("counts that overflow together are none of it")
    func hugeCounts() {
        var octets = Self.registration("FRED")
        octets.replaceSubrange(4..<8, with: [0xff, 0xff, 0, 2])
        #expect(Self.read(octets) == nil)
    }

    @Test func truncated() {
        let octets = Self.registration("FRED")
        for count in 0..<46 { #expect(Self.read(Array(octets.prefix(count))) == nil) }
        for count in 46...octets.count { _ = Self.read(Array(octets.prefix(count))) }
    }
}
