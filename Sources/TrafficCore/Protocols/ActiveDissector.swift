/// The dissector of one stream: an enum, so that a call per segment is a jump and nothing is boxed for TLS, which most
/// flows are.
enum ActiveDissector {
    /// No protocol was recognised yet; `refused` are the sides whose first octets were of none.
    case undecided(refused: PerSender<Bool>)
    case tls(TLSDissector)
    /// In a box: three times as large as the others, and few flows have it.
    case http1(DissectorBox<HTTP1Dissector>)
    /// One of the rarer protocols.
    case other(StreamBox)
    case quic(QUICDissector)
    /// STUN, DTLS and media over UDP.
    case call(CallDatagrams)
    case opaque
}

/// Holds the state of one stream's dissector outside the flow's own record.
class StreamBox {
    func consume(_ octets: Span<UInt8>, from sender: Sender, at position: StreamPosition, into facts: inout FlowFacts) -> Consumption { .finished }
    func gap(_ count: Int, from sender: Sender, at position: StreamPosition, into facts: inout FlowFacts) -> Consumption { .finished }
    func finish(_ reason: StreamEnd, into facts: inout FlowFacts) {}
}

final class DissectorBox<Dissector: StreamDissector>: StreamBox {
    var dissector: Dissector
    init(_ dissector: Dissector) { self.dissector = dissector }

    override func consume(_ octets: Span<UInt8>, from sender: Sender, at position: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        dissector.consume(octets, from: sender, at: position, into: &facts)
    }
    override func gap(_ count: Int, from sender: Sender, at position: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        dissector.gap(count, from: sender, at: position, into: &facts)
    }
    override func finish(_ reason: StreamEnd, into facts: inout FlowFacts) { dissector.finish(reason, into: &facts) }
}

extension ActiveDissector {
    mutating func consume(
        _ octets: Span<UInt8>, from sender: Sender, at position: StreamPosition, depth: Int, into facts: inout FlowFacts
    ) -> Consumption {
        switch self {
        case .undecided(let refused):
            return detect(octets, from: sender, at: position, depth: depth, refused: refused, into: &facts)
        case .tls(var tls):
            self = .opaque             // `tls` is now the only owner: no copy on write
            defer { self = .tls(tls) }
            return tls.consume(octets, from: sender, at: position, into: &facts)
        case .http1(let box): return box.dissector.consume(octets, from: sender, at: position, into: &facts)
        case .other(let box): return box.consume(octets, from: sender, at: position, into: &facts)
        case .quic, .call, .opaque: return .finished
        }
    }

    mutating func gap(_ count: Int, from sender: Sender, at position: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        switch self {
        case .undecided: return .all(0)         // the octets behind the hole may still tell the protocol
        case .tls(var tls):
            self = .opaque
            defer { self = .tls(tls) }
            return tls.gap(count, from: sender, at: position, into: &facts)
        case .http1(let box): return box.dissector.gap(count, from: sender, at: position, into: &facts)
        case .other(let box): return box.gap(count, from: sender, at: position, into: &facts)
        case .quic, .call, .opaque: return .finished
        }
    }

    mutating func finish(_ reason: StreamEnd, into facts: inout FlowFacts) {
        switch self {
        case .undecided, .tls, .quic, .call, .opaque: break
        case .http1(let box): box.finish(reason, into: &facts)
        case .other(let box): box.finish(reason, into: &facts)
        }
    }

