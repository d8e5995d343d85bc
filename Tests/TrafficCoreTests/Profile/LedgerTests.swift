import Foundation
import PacketForge
import Testing

@testable import TrafficCore

/// What a capture's summary is, read the way `inspect` reads it.
enum LedgerHarness {
    /// - Parameter phones: none: found by METHOD.md §1.
    static func summary(of path: String, phones: [PhoneAddress] = [], app: String? = nil) throws -> InspectionSummary {
        var capture = LabelledCapture(files: [CapturePath(path: path, given: path)], app: nil, source: .unattributed)
        if let app { (capture.app, capture.source) = (AppIdentity(id: app), .option) }
        capture.phones = phones
        let results = CaptureBatch.read([capture], options: InspectionOptions(), geography: nil, threads: 1) { InspectionControl() }
        let reading = try results[0].get()
        var summary = InspectionSummary()
        summary.merge(reading.summary)
        summary.finish(overviews: reading.parts)
        return summary
    }

    static func summary(_ packets: [ForgedPacket], phone: String = "02:00:00:00:00:11", app: String? = "app") throws -> InspectionSummary {
        let path = NSTemporaryDirectory() + "trafficscope-ledger-" + UUID().uuidString
        try Data(ForgedPcap().file(packets)).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try summary(of: path, phones: [PhoneAddress(phone)].compactMap { $0 }, app: app)
    }

    /// Octets by class, without those that have none.
    static func classes(_ ledger: Ledger) -> [Ledger.Class: Int] {
        var classes: [Ledger.Class: Int] = [:]
        for kind in Ledger.Class.allCases where ledger[kind].octets != 0 { classes[kind] = ledger[kind].octets }
        return classes
    }
}

