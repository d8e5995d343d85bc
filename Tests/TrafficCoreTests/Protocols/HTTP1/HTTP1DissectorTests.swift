import PacketForge
import Testing

@testable import TrafficCore

@Suite struct HTTP1DissectorTests {
    @Test("a request and its response", arguments: Delivery.all)
    func exchange(_ delivery: Delivery) throws {
        let record = converse([
            (true, Forge.httpRequest("POST", "/v1/events?id=7", host: "Log.Example.com", fields: [("User-Agent", "app/1.0 (Linux)"), ("Content-Type", "application/json")], body: Array("{\"a\":1}".utf8))),
            (false, Forge.httpResponse(body: [UInt8](repeating: 0x61, count: 3000))),
        ], delivery, port: 80)
        #expect(record.service == "http" && record.httpHosts == ["log.example.com"] && record.userAgent == "app/1.0 (Linux)" && record.version == "HTTP/1.1")
        let exchange = try #require(record.httpExchanges.first)
        #expect(record.httpExchanges.count == 1)
        #expect(exchange.method == "POST" && exchange.target == "/v1/events?id=7" && exchange.host == "log.example.com" && exchange.requestType == "application/json")
        #expect(exchange.requestOctets == 7 && exchange.status == 200 && exchange.responseType == "text/html" && exchange.responseOctets == 3000)
    }

    static let pipeline: [(Bool, [UInt8])] = [
        (true, Forge.httpRequest("GET", "/1", host: "a.example") + Forge.httpRequest("HEAD", "/2", host: "a.example") + Forge.httpRequest("PUT", "/3", host: "b.example", body: [1, 2, 3]) + Forge.httpRequest("GET", "/4", host: "a.example")),
        (false, Forge.httpResponse(200, body: Forge.padding(10)) + Array("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n".utf8)
            + Array("HTTP/1.1 100 Continue\r\n\r\n".utf8) + Forge.httpResponse(204, type: nil).prefixUpToBody
            + Forge.httpResponse(200, type: "image/png", chunks: [Forge.padding(700), [9], Forge.padding(20)])),
    ]

    @Test("pipelined requests find their responses: HEAD, 100, 204, chunks", arguments: Delivery.all)
    func pipelining(_ delivery: Delivery) {
        let record = converse(Self.pipeline, delivery, port: 80)
        #expect(record.httpExchanges.map(\.target) == ["/1", "/2", "/3", "/4"])
        #expect(record.httpExchanges.map(\.status) == [200, 200, 204, 200])
        #expect(record.httpExchanges.map(\.responseOctets) == [10, 0, 0, 721])
        #expect(record.httpExchanges.map(\.requestOctets) == [0, 0, 3, 0])
        #expect(record.httpExchanges.last?.responseType == "image/png")
        #expect(record.httpHosts == ["a.example", "b.example"])
    }

