import TrafficCore

/// Flow records as Zeek's logs: conn, dns, ssl, http and quic, with Zeek's names and types for what we know; what we do not
/// track (files, certificates, curves, resumption) is unset, as in a Zeek without that script.
public struct ZeekLogs {
    public enum Log: String, CaseIterable, Sendable { case conn, dns, ssl, http, quic }

    private let writer: ZeekWriter

    /// - Parameter json: one JSON object a line in place of tab-separated columns.
    public init(json: Bool) { writer = ZeekWriter(isJSON: json) }

    public func header(_ log: Log, into buffer: inout [UInt8]) { writer.header(Self.schema(log), into: &buffer) }
    public func footer(into buffer: inout [UInt8]) { writer.footer(into: &buffer) }

    /// Appends the rows that a flow has in `log`, none where it has nothing to do with that protocol. The flows must have
    /// been read with their exchanges.
    public func append(_ record: FlowRecord, in log: Log, to buffer: inout [UInt8]) {
        let schema = Self.schema(log)
        switch log {
        case .conn: writer.append(connection(record), schema, to: &buffer)
        case .dns: for transaction in record.dnsTransactions { writer.append(lookup(transaction, record), schema, to: &buffer) }
        case .ssl: if record.service == "tls" || record.service == "dtls" { writer.append(handshake(record), schema, to: &buffer) }
        case .http:
            for (index, exchange) in record.httpExchanges.enumerated() { writer.append(request(exchange, index + 1, record), schema, to: &buffer) }
        case .quic: if record.service == "quic" { writer.append(quic(record), schema, to: &buffer) }
        }
    }

    // MARK: Columns

    private static let identity = [
        ("ts", "time"), ("uid", "string"), ("id.orig_h", "addr"), ("id.orig_p", "port"), ("id.resp_h", "addr"), ("id.resp_p", "port"),
    ]

    private static let schemas: [Log: ZeekSchema] = [
        .conn: ZeekSchema(path: "conn", fields: identity + [
            ("proto", "enum"), ("service", "string"), ("duration", "interval"), ("orig_bytes", "count"), ("resp_bytes", "count"),
            ("conn_state", "string"), ("local_orig", "bool"), ("local_resp", "bool"), ("missed_bytes", "count"), ("history", "string"),
            ("orig_pkts", "count"), ("orig_ip_bytes", "count"), ("resp_pkts", "count"), ("resp_ip_bytes", "count"),
            ("tunnel_parents", "set[string]"), ("vlan", "int"), ("community_id", "string"),
        ]),
        .dns: ZeekSchema(path: "dns", fields: identity + [
            ("proto", "enum"), ("trans_id", "count"), ("rtt", "interval"), ("query", "string"), ("qclass", "count"), ("qclass_name", "string"),
            ("qtype", "count"), ("qtype_name", "string"), ("rcode", "count"), ("rcode_name", "string"), ("AA", "bool"), ("TC", "bool"),
            ("RD", "bool"), ("RA", "bool"), ("Z", "count"), ("answers", "vector[string]"), ("TTLs", "vector[interval]"), ("rejected", "bool"),
        ]),
        .ssl: ZeekSchema(path: "ssl", fields: identity + [
            ("version", "string"), ("cipher", "string"), ("curve", "string"), ("server_name", "string"), ("resumed", "bool"),
            ("last_alert", "string"), ("next_protocol", "string"), ("established", "bool"), ("ja3", "string"), ("ja3s", "string"), ("ja4", "string"),
        ]),
        .http: ZeekSchema(path: "http", fields: identity + [
            ("trans_depth", "count"), ("method", "string"), ("host", "string"), ("uri", "string"), ("referrer", "string"), ("version", "string"),
            ("user_agent", "string"), ("request_body_len", "count"), ("response_body_len", "count"), ("status_code", "count"),
            ("resp_mime_types", "vector[string]"),
        ]),
        .quic: ZeekSchema(path: "quic", fields: identity + [("version", "string"), ("server_name", "string"), ("client_protocol", "string")]),
    ]

    private static func schema(_ log: Log) -> ZeekSchema { schemas[log] ?? ZeekSchema(path: log.rawValue, fields: []) }

    // MARK: Rows

    private func identity(_ record: FlowRecord, at time: Int64) -> [ZeekValue] {
        [
            .seconds(time, digits: record.capture.timeDigits), .text("C" + record.flowID.filter { $0 != "-" }),
            .text(record.originator.address.description), .count(Int(record.originator.port)),
            .text(record.responder.address.description), .count(Int(record.responder.port)),
        ]
    }

    private func text(_ value: String?) -> ZeekValue { value.map { $0.isEmpty ? .unset : .text($0) } ?? .unset }

