import TrafficCore

/// Flow records as NDJSON. A capture of a gigabyte has some 100,000 of them, so literals and digits go straight to
/// octets: no `String` is made, no closure called.
struct FlowJSONRows: ~Copyable {
    private var output = OctetRow()
    private var community: [UInt8] = []
    /// `{"flow_id":`, `,"capture":`, …
    private let keys = OctetTable(FlowField.allCases.map { ($0 == .flowID ? "{\"" : ",\"") + $0.name + "\":" })
    private let filter = DisplayFilter.table()
    private var certificates = CertificateTexts()

    mutating func append(_ record: borrowing FlowRecord, to buffer: inout [UInt8]) {
        community.removeAll(keepingCapacity: true)
        record.appendCommunityID(to: &community)
        Self.append(record, keys, filter, community, certificates.text(of: record), to: &output)
        output.move(to: &buffer)
    }

    /// All that the row borrows comes as a parameter, apart from what it is written to.
    private static func append(
        _ record: borrowing FlowRecord, _ keys: OctetTable, _ filter: OctetTable, _ community: [UInt8], _ certificate: [UInt8],
        to output: inout OctetRow
    ) {
        FlowJSONRow(keys: keys.pieces, filter: filter.pieces, community: community.span, certificate: certificate.span)
            .append(record, to: &output)
    }
}

/// What one row is written from: all borrowed, so that nothing is retained.
private struct FlowJSONRow: ~Escapable {
    let keys: OctetPieces
    let filter: OctetPieces
    let community: Span<UInt8>
    /// The object about the server's certificate; empty without one.
    let certificate: Span<UInt8>

    @_lifetime(copy keys, copy filter, copy community, copy certificate)
    init(keys: OctetPieces, filter: OctetPieces, community: Span<UInt8>, certificate: Span<UInt8>) {
        (self.keys, self.filter, self.community, self.certificate) = (keys, filter, community, certificate)
    }

    func append(_ record: borrowing FlowRecord, to buffer: inout OctetRow) {
        let (source, target) = appendWhere(record, to: &buffer)
        appendHowMuch(record, to: &buffer)
        appendWhat(record, to: &buffer)
        appendWho(record, to: &buffer)
        appendSizes(record, to: &buffer)
        if !record.dnsAliases.isEmpty { appendAliasOwner(record, to: &buffer) }
        append(key: .displayFilter, to: &buffer)
        buffer.append(0x22)
        DisplayFilter.append(record, filter, source, target, to: &buffer)
        buffer.append(0x22)
        buffer.append(0x7d)
        buffer.append(0x0a)
    }

    // MARK: Groups of fields

