import Testing

@testable import TrafficCore

@Suite struct SSHTests {
    static let turns: [Turn] = [
        .server("Authorized use only\r\nSSH-2.0-OpenSSH_9.6p1 Ubuntu-3ubuntu13\r\n"), .client("SSH-2.0-libssh_0.10.6\r\n"), .client([0, 0, 1, 4, 6, 20]),
    ]

    @Test("software of both sides, whichever spoke first", arguments: [1, 7, 1400])
    func banners(size: Int) {
        let facts = dissect(SSHDissector.self, Self.turns, size: size)
        #expect(facts.service == .ssh && facts.version == "SSH 2.0")
        #expect([facts.details.serverSoftware, facts.details.clientSoftware].contains("OpenSSH_9.6p1 Ubuntu-3ubuntu13"))
        #expect([facts.details.serverSoftware, facts.details.clientSoftware].contains("libssh_0.10.6"))
    }

    @Test(arguments: [("SSH-2.0-x\r\n", true), ("SSH-1.99-x\n", true), ("SSH-9.0-x\n", false), ("SSL-2.0", false), ("SSH", nil)] as [(String, Bool?)])
    func probes(text: String, isSSH: Bool?) { #expect(recognises(SSHDissector.self, Array(text.utf8)) == isSSH) }

    @Test func hostile() { survives(SSHDissector.self, Self.turns) }
}
