import PacketForge
import Testing

@testable import TrafficCore

@Suite struct DNSMessageTests {
    /// A message whose question's name is `name` on the wire.
    private func question(_ name: [UInt8]) -> [String]? {
        DNSMessage(Forge.dns(questions: [name + Forge.be16(1) + Forge.be16(1)]).span)?.questions
    }

    @Test("names come out in lower case, without a trailing dot", arguments: [("www.Example.COM", "www.example.com"), ("a", "a"), ("", ""), ("_dmarc.example.com", "_dmarc.example.com")])
    func names(_ sent: String, _ name: String) { #expect(question(Forge.dnsName(sent)) == [name]) }

    @Test("compression pointers are followed, wherever they point back to")
    func compression() {
        // Answers whose owner is the question (offset 12), and whose CNAME ends in its suffix (offset 16, "example.com").
        let answers = [
            Forge.dnsRecord([0xc0, 12], type: 5, data: [3] + Array("cdn".utf8) + [0xc0, 16]),
            Forge.dnsRecord([0xc0, 0x2b], type: 1, data: [192, 0, 2, 1]), Forge.dnsRecord([0xc0, 12], type: 28, data: Forge.serverV6),
            Forge.dnsRecord([0xc0, 12], type: 16, data: [3, 1, 2, 3]),
        ]
        let message = DNSMessage(Forge.dns(response: true, questions: [Forge.dnsQuestion("www.example.com")], answers: answers).span)
        #expect(message?.questions == ["www.example.com"])
        #expect(message?.addresses.map(\.description) == ["192.0.2.1", "2001:db8:ffff::9"])
        #expect(message?.aliases.map { [$0.owner, $0.target] } == [["www.example.com", "cdn.example.com"]])
    }

    @Test("a name of 255 octets on the wire is one, of 256 is none (RFC 1035 §2.3.4)")
    func longestName() {
        // 127 labels of one octet and the root: 255 octets, 253 of text.
        func labels(_ counts: [Int]) -> [UInt8] { counts.reduce(into: []) { $0 += [UInt8($1)] + [UInt8](repeating: 0x61, count: $1) } + [0] }
        let longest = labels(Array(repeating: 1, count: 127))
        #expect(longest.count == 255)
        #expect(question(longest)?.first?.utf8.count == 253)
        let tooLong = labels([2] + Array(repeating: 1, count: 126))
        #expect(tooLong.count == 256)
        #expect(question(tooLong) == [])
        let fourLabels = labels([63, 63, 63, 61])
        #expect(fourLabels.count == 255 && question(fourLabels)?.first?.utf8.count == 253)
        #expect(question(labels([63, 63, 63, 62])) == [])
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var name: [UInt8]
    }
    static let hostile = [
        Case(testDescription: "a pointer to itself", name: [0xc0, 12]),
        Case(testDescription: "two pointers to each other", name: [0xc0, 14, 0xc0, 12]),
        Case(testDescription: "a label and a pointer back to it", name: [1, 0x61, 0xc0, 12]),
        Case(testDescription: "a pointer beyond the message", name: [0xff, 0xff]),
        Case(testDescription: "half a pointer", name: [0xc0]),
        Case(testDescription: "a label of 64 octets (RFC 6891 §5 has ended them)", name: [64] + Forge.padding(64) + [0]),
        Case(testDescription: "a label of the reserved kind", name: [0x80, 1, 0]),
        Case(testDescription: "a label beyond the message", name: [63, 1, 2, 3]),
    ]

    @Test("names that do not end are none", arguments: hostile) func hostileNames(_ c: Case) {
        let header = Forge.dns(questions: [[]])
        #expect(DNSMessage((header + c.name).span)?.questions == [])
        #expect(DNSMessage((header + c.name + Forge.padding(8)).span)?.addresses == [])
    }

    @Test("chains of pointers end, however long they are")
    func pointerChain() {
        // Each record's owner points to the owner before it: 5,000 pointers deep at the end.
        var octets = Forge.dns(response: true, questions: [Forge.dnsQuestion("deep.example")], flags: 0x8180)
        octets.replaceSubrange(6..<8, with: Forge.be16(5000))
        var previous = 12
        for index in 0..<1200 {
            let place = octets.count
            octets += Forge.dnsRecord(Forge.be16(0xc000 | previous), type: 1, data: [10, 0, UInt8(index >> 8), UInt8(index & 255)])
            previous = place
        }
        let message = DNSMessage(octets.span)
        #expect((message?.addresses.count ?? 0) >= 100)
        #expect(message?.questions == ["deep.example"])
    }

    @Test("what stands before the damage is kept")
    func prefixes() {
        let octets = Forge.dnsResponse("www.example.com", aliases: ["a.example"], addresses: [[192, 0, 2, 1], [192, 0, 2, 2]])
        var before = 0
        for count in 0...octets.count {
            let message = DNSMessage(Array(octets.prefix(count)).span)
            #expect((message != nil) == (count >= 12))
            let found = (message?.questions.count ?? 0) + (message?.aliases.count ?? 0) + (message?.addresses.count ?? 0)
            #expect(found >= before)
            before = found
        }
        #expect(before == 4)
    }

    @Test("counts that lie make no work", arguments: [0xffff, 1, 0])
    func lyingCounts(_ count: Int) {
        var octets = Forge.dnsResponse("www.example.com", addresses: [[192, 0, 2, 1]])
        octets.replaceSubrange(6..<8, with: Forge.be16(count))
        #expect(DNSMessage(octets.span)?.addresses.count == min(count, 1))
        octets.replaceSubrange(4..<6, with: Forge.be16(0xffff))
        _ = DNSMessage(octets.span)
    }

    @Test("addresses of a wrong length are none")
    func wrongLengths() {
        let answers = [(1, 3), (1, 5), (28, 4), (28, 15), (1, 0)].map { Forge.dnsRecord(Forge.dnsName("x.example"), type: $0.0, data: Forge.padding($0.1)) }
        #expect(DNSMessage(Forge.dns(response: true, questions: [Forge.dnsQuestion("x.example")], answers: answers).span)?.addresses == [])
    }
}

@Suite struct DNSNamingTests {
    private let resolver = ForgedPath(phonePort: 5353 + 40000, serverPort: 53)
    private var web: ForgedPath { ForgedPath(phonePort: 41000, serverPort: 443) }