@Suite struct LedgerTests {
    private typealias Class = Ledger.Class
    private let opaque = (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ 0x80) | 0x80 }

    private func ledger(_ packets: [ForgedPacket]) throws -> Ledger { try LedgerHarness.summary(packets).ledger }

    private func expect(
        _ packets: [ForgedPacket], _ expected: [Ledger.Class: Int], _ comment: Comment? = nil, location: SourceLocation = #_sourceLocation
    ) throws {
        let ledger = try ledger(packets)
        #expect(LedgerHarness.classes(ledger) == expected, comment, sourceLocation: location)
        #expect(ledger.octets == expected.values.reduce(0, +) && ledger.isBalanced, comment, sourceLocation: location)
    }

    private func udp(_ payload: [UInt8], to port: Int, seconds: Double = 0) -> ForgedPacket {
        at(seconds, ForgedPath(serverPort: port).udp(payload: payload))
    }

    // MARK: Classes

    @Test("TCP: headers, payload by its protocol, what was sent again; the other side's packets are no upload")
    func tcp() throws {
        let request = Forge.httpRequest("POST", "/", host: "example.com", body: [UInt8](repeating: 0x41, count: 100))
        var connection = ForgedConnection(ForgedPath(serverPort: 80))
        connection.path.identification = 0
        connection.open()
        connection.send(request)
        connection.send(fromPhone: false, Forge.httpResponse(body: [1, 2, 3]))
        var packets = connection.packets
        try expect(packets, [.headers: 3 * 20, .readable: request.count])
        // The same octets half a second later, of another identification: sent again.
        connection.path.identification = 77
        connection.phoneNext -= UInt32(request.count)
        connection.time += 500_000_000
        connection.send(request)
        packets = connection.packets
        try expect(packets, [.headers: 4 * 20, .readable: request.count, .resent: request.count])
    }

    @Test("TCP options are header; a keep-alive's octet is no payload")
    func optionsAndKeepAlives() throws {
        let path = ForgedPath()
        func segment(_ sequence: UInt32, _ flags: String, _ payload: [UInt8], options: [UInt8] = []) -> [UInt8] {
            path.frame(Forge.tcp(sequence: sequence, flags: flags, options: options, payload: payload), transport: 6, fromPhone: true)
        }
        try expect(
            [at(0, segment(1, "S", [], options: [2, 4, 5, 0xb4])),
             at(1, segment(2, "PA", opaque, options: [UInt8](repeating: 1, count: 12))),
             at(10, segment(1 + 200, "A", [0]))],
            [.headers: 24 + 32 + 20 + 1, .unrecognised: 200])
    }

    @Test("TLS is TLS with its handshake, QUIC is QUIC, and names decide nothing of that")
    func tls() throws {
        let hello = Forge.record(ForgedClientHello(host: "example.com").message)
        var connection = ForgedConnection()
        connection.open()
        connection.send(hello)
        connection.send(Forge.record(opaque, type: 23, version: 0x0303))
        try expect(connection.packets, [.headers: 4 * 20, .tls: hello.count + 205])
    }

    @Test("UDP by what it is", arguments: [(53, "dns"), (9999, "opaque"), (51820, "wireguard"), (9998, "text")])
    func udp(port: Int, what: String) throws {
        let payloads: [String: ([UInt8], Ledger.Class)] = [
            "dns": (Forge.dnsQuery("example.com"), .readable), "opaque": (opaque, .unrecognised),
            "wireguard": ([1, 0, 0, 0] + [UInt8](repeating: 0x99, count: 144), .tunnel),
            "text": (Array("level=3 score=99 player=quince".utf8), .readable),
        ]
        let (payload, kind) = try #require(payloads[what])
        try expect([udp(payload, to: port)], [.headers: 8, kind: payload.count])
    }

    @Test("octets behind a UDP datagram in its packet are headers")
    func surplus() throws {
        let datagram = Forge.udp(payload: opaque, length: 8 + 150)
        try expect([at(0, ForgedPath().frame(datagram, transport: 17, fromPhone: true))], [.headers: 8 + 50, .unrecognised: 150])
    }

    @Test("IP options and extension headers are no IP payload")
    func internetHeaders() throws {
        let four = Forge.ipv4(Forge.udp(payload: opaque), transport: 17, options: [1, 1, 1, 1, 1, 1, 1, 1])
        let six = Forge.ipv6(Forge.udp(payload: opaque), transport: 17, extensions: [(60, Forge.optionsHeader(units: 1))])
        try expect(
            [at(0, Forge.ethernet(four)), at(1, Forge.ethernet(six, type: Forge.ipv6Type))], [.headers: 16, .unrecognised: 400])
    }

    @Test("inside a plain tunnel the innermost packet counts; an opaque one by its own")
    func tunnels() throws {
        let inner = Forge.ipv6(Forge.udp(payload: opaque), transport: 17)
        try expect([at(0, ForgedPath().frame(inner, transport: 41, fromPhone: true))], [.headers: 8, .unrecognised: 200])
        try expect([at(0, ForgedPath().frame(opaque, transport: 50, fromPhone: true))], [.tunnel: 200])
    }

    @Test("packets of other protocols, and those whose header is wrong or cut, are the sender's")
    func outsideFlows() throws {
        let path = ForgedPath(), ping: [UInt8] = [8, 0, 0, 0, 0, 1, 0, 1] + [UInt8](repeating: 7, count: 48)
        let broken = Forge.tcp(sequence: 1, payload: opaque, headerLength: 8)
        var cut = at(2, path.udp(payload: opaque))
        cut.wireLength = cut.octets.count
        cut.octets.removeLast(204)
        try expect(
            [at(0, path.frame(ping, transport: 1, fromPhone: true)), at(0.1, path.frame(ping, transport: 1, fromPhone: false)),
             at(1, path.frame(broken, transport: 6, fromPhone: true)), cut],
            [.otherTransport: 56, .undecoded: 220 + 208])
    }

    @Test("fragments are their datagram's; those of one that was never whole, and what came twice, are undecoded")
    func fragments() throws {
        let datagram = Forge.udp(payload: opaque)
        let pieces = Forge.fragments(datagram, cuts: [80, 160])
        let frames = pieces.enumerated().map { at(Double($0.offset) / 100, Forge.ethernet($0.element)) }
        try expect(frames, [.headers: 8, .unrecognised: 200])
        try expect([frames[0], frames[2]], [.undecoded: 80 + 48])
        try expect([frames[0], at(0.5, frames[0].octets), frames[1], frames[2]], [.headers: 8, .unrecognised: 200, .undecoded: 80])
    }

    @Test("a packet that was captured twice was sent once", arguments: [6, 17])
    func copies(transport: Int) throws {
        var path = ForgedPath(serverPort: 9999)
        let datagram = transport == 6 ? Forge.tcp(to: 9999, sequence: 1, payload: opaque) : Forge.udp(payload: opaque)
        let first = at(0, path.frame(datagram, transport: transport, fromPhone: true))
        path.hopLimit = 63
        let copy = at(0.001, path.frame(datagram, transport: transport, fromPhone: true))
        try expect([first, copy], [.headers: transport == 6 ? 20 : 8, .unrecognised: 200])
        let ledger = try ledger([first, copy])
        #expect(ledger.capturedTwice == 200)
    }

    @Test("what the capture lacks is told beside the total: no packet holds it")
    func missing() throws {
        var connection = ForgedConnection()
        connection.open()
        connection.send(opaque)
        connection.phoneNext += 1000
        connection.send(opaque)
        try expect(connection.packets, [.headers: 80, .unrecognised: 400])
        let ledger = try ledger(connection.packets)
        #expect(ledger.missing == 1000)
    }

    @Test("without a phone nothing is an upload; both sides of a flow between two phones are")
    func phones() throws {
        let packets = [at(0, ForgedPath().udp(payload: opaque)), at(0.1, ForgedPath().udp(fromPhone: false, payload: [1, 2, 3]))]
        let nobody = try LedgerHarness.summary(packets, phone: "02:00:00:00:00:99").ledger
        #expect(nobody.octets == 0 && nobody.classified == 0 && nobody.readableShare == nil && nobody.quote.contains("no upload"))
        let server = try LedgerHarness.summary(packets, phone: "02:00:00:00:00:22").ledger
        #expect(server.octets == 11 && server.isBalanced)
    }

    @Test("what is counted for it takes no more room in a packet, and 16 octets in a flow")
    func room() {
        let flow = MemoryLayout<Flow>.stride, packet = MemoryLayout<DecodedPacket>.size
        #expect(flow <= 544 && packet <= 128)
    }

    // MARK: Second dimension

    @Test("octets of no app, and of destinations without a name, by why")
    func dimensions() throws {
        func tls(_ host: String?, port: Int, server: [UInt8]) -> [ForgedPacket] {
            var path = ForgedPath(phonePort: port)
            path.server = server
            var connection = ForgedConnection(path)
            connection.open()
            connection.send(Forge.record(ForgedClientHello(host: host, alpn: []).message))
            return connection.packets
        }
        let named = tls("example.com", port: 40001, server: [203, 0, 113, 1]), bare = tls(nil, port: 40002, server: [203, 0, 113, 2])
        let other = [at(1, ForgedPath(serverPort: 9999).udp(payload: opaque))]
        var router = ForgedPath(serverPort: 9998)
        router.server = [192, 168, 1, 1]
        let local = [at(2, router.udp(payload: opaque))]
        var ledger = try ledger(named + bare + other + local)
        let bareOctets = Forge.record(ForgedClientHello(host: nil, alpn: []).message).count
        #expect(ledger[.tls][.noSNI] == bareOctets && ledger[.unrecognised][.other] == 200 && ledger[.headers][.noSNI] == 60)
        #expect(ledger.unnamed == bareOctets + 60 + 200 + 8 && ledger.unattributed == 0 && ledger.isBalanced)
        // A phone that resolves names in secret: that is why.
        ledger = try self.ledger(named + bare + other + local + tls("dns.google", port: 40003, server: [8, 8, 8, 8]))
        #expect(ledger.unnamed(.encryptedDNS) == bareOctets + 60 + 200 + 8 && ledger.unnamed(.noSNI) == 0 && ledger.unnamed(.other) == 0)
        let nobody = try LedgerHarness.summary(named + [at(3, ForgedPath().frame([8, 0, 0, 0], transport: 1, fromPhone: true))], app: nil)
        #expect(nobody.ledger.unattributed == nobody.ledger.octets && nobody.ledger[.otherTransport].unattributed == 4)
        #expect(nobody.apps[0].ledger.octets == nobody.ledger.octets - 4, "packets of no flow are of no app")
    }

    @Test("several captures, merged in any order, give the sum") func merging() throws {
        let one = try LedgerHarness.summary([udp(opaque, to: 9999)])
        let two = try LedgerHarness.summary([udp(opaque, to: 53), udp(opaque, to: 54)])
        var sum = Ledger(), reverse = Ledger()
        sum.add(one.ledger)
        sum.add(two.ledger)
        reverse.add(two.ledger)
        reverse.add(one.ledger)
        #expect(sum.octets == 3 * 208 && sum.isBalanced && sum == reverse)
    }

    @Test("sums stop at the end of the range") func saturation() {
        var record = EngineReading.nothing
        record.phone = .originator
        record.transport = .tcp
        record.networkPayload.forward = .max
        record.payload.forward = .max
        (record.resent.forward, record.missing.forward) = (.max, .max)
        var ledger = Ledger()
        ledger.add(record)
        ledger.add(record)
        #expect(ledger.octets == .max && ledger.classified == .max && ledger.missing == .max)
    }

    // MARK: No class is what the others leave over

    /// The ledger of one flow and of packets outside flows with one counter changed.
    private func ledger(_ change: (inout FlowRecord, inout OctetsOutsideFlows.Sent) -> Void) -> Ledger {
        var record = EngineReading.nothing
        record.phone = .originator
        record.transport = .tcp
        (record.networkPayload.forward, record.headers.forward, record.payload.forward, record.resent.forward) = (1000, 100, 800, 100)
        (record.missing.forward, record.copied.forward) = (0, 0)
        var sent = OctetsOutsideFlows.Sent()
        (sent.octets, sent.otherTransport, sent.tunnel, sent.undecoded) = (60, 10, 20, 30)
        change(&record, &sent)
        var ledger = Ledger()
        ledger.add(record)
        ledger.add(sent)
        return ledger
    }

    @Test("a counter that is wrong shows: no class is computed as a remainder, nor is the total a sum")
    func noRemainder() {
        let right = ledger { _, _ in }
        #expect(right.octets == 1060 && right.isBalanced)
        let changes: [(Ledger.Class?, (inout FlowRecord, inout OctetsOutsideFlows.Sent) -> Void)] = [
            (.headers, { record, _ in record.headers.forward += 7 }), (.resent, { record, _ in record.resent.forward += 7 }),
            (.unrecognised, { record, _ in record.payload.forward += 7 }), (.otherTransport, { _, sent in sent.otherTransport += 7 }),
            (.tunnel, { _, sent in sent.tunnel += 7 }), (.undecoded, { _, sent in sent.undecoded += 7 }),
            (nil, { record, _ in record.networkPayload.forward += 7 }), (nil, { _, sent in sent.octets += 7 }),
        ]
        for (changed, change) in changes {
            let wrong = ledger(change)
            #expect(!wrong.isBalanced)
            #expect(wrong.octets == right.octets + (changed == nil ? 7 : 0))
            for kind in Ledger.Class.allCases {
                #expect(wrong[kind].octets == right[kind].octets + (kind == changed ? 7 : 0), "\(kind)")
            }
        }
    }

    @Test("a ledger that does not add up is told as a fault of the program")
    func fault() {
        var record = EngineReading.nothing
        (record.phone, record.transport) = (.originator, .tcp)
        (record.networkPayload.forward, record.headers.forward, record.payload.forward, record.resent.forward) = (100, 20, 79, 0)
        var summary = InspectionSummary()
        summary.add(record, bursts: [])
        summary.finish(overviews: [])
        let finding = summary.findings.first { $0.code == "ledger_wrong" }
        #expect(finding?.level == .problem && finding?.sentence.contains("100 B uploaded by packets, 99 B in its classes") == true)
    }

    @Test("its sentences", arguments: [(0, "0 %"), (3, "3 %"), (100, "100 %")]) func quote(readable: Int, share: String) {
        var sent = OctetsOutsideFlows.Sent()
        (sent.octets, sent.undecoded) = (100 - readable, 100 - readable)
        var record = EngineReading.nothing
        (record.phone, record.transport, record.facts.service) = (.originator, .tcp, .http)
        (record.networkPayload.forward, record.headers.forward, record.payload.forward, record.resent.forward) = (readable, 0, readable, 0)
        (record.missing.forward, record.copied.forward) = (0, 0)
        var ledger = Ledger()
        ledger.add(record)
        ledger.add(sent)
        #expect(ledger.quote == "in the \(share) of the upload that could be read")
    }
}
