/// A request to a SOCKS proxy: what it is to connect to (RFC 1928 §4; SOCKS 4 and 4A by their authors' protocol notes).
struct SOCKSRequest {
    /// Host name, or address as text.
    var destination: String?
    var port: UInt16 = 0
    /// 1 connect, 2 bind, 3 UDP associate.
    var command: UInt8 = 0
    /// Octets of the request.
    var length = 0

    /// Octets of user name and of host name that SOCKS 4 may have; it states no limit.
    static var longestText: Int { 255 }

    /// Octets that a version 5 address has with its type and port; nil for an unknown type, more than are there when cut.
    private static func addressLength(_ octets: Span<UInt8>, at start: Int) -> Int? {
        guard octets.count > start + 1 else { return 5 }
        switch octets[start] {
        case 1: return 7
        case 3: return Int(octets[start + 1]) + 4
        case 4: return 19
        default: return nil
        }
    }

    /// How many octets a version 5 request or reply has; nil when it is none (RFC 1928 §4, §6).
    static func length5(_ octets: Span<UInt8>) -> Int? {
        guard octets.count >= 4 else { return 10 }
        guard octets[0] == 5, octets[2] == 0, let address = addressLength(octets, at: 3) else { return nil }
        return 3 + address
    }

    /// A whole version 5 request.
    init?(version5 octets: Span<UInt8>) {
        guard let length = Self.length5(octets), octets.count >= length, (1...3).contains(octets[1]) else { return nil }
        (self.length, command, port) = (length, octets[1], octets.u16(at: length - 2))
        switch octets[3] {
        case 1: destination = IPAddress(v4: octets.u32(at: 4)).description
        case 3: destination = octets.extracting(5..<length - 2).plausibleHostName
        default: destination = IPAddress(v6High: octets.u64(at: 4), low: octets.u64(at: 12)).description
        }
    }

    /// A version 4 request: 4, command, port, address, user name and a zero, and where the address is 0.0.0.x a host name and
    /// a zero (4A). Command 2, which lets a server call back, is not believed: other protocols' lengths look like it. nil when it is none; `isCut` when its end is missing.
    init?(version4 octets: Span<UInt8>, isCut: inout Bool) {
        isCut = false
        if octets.count >= 2 { guard octets[0] == 4, octets[1] == 1 else { return nil } }
        guard octets.count >= 9 else {
            isCut = octets.count < 1 || octets[0] == 4
            return nil
        }
        (command, port) = (octets[1], octets.u16(at: 2))
        guard port != 0, let userEnd = Self.text(octets, from: 8, &isCut) else { return nil }
        let address = octets.u32(at: 4)
        guard address >> 8 == 0, address != 0 else {
            guard address >> 24 != 0 else { return nil }
            (destination, length) = (IPAddress(v4: address).description, userEnd + 1)
            return
        }
        guard let nameEnd = Self.text(octets, from: userEnd + 1, &isCut), nameEnd > userEnd + 1 else { return nil }
        guard let name = octets.extracting(userEnd + 1..<nameEnd).plausibleHostName else { return nil }
        (destination, length) = (name, nameEnd + 1)
    }

    /// Where the zero behind printable text stands.
    private static func text(_ octets: Span<UInt8>, from start: Int, _ isCut: inout Bool) -> Int? {
        var index = start
        while index < octets.count {
            if octets[index] == 0 { return index }
            guard octets[index] &- 0x20 < 0x5f, index - start < longestText else { return nil }
            index += 1
        }
        isCut = true
        return nil
    }
}
