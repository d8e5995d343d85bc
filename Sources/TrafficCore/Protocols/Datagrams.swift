/// What a datagram gave beside the facts.
struct DatagramResult {
    var wantsMore = true
}

extension ProtocolState {
    /// Reads one UDP datagram: by port where the port is the protocol's own (DNS, DHCP, …), else by content.
    mutating func readDatagram(
        _ octets: Span<UInt8>, from sender: Sender, sourcePort: UInt16, destinationPort: UInt16, at position: StreamPosition
    ) -> DatagramResult {
        if case .quic(let quic) = dissector {
            quic.consume(octets, from: sender, into: &facts)
            return DatagramResult(wantsMore: !quic.isDone)
        }
        switch min(sourcePort, destinationPort) {
        case 53: return readDNS(octets, .dns, at: position)
        case 67, 68:
            facts.service = .dhcp
            return DatagramResult(wantsMore: false)
        case 123:
            facts.service = .ntp
            return DatagramResult(wantsMore: false)
        default: break
        }
        if sourcePort == 5353 || destinationPort == 5353 { return readDNS(octets, .mdns, at: position) }
        if sourcePort == 5355 || destinationPort == 5355 { return readDNS(octets, .llmnr, at: position) }
        if sourcePort == 1900 || destinationPort == 1900 { return readSSDP(octets) }
        return detectDatagram(octets, from: sender, sourcePort, destinationPort)
    }

    private mutating func detectDatagram(_ octets: Span<UInt8>, from sender: Sender, _ sourcePort: UInt16, _ destinationPort: UInt16) -> DatagramResult {
        if QUICDissector.recognises(octets) {
            let quic = QUICDissector()
            dissector = .quic(quic)
            quic.consume(octets, from: sender, into: &facts)
            return DatagramResult(wantsMore: !quic.isDone)
        }
        if let version = GoogleQUIC.version(octets) {
            facts.service = .quic
            if facts.version == nil { facts.version = version.name }
            unknownDatagrams += 1
            return DatagramResult(wantsMore: !GoogleQUIC.readHello(octets, into: &facts) && unknownDatagrams < 8)
        }
        if let tunnel = OpaqueTunnel.service(octets, sourcePort, destinationPort) {
            facts.service = tunnel
            return DatagramResult(wantsMore: tunnel == .ike)
        }
        if octets.count >= 20, octets.u32(at: 4) == 0x2112_a442, octets[0] & 0xc0 == 0 {       // RFC 8489 §5, magic cookie
            if facts.service == nil { facts.service = .stun }
            return DatagramResult()                 // a call's DTLS follows on the same ports
        }
        if let hello = DTLSClientHello.read(octets, into: &facts) { return DatagramResult(wantsMore: !hello) }
        // The first datagrams decide; a flow that is nothing by then is only counted.
        facts.sample(octets)
        unknownDatagrams += 1
        return DatagramResult(wantsMore: unknownDatagrams < 8)
    }

    private mutating func readDNS(_ octets: Span<UInt8>, _ service: Service, at position: StreamPosition) -> DatagramResult {
        if service != .dns, DNSMessage.isResponse(octets) {
            // Answers on the local network name no later flow: a phone hears hundreds of them that it never asked for.
            facts.service = service
            return DatagramResult()
        }
        _ = facts.readDNS(octets, service, at: position)
        return DatagramResult()
    }

    private mutating func readSSDP(_ octets: Span<UInt8>) -> DatagramResult {
        facts.service = .ssdp
        if HTTP1Head.probe(octets) == .yes, let head = HTTP1Head(octets) {
            if case .request = head.start, let host = head.host { facts.addHost(host) }
            if facts.userAgent == nil { facts.userAgent = head.userAgent }
        }
        return DatagramResult()
    }
}

/// DTLS records (RFC 6347 §4.1), as far as the ClientHello needs them.
enum DTLSClientHello {
    /// Reads the datagram's records; nil when it is no DTLS, true once a ClientHello was read.
    static func read(_ octets: Span<UInt8>, into facts: inout FlowFacts) -> Bool? {
        guard octets.count >= 13, (20...25).contains(octets[0]), octets[1] == 0xfe, octets[2] == 0xff || octets[2] == 0xfd
        else { return nil }
        facts.service = .dtls
        let length = Int(octets.u16(at: 11))
        guard octets[0] == TLSContentType.handshake.rawValue, octets.count >= 13 + length, length >= 12 else { return false }
        let message = octets.extracting(13..<13 + length)
        // Whole messages only: type, length, sequence, fragment offset 0, fragment length = length (RFC 6347 §4.2.2).
        guard message[0] == 1, message.u24(at: 6) == 0, message.u24(at: 9) == message.u24(at: 1), message.u24(at: 1) <= length - 12
        else { return false }
        guard let hello = TLSClientHello(message.extracting(12..<12 + message.u24(at: 1)), isDTLS: true) else { return false }
        facts.note(hello, over: .dtls)
        if facts.version == nil { facts.version = TLSVersion(rawValue: hello.legacyVersion).name }
        return true
    }
}
