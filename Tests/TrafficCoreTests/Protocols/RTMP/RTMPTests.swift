import Testing

@testable import TrafficCore

@Suite struct RTMPTests {
    /// "connect", 1, {app: "live", tcUrl: …} (§7.2.1.1), in chunks of 128 octets.
    static let connect: [UInt8] = {
        var body: [UInt8] = [2, 0, 7] + Array("connect".utf8) + [0, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 3, 0, 3] + Array("app".utf8) + [2, 0, 4] + Array("live".utf8)
        body += [0, 8] + Array("flashVer".utf8) + [2, 0, 90] + [UInt8](repeating: 0x58, count: 90)
        let url = Array("rtmp://live.example.com/app".utf8)
        body += [0, 5] + Array("tcUrl".utf8) + [2, 0, UInt8(url.count)] + url + [0, 0, 9]
        var chunks: [UInt8] = [3, 0, 0, 0, 0, UInt8(body.count >> 8), UInt8(body.count & 255), 20, 0, 0, 0, 0]
        for (index, octet) in body.enumerated() {
            if index > 0, index % 128 == 0 { chunks.append(0xc3) }
            chunks.append(octet)
        }
        return chunks
    }()
    static let opening: [UInt8] = [3, 0, 0, 1, 2, 0, 0, 0, 0] + [UInt8](repeating: 0x77, count: 1528)

    @Test("the host of the first command", arguments: [1, 100, 1400])
    func host(size: Int) {
        let facts = dissect(RTMPDissector.self, [.client(Self.opening), .server(Self.opening), .client([UInt8](repeating: 5, count: 1536) + Self.connect)], size: size)
        #expect(facts.service == .rtmp && facts.details.requestedName == "live.example.com")
    }

    @Test("only the specification's zeros are certain")
    func probes() {
        #expect(recognises(RTMPDissector.self, Self.opening) == true)
        let flash: [UInt8] = [3, 0, 0, 1, 2, 9, 0, 0x7c, 2, 1, 2, 3, 4, 5, 6, 7, 8]
        #expect(recognises(RTMPDissector.self, flash) == false)
        let onPort = RTMPMessage.probe(flash.span, onItsPort: true)
        #expect(onPort == .yes)
        #expect(recognises(RTMPDissector.self, StartTLSTests.connectionRequest) == false)
    }

    @Test func hostile() { survives(RTMPDissector.self, [.client(Self.opening + [UInt8](repeating: 5, count: 1536) + Self.connect)]) }
}
