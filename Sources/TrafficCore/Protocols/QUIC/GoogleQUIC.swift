/// Google's QUIC before TLS (Q043 to Q050): a client hello of tags, in clear up to Q046 ("QUIC Wire Layout
/// Specification" and "QUIC Crypto", Google, 2016).
enum GoogleQUIC {
    /// The version of a client's packet in clear; nil when it is none.
    static func version(_ datagram: Span<UInt8>) -> QUICVersion? {
        // Public header: the version flag, an 8-octet connection ID, the version. From Q044 on a long header.
        guard datagram.count >= 13 else { return nil }
        if datagram[0] & 0x80 == 0, datagram[0] & 0x09 == 0x09 {
            let version = QUICVersion(rawValue: datagram.u32(at: 9))
            return version.isNumbered ? version : nil
        }
        let version = QUICVersion(rawValue: datagram.u32(at: 1))
        return datagram[0] & 0x80 != 0 && version.isNumbered ? version : nil
    }

    /// Reads the first CHLO message in `octets`, if there is one: its SNI and user agent.
    static func readHello(_ octets: Span<UInt8>, into facts: inout FlowFacts) -> Bool {
        guard let start = find(0x4348_4c4f, in: octets) else { return false }          // "CHLO"
        let message = octets.extracting(start..<octets.count)
        guard message.count >= 8 else { return false }
        let tags = Int(message[4]) | Int(message[5]) << 8
        let values = 8 + tags * 8
        guard tags <= 128, values <= message.count else { return false }
        var previous = 0
        for index in 0..<tags {
            let entry = 8 + index * 8
            let end = Int(UInt32(message.u32(at: entry + 4).byteSwapped))
            guard end >= previous, values + end <= message.count else { break }
            let value = message.extracting(values + previous..<values + end)
            switch message.u32(at: entry) {
            case 0x534e_4900: facts.serverName = value.count > 0 ? hostName(value) : nil           // "SNI"
            case 0x5541_4944: if facts.userAgent == nil { facts.userAgent = text(value) }         // "UAID"
            default: break
            }
            previous = end
        }
        return true
    }

    private static func find(_ tag: UInt32, in octets: Span<UInt8>) -> Int? {
        var index = 0
        while index + 8 <= octets.count, index < 256 {
            if octets.u32(at: index) == tag { return index }
            index += 1
        }
        return nil
    }
}

extension QUICVersion {
    /// "Q0" and two digits.
    fileprivate var isNumbered: Bool {
        rawValue >> 16 == 0x5130 && (0x30...0x39).contains(rawValue >> 8 & 0xff) && (0x30...0x39).contains(rawValue & 0xff)
    }
}
