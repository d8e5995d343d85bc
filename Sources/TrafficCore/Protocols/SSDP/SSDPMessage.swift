/// A message of the Simple Service Discovery Protocol (UPnP Device Architecture 2.0 §1): HTTP's form over UDP.
struct SSDPMessage {
    enum Kind { case search, notify, response }
    let kind: Kind
    /// SERVER of announcements and responses; USER-AGENT of searches.
    private(set) var server: String?
    private(set) var userAgent: String?

    /// Lines of one message that are looked at.
    private static var lineLimit: Int { 64 }

    /// nil when the start line is none of SSDP's three.
    init?(_ octets: Span<UInt8>) {
        if octets.hasText("M-SEARCH * HTTP/1.") {
            kind = .search
        } else if octets.hasText("NOTIFY * HTTP/1.") {
            kind = .notify
        } else if octets.hasText("HTTP/1.1 200 ") || octets.hasText("HTTP/1.0 200 ") {
            kind = .response
        } else {
            return nil
        }
        var position = (octets.firstIndex(of: 0x0a, from: 0) ?? octets.count) + 1, left = Self.lineLimit
        while position < octets.count, left > 0 {
            let stop = octets.firstIndex(of: 0x0a, from: position) ?? octets.count
            let line = octets.extracting(position..<stop)
            if line.hasText("SERVER:", ignoringCase: true) { server = line.extracting(7..<line.count).shortText }
            if line.hasText("USER-AGENT:", ignoringCase: true) { userAgent = line.extracting(11..<line.count).shortText }
            position = stop + 1
            left -= 1
        }
    }
}

extension FlowFacts {
    /// Reads a datagram as SSDP. nil: it is none; else whether more is wanted.
    mutating func readSSDP(_ octets: Span<UInt8>) -> Bool? {
        guard let message = SSDPMessage(octets) else { return nil }
        if service == nil { service = .ssdp }
        if let software = message.userAgent, userAgent == nil { userAgent = software }
        if let software = message.server, rareDetails.isEmpty || details.serverSoftware == nil { details.serverSoftware = software }
        return userAgent == nil || rareDetails.isEmpty
    }
}
