/// A message of NetBIOS' name service (RFC 1002 §4.2): the name that a device registers or asks for. Private: it is a person's machine.
struct NetBIOSNameMessage {
    /// 0 query, 5 registration, 6 release, 7 WACK, 8 or 9 refresh, 15 multi-homed registration (RFC 1002 §4.2.1.1).
    let opcode: UInt8
    let isResponse: Bool
    /// The name asked for or registered, without padding, and what kind of name it is: 0x00 a machine, 0x20 its file service.
    private(set) var name: String?
    private(set) var suffix: UInt8 = 0
    /// Many own it: a workgroup or domain.
    private(set) var isGroup = false

    private static var headerLength: Int { 12 }
    /// Octets of a name: length, 32 letters, root.
    private static var nameLength: Int { 34 }

    /// nil when the octets are none.
    init?(_ octets: Span<UInt8>) {
        guard octets.count >= Self.headerLength + Self.nameLength else { return nil }
        let flags = octets.u16(at: 2)
        (opcode, isResponse) = (UInt8(flags >> 11 & 15), flags & 0x8000 != 0)
        guard [0, 5, 6, 7, 8, 9, 15].contains(opcode), Int(octets.u16(at: 4)) + Int(octets.u16(at: 6)) == 1, octets[12] == 32 else { return nil }
        guard let decoded = Self.decode(octets.extracting(13..<45)) else { return nil }
        suffix = decoded[15]
        name = decoded.span.extracting(0..<15).shortText
        // Registration: the record in the additional section says who owns it (§4.2.2): question, pointer, type, class, time, length.
        let record = Self.headerLength + Self.nameLength + 4
        if octets.u16(at: 4) == 1, octets.u16(at: 10) == 1, octets.count >= record + 14 { isGroup = octets[record + 12] & 0x80 != 0 }
    }

    /// First-level encoding (RFC 1001 §14.1): each half octet is a letter from "A" on.
    static func decode(_ letters: Span<UInt8>) -> [UInt8]? {
        guard letters.count == 32 else { return nil }
        var name: [UInt8] = []
        name.reserveCapacity(16)
        for index in 0..<16 {
            let high = letters[2 * index] &- 0x41, low = letters[2 * index + 1] &- 0x41
            guard high < 16, low < 16 else { return nil }
            name.append(high << 4 | low)
        }
        return name
    }
}

extension FlowFacts {
    /// Reads a datagram as NetBIOS name service. nil: it is none; else whether more is wanted.
    mutating func readNetBIOSName(_ octets: Span<UInt8>) -> Bool? {
        guard let message = NetBIOSNameMessage(octets) else { return nil }
        if service == nil { service = .nbns }
        if !message.isResponse, let name = message.name { details.addLocalName(name) }
        return rareDetails.isEmpty || details.localNames.count < ProtocolDetails.localNameLimit
    }

    /// Reads a datagram of NetBIOS' datagram service (RFC 1002 §4.4): who sent it. nil: it is none; else whether more is wanted.
    mutating func readNetBIOSDatagram(_ octets: Span<UInt8>) -> Bool? {
        // Type (direct unique, direct group, broadcast), flags, identifier, address, port, length, offset; then the names.
        guard octets.count >= 14 + 34, (0x10...0x12).contains(octets[0]), octets[14] == 32, let name = NetBIOSNameMessage.decode(octets.extracting(15..<47))
        else { return nil }
        if service == nil { service = .netbiosDatagram }
        if let text = name.span.extracting(0..<15).shortText { details.addLocalName(text) }
        return rareDetails.isEmpty || details.localNames.count < ProtocolDetails.localNameLimit
    }
}
