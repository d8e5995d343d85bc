import TrafficCore

/// Flow records as NDJSON. A capture of a gigabyte has some 100,000 of them, so this appends literals and digits straight
/// to the caller's octets: no `String` is made, no closure called.
struct FlowJSONRows: Sendable {
    /// The two addresses as text: each is needed three times in a row.
    private var source: [UInt8] = []
    private var target: [UInt8] = []

    init() {
        source.reserveCapacity(48)
        target.reserveCapacity(48)
    }

    mutating func append(_ record: FlowRecord, to buffer: inout [UInt8]) {
        source.removeAll(keepingCapacity: true)
        record.originator.address.append(to: &source)
        target.removeAll(keepingCapacity: true)
        record.responder.address.append(to: &target)

        appendWhere(record, to: &buffer)
        Self.appendHowMuch(record, to: &buffer)
        Self.appendWhat(record, to: &buffer)
        Self.appendWho(record, to: &buffer)
        Self.appendSizes(record, to: &buffer)
        buffer.append(contentsOf: #","display_filter":""#.utf8)
        DisplayFilter.append(record, source: source, target: target, to: &buffer)
        buffer.append(contentsOf: "\"}\n".utf8)
    }

    // MARK: Groups of fields

    @inline(__always)
    private func appendWhere(_ record: FlowRecord, to buffer: inout [UInt8]) {
        buffer.append(contentsOf: #"{"flow_id":""#.utf8)
        appendFlowID(record, to: &buffer)
        buffer.append(contentsOf: #"","capture":"#.utf8)
        Escaping.appendJSON(record.capture.name, to: &buffer)
        buffer.append(contentsOf: #","src":""#.utf8)
        buffer.append(contentsOf: source)
        buffer.append(contentsOf: #"","sport":"#.utf8)
        Decimal.append(UInt(record.originator.port), to: &buffer)
        buffer.append(contentsOf: #","dst":""#.utf8)
        buffer.append(contentsOf: target)
        buffer.append(contentsOf: #"","dport":"#.utf8)
        Decimal.append(UInt(record.responder.port), to: &buffer)
        buffer.append(contentsOf: (record.transport == .tcp ? #","proto":"tcp""# : #","proto":"udp""#).utf8)
        if let vlan = record.vlan {
            buffer.append(contentsOf: #","vlan":"#.utf8)
            Decimal.append(UInt(vlan), to: &buffer)
        }
        Self.append(#","tunnel":"#, record.tunnel, to: &buffer)
        buffer.append(contentsOf: phoneMember(record.phone).utf8)
        Self.append(#","device":"#, record.device, to: &buffer)
        buffer.append(contentsOf: #","first":"#.utf8)
        Decimal.appendSeconds(nanoseconds: record.first, digits: record.capture.timeDigits, to: &buffer)
        buffer.append(contentsOf: #","last":"#.utf8)
        Decimal.appendSeconds(nanoseconds: record.last, digits: record.capture.timeDigits, to: &buffer)
    }

    @inline(__always)
    private func phoneMember(_ side: PhoneSide) -> String {
        switch side {
        case .originator: #","phone":"originator""#
        case .responder: #","phone":"responder""#
        case .both: #","phone":"both""#
        case .unknown: #","phone":"unknown""#
        }
    }

    @inline(__always)
    private static func appendHowMuch(_ record: FlowRecord, to buffer: inout [UInt8]) {
        append(#","first_frame":"#, record.firstFrame, to: &buffer)
        append(#","last_frame":"#, record.lastFrame, to: &buffer)
        append(#","packets_fwd":"#, record.packets.forward, to: &buffer)
        append(#","packets_rev":"#, record.packets.reverse, to: &buffer)
        append(#","bytes_fwd":"#, record.octets.forward, to: &buffer)
        append(#","bytes_rev":"#, record.octets.reverse, to: &buffer)
        append(#","payload_fwd":"#, record.payload.forward, to: &buffer)
        append(#","payload_rev":"#, record.payload.reverse, to: &buffer)
        if isUndisturbed(record) {  // nearly every flow: one copy for nine members
            buffer.append(contentsOf: Self.undisturbed.utf8)
        } else {
            append(#","resent_fwd":"#, record.resent.forward, to: &buffer)
            append(#","resent_rev":"#, record.resent.reverse, to: &buffer)
            append(#","overlap_conflict_fwd":"#, record.overlapConflict.forward, to: &buffer)
            append(#","overlap_conflict_rev":"#, record.overlapConflict.reverse, to: &buffer)
            append(#","missing_fwd":"#, record.missing.forward, to: &buffer)
            append(#","missing_rev":"#, record.missing.reverse, to: &buffer)
            append(#","out_of_order_fwd":"#, record.outOfOrder.forward, to: &buffer)
            append(#","out_of_order_rev":"#, record.outOfOrder.reverse, to: &buffer)
            append(#","duplicate_packets":"#, record.duplicatePackets, to: &buffer)
        }
        buffer.append(contentsOf: #","state":"#.utf8)
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
    private static func appendWhat(_ record: FlowRecord, to buffer: inout [UInt8]) {
        append(#","service":"#, record.service, to: &buffer)
        append(#","server_name":"#, record.serverName, to: &buffer)
        if let destination = record.destination {
            buffer.append(contentsOf: #","destination":"#.utf8)
            Escaping.appendJSON(destination.name, to: &buffer)
            buffer.append(contentsOf: #","destination_source":"#.utf8)
            Escaping.appendJSON(destination.nameSource.rawValue, to: &buffer)
        }
        append(#","alpn":["#, record.alpn, to: &buffer)
        append(#","version":"#, record.version, to: &buffer)
        if record.encryptedClientHello { buffer.append(contentsOf: #","ech":true"#.utf8) }
        append(#","ja3":"#, record.ja3, to: &buffer)
        append(#","ja3s":"#, record.ja3s, to: &buffer)
        append(#","ja4":"#, record.ja4, to: &buffer)
        append(#","user_agent":"#, record.userAgent, to: &buffer)
        append(#","dns_queries":["#, record.dnsQueries, to: &buffer)
        append(#","http_hosts":["#, record.httpHosts, to: &buffer)
        buffer.append(contentsOf: #","community_id":"#.utf8)
        Escaping.appendJSON(record.communityID, to: &buffer)
    }

    @inline(__always)
    private static func appendWho(_ record: FlowRecord, to buffer: inout [UInt8]) {
        append(#","app":"#, record.app, to: &buffer)
        buffer.append(contentsOf: #","attribution":"#.utf8)
        Escaping.appendJSON(record.attribution.rawValue, to: &buffer)
        if let destination = record.destination {
            append(#","owner":"#, destination.owner, to: &buffer)
            append(#","owner_parent":"#, destination.ownerParent, to: &buffer)
            append(#","owner_country":"#, destination.ownerCountry, to: &buffer)
            append(#","category":"#, destination.category, to: &buffer)
        }
        if let party = record.party {
            buffer.append(contentsOf: #","party":"#.utf8)
            Escaping.appendJSON(party.rawValue, to: &buffer)
        }
        if let destination = record.destination {
            append(#","country":"#, destination.country, to: &buffer)
            if let number = destination.autonomousSystem {
                buffer.append(contentsOf: #","asn":"#.utf8)
                Decimal.append(UInt(number), to: &buffer)
            }
        }
    }

    @inline(__always)
    private static func appendSizes(_ record: FlowRecord, to buffer: inout [UInt8]) {
        switch DirectionNames(record.phone) {
        case .phoneIsOriginator:
            buffer.append(contentsOf: #","adus":{"up":{"#.utf8)
            append(record.adus.forward, to: &buffer)
            buffer.append(contentsOf: #"},"down":{"#.utf8)
            append(record.adus.reverse, to: &buffer)
        case .phoneIsResponder:
            buffer.append(contentsOf: #","adus":{"up":{"#.utf8)
            append(record.adus.reverse, to: &buffer)
            buffer.append(contentsOf: #"},"down":{"#.utf8)
            append(record.adus.forward, to: &buffer)
        case .unknown:
            buffer.append(contentsOf: #","adus":{"fwd":{"#.utf8)
            append(record.adus.forward, to: &buffer)
            buffer.append(contentsOf: #"},"rev":{"#.utf8)
            append(record.adus.reverse, to: &buffer)
        }
        buffer.append(contentsOf: "}}".utf8)
    }

    private static func append(_ counts: PayloadSizeCounts, to buffer: inout [UInt8]) {
        var isFirst = true
        for sizeClass in PayloadSizeClass.allCases {
            let count = counts[sizeClass]
            guard count != 0 else { continue }
            if !isFirst { buffer.append(0x2c) }
            isFirst = false
            buffer.append(0x22)
            buffer.append(contentsOf: sizeClass.name.utf8)
            buffer.append(0x22)
            buffer.append(0x3a)
            Decimal.append(count, to: &buffer)
        }
    }

    // MARK: One member

    @inline(__always)
    private static func append(_ key: String, _ value: Int, to buffer: inout [UInt8]) {
        buffer.append(contentsOf: key.utf8)
        Decimal.append(value, to: &buffer)
    }

    @inline(__always)
    private static func append(_ key: String, _ value: String?, to buffer: inout [UInt8]) {
        guard let value else { return }
        buffer.append(contentsOf: key.utf8)
        Escaping.appendJSON(value, to: &buffer)
    }

    /// - Parameter key: ends with the opening bracket.
    @inline(__always)
    private static func append(_ key: String, _ values: [String], to buffer: inout [UInt8]) {
        buffer.append(contentsOf: key.utf8)
        if !values.isEmpty { appendElements(values, to: &buffer) }
        buffer.append(0x5d)
    }

    private static func appendElements(_ values: [String], to buffer: inout [UInt8]) {
        for index in values.indices {
            if index > 0 { buffer.append(0x2c) }
            Escaping.appendJSON(values[index], to: &buffer)
        }
    }
}

/// `FlowRecord.flowID` without making a `String`.
@inline(__always)
func appendFlowID(_ record: FlowRecord, to buffer: inout [UInt8]) {
    let id = record.capture.id.utf8Span.span
    for index in 0..<min(12, id.count) { buffer.append(id[index]) }
    buffer.append(0x2d)
    Decimal.append(record.firstFrame, to: &buffer)
}
