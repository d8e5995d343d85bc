/// Community ID v1 (github.com/corelight/community-id-spec): the same text for a flow in every tool.
enum CommunityID {
    /// Appends "1:" and, in base 64, SHA-1 over seed 0, addresses and ports in order, and protocol.
    static func v1(_ a: Endpoint, _ b: Endpoint, _ transport: TransportProtocol, to text: inout [UInt8]) {
        let aFirst = a.address == b.address ? a.port <= b.port : a.address < b.address
        let (first, second) = aFirst ? (a, b) : (b, a)
        let width = first.address.family == .v4 ? 4 : 16
        var message: InlineArray<40, UInt8> = InlineArray(repeating: 0)     // begins with the seed, two octets of 0
        put(first.address, in: &message, at: 2)
        put(second.address, in: &message, at: 2 + width)
        let place = 2 + 2 * width
        message[place] = transport.rawValue
        put(UInt64(first.port) << 16 | UInt64(second.port), octets: 4, in: &message, at: place + 2)
        text.append(0x31)
        text.append(0x3a)
        MessageDigest.sha1(message.span.extracting(0..<place + 6), appendingBase64To: &text)
    }

    @inline(__always)
    private static func put(_ address: IPAddress, in message: inout InlineArray<40, UInt8>, at place: Int) {
        if address.family == .v4 {
            put(address.low, octets: 4, in: &message, at: place)
        } else {
            put(address.high, octets: 8, in: &message, at: place)
            put(address.low, octets: 8, in: &message, at: place + 8)
        }
    }

    /// The low `octets` octets of `value` in network order.
    @inline(__always)
    private static func put(_ value: UInt64, octets: Int, in message: inout InlineArray<40, UInt8>, at place: Int) {
        for index in 0..<octets { message[place + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * (octets - 1 - index))) }
    }
}
