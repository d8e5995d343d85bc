import PacketForge
import Testing

@testable import TrafficCore

@Suite struct STUNTests {
    /// RFC 5769 §2.1, the sample request, whole.
    static let request: [UInt8] = [
        0x00, 0x01, 0x00, 0x58, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae,
        0x80, 0x22, 0x00, 0x10, 0x53, 0x54, 0x55, 0x4e, 0x20, 0x74, 0x65, 0x73, 0x74, 0x20, 0x63, 0x6c, 0x69, 0x65, 0x6e, 0x74,
        0x00, 0x24, 0x00, 0x04, 0x6e, 0x00, 0x01, 0xff, 0x80, 0x29, 0x00, 0x08, 0x93, 0x2f, 0xf9, 0xb1, 0x51, 0x26, 0x3b, 0x36,
        0x00, 0x06, 0x00, 0x09, 0x65, 0x76, 0x74, 0x6a, 0x3a, 0x68, 0x36, 0x76, 0x59, 0x20, 0x20, 0x20,
        0x00, 0x08, 0x00, 0x14, 0x9a, 0xea, 0xa7, 0x0c, 0xbf, 0xd8, 0xcb, 0x56, 0x78, 0x1e, 0xf2, 0xb5, 0xb2, 0xd3, 0xf2, 0x49,
        0xc1, 0xb5, 0x71, 0xa2, 0x80, 0x28, 0x00, 0x04, 0xe5, 0x7a, 0x3b, 0xcf,
    ]

    static func message(_ type: Int, _ attributes: [(Int, [UInt8])] = []) -> [UInt8] {
        var body: [UInt8] = []
        for (kind, value) in attributes {
            body += [UInt8(kind >> 8), UInt8(kind & 255), UInt8(value.count >> 8), UInt8(value.count & 255)] + value
            body += [UInt8](repeating: 0, count: -value.count & 3)
        }
        return [UInt8(type >> 8), UInt8(type & 255), UInt8(body.count >> 8), UInt8(body.count & 255), 0x21, 0x12, 0xa4, 0x42]
            + [UInt8](repeating: 7, count: 12) + body
    }

    /// A TURN server asks for credentials (RFC 8656 §20, second message).
    static let unauthorized = message(0x0113, [
        (0x8022, Array("Example Server, version 1.17".utf8)), (0x0009, [0, 0, 4, 1] + Array("Unauthorized".utf8)),
        (0x0014, Array("example.com".utf8)), (0x0015, Array("obMatJos2AAABadl7W7PeDU4hKE72jda".utf8)),
    ])

    static func read(_ octets: [UInt8], isClassic: Bool = false) -> STUNMessage? { STUNMessage(octets.span, isClassic: isClassic) }

    @Test("software and the presence of a user name")
    func sampleRequest() throws {
        let message = try #require(Self.read(Self.request))
        #expect(message.software == "STUN test client" && message.hasUserName && message.realm == nil)
        #expect(message.method == 1 && message.messageClass == 0 && !message.isRelay)
    }

    @Test("an Allocate refused names the realm")
    func realm() throws {
        let message = try #require(Self.read(Self.unauthorized))
        #expect(message.method == 3 && message.messageClass == 3 && message.isRelay)
        var facts = FlowFacts()
        facts.note(message)
        #expect(facts.details.realm == "example.com" && facts.details.serverSoftware == "Example Server, version 1.17" && facts.details.usesRelay)
    }

    @Test("method and class are taken apart", arguments: [
        (0x0001, 1, 0), (0x0101, 1, 2), (0x0111, 1, 3), (0x0011, 1, 1), (0x0003, 3, 0), (0x0016, 6, 1), (0x0017, 7, 1), (0x0108, 8, 2), (0x0200, 0x80, 0),
    ] as [(Int, UInt16, UInt16)])
    func types(type: Int, method: UInt16, messageClass: UInt16) throws {
        let message = try #require(Self.read(Self.message(type)))
        #expect(message.method == method && message.messageClass == messageClass)
    }

    @Test("without the cookie only on STUN's ports, and only RFC 3489's types")
    func classic() {
        var old = Self.message(0x0001)
        old[4] = 1
        #expect(Self.read(old) == nil && Self.read(old, isClassic: true) != nil)
        old[1] = 3
        #expect(Self.read(old, isClassic: true) == nil)
        #expect(STUNMessage.isClassicPort(19302) && STUNMessage.isClassicPort(3478) && !STUNMessage.isClassicPort(443))
    }

    static let relayed = [Turn.client(message(0x0003)), Turn.server(unauthorized), .client([0x40, 0x01, 0, 5, 1, 2, 3, 4, 5, 0, 0, 0] + request), .server(message(0x0103))]

    @Test("over TCP, with padded ChannelData between", arguments: [1, 7, 1400])
    func overTCP(size: Int) {
        let details = dissect(STUNDissector.self, Self.relayed, size: size).details
        #expect(details.realm == "example.com" && details.clientSoftware == "STUN test client" && details.usesRelay && details.hasUserName)
    }

    @Test("behind lengths, as ICE over TCP", arguments: [1, 9, 1400])
    func framed(size: Int) {
        let frame = [0, UInt8(Self.request.count)] + Self.request
        #expect(recognises(STUNDissector.self, frame) == true)
        #expect(dissect(STUNDissector.self, [.client(frame + [0, 4, 0x80, 1, 2, 3]), .client(frame)], size: size).details.clientSoftware == "STUN test client")
    }

    @Test func probes() {
        #expect(recognises(STUNDissector.self, Self.request) == true)
        #expect(recognises(STUNDissector.self, Array("GET / HTTP/1.1\r\n\r\n".utf8)) == false)
        #expect(recognises(STUNDissector.self, [UInt8](repeating: 0, count: 64)) == false)
    }

    @Test func hostile() {
        survives(STUNDissector.self, Self.relayed)
        for count in 0...Self.unauthorized.count { _ = Self.read(Array(Self.unauthorized.prefix(count))) }
    }
}

extension FlowFacts {
    /// Reads a datagram as STUN. nil: it is none.
    mutating func readSTUN(_ octets: Span<UInt8>) -> Bool? {
        let isClassic = STUNMessage.isClassicPort(ports.first) || STUNMessage.isClassicPort(ports.second)
        guard let message = STUNMessage(octets, isClassic: isClassic) else { return nil }
        note(message)
        return false
    }
}
