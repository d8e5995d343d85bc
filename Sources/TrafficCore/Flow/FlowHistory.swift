/// What came in a flow, in order of its first coming: Zeek's `history` of conn.log (docs.zeek.org, Conn::Info), in 10 octets.
///
/// Letters are upper case for what the originator sent. TCP: `S` SYN, `H` SYN with ACK, `A` an ACK without payload, `D` payload,
/// `F` FIN, `R` RST, `T` payload that ends no further than what was sent before (resent, or late), `W` a window of 0. UDP: `D` any
/// datagram. `^` begins the history when the first packet seen was the responder's.
///
/// As in Zeek a letter stands once a side; there `T` and `W` come again at the 10th, 100th, … time, and a second SYN, FIN or RST of
/// another sequence number too, which are not kept here. Nor are `C` (wrong checksum), `I` and `Q` (contradictory flags) and `G` (gap).
public struct FlowHistory: Sendable {
    private enum Letter {
        static var syn: UInt64 { 0 }
        static var synAck: UInt64 { 1 }
        static var ack: UInt64 { 2 }
        static var data: UInt64 { 3 }
        static var fin: UInt64 { 4 }
        static var rst: UInt64 { 5 }
        static var behind: UInt64 { 6 }
        static var zeroWindow: UInt64 { 7 }
    }
    private static let names = Array("SHADFRTW".utf8)

    /// 4 bits a letter, the oldest lowest: its number, and the top bit set when the second side sent it. 16 are all there are.
    private var codes: UInt64 = 0
    /// The letters that each side has: one bit each.
    private(set) var seen: (first: UInt8, second: UInt8) = (0, 0)
    /// The originator is the second side.
    private var isFlipped = false

    public init() {}

    /// As Zeek writes it: "ShADadFf".
    public var text: String {
        var text: [UInt8] = isFlipped ? [0x5e] : []
        for index in 0..<count {
            let code = codes >> UInt64(index * 4) & 15
            let isOriginator = (code & 8 == 0) != isFlipped
            text.append(Self.names[Int(code & 7)] | (isOriginator ? 0 : 0x20))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Once it is known who the originator is.
    func flipped(_ isFlipped: Bool) -> FlowHistory {
        var copy = self
        copy.isFlipped = isFlipped
        return copy
    }

    private var count: Int { seen.first.nonzeroBitCount + seen.second.nonzeroBitCount }

    private mutating func add(_ letter: UInt64, _ fromFirst: Bool) {
        let bit: UInt8 = 1 << UInt8(letter)
        guard (fromFirst ? seen.first : seen.second) & bit == 0 else { return }
        codes |= (letter | (fromFirst ? 0 : 8)) << UInt64(count * 4)
        if fromFirst { seen.first |= bit } else { seen.second |= bit }
    }

    /// A datagram.
    @inline(__always)
    mutating func noteDatagram(fromFirst: Bool) {
        if (fromFirst ? seen.first : seen.second) & 1 << 3 == 0 { add(Letter.data, fromFirst) }
    }

    /// Whether a segment may say anything that is not known. Nearly none does: no SYN, FIN, RST, an open window, and payload or
    /// ACK as before, at the end of the stream so far.
    ///
    /// - Parameters:
    ///   - seen: the sender's letters.
    ///   - fresh: octets of its payload that are new.
    ///   - end: of the sender's stream, with this segment.
    @inline(__always)
    func isNews(_ packet: borrowing DecodedPacket, seen: UInt8, fresh: Int, position: Int64, end: Int64) -> Bool {
        let length = packet.payloadLength
        if packet.flags.rawValue & 0x07 != 0 { return true }
        if packet.window == 0 { return true }
        if fresh != length { return true }
        if position &+ Int64(length) != end { return true }
        return seen & (length > 0 ? 1 << 3 : 1 << 2) == 0
    }

    /// Takes what a segment adds, in the order in which Zeek looks at it.
    ///
    /// - Parameters:
    ///   - isBehind: it has payload, which ends no further than what was sent before.
    ///   - windowMatters: this side has sent no RST, and the other no FIN.
    mutating func noteSegment(_ packet: borrowing DecodedPacket, fromFirst: Bool, isBehind: Bool, windowMatters: Bool) {
        let flags = packet.flags
        switch flags.rawValue & 0x07 {
        case 0:
            if packet.payloadLength > 0 {
                add(Letter.data, fromFirst)
            } else if flags.contains(.ack) {
                add(Letter.ack, fromFirst)
            }
        case 0x02:                      // Zeek takes SYN and SYN with ACK of one side for the same
            if (fromFirst ? seen.first : seen.second) & 0x03 == 0 { add(flags.contains(.ack) ? Letter.synAck : Letter.syn, fromFirst) }
        case 0x01: add(Letter.fin, fromFirst)
        case 0x04: add(Letter.rst, fromFirst)
        default: break
        }
        if packet.window == 0, !flags.contains(.rst), windowMatters { add(Letter.zeroWindow, fromFirst) }
        if isBehind { add(Letter.behind, fromFirst) }
    }
}

extension Flow {
    /// Takes a segment that was counted, `fresh` octets of it new, into the history.
    @inline(never)
    mutating func noteHistory(_ packet: borrowing DecodedPacket, fresh: Int, position: Int64, fromFirst: Bool) {
        let stop = position &+ Int64(packet.payloadLength), end = fromFirst ? sides.0.end : sides.1.end
        let isBehind = packet.payloadLength > 0 ? fresh == 0 || stop < end : false
        let hasReset = fromFirst ? sides.0.hasRST : sides.1.hasRST, peerHasFinished = fromFirst ? sides.1.hasFIN : sides.0.hasFIN
        history.noteSegment(packet, fromFirst: fromFirst, isBehind: isBehind, windowMatters: !hasReset && !peerHasFinished)
    }
}
