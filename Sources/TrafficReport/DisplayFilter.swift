import TrafficCore

/// A Wireshark display filter that selects the packets of one flow.
///
/// `ip.addr==A && ip.addr==B && tcp.port==x && tcp.port==y` would also take A:y↔B:x, and any packet with one matching
/// side where both addresses or both ports are equal; so both directions are spelt out. `!icmp` keeps out error messages
/// that quote the flow's header: Wireshark lets a field of the quoted packet match.
enum DisplayFilter {
    private static var piecesEach: Int { 10 }

    /// What stands around the values: ten pieces for each of TCP and UDP over IPv4 and IPv6.
    static func table() -> OctetTable {
        var texts: [String] = []
        for ip in ["ip", "ipv6"] {
            for transport in ["tcp", "udp"] {
                let destination = " && " + ip + ".dst==", ports = [" && " + transport + ".srcport==", " && " + transport + ".dstport=="]
                texts += ["((" + ip + ".src==", destination] + ports
                texts += [") || (" + ip + ".src==", destination] + ports
                texts += [")) && !" + (ip == "ip" ? "icmp" : "icmpv6") + " && frame.number>=", " && frame.number<="]
            }
        }
        return OctetTable(texts)
    }

    /// - Parameters:
    ///   - pieces: of `table()`.
    ///   - source: where in `output` the originator's address stands as text.
    ///   - target: the same of the responder's.
    static func append(
        _ record: borrowing FlowRecord, _ pieces: OctetPieces, _ source: Range<Int>, _ target: Range<Int>, to output: inout OctetRow
    ) {
        let kind = (record.originator.address.family == .v4 ? 0 : 2) + (record.transport == .tcp ? 0 : 1)
        let first = kind * piecesEach
        pieces.append(first, to: &output)
        output.append(again: source)
        pieces.append(first + 1, to: &output)
        output.append(again: target)
        pieces.append(first + 2, to: &output)
        output.append(decimal: UInt(record.originator.port))
        pieces.append(first + 3, to: &output)
        output.append(decimal: UInt(record.responder.port))
        pieces.append(first + 4, to: &output)
        output.append(again: target)
        pieces.append(first + 5, to: &output)
        output.append(again: source)
        pieces.append(first + 6, to: &output)
        output.append(decimal: UInt(record.responder.port))
        pieces.append(first + 7, to: &output)
        output.append(decimal: UInt(record.originator.port))
        pieces.append(first + 8, to: &output)
        output.append(decimal: record.firstFrame)
        pieces.append(first + 9, to: &output)
        output.append(decimal: record.lastFrame)
    }
}
