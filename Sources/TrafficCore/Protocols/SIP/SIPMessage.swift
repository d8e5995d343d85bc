/// The head of a SIP or RTSP message, which are built like HTTP's (RFC 3261 §7, RFC 2326 §4 and RFC 7826 §5): whom it is for, and by
/// which software. Users' names are not kept.
struct SIPMessage {
    /// `.sip` or `.rtsp`.
    let service: Service
    let isRequest: Bool
    /// Host of the request's URI, else the domain of To.
    private(set) var host: String?
    /// User-Agent; Server of responses.
    private(set) var userAgent: String?
    private(set) var server: String?
    private(set) var contentLength = 0
    /// "SIP/2.0", "RTSP/1.0".
    private(set) var version = ""

    /// The longest method has 13 letters (GET_PARAMETER).
    private static var longestMethod: Int { 13 }

    /// Whether octets begin such a message. Its URI's scheme tells, for some methods are HTTP's too: OPTIONS, NOTIFY, SUBSCRIBE.
    static func probe(_ head: Span<UInt8>) -> Probe {
        guard head.count >= 1 else { return .needs(8) }
        if head.matches("SIP/2.0 ") || head.matches("RTSP/1.0 ") || head.matches("RTSP/2.0 ") {
            let wanted = head[0] == 0x53 ? 8 : 9
            if head.count >= wanted { return .yes }
            // "SETUP" begins with an S as well.
            if head.count >= 2 { return .needs(wanted) }
        }
        var length = 0
        while length < head.count, length <= longestMethod, head[length] &- 0x41 < 26 || head[length] == 0x5f { length += 1 }
        guard length < head.count else { return length <= longestMethod ? .needs(head.count + 1) : .no }
        guard length >= 3, head[length] == 0x20 else { return .no }
        let start = length + 1
        var wanted = 0
        for scheme in schemes where head.matches(scheme, at: start) {
            if head.count - start >= scheme.utf8.count { return .yes }
            wanted = max(wanted, start + scheme.utf8.count)
        }
        return wanted > 0 ? .needs(wanted) : .no
    }

    /// What stands behind the method; `OPTIONS *` asks an RTSP server as a whole.
    private static let schemes = ["sip:", "sips:", "tel:+", "rtsp://", "rtsps://", "rtspu://", "* RTSP/"]

    /// A head with its empty line, or as much of it as a datagram holds. nil when the start line is of neither.
    init?(_ head: Span<UInt8>) {
        guard Self.probe(head) == .yes else { return nil }
        let end = head.firstIndex(of: 0x0a, from: 0) ?? head.count
        let line = head.extracting(0..<end)
        if line.hasText("SIP/") || line.hasText("RTSP/") {
            isRequest = false
            service = line[0] == 0x53 ? .sip : .rtsp
            version = line.extracting(0..<(line.firstIndex(of: 0x20, from: 0) ?? 7)).shortText ?? ""
        } else {
            isRequest = true
            guard let first = line.firstIndex(of: 0x20, from: 0), let last = line.firstIndex(of: 0x20, from: first + 1) else { return nil }
            guard line.hasText("SIP/2", at: last + 1) || line.hasText("RTSP/", at: last + 1) else { return nil }
            service = line[last + 1] == 0x53 ? .sip : .rtsp
            version = line.extracting(last + 1..<line.count).shortText ?? ""
            host = Self.host(ofURI: line.extracting(first + 1..<last))
        }
        var position = end + 1
        while position < head.count {
            let stop = head.firstIndex(of: 0x0a, from: position) ?? head.count
            let field = head.extracting(position..<stop)
            if field.count == 0 || field[0] == 0x0d { break }
            readField(field)
            position = stop + 1
        }
    }

    private mutating func readField(_ line: Span<UInt8>) {
        guard let colon = line.firstIndex(of: 0x3a, from: 0), colon <= 16 else { return }
        let name = line.extracting(0..<colon), value = line.extracting(colon + 1..<line.count)
        // Compact forms: RFC 3261 §7.3.3.
        if Self.isField(name, "USER-AGENT") {
            userAgent = value.shortText
        } else if Self.isField(name, "SERVER") {
            server = value.shortText
        } else if Self.isField(name, "TO") || Self.isField(name, "T") {
            if host == nil { host = Self.host(ofURI: value) }
        } else if Self.isField(name, "CONTENT-LENGTH") || Self.isField(name, "L") {
            contentLength = 0
            for index in value.indices where value[index] &- 0x30 < 10 { contentLength = min(contentLength * 10 + Int(value[index] - 0x30), 1 << 24) }
        }
    }

    private static func isField(_ name: Span<UInt8>, _ wanted: String) -> Bool {
        var count = name.count
        while count > 0, name[count - 1] <= 0x20 { count -= 1 }
        return count == wanted.utf8.count && name.hasText(wanted, ignoringCase: true)
    }

    /// Host of "sip:user@host:port;…", "\"Name\" <sip:user@host>", "rtsp://user:password@host:port/path". nil for an address in
    /// brackets, or a name without a dot.
    static func host(ofURI text: Span<UInt8>) -> String? {
        guard var start = text.firstIndex(of: 0x3a, from: 0) else { return nil }
        if let bracket = text.firstIndex(of: 0x3c, from: 0) {
            guard let colon = text.firstIndex(of: 0x3a, from: bracket) else { return nil }
            start = colon
        }
        start += 1
        while start < text.count, text[start] == 0x2f { start += 1 }
        var end = start
        while end < text.count {
            let octet = text[end]
            if octet == 0x40 {
                start = end + 1                 // what stood in front was a user
            } else if octet == 0x2f || octet == 0x3b || octet == 0x3e || octet == 0x3f || octet <= 0x20 {
                break
            }
            end += 1
        }
        guard start <= end else { return nil }
        let authority = text.extracting(start..<end)
        return authority.extracting(0..<(authority.firstIndex(of: 0x3a, from: 0) ?? authority.count)).plausibleHostName
    }
}

extension FlowFacts {
    /// Takes what a message's head tells.
    mutating func note(_ message: SIPMessage) {
        if service == nil { service = message.service }
        if version == nil { version = message.version }
        // A To names the same on both ways; only the asking side's counts.
        if message.isRequest, let host = message.host, details.requestedName == nil { details.requestedName = host }
        if let software = message.server {
            if details.serverSoftware == nil { details.serverSoftware = software }
        } else if let software = message.userAgent {
            if message.isRequest {
                if userAgent == nil { userAgent = software }
            } else if details.serverSoftware == nil {
                details.serverSoftware = software
            }
        }
    }

    /// Reads a datagram as SIP. nil: it is none; else whether more is wanted.
    mutating func readSIP(_ octets: Span<UInt8>) -> Bool? {
        guard let message = SIPMessage(octets), message.service == .sip else { return nil }
        note(message)
        return details.requestedName == nil || userAgent == nil || details.serverSoftware == nil
    }
}
