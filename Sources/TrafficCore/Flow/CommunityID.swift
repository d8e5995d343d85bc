/// Community ID v1 (github.com/corelight/community-id-spec): the same text for a flow in every tool.
enum CommunityID {
    /// SHA-1 over seed 0, addresses and ports in order, and protocol; "1:" and base 64.
    static func v1(_ a: Endpoint, _ b: Endpoint, _ transport: TransportProtocol) -> String {
        let aFirst = a.address == b.address ? a.port <= b.port : a.address < b.address
        let (first, second) = aFirst ? (a, b) : (b, a)
        var octets: [UInt8] = [0, 0]
        octets.reserveCapacity(40)
        octets += first.address.octets
        octets += second.address.octets
        octets += [transport.rawValue, 0]
        for port in [first.port, second.port] { octets += [UInt8(port >> 8), UInt8(port & 0xff)] }
        return "1:" + MessageDigest.base64(MessageDigest.sha1(octets))
    }
}
