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
        guard flags & 0x8000 != 0 else { return }
        responseCode = UInt8(flags & 15)
        for _ in 1..<max(1, min(Int(octets.u16(at: 4)), 16)) {
            guard DNSName.skip(octets, at: &position), octets.count - position >= 4 else { return }
            position += 4
        }
        for _ in 0..<min(Int(octets.u16(at: 6)), Self.answerLimit) {
            guard DNSName.skip(octets, at: &position), octets.count - position >= 10 else { return }
            let type = octets.u16(at: position), life = octets.u32(at: position + 4), length = Int(octets.u16(at: position + 8))
            position += 10
            guard octets.count - position >= length else { return }
            answers.append(Self.text(octets, at: position, type: type, length: length))
            timesToLive.append(life)
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
