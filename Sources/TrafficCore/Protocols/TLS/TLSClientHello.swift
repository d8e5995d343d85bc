/// A ClientHello (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2; DTLS: RFC 6347 §4.2.1): what fingerprints and names need.
struct TLSClientHello {
    /// All numbers that JA3 and JA4 look at, in one array, so that a hello costs one allocation: the legacy version, then
    /// cipher suites, extension types in order, groups, signature algorithms and versions, each list behind its length,
    /// then the point formats. GREASE (RFC 8701) is left out. No two hellos coincide that differ in a fingerprint.
    private(set) var numbers: [UInt16] = []
    /// First DNS host name of the extension, lower case, without a trailing dot.
    var serverName: String?
    var alpn: [String] = []
    /// First protocol as sent, for JA4, which looks at its octets.
    var firstALPN: [UInt8] = []
    var offersEncryptedClientHello = false
    /// The server's name is in ESNI, the draft before Encrypted ClientHello; then there is none in clear.
    var encryptsServerName = false
    /// A session, by its identifier or ticket, or a pre-shared key is offered for resumption.
    var offersResumption = false

    private(set) var sessionOctets: UInt8 = 0

    var legacyVersion: UInt16 { numbers[0] }
    var cipherSuites: ArraySlice<UInt16> { list(0) }
    /// Extension types in order.
    var extensions: ArraySlice<UInt16> { list(1) }
    var supportedGroups: ArraySlice<UInt16> { list(2) }
    var signatureAlgorithms: ArraySlice<UInt16> { list(3) }
    var supportedVersions: ArraySlice<UInt16> { list(4) }
    var pointFormats: ArraySlice<UInt16> { numbers[start(5)...] }

    private func list(_ index: Int) -> ArraySlice<UInt16> {
        let place = start(index)
        return numbers[place + 1..<place + 1 + Int(numbers[place])]
    }

    /// Where the list's length stands. The initializer writes all five.
    private func start(_ index: Int) -> Int {
        var place = 1
        for _ in 0..<index { place += 1 + Int(numbers[place]) }
        return place
    }

    /// The body of the handshake message, without its 4-octet (DTLS: 12-octet) header. nil when a length contradicts.
    init?(_ body: Span<UInt8>, isDTLS: Bool = false) {
        var reader = ByteReader(body)
        guard let version = reader.u16(), reader.skip(32), let session = reader.u8(), reader.skip(Int(session)) else { return nil }
        sessionOctets = session
        if isDTLS { guard let cookie = reader.u8(), reader.skip(Int(cookie)) else { return nil } }
        guard let suites = reader.u16(), suites % 2 == 0, let list = reader.take(Int(suites)) else { return nil }
        guard let methods = reader.u8(), reader.skip(Int(methods)) else { return nil }
        numbers.reserveCapacity(128)
        numbers.append(version)
        append(list)
        // RFC 5246: extensions may be absent. Some clients' total is short of what follows; what is there is read as far
        // as it goes.
        let total = Int(reader.u16() ?? 0)
        if let block = reader.take(min(total, reader.remaining)) { readExtensions(block) }
    }

    /// Appends a list behind its length: 16-bit numbers; an odd octet at the end is none.
    private mutating func append(_ octets: Span<UInt8>) {
        let place = numbers.count
        numbers.append(0)
        var index = 0
        while index + 1 < octets.count {
            let number = octets.u16(at: index)
            if !TLSVersion.isGREASE(number) { numbers.append(number) }
            index += 2
        }
        numbers[place] = UInt16(truncatingIfNeeded: numbers.count - place - 1)
    }

    private mutating func readExtensions(_ block: Span<UInt8>) {
        var reader = ByteReader(block)
        // Bodies of the lists, read when all types are known; the last one of a type counts.
        var groups = 0..<0, algorithms = 0..<0, versions = 0..<0, formats = 0..<0
        let place = numbers.count
        numbers.append(0)
        while let type = reader.u16(), let length = reader.u16() {
            let start = reader.position
            guard let body = reader.take(Int(length)) else { break }
            if !TLSVersion.isGREASE(type) { numbers.append(type) }
            switch type {
            case TLSExtension.serverName: readServerName(body)
            case TLSExtension.supportedGroups: groups = start..<start + body.count
            case TLSExtension.signatureAlgorithms: algorithms = start..<start + body.count
            case TLSExtension.supportedVersions: versions = start..<start + body.count
            case TLSExtension.pointFormats: formats = start..<start + body.count
            case TLSExtension.alpn: readALPN(body)
            case TLSExtension.encryptedClientHello: offersEncryptedClientHello = true
            case TLSExtension.encryptedServerName: encryptsServerName = true
            case TLSExtension.preSharedKey: offersResumption = true
            case TLSExtension.sessionTicket: if body.count > 0 { offersResumption = true }
            default: break
            }
        }
        numbers[place] = UInt16(truncatingIfNeeded: numbers.count - place - 1)
        append(Self.list16(block.extracting(groups)))
        append(Self.list16(block.extracting(algorithms)))
        append(Self.list8(block.extracting(versions)))
        let points = Self.list8(block.extracting(formats))
        for index in points.indices { numbers.append(UInt16(points[index])) }
    }

    private mutating func readServerName(_ body: Span<UInt8>) {
        guard serverName == nil else { return }
        var reader = ByteReader(body)
        guard reader.u16() != nil else { return }
        while let type = reader.u8(), let length = reader.u16(), let name = reader.take(Int(length)) {
            guard type == 0, name.count > 0 else { continue }
            serverName = hostName(name)
            return
        }
    }

    private mutating func readALPN(_ body: Span<UInt8>) {
        var reader = ByteReader(body)
        guard reader.u16() != nil else { return }
        while alpn.count < 64, let length = reader.u8(), let name = reader.take(Int(length)) {
            if alpn.isEmpty { firstALPN = name.copied() }
            alpn.append(text(name))
        }
    }

    /// What stands behind the list's 16-bit length, as far as it is there.
    @_lifetime(copy body)
    private static func list16(_ body: Span<UInt8>) -> Span<UInt8> {
        guard body.count >= 2 else { return body.extracting(0..<0) }
        return body.extracting(2..<2 + min(Int(body.u16(at: 0)), body.count - 2))
    }

    /// What stands behind the list's 8-bit length; nothing where it is cut.
    @_lifetime(copy body)
    private static func list8(_ body: Span<UInt8>) -> Span<UInt8> {
        guard body.count >= 1, body.count - 1 >= Int(body[0]) else { return body.extracting(0..<0) }
        return body.extracting(1..<1 + Int(body[0]))
    }
}

/// Octets of a capture as text: invalid UTF-8 becomes U+FFFD.
func text(_ octets: Span<UInt8>) -> String { octets.decodedText }

/// A host name as sent, in the form in which names are compared: ASCII lower case, no trailing dot.
func hostName(_ octets: Span<UInt8>) -> String {
    var name = octets.copied()
    for index in name.indices where (0x41...0x5a).contains(name[index]) { name[index] |= 0x20 }
    if name.count > 1, name.last == 0x2e { name.removeLast() }
    return String(decoding: name, as: UTF8.self)
}
