import PacketForge
import Testing

@testable import TrafficCore

/// One turn of a conversation that is given to a dissector without packets around it.
struct Turn: Sendable {
    var sender: Sender
    var octets: [UInt8]

    static func client(_ text: String) -> Turn { Turn(sender: .first, octets: Array(text.utf8)) }
    static func server(_ text: String) -> Turn { Turn(sender: .second, octets: Array(text.utf8)) }
    static func client(_ octets: [UInt8]) -> Turn { Turn(sender: .first, octets: octets) }
    static func server(_ octets: [UInt8]) -> Turn { Turn(sender: .second, octets: octets) }
}

/// What `Dissector` finds in the conversation, its octets cut into pieces of `size`.
func dissect<Dissector: StreamDissector>(_ type: Dissector.Type, _ turns: [Turn], size: Int = 1400) -> FlowFacts {
    var facts = FlowFacts()
    let position = StreamPosition(time: 0, frame: 1)
    guard let stream = InnerStream(inside: 0, .other(DissectorBox(Dissector(depth: 0)))) else { return facts }
    for turn in turns {
        var start = 0
        while start < turn.octets.count {
            let end = min(start + size, turn.octets.count)
            let piece = Array(turn.octets[start..<end])
            _ = stream.deliver(piece.span, from: turn.sender, at: position, into: &facts)
            start = end
        }
    }
    stream.finish(.closed, into: &facts)
    return facts
}

/// What a dissector says of the first octets of a stream, asked again as it wishes; nil when it is never certain.
func recognises<Dissector: StreamDissector>(_ type: Dissector.Type, _ octets: [UInt8]) -> Bool? {
    var count = 1
    while true {
        let head = Array(octets.prefix(count))
        switch Dissector.probe(head.span) {
        case .yes: return true
        case .no: return false
        case .needs(let wanted):
            // One that asks for what it already has would never be asked again.
            guard wanted > head.count else { return nil }
            guard count < octets.count else { return nil }
            count = wanted
        }
    }
}

/// Feeds every prefix of the conversation, and copies of it with octets changed, to a dissector: none may trap.
func survives<Dissector: StreamDissector>(_ type: Dissector.Type, _ turns: [Turn]) {
    var random = SplitMix64(seed: 1)
    for round in 0..<80 {
        var changed = turns
        for index in changed.indices where !changed[index].octets.isEmpty {
            for _ in 0..<round % 8 {
                changed[index].octets[Int.random(in: 0..<changed[index].octets.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if round > 40 { changed[index].octets.removeLast(Int.random(in: 0...changed[index].octets.count, using: &random)) }
        }
        for turn in changed { _ = recognises(type, turn.octets) }
        _ = dissect(type, changed, size: [1, 3, 50, 1400][round % 4])
    }
}
