/// Reads the hellos out of the Initial packets of one QUIC connection (RFC 9000 §17.2.2, RFC 9001), over as many packets as
/// it takes, in any order. Both directions are protected by keys that anybody can derive who saw the client's first packet.
///
/// A class, so that the state of every other flow is not as large.
final class QUICDissector {
    private var keys: QUICInitialKeys?
    /// Who sent the packets that opened as a client's.
    private var client: Sender?
    private var clientStream = QUICCryptoStream()
    private var serverStream = QUICCryptoStream()
    private var clientIsDone = false
    private var serverIsDone = false
    private var attempts = 0
    /// Datagrams since the ClientHello was read.
    private var datagramsBehind = 0

    /// Connection IDs that the endpoints chose for themselves, until they are taken: each side's first.
    private var announced: [[UInt8]] = []
    private var hasAnnounced = PerSender(false)

    /// Initial packets that are opened before we give up: hellos need 2 or 3 each.
    private static var attemptLimit: Int { 64 }
    /// Datagrams behind the ClientHello within which the ServerHello is expected.
    private static var answerLimit: Int { 32 }

    var heldOctets: Int { clientStream.heldOctets + serverStream.heldOctets }
    /// Nothing more is to be read.
    var isDone: Bool { clientIsDone && serverIsDone }

    /// A long header of a version whose Initials we can open, or of a version negotiation (RFC 8999 §6).
    static func recognises(_ datagram: Span<UInt8>) -> Bool {
        guard datagram.count >= 7, datagram[0] & 0x80 != 0 else { return false }
        let version = datagram.u32(at: 1)
        if version == 0 { return isVersionNegotiation(datagram) }
        return datagram[0] & 0x40 != 0 && QUICVersion(rawValue: version).initialSalt != nil && datagram[5] <= 20
    }

    /// Connection IDs of at least one octet together, then a list of versions, one of which is known.
    private static func isVersionNegotiation(_ datagram: Span<UInt8>) -> Bool {
        var reader = ByteReader(datagram)
        guard reader.skip(5), let destination = reader.u8(), destination <= 20, reader.skip(Int(destination)),
            let source = reader.u8(), source <= 20, reader.skip(Int(source)), destination + source > 0,
            reader.remaining >= 4, reader.remaining % 4 == 0
        else { return false }
        while let version = reader.u32() { if QUICVersion(rawValue: version).initialSalt != nil { return true } }
        return false
    }

    func consume(_ datagram: Span<UInt8>, from sender: Sender, into facts: inout FlowFacts) {
        facts.service = .quic
        if clientIsDone {
            datagramsBehind += 1
            // 1-RTT packets of the server come behind its ServerHello.
            if datagramsBehind > Self.answerLimit || (datagram.count > 0 && datagram[0] & 0x80 == 0 && sender != client) {
                return release()
            }
        }
        var rest = datagram
        // Coalesced packets (RFC 9000 §12.2): a datagram holds at least 7 octets of each.
        while !isDone, rest.count >= 7, rest[0] & 0x80 != 0 {
            let version = QUICVersion(rawValue: rest.u32(at: 1))
            guard version.initialSalt != nil else { return }
            guard let packet = QUICLongHeader(rest) else { return facts.anomalies.insert(.malformedQUICPacket) }
            if facts.version == nil { facts.version = version.name }
            if !hasAnnounced[sender], packet.sourceID.count >= QUICConnectionTable.leastLength {
                hasAnnounced[sender] = true
                announced.append(rest.extracting(packet.sourceID).copied())
            }
            if packet.isInitial { open(rest.extracting(0..<packet.end), packet, version, from: sender, into: &facts) }
            rest = rest.extracting(packet.end..<rest.count)
        }
    }

    /// The connection IDs that were seen since the last time.
    func takeAnnounced() -> [[UInt8]] {
        if announced.isEmpty { return [] }
        defer { announced = [] }
        return announced
    }
    var hasNewConnectionID: Bool { !announced.isEmpty }

