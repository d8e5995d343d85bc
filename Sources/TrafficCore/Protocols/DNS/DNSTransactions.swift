extension DNSTransaction {
    /// Answers that are kept of one response.
    private static var answerLimit: Int { 64 }

    /// From one message; nil without a question. What stands before an error is kept.
    init?(_ octets: Span<UInt8>) {
        guard octets.count >= 12, octets.u16(at: 4) > 0 else { return nil }
        var position = 12
        guard let name = DNSName.read(octets, at: &position), octets.count - position >= 4 else { return nil }
        (identifier, query, flags) = (octets.u16(at: 0), name, octets.u16(at: 2))
        (type, queryClass) = (octets.u16(at: position), octets.u16(at: position + 2))
        position += 4
        let authorities = Int(octets.u16(at: 8)), additional = Int(octets.u16(at: 10))
        guard flags & 0x8000 != 0 else {
            readExtension(octets, at: &position, records: Int(octets.u16(at: 6)) + authorities + additional)
            return
        }
        responseCode = UInt8(flags & 15)
        for _ in 1..<max(1, min(Int(octets.u16(at: 4)), 16)) {
            guard DNSName.skip(octets, at: &position), octets.count - position >= 4 else { return }
            position += 4
        }
        let all = Int(octets.u16(at: 6)), kept = min(all, Self.answerLimit)
        for _ in 0..<kept {
            guard DNSName.skip(octets, at: &position), octets.count - position >= 10 else { return }
            let type = octets.u16(at: position), life = octets.u32(at: position + 4), length = Int(octets.u16(at: position + 8))
            position += 10
            guard octets.count - position >= length else { return }
            answers.append(Self.text(octets, at: position, type: type, length: length))
            timesToLive.append(life)
            position += length
        }
        readExtension(octets, at: &position, records: all - kept + authorities + additional)
    }

    /// Looks for the OPT record among the records that are left.
    private mutating func readExtension(_ octets: Span<UInt8>, at position: inout Int, records: Int) {
        for _ in 0..<min(records, 256) {
            guard DNSName.skip(octets, at: &position), octets.count - position >= 10 else { return }
            let type = octets.u16(at: position), length = Int(octets.u16(at: position + 8)), start = position
            position += 10
            guard octets.count - position >= length else { return }
            if type == 41 {
                var options = ByteReader(octets.extracting(position..<position + length)), hasClientSubnet = false
                while let code = options.u16(), let size = options.u16(), options.skip(Int(size)) { if code == 8 { hasClientSubnet = true } }
                edns = DNSExtension(payloadSize: octets.u16(at: start + 2), wantsSignatures: octets[start + 6] & 0x80 != 0, hasClientSubnet: hasClientSubnet)
                return
            }
            position += length
        }
    }

    private static func text(_ octets: Span<UInt8>, at position: Int, type: UInt16, length: Int) -> String {
        switch type {
        case 1 where length == 4: return IPAddress(v4: octets.u32(at: position)).description
        case 28 where length == 16: return IPAddress(v6High: octets.u64(at: position), low: octets.u64(at: position + 8)).description
        case 2, 5, 12, 39:
            var start = position
            return DNSName.read(octets, at: &start) ?? "<malformed>"
        case 15 where length > 2, 18 where length > 2, 36 where length > 2:
            var start = position + 2
            return DNSName.read(octets, at: &start) ?? "<malformed>"
        case 6:
            var start = position
            return DNSName.read(octets, at: &start) ?? "<malformed>"
        case 33 where length > 6:
            var start = position + 6
            return DNSName.read(octets, at: &start) ?? "<malformed>"
        case 16 where length > 0 && Int(octets[position]) < length:
            let first = Int(octets[position])
            return "TXT \(first) " + TrafficCore.text(octets.extracting(position + 1..<position + 1 + first))       // as Zeek shows it
        case 64, 65:
            return DNSServiceBinding(octets, at: position, length: length, owner: "")?.description ?? "<malformed>"
        default: return "<\(typeName(type))>"
        }
    }

    /// The mnemonic of a record type (IANA DNS parameters), or "TYPE65" (RFC 3597 §5).
    public static func typeName(_ type: UInt16) -> String {
        let names: [UInt16: String] = [
            1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA", 33: "SRV", 35: "NAPTR", 39: "DNAME", 43: "DS",
            46: "RRSIG", 47: "NSEC", 48: "DNSKEY", 50: "NSEC3", 52: "TLSA", 64: "SVCB", 65: "HTTPS", 255: "*", 257: "CAA",
        ]
        return names[type] ?? "TYPE\(type)"
    }
}

extension FlowFacts {
    /// Adds a query, or the response to the latest unanswered query with its identifier and name.
    mutating func note(_ message: DNSTransaction?, isResponse: Bool, at time: Int64) {
        guard var message else { return }
        message.time = time
        // The latest 64: a flow of thousands of queries must not cost their square.
        if isResponse, let index = transactions.indices.suffix(64).last(where: { place in
            transactions[place].responseCode == nil && transactions[place].identifier == message.identifier
                && transactions[place].query == message.query
        }) {
            let sent = transactions[index].time, passed = time.subtractingReportingOverflow(sent)
            message.time = sent
            message.roundTrip = passed.overflow || passed.partialValue < 0 ? nil : passed.partialValue
            transactions[index] = message
        } else if transactions.count < Self.exchangeLimit {
            transactions.append(message)
        }
    }
}
