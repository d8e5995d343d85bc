/// Fingerprints of hellos seen before: the few libraries of a phone send the same hello again and again, and the digests
/// cost more than reading it. Bounded; when full it begins anew.
struct FingerprintCache: ~Copyable {
    private struct ClientKey: Hashable {
        var transport: FingerprintTransport
        var numbers: [UInt16]
        var firstALPN: [UInt8]

        /// The numbers go in four at a time: one by one the hasher costs more than all the rest.
        func hash(into hasher: inout Hasher) {
            hasher.combine(transport)
            hasher.combine(firstALPN)
            hasher.combine(numbers.count)
            var index = 0
            while index + 4 <= numbers.count {
                hasher.combine(UInt64(numbers[index]) << 48 | UInt64(numbers[index + 1]) << 32 | UInt64(numbers[index + 2]) << 16 | UInt64(numbers[index + 3]))
                index += 4
            }
            while index < numbers.count {
                hasher.combine(numbers[index])
                index += 1
            }
        }
    }
    private var clients: [ClientKey: (ja3: String, ja4: String)] = [:]
    private var servers: [TLSServerHello: String] = [:]
    private static var limit: Int { 2048 }

    /// Puts the fingerprints of the hellos that were read into `facts`.
    mutating func complete(_ facts: inout FlowFacts) {
        if let hello = facts.clientHello.popLast() {
            (facts.ja3, facts.ja4) = fingerprints(of: hello, over: facts.clientTransport)
            facts.clientHello = []
        }
        if let hello = facts.serverHello.popLast() {
            facts.ja3s = fingerprint(of: hello)
            facts.serverHello = []
        }
    }

    private mutating func fingerprints(of hello: TLSClientHello, over transport: FingerprintTransport) -> (String, String) {
        let key = ClientKey(transport: transport, numbers: hello.numbers, firstALPN: hello.firstALPN)
        if let known = clients[key] { return known }
        let made = (ja3: JA3.fingerprint(of: hello), ja4: JA4.fingerprint(of: hello, over: transport))
        if clients.count >= Self.limit { clients.removeAll(keepingCapacity: true) }
        clients[key] = made
        return made
    }

    private mutating func fingerprint(of hello: TLSServerHello) -> String {
        if let known = servers[hello] { return known }
        let made = JA3.fingerprint(of: hello)
        if servers.count >= Self.limit { servers.removeAll(keepingCapacity: true) }
        servers[hello] = made
        return made
    }
}
