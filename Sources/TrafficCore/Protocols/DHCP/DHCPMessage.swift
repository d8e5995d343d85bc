/// A DHCP message (RFC 2131 §2): what a device says of itself. The name is private: people name their phones after themselves.
struct DHCPMessage {
    /// Sent by a client (BOOTREQUEST).
    let isRequest: Bool
    /// Host name (option 12), or the first label of the full name (option 81, RFC 4702).
    private(set) var deviceName: String?
    /// Vendor class (option 60), such as "android-dhcp-14".
    private(set) var vendorClass: String?

    private enum Option {
        static var pad: UInt8 { 0 }
        static var hostName: UInt8 { 12 }
        static var vendorClass: UInt8 { 60 }
        static var fullName: UInt8 { 81 }
        static var end: UInt8 { 255 }
    }
    /// Octets in front of the options, with the cookie (RFC 2131 §3).
    private static var headerLength: Int { 240 }
    private static var magicCookie: UInt32 { 0x6382_5363 }

    /// nil when the octets are none.
    init?(_ octets: Span<UInt8>) {
        guard octets.count >= Self.headerLength, octets[0] == 1 || octets[0] == 2, octets[2] <= 16, octets.u32(at: 236) == Self.magicCookie else { return nil }
        isRequest = octets[0] == 1
        var reader = ByteReader(octets.extracting(Self.headerLength..<octets.count))
        while let option = reader.u8(), option != Option.end {
            guard option != Option.pad else { continue }
            guard let length = reader.u8(), let value = reader.take(Int(length)) else { return }
            switch option {
            case Option.hostName: deviceName = value.shortText ?? deviceName
            case Option.vendorClass: vendorClass = value.shortText
            case Option.fullName: if deviceName == nil { deviceName = Self.fullName(value) }
            default: break
            }
        }
    }

    /// Option 81: flags, two octets of no use, then the name as labels where the E bit is set, else as text (RFC 4702 §2.1, §2.3).
    private static func fullName(_ value: Span<UInt8>) -> String? {
        guard value.count > 3 else { return nil }
        guard value[0] & 0x04 != 0 else { return value.extracting(3..<value.count).shortText }
        return DHCPName.labels(value.extracting(3..<value.count))
    }
}

/// A DHCPv6 message from a client (RFC 8415 §8): what a device says of itself.
struct DHCPv6Message {
    let type: UInt8
    /// Client FQDN (option 39, RFC 4704 §4).
    private(set) var deviceName: String?
    /// Vendor class (option 16, RFC 8415 §21.16): the first text behind the enterprise number.
    private(set) var vendorClass: String?

    private enum Option {
        static var vendorClass: UInt16 { 16 }
        static var fullName: UInt16 { 39 }
    }

    /// nil when the octets are none: an unknown type, or options that do not fit.
    init?(_ octets: Span<UInt8>) {
        // Relays' messages (12, 13) have another header, and go between servers only.
        guard octets.count >= 4, (1...11).contains(octets[0]) else { return nil }
        type = octets[0]
        var reader = ByteReader(octets.extracting(4..<octets.count))
        while let option = reader.u16(), let length = reader.u16() {
            guard let value = reader.take(Int(length)) else { return nil }
            switch option {
            case Option.fullName where value.count > 1: deviceName = DHCPName.labels(value.extracting(1..<value.count))
            case Option.vendorClass where value.count > 6:
                vendorClass = value.extracting(6..<min(value.count, 6 + Int(value.u16(at: 4)))).shortText
            default: break
            }
        }
    }

    /// Solicit, Request, Confirm, Renew, Rebind, Release, Decline, Information-request.
    var isRequest: Bool { type == 1 || (3...6).contains(type) || type == 8 || type == 9 || type == 11 }
}

/// Names on the wire as DHCP has them: labels behind lengths, without compression, perhaps without end (RFC 4704 §4.2).
enum DHCPName {
    static func labels(_ octets: Span<UInt8>) -> String? {
        var name: [UInt8] = [], reader = ByteReader(octets)
        while let length = reader.u8(), length > 0, length < 64, name.count < 255, let label = reader.take(Int(length)) {
            if !name.isEmpty { name.append(0x2e) }
            name.append(copying: label)
        }
        return name.span.shortText
    }
}

extension FlowFacts {
    /// Reads a datagram as DHCP. nil: it is none; else whether more is wanted.
    mutating func readDHCP(_ octets: Span<UInt8>) -> Bool? {
        guard let message = DHCPMessage(octets) else { return nil }
        if service == nil { service = .dhcp }
        if message.isRequest { noteDevice(message.deviceName, message.vendorClass) }
        return rareDetails.isEmpty || details.localNames.count < ProtocolDetails.localNameLimit       // one flow may be of many clients
    }

    /// The same of DHCPv6.
    mutating func readDHCPv6(_ octets: Span<UInt8>) -> Bool? {
        guard let message = DHCPv6Message(octets) else { return nil }
        if service == nil { service = .dhcpv6 }
        if message.isRequest { noteDevice(message.deviceName, message.vendorClass) }
        return rareDetails.isEmpty || details.localNames.count < ProtocolDetails.localNameLimit       // one flow may be of many clients
    }

    private mutating func noteDevice(_ name: String?, _ vendorClass: String?) {
        if let name { details.addLocalName(name) }
        if let vendorClass, rareDetails.isEmpty || details.vendorClass == nil { details.vendorClass = vendorClass }
    }
}
