/// Where the fuzzers come in (Fuzz/): each takes any octets and must come back. They go the way of real captures, and
/// what must hold for all of them is checked on it: a broken promise is a trap, which is what a fuzzer looks for.
public enum FuzzEntry {
    /// A capture file of the classic format.
    public static func pcap(_ octets: [UInt8]) { readCapture(octets) }

    /// A pcapng file.
    public static func pcapng(_ octets: [UInt8]) { readCapture(octets) }

    /// The first octet chooses the link type, the second what the wire length is, the rest is one packet.
    public static func packet(_ octets: [UInt8]) {
        guard octets.count >= 2 else { return }
        let links: [LinkType] = [
            .ethernet, .linuxCooked, .linuxCooked2, .raw, .null, .loop, .ipv4, .ipv6, .rawBSD, .rawOpenBSD, LinkType(rawValue: 147),
        ] + LinkType.walked
        // Frames begin with an address whose first octet is even: they stay whole and are Ethernet.
        let isFrame = octets[0] & 1 == 0
        let link = isFrame ? LinkType.ethernet : links[Int(octets[0] >> 1) % links.count]
        let body = isFrame ? octets : Array(octets.dropFirst(2))
        let wire = isFrame ? body.count : [body.count, body.count + 1000, 0, Int(UInt32.max)][Int(octets[1]) % 4]
        var engine = FuzzEngine()
        for time: Int64 in [0, 1, .max, .min, 0] { engine.process(body, link: link, at: time, wireLength: wire) }
        engine.finish()
    }

    /// TLS, in one direction of a connection or in both: `turn` stands where the other side begins to speak.
    public static func tls(_ octets: [UInt8]) { readStream(octets, port: 443) }

    /// HTTP/1, as `tls`.
    public static func http1(_ octets: [UInt8]) { readStream(octets, port: 80) }

    /// A file of a study, read as each of the three that there are; what was read is used.
    public static func study(_ octets: [UInt8]) {
        markers(octets)
        if let table = try? DestinationTable(octets, name: "l") {
            let index = OwnerIndex(rows: table.rows)
            precondition(index.malformedLines == 0, "a row was taken that is none")
            for row in index.rows.prefix(100) { _ = index.row(for: row.rule) }
        }
        if let study = try? StudyFile.read(octets, name: "s") {
            for capture in (try? study.captures(of: study.subjects + study.peers, below: "d", markers: [:])) ?? [] { useTimeline(capture.timeline) }
        }
    }

    static func useTimeline(_ timeline: PhaseTimeline) {
        var timeline = timeline
        timeline.close(first: -1, last: 1_594_389_900_000_000_000)
        for time in [Int64.min, 0, 1_594_389_850_000_000_000, .max] {
            if let place = timeline.place(time) { precondition(place.seconds >= 0 && place.seconds.isFinite, "a time before its phase") }
        }
        precondition(timeline.seconds.values.allSatisfy { $0 >= 0 && $0.isFinite })
        _ = timeline.foregroundEvents
    }

    /// A DNS message, as a query and as a response.
    public static func dns(_ octets: [UInt8]) {
        if let message = DNSMessage(octets.span) {
            let names = message.questions + message.aliases.flatMap { [$0.owner, $0.target] }
            for name in names { precondition(name.utf8.count <= 3 * 253, "a name longer than any") }
            precondition(message.questions.count <= 256)
        }
        var engine = FuzzEngine()
        engine.process(datagram(octets, sourcePort: 40000, destinationPort: 53), link: .raw, at: 0)
        engine.process(datagram(octets, sourcePort: 53, destinationPort: 40000, isAnswer: true), link: .raw, at: 1)
        engine.process(datagram(octets, sourcePort: 5353, destinationPort: 5353), link: .raw, at: 2)
        engine.process(segment([1], sequence: 1, isAnswer: false, port: 443), link: .raw, at: 3)
        engine.finish()
    }

    /// Octets that begin like a long header: a client's datagram, sent twice. Others: the frames of an Initial packet, which
    /// no fuzzer could encrypt; whole and then at their end.
    public static func quic(_ octets: [UInt8]) {
        var engine = FuzzEngine()
        for time: Int64 in 0..<2 { engine.process(datagram(octets, sourcePort: 40000, destinationPort: 443), link: .raw, at: time) }
        engine.finish()
        guard let first = octets.first, first & 0x80 == 0 else { return }
        let quic = QUICDissector()
        var facts = FlowFacts()
        for start in [0, octets.count / 2] where !quic.isDone {
            quic.read(octets.span.extracting(start..<octets.count), into: &facts)
            precondition(quic.heldOctets <= 2 * octets.count, "more is held than came")
        }
    }

