import PacketForge
import Testing

@testable import TrafficCore

/// Certificates made by OpenSSL for these tests, and what OpenSSL prints of them.
@Suite struct X509CertificateTests {
    /// Signed by "Lab Root".
    static let signed = Forge.hex("""
        30820207308201ada00302010202021235300a06082a8648ce3d0403023034310b300906035504061302444531123010060355040a0c094c61622c20496e632e
        3111300f06035504030c084c616220526f6f743020170d3939303130313030303030305a180f32303535303130323033303430355a304b310b30090603550406
        1302444531133011060355040a0c0ac39c62657220476d6248310d300b060355040b0c04612c20623118301606035504030c0f5777772e4578616d706c652e6f
        72673059301306072a8648ce3d020106082a8648ce3d0301070342000454c1b7754198ac0ffa1631a5064ed1136fd98f3063c44660845d9197d8162c99cabbbb
        96d4cebd471826b02ece878af6a0bdaa7b99591503c9708c0e88ae3941a3819530819230500603551d1104493047820f5777772e4578616d706c652e6f726782
        0d2a2e6578616d706c652e6e65748704c0000207871020010db8000000000000000000000007810d61406578616d706c652e6f7267301d0603551d0e04160414
        3ec98250dedd8ac12c3d4b0c5d189ff679d66e47301f0603551d230418301680146e789ef27925096cab6cfb3015f6d62e00518218300a06082a8648ce3d0403
        020348003045022100f6712fb5afd876714159e5e60139cf6af2355191c808dfa0f52596a87423dc3102206f001e6fd53e435b80779ef37391b31a4a59bd9028
        a1a707b26c72f1f875724f
        """)
    /// The same subject, signed by its own key.
    static let selfSigned = Forge.hex("""
        308201fb308201a1a00302010202021234300a06082a8648ce3d040302304b310b300906035504061302444531133011060355040a0c0ac39c62657220476d62
        48310d300b060355040b0c04612c20623118301606035504030c0f5777772e4578616d706c652e6f72673020170d3939303130313030303030305a180f323035
        35303130323033303430355a304b310b300906035504061302444531133011060355040a0c0ac39c62657220476d6248310d300b060355040b0c04612c206231
        18301606035504030c0f5777772e4578616d706c652e6f72673059301306072a8648ce3d020106082a8648ce3d0301070342000454c1b7754198ac0ffa1631a5
        064ed1136fd98f3063c44660845d9197d8162c99cabbbb96d4cebd471826b02ece878af6a0bdaa7b99591503c9708c0e88ae3941a373307130500603551d1104
        493047820f5777772e4578616d706c652e6f7267820d2a2e6578616d706c652e6e65748704c0000207871020010db8000000000000000000000007810d614065
        78616d706c652e6f7267301d0603551d0e041604143ec98250dedd8ac12c3d4b0c5d189ff679d66e47300a06082a8648ce3d0403020348003045022100c7afad
        845a292f73911bf27ef03f585ca6a661f3ef54af95992b55da0c05d1a702205f3ade46a78000efdb50115f4c3d5e1a765947c97904972e86c260f61916243b
        """)

    @Test("names, validity and issuer as openssl x509 -nameopt RFC2253 prints them")
    func fields() throws {
        let certificate = try #require(X509Certificate(der: Self.signed))
        #expect(certificate.subject == "CN=Www.Example.org,OU=a\\, b,O=Über GmbH,C=DE")
        #expect(certificate.issuer == "CN=Lab Root,O=Lab\\, Inc.,C=DE")
        #expect(certificate.commonName == "Www.Example.org")
        #expect(certificate.hostNames == ["www.example.org", "*.example.net", "192.0.2.7", "2001:db8::7"])
        // UTCTime until 2049, GeneralizedTime after: date -u +%s
        #expect(certificate.notBefore == 915_148_800 && certificate.notAfter == 2_682_471_845)
        #expect(!certificate.isSelfIssued)
        // sha256sum
        #expect(certificate.fingerprint == "a7df844b30cb8b88e9bdc3b351f02f76033c12f5a2014c33de9e47dc668a54bc")
    }

    @Test func selfIssued() throws {
        let certificate = try #require(X509Certificate(der: Self.selfSigned))
        #expect(certificate.isSelfIssued && certificate.issuer == certificate.subject)
    }

    @Test("no prefix and no changed octet of a certificate traps", arguments: 0..<64)
    func hostile(seed: UInt64) {
        var random = SplitMix64(seed: seed), octets = Self.signed
        for _ in 0..<8 {
            octets[Int.random(in: 0..<octets.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            _ = X509Certificate(der: octets)
            #expect(X509Certificate(der: Array(octets.prefix(Int.random(in: 0..<octets.count, using: &random)))) == nil)
        }
    }

    private func handshake(_ certificate: [UInt8], version: Int = 0x0303) -> [(Bool, [UInt8])] {
        let message = Forge.handshake(11, Forge.be24(certificate.count + 3) + Forge.be24(certificate.count) + certificate)
        return [
            (true, Forge.record(ForgedClientHello(host: nil, versions: [0x0303]).message)),
            (false, Forge.record(Forge.serverHello(version: version, suite: 0xc02b) + message) + Forge.record(Forge.handshake(14, []))),
        ]
    }

    @Test("a TLS 1.2 server's certificate, however it is cut", arguments: Delivery.all)
    func inHandshake(_ delivery: Delivery) {
        let record = converse(handshake(Self.signed), delivery)
        #expect(record.certificate?.commonName == "Www.Example.org" && !record.isResumed)
        #expect(record.version == "TLS 1.2" && record.anomalies.isEmpty)
    }

    @Test("without a name in the hello the certificate names the destination")
    func destination() {
        let record = converse(handshake(Self.signed))
        let (name, source, isCover) = DestinationClassifier.bestName(of: record)
        #expect(name == "www.example.org" && source == .certificate && !isCover)
    }

    @Test("a certificate that is none is an anomaly")
    func malformed() {
        let record = converse(handshake([0x30, 0x03, 1, 2, 3]))
        #expect(record.certificate == nil && record.anomalies == [.malformedCertificate])
    }

    @Test("a session that is resumed has no certificate", arguments: Delivery.all)
    func resumed(_ delivery: Delivery) {
        let record = converse([
            (true, Forge.record(ForgedClientHello(host: "again.example", versions: [0x0303]).message)),
            (false, Forge.record(Forge.serverHello(version: 0x0303, suite: 0xc02b)) + Forge.record([1], type: 20) + Forge.record(Forge.padding(40))),
        ], delivery)
        #expect(record.isResumed && record.certificate == nil && record.version == "TLS 1.2")
        // TLS 1.3: the server takes a pre-shared key (RFC 8446 §4.2.11).
        let newer = converse([
            (true, Forge.record(ForgedClientHello(host: "again.example").message)), (false, Forge.record(Forge.serverHello(extensions: [(41, [0, 0])]))),
        ], delivery)
        #expect(newer.isResumed && newer.version == "TLS 1.3")
        #expect(!converse([(true, Forge.record(ForgedClientHello(host: "new.example").message)), (false, Forge.record(Forge.serverHello()))], delivery).isResumed)
    }
}
