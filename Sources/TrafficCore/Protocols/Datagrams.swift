/// What a datagram gave beside the facts.
struct DatagramResult {
    /// A DNS response, whose answers name later flows.
    var dnsResponse: DNSMessage?
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
        if case .call(let call) = dissector, let wantsMore = call.read(octets, from: sender, into: &facts) { return DatagramResult(wantsMore: wantsMore) }
        if sourcePort == 53 || destinationPort == 53 { return readDNS(octets, .dns, at: position) }
        if let wantsMore = readAtPort(octets, min(sourcePort, destinationPort), at: position) { return DatagramResult(wantsMore: wantsMore) }
        if sourcePort != destinationPort, let wantsMore = readAtPort(octets, max(sourcePort, destinationPort), at: position) {
            return DatagramResult(wantsMore: wantsMore)
        }
        return detectDatagram(octets, from: sender, sourcePort, destinationPort, at: position)
    }

    /// Protocols that have a port of their own; what is there and is none of it is asked further. Returns whether more is
    /// wanted, nil where it is none of them.
    private mutating func readAtPort(_ octets: Span<UInt8>, _ port: UInt16, at position: StreamPosition) -> Bool? {
        switch port {
        case 5353: return readDNS(octets, .mdns, at: position).wantsMore
        case 5355: return readDNS(octets, .llmnr, at: position).wantsMore
        case 67, 68: return facts.readDHCP(octets)
        case 123: return facts.readNTP(octets)
        case 137: return facts.readNetBIOSName(octets)
        case 138: return facts.readNetBIOSDatagram(octets)
        case 546, 547: return facts.readDHCPv6(octets)
        case 1900: return readSSDP(octets)
        case 17500 where octets.count >= 2 && octets[0] == 0x7b && octets[1] == 0x22:        // a JSON object
            facts.service = .dropboxLAN
            return false
        case 57621 where octets.hasText("SpotUdp"):
            facts.service = .spotifyConnect
            return false
        default: return nil
        }
    }

    /// Datagrams of a local service that are read: a flow to everybody on a network goes on for as long as the network.
    private static var localLimit: UInt8 { 32 }

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
        let isCall = if case .call = dissector { true } else { false }
        if !isCall, CallDatagrams.mayBegin(octets, ports: facts.ports) {
            let call = CallDatagrams()
            if let wantsMore = call.read(octets, from: sender, into: &facts) {
                dissector = .call(call)
                return DatagramResult(wantsMore: wantsMore)
            }
        }
        if let wantsMore = facts.readSIP(octets) ?? facts.readBitTorrent(octets) { return DatagramResult(wantsMore: wantsMore) }
        if DNSMessage.recognises(octets) { return readDNS(octets, .dns, at: position) }
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
            unknownDatagrams = min(unknownDatagrams + 1, Self.localLimit)
            if unknownDatagrams < Self.localLimit {
                for name in DNSMessage.answerNames(octets, limit: 16) { facts.details.addLocalName(name) }
            }
            return DatagramResult()
        }
        guard let message = facts.readDNS(octets, service, at: position), message.isResponse, service == .dns else { return DatagramResult() }
        return DatagramResult(dnsResponse: message)
    }

    private mutating func readSSDP(_ octets: Span<UInt8>) -> Bool {
        facts.service = .ssdp
        if HTTP1Head.probe(octets) == .yes, let head = HTTP1Head(octets), case .request = head.start, let host = head.host { facts.addHost(host) }
        unknownDatagrams = min(unknownDatagrams + 1, Self.localLimit)
        return unknownDatagrams < Self.localLimit ? facts.readSSDP(octets) ?? true : false
    }
}
