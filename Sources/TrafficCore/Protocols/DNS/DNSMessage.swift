/// A DNS message (RFC 1035 §4): its questions, and the addresses, aliases and service bindings of its answers.
struct DNSMessage {
    var isResponse = false
    var questions: [String] = []
    var addresses: [IPAddress] = []
    /// Whose each of them is; nil for the first question's.
    var addressOwners: [String?] = []
    /// (owner, target) of the CNAME records, in order.
    var aliases: [(owner: String, target: String)] = []
    /// HTTPS and SVCB records, a few of them.
    var bindings: [DNSServiceBinding] = []

    /// Records of one message that are looked at: a 64 KiB message cannot hold more than 5,957 of 11 octets.
    private static var recordLimit: Int { 6000 }
    private static var questionLimit: Int { 256 }
    private static var bindingLimit: Int { 16 }

    /// Whether the header is that of a response, with an opcode that IANA has assigned (0 to 6).
    static func isResponse(_ octets: Span<UInt8>) -> Bool {
        octets.count >= 12 && octets[2] & 0x80 != 0 && octets[2] >> 3 & 15 <= 6
    }

    /// nil when the header is cut or is no query or response. What stands before a later error is kept.
    init?(_ octets: Span<UInt8>) {
        guard octets.count >= 12 else { return nil }
        let flags = octets.u16(at: 2)
        isResponse = flags & 0x8000 != 0
        guard flags >> 11 & 15 <= 6 else { return nil }         // opcodes assigned by IANA: 0 to 6
        var position = 12
        for _ in 0..<min(Int(octets.u16(at: 4)), Self.questionLimit) {
            guard let name = DNSName.read(octets, at: &position), octets.count - position >= 4 else { return }
            position += 4
            questions.append(name)
        }
        let records = Int(octets.u16(at: 6))
        for _ in 0..<min(records, Self.recordLimit) {
            guard readRecord(octets, at: &position) else { return }
        }
    }

    private mutating func readRecord(_ octets: Span<UInt8>, at position: inout Int) -> Bool {
        let start = position
        guard DNSName.skip(octets, at: &position), octets.count - position >= 10 else { return false }
        let type = octets.u16(at: position), length = Int(octets.u16(at: position + 8))
        position += 10
        guard octets.count - position >= length else { return false }
        switch type {
        case 1 where length == 4: add(IPAddress(v4: octets.u32(at: position)), ofNameAt: start, octets)
        case 28 where length == 16:
            add(IPAddress(v6High: octets.u64(at: position), low: octets.u64(at: position + 8)), ofNameAt: start, octets)
        case 5:
            var target = position
            var ownerStart = start
            if let name = DNSName.read(octets, at: &target), let owner = DNSName.read(octets, at: &ownerStart) { aliases.append((owner, name)) }
        case 64, 65:
            var ownerStart = start
            if bindings.count < Self.bindingLimit, let owner = DNSName.read(octets, at: &ownerStart),
                let binding = DNSServiceBinding(octets, at: position, length: length, owner: owner)
            {
                bindings.append(binding)
            }
        default: break
        }
        position += length
        return true
    }

    private mutating func add(_ address: IPAddress, ofNameAt start: Int, _ octets: Span<UInt8>) {
        addresses.append(address)
        // Nearly every one points to the first question, which stands behind the header.
        var place = start
        let isQuestion = octets[start] == 0xc0 && octets[start + 1] == 12
        addressOwners.append(isQuestion ? nil : DNSName.read(octets, at: &place) ?? "")
    }
}

/// Domain names on the wire (RFC 1035 §4.1.4).
enum DNSName {
    /// A name has at most 255 octets, so at most 127 labels; compression pointers may be followed as often.
    private static var jumpLimit: Int { 127 }

    /// Moves `position` behind the name there; false when the name is cut or too long.
    static func skip(_ octets: Span<UInt8>, at position: inout Int) -> Bool {
        var index = position
        while index < octets.count, index - position <= 255 {
            let length = Int(octets[index])
            if length == 0 || length >= 0xc0 {
                position = index + (length == 0 ? 1 : 2)
                return position <= octets.count
            }
            guard length < 64 else { return false }
            index += 1 + length
        }
        return false
    }

