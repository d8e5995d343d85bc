/// BitTorrent's handshake (BEP 3), and over UDP its transport's first packet (BEP 29) and its table of peers (BEP 5). What is shared, and
/// with whom, is not kept.
enum BitTorrentMessage {
    private static let handshake = "\u{13}BitTorrent protocol"
    /// Handshake with reserved octets, hash and peer identifier.
    static var handshakeLength: Int { 68 }

    static func probe(_ head: Span<UInt8>) -> Probe {
        guard head.count >= 1 else { return .needs(20) }
        guard head.matches(handshake) else { return .no }
        return head.count >= 20 ? .yes : .needs(20)
    }

    /// The client's software, as most identifiers have it: "-UT3550-" (BEP 20).
    static func software(_ octets: Span<UInt8>) -> String? {
        guard octets.count >= handshakeLength, octets[48] == 0x2d, octets[55] == 0x2d else { return nil }
        for index in 49..<55 where octets[index] &- 0x30 >= 10 && (octets[index] | 0x20) &- 0x61 >= 26 { return nil }
        return octets.extracting(49..<55).shortText
    }

    /// ST_SYN of version 1, without extension or data, to which nothing was received yet (BEP 29, "Header format"): 13 octets
    /// that are fixed.
    static func isTransportOpening(_ octets: Span<UInt8>) -> Bool {
        octets.count == 20 && octets[0] == 0x41 && octets[1] == 0 && octets.u32(at: 8) == 0 && octets.u16(at: 18) == 0
            && octets.u32(at: 12) != 0 && octets.u32(at: 4) != 0
    }

    /// A bencoded query, response or error with an identifier of 20 octets (BEP 5, "KRPC Protocol").
    static func isPeerTable(_ octets: Span<UInt8>) -> Bool {
        guard octets.count >= 16, octets[octets.count - 1] == 0x65 else { return false }
        if octets.hasText("d1:ad2:id20:") || octets.hasText("d1:rd2:id20:") || octets.hasText("d1:eli") { return true }
        // Newer nodes put the asker's address first (BEP 42).
        return octets.hasText("d2:ip6:") && octets.count >= 25 && (octets.hasText("1:rd2:id20:", at: 13) || octets.hasText("1:eli", at: 13))
    }
}

/// Reads the handshakes of both peers; pieces are not looked at.
struct BitTorrentDissector: StreamDissector {
    static func probe(_ head: Span<UInt8>) -> Probe { BitTorrentMessage.probe(head) }

    init(depth: Int) {}

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        if facts.service == nil { facts.service = .bittorrent }
        guard octets.count >= BitTorrentMessage.handshakeLength else { return Consumption(done: 0, wanted: BitTorrentMessage.handshakeLength) }
        guard BitTorrentMessage.probe(octets) == .yes, let software = BitTorrentMessage.software(octets) else { return .finished }
        if sender == .first { facts.details.clientSoftware = software } else { facts.details.serverSoftware = software }
        return .finished
    }

    mutating func gap(_ count: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption { .finished }
}

extension FlowFacts {
    /// Reads a datagram as BitTorrent. nil: it is none; else false, for one tells all.
    mutating func readBitTorrent(_ octets: Span<UInt8>) -> Bool? {
        guard BitTorrentMessage.isTransportOpening(octets) || BitTorrentMessage.isPeerTable(octets) else { return nil }
        if service == nil { service = .bittorrent }
        return false
    }
}
