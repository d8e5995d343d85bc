/// Zeek's conn_state of a finished flow (docs.zeek.org, `conn.log`).
enum ConnectionState {
    static func name(of flow: borrowing Flow, payload: Directional<Int>, packets: Directional<Int>) -> String {
        guard flow.key.isTCP else {
            if packets.reverse > 0 { return "SF" }
            return packets.forward > 0 ? "S0" : "OTH"
        }
        let originator = flow.originatorIsFirst ? flow.sides.0 : flow.sides.1
        let responder = flow.originatorIsFirst ? flow.sides.1 : flow.sides.0
        let isEstablished = originator.hasSYN && responder.hasSYNACK
        if isEstablished || (originator.hasSYN && responder.hasSYN) {
            if originator.hasRST { return "RSTO" }
            if responder.hasRST { return responder.hasSYNACK ? "RSTR" : "REJ" }
            if originator.hasFIN { return responder.hasFIN ? "SF" : "S2" }
            return responder.hasFIN ? "S3" : "S1"
        }
        if originator.hasSYN {
            if responder.hasRST { return "REJ" }
            if originator.hasRST { return "RSTOS0" }
            return originator.hasFIN ? "SH" : "S0"
        }
        if responder.hasSYNACK {
            if responder.hasRST { return "RSTRH" }
            return responder.hasFIN ? "SHR" : "OTH"
        }
        return "OTH"
    }
}
