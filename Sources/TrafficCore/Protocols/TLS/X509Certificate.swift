import SwiftASN1

/// What a server's certificate says of it (RFC 5280 §4.1). Nothing is verified: it is what the server claimed.
public struct X509Certificate: Sendable, Equatable {
    /// Distinguished names, the most particular part first ("CN=example.com,O=Example,C=US", RFC 4514).
    public var subject = ""
    public var issuer = ""
    /// The subject's common name, and the names and addresses of the subject alternative name extension (§4.2.1.6), bounded.
    public var commonName: String?
    public var alternativeNames: [String] = []
    /// The validity period, seconds since 1970; nil where a time is none.
    public var notBefore: Int64?
    public var notAfter: Int64?
    /// Subject and issuer are the same: nobody else vouches for it.
    public var isSelfIssued = false
    /// SHA-256 of the certificate, 64 hexadecimal digits.
    public var fingerprint = ""

    private static var nameLimit: Int { 256 }

    /// The names of hosts that it is for: the alternative names, without these the common name (RFC 6125 §6.4.4).
    public var hostNames: [String] { alternativeNames.isEmpty ? commonName.map { [$0] } ?? [] : alternativeNames }
}

extension X509Certificate {
    /// From its DER form; nil when it is no certificate. Extensions that cannot be read are left out.
    init?(der: [UInt8]) {
        guard let root = try? DER.parse(der), let fields = Self.children(root)?.first.flatMap(Self.children) else { return nil }
        var index = 0
        func next() -> ASN1Node? {
            guard index < fields.count else { return nil }
            defer { index += 1 }
            return fields[index]
        }
        // [0] version is absent in version 1.
        if fields.first?.identifier.tagClass == .contextSpecific { index += 1 }
        guard next() != nil, next() != nil, let issuerNode = next(), let validity = next().flatMap(Self.children), let subjectNode = next(),
            let issuerName = Self.name(issuerNode), let subjectName = Self.name(subjectNode)
        else { return nil }
        (issuer, subject, commonName) = (issuerName.text, subjectName.text, subjectName.commonName)
        isSelfIssued = issuerNode.encodedBytes.elementsEqual(subjectNode.encodedBytes)
        if validity.count == 2 { (notBefore, notAfter) = (Self.time(validity[0]), Self.time(validity[1])) }
        fingerprint = MessageDigest.sha256(der)
        // [3] extensions
        for node in fields[index...] where node.identifier == ASN1Identifier(tagWithNumber: 3, tagClass: .contextSpecific) {
            for item in Self.children(node)?.first.flatMap(Self.children) ?? [] { readExtension(item) }
        }
    }

    private static func children(_ node: ASN1Node) -> [ASN1Node]? {
        guard case .constructed(let collection) = node.content else { return nil }
        return Array(collection)
    }

    private static func octets(_ node: ASN1Node) -> ArraySlice<UInt8>? {
        guard case .primitive(let octets) = node.content else { return nil }
        return octets
    }

    private mutating func readExtension(_ node: ASN1Node) {
        guard let parts = Self.children(node), let type = parts.first.flatMap({ try? ASN1ObjectIdentifier(derEncoded: $0) }), type == [2, 5, 29, 17],
            let value = parts.last.flatMap(Self.octets), let names = (try? DER.parse(value)).flatMap(Self.children)
        else { return }
        for name in names where alternativeNames.count < Self.nameLimit {
            guard name.identifier.tagClass == .contextSpecific, let octets = Self.octets(name) else { continue }
            switch name.identifier.tagNumber {
            case 2: alternativeNames.append(Self.hostName(octets))
            case 7 where octets.count == 4: alternativeNames.append(IPAddress(v4: Array(octets).span.u32(at: 0)).description)
            case 7 where octets.count == 16:
                let copied = Array(octets)
                alternativeNames.append(IPAddress(v6High: copied.span.u64(at: 0), low: copied.span.u64(at: 8)).description)
            default: break
            }
        }
    }

    private static func hostName(_ octets: ArraySlice<UInt8>) -> String {
        String(decoding: octets.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// RDNSequence (§4.1.2.4), its last part first.
    private static func name(_ node: ASN1Node) -> (text: String, commonName: String?)? {
        guard let parts = children(node) else { return nil }
        var texts: [String] = [], commonName: String?
        for part in parts.prefix(32) {
            for pair in children(part) ?? [] {
                guard let fields = children(pair), fields.count == 2, let type = try? ASN1ObjectIdentifier(derEncoded: fields[0]),
                    let octets = octets(fields[1])
                else { continue }
                let value = text(octets, isWide: fields[1].identifier == .bmpString)
                if type == [2, 5, 4, 3] { commonName = value }
                texts.append(label(type) + "=" + escaped(value))
            }
        }
        return (texts.reversed().joined(separator: ","), commonName)
    }

    /// BMPString has two octets a letter; the others are ASCII, Latin-1 or UTF-8.
    private static func text(_ octets: ArraySlice<UInt8>, isWide: Bool) -> String {
        guard isWide else { return String(decoding: octets.prefix(256), as: UTF8.self) }
        let copied = Array(octets.prefix(512))
        return String(decoding: stride(from: 0, to: copied.count - 1, by: 2).map { UInt16(copied[$0]) << 8 | UInt16(copied[$0 + 1]) }, as: UTF16.self)
    }

    /// RFC 4514 §2.4: what separates parts is escaped inside one.
    private static func escaped(_ value: String) -> String {
        let special: [UInt8] = [0x2c, 0x2b, 0x22, 0x5c, 0x3c, 0x3e, 0x3b]
        guard value.utf8.contains(where: special.contains) else { return value }       // nearly every value
        var text = ""
        for character in value {
            if ",+\"\\<>;".contains(character) { text.append("\\") }
            text.append(character)
        }
        return text
    }

    /// The short names of RFC 4514 §3 and what else certificates have; other types as their numbers.
    private static func label(_ type: ASN1ObjectIdentifier) -> String {
        switch type {
        case [2, 5, 4, 3]: "CN"
        case [2, 5, 4, 6]: "C"
        case [2, 5, 4, 7]: "L"
        case [2, 5, 4, 8]: "ST"
        case [2, 5, 4, 9]: "STREET"
        case [2, 5, 4, 10]: "O"
        case [2, 5, 4, 11]: "OU"
        case [0, 9, 2342, 19200300, 100, 1, 25]: "DC"
        case [1, 2, 840, 113549, 1, 9, 1]: "emailAddress"
        default: type.description
        }
    }

    /// UTCTime or GeneralizedTime (§4.1.2.5), seconds since 1970.
    private static func time(_ node: ASN1Node) -> Int64? {
        if let time = try? UTCTime(derEncoded: node) {
            return seconds(time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
        }
        guard let time = try? GeneralizedTime(derEncoded: node) else { return nil }
        return seconds(time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
    }

    /// Days since 1970 by the proleptic Gregorian calendar, from years that begin in March so that leap days come last.
    private static func seconds(_ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Int) -> Int64 {
        let shifted = month > 2 ? year : year - 1, era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let ofEra = shifted - era * 400, ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let days = era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
        return Int64(((days * 24 + hour) * 60 + minute) * 60 + second)
    }
}
