/// Reads SMTP, IMAP, POP3, FTP, NNTP, ManageSieve and IRC as far as names and TLS: greetings, the first commands, and what follows
/// STARTTLS (RFC 3207, RFC 9051 §6.2.1, RFC 2595 §4, RFC 4217 §4, RFC 4642, RFC 5804 §2.2). No mail and no password is kept.
struct TextCommandDissector: StreamDissector {
    private var upgrade: TLSUpgrade
    /// Whose side is the server's, once a line told.
    private var server: Sender?
    private var service: Service?
    private var lines = PerSender(0)
    /// How far the octets of an unfinished line were searched for its end.
    private var searched = PerSender(0)

    /// RFC 5321 §4.5.3.1.6 has 1,000 octets; IMAP's capabilities may have more.
    private static var longestLine: Int { 8192 }
    /// Who wants TLS asks in the first lines; what follows is mail, which is none of ours.
    private static var lineLimit: Int { 48 }

    static func probe(_ head: Span<UInt8>) -> Probe { TextGreeting.probe(head).0 }

    init(depth: Int) { upgrade = TLSUpgrade(depth: depth) }

    mutating func consume(_ octets: Span<UInt8>, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        var position = 0
        while true {
            let rest = octets.extracting(position..<octets.count)
            if upgrade.isActive(sender) {
                var used = upgrade.deliver(rest, from: sender, at: stream, into: &facts)
                used.done += position
                return used
            }
            switch TLSUpgrade.begins(rest) {
            case .yes:
                settle(into: &facts)
                upgrade.begin(sender, into: &facts)
                continue
            case .needs(let count): return Consumption(done: position, wanted: count)
            case .no: break
            }
            guard lines[sender] < Self.lineLimit else { return .finished }
            guard let end = rest.firstIndex(of: 0x0a, from: searched[sender]) else {
                guard rest.count < Self.longestLine else { return .finished }
                searched[sender] = rest.count
                return Consumption(done: position, wanted: rest.count + 1)
            }
            searched[sender] = 0
            note(rest.extracting(0..<end + 1), isFirst: lines[sender] == 0, from: sender, into: &facts)
            lines[sender] += 1
            position += end + 1
        }
    }

    mutating func gap(_ count: Int, from sender: Sender, at stream: StreamPosition, into facts: inout FlowFacts) -> Consumption {
        if upgrade.isActive(sender) { return upgrade.gap(count, from: sender, at: stream, into: &facts) }
        searched[sender] = 0                // what follows may begin in a line's middle, which tells nothing wrong
        return .all(0)
    }

    mutating func finish(_ reason: StreamEnd, into facts: inout FlowFacts) {
        settle(into: &facts)
        upgrade.finish(reason, into: &facts)
    }

    /// Says what the connection is where no words did: by its port.
    private mutating func settle(into facts: inout FlowFacts) {
        if service == nil { set(facts.ports.has(21) ? .ftp : .smtp, into: &facts) }
    }

    private mutating func set(_ found: Service, into facts: inout FlowFacts) {
        service = found
        if facts.service == nil { facts.service = found }
    }

    /// Takes one line, with its end.
    private mutating func note(_ whole: Span<UInt8>, isFirst: Bool, from sender: Sender, into facts: inout FlowFacts) {
        let line = whole.extracting(0..<whole.count - 1)
        if isFirst, case (.yes, let kind?) = TextGreeting.probe(whole) {
            noteFirst(line, kind, from: sender, into: &facts)
        }
        if server == sender {
            // The reply to EHLO greets too (RFC 5321 §4.1.1.1): "250-mail.example.com at your service".
            if service == .smtp || service == nil, facts.details.serverGreetingName == nil, line.hasText("250") { greet(line, into: &facts) }
        } else if server != nil {
            noteCommand(line, into: &facts)
        }
    }

    private mutating func noteFirst(_ line: Span<UInt8>, _ kind: TextGreeting.Kind, from sender: Sender, into facts: inout FlowFacts) {
        switch kind {
        case .mailOrFiles:
            server = sender
            if let named = TextGreeting.service(ofReply: line) { set(named, into: &facts) }
            greet(line, into: &facts)
        case .of(let found):
            if service == nil { set(found, into: &facts) }
            // Letters alone begin a client's command; all greetings begin with a sign or digit.
            let isCommand = line[0] &- 0x41 < 26
            if server == nil { server = isCommand ? sender.other : sender }
            if !isCommand { greet(line, into: &facts) }
        }
    }

    private func greet(_ line: Span<UInt8>, into facts: inout FlowFacts) {
        guard facts.details.serverGreetingName == nil else { return }
        // A reply's three digits and the sign behind them are no part of a name.
        var start = line.count > 4 && line[0] &- 0x30 < 10 && line[1] &- 0x30 < 10 && line[2] &- 0x30 < 10 ? 4 : 0
        // An IRC server's name is the line's prefix; what follows are users'.
        var end = line.count
        if service == .irc {
            start = 1
            end = line.firstIndex(of: 0x20, from: 1) ?? line.count
        }
        // A name in brackets is a capability or address: "* OK [CAPABILITY …] name ready".
        if start < end, let open = line.firstIndex(of: 0x5b, from: start), let close = line.firstIndex(of: 0x5d, from: open), open < 8 { start = close }
        if let name = TextGreeting.hostName(in: line.extracting(min(start, end)..<end)) { facts.details.serverGreetingName = name }
    }

    private mutating func noteCommand(_ line: Span<UInt8>, into facts: inout FlowFacts) {
        if service == nil {
            if line.hasText("EHLO ", ignoringCase: true) || line.hasText("HELO ", ignoringCase: true) {
                set(.smtp, into: &facts)
            } else if line.hasText("USER", ignoringCase: true) || line.hasText("AUTH TLS", ignoringCase: true) || line.hasText("FEAT", ignoringCase: true)
                || line.hasText("AUTH SSL", ignoringCase: true)
            {
                set(.ftp, into: &facts)
            }
        }
        if service == .smtp, facts.details.clientGreetingName == nil,
            line.hasText("EHLO ", ignoringCase: true) || line.hasText("HELO ", ignoringCase: true) || line.hasText("LHLO ", ignoringCase: true)
        {
            facts.details.clientGreetingName = line.extracting(5..<line.count).shortText
        }
        if service == .imap, facts.details.clientSoftware == nil, let name = Self.identification(line) { facts.details.clientSoftware = name }
        if service == .pop3 || service == .ftp || service == .irc, line.hasText("USER ", ignoringCase: true), !facts.details.hasUserName {
            facts.details.hasUserName = true
        }
    }

    /// The name in an IMAP client's ID command: `a1 ID ("name" "iPhone Mail" …)` (RFC 2971 §3.1).
    private static func identification(_ line: Span<UInt8>) -> String? {
        guard let space = line.firstIndex(of: 0x20, from: 0), line.hasText("ID (", at: space + 1, ignoringCase: true) else { return nil }
        var index = space + 5
        while index < line.count {
            if line.hasText("\"NAME\" \"", at: index, ignoringCase: true) {
                guard let end = line.firstIndex(of: 0x22, from: index + 8) else { return nil }
                return line.extracting(index + 8..<end).shortText
            }
            index += 1
        }
        return nil
    }
}
