/// An HTTPS or SVCB record (RFC 9460): how a service is to be reached, before the first packet goes there.
struct DNSServiceBinding: Equatable {
    /// The name that the record is of, and the one that serves it; the same where the record says ".".
    var owner = ""
    var target = ""
    /// 0: an alias of `target`, else the lower the better.
    var priority: UInt16 = 0
    /// Application protocols, such as "h3" (§7.1).
    var alpn: [String] = []
    var addresses: [IPAddress] = []
    /// The service takes Encrypted ClientHello (RFC 9848); its public names are the cover names that will be seen.
    var offersEncryptedClientHello = false
    var coverNames: [String] = []

    /// Keys of parameters (IANA DNS SVCB, §14.3.2).
    private enum Key {
        static var alpn: UInt16 { 1 }
        static var ipv4Hint: UInt16 { 4 }
        static var encryptedClientHello: UInt16 { 5 }
        static var ipv6Hint: UInt16 { 6 }
    }
    private static var listLimit: Int { 16 }

    /// The data of the record, `length` octets at `position` of the message; nil where a length contradicts.
    init?(_ message: Span<UInt8>, at position: Int, length: Int, owner: String) {
        let end = position + length
        guard length >= 3, end <= message.count else { return nil }
        priority = message.u16(at: position)
        var place = position + 2
        guard let name = DNSName.read(message, at: &place), place <= end else { return nil }
        self.owner = owner
        target = name.isEmpty ? owner : name
        var reader = ByteReader(message.extracting(place..<end))
        while let key = reader.u16(), let size = reader.u16(), let value = reader.take(Int(size)) { read(key, value) }
    }

    private mutating func read(_ key: UInt16, _ value: Span<UInt8>) {
        switch key {
        case Key.alpn:
            var list = ByteReader(value)
            while alpn.count < Self.listLimit, let length = list.u8(), let name = list.take(Int(length)) { alpn.append(text(name)) }
        case Key.ipv4Hint:
            var list = ByteReader(value)
            while addresses.count < Self.listLimit, let bits = list.u32() { addresses.append(IPAddress(v4: bits)) }
        case Key.ipv6Hint:
            var list = ByteReader(value)
            while addresses.count < Self.listLimit, let octets = list.take(16) { addresses.append(IPAddress(v6High: octets.u64(at: 0), low: octets.u64(at: 8))) }
        case Key.encryptedClientHello:
            offersEncryptedClientHello = true
            coverNames = Self.coverNames(value)
        default: break
        }
    }

    /// The public names of an ECHConfigList (RFC 9849 §4).
    private static func coverNames(_ list: Span<UInt8>) -> [String] {
        var reader = ByteReader(list), names: [String] = []
        guard reader.u16() != nil else { return [] }
        while names.count < listLimit, let version = reader.u16(), let length = reader.u16(), let contents = reader.take(Int(length)) {
            guard version == TLSExtension.encryptedClientHello else { continue }
            // config_id, kem_id, public_key<2>, cipher_suites<2>, maximum_name_length, public_name<1>
            var config = ByteReader(contents)
            guard config.skip(3), let key = config.u16(), config.skip(Int(key)), let suites = config.u16(), config.skip(Int(suites)),
                config.skip(1), let count = config.u8(), let name = config.take(Int(count)), name.count > 0
            else { continue }
            names.append(hostName(name))
        }
        return names
    }

    /// In the presentation form of RFC 9460 §2.1, with the parameters that are read.
    var description: String {
        var parts = [String(priority), target == owner ? "." : target]
        if !alpn.isEmpty { parts.append("alpn=" + alpn.joined(separator: ",")) }
        if !addresses.isEmpty { parts.append("hint=" + addresses.map(\.description).joined(separator: ",")) }
        if offersEncryptedClientHello { parts.append("ech" + (coverNames.isEmpty ? "" : "=" + coverNames.joined(separator: ","))) }
        return parts.joined(separator: " ")
    }
}

/// What a message's OPT record says (RFC 6891 §6.1).
public struct DNSExtension: Sendable, Equatable {
    /// The largest UDP payload that the sender takes, octets.
    public var payloadSize: UInt16
    /// DNSSEC records are asked for (RFC 3225).
    public var wantsSignatures: Bool
    /// Part of the client's address is sent along (RFC 7871).
    public var hasClientSubnet: Bool
}
