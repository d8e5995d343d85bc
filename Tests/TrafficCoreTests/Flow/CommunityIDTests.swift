import Testing

@testable import TrafficCore

@Suite struct CommunityIDTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var transport: TransportProtocol
        var source: (String, UInt16)
        var destination: (String, UInt16)
        var id: String
        var testDescription: String { "\(source.0):\(source.1) \(destination.0):\(destination.1)" }
    }
    /// Values of the specification's baseline (corelight/community-id-spec, seed 0).
    static let cases = [
        Case(transport: .tcp, source: ("128.232.110.120", 34855), destination: ("66.35.250.204", 80), id: "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
        Case(transport: .udp, source: ("192.168.1.52", 54585), destination: ("8.8.8.8", 53), id: "1:d/FP5EW3wiY1vCndhwleRRKHowQ="),
        Case(transport: .tcp, source: ("2001:470:e5bf:dead:4957:2174:e82c:4887", 63943), destination: ("2607:f8b0:400c:c03::1a", 25), id: "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4="),
    ]

    @Test(arguments: cases) func published(_ c: Case) throws {
        let source = Endpoint(address: try #require(IPAddress(c.source.0)), port: c.source.1)
        let destination = Endpoint(address: try #require(IPAddress(c.destination.0)), port: c.destination.1)
        for (a, b) in [(source, destination), (destination, source)] {
            var text: [UInt8] = []
            CommunityID.v1(a, b, c.transport, to: &text)
            #expect(String(decoding: text, as: UTF8.self) == c.id)
        }
    }
}
