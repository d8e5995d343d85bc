import TrafficCore

/// Writes flow records, one a row (DESIGN.md §6). Rows are evidence: nothing in them is rounded or redacted; only what
/// a format cannot carry as it is gets escaped.
///
///     var writer = FlowRecordWriter(format: .ndjson)
///     writer.header(into: &buffer)
///     for record in records { writer.append(record, to: &buffer) }
///     // write `buffer` out and empty it whenever it is large enough
public struct FlowRecordWriter: Sendable {
    public enum Format: String, CaseIterable, Sendable {
        /// Aligned columns for people; long cells are cut.
        case table
        /// One JSON object a line, the contract of DESIGN.md §6.
        case ndjson
        /// The same names as columns (RFC 4180); lists joined by a space, `adus` as `up.event=3`.
        case csv
    }

    public let format: Format
    private var rows: Rows

    /// Each format keeps what it reuses from row to row.
    private enum Rows: Sendable {
        case table(FlowTextRows)
        case ndjson(FlowJSONRows)
        case csv(FlowCSVRows)
    }

    /// - Parameters:
    ///   - width: columns of the terminal; only `table` uses it.
    ///   - color: whether `table` may use colour.
    public init(format: Format, width: Int = 160, color: Bool = false) {
        self.format = format
        switch format {
        case .table: rows = .table(FlowTextRows(width: width, color: color))
        case .ndjson: rows = .ndjson(FlowJSONRows())
        case .csv: rows = .csv(FlowCSVRows())
        }
    }

    /// Appends what comes before the first row: column names for `table` and `csv`, nothing for `ndjson`.
    public mutating func header(into buffer: inout [UInt8]) {
        switch rows {
        case .table(let text): text.header(into: &buffer)
        case .ndjson: break
        case .csv: FlowCSVRows.header(into: &buffer)
        }
    }

    /// Appends one row with its line break.
    public mutating func append(_ record: FlowRecord, to buffer: inout [UInt8]) {
        switch rows {
        case .ndjson(var json):
            rows = .csv(FlowCSVRows.empty)  // `json` is now the only owner of its scratch space: no copy on write
            json.append(record, to: &buffer)
            rows = .ndjson(json)
        case .csv(var csv):
            rows = .csv(FlowCSVRows.empty)
            csv.append(record, to: &buffer)
            rows = .csv(csv)
        case .table(let text): text.append(record, to: &buffer)
        }
    }
}

/// The fields of a flow record, in the order of every format (DESIGN.md §6).
public enum FlowField: String, CaseIterable, Sendable {
    case flowID = "flow_id"
    case capture, src, sport, dst, dport, proto, vlan, tunnel, phone, device, first, last
    case firstFrame = "first_frame"
    case lastFrame = "last_frame"
    case packetsForward = "packets_fwd"
    case packetsReverse = "packets_rev"
    case bytesForward = "bytes_fwd"
    case bytesReverse = "bytes_rev"
    case payloadForward = "payload_fwd"
    case payloadReverse = "payload_rev"
    case resentForward = "resent_fwd"
    case resentReverse = "resent_rev"
    case overlapConflictForward = "overlap_conflict_fwd"
    case overlapConflictReverse = "overlap_conflict_rev"
    case missingForward = "missing_fwd"
    case missingReverse = "missing_rev"
    case outOfOrderForward = "out_of_order_fwd"
    case outOfOrderReverse = "out_of_order_rev"
    case duplicatePackets = "duplicate_packets"
    case state, service
    case serverName = "server_name"
    case destination
    case destinationSource = "destination_source"
    case alpn, version, ech, ja3, ja3s, ja4
    case userAgent = "user_agent"
    case dnsQueries = "dns_queries"
    case httpHosts = "http_hosts"
    case communityID = "community_id"
    case app, attribution, owner
    case ownerParent = "owner_parent"
    case ownerCountry = "owner_country"
    case category, party, country, asn
    /// Only when the flow lies in a single one; written once records carry phases.
    case phase
    case adus
    case displayFilter = "display_filter"
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
