/// A ServerHello (RFC 8446 §4.1.3): the version chosen, and what JA3S needs.
struct TLSServerHello: Hashable {
    var legacyVersion: UInt16 = 0
    var selectedVersion: UInt16?
    var cipherSuite: UInt16 = 0
    var extensions: [UInt16] = []
    var isHelloRetryRequest = false
    /// A pre-shared key of the client's was taken (RFC 8446 §4.2.11): the session is resumed.
    var hasPreSharedKey = false

    /// RFC 8446 §4.1.3: the random of a HelloRetryRequest, its first eight octets.
    private static var retryRandom: UInt64 { 0xcf21_ad74_e59a_6111 }

    init?(_ body: Span<UInt8>) {
        var reader = ByteReader(body)
        guard let version = reader.u16(), let random = reader.take(32), let session = reader.u8(), reader.skip(Int(session)),
            let suite = reader.u16(), reader.skip(1)
        else { return nil }
        (legacyVersion, cipherSuite) = (version, suite)
        isHelloRetryRequest = random.u64(at: 0) == Self.retryRandom
        guard let total = reader.u16(), let block = reader.take(min(Int(total), reader.remaining)) else { return }
        var list = ByteReader(block)
        while let type = list.u16(), let length = list.u16(), let value = list.take(Int(length)) {
            extensions.append(type)
            if type == TLSExtension.preSharedKey { hasPreSharedKey = true }
            if type == TLSExtension.supportedVersions, value.count == 2 { selectedVersion = value.u16(at: 0) }
        }
    }

    var version: TLSVersion { TLSVersion(rawValue: selectedVersion ?? legacyVersion) }
}
