/// Zeek's conn_state of a finished flow, by the rules of Zeek's own `conn_state` (base/protocols/conn/main.zeek).
enum ConnectionState {
    /// What Zeek knows of one endpoint (analyzer/protocol/tcp/TCP_Endpoint.h).
    private enum Endpoint { case inactive, partial, synSent, synAckSent, established, closed, reset }

    static func name(of flow: borrowing Flow, payload: Directional<Int>, packets: Directional<Int>) -> String {
        guard flow.key.isTCP else {
            if packets.reverse > 0 { return "SF" }
            return packets.forward > 0 ? "S0" : "OTH"
        }
        let first = flow.sides.0, second = flow.sides.1
        let (a, b) = flow.originatorIsFirst ? (first, second) : (second, first)
        let isOpen = a.hasSYN && (b.hasSYNACK || b.hasSYN)
        let originator = endpoint(a, opened: a.hasSYN ? .synSent : nil, isOpen: isOpen)
        let responder = endpoint(b, opened: b.hasSYN ? .synAckSent : nil, isOpen: isOpen)
        let isQuietOriginator = originator == .inactive || originator == .partial
        let isQuietResponder = responder == .inactive || responder == .partial
        switch (originator, responder) {
        case (.synSent, .reset): return "REJ"
        case (.reset, .reset) where payload.forward == 0 && payload.reverse == 0: return "REJ"
        case (_, .reset): return isQuietOriginator ? "RSTRH" : "RSTR"
        case (.reset, _): return isQuietResponder ? "RSTOS0" : "RSTO"
        case (.closed, .closed): return "SF"
        case (.closed, _): return isQuietResponder ? "SH" : "S2"
        case (_, .closed): return isQuietOriginator ? "SHR" : "S3"
        case (.synSent, .inactive): return "S0"
        case (.established, .established): return "S1"
        default: return "OTH"
        }
    }

    private static func endpoint(_ side: borrowing FlowSide, opened: Endpoint?, isOpen: Bool) -> Endpoint {
        if side.hasRST { return .reset }
        if side.hasFIN { return .closed }
        if isOpen { return .established }
        if let opened { return opened }
        return side.packets > 0 ? .partial : .inactive
    }
}
