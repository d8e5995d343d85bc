import TrafficCore

/// The JSON of the certificates of latest flows: servers send the same ones again and again, and the flows share them.
struct CertificateTexts: ~Copyable {
    private var texts: [ObjectIdentifier: (certificate: Shared<X509Certificate>, text: [UInt8])] = [:]
    /// Of certificates of a few names each; when there are more, it begins anew.
    private static var limit: Int { 512 }

    /// The object of the flow's certificate; empty when the record has none.
    mutating func text(of record: borrowing FlowRecord) -> [UInt8] {
        guard let certificate = record.facts.certificate else { return [] }
        // The identifier stays its own: the certificate is held beside it.
        if let known = texts[ObjectIdentifier(certificate)] { return known.text }
        var row = OctetRow(), text: [UInt8] = []
        Self.append(certificate.value, to: &row)
        row.move(to: &text)
        if texts.count >= Self.limit { texts.removeAll(keepingCapacity: true) }
        texts[ObjectIdentifier(certificate)] = (certificate, text)
        return text
    }

    private static func append(_ certificate: X509Certificate, to buffer: inout OctetRow) {
        buffer.append(text: #"{"subject":"# as StaticString)
        Escaping.appendJSON(certificate.subject, to: &buffer)
        buffer.append(text: #","issuer":"# as StaticString)
        Escaping.appendJSON(certificate.issuer, to: &buffer)
        buffer.append(text: #","names":["# as StaticString)
        for index in certificate.hostNames.indices {
            if index > 0 { buffer.append(0x2c) }
            Escaping.appendJSON(certificate.hostNames[index], to: &buffer)
        }
        buffer.append(text: "]" as StaticString)
        if let time = certificate.notBefore {
            buffer.append(text: #","not_before":"# as StaticString)
            buffer.append(decimal: Int(time))
        }
        if let time = certificate.notAfter {
            buffer.append(text: #","not_after":"# as StaticString)
            buffer.append(decimal: Int(time))
        }
        buffer.append(text: (certificate.isSelfIssued ? #","self_issued":true,"sha256":"# : #","self_issued":false,"sha256":"#) as StaticString)
        Escaping.appendJSON(certificate.fingerprint, to: &buffer)
        buffer.append(0x7d)
    }
}
