import TrafficCore

/// Flow records as CSV: the columns are `FlowField`s, an unknown value is an empty cell.
struct FlowCSVRows: ~Copyable {
    private var row = OctetRow(capacity: 1024)
    private var cell: [UInt8] = []
    private let filter = DisplayFilter.table()

    static func header(into buffer: inout [UInt8]) {
        for field in FlowField.allCases {
            if field != .flowID { buffer.append(0x2c) }
            buffer.append(contentsOf: field.name.utf8)
        }
        buffer.append(contentsOf: "\r\n".utf8)
    }

    mutating func append(_ record: FlowRecord, to buffer: inout [UInt8]) {
        for field in FlowField.allCases {
            if field != .flowID { buffer.append(0x2c) }
            append(field, of: record, to: &buffer)
        }
        buffer.append(contentsOf: "\r\n".utf8)
    }

    private mutating func append(_ field: FlowField, of record: FlowRecord, to buffer: inout [UInt8]) {
        switch field {
        case .flowID:
            appendFlowID(record, to: &row)
            row.move(to: &buffer)
        case .capture: Escaping.appendCSV(record.capture.name, to: &buffer)
        case .src: record.originator.address.append(to: &buffer)
        case .sport: Decimal.append(UInt(record.originator.port), to: &buffer)
        case .dst: record.responder.address.append(to: &buffer)
        case .dport: Decimal.append(UInt(record.responder.port), to: &buffer)
        case .proto: buffer.append(contentsOf: record.transport.name.utf8)
        case .vlan: if let vlan = record.vlan { Decimal.append(UInt(vlan), to: &buffer) }
        case .tunnel: append(record.tunnel, to: &buffer)
        case .phone: buffer.append(contentsOf: record.phone.rawValue.utf8)
        case .device: append(record.device, to: &buffer)
        case .first: Decimal.appendSeconds(nanoseconds: record.first, digits: record.capture.timeDigits, to: &buffer)
        case .last: Decimal.appendSeconds(nanoseconds: record.last, digits: record.capture.timeDigits, to: &buffer)
        case .firstFrame: Decimal.append(record.firstFrame, to: &buffer)
        case .lastFrame: Decimal.append(record.lastFrame, to: &buffer)
        case .packetsForward: Decimal.append(record.packets.forward, to: &buffer)
        case .packetsReverse: Decimal.append(record.packets.reverse, to: &buffer)
        case .bytesForward: Decimal.append(record.octets.forward, to: &buffer)
        case .bytesReverse: Decimal.append(record.octets.reverse, to: &buffer)
        case .payloadForward: Decimal.append(record.payload.forward, to: &buffer)
        case .payloadReverse: Decimal.append(record.payload.reverse, to: &buffer)
        case .resentForward: Decimal.append(record.resent.forward, to: &buffer)
        case .resentReverse: Decimal.append(record.resent.reverse, to: &buffer)
        case .overlapConflictForward: Decimal.append(record.overlapConflict.forward, to: &buffer)
        case .overlapConflictReverse: Decimal.append(record.overlapConflict.reverse, to: &buffer)
        case .missingForward: Decimal.append(record.missing.forward, to: &buffer)
        case .missingReverse: Decimal.append(record.missing.reverse, to: &buffer)
        case .outOfOrderForward: Decimal.append(record.outOfOrder.forward, to: &buffer)
        case .outOfOrderReverse: Decimal.append(record.outOfOrder.reverse, to: &buffer)
        case .duplicatePackets: Decimal.append(record.duplicatePackets, to: &buffer)
        case .state: Escaping.appendCSV(record.state, to: &buffer)
        case .handshakeRTT:
            if let time = record.handshakeRoundTrip { Decimal.appendSeconds(nanoseconds: time, digits: record.capture.timeDigits, to: &buffer) }
        case .service: append(record.service, to: &buffer)
        case .serverName: append(record.serverName, to: &buffer)
        case .destination: append(record.destination?.name, to: &buffer)
        case .destinationSource: append(record.destination?.nameSource.rawValue, to: &buffer)
        case .alpn: append(record.alpn, to: &buffer)
        case .version: append(record.version, to: &buffer)
        case .ech: if record.encryptedClientHello { buffer.append(contentsOf: "true".utf8) }
        case .esni: if record.encryptedServerName { buffer.append(contentsOf: "true".utf8) }
        case .resumed: if record.isResumed { buffer.append(contentsOf: "true".utf8) }
        case .certificate: append(record.certificate?.subject, to: &buffer)
        case .ja3: append(record.ja3, to: &buffer)
        case .ja3s: append(record.ja3s, to: &buffer)
        case .ja4: append(record.ja4, to: &buffer)
        case .clientLibrary: append(record.clientLibrary?.name, to: &buffer)
        case .clientKind: append(record.clientLibrary?.kind.rawValue, to: &buffer)
        case .userAgent: append(record.userAgent, to: &buffer)
        case .upgrade: append(record.upgrade, to: &buffer)
        case .dnsQueries: append(record.dnsQueries, to: &buffer)
        case .httpHosts: append(record.httpHosts, to: &buffer)
        case .cnames: append(record.dnsAliases, to: &buffer)
        case .hostNames: append(record.hostNames, to: &buffer)
        case .software: append(record.software, to: &buffer)
        case .push: append(record.pushService?.rawValue, to: &buffer)
        case .call: if record.isCall { buffer.append(contentsOf: "true".utf8) }
        case .encryptedDNS: append(record.encryptedDNS?.rawValue, to: &buffer)
        case .payloadHint: append(record.payloadHint.map(Self.text), to: &buffer)
        case .anomalies: append(record.anomalies.map(\.name), to: &buffer)
        case .continuesFlow: append(record.continuesFlow, to: &buffer)
        case .communityID: Escaping.appendCSV(record.communityID, to: &buffer)
        case .app: append(record.app, to: &buffer)
        case .attribution: buffer.append(contentsOf: record.attribution.rawValue.utf8)
        case .attributionConfidence: append(record.attributionConfidence?.rawValue, to: &buffer)
        case .appUser: append(record.sender?.uid.map(String.init), to: &buffer)
        case .appPackage: append(record.sender?.package, to: &buffer)
        case .appName: append(record.sender?.name, to: &buffer)
        case .appProcess: append(record.sender?.process, to: &buffer)
        case .appCandidates: append(record.appCandidates, to: &buffer)
        case .system: append(record.system?.kind.rawValue, to: &buffer)
        case .systemEvidence: append(record.system?.evidence.rawValue, to: &buffer)
        case .owner: append(record.destination?.owner, to: &buffer)
        case .ownerParent: append(record.destination?.ownerParent, to: &buffer)
        case .ownerCountry: append(record.destination?.ownerCountry, to: &buffer)
        case .category: append(record.destination?.category, to: &buffer)
        case .party: append(record.party?.rawValue, to: &buffer)
        case .country: append(record.destination?.country, to: &buffer)
        case .asn: if let number = record.destination?.system?.number { Decimal.append(UInt(number), to: &buffer) }
        case .placeNote: append(record.destination?.placeNote?.rawValue, to: &buffer)
        case .phase: append(record.phase?.rawValue, to: &buffer)
        case .adus: appendSizes(record, to: &buffer)
        case .aduSizes: if record.payloadSizing != .transport { buffer.append(contentsOf: record.payloadSizing.rawValue.utf8) }
        case .cnameOwner: append(record.destination?.aliasOwner?.owner, to: &buffer)
        case .cnameCategory: append(record.destination?.aliasOwner?.category, to: &buffer)
        case .displayFilter: appendDisplayFilter(record, to: &buffer)
        }
    }