    /// Between what one side says and what the other does; no octets of UTF-8 and of no protocol here.
    static let turn: [UInt8] = [0xf5, 0xf6, 0xf7]

    // MARK: Captures

    private static func readCapture(_ octets: [UInt8]) {
        guard var file = try? CaptureFile(octets: octets, name: "fuzz") else { return }
        var engine = FuzzEngine(), isWhole = false, position: Int64 = 0
        var reader = AppLabelReader(), labels = FlowLabels()
        reader.beginFile(file.gathered, into: &labels)
        do throws(CaptureError) {
            while try step(&file, &engine, &reader, &labels) {
                precondition(file.offset > position && file.offset <= octets.count, "the reading does not go on")
                position = file.offset
            }
            reader.endFile(into: &labels)
            isWhole = true
        } catch {
            precondition(error.kind == .badData && error.description.contains("offset 0x"))
        }
        precondition(!isWhole || file.offset == octets.count, "the end was told before it")
        precondition(engine.packets == file.packetsRead)
        let evidence = file.evidence
        precondition(evidence.secrets.reduce(0) { $0 + $1.octets.count } <= CaptureEvidence.secretsLimit)
        _ = evidence.observed(interfaces: file.interfaces.count, packets: file.packetsRead, first: .min, last: .max)
        engine.finish()
    }

    /// One packet; false at the end.
    private static func step(
        _ file: inout CaptureFile, _ engine: inout FuzzEngine, _ reader: inout AppLabelReader, _ labels: inout FlowLabels
    ) throws(CaptureError) -> Bool {
        guard let view = try file.next() else { return false }
        precondition(view.octets.count == view.record.capturedLength)
        if view.record.hasOptions {
            let options = view.options
            precondition(options.comments.count <= PacketOptions.commentLimit && options.markers.count <= options.comments.count)
            _ = (options.direction, options.reception, options.dropped, options.process, options.effectiveProcess, options.serviceClass)
        }
        if reader.isUndecided { reader.decide(view, into: &labels) }
        reader.read(view, into: &labels)
        precondition(labels.current < Int32(labels.labels.count) && labels.labels.count <= FlowLabels.limit)
        engine.process(view, link: reader.link(of: view))
        return true
    }

    // MARK: Streams

    static func readAnyStream(_ octets: [UInt8], port: UInt16) { readStream(octets, port: port) }

    /// Reads both sides' turns three times, in segments as large as can be, in small ones, and in small ones whose order is
    /// wrong: all three must tell the same.
    private static func readStream(_ octets: [UInt8], port: UInt16) {
        let turns = turns(of: octets)
        var random = octets.reduce(UInt64(octets.count) | 1) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let whole = read(turns, port: port) { _ in 60_000 }
        let pieces = read(turns, port: port) { limit in
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return 1 + Int(random >> 33) % limit
        }
        precondition(whole == pieces, "segments change what is read")
        let disorder = read(turns, port: port, isSwapped: true) { _ in 11 }
        precondition(whole == disorder, "the order of segments changes what is read")
    }

    static func turns(of octets: [UInt8]) -> [[UInt8]] {
        var turns: [[UInt8]] = [[]], index = 0
        while index < octets.count {
            if octets[index] == turn[0], octets[index...].starts(with: turn) {
                turns.append([])
                index += turn.count
            } else {
                turns[turns.count - 1].append(octets[index])
                index += 1
            }
        }
        return turns
    }

    private static func read(_ turns: [[UInt8]], port: UInt16, isSwapped: Bool = false, size: (Int) -> Int) -> [String] {
        var engine = FuzzEngine(), next: [UInt32] = [1, 1], time: Int64 = 0
        for isAnswer in [false, true] {
            engine.process(segment([], sequence: 0, isAnswer: isAnswer, port: port, flags: isAnswer ? 0x12 : 0x02), link: .raw, at: 0)
        }
        let largest = turns.count % 2 == 0 ? 7 : 300
        for (number, turn) in turns.enumerated() {
            let side = number % 2
            var segments: [[UInt8]] = [], start = 0
            while start < turn.count {
                let count = min(size(largest), turn.count - start)
                segments.append(segment(
                    Array(turn[start..<start + count]), sequence: next[side] &+ UInt32(start), isAnswer: side == 1, port: port))
                start += count
            }
            next[side] &+= UInt32(turn.count)
            if isSwapped {
                for index in stride(from: 1, to: segments.count, by: 3) { segments.swapAt(index, index - 1) }
            }
            for octets in segments {
                time += 1
                engine.process(octets, link: .raw, at: time)
            }
        }
        engine.finish()
        return engine.facts
    }

