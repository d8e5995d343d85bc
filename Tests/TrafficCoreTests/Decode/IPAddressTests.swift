import PacketForge
import Testing

@testable import TrafficCore

@Suite struct IPAddressTests {
    /// Groups and their canonical text (RFC 5952 §4 and §5, worked by hand from its rules).
    static let canonical: [([Int], String)] = [
        ([0, 0, 0, 0, 0, 0, 0, 0], "::"),
        ([0, 0, 0, 0, 0, 0, 0, 1], "::1"),
        ([1, 0, 0, 0, 0, 0, 0, 0], "1::"),
        ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1], "2001:db8::1"),
        ([0x2001, 0xdb8, 0, 1, 1, 1, 1, 1], "2001:db8:0:1:1:1:1:1"),       // one group is not shortened
        ([0x2001, 0xdb8, 0, 0, 1, 0, 0, 1], "2001:db8::1:0:0:1"),           // of two equal runs the first
        ([0x2001, 0, 0, 1, 0, 0, 0, 1], "2001:0:0:1::1"),                   // the longer run
        ([0x2001, 0xdb8, 0xaaaa, 0xbbbb, 0xcccc, 0xdddd, 0xeeee, 0xaaaa], "2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa"),
        ([0, 0, 1, 0, 0, 0, 0, 0], "0:0:1::"),
        ([0, 0, 1, 2, 3, 4, 5, 6], "::1:2:3:4:5:6"),
        ([1, 2, 3, 4, 5, 6, 0, 0], "1:2:3:4:5:6::"),
        ([0, 1, 0, 1, 0, 1, 0, 1], "0:1:0:1:0:1:0:1"),
        ([0xfe80, 0, 0, 0, 0xff, 0xfe00, 0xa, 0x0b0], "fe80::ff:fe00:a:b0"),
        ([0x64, 0xff9b, 0, 0, 0, 0, 0xc000, 0x0221], "64:ff9b::c000:221"),
        ([0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0280], "::ffff:192.0.2.128"),    // §5: mapped addresses
    ]

    @Test("IPv6 text is canonical, and comes back", arguments: canonical)
    func v6(_ groups: [Int], _ text: String) throws {
        let octets = Forge.v6(groups)
        let words = (0..<2).map { word in (0..<8).reduce(UInt64(0)) { $0 << 8 | UInt64(octets[word * 8 + $1]) } }
        let address = IPAddress(v6High: words[0], low: words[1])
        #expect(address.description == text)
        #expect(address.octets == octets)
        #expect(IPAddress(text) == address)
        #expect(IPAddress(text.uppercased()) == address)
    }

    @Test("other spellings of the same address", arguments: [
        ("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"), ("2001:DB8:0:0::1", "2001:db8::1"), ("::0", "::"),
        ("0:0:0:0:0:0:0:0", "::"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ("::ffff:c000:280", "::ffff:192.0.2.128"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201"),
    ])
    func spellings(_ text: String, _ canonical: String) { #expect(IPAddress(text)?.description == canonical) }

    @Test(arguments: ["0.0.0.0", "255.255.255.255", "192.0.2.1", "10.100.99.9", "1.2.3.4"])
    func v4(_ text: String) { #expect(IPAddress(text)?.description == text) }

    @Test("what is no address is none", arguments: [
        "", ".", ":", ":::", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.04", "1..2.3", "1.2.3.-4", "+1.2.3.4", " 1.2.3.4", "1.2.3.4 ", "0x1.2.3.4",
        "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::1::", "1::2::3", "12345::", "g::", "1:", ":1", "1:2:3:4:5:6:7:", "fe80::1%eth0", "::/0", "1:2:3:4:5:6:7:1.2.3.4",
        "::1.2.3", "::1.2.3.256", "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:8::", "::１", "٣.1.1.1", "+1::", "::-1",
    ])
    func refused(_ text: String) { #expect(IPAddress(text) == nil) }

    @Test("random addresses come back from their text", arguments: 0..<8)
    func random(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<300 {
            // Mostly zero groups, so that all kinds of runs occur.
            let groups = (0..<8).map { _ in Bool.random(using: &random) ? 0 : UInt64.random(in: 0...0xffff, using: &random) >> UInt64.random(in: 0...12, using: &random) }
            let address = IPAddress(
                v6High: groups[0..<4].reduce(0) { $0 << 16 | $1 }, low: groups[4..<8].reduce(0) { $0 << 16 | $1 })
            #expect(IPAddress(address.description) == address, "\(address)")
            let quad = IPAddress(v4: UInt32.random(in: 0...(.max), using: &random))
            #expect(IPAddress(quad.description) == quad)
        }
    }

    @Test("kinds of address", arguments: [
        ("10.0.0.1", true, false), ("172.16.0.1", true, false), ("172.31.255.255", true, false), ("172.32.0.1", false, false), ("192.168.1.1", true, false),
        ("100.64.0.1", true, false), ("100.128.0.1", false, false), ("169.254.7.7", true, false), ("127.0.0.1", true, false), ("8.8.8.8", false, false),
        ("224.0.0.251", false, true), ("239.255.255.250", false, true), ("fe80::1", true, false), ("fd00::1", true, false), ("fc00::1", true, false),
        ("ff02::fb", false, true), ("2001:4860:4860::8888", false, false), ("::1", true, false), ("fe00::1", false, false),
    ])
    func kinds(_ text: String, _ isLocal: Bool, _ isMulticast: Bool) throws {
        let address = try #require(IPAddress(text))
        #expect(address.isLocal == isLocal)
        #expect(address.isMulticast == isMulticast)
    }
}
