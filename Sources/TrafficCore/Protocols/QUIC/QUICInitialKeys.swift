/// The keys of a client's Initial packets: anybody who sees the first packet can derive them (RFC 9001 §5.2).
/// A class, because the tables of AES-GCM have 4 KiB, which would make the protocol state of every flow as large.
final class QUICInitialKeys {
    let connectionID: [UInt8]
    let version: QUICVersion
    private var packetKey: AES128GCM
    private let headerKey: AES128Block
    private let iv: [UInt8]

    /// From the Destination Connection ID of the client's first Initial.
    init?(connectionID: [UInt8], version: QUICVersion) {
        guard let salt = version.initialSalt else { return nil }
        let client = HKDF.expandLabel(HKDF.extract(salt: salt, connectionID), "client in", count: 32)
        let prefix = version.isV2 ? "quicv2 " : "quic "     // RFC 9369 §3.3.2
        guard let packet = AES128GCM(key: HKDF.expandLabel(client, prefix + "key", count: 16)),
            let header = AES128Block(key: HKDF.expandLabel(client, prefix + "hp", count: 16))
        else { return nil }
        (self.connectionID, self.version, packetKey, headerKey) = (connectionID, version, packet, header)
        iv = HKDF.expandLabel(client, prefix + "iv", count: 12)
    }

    /// Opens the Initial packet that is `packet`, whose packet number begins at `numberOffset`; nil when it is not the
    /// client's, or damaged. RFC 9001 §5.4.1: remove header protection, then authenticate.
    func open(_ packet: Span<UInt8>, numberOffset: Int) -> [UInt8]? {
        let sampleOffset = numberOffset + 4
        guard packet.count >= sampleOffset + 16 else { return nil }
        let mask = headerKey.encrypt(packet.extracting(sampleOffset..<sampleOffset + 16).copied())
        let first = packet[0] ^ (mask[0] & 0x0f)
        let numberLength = Int(first & 3) + 1
        var header = packet.extracting(0..<numberOffset + numberLength).copied()
        header[0] = first
        var number: UInt64 = 0
        for index in 0..<numberLength {
            header[numberOffset + index] ^= mask[1 + index]
            number = number << 8 | UInt64(header[numberOffset + index])
        }
        // Initial packet numbers are small: the truncated number is the number (RFC 9000 §17.1).
        var nonce = iv
        for index in 0..<8 { nonce[4 + index] ^= UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * index)) }
        return packetKey.open(packet.extracting(numberOffset + numberLength..<packet.count), nonce: nonce, authenticating: header)
    }
}
