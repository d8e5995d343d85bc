// Captures whose packets no network carried.

extension FlowEngine {
    /// PCAPdroid's mark at the end of a frame, 32 octets of uid and app name (docs/data.md).
    private static var trailerMagic: UInt32 { 0x0107_2021 }
    private static var trailerLength: Int { 32 }
    /// The addresses of PCAPdroid's VPN interface: 10.215.173.1 and fd00:2:fd00:1:fd00:1:fd00:1.
    private static let phone = IPAddress(v4: 0x0ad7_ad01)
    private static let phoneV6 = IPAddress(v6High: 0xfd00_0002_fd00_0001, low: 0xfd00_0001_fd00_0001)

    /// Looks at the first packet of a flow: PCAPdroid relays the connections of other apps through its VPN service and
    /// writes down packets that it makes itself.
    @inline(never)
    mutating func noteSynthetic(_ packet: borrowing DecodedPacket, _ octets: Span<UInt8>) {
        let ends = [packet.source, packet.destination]
        if ends.contains(Self.phone) || ends.contains(Self.phoneV6) { overview.synthetic = "PCAPdroid" }
        guard packet.linkSource | packet.linkDestination == 0, octets.count >= Self.trailerLength + 14 else { return }
        if octets.u32(at: octets.count - Self.trailerLength) == Self.trailerMagic { overview.synthetic = "PCAPdroid" }
    }

    /// The capture file says so itself.
    mutating func noteSynthetic(_ maker: String) { overview.synthetic = overview.synthetic ?? maker }
}
