/// A ClientHello by its fields (RFC 8446 §4.1.2).
public struct ForgedClientHello: Sendable {
    public var legacyVersion = 0x0303
    public var random = [UInt8](repeating: 0x5a, count: 32)
    public var session: [UInt8] = []
    public var suites: [Int] = [0x1301, 0x1302, 0xc02b]
    /// Type and body, in order.
    public var extensions: [(type: Int, body: [UInt8])] = []
    public init() {}

    /// A hello with the usual extensions.
    public init(host: String?, alpn: [String] = ["h2", "http/1.1"], versions: [Int] = [0x0304, 0x0303]) {
        if let host { extensions.append(Self.serverName(host)) }
        extensions.append((10, Forge.be16(4) + Forge.be16(0x001d) + Forge.be16(0x0017)))
        extensions.append((11, [1, 0]))
        extensions.append((13, Forge.be16(4) + Forge.be16(0x0403) + Forge.be16(0x0804)))
        if !alpn.isEmpty { extensions.append(Self.protocols(alpn)) }
        extensions.append(Self.versions(versions))
    }

    /// RFC 6066 §3.
    public static func serverName(_ host: String) -> (type: Int, body: [UInt8]) {
        let name = Array(host.utf8)
        return (0, Forge.be16(name.count + 3) + [0] + Forge.be16(name.count) + name)
    }

    /// RFC 7301 §3.1.
    public static func protocols(_ names: [String]) -> (type: Int, body: [UInt8]) {
        let list = names.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        return (16, Forge.be16(list.count) + list)
    }

    /// RFC 8446 §4.2.1.
    public static func versions(_ versions: [Int]) -> (type: Int, body: [UInt8]) {
        (43, [UInt8(versions.count * 2)] + versions.flatMap { Forge.be16($0) })
    }

    /// The body of the handshake message.
    public var body: [UInt8] {
        let block = extensions.flatMap { Forge.be16($0.type) + Forge.be16($0.body.count) + $0.body }
        return Forge.be16(legacyVersion) + random + [UInt8(session.count)] + session + Forge.be16(suites.count * 2)
            + suites.flatMap { Forge.be16($0) } + [1, 0] + Forge.be16(block.count) + block
    }

    public var message: [UInt8] { Forge.handshake(1, body) }
}

extension Forge {
    /// A handshake message: type, length, body (RFC 8446 §4).
    public static func handshake(_ type: Int, _ body: [UInt8]) -> [UInt8] { [UInt8(type)] + be24(body.count) + body }

    /// A ServerHello; `version` goes into supported_versions when it is 1.3.
    public static func serverHello(version: Int = 0x0304, suite: Int = 0x1301, extensions: [(type: Int, body: [UInt8])] = [],
                                   random: [UInt8] = [UInt8](repeating: 0x33, count: 32)) -> [UInt8] {
        let all = extensions + (version == 0x0304 ? [(43, be16(0x0304))] : [])
        let block = all.flatMap { be16($0.type) + be16($0.body.count) + $0.body }
        return handshake(2, be16(min(version, 0x0303)) + random + [0] + be16(suite) + [0] + be16(block.count) + block)
    }

    /// One TLS record (RFC 8446 §5.1).
    public static func record(_ fragment: [UInt8], type: Int = 22, version: Int = 0x0301) -> [UInt8] {
        [UInt8(type)] + be16(version) + be16(fragment.count) + fragment
    }

    /// A message in records of at most `size` octets each.
    public static func records(_ message: [UInt8], of size: Int) -> [UInt8] { pieces(message, of: size).flatMap { record($0) } }
}
