// How packets are carried inside other packets: headers over IP, and over UDP. What is carried is given as octets.

extension Forge {
    // MARK: Over IP

    /// Generic routing encapsulation (RFC 2784 §2, RFC 2890 §2): the optional fields stand in this order.
    public static func gre(
        _ payload: [UInt8], type: Int = ipv4Type, hasChecksum: Bool = false, key: Int? = nil, sequence: Int? = nil
    ) -> [UInt8] {
        let flags = (hasChecksum ? 0x8000 : 0) | (key == nil ? 0 : 0x2000) | (sequence == nil ? 0 : 0x1000)
        var octets = be16(flags) + be16(type)
        if hasChecksum { octets += be16(0) + be16(0) }
        if let key { octets += be32(key) }
        if let sequence { octets += be32(sequence) }
        octets += payload
        if hasChecksum { octets.replaceSubrange(4..<6, with: be16(checksum(octets))) }
        return octets
    }

    /// Enhanced GRE, as PPTP uses it (RFC 2637 §4.1): version 1, the key is the payload's length and the call.
    public static func pptp(_ frame: [UInt8], call: Int = 7, sequence: Int? = nil, acknowledgment: Int? = nil) -> [UInt8] {
        let flags = 0x2001 | (sequence == nil ? 0 : 0x1000) | (acknowledgment == nil ? 0 : 0x0080)
        var octets = be16(flags) + be16(0x880b) + be16(frame.count) + be16(call)
        if let sequence { octets += be32(sequence) }
        if let acknowledgment { octets += be32(acknowledgment) }
        return octets + frame
    }

    /// A mirrored frame in GRE (draft-foschiano-erspan §4): type 1 has no header of its own, 2 one of 8 octets, 3 one of 12
    /// and perhaps 8 more for the platform.
    public static func erspan(_ frame: [UInt8], type: Int, hasPlatformField: Bool = false) -> [UInt8] {
        switch type {
        case 1: return gre(frame, type: 0x88be)
        case 2: return gre(be32(0x1001_0064) + be32(0x0000_0010) + frame, type: 0x88be, sequence: 3)
        default:
            let header = be32(0x2001_0064) + be32(123_456) + be16(0) + be16(hasPlatformField ? 1 : 0)
            return gre(header + padding(hasPlatformField ? 8 : 0) + frame, type: 0x22eb, sequence: 4)
        }
    }

    /// Ethernet in IP (RFC 3378 §3): version 3 and 12 reserved bits.
    public static func etherIP(_ frame: [UInt8]) -> [UInt8] { [0x30, 0] + frame }

    /// A register message of PIM (RFC 7761 §4.9.3); its checksum is over the first 8 octets only.
    public static func pimRegister(_ packet: [UInt8]) -> [UInt8] { [0x21, 0] + be16(0xdeff) + be32(0) + packet }

    // MARK: Over UDP

    /// VXLAN (RFC 7348 §5).
    public static func vxlan(_ frame: [UInt8], network: Int = 7) -> [UInt8] { [0x08, 0, 0, 0] + be24(network) + [0] + frame }

    /// VXLAN with a next protocol (draft-ietf-nvo3-vxlan-gpe §3): 1 IPv4, 2 IPv6, 3 Ethernet, 4 NSH, 5 MPLS (as Linux and
    /// Wireshark have it).
    public static func vxlanGeneric(_ payload: [UInt8], next: Int) -> [UInt8] { [0x0c, 0, 0, UInt8(next)] + be24(7) + [0] + payload }

    /// GENEVE (RFC 8926 §3.4); `options` are their data, of 4-octet units.
    public static func geneve(_ payload: [UInt8], type: Int = 0x6558, options: [[UInt8]] = []) -> [UInt8] {
        var list: [UInt8] = []
        for data in options { list += be16(0x0102) + [0x80, UInt8(data.count / 4)] + data }
        var octets: [UInt8] = [UInt8(list.count / 4), 0]
        octets += be16(type) + be32(7 << 8) + list
        return octets + payload
    }