    private func connection(_ record: FlowRecord) -> [ZeekValue] {
        let service: String? = switch record.service {
        case "tls", "dtls": "ssl"
        case "mdns", "llmnr": "dns"
        default: record.service
        }
        let hasBoth = record.packets.reverse > 0
        return identity(record, at: record.first) + [
            .text(record.transport.name), text(service), .seconds(record.last - record.first, digits: record.capture.timeDigits),
            .count(record.payload.forward), hasBoth ? .count(record.payload.reverse) : .count(0), .text(record.state),
            .boolean(record.originator.address.isLocal), .boolean(record.responder.address.isLocal),
            .count(record.missing.forward + record.missing.reverse), text(record.history.text), .count(record.packets.forward), .count(record.octets.forward),
            .count(record.packets.reverse), .count(record.octets.reverse), .unset, record.vlan.map { .count(Int($0)) } ?? .unset,
            .text(record.communityID),
        ]
    }

    private func lookup(_ transaction: DNSTransaction, _ record: FlowRecord) -> [ZeekValue] {
        let flags = transaction.flags, code = transaction.responseCode
        let codes = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"]
        let name = code.map { Int($0) < codes.count ? codes[Int($0)] : "unknown-\($0)" }
        let hasAnswers = !transaction.answers.isEmpty
        return identity(record, at: transaction.time) + [
            .text(record.transport.name), .count(Int(transaction.identifier)),
            transaction.roundTrip.map { .seconds($0, digits: record.capture.timeDigits) } ?? .unset,
            text(transaction.query), .count(Int(transaction.queryClass)), .text(transaction.queryClass == 1 ? "C_INTERNET" : "qclass-\(transaction.queryClass)"),
            .count(Int(transaction.type)), .text(DNSTransaction.typeName(transaction.type)), code.map { .count(Int($0)) } ?? .unset, text(name),
            .boolean(flags & 0x0400 != 0), .boolean(flags & 0x0200 != 0), .boolean(flags & 0x0100 != 0), .boolean(flags & 0x0080 != 0),
            .count(Int(flags >> 4 & 7)), hasAnswers ? .texts(transaction.answers) : .unset,
            hasAnswers ? .intervals(transaction.timesToLive) : .unset, .boolean(code.map { $0 != 0 && !hasAnswers } ?? false),
        ]
    }

    private func handshake(_ record: FlowRecord) -> [ZeekValue] {
        let suite = record.facts.cipherSuite
        return identity(record, at: record.first) + [
            text(record.version.map { $0.filter { $0 != " " && $0 != "." } }), suite == 0 ? .unset : .text(CipherSuite.name(suite)), .unset,
            text(record.serverName), .boolean(record.isResumed), .unset, .unset, .boolean(suite != 0), text(record.ja3), text(record.ja3s), text(record.ja4),
        ]
    }

    private func request(_ exchange: HTTPExchange, _ depth: Int, _ record: FlowRecord) -> [ZeekValue] {
        identity(record, at: exchange.time) + [
            .count(depth), text(exchange.method), text(exchange.host), text(exchange.target), .unset,
            text(exchange.version.map { String($0.drop { $0 != "/" }.dropFirst()) }), text(exchange.userAgent), .count(exchange.requestOctets),
            .count(exchange.responseOctets), exchange.status.map { .count($0) } ?? .unset,
            exchange.responseType.map { .texts([String($0.prefix { $0 != ";" })]) } ?? .unset,
        ]
    }

    private func quic(_ record: FlowRecord) -> [ZeekValue] {
        let version = record.version.map { $0 == "QUIC v1" ? "1" : $0 == "QUIC v2" ? "quicv2" : $0 }
        return identity(record, at: record.first) + [text(version), text(record.serverName), text(record.alpn.first)]
    }
}

/// Names of cipher suites (IANA TLS Cipher Suites): those that phones and their servers agree on.
enum CipherSuite {
    static func name(_ number: UInt16) -> String {
        names[number] ?? "unknown-\(number)"
    }

    private static let names: [UInt16: String] = [
        0x000a: "TLS_RSA_WITH_3DES_EDE_CBC_SHA", 0x002f: "TLS_RSA_WITH_AES_128_CBC_SHA", 0x0033: "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
        0x0035: "TLS_RSA_WITH_AES_256_CBC_SHA", 0x0039: "TLS_DHE_RSA_WITH_AES_256_CBC_SHA", 0x003c: "TLS_RSA_WITH_AES_128_CBC_SHA256",
        0x003d: "TLS_RSA_WITH_AES_256_CBC_SHA256", 0x0005: "TLS_RSA_WITH_RC4_128_SHA", 0x0004: "TLS_RSA_WITH_RC4_128_MD5",
        0x009c: "TLS_RSA_WITH_AES_128_GCM_SHA256", 0x009d: "TLS_RSA_WITH_AES_256_GCM_SHA384",
        0x009e: "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", 0x009f: "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
        0x1301: "TLS_AES_128_GCM_SHA256", 0x1302: "TLS_AES_256_GCM_SHA384", 0x1303: "TLS_CHACHA20_POLY1305_SHA256",
        0xc009: "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", 0xc00a: "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
        0xc011: "TLS_ECDHE_RSA_WITH_RC4_128_SHA", 0xc013: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", 0xc014: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
        0xc023: "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", 0xc024: "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
        0xc027: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", 0xc028: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
        0xc02b: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", 0xc02c: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        0xc02f: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 0xc030: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        0xcca8: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", 0xcca9: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        0xccaa: "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    ]
}