    /// The name at `position` in lower case without trailing dot ("" for the root); `position` moves behind it.
    /// nil when it is cut, too long, or its pointers do not end.
    static func read(_ octets: Span<UInt8>, at position: inout Int) -> String? {
        var name: InlineArray<256, UInt8> = InlineArray(repeating: 0)
        var used = 0
        var index = position, jumps = 0, end: Int?
        while true {
            guard index < octets.count else { return nil }
            let length = Int(octets[index])
            if length == 0 {
                position = end ?? index + 1
                return name.span.extracting(0..<used).decodedText
            }
            if length >= 0xc0 {
                guard index + 1 < octets.count, jumps < jumpLimit else { return nil }
                end = end ?? index + 2
                jumps += 1
                index = (length & 0x3f) << 8 | Int(octets[index + 1])
                continue
            }
            guard length < 64, index + 1 + length <= octets.count else { return nil }
            // 255 octets with the first label's length and the root (RFC 1035 §2.3.4) are 253 of text.
            let start = used > 0 ? used + 1 : 0
            guard start + length <= 253 else { return nil }
            if used > 0 { name[used] = 0x2e }
            let label = octets.extracting(index + 1..<index + 1 + length)
            for offset in label.indices {
                let octet = label[offset]
                name[start + offset] = octet &- 0x41 < 26 ? octet | 0x20 : octet
            }
            used = start + length
            index += 1 + length
        }
    }
}

extension DNSMessage {
    /// Whether a datagram at no port of DNS is a DNS message all the same: an assigned opcode, one question of a known type and
    /// class with a name of letters, digits, hyphens and underscores, and sections that fill the datagram to its end.
    static func recognises(_ octets: Span<UInt8>) -> Bool {
        guard octets.count >= 17, octets[2] & 0x78 == 0, octets[3] & 0x40 == 0, octets.u16(at: 4) == 1 else { return false }
        let isResponse = octets[2] & 0x80 != 0
        let records = Int(octets.u16(at: 6)) + Int(octets.u16(at: 8)) + Int(octets.u16(at: 10))
        guard isResponse || octets.u16(at: 6) == 0, records <= 64 else { return false }
        var position = 12
        guard let name = DNSName.read(octets, at: &position), !name.isEmpty, octets.count - position >= 4 else { return false }
        for octet in name.utf8 {
            guard octet &- 0x61 < 26 || octet &- 0x30 < 10 || octet == 0x2d || octet == 0x2e || octet == 0x5f else { return false }
        }
        let type = octets.u16(at: position)
        guard (1...65).contains(type) || type == 255, octets.u16(at: position + 2) == 1 else { return false }
        position += 4
        for _ in 0..<records {
            guard DNSName.skip(octets, at: &position), octets.count - position >= 10 else { return false }
            position += 10 + Int(octets.u16(at: position + 8))
            guard position <= octets.count else { return false }
        }
        return position == octets.count
    }

    /// The names that the answers are of, each once: what devices on the local network call themselves and offer (RFC 6762).
    static func answerNames(_ octets: Span<UInt8>, limit: Int) -> [String] {
        guard octets.count >= 12 else { return [] }
        var position = 12, names: [String] = []
        for _ in 0..<min(Int(octets.u16(at: 4)), 64) {
            guard DNSName.skip(octets, at: &position), octets.count - position >= 4 else { return names }
            position += 4
        }
        for _ in 0..<min(Int(octets.u16(at: 6)), 64) where names.count < limit {
            guard let name = DNSName.read(octets, at: &position), octets.count - position >= 10 else { return names }
            if !name.isEmpty, !names.contains(name) { names.append(name) }
            position += 10 + Int(octets.u16(at: position + 8))
            guard position <= octets.count else { return names }
        }
        return names
    }
}
