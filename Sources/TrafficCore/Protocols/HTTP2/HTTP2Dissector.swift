/// Reads the header fields of one HTTP/2 connection (RFC 9113): hosts, requests and their status. In clear that is HTTP/2 with
/// prior knowledge or after an upgrade; inside TLS, where keys are known.
struct HTTP2Dissector: StreamDissector {
    /// Everything of one direction.
    private struct Direction {
        /// The preface, or a first SETTINGS frame, was seen.
        var isOpen = false
        /// Octets of the frame under way that are passed over.
        var skipping = 0
        /// A header block that goes on in CONTINUATION frames, and its stream.
        var block: [UInt8] = []
        var blockStream: UInt32 = 0
        var decoder: HPACKDecoder?
    }

    private var directions = PerSender(Direction())
    /// Index of each stream's exchange, while there are not too many, and who asked.
    private var exchanges: [UInt32: (index: Int, client: Sender)] = [:]
    private let depth: Int

    /// The most that one header block may have, octets: as many as servers take, and more.
    private static var largestBlock: Int { 1 << 16 }
    /// RFC 9113 §4.2: what a receiver may ask for at most is 2^24 - 1, and frames of header fields come near none of it.
    private static var largestHeaders: Int { 1 << 16 }

    static func probe(_ head: Span<UInt8>) -> Probe {
        if let matching = HTTP2Frame.matchesPreface(head), matching > 0 {
            return matching == HTTP2Frame.prefaceLength ? .yes : .needs(HTTP2Frame.prefaceLength)
        }
        // A server begins with SETTINGS on stream 0 (§3.4): whole entries of six octets, no flag.
        guard head.count >= HTTP2Frame.headerLength else { return head.count < 2 || head.u16(at: 0) == 0 ? .needs(HTTP2Frame.headerLength) : .no }
        let frame = HTTP2Frame(head)
        return frame.type == HTTP2Frame.Kind.settings && frame.flags == 0 && head.u32(at: 5) == 0 && frame.length % 6 == 0 && frame.length <= 128 ? .yes : .no
    }

    init(depth: Int) { self.depth = depth }

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        if facts.service == nil { facts.service = .http }
        if facts.version == nil { facts.version = "HTTP/2" }
        var position = 0
        if !directions[sender].isOpen {
            if let matching = HTTP2Frame.matchesPreface(octets), matching > 0 {
                guard matching == HTTP2Frame.prefaceLength else { return Consumption(done: 0, wanted: HTTP2Frame.prefaceLength) }
                position = HTTP2Frame.prefaceLength
            }
            directions[sender].isOpen = true
            directions[sender].decoder = HPACKDecoder()
        }
        while true {
            if directions[sender].skipping > 0 {
                let step = min(directions[sender].skipping, octets.count - position)
                directions[sender].skipping -= step
                position += step
            }
            let left = octets.count - position
            guard left >= HTTP2Frame.headerLength else { return Consumption(done: position, wanted: HTTP2Frame.headerLength) }
            let rest = octets.extracting(position..<octets.count), frame = HTTP2Frame(rest)
            let whole = HTTP2Frame.headerLength + frame.length
            switch frame.type {
            case HTTP2Frame.Kind.headers, HTTP2Frame.Kind.continuation, HTTP2Frame.Kind.pushPromise:
                guard frame.length <= Self.largestHeaders else { return .finished }
                guard left >= whole else { return Consumption(done: position, wanted: whole) }
                guard take(frame, rest.extracting(HTTP2Frame.headerLength..<whole), from: sender, at: stream, into: &facts) else { return .finished }
                position += whole
            case HTTP2Frame.Kind.data:
                count(frame.length, of: frame.stream, from: sender, into: &facts)
                fallthrough
            default:
                position += HTTP2Frame.headerLength
                directions[sender].skipping = frame.length
            }
        }
    }

    mutating func gap(_ count: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        // Inside a frame that is passed over nothing is lost; elsewhere the compression no longer follows.
        guard directions[sender].skipping >= count else { return facts.giveUp(.missingOctets) }
        directions[sender].skipping -= count
        return .all(0)
    }

    /// A frame with a piece of a header block. Returns false when nothing more can be read.
    private mutating func take(
        _ frame: HTTP2Frame, _ payload: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts
    ) -> Bool {
        guard let range = frame.fragment(in: payload) else {
            facts.anomalies.insert(.malformedHTTP2Frame)
            return false
        }
        let isContinued = frame.type == HTTP2Frame.Kind.continuation
        if isContinued {
            guard frame.stream == directions[sender].blockStream, !directions[sender].block.isEmpty else { return false }
        }
        guard directions[sender].block.count + range.count <= Self.largestBlock else { return false }
        guard frame.endsHeaders, !isContinued else {
            directions[sender].block.append(copying: payload.extracting(range))
            directions[sender].blockStream = frame.stream
            guard frame.endsHeaders else { return true }
            var block: [UInt8] = []
            swap(&block, &directions[sender].block)
            return read(block.span, of: frame.stream, from: sender, at: stream, into: &facts)
        }
        return read(payload.extracting(range), of: frame.stream, from: sender, at: stream, into: &facts)
    }

    private mutating func read(
        _ block: Span<UInt8>, of id: UInt32, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts
    ) -> Bool {
        guard let decoder = directions[sender].decoder else { return false }
        var fields = HTTP2Fields()
        let isWhole = decoder.decode(block) { fields.take($0, $1) }
        note(fields, of: id, from: sender, at: stream, into: &facts)
        if !isWhole { facts.anomalies.insert(.brokenHeaderCompression) }
        return isWhole
    }

    private mutating func note(_ fields: HTTP2Fields, of id: UInt32, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) {
        if let status = fields.status {
            guard let index = exchanges[id]?.index, index < facts.exchanges.count else { return }
            if facts.exchanges[index].status ?? 100 < 200 { facts.exchanges[index].status = status }
            if let type = fields.contentType { facts.exchanges[index].responseType = type }
            return
        }
        guard let method = fields.method else { return }
        if let host = fields.host { facts.addHost(host) }
        if facts.userAgent == nil { facts.userAgent = fields.userAgent }
        guard facts.keepsExchanges, facts.exchanges.count < FlowFacts.exchangeLimit else { return }
        var exchange = HTTPExchange()
        (exchange.time, exchange.method, exchange.target, exchange.host) = (stream.time, method, fields.path ?? "", fields.host)
        (exchange.version, exchange.userAgent, exchange.requestType) = ("HTTP/2", fields.userAgent, fields.contentType)
        exchanges[id] = (facts.exchanges.count, sender)
        facts.exchanges.append(exchange)
    }

    private func count(_ octets: Int, of id: UInt32, from sender: Sender, into facts: inout FlowFacts) {
        guard let (index, client) = exchanges[id], index < facts.exchanges.count else { return }
        if sender == client { facts.exchanges[index].requestOctets += octets } else { facts.exchanges[index].responseOctets += octets }
    }
}

/// The header fields that we use (RFC 9113 §8.3).
struct HTTP2Fields {
    var method: String?
    var path: String?
    var host: String?
    var status: Int?
    var userAgent: String?
    var contentType: String?

    mutating func take(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        guard name.count >= 4, name.count <= 12 else { return }
        switch text(name) {
        case ":method": method = text(value)
        case ":path": path = text(value)
        case ":authority": host = hostName(value)
        case ":status": status = Int(text(value))
        case "host": if host == nil { host = hostName(value) }
        case "user-agent": userAgent = text(value)
        case "content-type": contentType = text(value)
        default: break
        }
    }
}
