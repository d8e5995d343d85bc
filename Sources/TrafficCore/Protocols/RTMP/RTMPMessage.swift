/// The parts of RTMP that name its server (Adobe, "Real-Time Messaging Protocol", 1.0): handshake, chunks, and the `connect` command.
enum RTMPMessage {
    /// C0 or S0, and C1 or S1 (§5.2.2, §5.2.3).
    static var versionLength: Int { 1 }
    static var handshakeLength: Int { 1536 }
    /// §5.2.2: 3 is plain RTMP; 6 is RTMPE, which encrypts.
    private static var version: UInt8 { 3 }
    static var defaultChunk: Int { 128 }

    /// Whether a stream begins with C0 and C1, or S0 and S1. Only the specification's own form, with four zero octets behind the time
    /// (§5.2.3), is certain: Flash puts a version there, whose first octet is 0x80 or below and which its port must confirm.
    static func probe(_ head: Span<UInt8>, onItsPort: Bool = false) -> Probe {
        guard head.count >= 1 else { return .needs(9) }
        guard head[0] == version else { return .no }
        guard head.count >= 9 else { return .needs(9) }
        // RDP and others over TPKT begin with 3, 0 and a length.
        if onItsPort { return head[1] == 0 && head[2] < 2 && head[5] == 0xe0 ? .no : .yes }
        // Zeros alone could begin anything: what follows is random (§5.2.3).
        guard head.u32(at: 5) == 0 else { return .no }
        guard head.count >= 17 else { return .needs(17) }
        return head.u64(at: 9) != 0 ? .yes : .no
    }

    /// The value of `tcUrl` in a `connect` command in AMF 0 (§7.2.1.1): its host.
    static func connectHost(_ body: Span<UInt8>) -> String? {
        // String "connect", number, object.
        guard body.hasText("\u{2}\0\u{7}connect\0", at: 0) else { return nil }
        var index = 10
        let name = "\0\u{5}tcUrl\u{2}"
        while index + name.utf8.count + 2 <= body.count {
            if body.hasText(name, at: index) {
                let start = index + name.utf8.count + 2, length = Int(body.u16(at: start - 2))
                guard start + length <= body.count else { return nil }
                return SIPMessage.host(ofURI: body.extracting(start..<start + length))
            }
            index += 1
        }
        return nil
    }
}
