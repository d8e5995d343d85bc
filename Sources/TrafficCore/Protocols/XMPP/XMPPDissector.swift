/// The opening tag of an XMPP stream (RFC 6120 §4.7), or as much of it as is needed.
struct XMPPStreamHeader {
    /// Domain that the client asks for, and the one that a server says it is.
    var to: String?
    var from: String?

    static var longestHeader: Int { 2048 }

    /// Whether octets begin an XML document or element that can be an XMPP stream's. `.yes` once the tag's name is there.
    static func probe(_ head: Span<UInt8>) -> Probe {
        var start = 0
        if head.matches("<?xml ") || head.matches("<?xml\t") {
            guard let end = head.firstIndex(of: 0x3e, from: 0) else { return head.count < 200 ? .needs(head.count + 1) : .no }
            start = end + 1
            while start < head.count, head[start] <= 0x20 { start += 1 }
        }
        let name = "<stream:stream"
        guard head.matches(name, at: start) else { return .no }
        return head.count - start >= name.utf8.count ? .yes : .needs(start + name.utf8.count)
    }

    /// The tag, from its "<" to its ">".
    init(_ tag: Span<UInt8>) {
        to = Self.attribute("to", in: tag)
        from = Self.attribute("from", in: tag)
    }

    /// The attribute's value as a host name.
    private static func attribute(_ name: String, in tag: Span<UInt8>) -> String? {
        let length = name.utf8.count
        var index = 1
        while index + length + 2 < tag.count {
            if tag[index - 1] <= 0x20, tag.hasText(name, at: index), tag[index + length] == 0x3d {
                let quote = tag[index + length + 1], start = index + length + 2
                guard quote == 0x22 || quote == 0x27, let end = tag.firstIndex(of: quote, from: start) else { return nil }
                return tag.extracting(start..<end).plausibleHostName
            }
            index += 1
        }
        return nil
    }
}

/// Reads an XMPP connection to the names of its stream and into TLS (RFC 6120 §5).
struct XMPPDissector: StreamDissector {
    private var upgrade: TLSUpgrade
    private var searched = PerSender(0)
    private var tags = PerSender(0)
    /// Stream header, features, starttls, proceed, and what clients send besides.
    private static var tagLimit: Int { 64 }

    static func probe(_ head: Span<UInt8>) -> Probe { head.count >= 1 ? XMPPStreamHeader.probe(head) : .needs(2) }

    init(depth: Int) { upgrade = TLSUpgrade(depth: depth) }

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        if facts.service == nil { facts.service = .xmpp }
        var position = 0
        while true {
            let rest = octets.extracting(position..<octets.count)
            if upgrade.isActive(sender) {
                var used = upgrade.deliver(rest, from: sender, at: stream, into: &facts)
                used.done += position
                return used
            }
            switch TLSUpgrade.begins(rest) {
            case .yes:
                upgrade.begin(sender, into: &facts)
                continue
            case .needs(let count): return Consumption(done: position, wanted: count)
            case .no: break
            }
            guard tags[sender] < Self.tagLimit else { return .finished }
            // A tag, with what stands in front of it.
            guard let end = rest.firstIndex(of: 0x3e, from: searched[sender]) else {
                guard rest.count < XMPPStreamHeader.longestHeader else { return .finished }
                searched[sender] = rest.count
                return Consumption(done: position, wanted: rest.count + 1)
            }
            searched[sender] = 0
            tags[sender] += 1
            let tag = rest.extracting(0..<end + 1)
            if let start = tag.firstIndex(of: 0x3c, from: 0), tag.hasText("<stream:stream", at: start) {
                let header = XMPPStreamHeader(tag.extracting(start..<tag.count))
                // A client's `from` and a server's `to` are addresses with an "@": no host's name (RFC 6120 §4.7.1, §4.7.2).
                if let name = header.to, facts.details.requestedName == nil { facts.details.requestedName = name }
                if let name = header.from, facts.details.serverGreetingName == nil { facts.details.serverGreetingName = name }
            }
            position += end + 1
        }
    }

    mutating func gap(_ count: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        if upgrade.isActive(sender) { return upgrade.gap(count, from: sender, at: stream, into: &facts) }
        searched[sender] = 0
        return .all(0)
    }

    mutating func finish(_ reason: StreamEnd, into facts: inout FlowFacts) { upgrade.finish(reason, into: &facts) }
}