    /// Asks each stream protocol in turn whether these first octets are its own.
    private mutating func detect(
        _ octets: Span<UInt8>, from sender: Sender, at position: StreamPosition, depth: Int, refused: PerSender<Bool>, into facts: inout FlowFacts
    ) -> Consumption {
        var wanted = 0
        switch TLSDissector.probe(octets) {
        case .yes:
            self = .tls(TLSDissector(depth: depth))
            return consume(octets, from: sender, at: position, depth: depth, into: &facts)
        case .needs(let count): wanted = count
        case .no: break
        }
        // SIP and RTSP share methods with HTTP: OPTIONS, NOTIFY, SUBSCRIBE. Nearly all requests have another first letter.
        if octets.count > 0, octets[0] == 0x4f || octets[0] == 0x4e || octets[0] == 0x53 {
            switch SIPDissector.probe(octets) {
            case .yes:
                self = .other(DissectorBox(SIPDissector(depth: depth)))
                return consume(octets, from: sender, at: position, depth: depth, into: &facts)
            case .needs(let count): wanted = max(wanted, count)
            case .no: break
            }
        }
        switch HTTP1Dissector.probe(octets) {
        case .yes:
            self = .http1(DissectorBox(HTTP1Dissector(depth: depth)))
            return consume(octets, from: sender, at: position, depth: depth, into: &facts)
        case .needs(let count): wanted = max(wanted, count)
        case .no: break
        }
        if let box = StreamDetection.recognise(octets, depth: depth, ports: facts.ports, wanted: &wanted) {
            self = .other(box)
            return consume(octets, from: sender, at: position, depth: depth, into: &facts)
        }
        // A protocol that is still possible is asked again with the next octet, which may refute it: what is decided must not
        // depend on how the octets were cut into segments, nor must what the other side is taken for. When none is possible, 16
        // octets are waited for, for the same reason: they are sampled.
        if wanted > octets.count { return Consumption(done: 0, wanted: octets.count + 1) }
        if octets.count < 16 { return Consumption(done: 0, wanted: 16) }
        facts.sample(octets)
        var refused = refused
        refused[sender] = true
        self = refused.first && refused.second ? .opaque : .undecided(refused: refused)
        return .finished
    }
}

/// The rarer stream protocols, each with the question whether a stream is its own.
enum StreamDetection {
    /// A dissector for the stream that begins with `octets`; `wanted` is raised to what an undecided one needs to see.
    static func recognise(_ octets: Span<UInt8>, depth: Int, ports: FlowPorts, wanted: inout Int) -> StreamBox? {
        if ports.has(53), let box = ask(DNSStreamDissector.self, octets, depth, &wanted) { return box }
        if let box = ask(HTTP2Dissector.self, octets, depth, &wanted) { return box }
        if let box = ask(WhatsAppDissector.self, octets, depth, &wanted) { return box }
        if let box = ask(XMPPDissector.self, octets, depth, &wanted) { return box }
        if let box = ask(TextCommandDissector.self, octets, depth, &wanted) { return box }
        if let box = ask(SIPDissector.self, octets, depth, &wanted) { return box }
        if let box = ask(SSHDissector.self, octets, depth, &wanted) { return box }
        if let box = ask(MQTTDissector.self, octets, depth, &wanted) { return box }
        if let box = ask(STUNDissector.self, octets, depth, &wanted) { return box }
        if let box = ask(PROXYProtocolDissector.self, octets, depth, &wanted) { return box }
        // Version 4's request looks like other protocols' lengths: it is believed at its port only.
        if octets.count > 0, octets[0] != 4 || ports.has(1080), let box = ask(SOCKSDissector.self, octets, depth, &wanted) { return box }
        if let box = ask(PostgreSQLDissector.self, octets, depth, &wanted) { return box }
        if let box = ask(MySQLDissector.self, octets, depth, &wanted) { return box }
        if let box = ask(RDPDissector.self, octets, depth, &wanted) { return box }
        if let box = ask(LDAPDissector.self, octets, depth, &wanted) { return box }
        if let box = ask(BitTorrentDissector.self, octets, depth, &wanted) { return box }
        if ports.has(1935), RTMPMessage.probe(octets, onItsPort: true) == .yes { return DissectorBox(RTMPDissector(depth: depth)) }
        if let box = ask(RTMPDissector.self, octets, depth, &wanted) { return box }
        return ask(XiaomiPushDissector.self, octets, depth, &wanted)
    }

    private static func ask<Dissector: StreamDissector>(
        _ type: Dissector.Type, _ octets: Span<UInt8>, _ depth: Int, _ wanted: inout Int
    ) -> StreamBox? {
        switch Dissector.probe(octets) {
        case .yes: return DissectorBox(Dissector(depth: depth))
        case .needs(let count): wanted = max(wanted, count)
        case .no: break
        }
        return nil
    }
}

/// The ports of both ends: a hint where the octets alone tell little.
struct FlowPorts: Equatable {
    var first: UInt16 = 0
    var second: UInt16 = 0

    func has(_ port: UInt16) -> Bool { first == port || second == port }
}