    /// A user's packet in GTP-U version 1 (3GPP TS 29.281 §5.1, §5.2); an extension's content and 2 octets fill 4-octet units.
    public static func gtp(_ packet: [UInt8], message: Int = 255, sequence: Int? = nil, extensions: [(type: Int, content: [UInt8])] = []) -> [UInt8] {
        var optional: [UInt8] = []
        if sequence != nil || !extensions.isEmpty { optional = be16(sequence ?? 0) + [0, UInt8(extensions.first?.type ?? 0)] }
        for (index, header) in extensions.enumerated() {
            let next = index + 1 < extensions.count ? extensions[index + 1].type : 0
            optional += [UInt8((header.content.count + 2) / 4)] + header.content + [UInt8(next)]
        }
        let flags = 0x30 | (extensions.isEmpty ? 0 : 4) | (sequence == nil ? 0 : 2)
        return [UInt8(flags), UInt8(message)] + be16(optional.count + packet.count) + be32(0x0102_0304) + optional + packet
    }

    /// Teredo (RFC 4380 §5.1.1): the indications stand in this order before the IPv6 packet.
    public static func teredo(_ packet: [UInt8], hasAuthentication: Bool = false, hasOrigin: Bool = false) -> [UInt8] {
        var octets: [UInt8] = []
        if hasAuthentication {      // client identifier of 3 octets, value of 5, nonce, confirmation
            octets += [0, 1, 3, 5] + [1, 2, 3] + [1, 2, 3, 4, 5] + be64(0x0102_0304_0506_0708) + [0]
        }
        if hasOrigin { octets += [0, 0] + be16(40000 ^ 0xffff) + phoneV4.map { $0 ^ 0xff } }
        return octets + packet
    }

    /// A data message of L2TP version 2 (RFC 2661 §3.1); `offset` is the size of the padding that an offset field announces.
    public static func l2tp(_ frame: [UInt8], hasLength: Bool = false, hasSequence: Bool = false, offset: Int? = nil) -> [UInt8] {
        let flags = 2 | (hasLength ? 0x4000 : 0) | (hasSequence ? 0x0800 : 0) | (offset == nil ? 0 : 0x0200)
        var rest = be16(11) + be16(12)                      // tunnel, session
        if hasSequence { rest += be16(1) + be16(2) }
        if let offset { rest += be16(offset) + padding(offset) }
        rest += frame
        return be16(flags) + (hasLength ? be16(rest.count + 4) : []) + rest
    }

    /// A data packet of CAPWAP (RFC 5415 §4.3): an Ethernet frame, or (`isNative`) one of 802.11; `radio` is the address of
    /// the access point's radio.
    public static func capwap(_ frame: [UInt8], isNative: Bool = false, radio: [UInt8]? = nil, flags: Int = 0) -> [UInt8] {
        var address: [UInt8] = []
        if let radio { address = [UInt8(radio.count)] + radio + padding((4 - (radio.count + 1) % 4) % 4) }
        let words = 2 + address.count / 4
        let first = words << 19 | 1 << 14 | 1 << 9 | (isNative ? 0x100 : 0) | (radio == nil ? 0 : 0x10) | flags
        return be32(first) + be32(0) + address + frame
    }

    /// AYIYA (draft-massar-v6ops-ayiya §3): an identity of 16 octets, a SHA-1 signature, the next header by its IP number.
    public static func ayiya(_ packet: [UInt8], next: Int = 41) -> [UInt8] {
        [0x41, 0x52, 0x11, UInt8(next)] + be32(1_700_000_000) + serverV6 + [UInt8](repeating: 2, count: 20) + packet
    }

    /// A frame in the TaZmen Sniffer Protocol, version 1: encapsulation 1 is Ethernet, 18 is 802.11; `fields` are (tag, value).
    public static func tzsp(_ frame: [UInt8], encapsulation: Int = 1, fields: [(tag: UInt8, value: [UInt8])] = []) -> [UInt8] {
        [1, 0] + be16(encapsulation) + fields.flatMap { [$0.tag, UInt8($0.value.count)] + $0.value } + [1] + frame
    }

    /// LISP data (RFC 9300 §5.3): nonce and locator status bits.
    public static func lisp(_ packet: [UInt8]) -> [UInt8] { [0xc0, 1, 2, 3] + be32(1) + packet }
}
