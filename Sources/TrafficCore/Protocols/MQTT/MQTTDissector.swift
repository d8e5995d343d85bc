/// The fixed header and the first fields of an MQTT CONNECT packet (MQTT 3.1.1 §3.1, MQTT 5 §3.1; MQTT 3.1 calls itself "MQIsdp").
/// The client identifier and the user are private and not kept.
struct MQTTConnect {
    /// 3, 4 or 5, for 3.1, 3.1.1 and 5.
    let level: UInt8
    let hasUserName: Bool

    private static var type: UInt8 { 0x10 }

    static func probe(_ head: Span<UInt8>) -> Probe {
        guard head.count >= 1 else { return .needs(10) }
        guard head[0] == type else { return .no }
        // Remaining length: seven bits an octet, at most four (§2.2.3).
        var index = 1, length = 0
        while true {
            guard index <= 4 else { return .no }
            guard index < head.count else { return .needs(index + 9) }
            length |= Int(head[index] & 0x7f) << (7 * (index - 1))
            index += 1
            if head[index - 1] & 0x80 == 0 { break }
        }
        guard length >= 12 else { return .no }
        // Name, level, flags, of which bit 0 is reserved (§3.1.2.3).
        for (name, levels) in [("\0\u{4}MQTT", 4...5), ("\0\u{6}MQIsdp", 3...3)] as [(String, ClosedRange<UInt8>)] where head.matches(name, at: index) {
            let level = index + name.utf8.count
            guard head.count >= level + 2 else { return .needs(level + 2) }
            // Bridges between brokers set bit 7 of the level.
            return levels.contains(head[level] & 0x7f) && head[level + 1] & 1 == 0 ? .yes : .no
        }
        return .no
    }

    /// The packet's beginning, which `probe` has taken for one.
    init?(_ octets: Span<UInt8>) {
        guard Self.probe(octets) == .yes else { return nil }
        var index = 1
        while octets[index] & 0x80 != 0 { index += 1 }
        let name = index + 3 + Int(octets[index + 2])
        (level, hasUserName) = (octets[name] & 0x7f, octets[name + 1] & 0x80 != 0)
    }

    var version: String {
        switch level {
        case 3: "MQTT 3.1"
        case 4: "MQTT 3.1.1"
        default: "MQTT \(level)"
        }
    }
}

/// Reads the client's CONNECT; what is published is not looked at.
struct MQTTDissector: StreamDissector {
    static func probe(_ head: Span<UInt8>) -> Probe { MQTTConnect.probe(head) }

    init(depth: Int) {}

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        if facts.service == nil { facts.service = .mqtt }
        if let packet = MQTTConnect(octets) {
            if facts.version == nil { facts.version = packet.version }
            if packet.hasUserName { facts.details.hasUserName = true }
        }
        return .finished
    }

    mutating func gap(_ count: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption { .finished }
}
