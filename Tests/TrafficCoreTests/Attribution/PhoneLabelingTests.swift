import PacketForge
import Testing

@testable import TrafficCore

@Suite struct PhoneLabelingTests {
    /// One TLS flow of a device, as frames.
    private func tlsFlow(_ device: UInt8, port: Int, responder: UInt8 = 0x22) -> [ForgedPacket] {
        var path = ForgedPath(phonePort: port)
        path.phoneMAC = [2, 0, 0, 0, 0, device]
        path.phone = [192, 0, 2, device]
        path.serverMAC = [2, 0, 0, 0, 0, responder]
        var connection = ForgedConnection(path)
        connection.open()
        connection.send(Forge.record(ForgedClientHello(host: "x.example").message))
        return connection.packets
    }

    private func label(_ packets: [ForgedPacket], link: LinkType = .ethernet, given: [String] = []) throws -> (flows: [FlowRecord], text: String?, reason: String, opened: [String: Int]) {
        let phones = try given.map { text in
            let phone = PhoneAddress(text)
            return try #require(phone)
        }
        var labeling = PhoneLabeling(given: phones), flows: [FlowRecord] = []
        for found in run(packets, link: link).flows {
            var closed = ClosedFlow(record: found.record, bursts: found.bursts)
            labeling.take(&closed) { flows.append($0.record) }
        }
        labeling.finish { flows.append($0.record) }
        return (flows, labeling.phoneText, labeling.reason, labeling.flowsOpened)
    }

    @Test("the device that opens nine of ten flows is the phone, by its link-layer address")
    func found() throws {
        let packets = (0..<9).flatMap { tlsFlow(1, port: 1000 + $0) } + tlsFlow(2, port: 2000)
        let result = try label(packets)
        #expect(result.reason == "found" && result.text == "02:00:00:00:00:01")
        #expect(result.flows.count == 10)
        #expect(result.flows.count { $0.phone == .originator } == 9 && result.flows.count { $0.phone == .unknown } == 1)
        #expect(result.flows.filter { $0.phone == .originator }.allSatisfy { $0.device == "02:00:00:00:00:01" })
        #expect(result.flows.filter { $0.phone == .unknown }.allSatisfy { $0.device == nil })
        #expect(result.opened == ["02:00:00:00:00:01": 9, "02:00:00:00:00:02": 1])
    }

    @Test("below nine of ten it cannot be told, and nothing is counted for anybody")
    func ambiguous() throws {
        let result = try label((0..<8).flatMap { tlsFlow(1, port: 1000 + $0) } + tlsFlow(2, port: 2000))
        #expect(result.reason == "ambiguous" && result.text == nil)
        #expect(result.flows.count == 9 && result.flows.allSatisfy { $0.phone == .unknown && $0.device == nil })
    }

    @Test("given by MAC or IP address, both sides are told", arguments: ["02:00:00:00:00:01", "02-00-00-00-00-01", "192.0.2.1"])
    func given(_ text: String) throws {
        let result = try label((0..<8).flatMap { tlsFlow(1, port: 1000 + $0) } + tlsFlow(2, port: 2000, responder: 1), given: [text])
        #expect(result.reason == "given")
        #expect(result.flows.filter { $0.originator.address.description == "192.0.2.1" }.allSatisfy { $0.phone == .originator })
        let other = result.flows.first { $0.originator.port == 2000 }
        #expect(other?.phone == (text.contains(".") ? .unknown : .responder))
    }

    @Test("a flow between the phone's own addresses is of both sides")
    func both() throws {
        var path = ForgedPath(phonePort: 1, serverPort: 2)
        (path.phone, path.server) = ([192, 0, 2, 1], [192, 0, 2, 2])
        let result = try label([at(0, path.udp(payload: [1]))], given: ["192.0.2.1", "192.0.2.2"])
        #expect(result.flows.map(\.phone) == [.both])
    }

    @Test("without a link layer the device is its IP address")
    func withoutLinkLayer() throws {
        let packets = tlsFlow(1, port: 1000).map { ForgedPacket(Array($0.octets.dropFirst(14)), at: $0.time) }
        let result = try label(packets, link: .raw)
        #expect(result.reason == "found" && result.text == "192.0.2.1" && result.flows.map(\.phone) == [.originator])
    }

    @Test("without TLS, QUIC and HTTP the one who begins shows the way up, and says that it is no measure")
    func connections() throws {
        let packets = (0..<10).map { at(Double($0), ForgedPath(phonePort: 3000 + $0, serverPort: 9999).udp(payload: [1])) }
        let result = try label(packets)
        #expect(result.reason == "connections" && result.text == "02:00:00:00:00:11")
        #expect(try label([]).reason == "no_flows")
    }

    @Test("more flows than are held back: all are passed on, in order, and judged alike")
    func many() throws {
        var labeling = PhoneLabeling(given: []), flows: [FlowRecord] = []
        var closed = ClosedFlow(record: run(tlsFlow(1, port: 1000)).record, bursts: [])
        for index in 0..<5000 {
            closed.record.firstFrame = index
            labeling.take(&closed) { flows.append($0.record) }
        }
        labeling.finish { flows.append($0.record) }
        #expect(flows.map(\.firstFrame) == Array(0..<5000) && flows.allSatisfy { $0.phone == .originator })
    }

    @Test("what is neither an IP nor a MAC address is refused", arguments: ["", "phone", "02:00:00:00:00", "02:00:00:00:00:01:02", "0g:00:00:00:00:01", "+2:00:00:00:00:01", "1.2.3", "2:0:0:0:0:1"])
    func notAnAddress(_ text: String) { #expect(PhoneAddress(text) == nil) }
}
