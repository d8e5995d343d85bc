import PacketForge
import Testing

@testable import TrafficCore

@Suite struct DHCPTests {
    /// A DHCPREQUEST (RFC 2131 §2, figure 1) with these options.
    static func request(_ options: [UInt8], operation: UInt8 = 1) -> [UInt8] {
        [operation, 1, 6, 0, 1, 2, 3, 4] + [UInt8](repeating: 0, count: 228) + [0x63, 0x82, 0x53, 0x63, 53, 1, 3] + options + [255]
    }

    static let hostName: [UInt8] = [12, 8] + Array("Pixel-8a".utf8), vendor: [UInt8] = [60, 15] + Array("android-dhcp-14".utf8)

    static func read(_ octets: [UInt8]) -> FlowFacts? {
        var facts = FlowFacts()
        return facts.readDHCP(octets.span) == nil ? nil : facts
    }

    static func read6(_ octets: [UInt8]) -> FlowFacts? {
        var facts = FlowFacts()
        return facts.readDHCPv6(octets.span) == nil ? nil : facts
    }

    @Test("host name and vendor class")
    func names() throws {
        let facts = try #require(Self.read(Self.request(Self.hostName + [0, 0] + Self.vendor)))
        #expect(facts.service == .dhcp && facts.details.localNames == ["Pixel-8a"] && facts.details.vendorClass == "android-dhcp-14")
    }

    @Test("a full name, as text and as labels (RFC 4702 §2.3)")
    func fullName() throws {
        #expect(Self.read(Self.request([81, 8, 0, 0, 0] + Array("phone".utf8)))?.details.localNames == ["phone"])
        #expect(Self.read(Self.request([81, 14, 4, 0, 0, 5] + Array("phone".utf8) + [3, 0x6c, 0x61, 0x6e, 0]))?.details.localNames == ["phone.lan"])
    }

    @Test("a server's words are not the device's")
    func reply() throws {
        let facts = try #require(Self.read(Self.request(Self.hostName, operation: 2)))
        #expect(facts.rareDetails.isEmpty)
    }

    @Test("what is none")
    func others() {
        #expect(Self.read(Array(Self.request([]).prefix(239))) == nil && Self.read(Self.request([], operation: 3)) == nil)
        #expect(Self.read6([1, 0, 0, 1, 0, 39, 0, 9, 0]) == nil && Self.read6([12, 0, 0, 1]) == nil)
    }

    @Test("DHCPv6: full name and vendor class (RFC 4704 §4, RFC 8415 §21.16)")
    func version6() throws {
        let octets = [1, 0xa, 0xb, 0xc, 0, 39, 0, 8, 0, 5] + Array("phone".utf8) + [0, 0, 16, 0, 14, 0, 0, 1, 0x37, 0, 8] + Array("MSFT 5.0".utf8)
        let facts = try #require(Self.read6(octets))
        #expect(facts.service == .dhcpv6 && facts.details.localNames == ["phone"] && facts.details.vendorClass == "MSFT 5.0")
    }

    @Test func hostile() {
        var random = SplitMix64(seed: 5)
        for _ in 0..<500 {
            var octets = Self.request(Self.hostName + Self.vendor + [81, 8, 4, 0, 0, 3, 1, 2, 3, 9])
            for _ in 0..<4 { octets[Int.random(in: 236..<octets.count, using: &random)] = UInt8.random(in: 0...255, using: &random) }
            octets.removeLast(Int.random(in: 0...60, using: &random))
            _ = (Self.read(octets), Self.read6(Array(octets.dropFirst(236))))
        }
    }
}
