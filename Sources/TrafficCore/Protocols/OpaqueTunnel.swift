/// Encrypted tunnels over UDP, recognised so that a report can say what it cannot see.
enum OpaqueTunnel {
    /// The tunnel that a datagram belongs to; nil for none.
    static func service(_ octets: Span<UInt8>, _ sourcePort: UInt16, _ destinationPort: UInt16) -> Service? {
        if isWireGuard(octets) { return .wireguard }
        let ports = [sourcePort, destinationPort]
        if ports.contains(500), isKeyExchange(octets, at: 0) { return .ike }
        if ports.contains(4500) {
            // RFC 3948 §2: four zero octets mark IKE, one octet 0xff keeps the NAT's mapping, all else is ESP.
            if octets.count >= 4, octets.u32(at: 0) == 0 { return isKeyExchange(octets, at: 4) ? .ike : nil }
            return octets.count == 1 && octets[0] == 0xff || octets.count >= 20 ? .esp : nil
        }
        return isOpenVPN(octets, isPort: ports.contains(1194)) ? .openvpn : nil
    }

    /// Message types 1 to 4, three zero octets, and the lengths that go with them (wireguard.com/protocol).
    private static func isWireGuard(_ octets: Span<UInt8>) -> Bool {
        guard octets.count >= 32, octets.u24(at: 1) == 0 else { return false }
        switch octets[0] {
        case 1: return octets.count == 148
        case 2: return octets.count == 92
        case 3: return octets.count == 64
        case 4: return octets.count % 16 == 0 && octets.u64(at: 8) >> 56 != 0xff
        default: return false
        }
    }

    /// An IKE header (RFC 7296 §3.1, RFC 2408 §3.1): version 1 or 2 and the message's whole length.
    private static func isKeyExchange(_ octets: Span<UInt8>, at start: Int) -> Bool {
        octets.count >= start + 28 && (octets[start + 17] >> 4 == 1 || octets[start + 17] >> 4 == 2)
            && Int(octets.u32(at: start + 24)) == octets.count - start
    }

    /// A client's first packet has opcode 7 and its plain form 14 octets on any port; on OpenVPN's own any opcode counts.
    private static func isOpenVPN(_ octets: Span<UInt8>, isPort: Bool) -> Bool {
        guard octets.count >= 14 else { return false }
        if octets[0] == 0x38, octets.count == 14, octets[9] == 0, octets.u32(at: 10) == 0 { return true }
        return isPort && (1...10).contains(octets[0] >> 3)
    }
}
