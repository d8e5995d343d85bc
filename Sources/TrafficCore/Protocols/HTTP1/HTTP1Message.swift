/// The head of an HTTP/1 message (RFC 9112 §2): start line and the fields that we use, as ranges of its octets.
struct HTTP1Head {
    enum Start: Equatable { case request(method: String, target: String), response(status: Int) }
    var start: Start
    var host: String?
    var userAgent: String?
    var contentType: String?
    var contentLength: Int?
    var isChunked = false
    /// The protocol that the connection changes to, lower case (RFC 9110 §7.8): "websocket", "h2c".
    var upgrade: String?
    var version = ""

    /// Methods of RFC 9110 §9, WebDAV, UPnP and others that phones send; the frequent ones first.
    private static let methods: [String] = [
        "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PATCH", "PROPFIND", "PROPPATCH", "MKCOL",
        "COPY", "MOVE", "LOCK", "UNLOCK", "REPORT", "SEARCH", "NOTIFY", "M-SEARCH", "SUBSCRIBE", "UNSUBSCRIBE", "MERGE",
        "PURGE", "LINK", "UNLINK", "BIND", "REBIND", "UNBIND", "ACL", "CHECKOUT", "MKACTIVITY", "SOURCE", "BCOPY", "BMOVE",
        "POLL", "RPC_IN_DATA", "RPC_OUT_DATA", "CCM_POST",
    ]

    /// The method that `word` is; nil when it is none.
    private static func method(_ word: Span<UInt8>) -> String? {
        for name in methods where name.utf8.count == word.count {
            let octets = name.utf8Span.span
            var index = 0
            while index < word.count, word[index] == octets[index] { index += 1 }
            if index == word.count { return name }
        }
        return nil
    }

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
        let word = head.extracting(0..<length)
        if head[length] == 0x2f {
            guard length == 4, word.u32(at: 0) == 0x4854_5450 else { return .no }
            guard head.count >= length + 3 else { return .needs(length + 3) }
            return head[length + 1] == 0x31 && head[length + 2] == 0x2e ? .yes : .no
        }
        return method(word) != nil ? .yes : .no
    }

    /// The range of the next line without its end; nil when no line is left.
    private static func line(_ head: Span<UInt8>, from position: inout Int) -> Range<Int>? {
        guard position < head.count else { return nil }
        let start = position
        var end = head.firstIndex(of: 0x0a, from: start) ?? head.count
        position = min(end + 1, head.count)
        if end > start, head[end - 1] == 0x0d { end -= 1 }
        return start..<end
    }

    private static func startLine(_ line: Span<UInt8>) -> (Start, String)? {
        var first = 0
        while first < line.count, line[first] != 0x20 { first += 1 }
        guard first > 0, first < line.count else { return nil }
        let word = line.extracting(0..<first)
        if first >= 7, word.u32(at: 0) == 0x4854_5450, word.u24(at: 4) == 0x2f_312e {     // "HTTP/1."
            var status = 0, index = first + 1
            while index < line.count, index < first + 4 {
                guard (0x30...0x39).contains(line[index]) else { return nil }
                status = status * 10 + Int(line[index] - 0x30)
                index += 1
            }
            return status >= 100 ? (.response(status: status), version(word)) : nil
        }
        guard let method = method(word) else { return nil }
        // The target may hold spaces when the client is careless: it ends at the last " HTTP/".
        var last = line.count
        while last > first + 1, line[last - 1] != 0x20 { last -= 1 }
        let hasVersion = last > first + 1 && line.count - last >= 5 && line[last] == 0x48 && line[last + 1] == 0x54
        let target = line.extracting(first + 1..<(hasVersion ? last - 1 : line.count))
        return (.request(method: method, target: text(target)), hasVersion ? version(line.extracting(last..<line.count)) : "HTTP/0.9")
    }

    /// "HTTP/1.1" is nearly every version, and the text of it need not be made each time.
    private static func version(_ word: Span<UInt8>) -> String {
        word.count == 8 && word.u64(at: 0) == 0x4854_5450_2f31_2e31 ? "HTTP/1.1" : text(word)
    }

    private mutating func readField(_ line: Span<UInt8>) {
        guard let colon = line.firstIndex(of: 0x3a, from: 0) else { return }
        // Most fields are none of ours: length and letters of the name tell before any text is made.
        let field = Field(line.extracting(0..<colon))
        guard field != .other else { return }
        var start = colon + 1, end = line.count
        while start < end, line[start] == 0x20 || line[start] == 0x09 { start += 1 }
        while end > start, line[end - 1] == 0x20 || line[end - 1] == 0x09 { end -= 1 }
        let value = line.extracting(start..<end)
        switch field {
        case .host: if host == nil { host = hostName(value) }
        case .upgrade: if upgrade == nil { upgrade = hostName(value.extracting(0..<min(value.count, 32))) }
        case .userAgent: if userAgent == nil { userAgent = text(value) }
        case .contentType: if contentType == nil { contentType = text(value) }
        case .contentLength: contentLength = Self.number(value)
        case .transferEncoding: isChunked = hostName(value).hasSuffix("chunked")
        case .other: break
        }
    }

    /// The fields that we use.
    private enum Field {
        case host, upgrade, userAgent, contentType, contentLength, transferEncoding, other

        /// By the field's name in any case: a letter with bit 0x20 set is its lower-case form, and a hyphen has it.
        init(_ name: Span<UInt8>) {
            let small: UInt64 = 0x2020_2020_2020_2020
            switch name.count {
            case 4 where name.u32(at: 0) | 0x2020_2020 == 0x686f_7374: self = .host
            case 7 where name.u32(at: 0) | 0x2020_2020 == 0x7570_6772 && name.u24(at: 4) | 0x20_2020 == 0x61_6465: self = .upgrade
            case 10 where name.u64(at: 0) | small == 0x7573_6572_2d61_6765 && name.u16(at: 8) | 0x2020 == 0x6e74: self = .userAgent
            case 12 where name.u64(at: 0) | small == 0x636f_6e74_656e_742d && name.u32(at: 8) | 0x2020_2020 == 0x7479_7065:
                self = .contentType
            case 14 where name.u64(at: 0) | small == 0x636f_6e74_656e_742d && name.u48(at: 8) | small >> 16 == 0x6c65_6e67_7468:
                self = .contentLength
            case 17 where name.u64(at: 0) | small == 0x7472_616e_7366_6572 && name.u64(at: 8) | small == 0x2d65_6e63_6f64_696e
                && name[16] | 0x20 == 0x67:
                self = .transferEncoding
            default: self = .other
            }
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
