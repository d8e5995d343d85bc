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
        if case .call(let call) = dissector { return DatagramResult(wantsMore: call.read(octets, from: sender, into: &facts) ?? true) }
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
        return detectDatagram(octets, from: sender, sourcePort, destinationPort, at: position)
    }

    private mutating func detectDatagram(
        _ octets: Span<UInt8>, from sender: Sender, _ sourcePort: UInt16, _ destinationPort: UInt16, at position: StreamPosition
    ) -> DatagramResult {
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
        if CallDatagrams.mayBegin(octets, ports: facts.ports) {
            let call = CallDatagrams()
            if let wantsMore = call.read(octets, from: sender, into: &facts) {
                dissector = .call(call)
                return DatagramResult(wantsMore: wantsMore)
            }
        }
        if DNSMessage.recognises(octets), facts.readDNS(octets, .dns, at: position) { return DatagramResult() }
        // The first datagrams decide; a flow that is nothing by then is only counted.
        facts.sample(octets)
        unknownDatagrams += 1
        return DatagramResult(wantsMore: unknownDatagrams < 8)
    }

    private mutating func readDNS(_ octets: Span<UInt8>, _ service: Service, at position: StreamPosition) -> DatagramResult {
        if service != .dns, DNSMessage.isResponse(octets) {
            // Answers on the local network name no later flow: a phone hears hundreds of them that it never asked for. What
            // they are of are names of devices.
            facts.service = service
            if facts.rareDetails.first?.deviceNames.count ?? 0 < ProtocolDetails.deviceNameLimit {
                for name in DNSMessage.answerNames(octets, limit: 16) { facts.details.addDeviceName(name) }
            }
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
