import PacketForge
import Testing

@testable import TrafficCore

/// How a conversation's octets are cut into segments and in which order they arrive.
struct Delivery: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var size = 1400
    /// 0: in order; else the seed of a shuffle of each turn's segments.
    var shuffle: UInt64 = 0

    static let all = [
        Delivery(testDescription: "whole"), Delivery(testDescription: "segments of 1 octet", size: 1),
        Delivery(testDescription: "segments of 7 octets", size: 7), Delivery(testDescription: "segments of 100 octets", size: 100),
        Delivery(testDescription: "out of order", size: 40, shuffle: 1), Delivery(testDescription: "out of order, small", size: 5, shuffle: 2),
    ]
}

/// A TCP connection in which the sides speak in turn; `true` is the phone, which began.
func converse(_ turns: [(Bool, [UInt8])], _ delivery: Delivery = Delivery.all[0], port: Int = 443, closing: Bool = true) -> FlowRecord {
    run(conversation(turns, delivery, port: port, closing: closing)).record
}

/// The packets of such a connection.
func conversation(_ turns: [(Bool, [UInt8])], _ delivery: Delivery = Delivery.all[0], port: Int = 443, closing: Bool = true) -> [ForgedPacket] {
    var random = SplitMix64(seed: delivery.shuffle)
    var connection = ForgedConnection(ForgedPath(serverPort: port))
    connection.pause = 1000
    connection.open()
    var packets = connection.packets
    for (fromPhone, octets) in turns {
        let before = connection.packets.count
        connection.send(fromPhone: fromPhone, octets, size: delivery.size)
        var turn = Array(connection.packets[before...])
        if delivery.shuffle > 0 {
            // Segments are late by a few places, as on a real path with several queues.
            for index in turn.indices { turn.swapAt(index, max(0, index - Int.random(in: 0...3, using: &random))) }
        }
        packets += turn
    }
    if closing {
        let before = connection.packets.count
        connection.close()
        packets += connection.packets[before...]
    }
    return packets
}

/// What the dissectors found, as text that can be compared.
func facts(_ record: FlowRecord) -> [String] {
    var lines = ["service \(record.service ?? "-")", "server \(record.serverName ?? "-")", "version \(record.version ?? "-")", "alpn \(record.alpn)"]
    lines += ["ja3 \(record.ja3 ?? "-")", "ja3s \(record.ja3s ?? "-")", "ja4 \(record.ja4 ?? "-")", "agent \(record.userAgent ?? "-")", "hosts \(record.httpHosts)"]
    lines += record.httpExchanges.map { exchange in
        var exchange = exchange
        exchange.time = 0       // depends on how the octets were cut into packets
        return "\(exchange)"
    }
    return lines
}
