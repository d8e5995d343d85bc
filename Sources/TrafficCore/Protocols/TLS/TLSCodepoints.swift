// Assigned numbers (IANA TLS Parameters). Unknown values are data.

struct TLSContentType: RawRepresentable, Equatable {
    var rawValue: UInt8
    static let changeCipherSpec = TLSContentType(rawValue: 20)
    static let alert = TLSContentType(rawValue: 21)
    static let handshake = TLSContentType(rawValue: 22)
    static let applicationData = TLSContentType(rawValue: 23)
    static let heartbeat = TLSContentType(rawValue: 24)
}

struct TLSVersion: RawRepresentable, Equatable {
    var rawValue: UInt16
    static let tls13 = TLSVersion(rawValue: 0x0304)

    /// "TLS 1.3", "DTLS 1.2", or the number in hexadecimal.
    var name: String {
        switch rawValue {
        case 0x0300: "SSL 3.0"
        case 0x0301: "TLS 1.0"
        case 0x0302: "TLS 1.1"
        case 0x0303: "TLS 1.2"
        case 0x0304: "TLS 1.3"
        case 0xfeff: "DTLS 1.0"
        case 0xfefd: "DTLS 1.2"
        case 0xfefc: "DTLS 1.3"
        case 0x7f00...0x7fff: "TLS 1.3 draft \(rawValue & 0xff)"
        default: "0x" + String(rawValue, radix: 16)
        }
    }

    /// Values that clients send only to keep servers tolerant (RFC 8701).
    @inline(__always)
    static func isGREASE(_ value: UInt16) -> Bool { value & 0x0f0f == 0x0a0a && value >> 8 == value & 0xff }
}

/// Types of handshake messages (IANA TLS HandshakeType).
enum TLSHandshakeType {
    static var clientHello: UInt8 { 1 }
    static var serverHello: UInt8 { 2 }
    static var helloVerifyRequest: UInt8 { 3 }
    static var certificate: UInt8 { 11 }
    static var serverHelloDone: UInt8 { 14 }
}

enum TLSExtension {
    static var serverName: UInt16 { 0 }
    static var supportedGroups: UInt16 { 10 }
    static var pointFormats: UInt16 { 11 }
    static var signatureAlgorithms: UInt16 { 13 }
    static var alpn: UInt16 { 16 }
    static var supportedVersions: UInt16 { 43 }
    static var sessionTicket: UInt16 { 35 }
    static var preSharedKey: UInt16 { 41 }
    /// draft-ietf-tls-esni-01 to -06, of which Firefox had -02.
    static var encryptedServerName: UInt16 { 0xffce }
    /// RFC 9849; browsers also send it as GREASE, with no key behind it.
    static var encryptedClientHello: UInt16 { 0xfe0d }
}
