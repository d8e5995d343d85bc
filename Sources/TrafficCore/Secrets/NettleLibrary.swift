import CNettle

// The digests and ciphers we need, by nettle. The only file that calls it.

/// Digests of whole messages, as lower-case hexadecimal text.
enum MessageDigest {
    /// 32 digits (RFC 1321).
    static func md5(_ octets: [UInt8]) -> String {
        var context = md5_ctx()
        var digest = [UInt8](repeating: 0, count: 16)
        // Safe: nettle reads `octets.count` octets and writes 16 into `digest`; both live through the calls.
        unsafe nettle_md5_init(&context)
        unsafe nettle_md5_update(&context, octets.count, octets)
        unsafe nettle_md5_digest(&context, 16, &digest)
        return hexadecimalText(digest)
    }

    /// Appends SHA-1 (FIPS 180-4) of `octets` in standard base 64 with padding (RFC 4648 §4), 28 characters.
    static func sha1(_ octets: Span<UInt8>, appendingBase64To text: inout [UInt8]) {
        var context = sha1_ctx()
        var digest: InlineArray<20, UInt8> = InlineArray(repeating: 0)
        // Safe: nettle reads the span's own count and writes 20 octets, of which base 64 has 28 characters: room for these
        // is asked for, and `count` tells that they are initialised.
        unsafe nettle_sha1_init(&context)
        unsafe octets.withUnsafeBufferPointer { unsafe nettle_sha1_update(&context, $0.count, $0.baseAddress) }
        var span = digest.mutableSpan
        unsafe span.withUnsafeMutableBufferPointer { unsafe nettle_sha1_digest(&context, 20, $0.baseAddress) }
        text.append(addingCapacity: 28) { output in
            unsafe output.withUnsafeMutableBufferPointer { room, count in
                guard let start = room.baseAddress, room.count - count >= 28 else { return }
                unsafe digest.span.withUnsafeBufferPointer { source in
                    guard let source = source.baseAddress else { return }
                    unsafe (start + count).withMemoryRebound(to: CChar.self, capacity: 28) { unsafe nettle_base64_encode_raw($0, 20, source) }
                }
                count += 28
            }
        }
    }

    /// 64 digits (FIPS 180-4).
    static func sha256(_ octets: [UInt8]) -> String {
        var digest = SHA256()
        digest.update(octets.span)
        return hexadecimalText(digest.finish())
    }

    static func hexadecimalText(_ octets: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(octets.count * 2)
        for octet in octets {
            text.append(hexadecimalDigit(octet >> 4))
            text.append(hexadecimalDigit(octet & 15))
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// SHA-256 of a message that comes in pieces.
struct SHA256 {
    private var context = sha256_ctx()

    init() { unsafe nettle_sha256_init(&context) }

    mutating func update(_ octets: Span<UInt8>) {
        // Safe: the pointer is used only inside the closure, for the span's own count.
        unsafe octets.withUnsafeBufferPointer { unsafe nettle_sha256_update(&context, $0.count, $0.baseAddress) }
    }

    /// 32 octets; the state begins anew.
    mutating func finish() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        unsafe nettle_sha256_digest(&context, 32, &digest)
        return digest
    }
}

/// HMAC and HKDF with SHA-256 (RFC 2104, RFC 5869).
enum HKDF {
    static func hmac(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        var context = hmac_sha256_ctx()
        var digest = [UInt8](repeating: 0, count: 32)
        // Safe: nettle reads the arrays' own counts and writes 32 octets.
        unsafe nettle_hmac_sha256_set_key(&context, key.count, key)
        unsafe nettle_hmac_sha256_update(&context, message.count, message)
        unsafe nettle_hmac_sha256_digest(&context, 32, &digest)
        return digest
    }

    static func extract(salt: [UInt8], _ secret: [UInt8]) -> [UInt8] { hmac(key: salt, secret) }

    /// HKDF-Expand-Label of TLS 1.3 (RFC 8446 §7.1) with an empty context, at most 32 octets.
    static func expandLabel(_ secret: [UInt8], _ label: String, count: Int) -> [UInt8] {
        let full = Array("tls13 ".utf8) + Array(label.utf8)
        let info = [UInt8(count >> 8), UInt8(count & 0xff), UInt8(full.count)] + full + [0, 1]
        return Array(hmac(key: secret, info).prefix(count))
    }
}

/// AES-128-GCM as QUIC Initials use it (RFC 9001 §5.3).
struct AES128GCM {
    private var context = gcm_aes128_ctx()

    /// `key` has 16 octets.
    init?(key: [UInt8]) {
        guard key.count == 16 else { return nil }
        unsafe nettle_gcm_aes128_set_key(&context, key)
    }

    /// The plaintext, or nil when the tag of the last 16 octets does not fit. `nonce` has 12 octets.
    mutating func open(_ sealed: Span<UInt8>, nonce: [UInt8], authenticating header: [UInt8]) -> [UInt8]? {
        guard sealed.count >= 16, nonce.count == 12 else { return nil }
        let count = sealed.count - 16
        var plain = [UInt8](repeating: 0, count: count)
        var tag = [UInt8](repeating: 0, count: 16)
        // Safe: nettle reads `count` octets of `sealed` and writes as many into `plain`, and 16 into `tag`.
        unsafe nettle_gcm_aes128_set_iv(&context, nonce.count, nonce)
        unsafe nettle_gcm_aes128_update(&context, header.count, header)
        unsafe sealed.withUnsafeBufferPointer { unsafe nettle_gcm_aes128_decrypt(&context, count, &plain, $0.baseAddress) }
        unsafe nettle_gcm_aes128_digest(&context, 16, &tag)
        var difference: UInt8 = 0
        for index in 0..<16 { difference |= tag[index] ^ sealed[count + index] }
        return difference == 0 ? plain : nil
    }
}

/// One block of AES-128, for header protection masks (RFC 9001 §5.4.3).
struct AES128Block {
    private var context = aes128_ctx()

    /// `key` has 16 octets.
    init?(key: [UInt8]) {
        guard key.count == 16 else { return nil }
        unsafe nettle_aes128_set_encrypt_key(&context, key)
    }

    /// `block` has 16 octets.
    func encrypt(_ block: [UInt8]) -> [UInt8] {
        precondition(block.count == 16)
        var result = [UInt8](repeating: 0, count: 16)
        var copy = context
        // Safe: nettle reads and writes 16 octets.
        unsafe nettle_aes128_encrypt(&copy, 16, &result, block)
        return result
    }
}

/// The digest by which a result names a file.
public enum ContentDigest {
    /// SHA-256 (FIPS 180-4), 64 hex digits, as `sha256sum` prints it.
    public static func sha256(_ octets: [UInt8]) -> String { MessageDigest.sha256(octets) }
}

/// Whether the library computes what its standard says.
public enum CryptographyCheck {
    /// FIPS 180-4's example: SHA-256 of "abc".
    public static var passes: Bool {
        MessageDigest.sha256(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    }
}