    @inline(__always)
    private func appendWhere(_ record: borrowing FlowRecord, to buffer: inout OctetRow) -> (Range<Int>, Range<Int>) {
        append(key: .flowID, to: &buffer)
        buffer.append(0x22)
        appendFlowID(record, to: &buffer)
        buffer.append(0x22)
        append(key: .capture, to: &buffer)
        Escaping.appendJSON(record.capture.name, to: &buffer)
        append(key: .src, to: &buffer)
        buffer.append(0x22)
        let source = buffer.append(record.originator.address)
        buffer.append(0x22)
        append(key: .sport, to: &buffer)
        buffer.append(decimal: UInt(record.originator.port))
        append(key: .dst, to: &buffer)
        buffer.append(0x22)
        let target = buffer.append(record.responder.address)
        buffer.append(0x22)
        append(key: .dport, to: &buffer)
        buffer.append(decimal: UInt(record.responder.port))
        buffer.append(text: (record.transport == .tcp ? #","proto":"tcp""# : #","proto":"udp""#) as StaticString)
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
        return (source, target)
    }

    @inline(__always)
    private static func phoneMember(_ side: PhoneSide) -> StaticString {
        switch side {
        case .originator: #","phone":"originator""#
        case .responder: #","phone":"responder""#
        case .both: #","phone":"both""#
        case .unknown: #","phone":"unknown""#
        }
    }

    @inline(__always)
    private func appendHowMuch(_ record: borrowing FlowRecord, to buffer: inout OctetRow) {
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
        if let time = record.handshakeRoundTrip {
            append(key: .handshakeRTT, to: &buffer)
            buffer.append(nanoseconds: time, digits: record.capture.timeDigits)
        }
    }

    @inline(__always)
    private static func isUndisturbed(_ record: borrowing FlowRecord) -> Bool {
        record.resent.forward | record.resent.reverse | record.overlapConflict.forward | record.overlapConflict.reverse
            | record.missing.forward | record.missing.reverse | record.outOfOrder.forward | record.outOfOrder.reverse
            | record.duplicatePackets == 0
    }

    @inline(__always)
    private static var undisturbed: StaticString {
        #","resent_fwd":0,"resent_rev":0,"overlap_conflict_fwd":0,"overlap_conflict_rev":0,"missing_fwd":0,"missing_rev":0,"out_of_order_fwd":0,"out_of_order_rev":0,"duplicate_packets":0"#
    }

    @inline(__always)
    private func appendWhat(_ record: borrowing FlowRecord, to buffer: inout OctetRow) {
        append(.service, record.service, to: &buffer)
        append(.serverName, record.facts.serverName, to: &buffer)
        if let destination = record.destination {
            append(key: .destination, to: &buffer)
            if let name = destination.hostName {
                Escaping.appendJSON(name, to: &buffer)
            } else {
                buffer.append(0x22)
                _ = buffer.append(destination.address)
                buffer.append(0x22)
            }
            append(key: .destinationSource, to: &buffer)
            Escaping.appendJSON(destination.nameSource.rawValue, to: &buffer)
        }
        append(.alpn, record.facts.alpn, to: &buffer)
        append(.version, record.facts.version, to: &buffer)
        if record.facts.hasEncryptedClientHello { buffer.append(text: #","ech":true"# as StaticString) }
        if record.facts.hasEncryptedServerName { buffer.append(text: #","esni":true"# as StaticString) }
        if record.facts.isResumed { buffer.append(text: #","resumed":true"# as StaticString) }
        if !certificate.isEmpty {
            append(key: .certificate, to: &buffer)
            buffer.append(octets: certificate)
        }
        append(.ja3, record.facts.ja3, to: &buffer)
        append(.ja3s, record.facts.ja3s, to: &buffer)
        append(.ja4, record.facts.ja4, to: &buffer)
        if let library = record.facts.clientLibrary {
            append(.clientLibrary, library.value.name, to: &buffer)
            append(.clientKind, library.value.kind.rawValue, to: &buffer)
        }
        append(.userAgent, record.facts.userAgent, to: &buffer)
        append(.upgrade, record.upgrade, to: &buffer)
        append(.dnsQueries, record.facts.dnsQueries, to: &buffer)
        append(.httpHosts, record.facts.httpHosts, to: &buffer)
        appendRare(record, to: &buffer)
        append(key: .communityID, to: &buffer)
        buffer.append(0x22)
        buffer.append(octets: community)
        buffer.append(0x22)
    }

    /// What few flows have.
    @inline(__always)
    private func appendRare(_ record: borrowing FlowRecord, to buffer: inout OctetRow) {
        if !record.dnsAliases.isEmpty { append(.cnames, record.dnsAliases, to: &buffer) }
        if record.hasDetails {
            let names = record.hostNames
            if !names.isEmpty { append(.hostNames, names, to: &buffer) }
            append(.software, record.software, to: &buffer)
        }
        if let push = record.pushService { append(.push, push.rawValue, to: &buffer) }
        if record.isCall { buffer.append(text: #","call":true"# as StaticString) }
        if let kind = record.encryptedDNS { append(.encryptedDNS, kind.rawValue, to: &buffer) }
        if let hint = record.payloadHint { append(hint, to: &buffer) }
        if !record.facts.anomalies.isEmpty { append(.anomalies, record.anomalies.map(\.name), to: &buffer) }
        if record.hasDetails { append(.continuesFlow, record.continuesFlow, to: &buffer) }
    }

    private func append(_ hint: PayloadHint, to buffer: inout OctetRow) {
        append(key: .payloadHint, to: &buffer)
        buffer.append(text: #"{"octets":"# as StaticString)
        buffer.append(decimal: hint.octets)
        buffer.append(text: #","printable":"# as StaticString)
        append(share: hint.printable, to: &buffer)
        if let entropy = hint.entropy {
            buffer.append(text: #","entropy":"# as StaticString)
            append(share: entropy, to: &buffer)
        }
        buffer.append(0x7d)
    }

    @inline(__always)
    private func appendWho(_ record: borrowing FlowRecord, to buffer: inout OctetRow) {
        append(.app, record.app, to: &buffer)
        append(key: .attribution, to: &buffer)
        Escaping.appendJSON(record.attribution.rawValue, to: &buffer)
        // Nil where all of the capture was given to one app.
        if record.attributionConfidence != nil || record.labels != nil || record.attribution == .conflict { appendSender(record, to: &buffer) }
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
            if let number = destination.system?.number {
                append(key: .asn, to: &buffer)
                buffer.append(decimal: UInt(number))
            }
            if let note = destination.placeNote {
                append(key: .placeNote, to: &buffer)
                Escaping.appendJSON(note.rawValue, to: &buffer)
            }
        }
        append(.phase, record.phase?.rawValue, to: &buffer)
    }

    /// Who the capture, or a file beside it, says it was.
    @inline(never)
    private func appendSender(_ record: borrowing FlowRecord, to buffer: inout OctetRow) {
        append(.attributionConfidence, record.attributionConfidence?.rawValue, to: &buffer)
        if let sender = record.sender {
            if let uid = sender.uid { append(.appUser, Int(uid), to: &buffer) }
            append(.appPackage, sender.package, to: &buffer)
            append(.appName, sender.name, to: &buffer)
            append(.appProcess, sender.process, to: &buffer)
        }
        if !record.appCandidates.isEmpty { append(.appCandidates, record.appCandidates, to: &buffer) }
        append(.system, record.system?.kind.rawValue, to: &buffer)
        append(.systemEvidence, record.system?.evidence.rawValue, to: &buffer)
    }

    @inline(__always)
    private func appendSizes(_ record: borrowing FlowRecord, to buffer: inout OctetRow) {
        switch DirectionNames(record.phone) {
        case .phoneIsOriginator:
            buffer.append(text: #","adus":{"up":{"# as StaticString)
            append(record.adus.forward, to: &buffer)
            buffer.append(text: #"},"down":{"# as StaticString)
            append(record.adus.reverse, to: &buffer)
        case .phoneIsResponder:
            buffer.append(text: #","adus":{"up":{"# as StaticString)
            append(record.adus.reverse, to: &buffer)
            buffer.append(text: #"},"down":{"# as StaticString)
            append(record.adus.forward, to: &buffer)
        case .unknown:
            buffer.append(text: #","adus":{"fwd":{"# as StaticString)
            append(record.adus.forward, to: &buffer)
            buffer.append(text: #"},"rev":{"# as StaticString)
            append(record.adus.reverse, to: &buffer)
        }
        switch record.payloadSizing {
        case .transport: buffer.append(text: "}}" as StaticString)
        case .records: buffer.append(text: #"}},"adu_sizes":"records""# as StaticString)
        case .estimate: buffer.append(text: #"}},"adu_sizes":"estimate""# as StaticString)
        }
    }

    private func appendAliasOwner(_ record: borrowing FlowRecord, to buffer: inout OctetRow) {
        guard let alias = record.destination?.aliasOwner else { return }
        append(.cnameOwner, alias.owner, to: &buffer)
        append(.cnameCategory, alias.category, to: &buffer)
    }

    private func append(_ counts: PayloadSizeCounts, to buffer: inout OctetRow) {
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

    /// A share from 0 to 1, in thousandths.
    private func append(share: Double, to buffer: inout OctetRow) {
        let thousandths = Int((share * 1000).rounded())
        buffer.append(decimal: thousandths / 1000)
        guard thousandths % 1000 > 0 else { return }
        buffer.append(0x2e)
        for divisor in [100, 10, 1] where thousandths % (divisor * 10) > 0 { buffer.append(0x30 + UInt8(thousandths / divisor % 10)) }
    }

    @inline(__always)
    private func append(key: FlowField, to buffer: inout OctetRow) { keys.append(key.rawValue, to: &buffer) }

    @inline(__always)
    private func append(_ key: FlowField, _ value: Int, to buffer: inout OctetRow) {
        append(key: key, to: &buffer)
        buffer.append(decimal: value)
    }

    @inline(__always)
    private func append(_ key: FlowField, _ value: String?, to buffer: inout OctetRow) {
        guard let value else { return }
        append(key: key, to: &buffer)
        Escaping.appendJSON(value, to: &buffer)
    }

    @inline(__always)
    private func append(_ key: FlowField, _ values: [String], to buffer: inout OctetRow) {
        append(key: key, to: &buffer)
        buffer.append(0x5b)
        if !values.isEmpty { appendElements(values, to: &buffer) }
        buffer.append(0x5d)
    }

    private func appendElements(_ values: [String], to buffer: inout OctetRow) {
        for index in values.indices {
            if index > 0 { buffer.append(0x2c) }
            Escaping.appendJSON(values[index], to: &buffer)
        }
    }
}

/// `FlowRecord.flowID` without making a `String`.
@inline(__always)
func appendFlowID(_ record: borrowing FlowRecord, to buffer: inout OctetRow) {
    let id = record.capture.id.utf8Span.span
    for index in 0..<min(12, id.count) { buffer.append(id[index]) }
    buffer.append(0x2d)
    buffer.append(decimal: record.firstFrame)
}
