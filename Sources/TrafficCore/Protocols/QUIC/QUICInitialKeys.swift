/// The keys of both sides' Initial packets: anybody who sees the client's first packet can derive them (RFC 9001 §5.2).
/// A class, because the tables of AES-GCM have 4 KiB, which would make the protocol state of every flow as large.
final class QUICInitialKeys {
    let version: QUICVersion
    private let connectionID: [UInt8]
    private let secret: [UInt8]
    private let client: QUICPacketKeys
    /// Made when the first packet of the server comes.
    private var server: QUICPacketKeys?

    /// From the Destination Connection ID of the client's first Initial.
    init?(connectionID: [UInt8], version: QUICVersion) {
        guard let salt = version.initialSalt else { return nil }
        secret = HKDF.extract(salt: salt, connectionID)
        guard let client = QUICPacketKeys(secret, "client in", version) else { return nil }
        (self.connectionID, self.version, self.client) = (connectionID, version, client)
    }

    /// Whether these are the keys for that connection ID and version.
    func isFor(_ id: Span<UInt8>, _ version: QUICVersion) -> Bool {
        guard version == self.version, id.count == connectionID.count else { return false }
        for index in id.indices where id[index] != connectionID[index] { return false }
        return true
    }

    /// Opens the Initial packet that is `packet`, whose packet number begins at `numberOffset`; nil when it is not that
    /// side's, or damaged.
    func open(_ packet: Span<UInt8>, numberOffset: Int, fromServer: Bool) -> [UInt8]? {
        guard fromServer else { return client.open(packet, numberOffset: numberOffset) }
        if server == nil { server = QUICPacketKeys(secret, "server in", version) }
        return server?.open(packet, numberOffset: numberOffset)
    }
}

/// The keys of one side's packets.
private final class QUICPacketKeys {
    private var packetKey: AES128GCM
    private let headerKey: AES128Block
    private let iv: [UInt8]

    init?(_ secret: [UInt8], _ label: String, _ version: QUICVersion) {
        let side = HKDF.expandLabel(secret, label, count: 32)
        let prefix = version.hasV2Labels ? "quicv2 " : "quic "     // RFC 9369 §3.3.2
        guard let packet = AES128GCM(key: HKDF.expandLabel(side, prefix + "key", count: 16)),
            let header = AES128Block(key: HKDF.expandLabel(side, prefix + "hp", count: 16))
        else { return nil }
        (packetKey, headerKey) = (packet, header)
        iv = HKDF.expandLabel(side, prefix + "iv", count: 12)
    }

    /// RFC 9001 §5.4.1: remove header protection, then authenticate.
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
