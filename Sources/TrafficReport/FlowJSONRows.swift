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

        let (source, target) = (source.span, target.span)
        buffer.append(addingCapacity: Self.room(record)) { output in
            Self.appendWhere(record, source, target, to: &output)
            Self.appendHowMuch(record, to: &output)
            Self.appendWhat(record, to: &output)
            Self.appendWho(record, to: &output)
            Self.appendSizes(record, to: &output)
            output.append(text: #","display_filter":""#)
            DisplayFilter.append(record, source, target, to: &output)
            output.append(text: "\"}\n")
        }
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

    // MARK: Groups of fields

    @inline(__always)
    private static func appendWhere(
        _ record: FlowRecord, _ source: Span<UInt8>, _ target: Span<UInt8>, to buffer: inout OutputSpan<UInt8>
    ) {
        buffer.append(text: #"{"flow_id":""#)
        appendFlowID(record, to: &buffer)
        buffer.append(text: #"","capture":"#)
        Escaping.appendJSON(record.capture.name, to: &buffer)
        buffer.append(text: #","src":""#)
        buffer.append(octets: source)
        buffer.append(text: #"","sport":"#)
        buffer.append(decimal: UInt(record.originator.port))
        buffer.append(text: #","dst":""#)
        buffer.append(octets: target)
        buffer.append(text: #"","dport":"#)
        buffer.append(decimal: UInt(record.responder.port))
        buffer.append(text: (record.transport == .tcp ? #","proto":"tcp""# : #","proto":"udp""#))
        if let vlan = record.vlan {
            buffer.append(text: #","vlan":"#)
            buffer.append(decimal: UInt(vlan))
        }
        append(#","tunnel":"#, record.tunnel, to: &buffer)
        buffer.append(text: phoneMember(record.phone))
        append(#","device":"#, record.device, to: &buffer)
        buffer.append(text: #","first":"#)
        buffer.append(nanoseconds: record.first, digits: record.capture.timeDigits)
        buffer.append(text: #","last":"#)
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
    private static func appendHowMuch(_ record: FlowRecord, to buffer: inout OutputSpan<UInt8>) {
        append(#","first_frame":"#, record.firstFrame, to: &buffer)
        append(#","last_frame":"#, record.lastFrame, to: &buffer)
        append(#","packets_fwd":"#, record.packets.forward, to: &buffer)
        append(#","packets_rev":"#, record.packets.reverse, to: &buffer)
        append(#","bytes_fwd":"#, record.octets.forward, to: &buffer)
        append(#","bytes_rev":"#, record.octets.reverse, to: &buffer)
        append(#","payload_fwd":"#, record.payload.forward, to: &buffer)
        append(#","payload_rev":"#, record.payload.reverse, to: &buffer)
        if isUndisturbed(record) {  // nearly every flow: one copy for nine members
            buffer.append(text: Self.undisturbed)
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
        buffer.append(text: #","state":"#)
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
    private static func appendWhat(_ record: FlowRecord, to buffer: inout OutputSpan<UInt8>) {
        append(#","service":"#, record.service, to: &buffer)
        append(#","server_name":"#, record.serverName, to: &buffer)
        if let destination = record.destination {
            buffer.append(text: #","destination":"#)
            Escaping.appendJSON(destination.name, to: &buffer)
            buffer.append(text: #","destination_source":"#)
            Escaping.appendJSON(destination.nameSource.rawValue, to: &buffer)
        }
        append(#","alpn":["#, record.alpn, to: &buffer)
        append(#","version":"#, record.version, to: &buffer)
        if record.encryptedClientHello { buffer.append(text: #","ech":true"#) }
        append(#","ja3":"#, record.ja3, to: &buffer)
        append(#","ja3s":"#, record.ja3s, to: &buffer)
        append(#","ja4":"#, record.ja4, to: &buffer)
        append(#","user_agent":"#, record.userAgent, to: &buffer)
        append(#","dns_queries":["#, record.dnsQueries, to: &buffer)
        append(#","http_hosts":["#, record.httpHosts, to: &buffer)
        buffer.append(text: #","community_id":"#)
        Escaping.appendJSON(record.communityID, to: &buffer)
    }

    @inline(__always)
    private static func appendWho(_ record: FlowRecord, to buffer: inout OutputSpan<UInt8>) {
        append(#","app":"#, record.app, to: &buffer)
        buffer.append(text: #","attribution":"#)
        Escaping.appendJSON(record.attribution.rawValue, to: &buffer)
        if let destination = record.destination {
            append(#","owner":"#, destination.owner, to: &buffer)
            append(#","owner_parent":"#, destination.ownerParent, to: &buffer)
            append(#","owner_country":"#, destination.ownerCountry, to: &buffer)
            append(#","category":"#, destination.category, to: &buffer)
        }
        if let party = record.party {
            buffer.append(text: #","party":"#)
            Escaping.appendJSON(party.rawValue, to: &buffer)
        }
        if let destination = record.destination {
            append(#","country":"#, destination.country, to: &buffer)
            if let number = destination.autonomousSystem {
                buffer.append(text: #","asn":"#)
                buffer.append(decimal: UInt(number))
            }
        }
    }

    @inline(__always)
    private static func appendSizes(_ record: FlowRecord, to buffer: inout OutputSpan<UInt8>) {
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

    private static func append(_ counts: PayloadSizeCounts, to buffer: inout OutputSpan<UInt8>) {
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
    private static func append(_ key: String, _ value: Int, to buffer: inout OutputSpan<UInt8>) {
        buffer.append(text: key)
        buffer.append(decimal: value)
    }

    @inline(__always)
    private static func append(_ key: String, _ value: String?, to buffer: inout OutputSpan<UInt8>) {
        guard let value else { return }
        buffer.append(text: key)
        Escaping.appendJSON(value, to: &buffer)
    }

    /// - Parameter key: ends with the opening bracket.
    @inline(__always)
    private static func append(_ key: String, _ values: [String], to buffer: inout OutputSpan<UInt8>) {
        buffer.append(text: key)
        if !values.isEmpty { appendElements(values, to: &buffer) }
        buffer.append(0x5d)
    }

    private static func appendElements(_ values: [String], to buffer: inout OutputSpan<UInt8>) {
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
