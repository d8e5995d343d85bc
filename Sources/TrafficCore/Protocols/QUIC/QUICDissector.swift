/// Reads the client's ClientHello out of the Initial packets of one QUIC connection (RFC 9000 §17.2.2, RFC 9001), over as
/// many packets as it takes, in any order.
struct QUICDissector {
    private var keys: QUICInitialKeys?
    /// CRYPTO octets as they came, by offset. Only what was captured is held: one octet at the far end of a hello must not
    /// cost a buffer as large as the hello.
    private var pieces: [(offset: Int, octets: [UInt8])] = []
    private(set) var heldOctets = 0
    private(set) var isDone = false
    private var attempts = 0

    /// A ClientHello with several post-quantum keys has under 4 KiB; 64 KiB is beyond any real one.
    private static var largestHello: Int { 65536 }
    /// Initial packets that are opened before we give up: a hello needs 2 or 3.
    private static var attemptLimit: Int { 64 }

    /// A long header of a version whose Initials we can open.
    static func recognises(_ datagram: Span<UInt8>) -> Bool {
        guard datagram.count >= 7, datagram[0] & 0xc0 == 0xc0 else { return false }
        return QUICVersion(rawValue: datagram.u32(at: 1)).initialSalt != nil && datagram[5] <= 20
    }

    mutating func consume(_ datagram: Span<UInt8>, into facts: inout FlowFacts) {
        var rest = datagram
        // Coalesced packets (RFC 9000 §12.2): a datagram holds at least 7 octets of each.
        while !isDone, rest.count >= 7, rest[0] & 0x80 != 0 {
            let version = QUICVersion(rawValue: rest.u32(at: 1))
            guard version.initialSalt != nil, let packet = QUICLongHeader(rest) else { return }
            facts.service = .quic
            if facts.version == nil { facts.version = version.name }
            if packet.isInitial { open(rest.extracting(0..<packet.end), packet, version, into: &facts) }
            rest = rest.extracting(packet.end..<rest.count)
        }
    }

    private mutating func open(_ packet: Span<UInt8>, _ header: QUICLongHeader, _ version: QUICVersion, into facts: inout FlowFacts) {
        guard attempts < Self.attemptLimit else {
            isDone = true
            return
        }
        attempts += 1
        let id = packet.extracting(6..<6 + header.destinationIDLength).copied()
        if let plain = keys?.open(packet, numberOffset: header.numberOffset) {
            read(plain.span, into: &facts)
        } else if keys == nil || keys?.connectionID != id || keys?.version != version {
            // The first Initial, or a new connection ID after a Retry or a version change, which changes the keys; the
            // hello goes on where it was (RFC 9000 §17.2.5.3).
            guard let fresh = QUICInitialKeys(connectionID: id, version: version),
                let plain = fresh.open(packet, numberOffset: header.numberOffset)
            else { return }
            keys = fresh
            read(plain.span, into: &facts)
        }
    }

    /// The frames of an Initial (RFC 9000 §17.2.2 allows PADDING, PING, ACK, CRYPTO and CONNECTION_CLOSE).
    mutating func read(_ plain: Span<UInt8>, into facts: inout FlowFacts) {
        if keys?.version.isGoogle == true, GoogleQUIC.readHello(plain, into: &facts) {
            release()
            return
        }
        var reader = ByteReader(plain)
        while let type = reader.quicInteger() {
            switch type {
            case 0, 1: continue
            case 2, 3: guard skipAcknowledgment(&reader, hasECN: type == 3) else { return }
            case 6, 8:          // 8 is CRYPTO to Google's versions; no other version allows it in an Initial
                guard let offset = reader.quicInteger(), let length = reader.quicInteger(),
                    offset <= Self.largestHello, length <= Self.largestHello, let octets = reader.take(Int(length))
                else { return }
                insert(octets, at: Int(offset))
            default:
                finishHello(into: &facts)
                return
            }
        }
        finishHello(into: &facts)
    }

    private func skipAcknowledgment(_ reader: inout ByteReader, hasECN: Bool) -> Bool {
        guard reader.quicInteger() != nil, reader.quicInteger() != nil, let ranges = reader.quicInteger(),
            reader.quicInteger() != nil
        else { return false }
        var left = ranges
        while left > 0 {
            guard reader.quicInteger() != nil, reader.quicInteger() != nil else { return false }
            left -= 1
        }
        if hasECN { for _ in 0..<3 { guard reader.quicInteger() != nil else { return false } } }
        return true
    }

    private mutating func insert(_ octets: Span<UInt8>, at offset: Int) {
        guard octets.count > 0, offset + octets.count <= Self.largestHello, pieces.count < 256,
            heldOctets + octets.count <= 2 * Self.largestHello
        else { return }
        let place = pieces.firstIndex { $0.offset > offset } ?? pieces.count
        pieces.insert((offset, octets.copied()), at: place)
        heldOctets += octets.count
    }

    /// The hello's octets from the first one to the first that is missing.
    private func contiguous() -> [UInt8] {
        var message: [UInt8] = []
        for piece in pieces where piece.offset + piece.octets.count > message.count {
            guard piece.offset <= message.count else { break }
            message += piece.octets[(message.count - piece.offset)...]
        }
        return message
    }

    /// Reads the ClientHello once it is there from its first octet to its last.
    private mutating func finishHello(into facts: inout FlowFacts) {
        let message = contiguous()
        guard message.count >= 4 else { return }
        let octets = message.span, length = octets.u24(at: 1)
        guard message[0] == 1, length <= Self.largestHello else {
            release()
            return
        }
        guard message.count >= 4 + length else { return }
        if let hello = TLSClientHello(octets.extracting(4..<4 + length)) { facts.note(hello, over: .quic) }
        release()
    }

    private mutating func release() {
        isDone = true
        (pieces, heldOctets, keys) = ([], 0, nil)
    }
}

/// The fields of a long header that are in clear (RFC 9000 §17.2).
struct QUICLongHeader {
    var isInitial: Bool
    var destinationIDLength: Int
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
        let (initial, retry): (UInt8, UInt8) = version.isV2 ? (1, 0) : (0, 3)
        isInitial = type == initial
        destinationIDLength = Int(destination)
        numberOffset = 0
        end = packet.count
        guard type != retry else { return }
        if isInitial { guard let token = reader.quicInteger(), token <= 65536, reader.skip(Int(token)) else { return nil } }
        guard let length = reader.quicInteger(), length <= UInt64(reader.remaining) else { return nil }
        numberOffset = reader.position
        end = reader.position + Int(length)
    }
}
