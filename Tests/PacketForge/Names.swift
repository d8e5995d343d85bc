extension Forge {
    /// A domain name on the wire, without compression (RFC 1035 §3.1); "" is the root.
    public static func dnsName(_ name: String) -> [UInt8] {
        name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    /// A record of a DNS message: owner, type, data (class IN, 300 s).
    public static func dnsRecord(_ owner: [UInt8], type: Int, data: [UInt8]) -> [UInt8] {
        owner + be16(type) + be16(1) + be32(300) + be16(data.count) + data
    }

    /// A DNS message (RFC 1035 §4) from parts that are already on the wire's form.
    public static func dns(response: Bool = false, questions: [[UInt8]] = [], answers: [[UInt8]] = [], flags: Int? = nil) -> [UInt8] {
        be16(0x2a2a) + be16(flags ?? (response ? 0x8180 : 0x0100)) + be16(questions.count) + be16(answers.count) + be16(0) + be16(0)
            + questions.flatMap { $0 } + answers.flatMap { $0 }
    }

    /// A question for `name`, type A unless told.
    public static func dnsQuestion(_ name: String, type: Int = 1) -> [UInt8] { dnsName(name) + be16(type) + be16(1) }

    public static func dnsQuery(_ name: String) -> [UInt8] { dns(questions: [dnsQuestion(name)]) }

    /// A response for `name` with a chain of aliases and addresses of the last of them.
    public static func dnsResponse(_ name: String, aliases: [String] = [], addresses: [[UInt8]]) -> [UInt8] {
        var answers: [[UInt8]] = [], owner = name
        for alias in aliases {
            answers.append(dnsRecord(dnsName(owner), type: 5, data: dnsName(alias)))
            owner = alias
        }
        for address in addresses { answers.append(dnsRecord(dnsName(owner), type: address.count == 4 ? 1 : 28, data: address)) }
        return dns(response: true, questions: [dnsQuestion(name)], answers: answers)
    }
}
