/// The CRYPTO octets of one direction's Initial packets (RFC 9000 §19.6), put together from frames in any order, as far as
/// the first handshake message goes.
struct QUICCryptoStream {
    /// Octets as they came, by offset. Only what was captured is held: one octet at the far end of a hello must not cost a
    /// buffer as large as the hello.
    private var pieces: [(offset: Int, octets: [UInt8])] = []
    private(set) var heldOctets = 0

    /// A ClientHello with several post-quantum keys has under 4 KiB; 64 KiB is beyond any real one.
    static var largestMessage: Int { 65536 }

    /// Takes the frames of an opened packet (RFC 9000 §17.2.2 allows PADDING, PING, ACK, CRYPTO and CONNECTION_CLOSE).
    mutating func take(_ plain: Span<UInt8>) {
        var reader = ByteReader(plain)
        while let type = reader.quicInteger() {
            switch type {
            case 0, 1: continue
            case 2, 3: guard Self.skipAcknowledgment(&reader, hasECN: type == 3) else { return }
            case 6, 8:          // 8 is CRYPTO to Google's versions; no other version allows it in an Initial
                guard let offset = reader.quicInteger(), let length = reader.quicInteger(),
                    offset <= Self.largestMessage, length <= Self.largestMessage, let octets = reader.take(Int(length))
                else { return }
                insert(octets, at: Int(offset))
            default: return
            }
        }
    }

    /// The first message with its header of four octets, once it is there from its first octet to its last.
    var message: Message {
        let octets = contiguous()
        guard octets.count >= 4 else { return .incomplete }
        let length = octets.span.u24(at: 1)
        guard octets[0] == 1 || octets[0] == 2, length <= Self.largestMessage else { return .none }
        guard octets.count >= 4 + length else { return .incomplete }
        return .whole(Array(octets[..<(4 + length)]))
    }

    enum Message {
        case incomplete
        /// What stands there is no hello.
        case none
        case whole([UInt8])
    }

    private static func skipAcknowledgment(_ reader: inout ByteReader, hasECN: Bool) -> Bool {
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
        guard octets.count > 0, offset + octets.count <= Self.largestMessage, pieces.count < 256,
            heldOctets + octets.count <= 2 * Self.largestMessage
        else { return }
        let place = pieces.firstIndex { $0.offset > offset } ?? pieces.count
        pieces.insert((offset, octets.copied()), at: place)
        heldOctets += octets.count
    }

    /// The octets from the first one to the first that is missing.
    private func contiguous() -> [UInt8] {
        var message: [UInt8] = []
        for piece in pieces where piece.offset + piece.octets.count > message.count {
            guard piece.offset <= message.count else { break }
            message += piece.octets[(message.count - piece.offset)...]
        }
        return message
    }
}
