import TrafficCore

/// Flow records as NDJSON. A capture of a gigabyte has some 100,000 of them, so this appends literals and digits straight
/// to the caller's octets: no `String` is made, no closure called.
struct FlowJSONRows: Sendable {
    /// The two addresses as text: each is needed three times in a row.
    private var source: [UInt8] = []
    private var target: [UInt8] = []
    /// `{"flow_id":`, `,"capture":`, …
    private let keys = OctetTable(FlowField.allCases.map { ($0 == .flowID ? "{\"" : ",\"") + $0.name + "\":" })
    private let filter = DisplayFilter.table()

    init() {
        source.reserveCapacity(48)
        target.reserveCapacity(48)
    }

    mutating func append(_ record: FlowRecord, to buffer: inout [UInt8]) {
        source.removeAll(keepingCapacity: true)
        record.originator.address.append(to: &source)
        target.removeAll(keepingCapacity: true)
        record.responder.address.append(to: &target)

        let row = FlowJSONRow(keys: keys.pieces, filter: filter.pieces, source: source.span, target: target.span)
        buffer.append(addingCapacity: Self.room(record)) { row.append(record, to: &$0) }
    }

    /// Octets that the row cannot exceed. Keys, filter, 40 numbers and 6 addresses take under 3000; an octet of text
    /// becomes at most six (`\u001f`), and a string has two quotation marks and a comma.
    private static func room(_ record: FlowRecord) -> Int {
        var text = record.capture.name.utf8.count + record.capture.id.utf8.count + record.state.utf8.count + record.communityID.utf8.count
        text += length(record.tunnel) + length(record.device) + length(record.service) + length(record.serverName)
        text += length(record.version) + length(record.ja3) + length(record.ja3s) + length(record.ja4)
        text += length(record.userAgent) + length(record.app)
        text += length(record.alpn) + length(record.dnsQueries) + length(record.httpHosts)
        if let destination = record.destination {
            text += destination.name.utf8.count + length(destination.owner) + length(destination.ownerParent)
            text += length(destination.ownerCountry) + length(destination.category) + length(destination.country)
        }
        return 4096 + 6 * text
    }

    @inline(__always)
    private static func length(_ text: String?) -> Int { text?.utf8.count ?? 0 }

    private static func length(_ values: [String]) -> Int {
        var sum = values.count
        for index in values.indices { sum += values[index].utf8.count }
        return sum
    }
}

/// What one row is written from: all borrowed, so that nothing is retained.
private struct FlowJSONRow: ~Escapable {
    let keys: OctetPieces
    let filter: OctetPieces
    /// The addresses as text.
    let source: Span<UInt8>
    let target: Span<UInt8>

    @_lifetime(copy keys, copy filter, copy source, copy target)
    init(keys: OctetPieces, filter: OctetPieces, source: Span<UInt8>, target: Span<UInt8>) {
        (self.source, self.target) = (source, target)
        self.keys = keys
        self.filter = filter
    }

    func append(_ record: FlowRecord, to buffer: inout OutputSpan<UInt8>) {
        appendWhere(record, to: &buffer)
        appendHowMuch(record, to: &buffer)
        appendWhat(record, to: &buffer)
        appendWho(record, to: &buffer)
        appendSizes(record, to: &buffer)
        append(key: .displayFilter, to: &buffer)
        buffer.append(0x22)
        DisplayFilter.append(record, filter, source, target, to: &buffer)
        buffer.append(0x22)
        buffer.append(0x7d)
        buffer.append(0x0a)
    }

    // MARK: Groups of fields

