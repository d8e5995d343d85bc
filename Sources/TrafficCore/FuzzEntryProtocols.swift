// Where the fuzzers come in for protocols that are recognised by what they say.

extension FuzzEntry {
    /// The first octet chooses a port, the rest is a connection of any protocol, both directions in turn.
    public static func stream(_ octets: [UInt8]) {
        guard let first = octets.first else { return }
        let ports: [UInt16] = [443, 53, 25, 143, 110, 21, 5222, 3478, 389, 3306, 5432, 3389, 1080, 22, 1883, 554, 5060, 6881, 80, 4444]
        readAnyStream(Array(octets.dropFirst()), port: ports[Int(first) % ports.count])
    }

    /// HTTP/2, behind the client's preface and the server's settings.
    public static func http2(_ octets: [UInt8]) {
        let turns = turns(of: octets), settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
        var conversation = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + settings + turns[0] + turn + settings
        for (index, octets) in turns.enumerated().dropFirst() { conversation += (index > 1 ? turn : []) + octets }
        readAnyStream(conversation, port: 80)
    }

    /// The first octet chooses a port, the rest are datagrams, of both sides in turn.
    public static func call(_ octets: [UInt8]) {
        guard let first = octets.first else { return }
        let ports: [UInt16] = [443, 3478, 9999, 5060, 6881, 137, 138, 67, 547, 123, 1900, 5353, 4500, 853]
        let port = ports[Int(first) % ports.count]
        var engine = FuzzEngine()
        for (time, datagram) in turns(of: Array(octets.dropFirst())).enumerated() {
            let isAnswer = time % 2 == 1
            let packet = self.datagram(datagram, sourcePort: isAnswer ? port : 40000, destinationPort: isAnswer ? 40000 : port, isAnswer: isAnswer)
            engine.process(packet, link: .raw, at: Int64(time))
        }
        engine.finish()
    }

    /// A certificate in DER.
    public static func certificate(_ octets: [UInt8]) {
        guard let certificate = X509Certificate(der: octets) else { return }
        precondition(certificate.alternativeNames.count <= 256 && certificate.fingerprint.utf8.count == 64)
        for name in certificate.hostNames { _ = HostName.canonical(name) }
    }
}
