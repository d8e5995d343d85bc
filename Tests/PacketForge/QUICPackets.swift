/// Versions of QUIC whose Initial packets can be forged.
public enum ForgedQUICVersion: UInt32, Sendable, CaseIterable {
    case v1 = 1, v2 = 0x6b33_43cf, draft29 = 0xff00_001d

    var salt: [UInt8] {
        switch self {
        case .v1: Forge.hex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a")
        case .v2: Forge.hex("0dede3def700a6db819381be6e269dcbf9bd2ed9")
        case .draft29: Forge.hex("afbfec289993d24c9e9786f19c6111e04390a899")
        }
    }
    var prefix: String { self == .v2 ? "quicv2 " : "quic " }
    /// The two type bits of a long header (RFC 9000 §17.2, RFC 9369 §3.2).
    func bits(_ kind: ForgedQUICPacket.Kind) -> UInt8 {
        let order: [ForgedQUICPacket.Kind] = self == .v2 ? [.retry, .initial, .zeroRTT, .handshake] : [.initial, .zeroRTT, .handshake, .retry]
        return UInt8(order.firstIndex(of: kind) ?? 0)
    }
}

/// A QUIC long-header packet.
public struct ForgedQUICPacket: Sendable {
    public enum Kind: Sendable { case initial, zeroRTT, handshake, retry }
    public var version = ForgedQUICVersion.v1
    public var destinationID: [UInt8] = Forge.hex("8394c8f03e515708")
    public var sourceID: [UInt8] = []
    public var token: [UInt8] = []
    public var number = 2
    /// Octets of the packet number, 1 to 4.
    public var numberLength = 4
    /// Keys come from this connection ID when it is another than the destination's.
    public var keyID: [UInt8]?
    public var fromClient = true
    public init() {}

    /// A sealed Initial packet with these frames (RFC 9001 §5).
    public func initial(_ frames: [UInt8]) -> [UInt8] {
        let secret = ForgedCrypto.hmac(version.salt, keyID ?? destinationID)
        let side = ForgedCrypto.expand(secret, fromClient ? "client in" : "server in", 32)
        let key = ForgedCrypto.expand(side, version.prefix + "key", 16), iv = ForgedCrypto.expand(side, version.prefix + "iv", 12)
        let maskKey = ForgedCrypto.expand(side, version.prefix + "hp", 16)
        let numberOctets = Array(Forge.be32(number).suffix(numberLength))
        var header = header(.initial, lastBits: UInt8(numberLength - 1))
        header += Forge.quicInteger(token.count) + token + Forge.quicInteger(numberLength + frames.count + 16, length: 2)
        let numberOffset = header.count
        header += numberOctets
        var nonce = iv
        for (index, octet) in Forge.be64(UInt64(number)).enumerated() { nonce[4 + index] ^= octet }
        var packet = header + ForgedCrypto.sealGCM(frames, key: key, nonce: nonce, header: header)
        let mask = ForgedCrypto.aes(maskKey, Array(packet[numberOffset + 4..<numberOffset + 20]))
        packet[0] ^= mask[0] & 0x0f
        for index in 0..<numberLength { packet[numberOffset + index] ^= mask[1 + index] }
        return packet
    }

    /// A packet of another kind, with `payload` as it stands.
    public func other(_ kind: Kind, _ payload: [UInt8]) -> [UInt8] {
        header(kind, lastBits: 0) + (kind == .retry ? [] : Forge.quicInteger(payload.count, length: 2)) + payload
    }

    private func header(_ kind: Kind, lastBits: UInt8) -> [UInt8] {
        [0xc0 | version.bits(kind) << 4 | lastBits] + Forge.be32(Int(version.rawValue)) + [UInt8(destinationID.count)] + destinationID
            + [UInt8(sourceID.count)] + sourceID
    }
}

extension Forge {
    /// A variable-length integer (RFC 9000 §16), in as few octets as it takes or in `length`.
    public static func quicInteger(_ value: Int, length: Int? = nil) -> [UInt8] {
        let length = length ?? (value < 64 ? 1 : value < 16384 ? 2 : value < 1 << 30 ? 4 : 8)
        var octets = ForgedOrder.big.octets(UInt64(value), length)
        octets[0] |= UInt8(length.trailingZeroBitCount) << 6
        return octets
    }

    /// A CRYPTO frame (RFC 9000 §19.6).
    public static func cryptoFrame(_ octets: [UInt8], at offset: Int) -> [UInt8] {
        [6] + quicInteger(offset) + quicInteger(octets.count) + octets
    }

    public static func padding(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: max(0, count)) }

    /// The client's whole first datagram: one Initial, at least 1200 octets.
    public static func quicInitial(_ hello: ForgedClientHello, _ packet: ForgedQUICPacket = ForgedQUICPacket()) -> [UInt8] {
        let frame = cryptoFrame(hello.message, at: 0)
        return packet.initial(frame + padding(1162 - frame.count))
    }
}
