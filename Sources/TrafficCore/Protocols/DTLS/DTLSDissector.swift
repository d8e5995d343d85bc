/// Reads the handshake of one DTLS association as far as it is in clear: ClientHello and ServerHello, over records, fragments
/// and datagrams (RFC 6347 §4.2, RFC 9147 §5). The ClientHello that comes again with a cookie is the same client's.
struct DTLSDissector {
    private var message = PerSender(DTLSReassembly())
    private var hasClientHello = false
    private var hasServerHello = false
    /// Datagrams read of a handshake that does not come to its hellos.
    private var datagrams = 0
    private static var datagramLimit: Int { 64 }

    /// Nothing more is wanted.
    private(set) var isDone = false

    /// Whether a datagram is DTLS: its first record's header, and that what the record holds can be.
    static func recognises(_ octets: Span<UInt8>) -> Bool {
        guard let record = DTLSRecord(octets) else { return false }
        let left = octets.count - DTLSRecord.headerLength
        // A record never goes on in another datagram (RFC 6347 §4.1.1); only the capture can have cut it.
        guard record.length <= left || left >= 96 else { return false }
        guard record.type == .handshake, record.epoch == 0, left >= DTLSHandshakeFragment.headerLength else { return true }
        return octets[DTLSRecord.headerLength] <= 24
            && octets.u24(at: DTLSRecord.headerLength + 6) + octets.u24(at: DTLSRecord.headerLength + 9) <= octets.u24(at: DTLSRecord.headerLength + 1)
    }

    /// Reads one datagram's records. False when it begins with none.
    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, into facts: inout FlowFacts) -> Bool {
        guard Self.recognises(octets) || datagrams > 0 && DTLSRecord.isEncrypted(octets) else { return false }
        if facts.service == nil || facts.service == .stun || facts.service == .rtp { facts.service = .dtls }
        datagrams += 1
        var position = 0
        while !isDone, let record = DTLSRecord(octets.extracting(position..<octets.count)) {
            position += DTLSRecord.headerLength
            let end = min(position + record.length, octets.count)
            if facts.version == nil { facts.version = TLSVersion(rawValue: record.version).name }
            // From epoch 1 on all is encrypted; a capture that begins there has no hello.
            if record.type == .handshake, record.epoch == 0 {
                readFragments(octets.extracting(position..<end), from: sender, into: &facts)
            } else if record.epoch > 0, hasClientHello || datagrams > 8 {
                isDone = true
            }
            position = end
        }
        if datagrams >= Self.datagramLimit || hasClientHello && hasServerHello { isDone = true }
        return true
    }

    private mutating func readFragments(_ octets: Span<UInt8>, from sender: Sender, into facts: inout FlowFacts) {
        var position = 0
        while let fragment = DTLSHandshakeFragment(octets.extracting(position..<octets.count)) {
            position += DTLSHandshakeFragment.headerLength
            let body = octets.extracting(position..<position + fragment.length)
            position += fragment.length
            guard fragment.type == DTLSHandshakeFragment.Kind.clientHello || fragment.type == DTLSHandshakeFragment.Kind.serverHello else { continue }
            if fragment.length == fragment.messageLength {
                note(body, fragment.type, into: &facts)
            } else if let whole = message[sender].add(fragment, body) {
                note(whole.span, fragment.type, into: &facts)
            }
        }
    }

    private mutating func note(_ body: Span<UInt8>, _ type: UInt8, into facts: inout FlowFacts) {
        if type == DTLSHandshakeFragment.Kind.clientHello {
            guard let hello = TLSClientHello(body, isDTLS: true) else { return }
            hasClientHello = true
            if hello.extensions.contains(DTLSHandshakeFragment.useSRTP), !facts.details.isCall { facts.details.isCall = true }
            // Until the server chooses, what the hello says stands.
            if !hasServerHello { facts.version = TLSVersion(rawValue: hello.supportedVersions.contains(0xfefc) ? 0xfefc : hello.legacyVersion).name }
            facts.note(hello, over: .dtls)
        } else if let hello = TLSServerHello(body) {
            hasServerHello = !hello.isHelloRetryRequest
            facts.note(hello, over: .dtls)
        }
    }
}
