import PacketForge
import Testing

@testable import TrafficCore

@Suite struct TLSDissectorTests {
    static let hello = ForgedClientHello(host: "App.Example.com")

    @Test("a ClientHello in one record, answered", arguments: Delivery.all)
    func handshake(_ delivery: Delivery) {
        let record = converse([(true, Forge.record(Self.hello.message)), (false, Forge.record(Forge.serverHello()) + Forge.record([1], type: 20) + Forge.record(Forge.padding(300), type: 23))], delivery)
        #expect(record.service == "tls")
        #expect(record.serverName == "app.example.com")
        #expect(record.alpn == ["h2", "http/1.1"])
        #expect(record.version == "TLS 1.3")
        #expect(record.ja3 != nil && record.ja3s != nil && record.ja4?.hasPrefix("t13d0306h2_") == true)
        #expect(record.missing == Directional(forward: 0, reverse: 0))
    }

    @Test("records of any size carry one hello", arguments: [1, 2, 3, 4, 5, 50, 4000], [Delivery.all[0], Delivery.all[1], Delivery.all[5]])
    func splitOverRecords(_ size: Int, _ delivery: Delivery) {
        let whole = converse([(true, Forge.record(Self.hello.message)), (false, Forge.record(Forge.serverHello()))])
        let split = converse([(true, Forge.records(Self.hello.message, of: size)), (false, Forge.records(Forge.serverHello(), of: size))], delivery)
        #expect(facts(split) == facts(whole))
    }

    @Test("hello and key exchange in one record; several messages share it")
    func sharedRecord() {
        let fragment = Forge.serverHello(version: 0x0303, suite: 0xc02f) + Forge.handshake(11, Forge.padding(900)) + Forge.handshake(14, [])
        let record = converse([(true, Forge.record(Self.hello.message)), (false, Forge.record(fragment))])
        #expect(record.version == "TLS 1.2" && record.ja3s != nil)
    }

    @Test("after a HelloRetryRequest the first ClientHello counts and the second ServerHello gives the version", arguments: Delivery.all)
    func helloRetryRequest(_ delivery: Delivery) {
        let retry = Forge.serverHello(random: Forge.hex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"))
        var secondHello = Self.hello
        secondHello.extensions.append((51, Forge.padding(40)))
        let record = converse([
            (true, Forge.record(Self.hello.message)), (false, Forge.record(retry) + Forge.record([1], type: 20)),
            (true, Forge.record([1], type: 20) + Forge.record(secondHello.message)), (false, Forge.record(Forge.serverHello())),
        ], delivery)
        let plain = converse([(true, Forge.record(Self.hello.message)), (false, Forge.record(Forge.serverHello()))])
        #expect(record.ja4 == plain.ja4 && record.ja3 == plain.ja3 && record.version == "TLS 1.3")
    }

    @Test("versions by the ServerHello", arguments: [(0x0300, "SSL 3.0"), (0x0301, "TLS 1.0"), (0x0302, "TLS 1.1"), (0x0303, "TLS 1.2"), (0x0304, "TLS 1.3")])
    func versions(_ number: Int, _ name: String) {
        let record = converse([(true, Forge.record(Self.hello.message)), (false, Forge.record(Forge.serverHello(version: number)))])
        #expect(record.version == name)
    }

    @Test("a hole in the hello is not bridged, and a later whole hello of the stream's other side still counts")
    func hole() {
        var connection = ForgedConnection()
        connection.open()
        connection.send(Forge.record(Self.hello.message), size: 30)
        connection.send(fromPhone: false, Forge.record(Forge.serverHello()))
        connection.close()
        for lost in 3..<7 {
            var packets = connection.packets
            packets.remove(at: lost)
            let record = run(packets).record
            #expect(record.serverName == nil && record.ja3 == nil, "segment \(lost) lost")
            #expect(record.version == "TLS 1.3")
            #expect(record.missing.forward > 0)
        }
    }

    @Test("a snapshot length that cuts the hello gives no name, and no garbage")
    func snapshot() {
        var connection = ForgedConnection()
        connection.open()
        connection.send(Forge.record(Self.hello.message) + Forge.record(Self.hello.message), size: 1400)
        connection.send(Forge.record(Self.hello.message), size: 1400)
        for length in 54..<140 {
            let record = run(connection.packets.map { ForgedPacket(Array($0.octets.prefix(length)), at: $0.time, wireLength: $0.octets.count) }).record
            #expect(record.serverName == nil || record.serverName == "app.example.com", "\(length)")
        }
    }

    @Test("no prefix and no flipped octet of a handshake traps", arguments: 0..<40)
    func hostile(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var octets = Forge.records(Self.hello.message, of: Int.random(in: 1...300, using: &random))
        for _ in 0..<Int.random(in: 1...5, using: &random) { octets[Int.random(in: 0..<octets.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random) }
        let whole = facts(converse([(true, octets)]))
        for delivery in Delivery.all { #expect(facts(converse([(true, octets)], delivery)) == whole) }
        for count in stride(from: 0, to: octets.count, by: 7) { _ = converse([(true, Array(octets.prefix(count)))]) }
    }

    @Test("junk is not TLS", arguments: [[0x16, 2, 1, 0, 5, 1], [0x16, 3, 9, 0, 5, 1], [0x19, 3, 1, 0, 5, 1], [0x16, 3, 1, 0xff, 0xff, 1], [0x16, 3, 1, 0, 5, 99], [0x80, 0x2e, 1, 3, 1, 0]] as [[UInt8]])
    func junk(_ octets: [UInt8]) { #expect(converse([(true, octets + Forge.padding(60))]).service == nil) }

    @Test("a server name is one host, lower case, without the trailing dot", arguments: [("WWW.Example.COM.", "www.example.com"), ("a", "a"), ("xn--bcher-kva.example", "xn--bcher-kva.example")])
    func serverName(_ sent: String, _ name: String) {
        #expect(converse([(true, Forge.record(ForgedClientHello(host: sent).message))]).serverName == name)
    }

    @Test("a cover name is told as such; the same extension with a real name is a browser's decoration")
    func encryptedClientHello() {
        for (host, expected) in [("cloudflare-ech.com", true), ("real.example", false)] {
            var hello = ForgedClientHello(host: host)
            hello.extensions.append((0xfe0d, Forge.padding(60)))
            #expect(converse([(true, Forge.record(hello.message))]).encryptedClientHello == expected)
        }
    }

    @Test("a message longer than any hello ends the reading, and holds no memory")
    func endlessMessage() {
        let octets = Forge.records([1] + Forge.be24(0xffffff) + Forge.padding(60000), of: 16000)
        let record = converse([(true, octets)])
        #expect(record.service == "tls" && record.serverName == nil && record.payload.forward == octets.count)
    }
}
