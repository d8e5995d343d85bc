/// A ClientHello (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2; DTLS: RFC 6347 §4.2.1): what fingerprints and names need.
struct TLSClientHello {
    var legacyVersion: UInt16 = 0
    var cipherSuites: [UInt16] = []
    /// Extension types in order.
    var extensions: [UInt16] = []
    var supportedGroups: [UInt16] = []
    var pointFormats: [UInt8] = []
    var signatureAlgorithms: [UInt16] = []
    var supportedVersions: [UInt16] = []
    /// First DNS host name of the extension, lower case, without a trailing dot.
    var serverName: String?
    var alpn: [String] = []
    /// First protocol as sent, for JA4, which looks at its octets.
    var firstALPN: [UInt8] = []

    /// The body of the handshake message, without its 4-octet (DTLS: 12-octet) header. nil when a length contradicts.
    init?(_ body: Span<UInt8>, isDTLS: Bool = false) {
        var reader = ByteReader(body)
        guard let version = reader.u16(), reader.skip(32), let session = reader.u8(), reader.skip(Int(session)) else { return nil }
        legacyVersion = version
        if isDTLS { guard let cookie = reader.u8(), reader.skip(Int(cookie)) else { return nil } }
        guard let suites = reader.u16(), suites % 2 == 0, let list = reader.take(Int(suites)) else { return nil }
        cipherSuites = Self.numbers(list)
        guard let methods = reader.u8(), reader.skip(Int(methods)) else { return nil }
        guard let total = reader.u16() else { return }              // RFC 5246: extensions may be absent
        // Some clients' total is short of what follows; what is there is read as far as it goes.
        guard let block = reader.take(min(Int(total), reader.remaining)) else { return }
        readExtensions(block)
    }

    private mutating func readExtensions(_ block: Span<UInt8>) {
        var reader = ByteReader(block)
        while let type = reader.u16(), let length = reader.u16() {
            guard let body = reader.take(Int(length)) else { return }
            extensions.append(type)
            switch type {
            case TLSExtension.serverName: readServerName(body)
            case TLSExtension.supportedGroups: supportedGroups = Self.list16(body)
            case TLSExtension.signatureAlgorithms: signatureAlgorithms = Self.list16(body)
            case TLSExtension.supportedVersions:
                var versions = ByteReader(body)
                if let count = versions.u8(), let list = versions.take(Int(count)) { supportedVersions = Self.numbers(list) }
            case TLSExtension.pointFormats:
                var formats = ByteReader(body)
                if let count = formats.u8(), let list = formats.take(Int(count)) { pointFormats = list.copied() }
            case TLSExtension.alpn: readALPN(body)
            default: break
            }
        }
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

    private static func list16(_ body: Span<UInt8>) -> [UInt16] {
        var reader = ByteReader(body)
        guard let length = reader.u16(), let list = reader.take(min(Int(length), reader.remaining)) else { return [] }
        return numbers(list)
    }

    private static func numbers(_ octets: Span<UInt8>) -> [UInt16] {
        var values: [UInt16] = []
        values.reserveCapacity(octets.count / 2)
        var index = 0
        while index + 1 < octets.count {
            values.append(octets.u16(at: index))
            index += 2
        }
        return values
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