    @inline(__always)
    private func appendWhere(_ record: FlowRecord, to buffer: inout OutputSpan<UInt8>) {
        append(key: .flowID, to: &buffer)
        buffer.append(0x22)
        appendFlowID(record, to: &buffer)
        buffer.append(0x22)
        append(key: .capture, to: &buffer)
        Escaping.appendJSON(record.capture.name, to: &buffer)
        append(key: .src, to: &buffer)
        buffer.append(0x22)
        buffer.append(octets: source)
        buffer.append(0x22)
        append(key: .sport, to: &buffer)
        buffer.append(decimal: UInt(record.originator.port))
        append(key: .dst, to: &buffer)
        buffer.append(0x22)
        buffer.append(octets: target)
        buffer.append(0x22)
        append(key: .dport, to: &buffer)
        buffer.append(decimal: UInt(record.responder.port))
        buffer.append(text: (record.transport == .tcp ? #","proto":"tcp""# : #","proto":"udp""#))
        if let vlan = record.vlan {
            append(key: .vlan, to: &buffer)
            buffer.append(decimal: UInt(vlan))
        }
        append(.tunnel, record.tunnel, to: &buffer)
        buffer.append(text: Self.phoneMember(record.phone))
        append(.device, record.device, to: &buffer)
        append(key: .first, to: &buffer)
        buffer.append(nanoseconds: record.first, digits: record.capture.timeDigits)
        append(key: .last, to: &buffer)
        buffer.append(nanoseconds: record.last, digits: record.capture.timeDigits)
    }

    @inline(__always)
    private static func phoneMember(_ side: PhoneSide) -> String {
        switch side {
        case .originator: #","phone":"originator""#
        case .responder: #","phone":"responder""#
        case .both: #","phone":"both""#
        case .unknown: #","phone":"unknown""#
        }
    }

    @inline(__always)
    private func appendHowMuch(_ record: FlowRecord, to buffer: inout OutputSpan<UInt8>) {
        append(.firstFrame, record.firstFrame, to: &buffer)
        append(.lastFrame, record.lastFrame, to: &buffer)
        append(.packetsForward, record.packets.forward, to: &buffer)
        append(.packetsReverse, record.packets.reverse, to: &buffer)
        append(.bytesForward, record.octets.forward, to: &buffer)
        append(.bytesReverse, record.octets.reverse, to: &buffer)
        append(.payloadForward, record.payload.forward, to: &buffer)
        append(.payloadReverse, record.payload.reverse, to: &buffer)
        if Self.isUndisturbed(record) {  // nearly every flow: one copy for nine members
            buffer.append(text: Self.undisturbed)
        } else {
            append(.resentForward, record.resent.forward, to: &buffer)
            append(.resentReverse, record.resent.reverse, to: &buffer)
            append(.overlapConflictForward, record.overlapConflict.forward, to: &buffer)
            append(.overlapConflictReverse, record.overlapConflict.reverse, to: &buffer)
            append(.missingForward, record.missing.forward, to: &buffer)
            append(.missingReverse, record.missing.reverse, to: &buffer)
            append(.outOfOrderForward, record.outOfOrder.forward, to: &buffer)
            append(.outOfOrderReverse, record.outOfOrder.reverse, to: &buffer)
            append(.duplicatePackets, record.duplicatePackets, to: &buffer)
        }
        append(key: .state, to: &buffer)
        Escaping.appendJSON(record.state, to: &buffer)
    }

    @inline(__always)
    private static func isUndisturbed(_ record: FlowRecord) -> Bool {
        record.resent.forward | record.resent.reverse | record.overlapConflict.forward | record.overlapConflict.reverse
            | record.missing.forward | record.missing.reverse | record.outOfOrder.forward | record.outOfOrder.reverse
            | record.duplicatePackets == 0
    }

    @inline(__always)
    private static var undisturbed: String {
        #","resent_fwd":0,"resent_rev":0,"overlap_conflict_fwd":0,"overlap_conflict_rev":0,"missing_fwd":0,"missing_rev":0,"out_of_order_fwd":0,"out_of_order_rev":0,"duplicate_packets":0"#
    }

    @inline(__always)
    private func appendWhat(_ record: FlowRecord, to buffer: inout OutputSpan<UInt8>) {
        append(.service, record.service, to: &buffer)
        append(.serverName, record.serverName, to: &buffer)
        if let destination = record.destination {
            append(key: .destination, to: &buffer)
            Escaping.appendJSON(destination.name, to: &buffer)
            append(key: .destinationSource, to: &buffer)
            Escaping.appendJSON(destination.nameSource.rawValue, to: &buffer)
        }
        append(.alpn, record.alpn, to: &buffer)
        append(.version, record.version, to: &buffer)
        if record.encryptedClientHello { buffer.append(text: #","ech":true"#) }
        append(.ja3, record.ja3, to: &buffer)
        append(.ja3s, record.ja3s, to: &buffer)
        append(.ja4, record.ja4, to: &buffer)
        append(.userAgent, record.userAgent, to: &buffer)
        append(.dnsQueries, record.dnsQueries, to: &buffer)
        append(.httpHosts, record.httpHosts, to: &buffer)
        append(key: .communityID, to: &buffer)
        Escaping.appendJSON(record.communityID, to: &buffer)
    }

    @inline(__always)
    private func appendWho(_ record: FlowRecord, to buffer: inout OutputSpan<UInt8>) {
        append(.app, record.app, to: &buffer)
        append(key: .attribution, to: &buffer)
        Escaping.appendJSON(record.attribution.rawValue, to: &buffer)
        if let destination = record.destination {
            append(.owner, destination.owner, to: &buffer)
            append(.ownerParent, destination.ownerParent, to: &buffer)
            append(.ownerCountry, destination.ownerCountry, to: &buffer)
            append(.category, destination.category, to: &buffer)
        }
        if let party = record.party {
            append(key: .party, to: &buffer)
            Escaping.appendJSON(party.rawValue, to: &buffer)
        }
        if let destination = record.destination {
            append(.country, destination.country, to: &buffer)
            if let number = destination.autonomousSystem {
                append(key: .asn, to: &buffer)
                buffer.append(decimal: UInt(number))
            }
        }
    }

    @inline(__always)
    private func appendSizes(_ record: FlowRecord, to buffer: inout OutputSpan<UInt8>) {
        switch DirectionNames(record.phone) {
        case .phoneIsOriginator:
            buffer.append(text: #","adus":{"up":{"#)
            append(record.adus.forward, to: &buffer)
            buffer.append(text: #"},"down":{"#)
            append(record.adus.reverse, to: &buffer)
        case .phoneIsResponder:
            buffer.append(text: #","adus":{"up":{"#)
            append(record.adus.reverse, to: &buffer)
            buffer.append(text: #"},"down":{"#)
            append(record.adus.forward, to: &buffer)
        case .unknown:
            buffer.append(text: #","adus":{"fwd":{"#)
            append(record.adus.forward, to: &buffer)
            buffer.append(text: #"},"rev":{"#)
            append(record.adus.reverse, to: &buffer)
        }
        buffer.append(text: "}}")
    }

    private func append(_ counts: PayloadSizeCounts, to buffer: inout OutputSpan<UInt8>) {
        var isFirst = true
        for sizeClass in PayloadSizeClass.allCases {
            let count = counts[sizeClass]
            guard count != 0 else { continue }
            if !isFirst { buffer.append(0x2c) }
            isFirst = false
            buffer.append(0x22)
            buffer.append(text: sizeClass.name)
            buffer.append(0x22)
            buffer.append(0x3a)
            buffer.append(decimal: count)
        }
    }

    // MARK: One member

    @inline(__always)
    private func append(key: FlowField, to buffer: inout OutputSpan<UInt8>) { keys.append(key.rawValue, to: &buffer) }

    @inline(__always)
    private func append(_ key: FlowField, _ value: Int, to buffer: inout OutputSpan<UInt8>) {
        append(key: key, to: &buffer)
        buffer.append(decimal: value)
    }

    @inline(__always)
    private func append(_ key: FlowField, _ value: String?, to buffer: inout OutputSpan<UInt8>) {
        guard let value else { return }
        append(key: key, to: &buffer)
        Escaping.appendJSON(value, to: &buffer)
    }

    @inline(__always)
    private func append(_ key: FlowField, _ values: [String], to buffer: inout OutputSpan<UInt8>) {
        append(key: key, to: &buffer)
        buffer.append(0x5b)
        if !values.isEmpty { appendElements(values, to: &buffer) }
        buffer.append(0x5d)
    }

    private func appendElements(_ values: [String], to buffer: inout OutputSpan<UInt8>) {
        for index in values.indices {
            if index > 0 { buffer.append(0x2c) }
            Escaping.appendJSON(values[index], to: &buffer)
        }
    }
}

/// `FlowRecord.flowID` without making a `String`.
@inline(__always)
func appendFlowID(_ record: FlowRecord, to buffer: inout OutputSpan<UInt8>) {
    let id = record.capture.id.utf8Span.span
    for index in 0..<min(12, id.count) { buffer.append(id[index]) }
    buffer.append(0x2d)
    buffer.append(decimal: record.firstFrame)
}
