import Testing

@testable import TrafficCore

@Suite struct SignaturePatternTests {
    @Test("regular expressions of hosts as rules", arguments: [
        (#"oak\.example"#, ["oak.example"], 0), (#"\.oak\.example|elm\.example"#, ["oak.example", "elm.example"], 0),
        (#"(^|\.)oak\.example$"#, ["full:oak.example", "oak.example"], 0), (#"^oak\.example$"#, ["full:oak.example"], 0),
        (#".*\.oak\.example"#, ["oak.example"], 0), (#".*oak\.example"#, ["oak.example"], 0), ("oak.example", ["oak.example"], 0),
        (#"(log|stat)s?\.oak\.example"#, ["logs.oak.example", "log.oak.example", "stats.oak.example", "stat.oak.example"], 0),
        (#"log[0-9]+\.oak\.example"#, ["log*.oak.example"], 0), (#"[a-z]+\.oak\.example"#, ["oak.example"], 0), (#"log-\w*\.oak\.example"#, ["log-*.oak.example"], 0),
        (#"oak\.(example|test)"#, ["oak.example", "oak.test"], 0), ("", [], 0), (#"oak\..*"#, [], 1), ("oak", [], 1), (#"oak\.example\/path"#, [], 1),
        ("(a+)+$", [], 1), ("(((((a)))))", [], 1), ("(unclosed", [], 1), ("closed)", [], 1), (#"a\"#, [], 1), ("[", [], 1), ("(?=x)a.example", [], 1),
        (#"a.*b\.oak\.example"#, [], 1), ("com|co.uk", [], 2), (#"x{2,3}\.oak\.example"#, ["oak.example"], 0),
    ] as [(String, [String], Int)])
    func translation(_ signature: String, _ expected: [String], _ refused: Int) {
        let answer = SignaturePattern.hosts(signature)
        #expect(answer.hosts.map { ListRow.text($0.pattern, $0.match) } == expected, "\(signature)")
        #expect(answer.refused == refused, "\(signature)")
    }

    @Test("what would take a matcher for ever is refused at once") func hostile() {
        let bombs = [
            String(repeating: "(a|b)", count: 800) + #"\.oak\.example"#, String(repeating: "a?", count: 1500) + #"\.example"#,
            String(repeating: "(", count: 4000), String(repeating: "(a*)*", count: 800), String(repeating: "x", count: 5000),
        ]
        for bomb in bombs { #expect(SignaturePattern.hosts(bomb).hosts.isEmpty) }
    }

    @Test("no octets trap", arguments: 0..<200) func survives(seed: UInt64) {
        var random = DestinationRandom(state: seed)
        let letters = Array(#"a.\|()[]*+?{}^$-oak"#.unicodeScalars)
        let text = String(String.UnicodeScalarView((0..<40).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] }))
        for host in SignaturePattern.hosts(text).hosts where host.match != .glob { #expect(HostName.canonical(host.pattern) == host.pattern) }
    }
}