    // MARK: Packets

    /// An IPv4 packet with a UDP datagram, between two addresses.
    static func datagram(_ payload: [UInt8], sourcePort: UInt16, destinationPort: UInt16, isAnswer: Bool = false) -> [UInt8] {
        let length = min(payload.count, 65_000)
        return ipv4(transport: 17, count: 8 + length, isAnswer: isAnswer) + u16(sourcePort) + u16(destinationPort)
            + u16(UInt16(8 + length)) + [0, 0] + payload.prefix(length)
    }

    private static func segment(_ payload: [UInt8], sequence: UInt32, isAnswer: Bool, port: UInt16, flags: UInt8 = 0x10) -> [UInt8] {
        let length = min(payload.count, 65_000)
        return ipv4(transport: 6, count: 20 + length, isAnswer: isAnswer) + (isAnswer ? u16(port) + u16(40000) : u16(40000) + u16(port))
            + u16(UInt16(sequence >> 16)) + u16(UInt16(truncatingIfNeeded: sequence)) + [0, 0, 0, 0, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0]
            + payload.prefix(length)
    }

    private static func ipv4(transport: UInt8, count: Int, isAnswer: Bool) -> [UInt8] {
        let client: [UInt8] = [192, 0, 2, 1], server: [UInt8] = [203, 0, 113, 1]
        return [0x45, 0] + u16(UInt16(20 + count)) + [0, 0, 0, 0, 64, transport, 0, 0] + (isAnswer ? server + client : client + server)
    }

    private static func u16(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }
}

/// An engine whose books must balance, and what it told.
struct FuzzEngine: ~Copyable {
    private struct Told {
        var packets = 0
        var facts: [String] = []

        mutating func note(_ flow: ClosedFlow) {
            let record = flow.record, bursts = flow.bursts
            packets += record.packets.forward + record.packets.reverse
            precondition(record.first <= record.last && record.firstFrame <= record.lastFrame)
            let counts = [record.payload, record.resent, record.missing, record.octets]
            precondition(counts.allSatisfy { $0.forward >= 0 && $0.reverse >= 0 })
            let sent = (bursts.reduce(0) { $0 + $1.forward }, bursts.reduce(0) { $0 + $1.reverse })
            precondition(sent.0 <= record.payload.forward && sent.1 <= record.payload.reverse, "bursts are more than the payload")
            // Copies of datagrams are payload as captured and no bursts.
            let hasCopies = record.transport == .udp && record.duplicatePackets > 0
            precondition(hasCopies || sent == (record.payload.forward, record.payload.reverse), "bursts are not the payload")
            facts += [
                record.service ?? "", record.serverName ?? "", record.version ?? "", record.ja3 ?? "", record.ja3s ?? "",
                record.ja4 ?? "", record.userAgent ?? "",
            ]
            facts += record.alpn + record.httpHosts + record.dnsQueries + record.hostNames + record.anomalies.map(\.name)
            if let certificate = record.certificate { facts += [certificate.subject, certificate.fingerprint] + certificate.hostNames }
            for exchange in record.httpExchanges {
                facts += [exchange.method, exchange.target, exchange.host ?? "", exchange.requestType ?? "", exchange.responseType ?? ""]
                facts.append("\(exchange.status ?? 0) \(exchange.requestOctets) \(exchange.responseOctets)")
            }
        }
    }

    private var engine = FlowEngine(identity: CaptureIdentity(name: "fuzz", id: String(repeating: "0", count: 64), timeDigits: 9))
    private var told = Told()

    var packets: Int { engine.overview.account.packets }
    /// Service, names, versions, fingerprints and exchanges of all flows, in order of closing.
    var facts: [String] { told.facts }

    mutating func process(_ octets: [UInt8], link: LinkType, at time: Int64, wireLength: Int? = nil) {
        let record = PacketRecord(
            time: time, capturedLength: octets.count, wireLength: wireLength ?? octets.count, interface: 0, linkType: link.rawValue, start: 0)
        process(PacketView(octets: octets.span, record: record), link: link)
    }

    mutating func process(_ view: borrowing PacketView, link: LinkType) {
        engine.process(view, link: link)
        engine.takeClosed { told.note($0) }
    }

    mutating func finish() {
        engine.finish { told.note($0) }
        let account = engine.overview.account
        precondition(account.accounted == account.packets, "a packet is in no bin, or in two")
        precondition(told.packets == account.inFlows, "flows lost a packet")
    }
}
