/// Reads the heads of all HTTP/1 messages of one connection and passes over their bodies by their framing (RFC 9112 §6).
/// What follows a CONNECT or an upgrade goes to whatever protocol it is of.
struct HTTP1Dissector: StreamDissector {
    private enum State {
        case head
        /// Octets of body still to come.
        case body(Int)
        case chunkSize
        /// Octets of the chunk and its line end still to come.
        case chunk(Int)
        case trailer
        case untilClose
        /// Behind a CONNECT request: a tunnel, or another request when the proxy said no.
        case tunnel
    }

    private var state = PerSender(State.head)
    /// How far the octets of an unfinished head were searched for its end.
    private var searched = PerSender(0)
    /// Index of the exchange whose message is under way, -1 for none, and whether it is its request.
    private var current = PerSender(-1)
    private var isRequest = PerSender(false)
    /// Requests so far, and the one that the next response belongs to.
    private var requested = 0
    private var answered = 0
    /// Requests not yet answered whose response has no body as framed: HEAD, and CONNECT.
    private var bodiless: [(request: Int, isConnect: Bool)] = []
    private var tunnel: InnerStream?
    private var tunnelIsOpen = false
    private let depth: Int

    private static var largestHead: Int { 65536 }

    static func probe(_ head: Span<UInt8>) -> Probe { HTTP1Head.probe(head) }

