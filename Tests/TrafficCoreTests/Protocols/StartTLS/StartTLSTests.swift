import PacketForge
import Testing

@testable import TrafficCore

/// A TLS 1.2 ClientHello with a server name, in a record; enough to see that the TLS inside was found.
func smallClientHello(_ name: String) -> [UInt8] {
    let octets = Array(name.utf8), length = octets.count
    let extensions: [UInt8] = [0, 0, 0, UInt8(length + 5), 0, UInt8(length + 3), 0, 0, UInt8(length)] + octets
    let body: [UInt8] = [3, 3] + [UInt8](repeating: 1, count: 32) + [0, 0, 2, 0xc0, 0x2f, 1, 0, 0, UInt8(extensions.count)] + extensions
    return [22, 3, 1, 0, UInt8(body.count + 4), 1, 0, 0, UInt8(body.count)] + body
}

let smallServerHello: [UInt8] = [22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3] + [UInt8](repeating: 2, count: 32) + [0, 0xc0, 0x2f, 0]

@Suite struct StartTLSTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var turns: [Turn]
        var service: Service
        var greeting: String?
        var client: String?
        var isUpgraded = true
    }

    static let hello = Turn.client(smallClientHello("mail.example.com"))
    static let answer = Turn.server(smallServerHello)

    static let cases = [
        Case(testDescription: "SMTP (RFC 3207 §5)", turns: [
            .server("220 mail.imc.org SMTP service ready\r\n"), .client("EHLO mail.example.com\r\n"),
            .server("250-mail.imc.org offers a warm hug of welcome\r\n250-8BITMIME\r\n250-STARTTLS\r\n250 DSN\r\n"), .client("STARTTLS\r\n"),
            .server("220 Go ahead\r\n"), hello, answer,
        ], service: .smtp, greeting: "mail.imc.org", client: "mail.example.com"),
        Case(testDescription: "SMTP whose greeting says no more than a name", turns: [
            .server("220 mx1.example.net\r\n"), .client("ehlo [192.0.2.7]\r\n"), .server("250 STARTTLS\r\n"), .client("STARTTLS\r\n"), .server("220 ok\r\n"), hello, answer,
        ], service: .smtp, greeting: "mx1.example.net", client: "[192.0.2.7]"),
        Case(testDescription: "SMTP without its greeting", turns: [
            .client("EHLO phone\r\n"), .server("250-mx.example.org\r\n250 STARTTLS\r\n"), .client("STARTTLS\r\n"), .server("220 2.0.0 Ready\r\n"), hello, answer,
        ], service: .smtp, greeting: "mx.example.org", client: "phone"),
        Case(testDescription: "IMAP (RFC 9051 §6.2.1)", turns: [
            .server("* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] imap.example.com ready.\r\n"), .client("a001 CAPABILITY\r\n"),
            .server("* CAPABILITY IMAP4rev1 STARTTLS\r\na001 OK done\r\n"), .client("a002 STARTTLS\r\n"),
            .server("a002 OK Begin TLS negotiation now\r\n"), hello, answer,
        ], service: .imap, greeting: "imap.example.com"),
        Case(testDescription: "POP3 (RFC 1939 §7, RFC 2595 §4)", turns: [
            .server("+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n"), .client("STLS\r\n"), .server("+OK Begin TLS negotiation\r\n"), hello, answer,
        ], service: .pop3, greeting: "dbc.mtview.ca.us"),
        Case(testDescription: "FTP (RFC 4217 §12)", turns: [
            .server("220 ftp.example.com FTP server (Version 6.4) ready.\r\n"), .client("AUTH TLS\r\n"), .server("234 OK\r\n"), hello, answer,
        ], service: .ftp, greeting: "ftp.example.com"),
        Case(testDescription: "FTP known by the client's commands", turns: [
            .server("220 Welcome\r\n"), .client("USER anonymous\r\n"), .server("331 Password\r\n"),
        ], service: .ftp, isUpgraded: false),
        Case(testDescription: "NNTP (RFC 4642 §2.2.3)", turns: [
            .server("200 news.example.com InterNetNews NNRP server ready (posting ok)\r\n"), .client("STARTTLS\r\n"), .server("382 Continue with TLS negotiation\r\n"), hello, answer,
        ], service: .nntp, greeting: "news.example.com"),
        Case(testDescription: "ManageSieve (RFC 5804 §2.2)", turns: [
            .server("\"IMPLEMENTATION\" \"Example1 ManageSieved v001\"\r\n\"STARTTLS\"\r\nOK\r\n"), .client("StartTls\r\n"), .server("OK \"Begin TLS negotiation now.\"\r\n"), hello, answer,
        ], service: .managesieve),
        Case(testDescription: "IRC (RFC 2812 §5.1)", turns: [
            .client("NICK wiz\r\nUSER guest 0 * :Ronnie\r\n"), .server(":irc.example.org 001 wiz :Welcome\r\n"),
        ], service: .irc, greeting: "irc.example.org", isUpgraded: false),
    ]

    @Test("names in clear, then TLS", arguments: cases, [1, 5, 1400])
    func conversations(c: Case, size: Int) {
        #expect(c.turns.contains { recognises(TextCommandDissector.self, $0.octets) == true })
        let facts = dissect(TextCommandDissector.self, c.turns, size: size)
        #expect(facts.service == c.service && facts.details.serverGreetingName == c.greeting && facts.details.clientGreetingName == c.client)
        #expect(facts.details.upgradedToTLS == c.isUpgraded)
        #expect(facts.serverName == (c.isUpgraded ? "mail.example.com" : nil) && facts.cipherSuite == (c.isUpgraded ? 0xc02f : 0))
    }

    @Test("an IMAP client's software")
    func identification() {
        let turns = [Turn.server("* OK ready\r\n"), .client("a1 ID (\"name\" \"iPhone Mail\" \"version\" \"18E212\" \"os\" \"iOS\")\r\n")]
        #expect(dissect(TextCommandDissector.self, turns).details.clientSoftware == "iPhone Mail")
    }

    @Test("what is no greeting", arguments: [
        "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "2200 years", "200 OK then something else\r\n", "+OKAY", "* NO", ":)\r\n", "SSH-2.0-x\r\n",
    ])
    func others(text: String) { #expect(recognises(TextCommandDissector.self, Array(text.utf8)) != true) }

    @Test("host names among words", arguments: [
        ("220 smtp.example.com ESMTP Postfix", "smtp.example.com"), ("+OK Dovecot ready.", nil), ("* OK Gimap ready for requests from 192.0.2.1 abc", nil),
        ("220 ProFTPD 1.3.5 Server (x) [::ffff:192.0.2.3]", nil), ("220 mail.example.com.", "mail.example.com"), ("Version 5.6.2-beta", nil), ("a@b.example", nil),
    ] as [(String, String?)])
    func names(line: String, name: String?) {
        let octets = Array(line.utf8)
        let found = TextGreeting.hostName(in: octets.span)
        #expect(found == (line == "a@b.example" ? "b.example" : name))
    }

    @Test("a line without end is not kept")
    func endless() {
        let facts = dissect(TextCommandDissector.self, [.server([UInt8](repeating: 0x41, count: 100_000)), .server("\r\n220 mail.example.com SMTP\r\n")], size: 100)
        #expect(facts.details.serverGreetingName == nil)
    }

    static let sslRequest: [UInt8] = [0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f]

    @Test("PostgreSQL", arguments: [1, 3, 1400])
    func postgreSQL(size: Int) {
        #expect(recognises(PostgreSQLDissector.self, Self.sslRequest) == true)
        let facts = dissect(PostgreSQLDissector.self, [.client(Self.sslRequest), .server("S"), Self.hello, Self.answer], size: size)
        #expect(facts.service == .postgresql && facts.serverName == "mail.example.com" && facts.cipherSuite == 0xc02f)
        let startup = [0, 0, 0, 21, 0, 3, 0, 0] + Array("user\0alice\0\0".utf8)
        #expect(recognises(PostgreSQLDissector.self, startup) == true)
        #expect(!dissect(PostgreSQLDissector.self, [.client(Self.sslRequest), .server("N"), .client(startup)]).details.upgradedToTLS)
        #expect(recognises(PostgreSQLDissector.self, [0, 0, 0, 9, 4, 0xd2, 0x16, 0x2f, 0]) == false)
    }

    @Test("MySQL", arguments: [1, 3, 1400])
    func mySQL(size: Int) {
        let body = [10] + Array("8.0.36\0".utf8) + [UInt8](repeating: 4, count: 60)
        let greeting = [UInt8(body.count), 0, 0, 0] + body
        let request: [UInt8] = [32, 0, 0, 1, 0x85, 0xae, 0xff, 0x19] + [UInt8](repeating: 0, count: 28)
        #expect(recognises(MySQLDissector.self, greeting) == true && recognises(MySQLDissector.self, request) == false)
        let facts = dissect(MySQLDissector.self, [.server(greeting), .client(request), Self.hello, Self.answer], size: size)
        #expect(facts.details.serverSoftware == "8.0.36" && facts.serverName == "mail.example.com" && facts.cipherSuite == 0xc02f)
    }

    /// Message 1, ExtendedRequest of StartTLS (RFC 4511 §4.14.1), and its response with resultCode 0.
    static let startTLS: [UInt8] = [0x30, 29, 2, 1, 1, 0x77, 24, 0x80, 22] + Array("1.3.6.1.4.1.1466.20037".utf8)
    static let extendedResponse: [UInt8] = [0x30, 12, 2, 1, 1, 0x78, 7, 10, 1, 0, 4, 0, 4, 0]

    @Test("LDAP", arguments: [1, 3, 1400])
    func ldap(size: Int) {
        #expect(recognises(LDAPDissector.self, Self.startTLS) == true)
        #expect(recognises(LDAPDissector.self, [0x30, 0x0c, 2, 1, 1, 0x60, 7, 2, 1, 3, 4, 0, 0x80, 0]) == true, "anonymous bind")
        #expect(recognises(LDAPDissector.self, [0x30, 0x0c, 2, 1, 1, 0xa0, 7, 2, 1, 3, 4, 0, 0x80, 0]) == false, "SNMP")
        let facts = dissect(LDAPDissector.self, [.client(Self.startTLS), .server(Self.extendedResponse), Self.hello, Self.answer], size: size)
        #expect(facts.service == .ldap && facts.serverName == "mail.example.com" && facts.cipherSuite == 0xc02f)
    }

    /// [MS-RDPBCGR] §4.1.1, the sample connection request, with the protocols that a client of today asks for, and §4.1.2.
    static let connectionRequest: [UInt8] = [3, 0, 0, 0x2c, 0x27, 0xe0, 0, 0, 0, 0, 0] + Array("Cookie: mstshash=eltons\r\n".utf8) + [1, 0, 8, 0, 3, 0, 0, 0]
    static let connectionConfirm: [UInt8] = [3, 0, 0, 0x13, 0x0e, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 2, 0, 0, 0]

    @Test("RDP", arguments: [1, 3, 1400])
    func rdp(size: Int) {
        #expect(recognises(RDPDissector.self, Self.connectionRequest) == true)
        let facts = dissect(RDPDissector.self, [.client(Self.connectionRequest), .server(Self.connectionConfirm), Self.hello, Self.answer], size: size)
        #expect(facts.service == .rdp && facts.serverName == "mail.example.com" && facts.cipherSuite == 0xc02f && facts.details.hasUserName)
    }

    @Test func hostile() {
        for c in Self.cases { survives(TextCommandDissector.self, c.turns) }
        survives(PostgreSQLDissector.self, [.client(Self.sslRequest), .server("S"), Self.hello, Self.answer])
        survives(LDAPDissector.self, [.client(Self.startTLS), .server(Self.extendedResponse), Self.hello])
        survives(RDPDissector.self, [.client(Self.connectionRequest), .server(Self.connectionConfirm), Self.hello])
        survives(MySQLDissector.self, [.server([60, 0, 0, 0, 10] + Array("8.0.36\0".utf8) + [UInt8](repeating: 4, count: 60))])
    }
}
