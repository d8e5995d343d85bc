/// The head of an HTTP/1 message (RFC 9112 §2): start line and the fields that we use, as ranges of its octets.
struct HTTP1Head {
    enum Start: Equatable { case request(method: String, target: String), response(status: Int) }
    var start: Start
    var host: String?
    var userAgent: String?
    var contentType: String?
    var contentLength: Int?
    var isChunked = false
    var isUpgrade = false
    var version = ""

    /// Methods of RFC 9110 §9, WebDAV, UPnP and others that phones send.
    private static let methods: Set<String> = [
        "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PATCH", "PROPFIND", "PROPPATCH", "MKCOL",
        "COPY", "MOVE", "LOCK", "UNLOCK", "REPORT", "SEARCH", "NOTIFY", "M-SEARCH", "SUBSCRIBE", "UNSUBSCRIBE", "MERGE",
        "PURGE", "LINK", "UNLINK", "BIND", "REBIND", "UNBIND", "ACL", "CHECKOUT", "MKACTIVITY", "SOURCE", "BCOPY", "BMOVE",
        "POLL", "RPC_IN_DATA", "RPC_OUT_DATA", "CCM_POST",
    ]

    /// `head` ends with its empty line. nil when the start line is none of HTTP.
    init?(_ head: Span<UInt8>) {
        var position = 0
        guard let line = Self.line(head, from: &position), let start = Self.startLine(head.extracting(line)) else { return nil }
        (self.start, version) = start
        while let line = Self.line(head, from: &position), !line.isEmpty { readField(head.extracting(line)) }
    }

    /// What a prefix of a stream tells: is this the beginning of an HTTP/1 message?
    static func probe(_ head: Span<UInt8>) -> Probe {
        // The longest method has 12 letters; "HTTP/1." has 7.
        var length = 0
        while length < head.count, length < 14 {
            let octet = head[length]
            if octet == 0x20 || octet == 0x2f { break }
            guard (0x41...0x5a).contains(octet) || octet == 0x2d || octet == 0x5f else { return .no }
            length += 1
        }
        guard length < head.count else { return length < 14 ? .needs(head.count + 1) : .no }
        let word = text(head.extracting(0..<length))
        if head[length] == 0x2f {
            guard word == "HTTP" else { return .no }
            guard head.count >= length + 3 else { return .needs(length + 3) }
            return head[length + 1] == 0x31 && head[length + 2] == 0x2e ? .yes : .no
        }
        return methods.contains(word) ? .yes : .no
    }

    /// The range of the next line without its end; nil when no line is left.
    private static func line(_ head: Span<UInt8>, from position: inout Int) -> Range<Int>? {
        guard position < head.count else { return nil }
        let start = position
        var end = start
        while end < head.count, head[end] != 0x0a { end += 1 }
        position = min(end + 1, head.count)
        if end > start, head[end - 1] == 0x0d { end -= 1 }
        return start..<end
    }

    private static func startLine(_ line: Span<UInt8>) -> (Start, String)? {
        var first = 0
        while first < line.count, line[first] != 0x20 { first += 1 }
        guard first > 0, first < line.count else { return nil }
        let word = text(line.extracting(0..<first))
        if word.hasPrefix("HTTP/1.") {
            var status = 0, index = first + 1
            while index < line.count, index < first + 4 {
                guard (0x30...0x39).contains(line[index]) else { return nil }
                status = status * 10 + Int(line[index] - 0x30)
                index += 1
            }
            return status >= 100 ? (.response(status: status), word) : nil
        }
        guard methods.contains(word) else { return nil }
        // The target may hold spaces when the client is careless: it ends at the last " HTTP/".
        var last = line.count
        while last > first + 1, line[last - 1] != 0x20 { last -= 1 }
        let hasVersion = last > first + 1 && line.count - last >= 5 && line[last] == 0x48 && line[last + 1] == 0x54
        let target = line.extracting(first + 1..<(hasVersion ? last - 1 : line.count))
        return (.request(method: word, target: text(target)), hasVersion ? text(line.extracting(last..<line.count)) : "HTTP/0.9")
    }

    private mutating func readField(_ line: Span<UInt8>) {
        var colon = 0
        while colon < line.count, line[colon] != 0x3a { colon += 1 }
        guard colon < line.count, [4, 7, 10, 12, 14, 17].contains(colon) else { return }      // the lengths of the names below
        var start = colon + 1, end = line.count
        while start < end, line[start] == 0x20 || line[start] == 0x09 { start += 1 }
        while end > start, line[end - 1] == 0x20 || line[end - 1] == 0x09 { end -= 1 }
        let value = line.extracting(start..<end)
        switch hostName(line.extracting(0..<colon)) {
        case "host": if host == nil { host = hostName(value) }
        case "user-agent": if userAgent == nil { userAgent = text(value) }
        case "content-type": if contentType == nil { contentType = text(value) }
        case "content-length": contentLength = Self.number(value)
        case "transfer-encoding": isChunked = hostName(value).hasSuffix("chunked")
        case "upgrade": isUpgrade = true
        default: break
        }
    }

    /// Decimal digits only; nil when there are others, or more than fit.
    private static func number(_ value: Span<UInt8>) -> Int? {
        guard (1...18).contains(value.count) else { return nil }
        var result = 0
        for index in value.indices {
            guard (0x30...0x39).contains(value[index]) else { return nil }
            result = result * 10 + Int(value[index] - 0x30)
        }
        return result
    }
}