    private func open(
        _ packet: Span<UInt8>, _ header: QUICLongHeader, _ version: QUICVersion, from sender: Sender, into facts: inout FlowFacts
    ) {
        guard attempts < Self.attemptLimit else { return release() }
        attempts += 1
        if let keys, let client, client != sender {
            guard !serverIsDone, let plain = keys.open(packet, numberOffset: header.numberOffset, fromServer: true) else { return }
            facts.version = version.name            // the server decides
            readServer(plain.span, into: &facts)
            return
        }
        let id = packet.extracting(6..<6 + header.destinationIDLength)
        if let keys, let plain = keys.open(packet, numberOffset: header.numberOffset, fromServer: false) {
            read(plain.span, into: &facts)
        } else if keys?.isFor(id, version) != true {
            // The first Initial, or a new connection ID after a Retry or a version change, which changes the keys; the
            // hello goes on where it was (RFC 9000 §17.2.5.3).
            guard let fresh = QUICInitialKeys(connectionID: id.copied(), version: version),
                let plain = fresh.open(packet, numberOffset: header.numberOffset, fromServer: false)
            else {
                // A client's first has a connection ID of 8 octets or more, in a datagram of 1200 (RFC 9000 §7.2, §14.1).
                if keys == nil, id.count >= 8, packet.count >= 1000 { facts.anomalies.insert(.undecipherableQUICInitial) }
                return
            }
            if keys?.version != version { clientStream = QUICCryptoStream() }
            serverStream = QUICCryptoStream()
            (keys, client) = (fresh, sender)
            facts.version = version.name
            read(plain.span, into: &facts)
        }
    }

    /// The frames of the client's Initial.
    func read(_ plain: Span<UInt8>, into facts: inout FlowFacts) {
        guard !clientIsDone else { return }     // the same hello again, behind a Retry or in another version
        if keys?.version.isGoogle == true, GoogleQUIC.readHello(plain, into: &facts) { return release() }
        clientStream.take(plain)
        switch clientStream.message {
        case .incomplete: return
        case .none: release()
        case .whole(let message):
            if message[0] == 1, let hello = TLSClientHello(message.span.extracting(4..<message.count)) { facts.note(hello, over: .quic) }
            (clientIsDone, clientStream) = (true, QUICCryptoStream())
        }
    }

    private func readServer(_ plain: Span<UInt8>, into facts: inout FlowFacts) {
        serverStream.take(plain)
        switch serverStream.message {
        case .incomplete: return
        case .none: serverIsDone = true
        case .whole(let message):
            if message[0] == 2, let hello = TLSServerHello(message.span.extracting(4..<message.count)) { facts.note(hello, over: .quic) }
            serverIsDone = true
        }
        serverStream = QUICCryptoStream()
        if clientIsDone { keys = nil }
    }

    private func release() {
        (clientIsDone, serverIsDone) = (true, true)
        (clientStream, serverStream, keys) = (QUICCryptoStream(), QUICCryptoStream(), nil)
    }
}

/// The fields of a long header that are in clear (RFC 9000 §17.2).
struct QUICLongHeader {
    var isInitial: Bool
    var destinationIDLength: Int
    /// Where the ID lies that the sender chose for itself.
    var sourceID: Range<Int>
    /// Where the packet number begins; 0 where there is none.
    var numberOffset: Int
    /// Octets of the packet in its datagram.
    var end: Int

    init?(_ packet: Span<UInt8>) {
        var reader = ByteReader(packet)
        guard let first = reader.u8(), let number = reader.u32(), let destination = reader.u8(), destination <= 20,
            reader.skip(Int(destination)), let source = reader.u8(), source <= 20, reader.skip(Int(source))
        else { return nil }
        let version = QUICVersion(rawValue: number)
        let type = first >> 4 & 3
        // RFC 9369 §3.2 renumbers the types: Initial 1, 0-RTT 2, Handshake 3, Retry 0.
        let (initial, retry): (UInt8, UInt8) = version.hasV2Labels ? (1, 0) : (0, 3)
        isInitial = type == initial
        destinationIDLength = Int(destination)
        sourceID = reader.position - Int(source)..<reader.position
        numberOffset = 0
        end = packet.count
        guard type != retry else { return }
        if isInitial { guard let token = reader.quicInteger(), token <= 65536, reader.skip(Int(token)) else { return nil } }
        guard let length = reader.quicInteger(), length <= UInt64(reader.remaining) else { return nil }
        numberOffset = reader.position
        end = reader.position + Int(length)
    }
}
