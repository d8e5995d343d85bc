/// Fingerprints of hellos and contents of certificates seen before: the few libraries of a phone send the same hello again and
/// again, and so do servers their certificates; digests and ASN.1 cost more than reading it. Bounded; when full it begins anew.
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
    private var clients: [ClientKey: Client] = [:]
    private struct Client {
        var ja3: String
        var ja4: String
        var library: Shared<ClientLibrary>?
    }
    private var servers: [TLSServerHello: String] = [:]
    /// A certificate as sent.
    private struct CertificateKey: Hashable {
        var octets: [UInt8]

        /// The hasher alone would cost more than all else that is done with a certificate seen before. Each pair of words goes
        /// through a multiplication with keys that nobody outside knows, so that none can be made to collide.
        func hash(into hasher: inout Hasher) {
            let span = octets.span
            var sum = UInt64(truncatingIfNeeded: span.count), index = 0
            while index + 16 <= span.count {
                let product = (span.word(at: index) ^ Self.keys.0 ^ sum).multipliedFullWidth(by: span.word(at: index + 8) ^ Self.keys.1)
                sum = product.high ^ product.low
                index += 16
            }
            hasher.combine(sum)
            while index < span.count {
                hasher.combine(span[index])
                index += 1
            }
        }

        private static let keys = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))

        static func == (a: CertificateKey, b: CertificateKey) -> Bool {
            let first = a.octets.span, second = b.octets.span
            guard first.count == second.count else { return false }
            var index = 0
            while index + 8 <= first.count {
                if first.word(at: index) != second.word(at: index) { return false }
                index += 8
            }
            while index < first.count {
                if first[index] != second[index] { return false }
                index += 1
            }
            return true
        }
    }
    private var certificates: [CertificateKey: Shared<X509Certificate>] = [:]
    private static var limit: Int { 2048 }
    private static var certificateLimit: Int { 1024 }

    /// Puts the fingerprints of the hellos that were read into `facts`.
    mutating func complete(_ facts: inout FlowFacts) {
        guard let read = facts.unfinished.popLast() else { return }
        facts.unfinished = []
        if let hello = read.clientHello {
            let client = fingerprints(of: hello, over: facts.clientTransport)
            (facts.ja3, facts.ja4, facts.clientLibrary) = (client.ja3, client.ja4, client.library)
        }
        if let hello = read.serverHello { facts.ja3s = fingerprint(of: hello) }
        if !read.certificate.isEmpty {
            facts.certificate = certificate(read.certificate)
            if facts.certificate == nil { facts.anomalies.insert(.malformedCertificate) }
        }
    }

    private mutating func certificate(_ octets: [UInt8]) -> Shared<X509Certificate>? {
        let key = CertificateKey(octets: octets)
        if let known = certificates[key] { return known }
        guard let read = X509Certificate(der: octets) else { return nil }
        if certificates.count >= Self.certificateLimit { certificates.removeAll(keepingCapacity: true) }
        let made = Shared(read)
        certificates[key] = made
        return made
    }

    private mutating func fingerprints(of hello: TLSClientHello, over transport: FingerprintTransport) -> Client {
        let key = ClientKey(transport: transport, numbers: hello.numbers, firstALPN: hello.firstALPN)
        if let known = clients[key] { return known }
        let ja4 = JA4.fingerprint(of: hello, over: transport)
        let made = Client(ja3: JA3.fingerprint(of: hello), ja4: ja4, library: ClientLibrary.of(ja4: ja4).map(Shared.init))
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

/// A value that many flows share, so that each has only a reference to it.
public final class Shared<Value: Sendable>: Sendable {
    public let value: Value
    init(_ value: Value) { self.value = value }
}