    private func response(_ name: String, aliases: [String] = [], addresses: [[UInt8]]) -> [UInt8] {
        resolver.udp(fromPhone: false, payload: Forge.dnsResponse(name, aliases: aliases, addresses: addresses))
    }

    @Test("an answer names the flows that begin after it, with the aliases in order")
    func naming() {
        let reading = run([
            at(0, resolver.udp(payload: Forge.dnsQuery("App.Example"))), at(0.1, response("app.example", aliases: ["cdn.example", "edge.example"], addresses: [Forge.serverV4])),
            at(1, web.tcp(sequence: 1, flags: "S")), at(2, web.tcp(sequence: 2, payload: [0x80])),
        ])
        let flow = reading.records.first { $0.responder.port == 443 }
        #expect(flow?.dnsName == "app.example" && flow?.dnsAliases == ["cdn.example", "edge.example"])
        let dns = reading.records.first { $0.responder.port == 53 }
        #expect(dns?.dnsQueries == ["app.example"] && dns?.service == "dns")
    }

    @Test("an answer that comes after the flow's payload does not name it")
    func tooLate() {
        let reading = run([at(0, web.tcp(sequence: 1, payload: [0x80])), at(1, response("late.example", addresses: [Forge.serverV4])), at(2, web.tcp(sequence: 2, payload: [0x80]))])
        #expect(reading.records.first { $0.responder.port == 443 }?.dnsName == nil)
    }

    @Test("an address of a name that was not asked about names nothing") func otherOwner() {
        func named(_ owner: [UInt8]) -> String? {
            let answers = [Forge.dnsRecord(owner, type: 1, data: Forge.serverV4)]
            let message = Forge.dns(response: true, questions: [Forge.dnsQuestion("app.example")], answers: answers)
            let reading = run([at(0, resolver.udp(fromPhone: false, payload: message)), at(1, web.tcp(sequence: 1, payload: [0x80]))])
            return reading.records.first { $0.responder.port == 443 }?.dnsName
        }
        #expect(named(Forge.be16(0xc00c)) == "app.example" && named(Forge.dnsName("App.Example")) == "app.example")
        #expect(named(Forge.dnsName("other.example")) == nil && named([0]) == nil)
    }

    @Test("another device's answer does not name this device's flow")
    func otherDevice() {
        var other = resolver
        other.phoneMAC = [2, 0, 0, 0, 0, 0x99]
        other.phone = [192, 0, 2, 99]
        let answer = other.udp(fromPhone: false, payload: Forge.dnsResponse("other.example", addresses: [Forge.serverV4]))
        #expect(run([at(0, answer), at(1, web.tcp(sequence: 1, payload: [0x80]))]).records.first { $0.responder.port == 443 }?.dnsName == nil)
    }

    @Test("the latest answer for an address counts")
    func latest() {
        let reading = run([at(0, response("old.example", addresses: [Forge.serverV4])), at(1, response("new.example", addresses: [Forge.serverV4])), at(2, web.tcp(sequence: 1, payload: [0x80]))])
        #expect(reading.records.first { $0.responder.port == 443 }?.dnsName == "new.example")
    }

    @Test("aliases that lead in a circle end")
    func circle() {
        let answers = [("a.example", "b.example"), ("b.example", "c.example"), ("c.example", "a.example")]
            .map { Forge.dnsRecord(Forge.dnsName($0.0), type: 5, data: Forge.dnsName($0.1)) } + [Forge.dnsRecord(Forge.dnsName("c.example"), type: 1, data: Forge.serverV4)]
        let message = Forge.dns(response: true, questions: [Forge.dnsQuestion("a.example")], answers: answers)
        let reading = run([at(0, resolver.udp(fromPhone: false, payload: message)), at(1, web.tcp(sequence: 1, payload: [0x80]))])
        #expect(reading.records.first { $0.responder.port == 443 }?.dnsName == "a.example")
        #expect((reading.records.first { $0.responder.port == 443 }?.dnsAliases.count ?? 99) <= 16)
    }
}