    init(depth: Int) { self.depth = depth }

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        if facts.service == nil { facts.service = .http }
        var position = 0
        while position < octets.count {
            let rest = octets.extracting(position..<octets.count)
            switch state[sender] {
            case .head:
                // Empty lines before a start line are to be ignored (RFC 9112 §2.2): old clients send one behind a body.
                if rest[0] == 0x0d || rest[0] == 0x0a {
                    position += 1
                    continue
                }
                guard let length = headLength(rest, sender) else {
                    guard rest.count < Self.largestHead else { return facts.giveUp(.oversizedHTTPHead) }
                    searched[sender] = max(0, rest.count - 3)
                    // One octet may end it, and its response must not be read before it.
                    return Consumption(done: position, wanted: rest.count + 1)
                }
                searched[sender] = 0
                guard let head = HTTP1Head(rest.extracting(0..<length)) else { return facts.giveUp(.malformedHTTPHead) }
                note(head, from: sender, at: stream, into: &facts)
                position += length
            case .body(let left):
                let step = min(left, rest.count)
                count(step, from: sender, into: &facts)
                state[sender] = left > step ? .body(left - step) : .head
                position += step
            case .chunkSize:
                guard let end = lineEnd(rest, within: 1024) else { return rest.count > 1024 ? facts.giveUp(.malformedHTTPChunk) : Consumption(done: position, wanted: rest.count + 1) }
                guard let size = chunkSize(rest.extracting(0..<end)) else { return facts.giveUp(.malformedHTTPChunk) }
                state[sender] = size == 0 ? .trailer : .chunk(size + 2)
                count(size, from: sender, into: &facts)
                position += end
            case .chunk(let left):
                let step = min(left, rest.count)
                state[sender] = left > step ? .chunk(left - step) : .chunkSize
                position += step
            case .trailer:
                guard let end = lineEnd(rest, within: 8192) else { return rest.count > 8192 ? .finished : Consumption(done: position, wanted: rest.count + 1) }
                if rest[0] == 0x0d || rest[0] == 0x0a { state[sender] = .head }
                position += end
            case .untilClose:
                count(rest.count, from: sender, into: &facts)
                position = octets.count
            case .tunnel:
                var used = tunnelled(rest, from: sender, at: stream, into: &facts)
                used.done += position
                guard used.done == position, !used.isFinished, case .head = state[sender] else { return used }
            }
        }
        return .all(octets.count)
    }

    /// The next `count` octets lie inside a body, whose framing says where it ends.
    func passesOver(_ count: Int, from sender: Sender) -> Bool {
        switch state[sender] {
        case .body(let left), .chunk(let left): left > count
        case .untilClose: true
        default: false
        }
    }

    mutating func gap(_ count: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        searched[sender] = 0
        switch state[sender] {
        case .body(let left) where left >= count:
            state[sender] = left > count ? .body(left - count) : .head
        case .chunk(let left) where left >= count:
            state[sender] = left > count ? .chunk(left - count) : .chunkSize
        case .untilClose: break
        case .tunnel: return tunnel?.gap(count, from: sender, at: stream, into: &facts) == true ? .all(0) : .finished
        default: state[sender] = .head      // the next segment may begin a message; if not, the head cannot be read
        }
        return .all(0)
    }

    mutating func finish(_ reason: StreamEnd, into facts: inout FlowFacts) { tunnel?.finish(reason, into: &facts) }

    // MARK: Parts

    /// Octets of the head with its empty line, or nil while that has not come.
    private func headLength(_ octets: Span<UInt8>, _ sender: Sender) -> Int? {
        var start = searched[sender]
        while let index = octets.firstIndex(of: 0x0a, from: start) {
            if index + 1 < octets.count, octets[index + 1] == 0x0a { return index + 2 }
            if index + 2 < octets.count, octets[index + 1] == 0x0d, octets[index + 2] == 0x0a { return index + 3 }
            start = index + 1
        }
        return nil
    }

    /// Octets of the line with its end, if that is one of the first `limit` + 1 octets: however many are there already.
    private func lineEnd(_ octets: Span<UInt8>, within limit: Int) -> Int? {
        guard let index = octets.extracting(0..<min(octets.count, limit + 1)).firstIndex(of: 0x0a, from: 0) else { return nil }
        return index + 1
    }

    private func chunkSize(_ line: Span<UInt8>) -> Int? {
        var size = 0, digits = 0
        for index in line.indices {
            let octet = line[index] | 0x20
            let value: Int
            if (0x30...0x39).contains(line[index]) { value = Int(line[index]) - 0x30 }
            else if (0x61...0x66).contains(octet) { value = Int(octet) - 0x57 }
            else { break }
            size = size << 4 | value
            digits += 1
            if digits > 12 { return nil }
        }
        return digits > 0 ? size : nil
    }

    private mutating func note(_ head: HTTP1Head, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) {
        switch head.start {
        case .request(let method, let target):
            if let host = head.host {
                facts.addHost(host)
            } else if method == "CONNECT" {
                facts.addHost(target.lowercased())
            }
            if facts.userAgent == nil { facts.userAgent = head.userAgent }
            if facts.version == nil { facts.version = head.version }
            (current[sender], isRequest[sender]) = (-1, true)
            if method == "HEAD" || method == "CONNECT", bodiless.count < FlowFacts.exchangeLimit {
                bodiless.append((requested, method == "CONNECT"))
            }
            requested += 1
            if facts.keepsExchanges, facts.exchanges.count < FlowFacts.exchangeLimit {
                current[sender] = facts.exchanges.count
                var exchange = HTTPExchange()
                (exchange.method, exchange.target, exchange.host) = (method, target, head.host)
                exchange.requestType = head.contentType
                (exchange.time, exchange.version, exchange.userAgent) = (stream.time, head.version, head.userAgent)
                facts.exchanges.append(exchange)
            }
            state[sender] = method == "CONNECT" ? .tunnel : head.isChunked ? .chunkSize : bodyState(head.contentLength ?? 0)
        case .response(let status):
            while let first = bodiless.first, first.request < answered { bodiless.removeFirst() }
            let asked = bodiless.first.flatMap { $0.request == answered ? $0 : nil }
            if answered < facts.exchanges.count {
                facts.exchanges[answered].status = status
                facts.exchanges[answered].responseType = head.contentType
            }
            if facts.version == nil { facts.version = head.version }
            (current[sender], isRequest[sender]) = (answered, false)
            if status >= 200 || status == 101 { answered += 1 }
            if asked?.isConnect == true, (200..<300).contains(status) {
                state[sender] = .tunnel
                tunnelIsOpen = true
            } else if status == 101 {
                state = PerSender(.tunnel)
                tunnelIsOpen = true
            } else if status < 200 || status == 204 || status == 304 || asked?.isConnect == false {
                state[sender] = .head
            } else if head.isChunked {
                state[sender] = .chunkSize
            } else if let length = head.contentLength {
                state[sender] = bodyState(length)
            } else {
                state[sender] = .untilClose
            }
        }
    }

    private func bodyState(_ length: Int) -> State { length > 0 ? .body(length) : .head }

    private mutating func count(_ octets: Int, from sender: Sender, into facts: inout FlowFacts) {
        let index = current[sender]
        guard index >= 0, index < facts.exchanges.count else { return }
        if isRequest[sender] {
            facts.exchanges[index].requestOctets += octets
        } else {
            facts.exchanges[index].responseOctets += octets
        }
    }

    /// Octets behind a CONNECT or an upgrade.
    private mutating func tunnelled(
        _ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts
    ) -> Consumption {
        if tunnel == nil, !tunnelIsOpen {
            // The proxy may have refused, and the client asks again (407).
            switch HTTP1Head.probe(octets) {
            case .yes:
                state[sender] = .head
                return Consumption(done: 0, wanted: 1)
            case .needs(let count) where count > octets.count: return Consumption(done: 0, wanted: count)
            default: break
            }
        }
        if tunnel == nil { tunnel = InnerStream(inside: depth) }
        guard let tunnel else { return facts.giveUp(.tooManyLayers) }
        guard tunnel.deliver(octets, from: sender, at: stream, into: &facts) else { return .finished }
        return .all(octets.count)
    }
}
