/// Where TLS records begin in one direction of a flow (RFC 8446 §5.1), for what they add to the plaintext. Reads five octets a
/// record, whatever the dissector does; a hole over a header ends it, and the rest counts as transport octets.
struct TLSRecordBoundaries {
    private enum State: UInt8 { case unknown, following, lost }
    private var state = State.unknown
    private var collected: UInt8 = 0
    /// Octets of a header that goes on in another segment: at most four.
    private var begun: UInt32 = 0
    /// Position of the next header octet.
    private var next: Int64 = 0

    /// Octets before `stop` may hold a header that was not read yet.
    @inline(__always)
    func isWanted(before stop: Int64) -> Bool { state == .following ? next < stop : state == .unknown }
    var isFollowing: Bool { state == .following }
    /// A record goes on behind that position.
    func goesOn(behind position: Int64) -> Bool { state == .following && (next > position || collected > 0) }

    /// RFC 8446 §5.2: 2^14 + 256; TLS 1.2 allowed 2^14 + 2048 (RFC 5246 §6.2.3).
    private static var largestRecord: Int { 16384 + 2048 }

    /// Octets of the records that begin in this segment which are no application data: headers, what protection adds, and
    /// all of handshake, alert and cipher-change records.
    ///
    /// - Parameters:
    ///   - octets: the captured payload; `length`: the payload by the headers.
    ///   - position: of the first octet in the unwrapped stream.
    ///   - protection: octets that protecting a record adds (`FlowFacts.recordProtection`).
    mutating func overhead(in octets: Span<UInt8>, of length: Int, at position: Int64, protection: Int) -> Int {
        if state == .unknown {
            // What is not there yet is asked for when the header is complete.
            let isTLS = octets.count >= 1 && (20...23).contains(octets[0]) && (octets.count < 2 || octets[1] == 3)
            (state, next) = (isTLS ? .following : .lost, position)
        }
        guard state == .following else { return 0 }
        guard position <= next else {
            state = .lost
            return 0
        }
        var sum = 0, header = UInt64(begun)
        defer { begun = UInt32(truncatingIfNeeded: header) }
        while next - position < Int64(octets.count) {
            let place = Int(next - position)
            if collected == 0, octets.count - place >= 5 {      // nearly every header lies in one segment
                header = UInt64(octets[place]) << 32 | UInt64(octets.u32(at: place + 1))
                next += 5
            } else {
                header = header << 8 | UInt64(octets[place])
                collected += 1
                next += 1
                guard collected == 5 else { continue }
            }
            let type = UInt8(truncatingIfNeeded: header >> 32), size = Int(header & 0xffff)
            guard (20...24).contains(type), header >> 24 & 0xff == 3, header >> 16 & 0xff <= 4, size <= Self.largestRecord else {
                state = .lost
                return sum
            }
            (header, collected) = (0, 0)
            next += Int64(size)
            sum += 5 + (type == 23 ? min(size, protection) : size)
        }
        // The snapshot length cut a header off.
        if octets.count < length, next < position + Int64(length) { state = .lost }
        return sum
    }
}

extension FlowFacts {
    /// Octets that protecting one record adds to the plaintext, by the suite that the server chose: exact for AEAD suites, a
    /// middle value for CBC, whose padding is not visible (RFC 5246 §6.2.3, RFC 8446 §5.2; TLS 1.3 adds the content type).
    mutating func noteProtection(_ hello: borrowing TLSServerHello) {
        guard hello.version.rawValue != 0x0304 else {
            recordProtection = 17
            return
        }
        switch hello.cipherSuite {
        case 0xcca8...0xccae: recordProtection = 16                                          // ChaCha20-Poly1305 (RFC 7905 §2)
        case 0xc0a0...0xc0a3, 0xc0ae, 0xc0af: recordProtection = 16                          // CCM_8 (RFC 6655 §3)
        case 0x009c...0x00a9, 0xc02b...0xc032, 0xc09c...0xc09f, 0xc0ac, 0xc0ad: recordProtection = 24  // GCM, CCM
        case 0x0004, 0xc007, 0xc011: recordProtection = hello.cipherSuite == 0x0004 ? 16 : 20     // RC4: the MAC alone
        case 0x0005: recordProtection = 20
        case 0x000a, 0x0016, 0xc008, 0xc012: recordProtection = 8 + 20 + 4                   // 3DES-CBC: IV, HMAC-SHA-1, padding
        case 0x003c...0x0040, 0x0067...0x006d, 0xc023, 0xc025, 0xc027, 0xc029: recordProtection = 16 + 32 + 8
        case 0xc024, 0xc026, 0xc028, 0xc02a: recordProtection = 16 + 48 + 8
        default: recordProtection = 16 + 20 + 8                                              // AES-CBC: IV, HMAC-SHA-1, padding
        }
    }
}

/// How the sizes of a flow's ADUs were taken.
public enum PayloadSizing: String, Sendable {
    /// The transport payload as it is: clear text, or a protocol that is not known.
    case transport
    /// The lengths of TLS records less what the cipher adds.
    case records
    /// QUIC packets less what their headers and protection add, as far as that can be told.
    case estimate
}

/// What a QUIC datagram adds to the data in it (RFC 9000 §17, RFC 9001 §5), estimated.
enum QUICOverhead {
    /// Flags, a connection id of 8 octets, a packet number of 2, the tag of 16, and a STREAM frame's header of 3.
    private static var short: Int { 1 + 8 + 2 + 16 + 3 }

    /// Octets of `datagram` that are no application data. Handshake packets carry none.
    static func estimate(_ datagram: Span<UInt8>, of length: Int) -> Int {
        guard let first = datagram.count > 0 ? datagram[0] : nil, first & 0x80 != 0 else { return min(length, short) }
        let isEarlyData = first & 0x30 == 0x10      // 0-RTT, in version 1
        return isEarlyData ? min(length, short + 30) : length
    }
}
