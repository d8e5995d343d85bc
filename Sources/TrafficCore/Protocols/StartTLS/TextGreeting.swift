/// The first lines of protocols whose commands and replies are lines of text, and in which the server speaks first.
enum TextGreeting {
    /// What a first line tells of the protocol.
    enum Kind: Equatable {
        case of(Service)
        /// "220": SMTP and FTP both (RFC 5321 §4.3.1, RFC 959 §5.4).
        case mailOrFiles
    }

    /// The longest beginning of a line that is looked at, octets.
    static var longestHead: Int { 200 }

    /// What the first line, as far as it is there, is of: a server's greeting or a client's first command; `.no` and
    /// `.needs` as for streams.
    static func probe(_ head: Span<UInt8>) -> (Probe, Kind?) {
        guard head.count >= 1 else { return (.needs(4), nil) }
        guard mayBegin(head[0]) else { return (.no, nil) }
        var wanted = 0
        for (text, kind) in certain {
            guard head.matches(text) else { continue }
            if head.count >= text.utf8.count { return (.yes, kind) }
            wanted = max(wanted, text.utf8.count)
        }
        // NNTP's 200 and 201 (RFC 3977 §5.1) and an IRC server's prefix (RFC 2812 §2.3) are too short to stand alone.
        if head.matches("200 ") || head.matches("201 ") || head[0] == 0x3a {
            guard head.count >= 4 else { return (.needs(max(wanted, 4)), nil) }
            let end = head.extracting(0..<min(head.count, longestHead)).firstIndex(of: 0x0a, from: 0)
            // What is text up to a control character: what stands behind that must not undo what was recognised before it.
            var stop = 0
            let whole = end ?? min(head.count, longestHead)
            while stop < whole, head[stop] >= 0x20 || head[stop] == 0x0d, head[stop] != 0x7f { stop += 1 }
            let line = head.extracting(0..<stop)
            if head[0] == 0x3a, isServerPrefix(line) { return (.yes, .of(.irc)) }
            if head[0] != 0x3a, contains(line, "NNTP") || contains(line, "NEWS") || contains(line, "POSTING") { return (.yes, .of(.nntp)) }
            return end == nil && stop == whole && head.count < longestHead ? (.needs(head.count + 1), nil) : (.no, nil)
        }
        return (wanted > 0 ? .needs(wanted) : .no, nil)
    }

    /// Beginnings that are of one protocol alone. Clients' are there for captures that lack the greeting.
    private static let certain: [(String, Kind)] = [
        ("220 ", .mailOrFiles), ("220-", .mailOrFiles), ("554 ", .mailOrFiles), ("EHLO ", .of(.smtp)), ("HELO ", .of(.smtp)), ("LHLO ", .of(.smtp)),
        ("* OK ", .of(.imap)), ("* PREAUTH ", .of(.imap)), ("* BYE ", .of(.imap)),      // RFC 9051 §7.1
        ("+OK ", .of(.pop3)), ("+OK\r\n", .of(.pop3)), ("CAPA\r\n", .of(.pop3)), ("STLS\r\n", .of(.pop3)),       // RFC 1939 §4, RFC 2595 §4
        ("AUTH TLS\r\n", .of(.ftp)), ("AUTH SSL\r\n", .of(.ftp)),                       // RFC 4217 §4
        ("\"IMPLEMENTATION\" ", .of(.managesieve)),                                     // RFC 5804 §1.7
        ("CAP LS", .of(.irc)), ("NICK ", .of(.irc)),                                    // RFC 2812 §3.1.2
    ]

    /// Whether any of all these begins with `octet`: what is none of them is most often told by its first octet.
    private static func mayBegin(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x32, 0x35, 0x45, 0x48, 0x4c, 0x2a, 0x2b, 0x43, 0x53, 0x41, 0x22, 0x4e, 0x3a: true      // 2 5 E H L * + C S A " N :
        default: false
        }
    }

    /// ":server NOTICE …", ":server 001 …".
    private static func isServerPrefix(_ line: Span<UInt8>) -> Bool {
        guard let space = line.firstIndex(of: 0x20, from: 1), space > 1 else { return false }
        if line.hasText("NOTICE ", at: space + 1) { return true }
        guard line.count >= space + 5, line[space + 4] == 0x20 else { return false }
        for index in space + 1...space + 3 where line[index] &- 0x30 >= 10 { return false }
        return true
    }

    /// Whether the line holds `word`, which is in upper case, in any case.
    static func contains(_ line: Span<UInt8>, _ word: String) -> Bool {
        var index = 0
        while index + word.utf8.count <= line.count {
            if line.hasText(word, at: index, ignoringCase: true) { return true }
            index += 1
        }
        return false
    }

    /// The protocol of a "220" by its words; nil when they do not say it.
    static func service(ofReply line: Span<UInt8>) -> Service? {
        if contains(line, "SMTP") { return .smtp }
        return contains(line, "FTP") ? .ftp : nil
    }

    /// The first word of a line that is a host's full name: the last label has letters alone, which addresses and version
    /// numbers lack. POP3's time stamp has it behind an "@" (RFC 1939 §7).
    static func hostName(in line: Span<UInt8>) -> String? {
        var index = 0
        while index < line.count {
            guard isNameOctet(line[index]) else {
                index += 1
                continue
            }
            let start = index
            while index < line.count, isNameOctet(line[index]) { index += 1 }
            if index < line.count, line[index] == 0x40 { continue }             // in front of an "@" stands no host
            if let name = fullName(line.extracting(start..<index)) { return name }
        }
        return nil
    }

    private static func isNameOctet(_ octet: UInt8) -> Bool {
        (octet | 0x20) &- 0x61 < 26 || octet &- 0x30 < 10 || octet == 0x2d || octet == 0x2e || octet == 0x5f
    }

    private static func fullName(_ word: Span<UInt8>) -> String? {
        guard let name = word.plausibleHostName else { return nil }
        let labels = name.utf8.split(separator: 0x2e, omittingEmptySubsequences: false)
        guard labels.count >= 2, labels.allSatisfy({ !$0.isEmpty && $0.count < 64 }), let last = labels.last, last.count >= 2,
            last.allSatisfy({ $0 &- 0x61 < 26 })
        else { return nil }
        return name
    }
}
