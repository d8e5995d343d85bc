/// What was wrong with the octets of a flow's protocol, beside what the layers below count. The names are API, as Zeek's weirds
/// are.
public enum ProtocolAnomaly: UInt8, CaseIterable, Sendable {
    case truncatedTLSRecord, malformedTLSRecord, malformedClientHello, malformedServerHello, malformedCertificate
    case oversizedHandshake, oversizedHTTPHead, malformedHTTPHead, malformedHTTPChunk
    case malformedHTTP2Frame, brokenHeaderCompression, malformedDNSMessage, malformedQUICPacket, undecipherableQUICInitial
    case missingOctets, tooManyLayers

    /// Stable name, snake case.
    public var name: String {
        switch self {
        case .truncatedTLSRecord: "truncated_tls_record"
        case .malformedTLSRecord: "malformed_tls_record"
        case .malformedClientHello: "malformed_client_hello"
        case .malformedServerHello: "malformed_server_hello"
        case .malformedCertificate: "malformed_certificate"
        case .oversizedHandshake: "oversized_handshake"
        case .oversizedHTTPHead: "oversized_http_head"
        case .malformedHTTPHead: "malformed_http_head"
        case .malformedHTTPChunk: "malformed_http_chunk"
        case .malformedHTTP2Frame: "malformed_http2_frame"
        case .brokenHeaderCompression: "broken_header_compression"
        case .malformedDNSMessage: "malformed_dns_message"
        case .malformedQUICPacket: "malformed_quic_packet"
        case .undecipherableQUICInitial: "undecipherable_quic_initial"
        case .missingOctets: "missing_octets"
        case .tooManyLayers: "too_many_layers"
        }
    }

    /// What it means, for people.
    public var meaning: String {
        switch self {
        case .truncatedTLSRecord: "the connection was closed inside a TLS record"
        case .malformedTLSRecord: "a TLS record has an impossible type, version or length"
        case .malformedClientHello: "a ClientHello's lengths contradict each other"
        case .malformedServerHello: "a ServerHello's lengths contradict each other"
        case .malformedCertificate: "a certificate is no DER"
        case .oversizedHandshake: "a handshake message is longer than any real one"
        case .oversizedHTTPHead: "the head of an HTTP message does not end within 64 KiB"
        case .malformedHTTPHead: "the first line of an HTTP message is none"
        case .malformedHTTPChunk: "the size of an HTTP chunk is no number"
        case .malformedHTTP2Frame: "the fields of an HTTP/2 frame do not fit into it"
        case .brokenHeaderCompression: "HTTP/2 header fields do not unpack"
        case .malformedDNSMessage: "a message at a port of DNS is none"
        case .malformedQUICPacket: "a QUIC packet's lengths do not fit into its datagram"
        case .undecipherableQUICInitial: "a QUIC Initial does not open with the keys of its version"
        case .missingOctets: "octets of a handshake or head were never captured"
        case .tooManyLayers: "protocols are inside one another more deeply than is followed"
        }
    }
}

/// A set of anomalies.
public struct ProtocolAnomalies: Sendable, Equatable {
    private var bits: UInt32 = 0
    public init() {}

    public var isEmpty: Bool { bits == 0 }
    public func contains(_ anomaly: ProtocolAnomaly) -> Bool { bits & 1 << UInt32(anomaly.rawValue) != 0 }
    mutating func insert(_ anomaly: ProtocolAnomaly) { bits |= 1 << UInt32(anomaly.rawValue) }

    /// In the order of their definition.
    public var all: [ProtocolAnomaly] { bits == 0 ? [] : ProtocolAnomaly.allCases.filter(contains) }
}

extension FlowFacts {
    /// Takes note of what was wrong; nothing more of the direction can be read.
    mutating func giveUp(_ anomaly: ProtocolAnomaly) -> Consumption {
        anomalies.insert(anomaly)
        return .finished
    }
}