    /// "256 octets, printable 0.4, entropy 0.97"
    private static func text(_ hint: PayloadHint) -> String {
        func share(_ value: Double) -> String { String((value * 1000).rounded() / 1000) }
        return "\(hint.octets) octets, printable \(share(hint.printable))" + (hint.entropy.map { ", entropy " + share($0) } ?? "")
    }

    private func append(_ value: String?, to buffer: inout [UInt8]) {
        if let value { Escaping.appendCSV(value, to: &buffer) }
    }

    /// Joined by a space: a space occurs in no host name and in no registered ALPN identifier.
    private mutating func append(_ values: [String], to buffer: inout [UInt8]) {
        guard !values.isEmpty else { return }
        cell.removeAll(keepingCapacity: true)
        for value in values {
            if !cell.isEmpty { cell.append(0x20) }
            cell.append(contentsOf: value.utf8)
        }
        Escaping.appendCSV(octets: cell.span, to: &buffer)
    }

    private func appendSizes(_ record: FlowRecord, to buffer: inout [UInt8]) {
        let parts: [(name: String, counts: PayloadSizeCounts)] =
            switch DirectionNames(record.phone) {
            case .phoneIsOriginator: [("up.", record.adus.forward), ("down.", record.adus.reverse)]
            case .phoneIsResponder: [("up.", record.adus.reverse), ("down.", record.adus.forward)]
            case .unknown: [("fwd.", record.adus.forward), ("rev.", record.adus.reverse)]
            }
        var isFirst = true
        for part in parts {
            for sizeClass in PayloadSizeClass.allCases where part.counts[sizeClass] != 0 {
                if !isFirst { buffer.append(0x20) }
                isFirst = false
                buffer.append(contentsOf: part.name.utf8)
                buffer.append(contentsOf: sizeClass.name.utf8)
                buffer.append(0x3d)
                Decimal.append(part.counts[sizeClass], to: &buffer)
            }
        }
    }

    private mutating func appendDisplayFilter(_ record: FlowRecord, to buffer: inout [UInt8]) {
        let source = row.append(record.originator.address), target = row.append(record.responder.address), start = row.count
        Self.append(record, filter, source, target, to: &row)
        row.move(from: start, to: &buffer)
    }

    private static func append(
        _ record: FlowRecord, _ filter: OctetTable, _ source: Range<Int>, _ target: Range<Int>, to row: inout OctetRow
    ) {
        DisplayFilter.append(record, filter.pieces, source, target, to: &row)
    }
}
