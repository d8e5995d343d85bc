/// Community ID v1 (github.com/corelight/community-id-spec): the same text for a flow in every tool.
enum CommunityID {
    /// SHA-1 over seed 0, addresses and ports in order, and protocol; "1:" and base 64.
    static func v1(_ a: Endpoint, _ b: Endpoint, _ transport: TransportProtocol) -> String {
        let aFirst = a.address == b.address ? a.port <= b.port : a.address < b.address
        let (first, second) = aFirst ? (a, b) : (b, a)
        var octets: [UInt8] = []
        octets.reserveCapacity(40)
        octets.append(0)
        octets.append(0)
        first.address.append(octetsTo: &octets)
        second.address.append(octetsTo: &octets)
        octets.append(transport.rawValue)
        octets.append(0)
        octets.append(UInt8(first.port >> 8))
        octets.append(UInt8(first.port & 0xff))
        octets.append(UInt8(second.port >> 8))
        octets.append(UInt8(second.port & 0xff))
        return MessageDigest.sha1Base64(octets, after: "1:")
    }
}
