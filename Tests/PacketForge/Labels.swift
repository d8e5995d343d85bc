// What stands between a link layer and IP: labels, tags, meshes, service headers, and the framing of serial lines.

extension Forge {
    /// A stack of MPLS labels (RFC 3032 §2.1), outermost first.
    public static func mpls(_ payload: [UInt8], labels: [Int] = [5]) -> [UInt8] {
        labels.enumerated().flatMap { be32($1 << 12 | ($0 == labels.count - 1 ? 0x100 : 0) | 64) } + payload
    }

    /// A network service header (RFC 8300 §2.2): fixed context (type 1) or none (type 2); next 1 IPv4, 2 IPv6, 3 Ethernet, 5 MPLS.
    public static func serviceHeader(_ payload: [UInt8], next: Int, hasFixedContext: Bool = false) -> [UInt8] {
        let words = hasFixedContext ? 6 : 2
        return be16(63 << 6 | words) + [hasFixedContext ? 1 : 2, UInt8(next)] + be24(42) + [255] + padding(hasFixedContext ? 16 : 0) + payload
    }

    /// Provider backbone bridging (IEEE 802.1Q §9.7): a customer's frame behind a service tag.
    public static func backboneBridged(_ frame: [UInt8]) -> [UInt8] { ethernet(be32(0x0000_0102) + frame, type: 0x88e7) }

    /// Cisco's VN-Tag between the addresses and the EtherType.
    public static func virtualInterfaceTagged(_ payload: [UInt8], type: Int = ipv4Type) -> [UInt8] {
        ethernet(be32(0x0001_0002) + be16(type) + payload, type: 0x8926)
    }

    /// High-availability seamless redundancy (IEC 62439-3): path and size, sequence number, EtherType.
    public static func seamless(_ payload: [UInt8], type: Int = ipv4Type) -> [UInt8] {
        ethernet(be16(0x1000 | (payload.count + 6)) + be16(9) + be16(type) + payload, type: 0x892f)
    }

    /// TRILL (RFC 6325 §3.2): flags with the options' length and hops, two nicknames.
    public static func trill(_ frame: [UInt8], options: [UInt8] = []) -> [UInt8] {
        ethernet(be16((options.count / 4) << 6 | 5) + be16(1) + be16(2) + options + frame, type: 0x22f3)
    }

    /// MACsec (IEEE 802.1AE §9) that authenticates and does not encrypt, or does both; its check value ends the frame.
    public static func macSecurity(_ payload: [UInt8], type: Int = ipv4Type, isEncrypted: Bool = false, hasChannel: Bool = false) -> [UInt8] {
        let control: UInt8 = (isEncrypted ? 0x0c : 0) | (hasChannel ? 0x20 : 0)
        return ethernet([control, 0] + be32(1) + (hasChannel ? phoneMAC + be16(1) : []) + be16(type) + payload + padding(16), type: 0x88e5)
    }

    /// Cisco FabricPath: addresses of switches, EtherType 0x8903, tree and hops, then the frame as it came.
    public static func fabricPath(_ frame: [UInt8]) -> [UInt8] {
        let inSwitches: [UInt8] = [2, 0, 2, 0, 0, 1], outSwitches: [UInt8] = [2, 0, 1, 0, 0, 1]
        return ethernet(be16(1 << 6 | 32) + frame, type: 0x8903, from: inSwitches, to: outSwitches)
    }

    /// A frame in a batman-adv mesh (Linux, batadv_packet.h), by the header's form.
    public enum MeshHeader: Sendable, CaseIterable { case unicast, unicastFourAddress, broadcast }
    public static func meshed(_ frame: [UInt8], _ form: MeshHeader = .unicast, version: UInt8 = 15) -> [UInt8] {
        let station: [UInt8] = [2, 0, 0, 0, 0, 0x44], isOld = version == 14
        let header: [UInt8] = switch form {
        case .unicast: [isOld ? 3 : 0x40, version, 50, 1] + station
        case .unicastFourAddress: [isOld ? 9 : 0x42, version, 50, 1] + station + station + [1, 0]
        case .broadcast: [isOld ? 4 : 1, version, 50, 0] + be32(7) + station
        }
        return ethernet(header + frame, type: 0x4305)
    }

    // MARK: Serial lines

    /// PPP (RFC 1661 §2): address and control (RFC 1662 §3.1) may be left out, and the first octet of the number if it is 0.
    public static func ppp(_ payload: [UInt8], number: Int = 0x21, hasAddress: Bool = true, isShort: Bool = false) -> [UInt8] {
        (hasAddress ? [0xff, 0x03] : []) + (isShort ? [UInt8(number)] : be16(number)) + payload
    }

    /// A session packet of PPPoE (RFC 2516 §4); `frame` is PPP without address and control.
    public static func pppoe(_ frame: [UInt8], session: Int = 0x1234) -> [UInt8] { [0x11, 0] + be16(session) + be16(frame.count) + frame }

    /// Cisco HDLC: address 0x0f (unicast) or 0x8f, control, EtherType.
    public static func ciscoHDLC(_ payload: [UInt8], type: Int = ipv4Type, address: UInt8 = 0x0f) -> [UInt8] {
        [address, 0] + be16(type) + payload
    }

    /// Frame relay (RFC 2427 §3): Q.922 address, unnumbered information, NLPID.
    public static func frameRelay(_ payload: [UInt8], identifier: UInt8 = 0xcc, address: [UInt8] = [0x18, 0x41]) -> [UInt8] {
        address + [0x03, identifier] + payload
    }

    /// The same with SNAP (§4.1): padding, NLPID 0x80, organisation, EtherType.
    public static func frameRelaySNAP(_ payload: [UInt8], type: Int = ipv4Type) -> [UInt8] {
        [0x18, 0x41, 0x03, 0, 0x80, 0, 0, 0] + be16(type) + payload
    }
}
