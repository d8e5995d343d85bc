import TrafficCore

/// Writes flow records, one a row (DESIGN.md §6). Rows are evidence: nothing in them is rounded or redacted; only what
/// a format cannot carry as it is gets escaped.
///
///     var writer = FlowRecordWriter(format: .ndjson)
///     writer.header(into: &buffer)
///     for record in records { writer.append(record, to: &buffer) }
///     // write `buffer` out and empty it whenever it is large enough
public struct FlowRecordWriter: ~Copyable {
    public enum Format: String, CaseIterable, Sendable {
        /// Aligned columns for people; long cells are cut.
        case table
        /// One JSON object a line, the contract of DESIGN.md §6.
        case ndjson
        /// The same names as columns (RFC 4180); lists joined by a space, `adus` as `up.event=3`.
        case csv
    }

    public let format: Format
    // Each keeps what it reuses from row to row. All three stand side by side: taking one out of an enumeration and
    // putting it back for every row cost a tenth of the time.
    private var json = FlowJSONRows()
    private var csv = FlowCSVRows()
    private let text: FlowTextRows

    /// - Parameters:
    ///   - width: columns of the terminal; only `table` uses it.
    ///   - color: whether `table` may use colour.
    public init(format: Format, width: Int = 160, color: Bool = false) {
        self.format = format
        text = FlowTextRows(width: width, color: color)
    }

    /// Appends what comes before the first row: column names for `table` and `csv`, nothing for `ndjson`.
    public mutating func header(into buffer: inout [UInt8]) {
        switch format {
        case .table: text.header(into: &buffer)
        case .ndjson: break
        case .csv: FlowCSVRows.header(into: &buffer)
        }
    }

    /// Appends one row with its line break.
    public mutating func append(_ record: borrowing FlowRecord, to buffer: inout [UInt8]) {
        switch format {
        case .table: text.append(record, to: &buffer)
        case .ndjson: json.append(record, to: &buffer)
        case .csv: csv.append(record, to: &buffer)
        }
    }
}

/// The fields of a flow record, in the order of every format (DESIGN.md §6). The raw value is the position.
/// `phase` is only for flows that lie in a single one.
public enum FlowField: Int, CaseIterable, Sendable {
    case
        flowID, capture, src, sport, dst, dport, proto, vlan, tunnel, phone, device, first, last, firstFrame,
        lastFrame, packetsForward, packetsReverse, bytesForward, bytesReverse, payloadForward, payloadReverse,
        resentForward, resentReverse, overlapConflictForward, overlapConflictReverse, missingForward,
        missingReverse, outOfOrderForward, outOfOrderReverse, duplicatePackets, state, handshakeRTT, service, serverName,
        destination, destinationSource, alpn, version, ech, esni, resumed, certificate, ja3, ja3s, ja4, clientLibrary, clientKind, userAgent, upgrade,
        dnsQueries, httpHosts, cnames, hostNames, software, push, call, encryptedDNS, payloadHint, anomalies, continuesFlow, communityID, app, attribution, attributionConfidence,
        appUser, appPackage, appName, appProcess, appCandidates, system, systemEvidence, owner, ownerParent, ownerCountry, category, party, country, asn, placeNote, phase,
        adus, aduSizes, cnameOwner, cnameCategory, displayFilter

    /// Its key in NDJSON and its column in CSV.
    public var name: String { Self.names[rawValue] }

    private static let names = [
        "flow_id", "capture", "src", "sport", "dst", "dport", "proto", "vlan", "tunnel", "phone", "device",
        "first", "last", "first_frame", "last_frame", "packets_fwd", "packets_rev", "bytes_fwd", "bytes_rev",
        "payload_fwd", "payload_rev", "resent_fwd", "resent_rev", "overlap_conflict_fwd", "overlap_conflict_rev",
        "missing_fwd", "missing_rev", "out_of_order_fwd", "out_of_order_rev", "duplicate_packets", "state", "handshake_rtt",
        "service", "server_name", "destination", "destination_source", "alpn", "version", "ech", "esni", "resumed", "certificate",
        "ja3", "ja3s", "ja4", "client_library", "client_kind", "user_agent", "upgrade", "dns_queries", "http_hosts", "cnames", "host_names", "software",
        "push", "call", "encrypted_dns", "payload_hint", "anomalies", "continues_flow", "community_id", "app", "attribution", "attribution_confidence",
        "app_uid", "app_package", "app_name", "app_process", "app_candidates", "system", "system_evidence", "owner",
        "owner_parent", "owner_country", "category", "party", "country", "asn", "place_note", "phase", "adus", "adu_sizes",
        "cname_owner", "cname_category", "display_filter",
    ]
}

/// How the two directions of a record are named where the phone matters: up and down when one side is the phone,
/// forward and reverse when that is unknown, or both are.
enum DirectionNames {
    case phoneIsOriginator, phoneIsResponder, unknown

    init(_ phone: PhoneSide) {
        self =
            switch phone {
            case .originator: .phoneIsOriginator
            case .responder: .phoneIsResponder
            case .both, .unknown: .unknown
            }
    }
}
