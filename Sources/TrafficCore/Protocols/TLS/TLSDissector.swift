/// Reads the handshake of one TLS connection as far as it is in clear, across records and segments (RFC 8446 §5.1):
/// ClientHello and ServerHello, and up to TLS 1.2 the server's certificate.
struct TLSDissector: StreamDissector {
    /// Octets of the record under way that are to be passed over.
    private var skipping = PerSender(0)
    /// A handshake message under way, with its header.
    private var message = PerSender<[UInt8]>([])
    /// What is wanted of this direction was read.
    private var isDone = PerSender(false)
    /// A ServerHello up to TLS 1.2 was read: its certificate follows, unless a session is resumed.
    private var awaitsCertificate = false

    /// RFC 8446 §5.2: 2^14 + 256; TLS 1.2 allowed 2^14 + 2048 (RFC 5246 §6.2.3).
    private static var largestRecord: Int { 16384 + 2048 }
    /// Hellos with post-quantum keys have some 1,800 octets; 64 KiB is beyond any real one.
    private static var largestMessage: Int { 65536 }

    static func probe(_ head: Span<UInt8>) -> Probe {
        guard head.count >= 1 else { return .needs(6) }
        guard (20...24).contains(head[0]) else { return .no }
        if head.count >= 2, head[1] != 3 { return .no }
        if head.count >= 3, head[2] > 4 { return .no }
        guard head.count >= 5 else { return .needs(6) }
        guard (1...largestRecord).contains(Int(head.u16(at: 3))) else { return .no }
        guard head[0] == TLSContentType.handshake.rawValue else { return .yes }
        guard head.count >= 6 else { return .needs(6) }
        return head[5] <= 24 ? .yes : .no
    }

    init(depth: Int) {}

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        if facts.service == nil || facts.service == .http { facts.service = .tls }      // a proxy's tunnel is what is in it
        var position = 0
        while true {
            if skipping[sender] > 0 {
                let step = min(skipping[sender], octets.count - position)
                skipping[sender] -= step
                position += step
            }
            let left = octets.count - position
            guard left >= 5 else { return Consumption(done: position, wanted: 5) }
            let type = TLSContentType(rawValue: octets[position]), length = Int(octets.u16(at: position + 3))
            guard octets[position + 1] == 3, length <= Self.largestRecord else {
                facts.anomalies.insert(.malformedTLSRecord)
                return finish(sender)
            }
            switch type {
            case .handshake:
                guard left >= 5 + length else { return Consumption(done: position, wanted: 5 + length) }
                readHandshake(octets.extracting(position + 5..<position + 5 + length), from: sender, into: &facts)
                position += 5 + length
                if isDone[sender] { return finish(sender) }
            case .applicationData: return finish(sender)        // all is encrypted from here on
            case .changeCipherSpec, .alert, .heartbeat:
                if type == .changeCipherSpec, awaitsCertificate {
                    // No certificate between hello and cipher change: the session goes on (RFC 5246 §7.3).
                    facts.isResumed = true
                    return finish(sender)
                }
                position += 5
                skipping[sender] = length
            default:
                facts.anomalies.insert(.malformedTLSRecord)
                return finish(sender)
            }
        }
    }

    mutating func gap(_ count: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        guard skipping[sender] >= count else {
            if !isDone[sender] { facts.anomalies.insert(.missingOctets) }
            return finish(sender)
        }
        skipping[sender] -= count
        return .all(0)
    }

    private mutating func finish(_ sender: Sender) -> Consumption {
        isDone[sender] = true
        message[sender] = []
        return .finished
    }

    /// Takes the handshake messages out of one record; one that goes on in the next record is held.
    private mutating func readHandshake(_ fragment: Span<UInt8>, from sender: Sender, into facts: inout FlowFacts) {
        if message[sender].isEmpty {
            let used = readMessages(fragment, from: sender, into: &facts)
            if !isDone[sender], used < fragment.count { message[sender].append(copying: fragment.extracting(used..<fragment.count)) }
            return
        }
        var held: [UInt8] = []
        swap(&held, &message[sender])
        held.append(copying: fragment)
        let used = readMessages(held.span, from: sender, into: &facts)
        guard !isDone[sender], held.count - used <= Self.largestMessage else {
            isDone[sender] = true
            return
        }
        held.removeFirst(used)
        message[sender] = held
    }

    private mutating func readMessages(_ octets: Span<UInt8>, from sender: Sender, into facts: inout FlowFacts) -> Int {
        var position = 0
        while octets.count - position >= 4, !isDone[sender] {
            let length = octets.u24(at: position + 1)
            guard length <= Self.largestMessage else {
                facts.anomalies.insert(.oversizedHandshake)
                isDone[sender] = true
                break
            }
            guard octets.count - position >= 4 + length else { break }
            let body = octets.extracting(position + 4..<position + 4 + length)
            switch octets[position] {
            case TLSHandshakeType.clientHello:
                if let hello = TLSClientHello(body) { facts.note(hello, over: .tcp) } else { facts.anomalies.insert(.malformedClientHello) }
                isDone[sender] = true
            case TLSHandshakeType.serverHello:
                guard let hello = TLSServerHello(body) else {
                    facts.anomalies.insert(.malformedServerHello)
                    isDone[sender] = true
                    break
                }
                facts.note(hello, over: .tcp)
                if !hello.isHelloRetryRequest {
                    awaitsCertificate = hello.version.rawValue < TLSVersion.tls13.rawValue
                    isDone[sender] = !awaitsCertificate
                }
            case TLSHandshakeType.certificate:
                if awaitsCertificate { facts.noteCertificates(body) }
                isDone[sender] = true
            case TLSHandshakeType.serverHelloDone: isDone[sender] = true
            default: break
            }
            position += 4 + length
        }
        return position
    }
}

extension FlowFacts {
    /// Cover names of services that offer Encrypted Client Hello. A browser's GREASE of the extension looks the same on
    /// the wire (RFC 9849 §6.2), but comes with the real name.
    private static let coverNames: Set<String> = ["cloudflare-ech.com", "public.tls-ech.dev", "cover.defo.ie"]

    mutating func note(_ hello: consuming TLSClientHello, over transport: FingerprintTransport) {
        guard !hasClientHello else { return }               // after a HelloRetryRequest the first one counts
        hasClientHello = true
        clientTransport = transport
        serverName = hello.serverName
        alpn = hello.alpn
        offersEncryptedClientHello = hello.offersEncryptedClientHello
        hasEncryptedServerName = hello.encryptsServerName
        if hello.offersEncryptedClientHello, let name = serverName { hasEncryptedClientHello = Self.coverNames.contains(name) }
        addUnfinished { $0.clientHello = hello }
    }

    mutating func note(_ hello: TLSServerHello, over transport: FingerprintTransport) {
        if transport != .quic { version = hello.version.name }      // QUIC has a version of its own
        cipherSuite = hello.cipherSuite
        if hello.hasPreSharedKey { isResumed = true }
        if hello.isHelloRetryRequest { helloWasRetried = true }
        noteProtection(hello)
        guard !hasServerHello else { return }
        hasServerHello = true
        addUnfinished { $0.serverHello = hello }
    }

    /// The first certificate of a Certificate message up to TLS 1.2 (RFC 5246 §7.4.2): the server's own.
    mutating func noteCertificates(_ body: Span<UInt8>) {
        var reader = ByteReader(body)
        guard !hasCertificate, reader.u24() != nil, let length = reader.u24(), let octets = reader.take(length) else { return }
        hasCertificate = true
        let copied = octets.copied()
        addUnfinished { $0.certificate = copied }
    }
}