    @Test("what follows an accepted CONNECT is read as TLS", arguments: Delivery.all)
    func connect(_ delivery: Delivery) {
        let hello = ForgedClientHello(host: "inner.example")
        let record = converse([
            (true, Array("CONNECT inner.example:443 HTTP/1.1\r\n\r\n".utf8)), (false, Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8)),
            (true, Forge.record(hello.message)), (false, Forge.record(Forge.serverHello())),
        ], delivery, port: 8080)
        #expect(record.ja4 != nil && record.version == "TLS 1.3")
        #expect(record.httpExchanges.first?.method == "CONNECT" && record.httpExchanges.first?.status == 200)
        #expect(record.serverName == "inner.example" && record.ja3s != nil)
    }

    @Test("a refused CONNECT is asked again on the same connection", arguments: Delivery.all)
    func connectRefused(_ delivery: Delivery) {
        let record = converse([
            (true, Array("CONNECT inner.example:443 HTTP/1.1\r\n\r\n".utf8)), (false, Forge.httpResponse(407, body: Forge.padding(30))),
            (true, Array("CONNECT inner.example:443 HTTP/1.1\r\nProxy-Authorization: Basic QQ==\r\n\r\n".utf8)), (false, Array("HTTP/1.1 200 OK\r\n\r\n".utf8)),
            (true, Forge.record(ForgedClientHello(host: "inner.example").message)),
        ], delivery, port: 8080)
        #expect(record.httpExchanges.map(\.status) == [407, 200])
        #expect(record.serverName == "inner.example")
    }

    @Test("a head that ends in a small second segment is read before its response", arguments: [1, 2, 20, 60, 90])
    func headInTwoSegments(_ rest: Int) {
        let request = Forge.httpRequest("HEAD", "/" + String(repeating: "x", count: 1400), host: "cookie.example")
        let response = Array("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n".utf8)
        var connection = ForgedConnection(ForgedPath(serverPort: 80))
        connection.open()
        connection.send(Array(request.dropLast(rest)), size: 2000)
        connection.send(Array(request.suffix(rest)), size: 2000)
        connection.send(fromPhone: false, response + Forge.httpResponse(404, body: [1]))
        let exchanges = run(connection.packets).record.httpExchanges
        #expect(exchanges.map(\.status) == [200])
        #expect(exchanges.map(\.responseOctets) == [0], "a response to HEAD has no body")
    }

    @Test("a snapshot length that cuts a head glues nothing to what follows")
    func snapshotGlue() {
        let first = Forge.httpRequest("GET", "/first", host: "first.example", fields: [("Cookie", String(repeating: "c", count: 200))])
        // Short enough to be captured whole, so that it has the end that the first one lacks.
        let second = Forge.httpRequest("GET", "/2", host: "b.example")
        var connection = ForgedConnection(ForgedPath(serverPort: 80))
        connection.open()
        connection.send(first)
        connection.send(second)
        for length in 54..<200 {
            let record = run(connection.packets.map { ForgedPacket(Array($0.octets.prefix(length)), at: $0.time, wireLength: $0.octets.count) }).record
            for host in record.httpHosts { #expect(host == "first.example" || host == "b.example", "\(length)") }
            for exchange in record.httpExchanges { #expect(["/first", "/2"].contains(exchange.target), "\(length)") }
            if length >= 54 + second.count { #expect(record.httpHosts == ["b.example"], "\(length)") }
        }
    }

    @Test("an empty line between messages is ignored", arguments: Delivery.all)
    func emptyLine(_ delivery: Delivery) {
        let record = converse([
            (true, Forge.httpRequest("POST", "/1", body: [1, 2]) + [13, 10]), (false, Forge.httpResponse(201, body: [1])),
            (true, Forge.httpRequest("GET", "/2")), (false, [13, 10] + Forge.httpResponse(404, body: [1])),
        ], delivery, port: 80)
        #expect(record.httpExchanges.map(\.target) == ["/1", "/2"] && record.httpExchanges.map(\.status) == [201, 404])
    }

    @Test("a hole in a body of known length keeps the framing", arguments: [6, 7, 8])
    func holeInBody(_ lost: Int) {
        var connection = ForgedConnection(ForgedPath(serverPort: 80))
        connection.open()
        connection.send(Forge.httpRequest("GET", "/1"))
        connection.send(fromPhone: false, Forge.httpResponse(body: Forge.padding(900)) + Forge.httpResponse(404, body: [7]), size: 200)
        connection.send(Forge.httpRequest("GET", "/2"))
        var packets = connection.packets
        // The second request before the responses, so that both have one to belong to.
        packets.insert(packets.removeLast(), at: 4)
        packets.remove(at: lost)
        let record = run(packets).record
        #expect(record.httpExchanges.map(\.target) == ["/1", "/2"])
        #expect(record.httpExchanges.first?.status == 200)
        #expect(record.httpExchanges.last?.status == 404)
    }

    @Test("a chunk size line with a long extension, and one without end", arguments: Delivery.all)
    func chunkExtension(_ delivery: Delivery) {
        for length in [900, 1100, 2000] {
            let body = Array("5;\(String(repeating: "e", count: length))\r\nhello\r\n0\r\n\r\n".utf8)
            let response = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8) + body
            let whole = converse([(true, Forge.httpRequest()), (false, response)], port: 80)
            #expect(facts(converse([(true, Forge.httpRequest()), (false, response)], delivery, port: 80)) == facts(whole), "\(length)")
        }
    }

    @Test("lengths that lie end the reading of their message, and trap nothing", arguments: [
        "Content-Length: 99999999999999999999", "Content-Length: -1", "Content-Length: 0x10", "Content-Length: ", "Content-Length: 999999999999999999",
        "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked",
    ])
    func lyingLengths(_ field: String) {
        for body in ["", "zz\r\n", "ffffffffffffffff\r\nx", "fffffffffff\r\nx", "-1\r\n", "7fffffffffff\r\n" + String(repeating: "y", count: 300)] {
            let response = Array("HTTP/1.1 200 OK\r\n\(field)\r\n\r\n\(body)".utf8)
            let turns = [(true, Forge.httpRequest()), (false, response + Forge.httpResponse(201, body: [1]))]
            let whole = facts(converse(turns, port: 80))
            for delivery in Delivery.all { #expect(facts(converse(turns, delivery, port: 80)) == whole, "\(field) \(body.prefix(20))") }
        }
    }

    @Test("random damage gives the same facts whole and in pieces", arguments: 0..<60)
    func hostile(seed: UInt64) {
        var random = SplitMix64(seed: seed), turns = Self.pipeline
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let turn = Int.random(in: 0...1, using: &random), index = Int.random(in: 0..<turns[turn].1.count, using: &random)
            turns[turn].1[index] = UInt8.random(in: 0...127, using: &random)
        }
        let whole = facts(converse(turns, port: 80))
        for delivery in Delivery.all { #expect(facts(converse(turns, delivery, port: 80)) == whole, "\(delivery.testDescription)") }
    }

    @Test("words that begin like a method are no HTTP", arguments: ["GETTING / HTTP/1.1\r\n\r\n", "EHLO example.com\r\n", "HTTPS/1.1 200\r\n", "get / http/1.1\r\n\r\n"])
    func notHTTP(_ text: String) { #expect(converse([(true, Array(text.utf8))], port: 80).service != "http") }
}

extension [UInt8] {
    /// A forged response without its Content-Length line, for statuses that have no body.
    fileprivate var prefixUpToBody: [UInt8] {
        Array(String(decoding: self, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("Content-Length") }.joined(separator: "\r\n").utf8)
    }
}
