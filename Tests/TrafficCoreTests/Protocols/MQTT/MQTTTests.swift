import Testing

@testable import TrafficCore

@Suite struct MQTTTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var octets: [UInt8]
        var version: String?
        var hasUserName = false
    }

    @Test(arguments: [
        Case(testDescription: "3.1.1, with user name (§3.1.2, figure 3.6)", octets: [0x10, 18, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 0xce, 0, 10, 0, 1, 0x61, 0, 3, 1, 2, 3], version: "MQTT 3.1.1", hasUserName: true),
        Case(testDescription: "3.1", octets: [0x10, 16, 0, 6] + Array("MQIsdp".utf8) + [3, 2, 0, 60, 0, 1, 0x61, 0], version: "MQTT 3.1"),
        Case(testDescription: "5, a long packet", octets: [0x10, 0x80, 2, 0, 4, 0x4d, 0x51, 0x54, 0x54, 5, 2, 0, 60, 0], version: "MQTT 5"),
        Case(testDescription: "reserved flag", octets: [0x10, 18, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 1, 0, 10]),
        Case(testDescription: "level 6", octets: [0x10, 18, 0, 4, 0x4d, 0x51, 0x54, 0x54, 6, 2, 0, 10]),
        Case(testDescription: "another packet", octets: [0x30, 18, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 10]),
        Case(testDescription: "length of five octets", octets: [0x10, 0xff, 0xff, 0xff, 0xff, 1, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2]),
    ])
    func connects(c: Case) {
        #expect(recognises(MQTTDissector.self, c.octets) == (c.version != nil))
        let facts = dissect(MQTTDissector.self, [.client(c.octets)])
        #expect(facts.version == c.version && facts.details.hasUserName == c.hasUserName)
    }

    @Test func hostile() { survives(MQTTDissector.self, [.client([0x10, 18, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 0xc2, 0, 10, 0, 1, 0x61])]) }
}
